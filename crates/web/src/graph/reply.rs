//! Answers of the directory API (reference/graph-conventions.md section 2). Refuses to be cached.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// The media type of every JSON answer.
const JSON: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// What a handler answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    status: StatusCode,
    body: Content,
    location: Option<String>,
    retry_after: Option<u32>,
    challenge: Option<String>,
    allow: Option<String>,
    etag: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Content {
    None,
    Json(Value),
    Text(String),
}

impl Reply {
    fn new(status: StatusCode, body: Content) -> Self {
        Self { status, body, location: None, retry_after: None, challenge: None, allow: None, etag: None }
    }

    /// 200 with an object. `@odata.context` is the caller's affair.
    pub fn ok(body: Value) -> Self {
        Self::new(StatusCode::OK, Content::Json(body))
    }

    /// 200 with a list; `more` goes between context and value: `@odata.count`, `@odata.nextLink`.
    pub fn list(context: &str, value: Vec<Value>, count: Option<i64>, next: Option<String>) -> Self {
        let mut body = json!({ "@odata.context": context, "value": value });
        if let Some(count) = count {
            body["@odata.count"] = count.into();
        }
        if let Some(next) = next {
            body["@odata.nextLink"] = next.into();
        }
        Self::ok(body)
    }

    /// 201 with the new object and where it is.
    pub fn created(body: Value, location: String) -> Self {
        Self { location: Some(location), ..Self::new(StatusCode::CREATED, Content::Json(body)) }
    }

    /// 204.
    pub fn no_content() -> Self {
        Self::new(StatusCode::NO_CONTENT, Content::None)
    }

    /// 200 with plain text, as `$count` answers.
    pub fn text(text: String) -> Self {
        Self::new(StatusCode::OK, Content::Text(text))
    }

    /// An error.
    pub(super) fn error(status: StatusCode, body: Value) -> Self {
        Self::new(status, Content::Json(body))
    }

    /// Where to go instead.
    pub(super) fn elsewhere(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// Seconds until it is worth trying again.
    pub(super) fn retry_after(self, seconds: Option<u32>) -> Self {
        Self { retry_after: seconds, ..self }
    }

    /// `WWW-Authenticate`.
    pub(super) fn challenge(self, challenge: String) -> Self {
        Self { challenge: Some(challenge), ..self }
    }

    /// `Allow`.
    pub(super) fn allow(self, methods: String) -> Self {
        Self { allow: Some(methods), ..self }
    }

    /// `ETag`.
    pub(super) fn tagged(self, etag: Option<String>) -> Self {
        Self { etag, ..self }
    }

    /// The answer on the wire; ids are added to every answer elsewhere.
    pub fn into_response(self) -> Response {
        let mut response = match self.body {
            Content::None => self.status.into_response(),
            Content::Json(body) => {
                (self.status, [(header::CONTENT_TYPE, JSON)], body.to_string()).into_response()
            }
            Content::Text(text) => {
                (self.status, [(header::CONTENT_TYPE, "text/plain")], text).into_response()
            }
        };
        let headers = response.headers_mut();
        headers.insert("odata-version", HeaderValue::from_static("4.0"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"));
        let retry_after = self.retry_after.map(|seconds| seconds.to_string());
        for (name, value) in [
            (header::LOCATION, self.location),
            (header::RETRY_AFTER, retry_after),
            (header::WWW_AUTHENTICATE, self.challenge),
            (header::ALLOW, self.allow),
            (header::ETAG, self.etag),
        ] {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_carry_what_clients_read() {
        let response = Reply::created(json!({ "id": "1" }), "https://hospes.example/v1.0/users/1".into())
            .into_response();
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers()["location"], "https://hospes.example/v1.0/users/1");
        assert_eq!(response.headers()["odata-version"], "4.0");
        assert_eq!(response.headers()["content-type"], JSON);
        let empty = Reply::no_content().into_response();
        assert_eq!((empty.status(), empty.headers().get("content-type")), (StatusCode::NO_CONTENT, None));
    }

    #[test]
    fn a_list_has_count_and_next_link_only_when_there_are_any() {
        let all = Reply::list("c", vec![json!(1)], None, None);
        assert_eq!(all, Reply::ok(json!({ "@odata.context": "c", "value": [1] })));
        let paged = Reply::list("c", vec![], Some(7), Some("n".into()));
        assert_eq!(
            paged,
            Reply::ok(
                json!({ "@odata.context": "c", "@odata.count": 7, "@odata.nextLink": "n", "value": [] })
            )
        );
    }
}
