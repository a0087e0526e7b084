//! The one place where a refusal becomes the JSON of RFC 6749 section 5.2, with the codes and ids that clients of the
//! original log (reference/wire-contract.md section 3.4). Refuses to tell more than the refusal itself says.

use axum::response::{IntoResponse as _, Response};
use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::time::Time;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde::Serialize;

use crate::Web;
use crate::http::RequestIds;

/// The error body.
#[derive(Serialize)]
struct Wire<'a> {
    error: &'a str,
    error_description: String,
    error_codes: [u32; 1],
    timestamp: &'a str,
    trace_id: String,
    correlation_id: String,
    error_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suberror: Option<&'static str>,
}

/// What a refusal is in the words of OAuth.
struct Said {
    status: StatusCode,
    oauth: OAuthRefusal,
    retry_after_seconds: Option<u32>,
}

impl Said {
    fn new(status: StatusCode, error: &'static str, code: u32, description: impl Into<String>) -> Self {
        let oauth = OAuthRefusal { error, code, description: description.into(), unauthorized: false };
        Self { status, oauth, retry_after_seconds: None }
    }

    fn later(status: StatusCode, code: u32, retry_after_seconds: u32) -> Self {
        let said = Self::new(
            status,
            "temporarily_unavailable",
            code,
            "Too much is asked of the server just now. Try again later.",
        );
        Self { retry_after_seconds: Some(retry_after_seconds), ..said }
    }
}

fn said(refusal: Refusal) -> Said {
    match refusal {
        Refusal::OAuth(oauth) => {
            let status = if oauth.unauthorized { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
            Said { status, oauth, retry_after_seconds: None }
        }
        Refusal::NotSignedIn { cause } => {
            Said::new(StatusCode::UNAUTHORIZED, "invalid_token", 500_133, cause)
        }
        Refusal::NotAllowed(why) => {
            Said::new(StatusCode::FORBIDDEN, "insufficient_scope", 65_001, why.reason)
        }
        Refusal::NotFound { .. } | Refusal::Invalid(_) => {
            Said::new(StatusCode::BAD_REQUEST, "invalid_request", 9_002_313, refusal.to_string())
        }
        Refusal::TooMany { retry_after_seconds } => {
            Said::later(StatusCode::TOO_MANY_REQUESTS, 90_055, retry_after_seconds)
        }
        Refusal::Unavailable { retry_after_seconds } => {
            Said::later(StatusCode::SERVICE_UNAVAILABLE, 90_033, retry_after_seconds)
        }
        _ => {
            let text = "An internal error has occurred; the trace id leads to it in the log.";
            Said::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", 50_000, text)
        }
    }
}

/// The answer to a request that was refused.
pub(super) fn respond(web: &Web, ids: &RequestIds, refusal: Refusal) -> Response {
    let Said { status, oauth, retry_after_seconds } = said(refusal);
    let (timestamp, trace) = (timestamp(web.app.now()), ids.request_id.to_string());
    let correlation = ids.client();
    let wire = Wire {
        error: oauth.error,
        error_description: format!(
            "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}",
            oauth.code, oauth.description
        ),
        error_codes: [oauth.code],
        timestamp: &timestamp,
        trace_id: trace,
        correlation_id: correlation,
        error_uri: format!("{}/error?code={}", web.app.public_url(), oauth.code),
        suberror: (oauth.code == 65_001).then_some("consent_required"),
    };
    let mut response = (status, super::token::json(&wire)).into_response();
    challenge(response.headers_mut(), web.app.public_url(), status, &oauth);
    if let Some(seconds) = retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The answer to a request that says nothing of who asks: it names the way to authenticate and no error, which would be one
/// of a token (RFC 6750 section 3.1).
pub(super) fn no_token(web: &Web, ids: &RequestIds) -> Response {
    let mut response = respond(web, ids, Refusal::NotSignedIn { cause: "The request has no access token." });
    if let Ok(value) = HeaderValue::from_str(&format!("Bearer realm=\"{}\"", web.app.public_url())) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

/// Says how to authenticate: clients with Basic (RFC 6749 section 5.2), callers with a token (RFC 6750 section 3).
fn challenge(headers: &mut HeaderMap, realm: &str, status: StatusCode, oauth: &OAuthRefusal) {
    let text = match oauth.error {
        "invalid_client" if status == StatusCode::UNAUTHORIZED => format!("Basic realm=\"{realm}\""),
        "invalid_token" | "insufficient_scope" => {
            format!(
                "Bearer realm=\"{realm}\", error=\"{}\", error_description=\"{}\"",
                oauth.error,
                oauth.description.replace('"', "")
            )
        }
        _ => return,
    };
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.insert(header::WWW_AUTHENTICATE, value);
    }
}

/// `2026-01-31 12:00:00Z`
fn timestamp(now: Time) -> String {
    let instant = Timestamp::from_microsecond(now.0).unwrap_or_default();
    instant.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_status_an_oauth_name_and_a_code() {
        let later = Refusal::Unavailable { retry_after_seconds: 3 };
        for (refusal, status, error) in [
            (Refusal::oauth("invalid_grant", 70_000, "x"), 400, "invalid_grant"),
            (Refusal::NotSignedIn { cause: "x" }, 401, "invalid_token"),
            (Refusal::NotAllowed(hospes_domain::refusal::NotAllowed::default()), 403, "insufficient_scope"),
            (Refusal::not_found("x"), 400, "invalid_request"),
            (Refusal::TooMany { retry_after_seconds: 3 }, 429, "temporarily_unavailable"),
            (later, 503, "temporarily_unavailable"),
            (Refusal::Internal, 500, "server_error"),
            (Refusal::Stale, 500, "server_error"),
        ] {
            let said = said(refusal);
            assert_eq!((said.status.as_u16(), said.oauth.error), (status, error));
            assert!(said.oauth.code > 0);
        }
    }

    #[test]
    fn the_time_is_written_as_clients_of_the_original_log_it() {
        assert_eq!(timestamp(Time(0)), "1970-01-01 00:00:00Z");
        assert_eq!(timestamp(Time(1_800_000_000_999_999)), "2027-01-15 08:00:00Z");
    }
}
