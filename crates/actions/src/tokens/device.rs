//! `device_code`: tokens for a device whose owner signs in elsewhere (RFC 8628 section 3.4). Both names of the grant count
//! (reference/wire-contract.md 1.8).
//!
//! Refuses to answer faster than agreed, codes of other clients, and codes that were redeemed, refused or are over; a
//! code dies with the sign-in that accepted it (threats D5, F11).

use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::ClaimsRequest;
use hospes_domain::tenant::shared_name;
use hospes_domain::time::Time;
use hospes_store::device_codes::{self, Accepted, DeviceCode, DeviceState, UNDECIDED};
use hospes_store::engine::WriteTx;
use hospes_store::refresh_tokens::{self, RefreshToken};
use uuid::Uuid;

use super::claims::SignInFacts;
use super::client::{Asker, Claimed};
use super::refresh::{Secret, lasts};
use super::scopes::Asked;
use super::{TokenForm, UserGrant, find_client, path_tenant, person, refusals, split_token};
use crate::app::{App, Stop};
use crate::sign_in::device_hash;

/// What a device that asks too often has to wait more, in seconds (RFC 8628 section 3.5).
const SLOWER_SECONDS: i64 = 5;

/// Runs the grant; the client is checked here, because only the code says at which tenant.
pub(super) async fn run(
    app: &App,
    name: &str,
    claimed: Claimed,
    form: TokenForm,
) -> Result<(TenantId, Asker, UserGrant), Refusal> {
    // msal sends the code under both names.
    let code = form
        .device_code
        .clone()
        .or_else(|| form.code.clone())
        .ok_or_else(|| refusals::parameter_missing("device_code"))?;
    let (asked_at, secret) = split_token(&code).ok_or_else(refusals::bad_device_code)?;
    if shared_name(name).is_none() && path_tenant(app, name).await? != asked_at {
        return Err(refusals::bad_device_code());
    }
    let (hash, id) = (device_hash(secret), claimed.id);
    let found = app.glance(move |tx| Ok(device_codes::by_code(tx, asked_at, hash)?)).await?;
    let found = found.filter(|device| device.client == id).ok_or_else(refusals::bad_device_code)?;
    let tenant = match (asked_at, &found.state) {
        (UNDECIDED, DeviceState::Accepted(by)) => Some(by.tenant),
        (UNDECIDED, _) => None,
        (known, _) => Some(known),
    };
    let attempt = Attempt { asked_at, hash, client: id };
    let Some(tenant) = tenant else {
        // Nobody has said yes, so there is nobody to ask about the client, and nothing to give it.
        app.write(move |tx| attempt.waiting(tx).map(drop)).await?;
        return Err(refusals::device_pending());
    };
    let client = find_client(app, tenant, id).await?;
    let asker = claimed.authenticate(app, (tenant, name), client).await?;
    let keys = app.tenant_keys(tenant)?;
    let claims = super::claims_of(form.claims.as_deref())?;
    let grant = Grant {
        tenant,
        claims,
        asker: asker.clone(),
        attempt,
        next: Secret::fresh(app, &keys),
        family: app.new_id(),
        public_url: app.public_url().to_owned(),
    };
    let granted = app.write(move |tx| grant.decide(tx)).await?;
    Ok((tenant, asker, granted))
}

#[derive(Clone, Copy)]
struct Attempt {
    asked_at: TenantId,
    hash: [u8; 32],
    client: ClientId,
}

impl Attempt {
    /// The device, if somebody let it sign in; otherwise what it has to wait for.
    fn waiting(&self, tx: &WriteTx<'_>) -> Result<(DeviceCode, Accepted), Stop> {
        let now = tx.now();
        let device = device_codes::by_code(tx, self.asked_at, self.hash)?
            .filter(|device| device.client == self.client)
            .ok_or_else(refusals::bad_device_code)?;
        if device.state == DeviceState::Used {
            return Err(refusals::bad_device_code().into());
        }
        if device.expires_at <= now {
            return Err(refusals::device_expired().into());
        }
        match device.state.clone() {
            DeviceState::Accepted(by) => Ok((device, by)),
            DeviceState::Refused => Err(refusals::device_declined().into()),
            DeviceState::Waiting | DeviceState::Used => {
                let hurried = is_hurried(&device, now);
                let seconds = device.poll_seconds + if hurried { SLOWER_SECONDS } else { 0 };
                device_codes::polled(tx, self.asked_at, self.hash, seconds)?;
                Err(if hurried { refusals::slow_down() } else { refusals::device_pending() }.into())
            }
        }
    }
}

/// Whether the device did not wait as long as it was told. One second is the network's.
fn is_hurried(device: &DeviceCode, now: Time) -> bool {
    device.polled_at.is_some_and(|at| now < at.plus_seconds(device.poll_seconds - 1))
}

struct Grant {
    tenant: TenantId,
    claims: Option<ClaimsRequest>,
    asker: Asker,
    attempt: Attempt,
    next: Secret,
    family: Uuid,
    public_url: String,
}

impl Grant {
    fn decide(&self, tx: &WriteTx<'_>) -> Result<UserGrant, Stop> {
        let client = &self.asker.client;
        let platform = self.asker.platform(None);
        self.asker.may_redeem(platform, None)?;
        if !client.settings.device_code {
            return Err(refusals::no_device_codes().into());
        }
        let (device, by) = self.attempt.waiting(tx)?;
        if by.tenant != self.tenant || !device_codes::consume(tx, self.attempt.asked_at, self.attempt.hash)? {
            return Err(refusals::bad_device_code().into());
        }
        let asked = Asked::parse(&self.public_url, &device.scope)?;
        let (person, granted) = person::load(tx, self.tenant, client, (by.user, by.generation), &asked)?;
        let refresh_token = asked.wants.offline_access.then(|| self.next.text());
        if refresh_token.is_some() {
            let ends = person::refresh_ends(&person.user, by.auth_time, tx.now());
            let first = RefreshToken {
                family: self.family,
                client: client.id,
                user: by.user,
                generation: by.generation,
                session: by.session,
                platform: Some(platform),
                scope: device.scope,
                auth_time: by.auth_time,
                amr: by.amr.clone(),
                claims: self.claims.clone().unwrap_or_default(),
                expires_at: lasts(platform, ends, None, tx.now()),
                used_at: None,
                issued_at: Time::default(),
            };
            refresh_tokens::insert(tx, self.tenant, self.next.hash(), &first)?;
        }
        let sign_in = SignInFacts {
            family: self.family,
            session: by.session,
            auth_time: by.auth_time,
            amr: by.amr,
            nonce: None,
            claims: self.claims.clone().unwrap_or_default(),
        };
        Ok(UserGrant { at: tx.now(), person, sign_in, asked, granted, refresh_token })
    }
}
