//! `refresh_token`: new tokens for an old sign-in (RFC 6749 section 6), rotated each time (RFC 9700 section 4.14.2).
//!
//! The successor of a token is derived from it with the tenant's hash key, so a retry after a lost answer gets the
//! same one, and nothing secret is stored. Refuses a token that was exchanged before, and ends its family (threats F5).

use hospes_domain::ids::TenantId;
use hospes_domain::jose::base64url;
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::ClaimsRequest;
use hospes_domain::time::Time;
use hospes_store::authorization_codes::CodeRecord;
use hospes_store::clients::Client;
use hospes_store::engine::WriteTx;
use hospes_store::refresh_tokens::{self, RefreshToken};
use uuid::Uuid;

use super::claims::SignInFacts;
use super::scopes::Asked;
use super::{TokenForm, UserGrant, person, refusals, reuse};
use crate::app::{App, Stop};
use crate::keys::TenantKeys;
use crate::random;

/// What a refresh token is hashed for.
const PURPOSE: &str = "refresh";
/// What makes the successor of one.
const SUCCESSOR: &str = "refresh-successor";
/// How long after its exchange a token still yields the same successor.
const RETRY_SECONDS: i64 = 10;

/// The secret part of a refresh token. No `Debug`: nothing to show.
#[derive(Clone)]
pub(super) struct Secret {
    tenant: TenantId,
    value: String,
    hash: [u8; 32],
}

impl Secret {
    fn new(keys: &TenantKeys, value: String) -> Self {
        let hash = keys.keyed_hash(PURPOSE, value.as_bytes());
        Self { tenant: keys.tenant(), value, hash }
    }

    /// The first of a family.
    pub(super) fn fresh(app: &App, keys: &TenantKeys) -> Self {
        Self::new(keys, random::token32(app.random()))
    }

    fn successor(&self, keys: &TenantKeys) -> Self {
        Self::new(keys, base64url::encode(keys.keyed_hash(SUCCESSOR, self.value.as_bytes())))
    }

    /// The token as the client gets it: `{tenant}.{secret}`.
    pub(super) fn text(&self) -> String {
        format!("{}.{}", self.tenant, self.value)
    }

    /// What is stored of it.
    pub(super) const fn hash(&self) -> [u8; 32] {
        self.hash
    }
}

/// The first token of the family of a code.
pub(super) fn first(code: &CodeRecord, expires_at: Time) -> RefreshToken {
    RefreshToken {
        family: code.family,
        client: code.client,
        user: code.user,
        generation: code.generation,
        session: code.session,
        scope: code.scope.clone(),
        claims: code.claims.clone(),
        auth_time: code.auth_time,
        expires_at,
        used_at: None,
    }
}

/// Runs the grant for a client that proved who it is.
pub(super) async fn run(
    app: &App,
    tenant: TenantId,
    client: &Client,
    form: TokenForm,
) -> Result<UserGrant, Refusal> {
    let keys = app.tenant_keys(tenant)?;
    let text = form.refresh_token.ok_or_else(|| refusals::parameter_missing("refresh_token"))?;
    let (of, secret) = super::split_token(&text).ok_or_else(refusals::bad_refresh_token)?;
    if of != tenant {
        return Err(refusals::bad_refresh_token());
    }
    let presented = Secret::new(&keys, secret.to_owned());
    let attempt = Attempt {
        tenant,
        client: client.clone(),
        next: presented.successor(&keys),
        presented,
        asked: form.scope.map(|scope| Asked::parse(app.public_url(), &scope)).transpose()?,
        claims: super::claims_of(form.claims.as_deref())?,
        public_url: app.public_url().to_owned(),
        audit_id: app.new_id(),
    };
    app.write(move |tx| attempt.decide(tx)).await
}

struct Attempt {
    tenant: TenantId,
    client: Client,
    presented: Secret,
    next: Secret,
    asked: Option<Asked>,
    claims: Option<ClaimsRequest>,
    public_url: String,
    audit_id: Uuid,
}

impl Attempt {
    fn decide(&self, tx: &WriteTx<'_>) -> Result<UserGrant, Stop> {
        let now = tx.now();
        let old = refresh_tokens::find(tx, self.tenant, self.presented.hash)?
            .filter(|old| old.client == self.client.id)
            .ok_or_else(refusals::bad_refresh_token)?;
        let retry = self.is_retry(tx, &old)?;
        if old.used_at.is_some() && !retry {
            reuse::punish(tx, self.tenant, old.user, old.family, self.audit_id)?;
            return Err(refusals::bad_refresh_token().into());
        }
        if old.expires_at <= now {
            return Err(refusals::refresh_token_expired().into());
        }
        let stored = Asked::parse(&self.public_url, &old.scope)?;
        let asked = stored.narrowed(self.asked.as_ref());
        let (person, granted) =
            person::load(tx, self.tenant, &self.client, (old.user, old.generation), &asked)?;
        if !retry {
            self.rotate(tx, &old, person::refresh_ends(&person.user, old.auth_time, now))?;
        }
        let sign_in = SignInFacts {
            session: old.session,
            auth_time: old.auth_time,
            nonce: None,
            claims: self.claims.clone().unwrap_or(old.claims),
        };
        let refresh_token = Some(self.next.text());
        Ok(UserGrant { at: now, person, sign_in, asked, granted, refresh_token })
    }

    /// Whether the answer to the exchange of `old` was lost, as far as can be told: it was moments ago, and nobody
    /// has used the successor.
    fn is_retry(&self, tx: &WriteTx<'_>, old: &RefreshToken) -> Result<bool, Stop> {
        let Some(used_at) = old.used_at else { return Ok(false) };
        if tx.now() > used_at.plus_seconds(RETRY_SECONDS) {
            return Ok(false);
        }
        let next = refresh_tokens::find(tx, self.tenant, self.next.hash)?;
        Ok(next.is_some_and(|next| next.used_at.is_none()))
    }

    fn rotate(&self, tx: &WriteTx<'_>, old: &RefreshToken, expires_at: Time) -> Result<(), Stop> {
        if !refresh_tokens::consume(tx, self.tenant, self.presented.hash)? {
            return Err(refusals::bad_refresh_token().into());
        }
        let next = RefreshToken { expires_at, used_at: None, ..old.clone() };
        Ok(refresh_tokens::insert(tx, self.tenant, self.next.hash, &next)?)
    }
}
