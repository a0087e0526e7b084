//! Answers of the directory API (reference/graph-conventions.md section 2). Refuses to be cached.

use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use crate::http::RequestIds;

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
    /// What only some answers carry, in the order it was added.
    others: Vec<(&'static str, String)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Content {
    None,
    Json(Value),
    /// Of that media type.
    Text(&'static str, String),
}

impl Reply {
    fn new(status: StatusCode, body: Content) -> Self {
        let others = Vec::new();
        Self {
            status,
            body,
            location: None,
            retry_after: None,
            challenge: None,
            allow: None,
            etag: None,
            others,
        }
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
        Self::new(StatusCode::OK, Content::Text("text/plain", text))
    }

    /// 200 with XML.
    pub(super) fn xml(text: String) -> Self {
        Self::new(StatusCode::OK, Content::Text("application/xml;charset=utf-8", text))
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

    /// One more header, by a name in lower case.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.others.push((name, value.into()));
        self
    }

    /// Every header but the ids, which are added elsewhere, as the original spells them.
    fn headers(&self) -> Vec<(&'static str, String)> {
        let media = match &self.body {
            Content::None => None,
            Content::Json(_) => Some(JSON.to_owned()),
            Content::Text(media, _) => Some((*media).to_owned()),
        };
        let known = [
            ("Content-Type", media),
            ("OData-Version", Some("4.0".to_owned())),
            ("Cache-Control", Some("no-cache, no-store".to_owned())),
            ("Location", self.location.clone()),
            ("Retry-After", self.retry_after.map(|seconds| seconds.to_string())),
            ("WWW-Authenticate", self.challenge.clone()),
            ("Allow", self.allow.clone()),
            ("ETag", self.etag.clone()),
        ];
        let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
        known.chain(self.others.iter().cloned()).collect()
    }

    /// The body, if it is JSON.
    pub(super) fn json(&self) -> Option<&Value> {
        match &self.body {
            Content::Json(body) => Some(body),
            Content::None | Content::Text(..) => None,
        }
    }

    /// With another body, if it is JSON.
    pub(super) fn map_json(self, change: impl FnOnce(Value) -> Value) -> Self {
        match self.body {
            Content::Json(body) => Self { body: Content::Json(change(body)), ..self },
            _ => self,
        }
    }

    /// 304 instead of what the caller has already, going by these tags (RFC 9110 section 15.4.5).
    pub(super) fn unless(self, known: Option<&[String]>) -> Self {
        let has = |tag: &String| known.is_some_and(|known| known.iter().any(|one| one == "*" || one == tag));
        if self.status != StatusCode::OK || !self.etag.as_ref().is_some_and(has) {
            return self;
        }
        Self { etag: self.etag, ..Self::new(StatusCode::NOT_MODIFIED, Content::None) }
    }

    /// Whether it has that status.
    pub(super) fn is(&self, status: StatusCode) -> bool {
        self.status == status
    }

    /// Whether what was asked for did not happen.
    pub(super) fn is_failure(&self) -> bool {
        self.status.as_u16() >= 400
    }

    /// The answer on the wire; ids are added to every answer elsewhere.
    pub fn into_response(self) -> Response {
        let headers = self.headers();
        let mut response = match self.body {
            Content::None => self.status.into_response(),
            Content::Json(body) => (self.status, body.to_string()).into_response(),
            Content::Text(_, text) => (self.status, text).into_response(),
        };
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    /// The answer as one part of the answer to a batch (reference/graph-conventions.md section 5): JSON as it is, anything
    /// else in base64. It carries its ids itself.
    pub(super) fn into_part(self, id: &str, ids: &RequestIds) -> Value {
        let mut headers: Map<String, Value> =
            self.headers().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        headers.insert("request-id".to_owned(), ids.request_id.to_string().into());
        headers.insert("client-request-id".to_owned(), ids.client().into());
        let mut part = json!({ "id": id, "status": self.status.as_u16(), "headers": headers });
        match self.body {
            Content::None => {}
            Content::Json(body) => part["body"] = body,
            Content::Text(_, text) => part["body"] = STANDARD.encode(text).into(),
        }
        part
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

    #[test]
    fn a_part_of_a_batch_carries_its_headers_and_ids() {
        let ids = RequestIds { request_id: uuid::Uuid::from_u128(7), client_request_id: Some("c-1".into()) };
        let made = Reply::created(json!({ "id": "1" }), "https://x/1".into()).with("x-ms-resource-unit", "1");
        let part = made.into_part("a", &ids);
        assert_eq!(
            (&part["id"], &part["status"], &part["body"]["id"]),
            (&json!("a"), &json!(201), &json!("1"))
        );
        for (name, value) in [
            ("Location", "https://x/1"),
            ("Content-Type", JSON),
            ("x-ms-resource-unit", "1"),
            ("client-request-id", "c-1"),
        ] {
            assert_eq!(part["headers"][name], value);
        }
        assert_eq!(Reply::text("12".into()).into_part("b", &ids)["body"], "MTI=");
        assert!(Reply::no_content().into_part("c", &ids).get("body").is_none());
    }
}
