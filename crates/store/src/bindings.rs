//! Bindings: the identity of a guest now, and every one it ever had. Refuses to bind twice: the
//! uniqueness of open bindings is the database's (I2).

use hospes_domain::address::Address;
use hospes_domain::guest::{Binding, Ended};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, StoreError, Value, WriteTx};
use crate::roles::marks;

/// A binding with how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastBinding {
    /// The identity.
    pub binding: Binding,
    /// When it ended; `None` while it holds.
    pub ended_at: Option<Time>,
    /// The word of [`Ended`].
    pub ended: Option<String>,
    /// Who ended it.
    pub ended_by: Option<ObjectId>,
    /// When another account first came with its address (threats B5).
    pub changed_at: Option<Time>,
}

/// Opens a binding; `false` when the identity or the user is bound already.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    binding: &Binding,
) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO bindings (tenant_id, id, user_id, issuer, subject, sign_in_name, proof, bound_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        &[
            tenant.into(),
            binding.id.into(),
            user.into(),
            binding.issuer.as_str().into(),
            binding.subject.as_str().into(),
            binding.sign_in_name.as_str().into(),
            binding.proof.as_str().into(),
            binding.bound_at.into(),
        ],
    )?;
    Ok(fresh == 1)
}

/// Closes a binding into the history; its sign-in addresses end with it.
pub fn close(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: Uuid,
    why: Ended,
    by: Option<ObjectId>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE bindings SET ended_at = $1, ended = $2, ended_by = $3 WHERE tenant_id = $4 AND id = $5 AND ended_at IS NULL",
        &[tx.now().into(), why.name().into(), by.into(), tenant.into(), id.into()],
    )?;
    tx.execute(
        "DELETE FROM sign_in_addresses WHERE tenant_id = $1 AND binding_id = $2",
        &[tenant.into(), id.into()],
    )?;
    Ok(())
}

/// Whose open binding that identity is.
pub fn holder(
    tx: &impl Read,
    tenant: TenantId,
    issuer: &str,
    subject: &str,
) -> Result<Option<ObjectId>, StoreError> {
    let sql = "SELECT user_id FROM bindings WHERE tenant_id = $1 AND issuer = $2 AND subject = $3 AND ended_at IS NULL";
    tx.row(sql, &[tenant.into(), issuer.into(), subject.into()])?.map(|row| row.object(0)).transpose()
}

/// Sets the open binding of a user aside, who is being deleted: the identity is free meanwhile.
pub fn set_aside(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId) -> Result<(), StoreError> {
    let sql = "UPDATE bindings SET ended_at = $1, ended = $2 WHERE tenant_id = $3 AND user_id = $4 AND ended_at IS NULL";
    tx.execute(sql, &[tx.now().into(), Ended::Deleted.name().into(), tenant.into(), user.into()])?;
    Ok(())
}

/// The binding that was set aside when the user was deleted.
pub fn aside(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Option<PastBinding>, StoreError> {
    let aside = |past: &PastBinding| past.ended.as_deref() == Some(Ended::Deleted.name());
    Ok(history(tx, tenant, user)?.into_iter().find(aside))
}

/// Opens it again; `false` when the identity is somebody else's by now.
pub fn take_back(tx: &WriteTx<'_>, tenant: TenantId, id: Uuid) -> Result<bool, StoreError> {
    let sql = "UPDATE bindings SET ended_at = NULL, ended = NULL WHERE tenant_id = $1 AND id = $2 AND NOT EXISTS \
               (SELECT 1 FROM bindings o WHERE o.tenant_id = bindings.tenant_id AND o.issuer = bindings.issuer \
               AND o.subject = bindings.subject AND o.ended_at IS NULL)";
    Ok(tx.execute(sql, &[tenant.into(), id.into()])? == 1)
}

/// A binding that was set aside ends with its user.
pub fn end_aside(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId) -> Result<(), StoreError> {
    let sql = "UPDATE bindings SET ended = $1 WHERE tenant_id = $2 AND user_id = $3 AND ended = $4";
    let (purged, deleted) = (Ended::Purged.name(), Ended::Deleted.name());
    tx.execute(sql, &[purged.into(), tenant.into(), user.into(), deleted.into()])?;
    Ok(())
}

/// Notes that another account came with the address of an open binding; the first time counts.
pub fn note_change(tx: &WriteTx<'_>, tenant: TenantId, id: Uuid) -> Result<(), StoreError> {
    let sql = "UPDATE bindings SET changed_at = $1 WHERE tenant_id = $2 AND id = $3 AND changed_at IS NULL";
    tx.execute(sql, &[tx.now().into(), tenant.into(), id.into()])?;
    Ok(())
}

/// Which of these users another account came for since they redeemed.
pub fn changed_among(
    tx: &impl Read,
    tenant: TenantId,
    users: &[ObjectId],
) -> Result<Vec<ObjectId>, StoreError> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT user_id FROM bindings WHERE tenant_id = $1 AND changed_at IS NOT NULL AND ended_at IS NULL AND user_id IN ({})",
        marks(2, users.len() + 1)
    );
    let params: Vec<Value> =
        std::iter::once(tenant.into()).chain(users.iter().map(|user| (*user).into())).collect();
    tx.rows(&sql, &params)?.iter().map(|row| row.object(0)).collect()
}

/// Moves the bindings of a user whose row is about to go where they may stay without it. The open one must have been
/// closed before.
pub fn outlive(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO purged_bindings (tenant_id, id, user_id, issuer, subject, sign_in_name, proof, bound_at, ended_at, ended, ended_by) \
         SELECT tenant_id, id, user_id, issuer, subject, sign_in_name, proof, bound_at, ended_at, ended, ended_by FROM bindings \
         WHERE tenant_id = $1 AND user_id = $2",
        &[tenant.into(), user.into()],
    )?;
    tx.execute("DELETE FROM bindings WHERE tenant_id = $1 AND user_id = $2", &[tenant.into(), user.into()])?;
    Ok(())
}

/// Every binding of a user, newest first, even of one who was deleted for good.
pub fn history(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<PastBinding>, StoreError> {
    let sql = "SELECT id, issuer, subject, sign_in_name, proof, bound_at, ended_at, ended, ended_by, changed_at \
               FROM bindings WHERE tenant_id = $1 AND user_id = $2 \
               UNION ALL SELECT id, issuer, subject, sign_in_name, proof, bound_at, ended_at, ended, ended_by, NULL \
               FROM purged_bindings \
               WHERE tenant_id = $3 AND user_id = $4 ORDER BY bound_at DESC, id";
    tx.rows(sql, &[tenant.into(), user.into(), tenant.into(), user.into()])?
        .iter()
        .map(|row| {
            let name = row.text(3)?;
            Ok(PastBinding {
                binding: Binding {
                    id: row.id(0)?,
                    issuer: row.text(1)?,
                    subject: row.text(2)?,
                    sign_in_name: Address::parse(&name)
                        .map_err(|_| StoreError::Corrupt("a binding's sign-in name cannot be read".into()))?,
                    proof: row.text(4)?,
                    bound_at: row.time(5)?,
                },
                ended_at: row.opt_time(6)?,
                ended: row.opt_text(7)?,
                ended_by: row.opt_object(8)?,
                changed_at: row.opt_time(9)?,
            })
        })
        .collect()
}
