//! Back from the organisation somebody belongs to: the browser that was sent there goes on with its sign-in or its
//! redemption. Refuses browsers that did not begin the flow (threats A13, B6), before the answer is looked at.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use hospes_actions::redeem::{self, Told};
use hospes_actions::sign_in::{self, Parameters, Place, Proven};
use hospes_actions::upstream::{self, Answered, Arrival};
use hospes_domain::refusal::{RedemptionRefusal, Refusal, SignInRefusal};
use http::StatusCode;
use uuid::Uuid;

use super::error::refuse;
use super::redeem::welcomed;
use super::redeem_cookie::RedeemCookie;
use super::sign_in::{joined_path_of, path_of};
use super::sign_out::pairs;
use super::view::{Onward, WrongIdentity};
use super::visit::Visit;
use super::{cookies, flow_cookie};
use crate::Web;
use crate::http::{Access, Route};

/// The one address every answer comes back to.
pub const ROUTES: &[Route] =
    &[Route { method: "GET", path: upstream::CALLBACK, access: Access::Browser, handler: || get(arrived) }];

type Reply = Result<Response, Response>;

async fn arrived(State(web): State<Web>, visit: Visit, RawQuery(query): RawQuery) -> Reply {
    let answer = Parameters::new(pairs(query.unwrap_or_default().as_bytes()));
    let no = |refusal| refuse(&visit, &refusal, None);
    let arrival = upstream::arrival(&web.app, answer.get("state").unwrap_or_default()).await.map_err(no)?;
    let code = answer.get("code").map(str::to_owned);
    match arrival.flow {
        Answered::SignIn(flow) => to_sign_in(&web, &visit, arrival, flow, code).await,
        Answered::Redemption(flow) => to_redemption(&web, &visit, arrival, flow, code).await,
    }
}

/// The page of a refusal with the name of the organisation that asked: this browser has begun a flow there.
async fn no(web: &Web, visit: &Visit, arrival: Arrival, refusal: &Refusal) -> Response {
    let host = web.app.tenant_named(&arrival.host.to_string()).await.ok();
    refuse(visit, refusal, host.as_ref())
}

async fn to_sign_in(web: &Web, visit: &Visit, arrival: Arrival, flow: Uuid, code: Option<String>) -> Reply {
    let tenant = arrival.host;
    if !flow_cookie::holds(web, visit, tenant, flow) {
        return Err(refuse(visit, &Refusal::SignIn(SignInRefusal::FlowLost), None));
    }
    let place = Place { tenant, flow, session: visit.session(tenant).map(str::to_owned) };
    let proven = match upstream::identify(&web.app, arrival, code).await {
        Ok(identity) => sign_in::arrive(&web.app, &place, arrival, identity).await,
        Err(refusal) => Err(refusal),
    };
    match proven {
        Ok(Proven::SignedIn(entered)) => {
            let host = web.app.tenant_named(&tenant.to_string()).await;
            let name = host.map_or_else(|_| String::new(), |host| host.display_name);
            let to = path_of(tenant, flow);
            let mut response = if entered.frames.is_empty() {
                visit.page(StatusCode::OK, &Onward { frame: visit.frame(), name, to })
            } else {
                visit.go_telling(&to, entered.frames)
            };
            cookies::set_session(response.headers_mut(), tenant, &entered.session);
            Ok(response)
        }
        // By a page of our own, as above: cookies that were kept back come along from there.
        Ok(Proven::Owing { flow: next }) => {
            let host = web.app.tenant_named(&tenant.to_string()).await;
            let name = host.map_or_else(|_| String::new(), |host| host.display_name);
            let page = Onward { frame: visit.frame(), name, to: path_of(tenant, next) };
            let mut response = visit.page(StatusCode::OK, &page);
            if let Some(value) = flow_cookie::with(web, visit, tenant, next) {
                let name = cookies::of_tenant(cookies::FLOW, tenant);
                cookies::set(response.headers_mut(), &name, &value);
            }
            Ok(response)
        }
        Ok(Proven::PendingRedemption { redemption }) => {
            let cookie = RedeemCookie::of_sign_in(tenant, redemption, joined_path_of(tenant, flow));
            let mut response = visit.go(&cookie.step("consent"));
            cookie.keep(web, response.headers_mut());
            Ok(response)
        }
        Err(refusal) => Err(no(web, visit, arrival, &refusal).await),
    }
}

async fn to_redemption(
    web: &Web,
    visit: &Visit,
    arrival: Arrival,
    flow: Uuid,
    code: Option<String>,
) -> Reply {
    let cookie = RedeemCookie::held(web, visit, arrival.host);
    let Some(cookie) = cookie.filter(|cookie| cookie.flow == Some(flow)) else {
        return Err(refuse(visit, &Refusal::SignIn(SignInRefusal::FlowLost), None));
    };
    let identity = match upstream::identify(&web.app, arrival, code).await {
        Ok(identity) => identity,
        Err(refusal) => return Err(no(web, visit, arrival, &refusal).await),
    };
    let signed_in_as = identity.addresses().first().map(ToString::to_string);
    match redeem::prove_home(&web.app, arrival.host, flow, identity).await {
        Ok(Told::MailboxToo) => Ok(visit.go(&cookie.step("account"))),
        Ok(Told::Enough) => {
            match redeem::accept_unasked(&web.app, arrival.host, flow, visit.session(arrival.host)).await {
                Ok(Some(redeemed)) => Ok(welcomed(web, visit, &cookie, redeemed)),
                Ok(None) => Ok(visit.go(&cookie.step("consent"))),
                Err(refusal) => Err(no(web, visit, arrival, &refusal).await),
            }
        }
        Err(refusal) => match (&refusal, signed_in_as) {
            (Refusal::Redemption(RedemptionRefusal::WrongIdentity { invited }), Some(signed_in_as)) => {
                let host = web.app.tenant_named(&arrival.host.to_string()).await;
                let page = WrongIdentity {
                    frame: visit.frame(),
                    host_name: host.map_or_else(|_| String::new(), |host| host.display_name),
                    invited_address: invited.clone(),
                    signed_in_as,
                    another_account: visit.form_about(&cookie.step("another-account"), &cookie.about()),
                    prove_mailbox: None,
                    trace: visit.trace(&refusal),
                };
                Ok(visit.page(StatusCode::FORBIDDEN, &page))
            }
            _ => Err(no(web, visit, arrival, &refusal).await),
        },
    }
}
