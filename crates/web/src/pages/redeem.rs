//! Accepting an invitation: welcome, code, consent, done. The link's ticket is moved into a sealed
//! cookie at once and the address is clean from then on (threats A12, A13). Refuses to change anything
//! on GET and HEAD (threats A9).

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use hospes_actions::redeem;
use hospes_domain::ids::TenantId;
use hospes_domain::link::LinkTicket;
use hospes_domain::refusal::{RedemptionRefusal, Refusal, SignInRefusal};
use http::StatusCode;
use url::form_urlencoded;

use super::csrf::PostedForm;
use super::error::refuse;
use super::redeem_cookie::{Arrived, RedeemCookie};
use super::sign_in::without_joined;
use super::view::{Consent, Done, Host, Landing, Link, OwnWords, Passcode, PasscodeError, Welcome};
use super::visit::Visit;
use super::words::{self, Moment};
use super::{cookies, redeem_account};
use crate::Web;
use crate::http::{Access, Noise, Route};

/// The routes of a redemption.
pub const ROUTES: &[Route] = &[
    shown("/redeem", || get(open)),
    shown("/redeem/", || get(open)),
    shown("/{tenant}/redeem/welcome", || get(welcome)),
    posted("/{tenant}/redeem/accept", || post(accept)),
    posted("/{tenant}/redeem/another-account", || post(another_account)),
    shown("/{tenant}/redeem/account", || get(redeem_account::other_account)),
    posted("/{tenant}/redeem/account", || post(redeem_account::name_account)),
    posted("/{tenant}/redeem/mailbox", || post(redeem_account::prove_mailbox)),
    shown("/{tenant}/redeem/code", || get(code)),
    posted("/{tenant}/redeem/code", || post(check_code)),
    posted("/{tenant}/redeem/code/again", || post(send_again)),
    shown("/{tenant}/redeem/consent", || get(consent)),
    posted("/{tenant}/redeem/consent", || post(agree)),
    posted("/{tenant}/redeem/cancel", || post(cancel)),
    shown("/{tenant}/redeem/done", || get(done)),
    shown("/{tenant}/redeem/not-me", || get(super::redeem_not_me::ask)),
    posted("/{tenant}/redeem/not-me", || post(super::redeem_not_me::report)),
];

const fn shown(path: &'static str, handler: fn() -> MethodRouter<Web>) -> Route {
    Route { method: "GET", path, access: Access::Browser, handler }
}

const fn posted(path: &'static str, handler: fn() -> MethodRouter<Web>) -> Route {
    Route { method: "POST", path, access: Access::Browser, handler }
}

pub(super) type Answer = Result<Response, Response>;
/// The tenant of a path.
pub(super) type TenantPath = Path<String>;

fn flow_lost() -> Refusal {
    Refusal::Redemption(RedemptionRefusal::FlowLost)
}

/// The link itself. Tenant and ticket are taken from it, everything else from the row.
async fn open(State(web): State<Web>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let rd = form_urlencoded::parse(query.as_bytes()).find(|(k, _)| k == "rd").map(|(_, v)| v.into_owned());
    // The inner address, opened by itself, is the same link.
    let rd = rd.unwrap_or_else(|| format!("{}/redeem/?{query}", web.app.public_url()));
    let unknown = Refusal::Redemption(RedemptionRefusal::UnknownLink);
    // Before the link is looked at: a source that guesses learns nothing from the guesses after.
    if let Err(refusal) = visit.may(Noise::BadLink) {
        return refuse(&visit, &refusal, None);
    }
    let found = match redeem::ticket_of(&rd) {
        // Genuine, if it is refused for any other reason: the page behind the clean address shows its state.
        Some((tenant, ticket)) => match redeem::look(&web.app, tenant, ticket).await {
            Err(refusal) if refusal == unknown => None,
            _ => Some((tenant, ticket)),
        },
        None => None,
    };
    let Some((tenant, ticket)) = found else {
        visit.note(Noise::BadLink);
        return refuse(&visit, &unknown, None);
    };
    let cookie = RedeemCookie::of_link(tenant, ticket);
    keep(&web, &visit, &cookie, &cookie.step("welcome"))
}

pub(super) fn keep(web: &Web, visit: &Visit, cookie: &RedeemCookie, next: &str) -> Response {
    let mut response = visit.go(next);
    cookie.keep(web, response.headers_mut());
    response
}

pub(super) fn cookie(web: &Web, visit: &Visit, at: &TenantPath) -> Result<RedeemCookie, Response> {
    let found = TenantId::parse(&at.0).and_then(|tenant| RedeemCookie::held(web, visit, tenant));
    found.ok_or_else(|| refuse(visit, &flow_lost(), None))
}

