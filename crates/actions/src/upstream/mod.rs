//! Signing in at the tenant of this server that somebody belongs to, as any OpenID Connect provider is asked: an
//! authorization request, a code, an id token. Refuses to read the other tenant's rows: what counts is what its token
//! says, checked with its keys (design section 5).

mod client;
mod exchange;

pub(crate) use client::{application, is_home_sign_in, token_client};
pub use exchange::{Answered, Arrival, arrival, identify};

use hospes_domain::address::Address;
use hospes_domain::cross_tenant::{may_come_in, may_go_out, redeems_automatically};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::jose::base64url;
use hospes_domain::proof::{HOME_SIGN_IN, home_of};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::tenant::Tenant;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::upstream_sign_ins::{self, Purpose, UpstreamSignIn};
use hospes_store::{partners, tenants};
use url::form_urlencoded;
use uuid::Uuid;

use crate::app::App;
use crate::keys::TenantKeys;

/// Where every tenant's answer comes back to, on this server.
pub const CALLBACK: &str = "/signed-in-at-home";

/// How long a person may take at home.
const SECONDS: i64 = 3600;

/// The tenant that owns a domain, unless it is the host itself.
pub(crate) fn owner_of(
    tx: &impl Read,
    host: TenantId,
    address: &Address,
) -> Result<Option<Tenant>, StoreError> {
    let owner = tenants::by_domain(tx, &address.domain().to_ascii_lowercase())?;
    Ok(owner.filter(|tenant| tenant.id != host))
}

/// What host and home say about each other.
pub(crate) struct Between {
    shut: Option<Shut>,
    automatic: bool,
}

/// Who shuts the door between host and home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shut {
    /// The host lets nobody of that organisation in.
    ByHost,
    /// The organisation lets nobody go there.
    ByHome,
}

impl Between {
    /// Loads both sides' cross-tenant access. A policy is what a tenant says to the others, not a row about its people.
    pub(crate) fn load(tx: &impl Read, host: TenantId, home: TenantId) -> Result<Self, StoreError> {
        let (ours, theirs) = partners::between(tx, host, home)?;
        let shut = match (may_come_in(&ours, home), may_go_out(&theirs, host)) {
            (false, _) => Some(Shut::ByHost),
            (true, false) => Some(Shut::ByHome),
            (true, true) => None,
        };
        Ok(Self { shut, automatic: redeems_automatically(&ours, &theirs) })
    }

    /// Refuses people of a home tenant that may not be guests here (threats B11).
    pub(crate) fn must_admit(&self) -> Result<(), Refusal> {
        if self.shut.is_none() { Ok(()) } else { Err(Refusal::SignIn(SignInRefusal::NotAdmitted)) }
    }

    /// Whether an invitation is redeemed without a question.
    pub(crate) fn is_automatic(&self) -> bool {
        self.automatic
    }
}

/// Who shuts the door to a guest that signs in at home; asked wherever a token or a session stands for somebody (threats
/// B11). Costs nothing for everybody else.
pub(crate) fn shut_out(tx: &impl Read, user: &User) -> Result<Option<Shut>, StoreError> {
    let Some(home) = user.guest.binding().and_then(|binding| home_of(&binding.issuer)) else {
        return Ok(None);
    };
    Ok(Between::load(tx, user.guest.record().tenant, home)?.shut)
}

/// What a home tenant is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) purpose: Purpose,
    /// The flow that goes on with the answer.
    pub(crate) flow: Uuid,
    /// The guest whom the typed address means, with the sign-in generation now.
    pub(crate) guest: Option<(ObjectId, i64)>,
    /// Prefills the address there, if it is one of theirs: any other would be taken for a guest's.
    pub(crate) hint: Option<&'a Address>,
    /// Nobody who is signed in there already will do.
    pub(crate) login: bool,
    /// Sign-ins there before this do not count.
    pub(crate) fresh_from: Option<Time>,
}

/// What a request to a home tenant is made of, drawn before the closure that keeps it. No `Debug`: it holds the
/// verifier's hash.
#[derive(Clone)]
pub(crate) struct Drawn {
    id: Uuid,
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

/// The tenant an address belongs to, if it and the host have agreed that its people are asked nothing.
pub(crate) fn agreed_with(
    tx: &impl Read,
    host: TenantId,
    address: &Address,
) -> Result<Option<Tenant>, StoreError> {
    let Some(home) = owner_of(tx, host, address)? else { return Ok(None) };
    let between = Between::load(tx, host, home.id)?;
    Ok((between.must_admit().is_ok() && between.automatic).then_some(home))
}

impl Drawn {
    pub(crate) fn new(app: &App, host: TenantId) -> Result<Self, Refusal> {
        let keys = app.tenant_keys(host)?;
        let id = app.new_id();
        let challenge = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier(&keys, id).as_bytes());
        Ok(Self {
            id,
            nonce: nonce(&keys, id),
            challenge: base64url::encode(challenge),
            redirect_uri: redirect_uri(app.public_url()),
        })
    }

    /// Keeps the request; the address on this server where the browser goes.
    pub(crate) fn send(
        &self,
        tx: &WriteTx<'_>,
        host: TenantId,
        home: TenantId,
        asking: &Asking<'_>,
    ) -> Result<String, StoreError> {
        let expires_at = tx.now().plus_seconds(SECONDS);
        let Asking { purpose, flow, guest, .. } = *asking;
        // Kept, and compared with what the answer says: whoever takes the words out of the address gains nothing.
        let fresh_from = if asking.login { Some(tx.now()) } else { asking.fresh_from };
        let sent = UpstreamSignIn { id: self.id, home, purpose, flow, guest, fresh_from, expires_at };
        upstream_sign_ins::insert(tx, host, &sent)?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("client_id", &HOME_SIGN_IN.to_string())
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", "openid profile email")
            .append_pair("state", &state(host, self.id))
            .append_pair("nonce", &self.nonce)
            .append_pair("code_challenge", &self.challenge)
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(asking.hint.map(|hint| ("login_hint", hint.as_str())));
        if let Some(from) = fresh_from {
            query.append_pair("max_age", &tx.now().seconds_since(from).max(0).to_string());
        }
        if asking.login {
            query.append_pair("prompt", "login");
        }
        Ok(format!("/{home}/oauth2/v2.0/authorize?{}", query.finish()))
    }
}

fn redirect_uri(public_url: &str) -> String {
    format!("{public_url}{CALLBACK}")
}

fn state(host: TenantId, id: Uuid) -> String {
    format!("{host}.{id}")
}

/// The tenant that asks, as `state` says; only names it in records.
pub(crate) fn host_of(state: &str) -> Option<TenantId> {
    TenantId::parse(state.split_once('.')?.0)
}

/// Name of the tenant that asks, by the `state` of its request: where the person will be when this is over.
pub(crate) fn asking(tx: &impl Read, state: Option<&str>) -> Result<Option<String>, StoreError> {
    let Some(host) = state.and_then(host_of) else { return Ok(None) };
    Ok(tenants::by_id(tx, host)?.map(|tenant| tenant.display_name))
}

/// Derived like a link, so that nothing secret is stored.
fn nonce(keys: &TenantKeys, id: Uuid) -> String {
    base64url::encode(keys.keyed_hash("upstream-nonce", id.as_bytes()))
}

/// The PKCE verifier (RFC 7636): 43 characters.
fn verifier(keys: &TenantKeys, id: Uuid) -> String {
    base64url::encode(keys.keyed_hash("upstream-verifier", id.as_bytes()))
}
