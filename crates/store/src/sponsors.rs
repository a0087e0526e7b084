//! Sponsors of users. Refuses nothing: the limit of five is the surface's and the verb's.

use hospes_domain::changes::{Changed, Kind};
use hospes_domain::ids::{ObjectId, TenantId};

use crate::changes;
use crate::engine::{Read, StoreError, WriteTx};

/// Makes somebody a sponsor; once is enough.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    sponsor: ObjectId,
) -> Result<(), StoreError> {
    let fresh = tx.execute(
        "INSERT INTO user_sponsors (tenant_id, user_id, sponsor_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        &[tenant.into(), user.into(), sponsor.into()],
    )?;
    if fresh == 1 {
        changes::note(tx, tenant, Kind::User, user, Changed::SPONSORS);
    }
    Ok(())
}

/// The sponsors of a user.
pub fn of_user(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<ObjectId>, StoreError> {
    let sql =
        "SELECT sponsor_id FROM user_sponsors WHERE tenant_id = $1 AND user_id = $2 ORDER BY sponsor_id";
    tx.rows(sql, &[tenant.into(), user.into()])?.iter().map(|row| row.object(0)).collect()
}

/// Ends somebody's answering for a user; `false` when they did not.
pub fn remove(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    sponsor: ObjectId,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM user_sponsors WHERE tenant_id = $1 AND user_id = $2 AND sponsor_id = $3";
    let gone = tx.execute(sql, &[tenant.into(), user.into(), sponsor.into()])? == 1;
    if gone {
        changes::note(tx, tenant, Kind::User, user, Changed::SPONSORS);
    }
    Ok(gone)
}
