//! A tenant as plain data. Refuses to hold open keys: only sealed ones pass through here.

use crate::access::InvitePolicy;
use crate::ids::TenantId;
use crate::policy::GuestPolicy;
use crate::time::Time;

/// Names in a path that leave the organisation open (reference/wire-contract.md 1.5: all must work).
pub const SHARED_NAMES: [&str; 3] = ["common", "organizations", "consumers"];

/// The shared name somebody wrote, whatever the letter case.
pub fn shared_name(name: &str) -> Option<&'static str> {
    SHARED_NAMES.into_iter().find(|shared| shared.eq_ignore_ascii_case(name))
}

/// An organisation on this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// `tid`.
    pub id: TenantId,
    /// The organisation's name.
    pub display_name: String,
    /// The domain guests' names end in; never changes.
    pub initial_domain: String,
    /// Every verified domain, the initial one included.
    pub domains: Vec<String>,
    /// Who may invite.
    pub invites: InvitePolicy,
    /// What guests see, and whether they may leave.
    pub guests: GuestPolicy,
    /// The organisation's privacy statement.
    pub privacy_url: Option<String>,
    /// When it was set up.
    pub created_at: Time,
}

/// A key of a tenant as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// What it is for.
    pub purpose: String,
    /// Counts up when a key of that purpose is replaced.
    pub version: u32,
    /// Its public id.
    pub kid: String,
    /// Its algorithm.
    pub alg: String,
    /// The private part, sealed under the operator's master key.
    pub sealed: Vec<u8>,
    /// The public part as JSON, if there is one.
    pub public_jwk: Option<String>,
    /// From when on it signs; a new tenant's keys have the beginning of time until they are stored.
    pub signs_from: Time,
}
