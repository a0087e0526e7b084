//! How many users a tenant has, without counting a million of them for each who asks: what was counted before, and what
//! the log of changes says has come and gone since (docs/decisions/0024-totals.md). Refuses to guess: where the log is not
//! certain they are counted, and a state of the directory that is older than what is remembered is counted for itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hospes_domain::changes::Kind;
use hospes_domain::ids::TenantId;
use hospes_store::changes;
use hospes_store::engine::{Read, StoreError};
use hospes_store::users_query::{self, Whom};

/// Tenants that are remembered at most.
const MOST: usize = 10_000;

/// A number, and the place in the log up to which it is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Total {
    position: i64,
    users: i64,
}

/// What was counted, for each tenant.
#[derive(Debug, Default)]
pub(crate) struct Totals(Mutex<HashMap<TenantId, Total>>);

impl Totals {
    /// The users who are there, in the state that `tx` sees.
    pub(crate) fn users(&self, tx: &impl Read, tenant: TenantId) -> Result<i64, StoreError> {
        let extent = changes::extent(tx, tenant)?;
        let reaches = |total: &Total| (extent.forgotten..=extent.last).contains(&total.position);
        let grown = match self.known(tenant).filter(reaches) {
            Some(Total { position, users }) => {
                changes::grown(tx, tenant, Kind::User, (position, extent.last))?.map(|more| users + more)
            }
            None => None,
        };
        let users = match grown {
            Some(users) => users,
            None => users_query::count(tx, tenant, None, Whom::Present)?,
        };
        self.remember(tenant, Total { position: extent.last, users });
        Ok(users)
    }

    fn known(&self, tenant: TenantId) -> Option<Total> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant).copied()
    }

    fn remember(&self, tenant: TenantId, total: Total) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(&tenant) {
            known.clear();
        }
        let kept = known.entry(tenant).or_insert(total);
        if kept.position < total.position {
            *kept = total;
        }
    }
}
