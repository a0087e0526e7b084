//! Every refusal on the wire, as reference/wire-contract.md 4.3 and reference/invitations.md section 8 have it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::ids::ObjectId;
use uuid::Uuid;

use super::*;

const NOON: Time = Time(1_769_860_800_000_000);

fn ids() -> RequestIds {
    RequestIds { request_id: Uuid::from_u128(7), client_request_id: Some("mine".into()) }
}

async fn wire(fault: Fault) -> (u16, Value, http::HeaderMap) {
    use http_body_util::BodyExt as _;
    let response = fault.into_response(&ids(), NOON, "https://hospes.example");
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status.as_u16(), serde_json::from_slice(&body).unwrap(), head.headers)
}

async fn said(refusal: Refusal) -> (u16, String, String) {
    let (status, body, _) = wire(refusal.into()).await;
    let text = |name: &str| body["error"][name].as_str().unwrap().to_owned();
    (status, text("code"), text("message"))
}

fn lack(reset: bool) -> Refusal {
    Refusal::NotAllowed(NotAllowed {
        scopes: vec![Scope::UserReadWriteAll],
        roles: vec![Role::HelpdeskAdministrator, Role::UserAdministrator],
        reason: "A reset needs a role that may reset redemptions.",
        reset,
    })
}

#[tokio::test]
async fn refusals_have_the_originals_words() {
    let exists = "The invited user already exists in the directory as objectID: 00000000-0000-0000-0000-000000000009. They can use that account to sign in to shared apps and resources.";
    for (refusal, status, code, message) in [
        (
            lack(false),
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        ),
        (lack(true), 403, "Forbidden", "Generic authorization exception."),
        (
            Refusal::not_found("x"),
            404,
            "Request_ResourceNotFound",
            "Resource 'x' does not exist or one of its queried reference-property objects are not present.",
        ),
        (
            Refusal::NotSignedIn { cause: "Access token is empty." },
            401,
            "InvalidAuthenticationToken",
            "Access token is empty.",
        ),
        (
            Refusal::AddressNotOnUser,
            400,
            "BadRequest",
            "The email you’re using to invite this user doesn’t match any emails on the user object. Please add this email to the user object and try again.",
        ),
        (Refusal::UserExists { id: ObjectId(Uuid::from_u128(9)) }, 400, "BadRequest", exists),
        (
            Refusal::InvitationsOff,
            403,
            "Forbidden",
            "Guest invitations not allowed for your company. Contact your company administrator for more details.",
        ),
        (
            Refusal::AlreadyExists { cause: "One or more added object references already exist".into() },
            400,
            "Request_BadRequest",
            "One or more added object references already exist",
        ),
    ] {
        assert_eq!(said(refusal).await, (status, code.to_owned(), message.to_owned()));
    }
    for (refusal, status) in [
        (Refusal::Blocked, 412),
        (Refusal::Stale, 412),
        (Refusal::Conflict { cause: "x".into() }, 409),
        (Refusal::Internal, 500),
        (Refusal::TooMany { retry_after_seconds: 5 }, 429),
        (Refusal::Unavailable { retry_after_seconds: 5 }, 503),
    ] {
        assert_eq!(said(refusal).await.0, status);
    }
}

#[tokio::test]
async fn an_invalid_value_names_its_field_cause_and_remedy() {
    let refusal = || Refusal::invalid("mail", "The address needs exactly one @.", "Give one address.");
    let (_, body, _) = wire(refusal().into()).await;
    assert_eq!(body["error"]["code"], "Request_BadRequest");
    assert_eq!(body["error"]["message"], "mail: The address needs exactly one @. Give one address.");
    assert_eq!(body["error"]["details"][0]["target"], "mail");
    let (_, body, _) = wire(Fault::from(refusal()).of_invitations()).await;
    assert_eq!(body["error"]["code"], "BadRequest");
}

#[tokio::test]
async fn inner_error_leads_to_the_log_and_names_what_is_missing() {
    let (_, body, _) = wire(lack(true).into()).await;
    assert_eq!(
        body["error"]["innerError"],
        json!({
            "date": "2026-01-31T12:00:00",
            "request-id": Uuid::from_u128(7).to_string(),
            "client-request-id": "mine",
            "missingPermission": ["User.ReadWrite.All"],
            "missingRole": ["Helpdesk Administrator", "User Administrator"],
            "reason": "A reset needs a role that may reset redemptions.",
        })
    );
}

#[tokio::test]
async fn clients_learn_when_to_come_back_and_where_to_sign_in() {
    let (_, _, headers) = wire(Refusal::TooMany { retry_after_seconds: 5 }.into()).await;
    assert_eq!(headers["retry-after"], "5");
    let (_, _, headers) = wire(Refusal::NotSignedIn { cause: "The token has expired." }.into()).await;
    let challenge = headers["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.starts_with("Bearer ") && challenge.ends_with("error=\"invalid_token\""),
        "{challenge}"
    );
}
