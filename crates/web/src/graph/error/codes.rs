//! Which status, code and message each refusal has on the wire. Refuses to invent where the original is known;
//! `docs/decisions/0004-reset-refusals.md` has the one place where two sources differ.

use hospes_domain::refusal::Refusal;
use http::StatusCode;

use super::Service;
use crate::http::HttpRefusal;

/// The visible part of an error.
pub(super) struct Spoken {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) retry_after: Option<u32>,
}

impl Spoken {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    fn later(status: StatusCode, code: &'static str, message: &str, seconds: u32) -> Self {
        Self { retry_after: Some(seconds.max(1)), ..Self::new(status, code, message) }
    }
}

const NOT_ON_USER: &str = "The email you’re using to invite this user doesn’t match any emails on the user object. Please add this email to the user object and try again.";
const NAME_INVALID: &str = "Property userPrincipalName is invalid.";
const NO_PASSWORD: &str = "A password must be specified to create a new user.";
const INVITATIONS_OFF: &str =
    "Guest invitations not allowed for your company. Contact your company administrator for more details.";

/// A refusal of a verb.
pub(super) fn spoken(refusal: &Refusal, service: Service) -> Spoken {
    let bad = StatusCode::BAD_REQUEST;
    let bad_code = match service {
        Service::Directory => "Request_BadRequest",
        Service::Invitations => "BadRequest",
    };
    match refusal {
        // What to do stands in `details`.
        Refusal::Invalid(invalid) if known_by_its_words(&invalid.cause) => {
            Spoken::new(bad, bad_code, invalid.cause.clone())
        }
        // The last three are other surfaces' refusals; a verb of this one does not give them.
        Refusal::Invalid(_) | Refusal::Redemption(_) | Refusal::SignIn(_) | Refusal::OAuth(_) => {
            Spoken::new(bad, bad_code, refusal.to_string())
        }
        Refusal::NotAllowed(lack) => not_allowed(lack.reset),
        Refusal::NotFound { id } => Spoken::new(
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            ),
        ),
        Refusal::NotSignedIn { cause } => {
            Spoken::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", *cause)
        }
        Refusal::AddressNotOnUser => Spoken::new(bad, "BadRequest", NOT_ON_USER),
        Refusal::UserExists { id } => Spoken::new(
            bad,
            "BadRequest",
            format!(
                "The invited user already exists in the directory as objectID: {id}. They can use that account to sign in to shared apps and resources."
            ),
        ),
        Refusal::Blocked => Spoken::new(
            StatusCode::PRECONDITION_FAILED,
            "PreconditionFailed",
            "The invited user is blocked from signing in. Enable the account before inviting the user again.",
        ),
        Refusal::Conflict { cause } => Spoken::new(StatusCode::CONFLICT, "Conflict", cause.clone()),
        Refusal::AlreadyExists { cause } => Spoken::new(bad, bad_code, cause.clone()),
        Refusal::Taken { .. } => Spoken::new(bad, bad_code, refusal.to_string()),
        Refusal::SameKey { cause } => {
            Spoken::new(StatusCode::CONFLICT, "Request_MultipleObjectsWithSameKeyValue", cause.clone())
        }
        Refusal::ConvertedBack => {
            Spoken::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", refusal.to_string())
        }
        Refusal::DomainDenied { domain } => Spoken::new(bad, bad_code, domain_denied(domain)),
        Refusal::CannotLeave { .. } => denied(&refusal.to_string()),
        Refusal::InvitationsOff => Spoken::new(StatusCode::FORBIDDEN, "Forbidden", INVITATIONS_OFF),
        Refusal::TooMany { retry_after_seconds } => {
            let message = "Too many requests. Try again after the time that Retry-After names.";
            Spoken::later(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", message, *retry_after_seconds)
        }
        Refusal::Unavailable { retry_after_seconds } => {
            let message =
                "The service cannot do this just now. Try again after the time that Retry-After names.";
            Spoken::later(
                StatusCode::SERVICE_UNAVAILABLE,
                "ServiceUnavailable",
                message,
                *retry_after_seconds,
            )
        }
        Refusal::Stale => Spoken::new(
            StatusCode::PRECONDITION_FAILED,
            "Request_PreconditionFailed",
            "The object has changed since it was read. Read it again and repeat the request.",
        ),
        Refusal::Internal => of_http(HttpRefusal::Broken),
    }
}

/// Messages of this kind that are known word for word and name their property (reference/graph-conventions.md section 1,
/// msgraph-sdk-powershell#3307): scripts compare the whole of them.
fn known_by_its_words(cause: &str) -> bool {
    [NAME_INVALID, NO_PASSWORD].contains(&cause) || cause.starts_with("A value is required for property '")
}

/// The invitation service has words of its own for a reset (reference/wire-contract.md 4.3).
fn not_allowed(reset: bool) -> Spoken {
    if reset {
        Spoken::new(StatusCode::FORBIDDEN, "Forbidden", "Generic authorization exception.")
    } else {
        denied("Insufficient privileges to complete the operation.")
    }
}

fn denied(message: &str) -> Spoken {
    Spoken::new(StatusCode::FORBIDDEN, "Authorization_RequestDenied", message)
}

/// The original's words are not known (reference/invitations.md section 8).
fn domain_denied(domain: &str) -> String {
    format!(
        "invitedUserEmailAddress: The organisation does not accept invitations to addresses on '{domain}'. \
         Invite at another address, or have a Global Administrator change the list of domains."
    )
}

/// A refusal of HTTP.
pub(super) fn of_http(refusal: HttpRefusal) -> Spoken {
    let code = match refusal {
        HttpRefusal::Method => "Request_BadRequest",
        HttpRefusal::Broken => "InternalServerError",
        HttpRefusal::WrongHost
        | HttpRefusal::NotFound
        | HttpRefusal::TooLarge
        | HttpRefusal::TargetTooLong
        | HttpRefusal::Compressed => "BadRequest",
    };
    Spoken::new(refusal.status(), code, refusal.message())
}
