//! The second factor on the pages of a sign-in: asking for it, and setting one up where a role demands it. Refuses nothing
//! itself: the verbs do.

use axum::response::Response;
use hospes_actions::sign_in::{
    Page, Place, Shown, enrol as enrol_factor, look, offer_enrolment, show_second_factor,
};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::second_factor::{read_recovery_code, read_totp};
use http::StatusCode;

use super::deliver::policy_towards;
use super::sign_in::{Reply, no, path_of};
use super::sign_in_forms::signed_in;
use super::sign_in_posted::Posted;
use super::view::{EnrolFactor, Link, RecoveryCodes, SecondFactor};
use super::visit::Visit;
use super::words::{Moment, counted};
use super::{device_cookie, qr};
use crate::Web;

/// What was wrong with what was typed.
#[derive(Default)]
pub(super) struct Wrong {
    pub(super) code: Option<String>,
    pub(super) recovery: Option<String>,
    pub(super) name: Option<String>,
}

impl Wrong {
    fn status(&self) -> StatusCode {
        let wrong = self.code.is_some() || self.recovery.is_some() || self.name.is_some();
        if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

/// The page that asks for it.
pub(super) fn ask(visit: &Visit, place: &Place, page: &Page, recovery: bool, wrong: Wrong) -> Response {
    let base = path_of(place.tenant, place.flow);
    let status = wrong.status();
    let asked = SecondFactor {
        frame: visit.frame(),
        tenant_name: page.tenant.display_name.clone(),
        app_name: page.app.as_ref().map(|app| app.name.clone()),
        recovery,
        code_error: wrong.code,
        recovery_error: wrong.recovery,
        check: visit.form(format!("{base}/second-factor")),
        another_account: visit.form(format!("{base}/another-account")),
    };
    visit.page_with(status, &asked, &policy(page))
}

fn policy(page: &Page) -> String {
    policy_towards(page.app.as_ref().map(|app| app.redirect_uri.as_str()))
}

/// The page that sets one up; `again` is the secret of the page before, and the name typed there.
pub(super) async fn offer(
    web: &Web,
    visit: &Visit,
    place: &Place,
    page: &Page,
    again: Option<(&str, &str)>,
    wrong: Wrong,
) -> Reply {
    let (sealed, name) = again.unzip();
    let enrolment = match offer_enrolment(&web.app, place, sealed).await {
        Ok(enrolment) => enrolment,
        Err(refusal) => return Err(no(web, visit, place, &refusal).await),
    };
    let base = path_of(place.tenant, place.flow);
    let status = wrong.status();
    let offered = EnrolFactor {
        frame: visit.frame(),
        tenant_name: page.tenant.display_name.clone(),
        demanded: true,
        qr: qr::svg(&enrolment.url),
        secret: enrolment.secret.to_string(),
        sealed: enrolment.sealed,
        name: name.unwrap_or_default().to_owned(),
        name_error: wrong.name,
        code_error: wrong.code,
        form: visit.form(format!("{base}/enrol")),
        cancel: None,
        another_account: Some(visit.form(format!("{base}/another-account"))),
    };
    Ok(visit.page_with(status, &offered, &policy(page)))
}

/// "Continue" under the code of the app or the recovery code.
pub(super) async fn second_factor(at: Posted) -> Reply {
    let by_recovery = at.form.has("recovery");
    // What cannot be one costs no try.
    let shown = if by_recovery {
        read_recovery_code(at.form.get("recovery")).map(Shown::Recovery)
    } else {
        read_totp(at.form.get("code")).map(Shown::App)
    };
    let answer = match shown {
        Some(shown) => show_second_factor(&at.web.app, &at.place, shown).await,
        None => return again(&at, by_recovery, unreadable(by_recovery).to_owned()).await,
    };
    match answer {
        Ok(Some(entered)) => Ok(signed_in(&at, &entered)),
        Ok(None) => Ok(at.onward()),
        Err(Refusal::SignIn(SignInRefusal::WrongSecondFactor { tries_left })) => {
            let words = format!(
                "The code is not right, or was used before. {} left.",
                counted(i64::from(tries_left), "try")
            );
            again(&at, by_recovery, words).await
        }
        Err(refusal) => Err(at.no(&refusal).await),
    }
}

fn unreadable(by_recovery: bool) -> &'static str {
    if by_recovery {
        "A recovery code has twelve letters and digits. Type all of them."
    } else {
        "The code has six digits. Type all of them."
    }
}

async fn again(at: &Posted, by_recovery: bool, words: String) -> Reply {
    let page = match look(&at.web.app, &at.place).await {
        Ok(page) => page,
        Err(refusal) => return Err(at.no(&refusal).await),
    };
    let hospes_actions::sign_in::Ask::SecondFactor { recovery } = page.ask else {
        return Ok(at.onward());
    };
    let wrong = if by_recovery {
        Wrong { recovery: Some(words), ..Wrong::default() }
    } else {
        Wrong { code: Some(words), ..Wrong::default() }
    };
    Ok(ask(&at.visit, &at.place, &page, recovery, wrong))
}

/// "Add the app".
pub(super) async fn enrol(at: Posted) -> Reply {
    let Posted { web, visit, place, form } = &at;
    let (sealed, name) = (form.get("sealed"), form.get("name"));
    let page = match look(&web.app, place).await {
        Ok(page) => page,
        Err(refusal) => return Err(at.no(&refusal).await),
    };
    let added = match enrol_factor(&web.app, place, sealed, name, form.get("code")).await {
        Ok(added) => added,
        Err(Refusal::Invalid(why)) => {
            let wrong = wrong_field(&why);
            return offer(web, visit, place, &page, Some((sealed, name)), wrong).await;
        }
        Err(refusal) => return Err(at.no(&refusal).await),
    };
    let next = Link { label: "Go on".to_owned(), url: path_of(place.tenant, place.flow) };
    let printed = RecoveryCodes {
        frame: visit.frame(),
        tenant_name: page.tenant.display_name,
        sign_in_name: added.sign_in_name,
        codes: added.recovery_codes,
        at: Moment(web.app.now()),
        next,
    };
    let mut response = visit.page(StatusCode::OK, &printed);
    if let Some(entered) = &added.entered {
        device_cookie::entered(web, visit, place.tenant, response.headers_mut(), entered);
    }
    Ok(response)
}

/// Which field was wrong, and why.
pub(super) fn wrong_field(why: &hospes_domain::refusal::Invalid) -> Wrong {
    let words = Some(format!("{} {}", why.cause, why.remedy));
    if why.field == "name" {
        Wrong { name: words, ..Wrong::default() }
    } else {
        Wrong { code: words, ..Wrong::default() }
    }
}
