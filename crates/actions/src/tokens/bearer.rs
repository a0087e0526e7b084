//! From the text of an access token to an [`Actor`]: signature, issuer, audience, tenant, times, kind.
//!
//! Refuses tokens of other issuers, tenants and resources, and id tokens (threats E7, F7). Whether the user is still
//! enabled, the sign-in not revoked and the grant not ended is decided in the closure of the verb (`callers::load`).

use hospes_domain::access::{Actor, ScopeSet, Who};
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::jose::{self, Claims, JoseError, base64url};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

use super::{VerifiedTokens, issuer};
use crate::app::App;

/// Longer tokens are not looked at. 200 groups and 30 roles fit twice.
const MAX_TOKEN_BYTES: usize = 24 * 1024;

/// The caller an access token for the directory API stands for.
///
/// # Errors
/// [`Refusal::NotSignedIn`] for every token that is not one of ours, for this API, and within its time.
pub async fn bearer(app: &App, token: &str) -> Result<Actor, Refusal> {
    let claims = verified(app, token)?;
    actor(&claims).map_err(refused)
}

/// The checked claims of an access token for the directory API.
pub(super) fn verified(app: &App, token: &str) -> Result<Arc<Claims>, Refusal> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(NOT_OURS);
    }
    let print = VerifiedTokens::fingerprint(token);
    if let Some((tenant, claims)) = app.verified().get(&print, |tenant| app.keys(tenant)) {
        check(app, &claims, tenant).map_err(refused)?;
        return Ok(claims);
    }
    let tenant = peek_tenant(token).ok_or(NOT_OURS)?;
    let keys = app.keys(tenant).ok_or(NOT_OURS)?;
    let claims = Arc::new(signed(token, keys.verify_keys()).map_err(refused)?);
    check(app, &claims, tenant).map_err(refused)?;
    app.verified().put(print, keys, Arc::clone(&claims), app.now());
    Ok(claims)
}

const NOT_OURS: Refusal = Refusal::NotSignedIn { cause: "The token was not issued by this server." };

fn signed(token: &str, keys: &jose::KeySet) -> Result<Claims, JoseError> {
    let jws = jose::verify(token, keys, MAX_TOKEN_BYTES)?;
    jws.require_typ("JWT")?;
    jws.claims()
}

fn check(app: &App, claims: &Claims, tenant: TenantId) -> Result<(), JoseError> {
    claims.check(app.now(), &issuer(app.public_url(), tenant), &[&DIRECTORY_API.to_string()])?;
    if claims.text("tid")? != tenant.to_string() {
        return Err(JoseError::ClaimValue("tid"));
    }
    Ok(())
}

/// The tenant a token claims to be of. It only selects the keys; the signature then covers it.
fn peek_tenant(token: &str) -> Option<TenantId> {
    #[derive(Deserialize)]
    struct Peek {
        tid: TenantId,
    }
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let payload = base64url::decode(token.split('.').nth(1)?)?;
    serde_json::from_slice::<Peek>(&payload).ok().map(|peek| peek.tid)
}

pub(super) fn actor(claims: &Claims) -> Result<Actor, JoseError> {
    // Id tokens have no `idtyp`.
    let (who, scopes) = match claims.text("idtyp")? {
        "app" => (Who::App { id: object(claims)? }, claims.texts("roles")?.join(" ")),
        "user" => {
            let who = Who::User { id: object(claims)?, generation: claims.integer("hsg")? };
            (who, claims.optional_text("scp")?.unwrap_or_default().to_owned())
        }
        _ => return Err(JoseError::ClaimValue("idtyp")),
    };
    Ok(Actor {
        tenant: TenantId::parse(claims.text("tid")?).ok_or(JoseError::ClaimValue("tid"))?,
        who,
        scopes: ScopeSet::parse(&scopes),
        client: Some(client(claims)?),
        grant: grant(claims, who)?,
        issued_at: Time(claims.integer("iat")?.saturating_mul(1_000_000)),
        correlation: None,
        request: None,
    })
}

fn object(claims: &Claims) -> Result<ObjectId, JoseError> {
    ObjectId::parse(claims.text("oid")?).ok_or(JoseError::ClaimValue("oid"))
}

/// Tokens of applications come from no grant, and those of before this was told name none; they end within the hour.
fn grant(claims: &Claims, who: Who) -> Result<Option<Uuid>, JoseError> {
    let named = claims.optional_text("hgr")?.filter(|_| matches!(who, Who::User { .. }));
    named.map(|text| Uuid::try_parse(text).map_err(|_| JoseError::ClaimValue("hgr"))).transpose()
}

fn client(claims: &Claims) -> Result<ClientId, JoseError> {
    claims.text("appid")?.parse().map_err(|_| JoseError::ClaimValue("appid"))
}

/// Says as much as helps a developer, and nothing of the token.
pub(super) fn refused(error: JoseError) -> Refusal {
    let cause = match error {
        JoseError::Expired => "The token has expired.",
        JoseError::NotYetValid => "The token is not valid yet.",
        JoseError::ClaimValue("aud") => "The token is for another resource.",
        JoseError::ClaimValue("iss" | "tid") => "The token is of another issuer or tenant.",
        JoseError::ClaimMissing("idtyp") => "This is not an access token.",
        JoseError::TooLong | JoseError::NotCompact => "This is not a token of this server.",
        JoseError::UnknownKey | JoseError::BadSignature | JoseError::WrongAlgorithm => {
            "The signature of the token is not valid."
        }
        _ => "The token cannot be accepted.",
    };
    Refusal::NotSignedIn { cause }
}
