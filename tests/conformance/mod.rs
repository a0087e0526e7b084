//! What the OpenID conformance plans ask of a provider, test module by test module: each test here is named after one of
//! theirs (`oidcc-…`) and asserts what it asserts, against the whole server in process. Refuses to know anything of the
//! code: it works from the specifications, the discovery document and the answers.

mod basic;
mod basic_prompts;
mod config;
mod form_post;
mod logout;
mod logout_notices;

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use hospes_domain::jose::base64url;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::harness::{Browser, PASSWORD, Page, Reply, Server};

pub const CALLBACK: &str = "https://portal.example/callback";
/// A PKCE verifier of the least length (RFC 7636 section 4.1).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A provider, a registered client with a secret, and one member's browser.
pub struct Plan {
    pub server: Server,
    pub browser: Browser,
    pub client: String,
    pub secret: String,
}

/// What the app got back: the parameters of the redirect.
pub type Answer = BTreeMap<String, String>;

impl Plan {
    pub async fn start() -> Self {
        let server = Server::start().await;
        let (client, secret) = (server.portal.client_id.to_string(), server.portal.secret.clone().unwrap());
        Self { server, browser: Browser::new(), client, secret }
    }

    /// The discovery document.
    pub async fn discovered(&self) -> Value {
        let path = format!("/{}/v2.0/.well-known/openid-configuration", self.server.tenant);
        let page = Browser::new().get_once(&self.server, &path).await;
        assert_eq!(page.status, 200, "{}", page.html);
        serde_json::from_str(&page.html).unwrap()
    }

    /// What a token says, verified with the published keys by a library that issued nothing: its header, its claims.
    pub async fn verified(&self, token: &str) -> (jsonwebtoken::Header, Value) {
        let path = format!("/{}/discovery/v2.0/keys", self.server.tenant);
        let keys: JwkSet =
            serde_json::from_str(&Browser::new().get_once(&self.server, &path).await.html).unwrap();
        let header = jsonwebtoken::decode_header(token).unwrap();
        let key = keys.find(header.kid.as_ref().unwrap()).expect("the key of the token is published");
        let mut rules = Validation::new(Algorithm::RS256);
        // The clock of the server stands still, not that of the library.
        (rules.validate_exp, rules.validate_nbf) = (false, false);
        rules.set_audience(&[&self.client]);
        rules.set_issuer(&[self.discovered().await["issuer"].as_str().unwrap()]);
        let key = DecodingKey::from_jwk(key).unwrap();
        let told = jsonwebtoken::decode::<Value>(token, &key, &rules).unwrap().claims;
        let changed = format!("{}A{}", &token[..token.len() - 9], &token[token.len() - 8..]);
        assert!(changed == token || jsonwebtoken::decode::<Value>(&changed, &key, &rules).is_err());
        (header, told)
    }

    /// The address of an authorization request; what is given here replaces the usual, an empty value leaves it out.
    pub fn request(&self, given: &[(&str, &str)]) -> String {
        let mut all: BTreeMap<&str, &str> = BTreeMap::from([
            ("client_id", self.client.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "st&te=1"),
            ("nonce", "n-0S6_WzA2Mj"),
        ]);
        all.extend(given.iter().copied());
        all.retain(|_, value| !value.is_empty());
        let query = Serializer::new(String::new()).extend_pairs(all).finish();
        format!("/{}/oauth2/v2.0/authorize?{query}", self.server.tenant)
    }

    /// Opens a request as far as it goes without a person.
    pub async fn open(&mut self, given: &[(&str, &str)]) -> Page {
        let url = self.request(given);
        self.browser.get(&self.server, &url).await
    }

    /// Types address and password of the member.
    pub async fn sign_in(&mut self, page: Page) -> Page {
        let upn = self.server.member.upn.clone();
        self.sign_in_as(page, &upn).await
    }

    /// Types address and password of anybody, whatever is asked first.
    pub async fn sign_in_as(&mut self, page: Page, upn: &str) -> Page {
        let mut page = page;
        if page.html.contains("/address\"") {
            page = self.browser.submit(&self.server, &page.form_to("/address"), &[("address", upn)]).await;
        }
        self.browser.submit(&self.server, &page.form_to("/password"), &[("password", PASSWORD)]).await
    }

    /// A request that a person answers by signing in.
    pub async fn signed_in(&mut self, given: &[(&str, &str)]) -> Answer {
        let page = self.open(given).await;
        let page = self.sign_in(page).await;
        answer(&page)
    }

    /// A request that the session answers.
    pub async fn again(&mut self, given: &[(&str, &str)]) -> Answer {
        answer(&self.open(given).await)
    }

    /// A request to the token endpoint with the secret in the body.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Reply {
        let mut all = vec![("client_id", self.client.as_str()), ("client_secret", self.secret.as_str())];
        all.extend_from_slice(fields);
        self.server.token_request(&self.server.tenant.to_string(), &all).await
    }

    /// Takes the code of an answer to the token endpoint.
    pub async fn exchange(&self, got: &Answer) -> Value {
        self.code(got).await.expect(200).json
    }

    /// The same, whatever comes of it.
    pub async fn code(&self, got: &Answer) -> Reply {
        let code = got.get("code").unwrap_or_else(|| panic!("no code: {got:?}"));
        self.token(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)]).await
    }
}

/// The parameters that a page sends to the app: of its address, or of the form it posts.
pub fn answer(page: &Page) -> Answer {
    let url = url::Url::parse(&page.url).unwrap();
    assert!(page.url.starts_with(CALLBACK), "no answer but {}: {}", page.url, page.html);
    let text = url.query().or(url.fragment()).unwrap_or_default().to_owned();
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// The claims of a token, signature aside: other tests verify it.
pub fn claims(token: &Value) -> Value {
    let text = token.as_str().unwrap_or_else(|| panic!("no token but {token}"));
    serde_json::from_slice(&base64url::decode(text.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// PKCE parameters of [`VERIFIER`].
pub fn pkce() -> String {
    base64url::encode(digest(&SHA256, VERIFIER.as_bytes()))
}
