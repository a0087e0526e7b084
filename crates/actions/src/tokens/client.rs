//! Who asks for a token: the client and its proof (RFC 6749 section 2.3).
//!
//! Refuses two proofs at once, secrets of public clients, and confidential clients without one (threats F8).

use hospes_domain::ids::ClientId;
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::clients::Client;

use super::refusals;
use crate::apps::add_password::SECRET_PURPOSE;
use crate::keys::{TenantKeys, constant_time_equal};

/// How a client presents itself. No `Debug`: it holds a secret.
#[derive(Clone, Default)]
pub struct Credentials {
    /// `client_id` of the form.
    pub id: Option<String>,
    /// `client_secret` of the form.
    pub secret: Option<String>,
    /// Whether the form has a `client_assertion`.
    pub assertion: bool,
    /// Name and password of an `Authorization: Basic` header, each already form-decoded (RFC 6749 section 2.3.1).
    pub basic: Option<(String, String)>,
}

/// A client that says who it is, before anybody believed it. No `Debug`: it holds a secret.
#[derive(Clone)]
pub(super) struct Claimed {
    pub(super) id: ClientId,
    secret: Option<String>,
}

impl Credentials {
    /// The one client and the one proof of the request.
    pub(super) fn claimed(self) -> Result<Claimed, Refusal> {
        if self.assertion {
            let alone = self.secret.is_none() && self.basic.is_none();
            return Err(if alone { refusals::assertion_unsupported() } else { refusals::two_methods() });
        }
        let (id, secret) = match (self.basic, self.secret) {
            (Some(_), Some(_)) => return Err(refusals::two_methods()),
            // The form may repeat the id, but not another one.
            (Some((id, _)), None) if self.id.as_ref().is_some_and(|form| *form != id) => {
                return Err(refusals::two_methods());
            }
            (Some((id, secret)), None) => (id, Some(secret)),
            (None, secret) => (self.id.ok_or_else(|| refusals::parameter_missing("client_id"))?, secret),
        };
        let known: ClientId = id.parse().map_err(|_| refusals::unknown_client(&id))?;
        Ok(Claimed { id: known, secret })
    }
}

impl Claimed {
    /// Decides whether the client is who it says, on what the directory knows about it.
    pub(super) fn authenticate(&self, keys: &TenantKeys, client: &Client, now: Time) -> Result<(), Refusal> {
        match (&self.secret, client.public) {
            (Some(_), true) => return Err(refusals::public_with_credential()),
            (None, true) => {}
            (None, false) => return Err(refusals::credential_missing()),
            (Some(secret), false) => {
                let hash = keys.keyed_hash(SECRET_PURPOSE, secret.as_bytes());
                let found = client.secrets.iter().find(|known| constant_time_equal(&known.hash, &hash));
                // One that is good later is not good yet.
                let found = found.filter(|known| known.starts_at.is_none_or(|start| start <= now));
                match found.ok_or_else(refusals::wrong_secret)?.expires_at {
                    Some(end) if end <= now => return Err(refusals::secret_expired()),
                    _ => {}
                }
            }
        }
        if client.enabled { Ok(()) } else { Err(refusals::client_disabled()) }
    }
}
