//! Which pages of other origins may read answers (Fetch, "CORS protocol"): any page what everybody may know, pages of
//! registered single-page apps what concerns them. Refuses credentials: no cookie has a meaning here.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use hospes_actions::tokens;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::Web;

/// How long a browser may remember what it was allowed, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("3600");
/// What client libraries send; `*` does not cover `Authorization`.
const HEADERS: HeaderValue = HeaderValue::from_static("*, authorization");

/// The `Origin` of a request, if a page asks.
pub(super) fn origin(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null"))
}

/// Lets any page read an answer that everybody may know.
pub(super) fn open(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// Lets the page at `origin` read the answer, if it is `known`.
pub(super) fn to_page(response: &mut Response, origin: Option<&str>, known: bool) {
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(Ok(origin)) = origin.filter(|_| known).map(HeaderValue::from_str) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
}

/// Before a page asks what everybody may know: libraries that add a header of their own make the browser ask first.
pub(super) async fn before_open() -> Response {
    open(allowing("GET", StatusCode::NO_CONTENT.into_response()))
}

/// Before a page asks the token endpoint of an organisation.
pub(super) async fn before_token(
    State(web): State<Web>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
) -> Response {
    before(&web, Some(&tenant), "POST", &headers).await
}

/// Before a page asks who its token speaks for.
pub(super) async fn before_userinfo(State(web): State<Web>, headers: HeaderMap) -> Response {
    before(&web, None, "GET, POST", &headers).await
}

async fn before(web: &Web, tenant: Option<&str>, methods: &'static str, asked: &HeaderMap) -> Response {
    let origin = origin(asked);
    let known = is_known(web, tenant, origin).await;
    let mut response = StatusCode::NO_CONTENT.into_response();
    to_page(&mut response, origin, known);
    if known { allowing(methods, response) } else { response }
}

fn allowing(methods: &'static str, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    response
}

/// Whether a page of a registered app asks; a directory that cannot be read knows none.
pub(super) async fn is_known(web: &Web, tenant: Option<&str>, origin: Option<&str>) -> bool {
    match origin {
        Some(origin) => tokens::is_page(&web.app, tenant, origin).await.unwrap_or_default(),
        None => false,
    }
}
