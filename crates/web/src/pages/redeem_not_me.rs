//! "This was not meant for me": the question and the note to the host. Refuses to end the invitation (threats A2).

use axum::extract::State;
use hospes_actions::redeem;
use http::StatusCode;

use super::csrf::PostedForm;
use super::redeem::{Answer, TenantPath, cookie, cookie_of, no, ticket};
use super::view::{NotMeantForMe, NotMeantForMeNoted};
use super::visit::Visit;
use crate::Web;

pub(super) async fn ask(State(web): State<Web>, at: TenantPath, visit: Visit) -> Answer {
    let cookie = cookie(&web, &visit, &at)?;
    match redeem::look(&web.app, cookie.tenant, ticket(&visit, &cookie)?).await {
        Ok(facts) => Ok(visit.page(
            StatusCode::OK,
            &NotMeantForMe {
                frame: visit.frame(),
                host_name: facts.host,
                guest_address: facts.invited,
                report: visit.form_about(&cookie.step("not-me"), &cookie.about()),
                back: cookie.step("welcome"),
            },
        )),
        Err(refusal) => Err(no(&web, &visit, cookie.tenant, &refusal).await),
    }
}

pub(super) async fn report(State(web): State<Web>, at: TenantPath, visit: Visit, form: PostedForm) -> Answer {
    let cookie = cookie_of(&web, &visit, &at, &form)?;
    match redeem::decline(&web.app, cookie.tenant, ticket(&visit, &cookie)?).await {
        Ok(()) => {
            let host = web.app.tenant_named(&cookie.tenant.to_string()).await.map(|t| t.display_name);
            let page = NotMeantForMeNoted { frame: visit.frame(), host_name: host.unwrap_or_default() };
            let mut response = visit.page(StatusCode::OK, &page);
            cookie.clear(response.headers_mut());
            Ok(response)
        }
        Err(refusal) => Err(no(&web, &visit, cookie.tenant, &refusal).await),
    }
}