/// The cookie a form belongs to: another invitation, opened since in another window, is not what was agreed to.
pub(super) fn cookie_of(
    web: &Web,
    visit: &Visit,
    at: &TenantPath,
    form: &PostedForm,
) -> Result<RedeemCookie, Response> {
    let cookie = cookie(web, visit, at)?;
    if form.about() == cookie.about() { Ok(cookie) } else { Err(refuse(visit, &flow_lost(), None)) }
}

pub(super) fn ticket(visit: &Visit, cookie: &RedeemCookie) -> Result<LinkTicket, Response> {
    cookie.ticket().ok_or_else(|| refuse(visit, &flow_lost(), None))
}

pub(super) fn flow(visit: &Visit, cookie: &RedeemCookie) -> Result<uuid::Uuid, Response> {
    cookie.flow.ok_or_else(|| refuse(visit, &flow_lost(), None))
}

/// The page of a refusal, with the host's name: the visitor holds a genuine link of it.
pub(super) async fn no(web: &Web, visit: &Visit, tenant: TenantId, refusal: &Refusal) -> Response {
    let host = web.app.tenant_named(&tenant.to_string()).await.ok();
    refuse(visit, refusal, host.as_ref())
}

/// Where somebody belongs who comes back, by the button of the browser or by reloading, to a page whose step is
/// behind them.
pub(super) async fn ahead(web: &Web, cookie: &RedeemCookie) -> Option<String> {
    if cookie.arrived.is_some() {
        return Some(cookie.step("done"));
    }
    redeem::terms(&web.app, cookie.tenant, cookie.flow?).await.is_ok().then(|| cookie.step("consent"))
}

async fn welcome(State(web): State<Web>, at: TenantPath, visit: Visit) -> Answer {
    let cookie = cookie(&web, &visit, &at)?;
    if cookie.arrived.is_some() {
        return Ok(visit.go(&cookie.step("done")));
    }
    let facts = match redeem::look(&web.app, cookie.tenant, ticket(&visit, &cookie)?).await {
        Ok(facts) => facts,
        Err(refusal) => return Err(no(&web, &visit, cookie.tenant, &refusal).await),
    };
    let (way, next) = words::redeeming(facts.home.as_deref());
    let author = facts.inviter.clone().unwrap_or_else(|| facts.host.clone());
    let page = Welcome {
        frame: visit.frame(),
        inviter: facts.inviter,
        valid_until: Moment(facts.until),
        message: facts.message.map(|text| OwnWords { text, author }),
        guest_address: facts.invited,
        sign_in_way: way,
        next_step: next,
        agreed_with: facts.home.filter(|_| facts.automatic),
        landing: landing(facts.lands_at, &facts.host),
        host: Host { name: facts.host, domain: facts.host_domain, domain_verified: true },
        groups: facts.groups,
        accept: visit.form_about(&cookie.step("accept"), &cookie.about()),
        another_account: facts
            .another_account
            .then(|| visit.form_about(&cookie.step("another-account"), &cookie.about())),
        not_meant_for_me: cookie.step("not-me"),
        privacy_statement: facts.privacy_url,
    };
    Ok(visit.page(StatusCode::OK, &page))
}

fn landing(lands_at: Option<String>, host: &str) -> Landing {
    match lands_at {
        Some(at) => Landing { name: at.clone(), foreign_host: Some(at) },
        None => Landing { name: format!("My Apps at {host}"), foreign_host: None },
    }
}

async fn accept(State(web): State<Web>, at: TenantPath, visit: Visit, form: PostedForm) -> Answer {
    let cookie = cookie_of(&web, &visit, &at, &form)?;
    // Pressed again after going back: the code that was mailed still works, and another is a button away.
    if let Some(flow) = cookie.flow
        && redeem::code_sent(&web.app, cookie.tenant, flow).await.is_ok_and(|sent| sent.works)
    {
        return Ok(visit.go(&cookie.step("code")));
    }
    ask_for_code(&visit)?;
    // At home first, if the address has one: its owner says who that is, and no code goes out.
    if let Some(response) = at_home(&web, &visit, &cookie, false).await? {
        return Ok(response);
    }
    match redeem::begin(&web.app, cookie.tenant, ticket(&visit, &cookie)?).await {
        Ok(begun) => {
            let cookie = cookie.with_flow(begun.flow);
            Ok(keep(&web, &visit, &cookie, &cookie.step("code")))
        }
        Err(refusal) => Err(no(&web, &visit, cookie.tenant, &refusal).await),
    }
}

