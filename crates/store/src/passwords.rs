//! Stored passwords of people: Argon2id texts, how old they are, and whether they must be replaced. Refuses to compare:
//! that is slow and happens outside transactions.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;

use crate::engine::{Read, StoreError, WriteTx};

/// A user's password as it is stored. No `Debug`: nothing to show.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// The PHC text.
    pub hash: String,
    /// When it was set; passwords from before this was written down count as set in 1970.
    pub set_at: Time,
    /// Whether its owner must choose a new one.
    pub change_due: bool,
}

/// The password of a user, if there is one.
pub fn stored(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Option<Stored>, StoreError> {
    let sql = "SELECT password_hash, password_set_at, password_change_due FROM users WHERE tenant_id = $1 AND id = $2";
    let Some(row) = tx.row(sql, &[tenant.into(), user.into()])? else { return Ok(None) };
    let Some(hash) = row.opt_text(0)? else { return Ok(None) };
    let set_at = row.opt_time(1)?.unwrap_or_default();
    Ok(Some(Stored { hash, set_at, change_due: row.opt_flag(2)?.unwrap_or_default() }))
}

/// The stored text of a user's password, if there is one.
pub fn of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Option<String>, StoreError> {
    Ok(stored(tx, tenant, user)?.map(|stored| stored.hash))
}

/// Replaces it.
pub fn set(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    hash: &str,
    change_due: bool,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE users SET password_hash = $1, password_set_at = $2, password_change_due = $3 \
         WHERE tenant_id = $4 AND id = $5",
        &[hash.into(), tx.now().into(), change_due.into(), tenant.into(), user.into()],
    )?;
    Ok(())
}

/// Says whether it has to be replaced, without replacing it.
pub fn set_change_due(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    change_due: bool,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE users SET password_change_due = $1 WHERE tenant_id = $2 AND id = $3",
        &[change_due.into(), tenant.into(), user.into()],
    )?;
    Ok(())
}
