//! Stored passwords of people: Argon2id texts. Refuses to compare: that is slow and happens outside
//! transactions.

use hospes_domain::ids::{ObjectId, TenantId};

use crate::engine::{Read, StoreError, WriteTx};

/// The stored text of a user's password, if there is one.
pub fn of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT password_hash FROM users WHERE tenant_id = $1 AND id = $2";
    tx.row(sql, &[tenant.into(), user.into()])?.map_or(Ok(None), |row| row.opt_text(0))
}

/// Replaces it.
pub fn set(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId, hash: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE users SET password_hash = $1 WHERE tenant_id = $2 AND id = $3",
        &[hash.into(), tenant.into(), user.into()],
    )?;
    Ok(())
}