/// "Use another account": the organisation is asked again, and asks for the password.
async fn another_account(State(web): State<Web>, at: TenantPath, visit: Visit, form: PostedForm) -> Answer {
    let cookie = cookie_of(&web, &visit, &at, &form)?;
    let response = at_home(&web, &visit, &cookie, true).await?;
    // Nobody owns the address: the person says where the account is.
    Ok(response.unwrap_or_else(|| {
        let cookie = cookie.without_flow();
        keep(&web, &visit, &cookie, &cookie.step("account"))
    }))
}

/// On to the organisation the invited address belongs to, if it is on this server.
async fn at_home(
    web: &Web,
    visit: &Visit,
    cookie: &RedeemCookie,
    fresh: bool,
) -> Result<Option<Response>, Response> {
    match redeem::ask_home(&web.app, cookie.tenant, ticket(visit, cookie)?, fresh).await {
        Ok(Some(sent)) => {
            let cookie = cookie.clone().with_flow(sent.flow);
            Ok(Some(keep(web, visit, &cookie, &sent.to)))
        }
        Ok(None) => Ok(None),
        Err(refusal) => Err(no(web, visit, cookie.tenant, &refusal).await),
    }
}

/// One more code for this source, if there is room (threats G6).
pub(super) fn ask_for_code(visit: &Visit) -> Result<(), Response> {
    visit.may(Noise::CodeAsked).map_err(|refusal| refuse(visit, &refusal, None))?;
    visit.note(Noise::CodeAsked);
    Ok(())
}

async fn code(State(web): State<Web>, at: TenantPath, visit: Visit) -> Answer {
    let cookie = cookie(&web, &visit, &at)?;
    match ahead(&web, &cookie).await {
        Some(page) => Ok(visit.go(&page)),
        None => code_page(&web, &visit, &cookie, None).await,
    }
}

