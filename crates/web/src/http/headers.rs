//! What every answer carries. Refuses to loosen anything: a header a handler has set itself stays.

use axum::response::Response;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue};

use super::RequestIds;
use crate::Web;

/// Names the request in the answer and adds the usual protections.
pub fn finish(web: &Web, ids: &RequestIds, response: &mut Response) {
    let headers = response.headers_mut();
    text(headers, "request-id", &ids.request_id.to_string());
    text(headers, "client-request-id", &ids.client());
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if !web.options.dev_mode && web.app.public_url().starts_with("https://") {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(year);
    }
}

fn text(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
