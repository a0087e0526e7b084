//! Forms are only taken from our own pages in the same browser (threats H1): the browser's own word
//! (`Sec-Fetch-Site`, else `Origin`) is checked before any work, and every form carries a token made
//! from a random cookie that only this host can set. Refuses unsafe requests that carry neither header.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use hospes_domain::jose::base64url;
use http::{HeaderMap, Method, header};
use url::form_urlencoded;

use super::cookies;
use super::error::{PageError, refuse_form};
use super::visit::Visit;
use crate::Web;

/// Parts a token from what its page is about.
const ABOUT: char = '.';

/// The token for forms of the browser that holds this cookie value.
pub fn token(browser: &str) -> String {
    let mut message = b"hospes form token\0".to_vec();
    message.extend_from_slice(browser.as_bytes());
    base64url::encode(digest(&SHA256, &message))
}

/// The token for a form that is about one thing among several this browser may have open, such as one of two
/// invitations in two windows. `about` says which and stands in the page.
pub fn token_about(browser: &str, about: &str) -> String {
    format!("{}{ABOUT}{about}", token(browser))
}

/// Whether an unsafe request comes from one of our own pages.
pub fn from_own_page(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) if site != "same-origin" => false,
        // Under our `Referrer-Policy: no-referrer` browsers send `Origin: null` even to ourselves (Fetch,
        // "append a request Origin header"); their `Sec-Fetch-Site` cannot be forged by a page.
        (Some(_), Some("null") | None) => true,
        (_, Some(origin)) => origin == public_url,
        (None, None) => false,
    }
}

/// The fields of a posted form whose origin and token were right. Fields sent twice are refused.
pub struct PostedForm {
    fields: BTreeMap<String, String>,
    about: String,
}

impl PostedForm {
    /// What the page was about, as [`token_about`] wrote it; empty for forms that belong to the browser as a whole.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Whether the form has the field, empty or not.
    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// What follows `prefix` in the names of the fields that begin with it, in the order of the alphabet.
    pub fn named(&self, prefix: &str) -> impl Iterator<Item = &str> {
        self.fields.keys().filter_map(move |name| name.strip_prefix(prefix))
    }

    /// The value of a field; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl FromRequest<Web> for PostedForm {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(visit) = Visit::from_request_parts(&mut parts, web).await;
        let request = Request::from_parts(parts, body);
        let refuse = |error: PageError| refuse_form(&visit, error);
        if request.method() == Method::POST && !from_own_page(request.headers(), web.app.public_url()) {
            return Err(refuse(PageError::ForeignForm));
        }
        let form_type =
            request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !form_type.starts_with("application/x-www-form-urlencoded") {
            return Err(refuse(PageError::NotAForm));
        }
        let browser = cookies::get(request.headers(), cookies::BROWSER).map(str::to_owned);
        let body = Bytes::from_request(request, web).await.map_err(IntoResponse::into_response)?;
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(&body) {
            if fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(refuse(PageError::NotAForm));
            }
        }
        let expected = browser.map(|b| token(&b));
        let given = fields.get("form_token").map_or("", String::as_str);
        let (given, about) = given.split_once(ABOUT).unwrap_or((given, ""));
        let right = expected.is_some_and(|e| {
            aws_lc_rs::constant_time::verify_slices_are_equal(e.as_bytes(), given.as_bytes()).is_ok()
        });
        let about = about.to_owned();
        if right { Ok(Self { fields, about }) } else { Err(refuse(PageError::ForeignForm)) }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (http::HeaderName::from_static(k), v.parse().unwrap())).collect()
    }

    #[test]
    fn h1_only_our_own_pages_may_post() {
        let own = "https://hospes.example";
        let yes = [
            &[("sec-fetch-site", "same-origin")][..],
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            &[("origin", own)],
            &[("sec-fetch-site", "same-origin"), ("origin", own)],
        ];
        let no = [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
            &[("sec-fetch-site", "cross-site"), ("origin", own)],
        ];
        assert!(yes.iter().all(|h| from_own_page(&headers(h), own)));
        assert!(no.iter().all(|h| !from_own_page(&headers(h), own)));
    }
}
