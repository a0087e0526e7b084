//! Domains of a tenant: claimed, proven, given up. A proven one makes the tenant authoritative for the addresses there, so
//! it is proven outside of transactions and judged again inside. Refuses to take anybody's word but the server operator's.

pub mod add;
pub mod by_operator;
pub mod list;
pub mod remove;
pub mod verify;

use hospes_domain::domains::Domain;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_store::domains;
use hospes_store::engine::{Read, WriteTx};

use crate::app::Stop;

/// A domain as its tenant sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The domain.
    pub domain: Domain,
    /// The names of guests end in it.
    pub is_initial: bool,
    /// No other domain of the tenant stands above it.
    pub is_root: bool,
}

impl Seen {
    /// The domain among all of the tenant's.
    fn of(domain: Domain, all: &[Domain], initial_domain: &str) -> Self {
        let above = |other: &Domain| {
            domain.name.strip_suffix(other.name.as_str()).is_some_and(|front| front.ends_with('.'))
        };
        let (is_initial, is_root) = (domain.name == initial_domain, !all.iter().any(above));
        Self { domain, is_initial, is_root }
    }
}

/// The domain of that name as its tenant sees it.
fn seen(tx: &impl Read, tenant: TenantId, initial_domain: &str, name: &str) -> Result<Seen, Stop> {
    let all = domains::all(tx, tenant)?;
    let domain = all.iter().find(|domain| domain.name == name).cloned();
    let domain = domain.ok_or_else(|| Refusal::not_found(name))?;
    Ok(Seen::of(domain, &all, initial_domain))
}

/// A name as somebody wrote it in a path: what is no domain name exists nowhere.
fn asked(name: &str) -> Result<String, Refusal> {
    hospes_domain::domains::name("id", name).map_err(|_| Refusal::not_found(name))
}

/// Ends ownership and claim at once, unless names of users end in the domain.
fn give_up(tx: &WriteTx<'_>, tenant: TenantId, initial_domain: &str, name: &str) -> Result<Domain, Stop> {
    let domain = domains::by_name(tx, tenant, name)?.ok_or_else(|| Refusal::not_found(name))?;
    // Nobody can have a name on a mere claim.
    let in_use = domain.verified_by.is_some() && domains::has_users(tx, tenant, name)?;
    hospes_domain::domains::may_remove(&domain, initial_domain, in_use)?;
    domains::remove(tx, tenant, name)?;
    Ok(domain)
}

/// What an audit record says about it.
fn details(name: &str) -> Vec<(String, String)> {
    vec![("domain".to_owned(), name.to_owned())]
}

#[cfg(test)]
mod tests;
