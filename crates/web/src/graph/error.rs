//! The only place where a refusal becomes Graph JSON (reference/wire-contract.md 4.3, graph-conventions.md
//! section 1, invitations.md section 8). Refuses to say more than the original: what a caller lacks stands in
//! `innerError`, the message is the original's.

mod codes;

use axum::response::Response;
use hospes_domain::access::{Role, Scope};
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::refusal::{Invalid, NotAllowed, Refusal};
use hospes_domain::time::Time;
use http::StatusCode;
use serde_json::{Value, json};

use super::odata::{QueryError, quote};
use super::path::PathError;
use super::reply::Reply;
use crate::http::{HttpRefusal, RequestIds};

use codes::Spoken;

/// Which of the two services behind the API speaks: they spell some errors differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Service {
    /// Everything but invitations.
    #[default]
    Directory,
    /// `/invitations`
    Invitations,
}

/// Why a request of the directory API is not answered as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    cause: Cause,
    service: Service,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    Refused(Refusal),
    Query(QueryError),
    Path(PathError),
    Http(HttpRefusal),
    /// Nothing there under this method, but under these.
    Method(String),
    /// What a delta token goes on from is not there any more; begin anew at that address.
    Gone(&'static str, String, String),
    /// An error of this surface alone.
    Plain(StatusCode, &'static str, String),
}

impl Fault {
    fn of(cause: Cause) -> Self {
        Self { cause, service: Service::Directory }
    }

    /// An error of HTTP.
    pub(super) fn http(refusal: HttpRefusal) -> Self {
        Self::of(Cause::Http(refusal))
    }

    /// 405, with the methods that do stand there (RFC 9110 section 15.5.6): with GET there is HEAD.
    pub(super) fn method(allowed: &[&str]) -> Self {
        let spelled = allowed.iter().map(|method| if *method == "GET" { "GET, HEAD" } else { method });
        Self::of(Cause::Method(spelled.collect::<Vec<_>>().join(", ")))
    }

    /// 400 with a code and message of its own.
    pub(super) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::of(Cause::Plain(StatusCode::BAD_REQUEST, code, message.into()))
    }

    /// 400: what stands for an object cannot be its id. The original's words (seen in reports of its users:
    /// graph-docs-contrib#3854).
    pub(super) fn no_id(text: &str) -> Self {
        Self::bad("Request_BadRequest", format!("Invalid object identifier '{}'.", quote(text)))
    }

    /// 410, with the address to begin anew at.
    pub(super) fn gone(code: &'static str, message: &str, location: String) -> Self {
        Self::of(Cause::Gone(code, message.to_owned(), location))
    }

    /// 501: asked of a collection what only a single object has.
    pub(super) fn not_implemented(message: impl Into<String>) -> Self {
        Self::of(Cause::Plain(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message.into()))
    }

    /// 424: another request of the batch was needed and failed (RFC 4918 section 11.4).
    pub(super) fn failed_dependency(message: impl Into<String>) -> Self {
        Self::of(Cause::Plain(StatusCode::FAILED_DEPENDENCY, "FailedDependency", message.into()))
    }

    /// 415: the body is not JSON.
    pub(super) fn media_type() -> Self {
        let message = "The body must be JSON: send Content-Type: application/json.".to_owned();
        Self::of(Cause::Plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BadRequest", message))
    }

    /// What was not found, if it is that.
    pub(super) fn not_found(&self) -> Option<&str> {
        match &self.cause {
            Cause::Refused(Refusal::NotFound { id }) => Some(id),
            _ => None,
        }
    }

    /// The same fault as the invitation service spells it.
    pub(super) fn of_invitations(self) -> Self {
        Self { service: Service::Invitations, ..self }
    }

    /// The answer.
    pub(super) fn into_response(self, ids: &RequestIds, now: Time, public_url: &str) -> Response {
        self.reply(ids, now, public_url).into_response()
    }

    /// The same, as handlers answer.
    pub(super) fn reply(self, ids: &RequestIds, now: Time, public_url: &str) -> Reply {
        let Self { cause, service } = self;
        let spoken = match &cause {
            Cause::Refused(refusal) => codes::spoken(refusal, service),
            Cause::Query(error) => Spoken::new(StatusCode::BAD_REQUEST, error.code, error.message.clone()),
            Cause::Path(error) => Spoken::new(StatusCode::BAD_REQUEST, "BadRequest", error.to_string()),
            Cause::Http(refusal) => codes::of_http(*refusal),
            Cause::Method(_) => codes::of_http(HttpRefusal::Method),
            Cause::Gone(code, message, _) => Spoken::new(StatusCode::GONE, code, message.clone()),
            Cause::Plain(status, code, message) => Spoken::new(*status, code, message.clone()),
        };
        let mut inner = json!({
            "date": date(now),
            "request-id": ids.request_id.to_string(),
            "client-request-id": ids.client(),
        });
        let mut error = json!({ "code": spoken.code, "message": spoken.message });
        match &cause {
            Cause::Refused(Refusal::NotAllowed(lack)) => explain(lack, &mut inner),
            Cause::Refused(Refusal::Invalid(invalid)) if !invalid.field.is_empty() => {
                error["details"] = detail(invalid);
            }
            Cause::Refused(taken @ Refusal::Taken { property }) => {
                // What the original's clients look for, next to its words.
                error["details"] =
                    json!([{ "code": "ObjectConflict", "target": property, "message": taken.to_string() }]);
            }
            Cause::Query(QueryError { position: Some(position), .. }) => {
                inner["position"] = (*position).into();
            }
            _ => {}
        }
        error["innerError"] = inner;
        let reply = Reply::error(spoken.status, json!({ "error": error })).retry_after(spoken.retry_after);
        match &cause {
            Cause::Refused(Refusal::NotSignedIn { cause }) => reply.challenge(challenge(public_url, cause)),
            Cause::Method(allowed) => reply.allow(allowed.clone()),
            Cause::Gone(_, _, location) => reply.elsewhere(location.clone()),
            _ => reply,
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::of(Cause::Refused(refusal))
    }
}

impl From<QueryError> for Fault {
    fn from(error: QueryError) -> Self {
        Self::of(Cause::Query(error))
    }
}

impl From<PathError> for Fault {
    fn from(error: PathError) -> Self {
        Self::of(Cause::Path(error))
    }
}

/// The answer to a request that came to no handler.
pub(crate) fn refuse(refusal: HttpRefusal, ids: &RequestIds, now: Time) -> Response {
    Fault::http(refusal).into_response(ids, now, "")
}

/// Status, code and message of a refusal, for the reference of errors; `of_invitations` as `/invitations` says it.
pub fn spelled(refusal: &Refusal, of_invitations: bool) -> (StatusCode, &'static str, String) {
    let service = if of_invitations { Service::Invitations } else { Service::Directory };
    let spoken = codes::spoken(refusal, service);
    (spoken.status, spoken.code, spoken.message)
}

/// The same of an error of HTTP.
pub fn spelled_http(refusal: HttpRefusal) -> (StatusCode, &'static str, String) {
    let spoken = codes::of_http(refusal);
    (spoken.status, spoken.code, spoken.message)
}

/// Which permission and role would do.
fn explain(lack: &NotAllowed, inner: &mut Value) {
    inner["reason"] = lack.reason.into();
    if !lack.scopes.is_empty() {
        inner["missingPermission"] = lack.scopes.iter().copied().map(Scope::name).collect();
    }
    if !lack.roles.is_empty() {
        inner["missingRole"] = lack.roles.iter().copied().map(Role::name).collect();
    }
}

fn detail(invalid: &Invalid) -> Value {
    json!([{
        "code": "InvalidValue",
        "target": invalid.field,
        "message": format!("{} {}", invalid.cause, invalid.remedy),
    }])
}

/// `2026-01-31T12:00:00`: whole seconds, no zone.
fn date(now: Time) -> String {
    let stamp = jiff::Timestamp::from_second(now.seconds()).unwrap_or_default();
    stamp.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// RFC 6750 section 3, with what the original's clients look for.
fn challenge(public_url: &str, cause: &str) -> String {
    let sign_in = format!("{public_url}/common/oauth2/v2.0/authorize");
    let basis = format!("Bearer realm=\"\", authorization_uri=\"{sign_in}\", client_id=\"{DIRECTORY_API}\"");
    if cause == "Access token is empty." { basis } else { format!("{basis}, error=\"invalid_token\"") }
}

#[cfg(test)]
mod tests;