async fn code_page(web: &Web, visit: &Visit, cookie: &RedeemCookie, error: Option<PasscodeError>) -> Answer {
    let flow = flow(visit, cookie)?;
    let sent = match redeem::code_sent(&web.app, cookie.tenant, flow).await {
        Ok(sent) => sent,
        Err(refusal) => return Err(no(web, visit, cookie.tenant, &refusal).await),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    // Somebody who comes back to the page is not asked for a code that cannot be typed any more.
    let over = (!sent.works).then_some(PasscodeError::RunOut);
    let page = Passcode {
        frame: visit.frame(),
        redeeming: true,
        address: sent.masked,
        works_until: Moment(sent.code_until),
        error: error.or(over),
        new_code_from: sent.again_from.map(Moment),
        sender: None,
        check: visit.form_about(&cookie.step("code"), &cookie.about()),
        resend: visit.form_about(&cookie.step("code/again"), &cookie.about()),
        another_account: None,
    };
    Ok(visit.page(status, &page))
}

async fn check_code(State(web): State<Web>, at: TenantPath, visit: Visit, form: PostedForm) -> Answer {
    let cookie = cookie_of(&web, &visit, &at, &form)?;
    let Some(typed) = words::typed_code(form.get("code")) else {
        return code_page(&web, &visit, &cookie, Some(PasscodeError::NotEightDigits)).await;
    };
    match redeem::prove(&web.app, cookie.tenant, flow(&visit, &cookie)?, typed).await {
        Ok(_) => Ok(visit.go(&cookie.step("consent"))),
        Err(refusal) => match code_error(&refusal) {
            // Pressed twice, or once more after going back: the code was right the first time.
            Some(PasscodeError::NoTriesLeft) if ahead(&web, &cookie).await.is_some() => {
                Ok(visit.go(&cookie.step("consent")))
            }
            Some(error) => code_page(&web, &visit, &cookie, Some(error)).await,
            None => Err(no(&web, &visit, cookie.tenant, &refusal).await),
        },
    }
}

/// What the passcode page says about a refused code; `None` when another page has to.
pub(super) fn code_error(refusal: &Refusal) -> Option<PasscodeError> {
    match refusal {
        Refusal::SignIn(SignInRefusal::WrongPasscode { tries_left }) => {
            Some(PasscodeError::NotTheCode { tries_left: u8::try_from(*tries_left).unwrap_or(u8::MAX) })
        }
        Refusal::SignIn(SignInRefusal::PasscodeOver) => Some(PasscodeError::NoTriesLeft),
        Refusal::TooMany { .. } => Some(PasscodeError::MailboxPaused),
        _ => None,
    }
}

async fn send_again(State(web): State<Web>, at: TenantPath, visit: Visit, form: PostedForm) -> Answer {
    let cookie = cookie_of(&web, &visit, &at, &form)?;
    ask_for_code(&visit)?;
    match redeem::send_code(&web.app, cookie.tenant, flow(&visit, &cookie)?).await {
        Ok(_) => Ok(visit.go(&cookie.step("code"))),
        Err(refusal) => Err(no(&web, &visit, cookie.tenant, &refusal).await),
    }
}

async fn consent(State(web): State<Web>, at: TenantPath, visit: Visit) -> Answer {
    let cookie = cookie(&web, &visit, &at)?;
    if cookie.arrived.is_some() {
        return Ok(visit.go(&cookie.step("done")));
    }
    let terms = match redeem::terms(&web.app, cookie.tenant, flow(&visit, &cookie)?).await {
        Ok(terms) => terms,
        Err(refusal) => return Err(no(&web, &visit, cookie.tenant, &refusal).await),
    };
    let page = Consent {
        frame: visit.frame(),
        host: Host { name: terms.host, domain: terms.host_domain, domain_verified: true },
        guest_address: terms.address.to_string(),
        account: terms.account.map(|account| account.to_string()),
        privacy_statement: terms.privacy_url,
        accept: visit.form_about(&cookie.step("consent"), &cookie.about()),
        cancel: visit.form_about(&cookie.step("cancel"), &cookie.about()),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

async fn agree(State(web): State<Web>, at: TenantPath, visit: Visit, form: PostedForm) -> Answer {
    let cookie = cookie_of(&web, &visit, &at, &form)?;
    if cookie.arrived.is_some() {
        // Pressed twice, or once more after going back.
        return Ok(visit.go(&cookie.step("done")));
    }
    let session = visit.session(cookie.tenant);
    match redeem::accept(&web.app, cookie.tenant, flow(&visit, &cookie)?, session).await {
        Ok(redeemed) => Ok(welcomed(&web, &visit, &cookie, redeemed)),
        Err(refusal) => Err(no(&web, &visit, cookie.tenant, &refusal).await),
    }
}

/// Leads on who has redeemed.
pub(super) fn welcomed(
    web: &Web,
    visit: &Visit,
    cookie: &RedeemCookie,
    redeemed: redeem::Redeemed,
) -> Response {
    // Somebody who came from an app goes back to it, everybody else to the page that says where next.
    let mut response = if let Some(back) = &cookie.back {
        let mut response = visit.go_telling(back, redeemed.frames);
        cookie.clear(response.headers_mut());
        response
    } else {
        let url = match redeemed.landing {
            redeem::Landing::MyApps => None,
            redeem::Landing::Url(url) => Some(url),
        };
        let arrived = Arrived {
            address: redeemed.sign_in_name.to_string(),
            url,
            about: cookie.about(),
            method: redeemed.method.to_owned(),
        };
        let mut response = visit.go_telling(&cookie.step("done"), redeemed.frames);
        RedeemCookie::arrived(cookie.tenant, arrived).keep(web, response.headers_mut());
        response
    };
    cookies::set_session(response.headers_mut(), cookie.tenant, &redeemed.session);
    response
}

async fn cancel(State(web): State<Web>, at: TenantPath, visit: Visit, form: PostedForm) -> Answer {
    let cookie = cookie_of(&web, &visit, &at, &form)?;
    // Somebody who came from an app goes back to its sign-in, everybody else to the invitation.
    let next =
        cookie.back.as_deref().map_or_else(|| cookie.step("welcome"), |back| without_joined(back).to_owned());
    Ok(keep(&web, &visit, &cookie.without_flow(), &next))
}

async fn done(State(web): State<Web>, at: TenantPath, visit: Visit) -> Answer {
    let cookie = cookie(&web, &visit, &at)?;
    let Some(arrived) = cookie.arrived else { return Err(refuse(&visit, &flow_lost(), None)) };
    let host = match web.app.tenant_named(&cookie.tenant.to_string()).await {
        Ok(host) => host,
        Err(refusal) => return Err(refuse(&visit, &refusal, None)),
    };
    let my_apps = format!("/myapps/{}", host.id);
    let foreign_host = arrived.url.as_deref().and_then(hospes_domain::redirect::host);
    let next = match arrived.url {
        Some(url) => Link { label: foreign_host.clone().unwrap_or_else(|| url.clone()), url },
        None => Link { label: "My Apps".to_owned(), url: my_apps.clone() },
    };
    let page = Done {
        frame: visit.frame(),
        host: Host { name: host.display_name, domain: host.initial_domain, domain_verified: true },
        guest_address: arrived.address,
        sign_in_way: words::way(&arrived.method).to_owned(),
        my_apps: (next.url != my_apps).then_some(my_apps),
        next,
        foreign_host,
    };
    Ok(visit.page(StatusCode::OK, &page))
}
