//! The OpenID Connect client of the sample app: code with PKCE and a secret, tokens checked against the published
//! keys. Talks to the server over its public address only; the HTTP client is made at the first sign-in.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::jose::{KeySet, base64url, verify};
use hospes_domain::time::Time;
use hospes_web::pages::view::Fact;
use reqwest::Certificate;
use rustls::pki_types::CertificateDer;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

use super::super::seed::CALLBACK_PATH;

/// What it asks for.
const SCOPE: &str = "openid profile email User.Read";
/// Claims a reader looks for first.
const FIRST: [&str; 8] = ["oid", "sub", "preferred_username", "name", "email", "roles", "groups", "tid"];
const PATIENCE: Duration = Duration::from_secs(10);
/// No token of ours is longer.
const LONGEST_TOKEN: usize = 64 * 1024;

/// How the sample app is registered.
pub struct ClientOptions {
    /// Where the server is, without a slash at the end.
    pub base_url: String,
    /// The tenant.
    pub tenant: Uuid,
    /// `client_id`.
    pub client_id: Uuid,
    /// `client_secret`.
    pub secret: String,
    /// The development authority.
    pub authority: CertificateDer<'static>,
}

/// The client.
pub struct Client {
    options: ClientOptions,
    http: OnceCell<reqwest::Client>,
}

/// Why nobody was signed in.
#[derive(Debug)]
pub enum AppError {
    /// The server's own address cannot be read.
    Address,
    /// The answer belongs to a sign-in that began elsewhere, or long ago.
    Stranger,
    /// The server said no.
    Refused {
        /// The code of RFC 6749.
        error: String,
        /// The server's words.
        description: Option<String>,
    },
    /// The server was not reached.
    Unreachable,
    /// A token does not pass.
    Token(String),
}

impl AppError {
    /// A stable name.
    pub fn code(&self) -> &str {
        match self {
            Self::Address => "address",
            Self::Stranger => "state",
            Self::Refused { error, .. } => error,
            Self::Unreachable => "unreachable",
            Self::Token(_) => "token",
        }
    }

    /// One sentence.
    pub fn words(&self) -> String {
        match self {
            Self::Address => "The server's address cannot be read.".to_owned(),
            Self::Stranger => "This answer belongs to a sign-in that began in another window.".to_owned(),
            Self::Refused { error, description } => {
                let words = description.as_deref().and_then(|text| text.lines().next()).unwrap_or(error);
                format!("The directory answered: {words}")
            }
            Self::Unreachable => "The directory could not be reached.".to_owned(),
            Self::Token(why) => format!("A token did not pass: {why}."),
        }
    }
}

/// A checked token.
#[derive(Clone)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// As rows, the ones that matter first.
    pub fn facts(&self) -> Vec<Fact> {
        let first = FIRST.iter().filter_map(|name| self.0.get_key_value(*name));
        let others = self.0.iter().filter(|(name, _)| !FIRST.contains(&name.as_str()));
        let fact = |(name, value): (&String, &Value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Fact { name: name.clone(), value }
        };
        first.chain(others).map(fact).collect()
    }

    /// What the app calls the person.
    pub fn greeting(&self) -> String {
        let text = |name: &str| self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text("name").or_else(|| text("preferred_username")).unwrap_or("guest").to_owned()
    }
}

/// What a sign-in gave.
#[derive(Clone)]
pub struct Tokens {
    /// Of the id token.
    pub id: Claims,
    /// Of the access token.
    pub access: Claims,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
    access_token: String,
}

#[derive(Deserialize)]
struct TokenError {
    error: String,
    error_description: Option<String>,
}

impl Client {
    /// Nothing is connected yet.
    pub fn new(options: ClientOptions) -> Self {
        Self { options, http: OnceCell::new() }
    }

