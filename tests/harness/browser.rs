//! A browser without scripts: cookies, forms, redirects one at a time, and the headers real ones send.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use hospes_domain::ids::TenantId;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;
use url::Url;
use url::form_urlencoded::Serializer;

use super::Server;
use super::html::{Form, filled_forms, forms, unescape};
use super::server::ORIGIN;

/// One person's browser.
#[derive(Clone, Default)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
    /// Where it connects from; none as if from this machine.
    pub from: Option<SocketAddr>,
    /// What it says it is.
    pub agent: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

impl Page {
    /// The page without the script files of ours, to look for any other.
    pub fn unscripted(&self) -> String {
        use hospes_web::pages::assets::{FORM_POST_PATH, PASSKEYS_PATH};
        let ours = |path: &str| format!("<script src=\"{path}\" defer></script>");
        self.html.replacen(&ours(&PASSKEYS_PATH), "", 1).replacen(&ours(&FORM_POST_PATH), "", 1)
    }

    /// The page's text with entities decoded, for assertions.
    pub fn text(&self) -> String {
        unescape(&self.html)
    }

    /// The form whose action ends like that.
    pub fn form_to(&self, ending: &str) -> Form {
        let found = forms(&self.html)
            .into_iter()
            .find(|f| f.action.split('?').next().is_some_and(|a| a.ends_with(ending)));
        found.unwrap_or_else(|| panic!("no form to {ending} on {}: {}", self.url, self.html))
    }

    /// The form whose action ends like that, filled in: what stands in it, but for what is given here.
    pub fn filled(&self, ending: &str, with: &[(&str, &str)]) -> Form {
        let found = filled_forms(&self.html)
            .into_iter()
            .find(|f| f.action.split('?').next().is_some_and(|a| a.ends_with(ending)));
        let mut form = found.unwrap_or_else(|| panic!("no form to {ending} on {}: {}", self.url, self.html));
        form.fields.retain(|(name, _)| !with.iter().any(|(given, _)| given == name));
        form.fields.extend(with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        form
    }

    /// The `Location` of a redirect, or where the page itself leads on to at once.
    pub fn location(&self) -> Option<String> {
        let by_header = self.headers.get("location").map(|v| v.to_str().unwrap().to_owned());
        let refresh = || self.html.split_once("http-equiv=\"refresh\" content=\"0; url=")?.1.split_once('"');
        by_header.or_else(|| refresh().map(|(to, _)| unescape(to)))
    }
}

impl Browser {
    pub fn new() -> Self {
        Self::default()
    }

    /// A browser somewhere on the internet.
    pub fn at(address: &str) -> Self {
        Self { from: Some(format!("{address}:40000").parse().unwrap()), ..Self::default() }
    }

    /// The same browser, saying that it is this one.
    pub fn calling_itself(self, agent: &str) -> Self {
        Self { agent: Some(agent.to_owned()), ..self }
    }

    /// The session cookie, of whichever tenant.
    pub fn session(&self) -> Option<String> {
        let mut of_any = self.cookies.iter().filter(|(name, _)| name.starts_with("__Host-hospes-session-"));
        of_any.next().map(|(_, value)| value.clone())
    }

    /// The same browser as if it had never signed in at that tenant.
    pub fn without_session(&self, tenant: TenantId) -> Self {
        let mut other = self.clone();
        other.cookies.remove(&format!("__Host-hospes-session-{}", tenant.0.simple()));
        other
    }

    fn cookie_header(&self) -> String {
        self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("; ")
    }

    /// Sends one request as it is and keeps the cookies of the answer.
    pub async fn send(&mut self, server: &Server, mut request: Request<Body>) -> Page {
        let url = request.uri().to_string();
        let headers = request.headers_mut();
        if !headers.contains_key("host") {
            headers.insert("host", ORIGIN.trim_start_matches("https://").parse().unwrap());
        }
        if !self.cookies.is_empty() {
            headers.insert("cookie", self.cookie_header().parse().unwrap());
        }
        if let Some(agent) = &self.agent {
            request.headers_mut().insert("user-agent", agent.parse().unwrap());
        }
        if let Some(from) = self.from {
            request.extensions_mut().insert(ConnectInfo(from));
        }
        let response = server.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() || set.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let html = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
        Page { url, status: parts.status, headers: parts.headers, html }
    }

    /// GET without following redirects.
    pub async fn get_once(&mut self, server: &Server, url: &str) -> Page {
        let request =
            Request::get(path_of(url)).header("sec-fetch-site", "none").body(Body::empty()).unwrap();
        let mut page = self.send(server, request).await;
        url.clone_into(&mut page.url);
        page
    }

    /// GET, following redirects on this server; stops at the first address elsewhere.
    pub async fn get(&mut self, server: &Server, url: &str) -> Page {
        let mut page = self.get_once(server, url).await;
        for _ in 0..10 {
            let Some(next) = page.location() else { return page };
            let next = absolute(&next);
            if !next.starts_with(&format!("{ORIGIN}/")) {
                page.url = next;
                return page;
            }
            page = self.get_once(server, &next).await;
        }
        panic!("redirected in circles at {}", page.url)
    }

    /// Sends a form as a browser does, with these fields added or replaced; does not follow.
    pub async fn submit_once(&mut self, server: &Server, form: &Form, fields: &[(&str, &str)]) -> Page {
        let mut all: Vec<(String, String)> = form.fields.clone();
        all.retain(|(k, _)| fields.iter().all(|(name, _)| name != k));
        all.extend(fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        let body = Serializer::new(String::new()).extend_pairs(all).finish();
        if form.method == "get" {
            return self.get_once(server, &format!("{}?{body}", absolute(&form.action))).await;
        }
        let request = Request::post(path_of(&form.action))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", ORIGIN)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        let mut page = self.send(server, request).await;
        page.url = absolute(&form.action);
        page
    }

    /// Posts a form and follows redirects on this server.
    pub async fn submit(&mut self, server: &Server, form: &Form, fields: &[(&str, &str)]) -> Page {
        let page = self.submit_once(server, form, fields).await;
        match page.location() {
            Some(next) if absolute(&next).starts_with(&format!("{ORIGIN}/")) => {
                self.get(server, &absolute(&next)).await
            }
            Some(next) => Page { url: next, ..page },
            None => page,
        }
    }
}

fn absolute(url: &str) -> String {
    Url::parse(ORIGIN).unwrap().join(url).unwrap().to_string()
}

fn path_of(url: &str) -> String {
    let url = Url::parse(&absolute(url)).unwrap();
    url.query().map_or_else(|| url.path().to_owned(), |q| format!("{}?{q}", url.path()))
}
