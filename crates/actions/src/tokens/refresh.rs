//! `refresh_token`: new tokens for an old sign-in (RFC 6749 section 6), rotated each time (RFC 9700 section 4.14.2).
//!
//! The successor of a token is derived from it with the tenant's hash key, so a retry after a lost answer gets the
//! same one, and nothing secret is stored. Refuses a token that was exchanged before, and ends its family (threats F5);
//! and one that came of less than its person has to show by now.

use hospes_domain::application::Platform;
use hospes_domain::ids::TenantId;
use hospes_domain::jose::base64url;
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::Need;
use hospes_domain::sign_in::ClaimsRequest;
use hospes_domain::time::Time;
use hospes_store::authorization_codes::CodeRecord;
use hospes_store::engine::{Read as _, WriteTx};
use hospes_store::redirect_uris;
use hospes_store::refresh_tokens::{self, RefreshToken};
use uuid::Uuid;

use super::claims::SignInFacts;
use super::client::Asker;
use super::scopes::Asked;
use super::{TokenForm, UserGrant, person, refusals, reuse};
use crate::app::{App, Stop};
use crate::keys::TenantKeys;
use crate::random;
use crate::second_factors;
use crate::sign_ins::{self, Entry, Towards};

/// What a refresh token is hashed for.
const PURPOSE: &str = "refresh";
/// What makes the successor of one.
const SUCCESSOR: &str = "refresh-successor";
/// How long after its exchange a token still yields the same successor.
const RETRY_SECONDS: i64 = 10;
/// How long a page in a browser stays signed in, however often its token is exchanged (reference/tokens-and-sign-in.md
/// section 4, "Refresh").
const PAGE_SECONDS: i64 = 24 * 3600;

/// When a refresh token ends that would end at `ends`; `old` is when the one it follows does.
pub(super) fn lasts(platform: Platform, ends: Time, old: Option<Time>, now: Time) -> Time {
    match (platform, old) {
        (Platform::Spa, Some(old)) => ends.min(old),
        (Platform::Spa, None) => ends.min(now.plus_seconds(PAGE_SECONDS)),
        _ => ends,
    }
}

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
pub(super) fn first(code: &CodeRecord, platform: Platform, expires_at: Time) -> RefreshToken {
    RefreshToken {
        family: code.family,
        client: code.client,
        user: code.user,
        generation: code.generation,
        session: code.session,
        platform: Some(platform),
        scope: code.scope.clone(),
        claims: code.claims.clone(),
        auth_time: code.auth_time,
        amr: code.amr.clone(),
        expires_at,
        used_at: None,
        issued_at: Time::default(),
    }
}

/// Runs the grant for a client that proved who it is.
pub(super) async fn run(
    app: &App,
    tenant: TenantId,
    asker: &Asker,
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
        asker: asker.clone(),
        next: presented.successor(&keys),
        presented,
        asked: form.scope.map(|scope| Asked::parse(app.public_url(), &scope)).transpose()?,
        claims: super::claims_of(form.claims.as_deref())?,
        public_url: app.public_url().to_owned(),
        audit_id: app.new_id(),
        entry: Entry::draw(app),
    };
    app.write(move |tx| {
        let outcome = attempt.decide(tx);
        if let Err(Stop::Refused(refusal)) = &outcome {
            attempt.record(tx, refusal)?;
        }
        outcome
    })
    .await
}

struct Attempt {
    tenant: TenantId,
    asker: Asker,
    presented: Secret,
    next: Secret,
    asked: Option<Asked>,
    claims: Option<ClaimsRequest>,
    public_url: String,
    audit_id: Uuid,
    entry: Entry,
}

impl Attempt {
    /// The line of the sign-in log, if the token is somebody's.
    fn record(&self, tx: &WriteTx<'_>, refusal: &Refusal) -> Result<(), Stop> {
        let user = refresh_tokens::user_of(tx, self.tenant, self.presented.hash)?;
        let towards = Towards::renewal(&self.asker.client);
        sign_ins::refused_by_id(tx, &self.entry, (self.tenant, user), &towards, refusal)
    }

    fn decide(&self, tx: &WriteTx<'_>) -> Result<UserGrant, Stop> {
        let now = tx.now();
        let old = refresh_tokens::find(tx, self.tenant, self.presented.hash)?
            .filter(|old| old.client == self.asker.client.id)
            .ok_or_else(|| self.unknown())?;
        let platform = self.asker.platform(old.platform);
        self.asker.may_redeem(platform, None)?;
        if let Some(origin) = &self.asker.origin
            && !redirect_uris::is_spa_origin(tx, Some(self.tenant), origin)?
        {
            return Err(refusals::not_that_page().into());
        }
        let retry = self.is_retry(tx, &old)?;
        if old.used_at.is_some() && !retry {
            reuse::punish(tx, self.tenant, old.user, old.family, self.audit_id)?;
            return Err(refusals::bad_refresh_token().into());
        }
        if old.expires_at <= now {
            let page = platform == Platform::Spa;
            return Err(
                if page { refusals::page_expired() } else { refusals::refresh_token_expired() }.into()
            );
        }
        let stored = Asked::parse(&self.public_url, &old.scope)?;
        let asked = stored.narrowed(self.asked.as_ref());
        let client = &self.asker.client;
        tx.ahead(|tx| {
            second_factors::foresee(tx, self.tenant, old.user, &old.amr)?;
            person::foresee(tx, self.tenant, client, old.user, &asked)
        })?;
        let (person, granted) = person::load(tx, self.tenant, client, (old.user, old.generation), &asked)?;
        match second_factors::need(tx, &person.user, &old.amr)? {
            Need::Nothing => {}
            Need::Show => return Err(refusals::second_factor_needed().into()),
            Need::Enrol => return Err(refusals::enrolment_needed().into()),
        }
        if !retry {
            let ends = person::refresh_ends(&person.user, old.auth_time, now);
            self.rotate(tx, &old, lasts(platform, ends, Some(old.expires_at), now))?;
            sign_ins::renewed(tx, &self.entry, (self.tenant, old.user), old.issued_at)?;
        }
        let sign_in = SignInFacts {
            family: old.family,
            session: old.session,
            auth_time: old.auth_time,
            amr: old.amr.clone(),
            nonce: None,
            claims: self.claims.clone().unwrap_or(old.claims),
        };
        let refresh_token = Some(self.next.text());
        Ok(UserGrant { at: now, person, sign_in, asked, granted, refresh_token })
    }

    /// Who owes a proof is told that, and not whether there is such a token.
    fn unknown(&self) -> Refusal {
        if self.asker.owes_proof() { refusals::credential_missing() } else { refusals::bad_refresh_token() }
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
        let next = RefreshToken { expires_at, used_at: None, ..old.clone() };
        let (presented, next) = (self.presented.hash, (self.next.hash, &next));
        Ok(refresh_tokens::exchange(tx, self.tenant, presented, next)?)
    }
}
