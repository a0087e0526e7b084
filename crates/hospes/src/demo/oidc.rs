//! A program that signs people in by code with PKCE, and an app that signs itself in: two OAuth clients of the demo's
//! own. Every token is checked against the published keys. Refuses tokens that answer another request.

use hospes_actions::clock::SystemClock;
use hospes_actions::random::{SystemRandom, token32};
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::jose::{Claims, verify};
use hospes_domain::time::Clock;
use serde_json::Value;
use url::Url;

use super::connection::Server;
use super::failure::{Failure, Outcome};

/// The command-line client every tenant knows (Microsoft Graph Command Line Tools).
const CLIENT: &str = "14d82eec-204b-4c2f-b7e8-296a70dab67e";
/// A native program listens here; the demo only reads the address.
const REDIRECT: &str = "http://localhost:53682/";
/// Who guests and administrators sign in to.
const HOST: &str = "HOSPES_TENANT_ID";
/// No token is longer.
const LONGEST: usize = 64 * 1024;

/// A sign-in that has begun.
pub struct Request {
    /// Where the browser goes.
    pub address: String,
    state: String,
    nonce: String,
    verifier: String,
}

/// Checked tokens.
pub struct Tokens {
    /// For the API.
    pub access: String,
    /// For new tokens.
    pub refresh: String,
    /// Of the id token.
    pub id: Claims,
}

/// Begins a sign-in for these permissions of the directory API.
pub fn begin(server: &Server, scopes: &str) -> Outcome<Request> {
    let tenant = server.setting(HOST)?;
    let [state, nonce, verifier] = [(); 3].map(|()| token32(&SystemRandom));
    let mut url = Url::parse(&format!("{}/{tenant}/oauth2/v2.0/authorize", server.base_url()))?;
    url.query_pairs_mut()
        .append_pair("client_id", CLIENT)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", REDIRECT)
        .append_pair("scope", &format!("openid profile offline_access {scopes}"))
        .append_pair("state", &state)
        .append_pair("nonce", &nonce)
        .append_pair("code_challenge", &crate::dev::challenge(&verifier))
        .append_pair("code_challenge_method", "S256");
    Ok(Request { address: url.into(), state, nonce, verifier })
}

/// Exchanges what the browser brought back.
pub async fn finish(server: &Server, request: &Request, answer: &Url) -> Outcome<Tokens> {
    let get =
        |name: &str| answer.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if !answer.as_str().starts_with(REDIRECT) || get("state").as_deref() != Some(&request.state) {
        return Err(Failure::new("the sign-in answered another program's request"));
    }
    let Some(code) = get("code") else {
        let words = get("error_description").or(get("error")).unwrap_or_default();
        return Err(Failure::new(format!("the sign-in was refused: {words}")));
    };
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", &request.verifier),
    ];
    let tenant = server.setting(HOST)?;
    let body = ask(server, tenant, &form)
        .await?
        .map_err(|error| Failure::new(format!("no tokens for the code: {error}")))?;
    let text = |name: &str| {
        let value = body[name].as_str().map(str::to_owned);
        value.ok_or_else(|| Failure::new(format!("the token answer has no {name}")))
    };
    let id = checked(server, tenant, &text("id_token")?, CLIENT).await?;
    if id.get("nonce").and_then(Value::as_str) != Some(&request.nonce) {
        return Err(Failure::new("the id token answers another request"));
    }
    let access = text("access_token")?;
    checked(server, tenant, &access, &DIRECTORY_API.to_string()).await?;
    Ok(Tokens { access, refresh: text("refresh_token")?, id })
}

/// Asks for new tokens; the inner error is the server's code, such as `invalid_grant`.
pub async fn refresh(server: &Server, token: &str) -> Outcome<Result<String, String>> {
    let form = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token)];
    let answer = ask(server, server.setting(HOST)?, &form).await?;
    Ok(answer.map(|body| body["refresh_token"].as_str().unwrap_or_default().to_owned()))
}

/// The own token of an organisation's automation, by client credentials; `prefix` names the settings.
pub async fn automation(server: &Server, prefix: &str) -> Outcome<String> {
    let setting = |name: &str| server.setting(&format!("{prefix}_{name}"));
    let tenant = setting("TENANT_ID")?;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", setting("CLIENT_ID")?),
        ("client_secret", setting("CLIENT_SECRET")?),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let body = ask(server, tenant, &form)
        .await?
        .map_err(|error| Failure::new(format!("the automation gets no token: {error}")))?;
    let token = body["access_token"].as_str().unwrap_or_default().to_owned();
    checked(server, tenant, &token, &DIRECTORY_API.to_string()).await?;
    Ok(token)
}

async fn ask(server: &Server, tenant: &str, form: &[(&str, &str)]) -> Outcome<Result<Value, String>> {
    let address = format!("{}/{tenant}/oauth2/v2.0/token", server.base_url());
    let answer = server.client().post(address).form(form).send().await?;
    let good = answer.status().is_success();
    let body: Value = answer.json().await?;
    Ok(if good {
        Ok(body)
    } else {
        Err(body["error"].as_str().unwrap_or("an error without a name").to_owned())
    })
}

/// Signature, issuer, audience and times of a token, against the keys as they are published now.
async fn checked(server: &Server, tenant: &str, token: &str, audience: &str) -> Outcome<Claims> {
    let (keys, issuer) = server.published_keys(tenant).await?;
    let bad = |error| Failure::new(format!("a token does not pass: {error}"));
    let claims = verify(token, &keys, LONGEST).map_err(bad)?.claims().map_err(bad)?;
    claims.check(SystemClock.now(), &issuer, &[audience]).map_err(bad)?;
    Ok(claims)
}
