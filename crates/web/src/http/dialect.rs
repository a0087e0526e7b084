//! A refusal that no route decided on, said in the language of the surface that was asked. Refuses to explain
//! more than the request itself shows.

use axum::response::{IntoResponse as _, Response};
use hospes_domain::time::Time;
use http::{StatusCode, header};

use super::RequestIds;
use crate::graph;

/// Why a request came to no handler, or to no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpRefusal {
    /// The request is for another host, or does not say for which.
    WrongHost,
    /// Nothing stands at that path.
    NotFound,
    /// Not with this method.
    Method,
    /// The body is over 1 MiB.
    TooLarge,
    /// The path with its query is too long.
    TargetTooLong,
    /// The body is compressed.
    Compressed,
    /// A defect of ours.
    Broken,
}

impl HttpRefusal {
    /// Every one, for the reference of errors.
    pub const ALL: [Self; 7] = [
        Self::WrongHost,
        Self::NotFound,
        Self::Method,
        Self::TooLarge,
        Self::TargetTooLong,
        Self::Compressed,
        Self::Broken,
    ];

    /// The status to answer with.
    pub fn status(self) -> StatusCode {
        match self {
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TargetTooLong => StatusCode::URI_TOO_LONG,
            Self::Compressed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// One sentence for the developer.
    pub fn message(self) -> &'static str {
        match self {
            Self::WrongHost => "This server does not answer for the host of the request.",
            Self::NotFound => "Resource not found.",
            Self::Method => "Specified HTTP method is not allowed for the request target.",
            Self::TooLarge => "The request body is larger than 1 MiB.",
            Self::TargetTooLong => "The request address is too long.",
            Self::Compressed => "Compressed request bodies are not accepted.",
            Self::Broken => "An internal error has occurred; the request id leads to it in the log.",
        }
    }
}

/// Whether a path is that of a version or below it, in any letter case.
fn below(path: &str, version: &str) -> bool {
    let split = path.split_at_checked(version.len());
    split.is_some_and(|(first, rest)| {
        first.eq_ignore_ascii_case(version) && (rest.is_empty() || rest.starts_with('/'))
    })
}

/// The language of a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `{"error":{"code","message","innerError"}}`
    Graph,
    /// `{"error","error_description"}` (RFC 6749 section 5.2)
    OAuth,
    /// For people.
    Page,
}

impl Dialect {
    /// The surface a path belongs to.
    pub fn of(path: &str) -> Self {
        let has = |part: &str| path.contains(part);
        if graph::is_management(path) {
            return Self::Graph;
        }
        if ["/v1.0", "/beta"].iter().any(|v| below(path, v)) {
            Self::Graph
        } else if has("/oauth2/") || has("/.well-known/") || has("/discovery/") || has("/userinfo") {
            Self::OAuth
        } else {
            Self::Page
        }
    }

    /// The answer.
    pub fn refuse(self, refusal: HttpRefusal, ids: &RequestIds, now: Time) -> Response {
        let status = refusal.status();
        match self {
            Self::Graph => graph::refuse(refusal, ids, now),
            Self::OAuth => {
                let error = if status.is_server_error() { "server_error" } else { "invalid_request" };
                let body = serde_json::json!({ "error": error, "error_description": refusal.message() });
                (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
            }
            Self::Page => {
                let text = format!("{}\n\nReference: {}\n", refusal.message(), ids.request_id);
                (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_surface_is_answered_in_its_own_language() {
        for (path, dialect) in [
            ("/v1.0/users", Dialect::Graph),
            ("/beta", Dialect::Graph),
            ("/Beta/users", Dialect::Graph),
            ("/v1.00/x", Dialect::Page),
            ("/tenants", Dialect::Graph),
            ("/metadata/endpoints", Dialect::Graph),
            ("/tenants/x", Dialect::Page),
            ("/common/oauth2/v2.0/token", Dialect::OAuth),
            ("/t/v2.0/.well-known/openid-configuration", Dialect::OAuth),
            ("/redeem", Dialect::Page),
        ] {
            assert_eq!(Dialect::of(path), dialect, "{path}");
        }
    }
}
