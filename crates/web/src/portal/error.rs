//! The one place where a refusal becomes a page or a sentence of the portal: what happened, and what to do about it, in
//! the words of an administrator. Refuses to answer 200.

use axum::response::Response;
use hospes_domain::access::Role;
use hospes_domain::refusal::{NotAllowed, Refusal};
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::seat::Seat;
use super::view::{Place, Refused};

/// What is said.
struct Said {
    status: StatusCode,
    title: String,
    cause: String,
    remedy: String,
}

fn say(status: StatusCode, title: &str, cause: impl Into<String>, remedy: impl Into<String>) -> Said {
    Said { status, title: title.to_owned(), cause: cause.into(), remedy: remedy.into() }
}

/// `A, B or C`.
pub fn any_of(roles: &[Role]) -> String {
    let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

fn ask_for(lack: &NotAllowed) -> String {
    if lack.roles.is_empty() {
        return "The organisation's settings do not leave this to any role.".to_owned();
    }
    format!("It takes one of these roles: {}.", any_of(&lack.roles))
}

/// Whether a role is missing: then the page behind is not shown again, for it would not have been shown at all.
pub fn is_out_of_reach(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NotAllowed(_))
}

fn explain(refusal: &Refusal) -> Said {
    match refusal {
        Refusal::NotAllowed(lack) => {
            say(StatusCode::FORBIDDEN, "Your role does not reach this", lack.reason, ask_for(lack))
        }
        Refusal::Invalid(invalid) => {
            say(StatusCode::UNPROCESSABLE_ENTITY, "This was not taken", &invalid.cause, &invalid.remedy)
        }
        Refusal::NotFound { .. } => say(
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "This directory has no such object, or it has been deleted.",
            "Look for it by name, or among the deleted users.",
        ),
        Refusal::AddressNotOnUser => say(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The address is not the user's",
            "It is neither the user's Email nor one of Other emails.",
            "Add it there first, then reset.",
        ),
        Refusal::UserExists { .. } => say(
            StatusCode::CONFLICT,
            "The address is somebody else's",
            "Somebody in this directory can already sign in with it.",
            "Search for the address to see who, or use another one.",
        ),
        Refusal::Blocked => say(
            StatusCode::CONFLICT,
            "The user is blocked",
            "Nobody who is blocked gets an invitation.",
            "Unblock sign-in first.",
        ),
        Refusal::Conflict { cause } | Refusal::AlreadyExists { cause } => {
            say(StatusCode::CONFLICT, "This collides with what is there", cause, "Change one of the two.")
        }
        Refusal::Taken { .. } | Refusal::SameKey { .. } => say(
            StatusCode::CONFLICT,
            "This collides with what is there",
            refusal.to_string(),
            "Change one of the two.",
        ),
        Refusal::ConvertedBack => say(
            StatusCode::CONFLICT,
            "The user was made internal",
            "Whoever was external once and was made internal is not invited again.",
            "Delete the user and invite the person anew.",
        ),
        Refusal::InvitationsOff => say(
            StatusCode::FORBIDDEN,
            "Invitations are switched off",
            "The collaboration settings let nobody invite, not even administrators.",
            "Change Guest invite settings first.",
        ),
        Refusal::DomainDenied { domain } => say(
            StatusCode::FORBIDDEN,
            "The domain is not permitted",
            format!("Collaboration restrictions keep out addresses on {domain}."),
            "Change the list of domains, or use another address.",
        ),
        Refusal::Stale => say(
            StatusCode::CONFLICT,
            "Somebody was faster",
            "The user has been changed since this page was drawn.",
            "Open the page again and look before you repeat it.",
        ),
        other => explain_rest(other),
    }
}

fn explain_rest(refusal: &Refusal) -> Said {
    match refusal {
        Refusal::TooMany { .. } => say(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many at once",
            "Invitations and mails are limited, so that nobody's mailbox is flooded.",
            "Wait a little and do it again.",
        ),
        Refusal::Unavailable { .. } => say(
            StatusCode::SERVICE_UNAVAILABLE,
            "The server cannot save just now",
            "Its queue or its disk is full.",
            "Do it again in a moment; if it stays so, tell whoever runs the server.",
        ),
        Refusal::Internal => say(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong here",
            "This is a defect of ours, not of what you did.",
            "Do it again; if it happens again, read the reference below to whoever runs the server.",
        ),
        Refusal::NotSignedIn { cause } => {
            say(StatusCode::FORBIDDEN, "You are not signed in any more", *cause, "Sign in again.")
        }
        other => say(
            StatusCode::CONFLICT,
            "This cannot be done now",
            other.to_string(),
            "Open the page again and look before you repeat it.",
        ),
    }
}

/// Cause and remedy in one text, for a place on a page.
pub fn sentence(refusal: &Refusal) -> String {
    let said = explain(refusal);
    format!("{} {}", said.cause, said.remedy)
}

/// Status and title, for the reference of errors.
pub fn spelled(refusal: &Refusal) -> (StatusCode, String) {
    let said = explain(refusal);
    (said.status, said.title)
}

/// The page of a refusal.
pub fn refuse(seat: &Seat, refusal: &Refusal) -> Response {
    let Said { status, title, cause, remedy } = explain(refusal);
    let page = Refused {
        frame: seat.frame(Place::Elsewhere),
        title,
        cause,
        remedy,
        trace: seat.visit.trace(refusal),
    };
    let mut response = seat.visit.page(status, &page);
    if let Refusal::TooMany { retry_after_seconds } | Refusal::Unavailable { retry_after_seconds } = refusal {
        response.headers_mut().insert(RETRY_AFTER, (*retry_after_seconds).into());
    }
    response
}
