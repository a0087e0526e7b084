//! Owners of applications and of service principals. Refuses to judge who may be one.

use hospes_domain::ids::{ObjectId, TenantId};

use crate::engine::{Read, StoreError, WriteTx};

/// Makes somebody an owner of an application or service principal; `false` when they are one already.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    object: ObjectId,
    owner: ObjectId,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO application_owners (tenant_id, object_id, owner_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let fresh = tx.execute(sql, &[tenant.into(), object.into(), owner.into()])? == 1;
    if fresh {
        raise_revision(tx, tenant, object)?;
    }
    Ok(fresh)
}

/// Ends somebody's being an owner; `false` when they were none.
pub fn remove(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    object: ObjectId,
    owner: ObjectId,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM application_owners WHERE tenant_id = $1 AND object_id = $2 AND owner_id = $3";
    let gone = tx.execute(sql, &[tenant.into(), object.into(), owner.into()])? == 1;
    if gone {
        raise_revision(tx, tenant, object)?;
    }
    Ok(gone)
}

fn raise_revision(tx: &WriteTx<'_>, tenant: TenantId, object: ObjectId) -> Result<(), StoreError> {
    for table in ["applications", "service_principals"] {
        let sql = format!("UPDATE {table} SET revision = revision + 1 WHERE tenant_id = $1 AND id = $2");
        tx.execute(&sql, &[tenant.into(), object.into()])?;
    }
    Ok(())
}

/// The owners of an application or service principal, by id.
pub fn of(tx: &impl Read, tenant: TenantId, object: ObjectId) -> Result<Vec<ObjectId>, StoreError> {
    let sql =
        "SELECT owner_id FROM application_owners WHERE tenant_id = $1 AND object_id = $2 ORDER BY owner_id";
    tx.rows(sql, &[tenant.into(), object.into()])?.iter().map(|row| row.object(0)).collect()
}

/// Whether somebody owns an application or service principal.
pub fn is_owner(
    tx: &impl Read,
    tenant: TenantId,
    object: ObjectId,
    owner: ObjectId,
) -> Result<bool, StoreError> {
    let sql =
        "SELECT owner_id FROM application_owners WHERE tenant_id = $1 AND object_id = $2 AND owner_id = $3";
    Ok(tx.row(sql, &[tenant.into(), object.into(), owner.into()])?.is_some())
}
