//! Pages of any origin may call the directory API, as that of the original: what counts is the token, and a browser adds none
//! by itself (Fetch, "CORS protocol"). Refuses credentials: no cookie is ever read here (threats H1).

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// How long a browser may remember what it was allowed, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("3600");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PATCH, PUT, DELETE");
/// `*` does not cover `Authorization`.
const HEADERS: HeaderValue = HeaderValue::from_static("*, authorization");
/// What a page reads besides the body.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "request-id, client-request-id, Retry-After, Location, ETag, OData-Version, WWW-Authenticate, Allow",
);

/// Whether a browser asks before it sends a request of a page.
pub(super) fn asks_before(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to that. It says nothing about the path: what stands there is for those who have a token.
pub(super) fn before() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Lets the page that asked read the answer.
pub fn open_to_pages(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}
