//! What a request is called: our `request-id`, and the caller's `client-request-id`, which is echoed
//! (reference/graph-conventions.md section 2). Refuses caller's ids that could break a header or a log line.

use axum::extract::Request;
use http::HeaderMap;
use uuid::Uuid;

/// The longest id of a caller that is echoed.
const MAX: usize = 128;

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
        let client = headers.get("client-request-id").and_then(|value| value.to_str().ok()).map(str::trim);
        let fit = |id: &&str| !id.is_empty() && id.len() <= MAX && id.bytes().all(|b| b.is_ascii_graphic());
        Self { request_id: fresh, client_request_id: client.filter(fit).map(str::to_owned) }
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
}
