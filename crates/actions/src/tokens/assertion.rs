//! `private_key_jwt`: a client proves itself with a signature (RFC 7523 section 3, OIDC Core section 9).
//!
//! Refuses assertions of others, for others, without end or identity, that live longer than ten minutes, and every one
//! that came before (threats F9).

use aws_lc_rs::digest::{Context, SHA256};
use hospes_domain::application::Certificate;
use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::jose::{
    Claims, JoseError, LEEWAY_SECONDS, RegisteredKey, base64url, strict_json, verify_assertion,
};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::client_certificates;
use hospes_store::clients::Client;

use super::{issuer, refusals};
use crate::app::App;

/// The only kind of assertion (RFC 7523 section 2.2).
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion may live. Five minutes would do for a request; the libraries of the original make theirs for
/// ten (docs/decisions/0018-client-assertions.md).
const MOST_SECONDS: i64 = 600;
/// Longest `jti` kept apart from others.
const MAX_JTI: usize = 256;

/// The client an assertion claims to be of. It only selects the keys; the signature then covers it.
pub(super) fn peek_client(assertion: &str) -> Option<ClientId> {
    let payload = base64url::decode(assertion.split('.').nth(1)?)?;
    strict_json::object(&payload)?.get("sub")?.as_str()?.parse().ok()
}

/// Checks the assertion of a client and remembers it. `named` is the tenant as the path has it.
pub(super) async fn check(
    app: &App,
    (tenant, named): (TenantId, &str),
    client: &Client,
    assertion: &str,
) -> Result<(), Refusal> {
    let holders = (client.application, client.principal);
    let keys = app.glance(move |tx| Ok(client_certificates::of_client(tx, tenant, holders)?)).await?;
    let now = app.now();
    let keys: Vec<RegisteredKey> = keys.into_iter().filter_map(|key| usable(key, now)).collect();
    let audiences = audiences(app.public_url(), tenant, named);
    let claims = verify_assertion(assertion, &keys)
        .and_then(|claims| fits(&claims, client.id, &audiences, now).map(|()| claims))
        .map_err(refusals::bad_assertion)?;
    let jti = claims.text("jti").map_err(refusals::bad_assertion)?;
    let hash = fingerprint(client.id, jti);
    let until = Time(claims.expires().saturating_mul(1_000_000)).plus_seconds(LEEWAY_SECONDS);
    let fresh = app.write(move |tx| Ok(client_certificates::remember(tx, tenant, hash, until)?)).await?;
    if fresh { Ok(()) } else { Err(refusals::assertion_used()) }
}

/// The certificate as a key that may be used now.
pub(crate) fn usable(key: Certificate, now: Time) -> Option<RegisteredKey> {
    if now < key.starts_at || now >= key.expires_at {
        return None;
    }
    // The name a key has here is the certificate's.
    Some(RegisteredKey { id: key.id.to_string(), thumbprint: key.sha256.to_vec(), jwk: key.key })
}

/// What the libraries write into `aud`: the token endpoint as they ask it, or the issuer.
fn audiences(public_url: &str, tenant: TenantId, named: &str) -> [String; 4] {
    [
        format!("{public_url}/{named}/oauth2/v2.0/token"),
        format!("{public_url}/{tenant}/oauth2/v2.0/token"),
        format!("{public_url}/{tenant}/oauth2/v2.0/devicecode"),
        issuer(public_url, tenant),
    ]
}

fn fits(claims: &Claims, client: ClientId, audiences: &[String], now: Time) -> Result<(), JoseError> {
    let id = client.to_string();
    let audiences: Vec<&str> = audiences.iter().map(String::as_str).collect();
    claims.check(now, &id, &audiences)?;
    if claims.text("sub")? != id {
        return Err(JoseError::ClaimValue("sub"));
    }
    if claims.expires() > now.seconds().saturating_add(MOST_SECONDS + LEEWAY_SECONDS) {
        return Err(JoseError::ClaimValue("exp"));
    }
    match claims.text("jti")? {
        jti if jti.is_empty() || jti.len() > MAX_JTI => Err(JoseError::ClaimValue("jti")),
        _ => Ok(()),
    }
}

fn fingerprint(client: ClientId, jti: &str) -> [u8; 32] {
    let mut digest = Context::new(&SHA256);
    digest.update(client.0.as_bytes());
    digest.update(jti.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.finish().as_ref());
    hash
}
