//! One request of a browser: its ids, its own random cookie, and how an answer is written. Refuses to
//! let a page be cached, framed or scripted (threats A12, H2, H4, H10).

use std::borrow::Cow;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::response::{IntoResponse, Response};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_ins::number;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};

use super::deliver::csp_with_frames;
use super::view::{Form, Frame, TakenOver, Trace};
use super::words::Moment;
use super::{CSP, cookies, csrf};
use crate::Web;
use crate::http::{Noise, RequestIds, network_of, source_of};

/// What a page handler knows about the request before it looks at anything else.
pub struct Visit {
    web: Web,
    ids: RequestIds,
    headers: HeaderMap,
    browser: String,
    fresh: bool,
    source: Option<IpAddr>,
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let known =
            cookies::get(&parts.headers, cookies::BROWSER).filter(|v| v.len() == 43).map(str::to_owned);
        let fresh = known.is_none();
        Ok(Self {
            web: web.clone(),
            ids: parts.extensions.get::<RequestIds>().cloned().unwrap_or_default(),
            headers: parts.headers.clone(),
            browser: known.unwrap_or_else(|| web.app.draw_secret()),
            fresh,
            source: parts
                .extensions
                .get::<ConnectInfo<SocketAddr>>()
                .and_then(|peer| source_of(peer.0, &parts.headers, &web.options.trusted_proxies)),
        })
    }
}

impl Visit {
    /// A cookie of the request.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        cookies::get(&self.headers, name)
    }

    /// The session cookie of a tenant.
    pub fn session(&self, tenant: TenantId) -> Option<&str> {
        self.cookie(&cookies::of_tenant(cookies::SESSION, tenant))
    }

    /// The session cookies of all tenants this browser is signed in to.
    pub fn sessions(&self) -> impl Iterator<Item = &str> {
        cookies::of_any_tenant(&self.headers, cookies::SESSION)
    }

    /// Whether the source of this request may still do this; see [`Self::note`].
    pub fn may(&self, noise: Noise) -> Result<(), Refusal> {
        self.web.sources.room(noise, self.source, self.web.app.now())
    }

    /// Counts what a stranger did against where the stranger comes from.
    pub fn note(&self, noise: Noise) {
        self.web.sources.count(noise, self.source, self.web.app.now());
    }

    /// The network this request comes from; none if the connection stands for everybody.
    pub fn network(&self) -> Option<String> {
        self.source.map(network_of)
    }

    /// Whether this browser may still do this; whoever forgets its cookie is held by where it comes from.
    pub fn may_here(&self, noise: Noise) -> Result<(), Refusal> {
        self.web.sources.room(noise, Some(self.itself()), self.web.app.now())
    }

    /// Counts it against this browser.
    pub fn note_here(&self, noise: Noise) {
        self.web.sources.count(noise, Some(self.itself()), self.web.app.now());
    }

    /// The browser in the form of an address, to be counted under.
    fn itself(&self) -> IpAddr {
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, self.browser.as_bytes());
        let mut half = [0; 16];
        half.copy_from_slice(&hash.as_ref()[..16]);
        IpAddr::from(half)
    }

    /// What stands around the page.
    pub fn frame(&self) -> Frame {
        Frame { development: self.web.options.dev_mode }
    }

    /// A form that only this browser can post.
    pub fn form(&self, action: impl Into<String>) -> Form {
        Form { action: action.into(), token: csrf::token(&self.browser) }
    }

    /// The same for a form about one thing among several that this browser may have open.
    pub fn form_about(&self, action: &str, about: &str) -> Form {
        Form { action: action.to_owned(), token: csrf::token_about(&self.browser, about) }
    }

    /// Our id of the request.
    pub fn request_id(&self) -> String {
        self.ids.request_id.to_string()
    }

    /// What a person reads to the helpdesk about a refusal in this request.
    pub fn trace(&self, refusal: &Refusal) -> Trace {
        Trace {
            // Short enough to be read aloud; the log and the `request-id` header have the whole of it.
            reference: self.ids.request_id.simple().to_string()[..12].to_owned(),
            code: match refusal {
                // Developers look these up by number.
                Refusal::OAuth(oauth) => format!("AADSTS{}", oauth.code),
                // Each name has one number, so a stranger learns no more from it (threats E5).
                Refusal::SignIn(_) => format!("AADSTS{}, {}", number(refusal), refusal.name()),
                other => other.name().to_owned(),
            },
            at: Moment(self.web.app.now()),
        }
    }

    /// A page.
    pub fn page(&self, status: StatusCode, page: &impl Template) -> Response {
        self.page_with(status, page, CSP)
    }

    /// A page with a content security policy of its own.
    pub fn page_with(&self, status: StatusCode, page: &impl Template, policy: &str) -> Response {
        let Ok(html) = page.render() else {
            tracing::error!("a page could not be rendered");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut response = (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(policy) = HeaderValue::from_str(policy) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        self.keep_browser(headers);
        response
    }

    /// On to another address with GET (303).
    pub fn go(&self, to: &str) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let headers = response.headers_mut();
        if let Ok(to) = HeaderValue::from_str(&unmistakable(to)) {
            headers.insert(LOCATION, to);
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.keep_browser(headers);
        response
    }

    /// The same once apps of somebody else have heard, in frames of a page in between, that the session there has ended
    /// (OIDC Front-Channel Logout 1.0 section 2). `to` is a path on this server.
    pub fn go_telling(&self, to: &str, frames: Vec<String>) -> Response {
        if frames.is_empty() {
            return self.go(to);
        }
        let policy = csp_with_frames(frames.iter().map(String::as_str));
        let page = TakenOver { frame: self.frame(), to: to.to_owned(), frames };
        self.page_with(StatusCode::OK, &page, &policy)
    }

    fn keep_browser(&self, headers: &mut HeaderMap) {
        if self.fresh {
            cookies::set(headers, cookies::BROWSER, &self.browser);
        }
    }
}

/// Paths are ours, and nothing else is: `//name/…` would lead a browser to the host of that name (threats H7).
fn unmistakable(to: &str) -> Cow<'_, str> {
    match to.strip_prefix('/') {
        Some(rest) if rest.starts_with(['/', '\\']) => {
            Cow::Owned(format!("/{}", rest.trim_start_matches(['/', '\\'])))
        }
        _ => Cow::Borrowed(to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h7_a_path_of_ours_never_leads_to_another_host() {
        for (to, sent) in [
            ("/myapps", "/myapps"),
            ("/a//b", "/a//b"),
            ("https://portal.example//x", "https://portal.example//x"),
            ("//oauth2/v2.0/logout", "/oauth2/v2.0/logout"),
            ("///evil.example", "/evil.example"),
            ("/\\evil.example", "/evil.example"),
            ("/\\/evil.example", "/evil.example"),
        ] {
            assert_eq!(unmistakable(to), sent);
        }
    }
}
