//! The one place where a refusal becomes a page (look section 5: what happened, why we were careful,
//! what is not lost, what to do). Refuses to answer 200, and to tell strangers more than they showed.

mod sentences;

use axum::response::Response;
use hospes_domain::refusal::{RedemptionRefusal, Refusal, SignInRefusal};
use hospes_domain::tenant::Tenant;
use http::StatusCode;
use http::header::RETRY_AFTER;

use self::sentences::explain;
use super::leave;
use super::view::{Link, LinkExpired, LinkSuperseded, LinkUnknown, LinkUsed, RefusalPage, Trace};
use super::visit::Visit;
use super::words::Moment;

/// A posted form that cannot be one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageError {
    /// Posted from elsewhere, or without this browser's token.
    ForeignForm,
    /// Not a form, or a field sent twice.
    NotAForm,
}

/// The page about such a form. People get here when their browser has forgotten its cookies between two pages.
pub fn refuse_form(visit: &Visit, error: PageError) -> Response {
    let (status, code, why) = match error {
        PageError::ForeignForm => (
            StatusCode::FORBIDDEN,
            "form_not_ours",
            "We take a form only from the browser that was given its page, so that nobody else can fill it in for you.",
        ),
        PageError::NotAForm => (
            StatusCode::BAD_REQUEST,
            "not_a_form",
            "What arrived is not what a page of ours sends, so we did not guess what was meant.",
        ),
    };
    let trace = Trace { code: code.to_owned(), ..visit.trace(&Refusal::Internal) };
    let page = RefusalPage {
        frame: visit.frame(),
        title: "This page has lost its place".to_owned(),
        happened: Some("Your browser no longer knows the page this form stood on. That happens when cookies are deleted in between.".to_owned()),
        why_careful: why.to_owned(),
        not_lost: Some("Nothing was changed. An invitation you hold still waits.".to_owned()),
        what_to_do: "Open the link in your mail again, or go back to the app and sign in again.".to_owned(),
        button: None,
        slipped: false,
        trace,
    };
    visit.page(status, &page)
}

/// The page for a form of somebody who is not signed in any more: nothing of it was taken, and it says so.
pub fn refuse_signed_out(visit: &Visit, sign_in: &str) -> Response {
    let page = RefusalPage {
        frame: visit.frame(),
        title: "You are not signed in any more".to_owned(),
        happened: Some("Your session ended before this form arrived, so it was not taken. Sessions end after a while, when somebody signs you out, and when you are given an administrator role.".to_owned()),
        why_careful: "Without a sign-in we do not know who asks for the change.".to_owned(),
        not_lost: Some("Nothing was saved and nothing was changed.".to_owned()),
        what_to_do: "Sign in again in another window, then go back one page and send the form again: most browsers still have what you typed.".to_owned(),
        button: Some(Link { label: "Sign in".to_owned(), url: sign_in.to_owned() }),
        slipped: false,
        trace: Trace { code: "signed_out".to_owned(), ..visit.trace(&Refusal::Internal) },
    };
    visit.page(StatusCode::FORBIDDEN, &page)
}

/// The page for an address that only takes forms, opened as if it were a page.
pub fn refuse_method(visit: &Visit) -> Response {
    let page = RefusalPage {
        frame: visit.frame(),
        title: "This address is not a page".to_owned(),
        happened: Some("It only takes what is typed on the page before it.".to_owned()),
        why_careful: "Opening an address by itself never changes anything here.".to_owned(),
        not_lost: Some("Nothing was changed.".to_owned()),
        what_to_do: "Go back one page, or begin again with the link in your mail or at the app.".to_owned(),
        button: None,
        slipped: false,
        trace: Trace { code: "not_a_page".to_owned(), ..visit.trace(&Refusal::Internal) },
    };
    visit.page(StatusCode::METHOD_NOT_ALLOWED, &page)
}

/// Who the page speaks for: the host's name where it is known.
const SOMEBODY: &str = "the organisation";

