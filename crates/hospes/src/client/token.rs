//! An access token for one command, by client credentials (RFC 6749 section 4.4). Refuses to keep it: the next command
//! gets its own, so that a secret taken back is worth nothing at once.

use reqwest::Client;

use super::contexts::{Context, Credential};
use super::failure::Outcome;
use super::graph::{Answer, segment};
use super::refusal;
use super::value::text;

/// The token of a context.
pub async fn access(client: &Client, context: &Context) -> Outcome<String> {
    let (client_id, client_secret) = match &context.credential {
        Credential::Token { token } => return Ok(token.clone()),
        Credential::Client { client_id, client_secret } => (client_id, client_secret),
    };
    let scope = format!("{}/.default", context.server);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("client_secret", client_secret),
        ("scope", &scope),
    ];
    let address = format!("{}/{}/oauth2/v2.0/token", context.server, segment(&context.tenant));
    let answer = Answer::of(client.post(address).form(&form).send().await?).await?;
    let token = text(&answer.body, "access_token");
    if answer.status.is_success() && !token.is_empty() { Ok(token) } else { Err(refusal::of_token(&answer)) }
}
