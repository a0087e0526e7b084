//! Who asks for a token: the client and its proof (RFC 6749 section 2.3).
//!
//! Refuses two proofs at once, proofs of public clients, proofs from pages of a browser, and a proof that is wrong (threats
//! F8). Whether a client that has proven nothing may go on is for the grant to say: it depends on where the code was sent.

use hospes_domain::application::Platform;
use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::clients::Client;
use url::Url;

use super::{assertion, refusals};
use crate::app::App;
use crate::keys::{TenantKeys, constant_time_equal};
use crate::sign_ins;

/// What a client secret is hashed for.
const SECRET_PURPOSE: &str = "client-secret";

/// How a client presents itself. No `Debug`: it holds a secret.
#[derive(Clone, Default)]
pub struct Credentials {
    /// `client_id` of the form.
    pub id: Option<String>,
    /// `client_secret` of the form.
    pub secret: Option<String>,
    /// `client_assertion` of the form.
    pub assertion: Option<String>,
    /// `client_assertion_type` of the form.
    pub assertion_type: Option<String>,
    /// Name and password of an `Authorization: Basic` header, each already form-decoded (RFC 6749 section 2.3.1).
    pub basic: Option<(String, String)>,
    /// The `Origin` header: a page in a browser asks.
    pub origin: Option<String>,
}

#[derive(Clone)]
enum Proof {
    Nothing,
    Secret(String),
    Assertion(String),
}

/// How a client has proven who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proven {
    Nothing,
    Secret,
    Certificate,
}

/// A client that says who it is, before anybody believed it. No `Debug`: it holds a secret.
#[derive(Clone)]
pub(super) struct Claimed {
    pub(super) id: ClientId,
    proof: Proof,
    origin: Option<String>,
}

/// A client, and how far it can be believed.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) client: Client,
    pub(super) proven: Proven,
    /// Where the page stands that asks, if one does.
    pub(super) origin: Option<String>,
}

impl Credentials {
    /// The one client and the one proof of the request.
    pub(super) fn claimed(self) -> Result<Claimed, Refusal> {
        let Self { id, secret, assertion, assertion_type, basic, origin } = self;
        let (id, proof) = match (basic, secret, assertion) {
            (None, None, Some(assertion)) => {
                if assertion_type.as_deref() != Some(assertion::TYPE) {
                    return Err(refusals::assertion_type());
                }
                let of = assertion::peek_client(&assertion).ok_or_else(refusals::unreadable_assertion)?;
                // The form may repeat the id, but not another one (RFC 7521 section 4.2).
                if id.is_some_and(|id| id.parse() != Ok(of)) {
                    return Err(refusals::unreadable_assertion());
                }
                return Ok(Claimed { id: of, proof: Proof::Assertion(assertion), origin });
            }
            (Some(_), Some(_), _) | (_, _, Some(_)) => return Err(refusals::two_methods()),
            (Some((basic, _)), None, None) if id.as_ref().is_some_and(|form| *form != basic) => {
                return Err(refusals::two_methods());
            }
            (Some((basic, secret)), None, None) => (basic, Proof::Secret(secret)),
            (None, secret, None) => (
                id.ok_or_else(|| refusals::parameter_missing("client_id"))?,
                secret.map_or(Proof::Nothing, Proof::Secret),
            ),
        };
        let known: ClientId = id.parse().map_err(|_| refusals::unknown_client(&id))?;
        Ok(Claimed { id: known, proof, origin })
    }
}

impl Claimed {
    /// Decides whether the client is who it says. `named` is the tenant as the path has it.
    pub(super) async fn authenticate(
        self,
        app: &App,
        (tenant, named): (TenantId, &str),
        client: Client,
    ) -> Result<Asker, Refusal> {
        match self.prove(app, (tenant, named), &client).await {
            Ok(proven) => Ok(Asker { client, proven, origin: self.origin }),
            Err(refusal) => {
                sign_ins::program_refused(app, tenant, &client, &refusal).await;
                Err(refusal)
            }
        }
    }

    async fn prove(
        &self,
        app: &App,
        (tenant, named): (TenantId, &str),
        client: &Client,
    ) -> Result<Proven, Refusal> {
        let proven = match &self.proof {
            Proof::Assertion(text) => {
                self.may_prove(client)?;
                assertion::check(app, (tenant, named), client, text).await?;
                Proven::Certificate
            }
            _ => self.believe(&*app.tenant_keys(tenant)?, client, app.now())?,
        };
        if client.enabled { Ok(proven) } else { Err(refusals::client_disabled()) }
    }

    /// The same for everything but an assertion, without a look at anything else.
    fn believe(&self, keys: &TenantKeys, client: &Client, now: Time) -> Result<Proven, Refusal> {
        let Proof::Secret(secret) = &self.proof else { return Ok(Proven::Nothing) };
        self.may_prove(client)?;
        let hash = keys.keyed_hash(SECRET_PURPOSE, secret.as_bytes());
        let found = client.secrets.iter().find(|known| constant_time_equal(&known.hash, &hash));
        match found.ok_or_else(refusals::wrong_secret)?.expires_at {
            Some(end) if end <= now => Err(refusals::secret_expired()),
            _ => Ok(Proven::Secret),
        }
    }

    /// A secret that stands in a page, or in a program people install, is none.
    fn may_prove(&self, client: &Client) -> Result<(), Refusal> {
        if client.public {
            return Err(refusals::public_with_credential());
        }
        if self.origin.is_some() { Err(refusals::secret_in_a_page()) } else { Ok(()) }
    }
}

impl Asker {
    /// Whether it would have had to prove who it is, wherever a code was sent.
    pub(super) fn owes_proof(&self) -> bool {
        self.proven == Proven::Nothing && !self.client.public
    }

    /// The platform of a code or refresh token from before platforms were told apart.
    pub(super) fn platform(&self, stored: Option<Platform>) -> Platform {
        stored.unwrap_or(if self.client.public { Platform::PublicClient } else { Platform::Web })
    }

    /// Whether it may redeem what was sent to an address of that platform: only pages ask across origins, pages do nothing
    /// else, and a server proves who it is (reference/tokens-and-sign-in.md section 4, "PKCE").
    pub(super) fn may_redeem(&self, platform: Platform, sent_to: Option<&str>) -> Result<(), Refusal> {
        match (platform, &self.origin) {
            (Platform::Spa, None) => return Err(refusals::page_without_origin()),
            (Platform::Spa, Some(origin))
                if sent_to.is_some_and(|uri| origin_of(uri).as_ref() != Some(origin)) =>
            {
                return Err(refusals::not_that_page());
            }
            (Platform::Web | Platform::PublicClient, Some(_)) => return Err(refusals::not_that_page()),
            _ => {}
        }
        if platform == Platform::Web && self.owes_proof() {
            Err(refusals::credential_missing())
        } else {
            Ok(())
        }
    }
}

/// The origin of a registered address, as a browser writes it.
fn origin_of(uri: &str) -> Option<String> {
    let origin = Url::parse(uri).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}