/// The page of a refusal. `host` is the organisation if the visitor may know it.
pub fn refuse(visit: &Visit, refusal: &Refusal, host: Option<&Tenant>) -> Response {
    let host_name = host.map_or_else(|| SOMEBODY.to_owned(), |h| h.display_name.clone());
    let (frame, trace) = (visit.frame(), visit.trace(refusal));
    if let Refusal::Redemption(redemption) = refusal {
        let gone = StatusCode::GONE;
        match redemption {
            RedemptionRefusal::UnknownLink => {
                return visit.page(StatusCode::NOT_FOUND, &LinkUnknown { frame });
            }
            RedemptionRefusal::Used => {
                let sign_in = host.map_or_else(|| "/myapps".to_owned(), |h| format!("/myapps/{}", h.id));
                return visit.page(gone, &LinkUsed { frame, host_name, sign_in, trace });
            }
            RedemptionRefusal::Superseded => {
                return visit.page(gone, &LinkSuperseded { frame, host_name, trace });
            }
            RedemptionRefusal::Expired { at } => {
                let ran_out = Some(Moment(*at));
                return visit.page(gone, &LinkExpired { frame, host_name, ran_out, trace });
            }
            _ => {}
        }
    }
    let (status, words) = explain(refusal, &host_name);
    let contact = host.and_then(|h| h.privacy_url.as_deref());
    let button = match refusal {
        Refusal::SignIn(SignInRefusal::FlowLost | SignInRefusal::SecondFactorOver) => {
            Some(("Sign in", "/myapps"))
        }
        Refusal::SignIn(
            SignInRefusal::NotAGuest | SignInRefusal::GuestAtHome | SignInRefusal::UpstreamFailed,
        ) => Some(("Sign in again", "/myapps")),
        Refusal::NotFound { .. } => Some(("Go to the first page", "/")),
        // Whom to ask stands there (reference/roles-and-policies.md section 4).
        Refusal::CannotLeave { guest: true } => {
            contact.map(|url| ("Find the contact in the privacy statement", url))
        }
        _ => None,
    };
    let way_out = host.map(|host| leave::path_of(host.id));
    let button = match refusal {
        // Whoever is a guest already may end it.
        Refusal::SignIn(SignInRefusal::NotAdmitted) => {
            way_out.as_deref().map(|path| ("Leave this organisation", path))
        }
        _ => button,
    };
    let button = button.map(|(label, url)| Link { label: label.to_owned(), url: url.to_owned() });
    let page = RefusalPage {
        frame,
        title: words.title,
        happened: None,
        why_careful: words.why,
        not_lost: words.not_lost,
        what_to_do: words.remedy,
        button,
        slipped: matches!(refusal, Refusal::SignIn(SignInRefusal::IdentityChanged)),
        trace,
    };
    let mut response = visit.page(status, &page);
    if let Some(seconds) = retry_after(refusal) {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// When it is worth trying again (threats G6, K3).
fn retry_after(refusal: &Refusal) -> Option<u32> {
    match refusal {
        Refusal::TooMany { retry_after_seconds }
        | Refusal::Unavailable { retry_after_seconds }
        | Refusal::SignIn(SignInRefusal::Locked { retry_after_seconds }) => Some(*retry_after_seconds),
        _ => None,
    }
}

/// Status and title of the page of a refusal, for the reference of errors. The four states of a link have templates
/// of their own; their title is empty here.
pub fn spelled(refusal: &Refusal) -> (StatusCode, String) {
    match refusal {
        Refusal::Redemption(RedemptionRefusal::UnknownLink) => (StatusCode::NOT_FOUND, String::new()),
        Refusal::Redemption(
            RedemptionRefusal::Used | RedemptionRefusal::Superseded | RedemptionRefusal::Expired { .. },
        ) => (StatusCode::GONE, String::new()),
        other => {
            let (status, words) = explain(other, SOMEBODY);
            (status, words.title)
        }
    }
}
