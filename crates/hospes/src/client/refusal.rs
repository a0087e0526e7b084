//! What a server's "no" is to a person: Graph's errors and those of the token endpoint. Refuses to guess: the remedy
//! is what the server names, or what this program knows of the status.

use serde_json::Value;

use super::exit::Exit;
use super::failure::Failure;
use super::graph::Answer;
use super::value::{text, texts};

/// An error of the directory API.
pub fn of_graph(answer: &Answer) -> Failure {
    let error = &answer.body["error"];
    let exit = if answer.status.is_success() { Exit::Failed } else { Exit::of(answer.status) };
    let message = match text(error, "message") {
        said if said.is_empty() => "The server answered with something unexpected.".to_owned(),
        said => said,
    };
    let code = text(error, "code");
    let status = answer.status.as_u16();
    let cause = if code.is_empty() { format!("status {status}") } else { format!("{code} ({status})") };
    Failure::new(exit, message.clone())
        .caused_by(cause)
        .remedy(remedy(answer, error, &message))
        .request(request_id(answer, &error["innerError"]))
}

fn remedy(answer: &Answer, error: &Value, message: &str) -> String {
    let inner = &error["innerError"];
    match answer.status.as_u16() {
        401 => "Sign in again with `hospes login`.".to_owned(),
        403 => lacking(inner),
        412 if text(error, "code") == "Request_PreconditionFailed" => {
            "Look at it again and repeat the command.".to_owned()
        }
        412 if text(error, "code") == "PreconditionFailed" => {
            "`hospes guest unblock` lets the guest in again.".to_owned()
        }
        429 | 503 => answer.header("retry-after").map_or_else(
            || "Try again later.".to_owned(),
            |seconds| format!("Try again in {seconds} seconds."),
        ),
        _ => {
            let details = error["details"].as_array().into_iter().flatten();
            let told: Vec<String> = details
                .map(|detail| text(detail, "message"))
                .filter(|detail| !detail.is_empty() && !message.contains(detail.as_str()))
                .collect();
            told.join(" ")
        }
    }
}

/// What the caller would need.
fn lacking(inner: &Value) -> String {
    let mut sentences = Vec::new();
    let reason = text(inner, "reason");
    if !reason.is_empty() {
        sentences.push(reason);
    }
    for (name, needed) in [("missingPermission", "Permission needed"), ("missingRole", "Role needed")] {
        let any = texts(inner, name);
        if !any.is_empty() {
            sentences.push(format!("{needed}: {}.", any.join(" or ")));
        }
    }
    sentences.join(" ")
}

fn request_id(answer: &Answer, inner: &Value) -> Option<String> {
    let said = inner["request-id"].as_str().or_else(|| answer.header("request-id"));
    said.map(str::to_owned)
}

/// An error of the token endpoint (RFC 6749 section 5.2).
pub fn of_token(answer: &Answer) -> Failure {
    let exit = match Exit::of(answer.status) {
        Exit::Unavailable => Exit::Unavailable,
        _ => Exit::NotSignedIn,
    };
    let said = text(&answer.body, "error_description");
    // What follows is for the log, and stands in fields of its own.
    let sentence = said.split(" Trace ID:").next().unwrap_or_default().trim();
    let sentence = if sentence.is_empty() { "The server did not sign this client in." } else { sentence };
    let remedy = match exit {
        Exit::Unavailable => "Try again later.",
        _ => {
            "See whether server, tenant, client id and secret belong together, and sign in with `hospes login`."
        }
    };
    let code = text(&answer.body, "error");
    let status = answer.status.as_u16();
    let cause = if code.is_empty() { format!("status {status}") } else { format!("{code} ({status})") };
    let trace = text(&answer.body, "trace_id");
    Failure::new(exit, sentence)
        .caused_by(cause)
        .remedy(remedy)
        .request(Some(trace).filter(|trace| !trace.is_empty()))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, StatusCode};
    use serde_json::json;

    use super::*;

    fn answer(status: StatusCode, body: Value) -> Answer {
        Answer { status, headers: HeaderMap::new(), bytes: bytes::Bytes::new(), body }
    }

    #[test]
    fn a_missing_role_is_named() {
        let body = json!({ "error": { "code": "Authorization_RequestDenied", "message": "No.", "innerError": {
            "request-id": "7", "reason": "A reset needs a role that may reset redemptions.",
            "missingRole": ["Helpdesk Administrator", "User Administrator"] } } });
        let failure = of_graph(&answer(StatusCode::FORBIDDEN, body));
        assert_eq!(failure.exit(), Exit::Forbidden);
        assert_eq!(
            failure.to_string(),
            "No.\n  cause: Authorization_RequestDenied (403)\n  remedy: A reset needs a role that may reset redemptions. \
             Role needed: Helpdesk Administrator or User Administrator.\n  request: 7"
        );
    }

    #[test]
    fn a_server_that_is_busy_says_when_to_try_again() {
        let body = json!({ "error": { "code": "ServiceUnavailable", "message": "Not now." } });
        let mut busy = answer(StatusCode::SERVICE_UNAVAILABLE, body);
        busy.headers.insert("retry-after", HeaderValue::from_static("3"));
        let failure = of_graph(&busy);
        assert!(failure.exit() == Exit::Unavailable && failure.to_string().contains("in 3 seconds"));
    }

    #[test]
    fn what_is_no_graph_answer_is_unexpected() {
        let failure = of_graph(&answer(StatusCode::BAD_GATEWAY, Value::Null));
        assert_eq!(failure.exit(), Exit::Unavailable);
        assert!(failure.to_string().contains("status 502"));
    }

    #[test]
    fn a_refused_sign_in_keeps_the_sentence_and_the_trace() {
        let body = json!({ "error": "invalid_client", "trace_id": "9",
            "error_description": "AADSTS7000215: Invalid client secret provided. Trace ID: 9 Correlation ID: 9" });
        let failure = of_token(&answer(StatusCode::UNAUTHORIZED, body));
        let shown = failure.to_string();
        assert_eq!(failure.exit(), Exit::NotSignedIn);
        assert!(shown.starts_with("AADSTS7000215: Invalid client secret provided.\n"), "{shown}");
        assert!(shown.contains("invalid_client (401)") && shown.ends_with("request: 9"), "{shown}");
    }
}
