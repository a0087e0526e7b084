//! "Use another account" where nobody owns the invited domain: an account of another organisation here, together with a
//! code to the invited mailbox (threats B1). Refuses to send a code anywhere else.

use axum::extract::State;
use axum::response::Response;
use hospes_actions::redeem::{self, SignedInAs};
use hospes_domain::refusal::{RedemptionRefusal, Refusal};
use http::StatusCode;

use super::csrf::PostedForm;
use super::redeem::{Answer, TenantPath, ahead, ask_for_code, cookie, cookie_of, flow, keep, no, ticket};
use super::redeem_cookie::RedeemCookie;
use super::view::{OtherAccount, WrongIdentity};
use super::visit::Visit;
use crate::Web;

/// Which account, or what is missing with the one that signed in.
pub(super) async fn other_account(State(web): State<Web>, at: TenantPath, visit: Visit) -> Answer {
    let cookie = cookie(&web, &visit, &at)?;
    if let Some(page) = ahead(&web, &cookie).await {
        return Ok(visit.go(&page));
    }
    if let Some(flow) = cookie.flow
        && let Ok(Some(who)) = redeem::signed_in_as(&web.app, cookie.tenant, flow).await
    {
        return Ok(mailbox_too(&visit, &cookie, who));
    }
    ask(&web, &visit, &cookie, "", None).await
}

/// Signed in with another address than the invited one: nothing is bound, and a code may help.
fn mailbox_too(visit: &Visit, cookie: &RedeemCookie, who: SignedInAs) -> Response {
    let wrong = Refusal::Redemption(RedemptionRefusal::WrongIdentity { invited: who.invited.clone() });
    let form = |step| visit.form_about(&cookie.step(step), &cookie.about());
    let page = WrongIdentity {
        frame: visit.frame(),
        host_name: who.host,
        invited_address: who.invited,
        signed_in_as: who.account.to_string(),
        another_account: form("another-account"),
        prove_mailbox: who.by_code.then(|| form("mailbox")),
        trace: visit.trace(&wrong),
    };
    visit.page(StatusCode::FORBIDDEN, &page)
}

async fn ask(web: &Web, visit: &Visit, cookie: &RedeemCookie, typed: &str, error: Option<String>) -> Answer {
    let facts = match redeem::look(&web.app, cookie.tenant, ticket(visit, cookie)?).await {
        Ok(facts) => facts,
        Err(refusal) => return Err(no(web, visit, cookie.tenant, &refusal).await),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = OtherAccount {
        frame: visit.frame(),
        host_name: facts.host,
        invited_address: facts.invited,
        address: typed.to_owned(),
        error,
        form: visit.form_about(&cookie.step("account"), &cookie.about()),
        back: cookie.step("welcome"),
    };
    Ok(visit.page(status, &page))
}

/// "Next": on to the organisation of the typed address.
pub(super) async fn name_account(
    State(web): State<Web>,
    at: TenantPath,
    visit: Visit,
    form: PostedForm,
) -> Answer {
    let cookie = cookie_of(&web, &visit, &at, &form)?;
    let typed = form.get("address");
    match redeem::ask_account(&web.app, cookie.tenant, ticket(&visit, &cookie)?, typed).await {
        Ok(sent) => {
            let cookie = cookie.with_flow(sent.flow);
            Ok(keep(&web, &visit, &cookie, &sent.to))
        }
        Err(Refusal::Invalid(why)) => {
            ask(&web, &visit, &cookie, typed, Some(format!("{} {}", why.cause, why.remedy))).await
        }
        Err(refusal) => Err(no(&web, &visit, cookie.tenant, &refusal).await),
    }
}

/// "Prove the invited mailbox with a code", in the flow of whoever signed in.
pub(super) async fn prove_mailbox(
    State(web): State<Web>,
    at: TenantPath,
    visit: Visit,
    form: PostedForm,
) -> Answer {
    let cookie = cookie_of(&web, &visit, &at, &form)?;
    let flow = flow(&visit, &cookie)?;
    // Pressed again after going back: the code that was mailed still works.
    let sent = redeem::code_sent(&web.app, cookie.tenant, flow).await;
    if !sent.is_ok_and(|sent| sent.works) {
        ask_for_code(&visit)?;
        if let Err(refusal) = redeem::send_code(&web.app, cookie.tenant, flow).await {
            return Err(no(&web, &visit, cookie.tenant, &refusal).await);
        }
    }
    Ok(visit.go(&cookie.step("code")))
}
