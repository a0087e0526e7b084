//! What a request is called: our `request-id`, and the caller's `client-request-id`, which is echoed
//! (reference/graph-conventions.md section 2). Sign-in libraries send it in the address (reference/wire-contract.md 3.2 and
//! 3.5). Refuses caller's ids that could break a header or a log line.

use axum::extract::Request;
use hospes_domain::sign_ins::correlation_of;
use http::HeaderMap;
use url::form_urlencoded;
use uuid::Uuid;

/// The header, and the parameter of an address.
const NAME: &str = "client-request-id";

/// The names of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestIds {
    /// Ours.
    pub request_id: Uuid,
    /// What the caller calls it, if it said so.
    pub client_request_id: Option<String>,
}

impl RequestIds {
    /// Reads what the caller sent; `fresh` is ours.
    pub fn read(headers: &HeaderMap, fresh: Uuid) -> Self {
        let client = headers.get(NAME).and_then(|value| value.to_str().ok()).and_then(correlation_of);
        Self { request_id: fresh, client_request_id: client.map(str::to_owned) }
    }

    /// The same where the address may say it instead of a header, which a browser does not send.
    pub fn or_of(self, query: Option<&str>) -> Self {
        let said = || {
            let query = query.filter(|query| query.contains(NAME))?;
            let (_, value) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == NAME)?;
            correlation_of(&value).map(str::to_owned)
        };
        Self { client_request_id: self.client_request_id.or_else(said), ..self }
    }

    /// The ids of a request that came through [`super::guarded`].
    pub fn of(request: &Request) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }

    /// The caller's id, or ours where it gave none.
    pub fn client(&self) -> String {
        self.client_request_id.clone().unwrap_or_else(|| self.request_id.to_string())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn the_callers_id_is_echoed_if_it_is_harmless() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("client-request-id", text.parse().unwrap());
            RequestIds::read(&headers, Uuid::from_u128(7)).client()
        };
        assert_eq!(read("abc-1"), "abc-1");
        for odd in ["", "a b", &"x".repeat(129)] {
            assert_eq!(read(odd), Uuid::from_u128(7).to_string());
        }
    }

    #[test]
    fn an_address_says_it_where_no_header_does() {
        let mut headers = HeaderMap::new();
        let of = |headers: &HeaderMap, query| RequestIds::read(headers, Uuid::nil()).or_of(query).client();
        assert_eq!(of(&headers, Some("a=b&client-request-id=c-1")), "c-1");
        assert_eq!(of(&headers, Some("client-request-id=a%0Ab")), Uuid::nil().to_string());
        assert_eq!(of(&headers, None), Uuid::nil().to_string());
        headers.insert(NAME, "abc-1".parse().unwrap());
        assert_eq!(of(&headers, Some("client-request-id=c-1")), "abc-1");
    }
}