    /// Where to send the browser; with a name, that person is asked for even while another is signed in.
    pub fn authorize_address(
        &self,
        state: &str,
        nonce: &str,
        verifier: &str,
        name: Option<&str>,
    ) -> Option<String> {
        let ClientOptions { base_url, tenant, client_id, .. } = &self.options;
        let mut url = Url::parse(&format!("{base_url}/{tenant}/oauth2/v2.0/authorize")).ok()?;
        url.query_pairs_mut()
            .append_pair("client_id", &client_id.to_string())
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &self.redirect_uri())
            .append_pair("scope", SCOPE)
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", &challenge(verifier))
            .append_pair("code_challenge_method", "S256");
        if let Some(name) = name {
            url.query_pairs_mut().append_pair("login_hint", name).append_pair("prompt", "login");
        }
        Some(url.into())
    }

    /// Exchanges a code and checks what it gives.
    pub async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        nonce: &str,
        now: Time,
    ) -> Result<Tokens, AppError> {
        let ClientOptions { base_url, tenant, client_id, secret, .. } = &self.options;
        let http = self.http().await?;
        let discovery: Discovery =
            fetch(http, &format!("{base_url}/{tenant}/v2.0/.well-known/openid-configuration")).await?;
        let client_id = client_id.to_string();
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &client_id),
            ("client_secret", secret),
            ("code", code),
            ("redirect_uri", &self.redirect_uri()),
            ("code_verifier", verifier),
        ];
        let answer = http.post(&discovery.token_endpoint).form(&form).send().await.map_err(unreachable)?;
        if !answer.status().is_success() {
            let told: TokenError = answer.json().await.map_err(unreachable)?;
            return Err(AppError::Refused { error: told.error, description: told.error_description });
        }
        let answer: TokenAnswer = answer.json().await.map_err(unreachable)?;
        let keys = http.get(&discovery.jwks_uri).send().await.map_err(unreachable)?;
        let keys = KeySet::from_json(&keys.bytes().await.map_err(unreachable)?).map_err(bad)?;
        let api = DIRECTORY_API.to_string();
        let id = checked(&answer.id_token, &keys, &discovery.issuer, &[&client_id], now)?;
        if id.0.get("nonce").and_then(Value::as_str) != Some(nonce) {
            return Err(AppError::Token("it answers another sign-in".to_owned()));
        }
        let access = checked(&answer.access_token, &keys, &discovery.issuer, &[&client_id, &api], now)?;
        Ok(Tokens { id, access })
    }

    fn redirect_uri(&self) -> String {
        format!("{}{CALLBACK_PATH}", self.options.base_url)
    }

    async fn http(&self) -> Result<&reqwest::Client, AppError> {
        let build = || async {
            let authority = Certificate::from_der(&self.options.authority)?;
            reqwest::Client::builder()
                .tls_certs_only([authority])
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .timeout(PATIENCE)
                .build()
        };
        self.http.get_or_try_init(build).await.map_err(unreachable)
    }
}

/// `code_challenge` of RFC 7636 section 4.2, method S256.
pub fn challenge(verifier: &str) -> String {
    base64url::encode(digest(&SHA256, verifier.as_bytes()).as_ref())
}

async fn fetch<T: for<'a> Deserialize<'a>>(http: &reqwest::Client, address: &str) -> Result<T, AppError> {
    let answer = http.get(address).send().await.and_then(reqwest::Response::error_for_status);
    answer.map_err(unreachable)?.json().await.map_err(unreachable)
}

/// Addresses hold codes in their query; the rest helps the developer.
fn unreachable(error: reqwest::Error) -> AppError {
    tracing::warn!(error = %error.without_url(), "the sample app could not reach the directory");
    AppError::Unreachable
}

fn bad(error: hospes_domain::jose::JoseError) -> AppError {
    AppError::Token(error.to_string())
}

fn checked(
    token: &str,
    keys: &KeySet,
    issuer: &str,
    audiences: &[&str],
    now: Time,
) -> Result<Claims, AppError> {
    let verified = verify(token, keys, LONGEST_TOKEN).map_err(bad)?;
    verified.claims().map_err(bad)?.check(now, issuer, audiences).map_err(bad)?;
    let members = serde_json::from_slice(verified.payload());
    members.map(Claims).map_err(|_| AppError::Token("it is no JSON object".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636 appendix B.
        let challenge = challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
