//! Who owns groups. Refuses to judge: who may, and that somebody has to, is the verbs'.

use std::collections::HashMap;

use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};

use super::Member;
use crate::changes;
use crate::directory_objects::{among, kind, raise_revision};
use crate::engine::{Read, StoreError, WriteTx};

/// Makes somebody an owner; `false` when they are one already.
pub fn add_owner(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    group: ObjectId,
    owner: Member,
) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO group_owners (tenant_id, group_id, owner_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        &[tenant.into(), group.into(), owner.id.into()],
    )?;
    if fresh == 1 {
        changes::note_owner(tx, tenant, group, owner.id);
        raise_revision(tx, tenant, PrincipalKind::Group, group)?;
        raise_revision(tx, tenant, owner.kind, owner.id)?;
    }
    Ok(fresh == 1)
}

/// Ends somebody's being an owner; `false` when they were none.
pub fn remove_owner(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    group: ObjectId,
    owner: Member,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM group_owners WHERE tenant_id = $1 AND group_id = $2 AND owner_id = $3";
    let gone = tx.execute(sql, &[tenant.into(), group.into(), owner.id.into()])? == 1;
    if gone {
        changes::note_owner(tx, tenant, group, owner.id);
        raise_revision(tx, tenant, PrincipalKind::Group, group)?;
        raise_revision(tx, tenant, owner.kind, owner.id)?;
    }
    Ok(gone)
}

/// The owners of a group, by id.
pub fn owners(tx: &impl Read, tenant: TenantId, group: ObjectId) -> Result<Vec<ObjectId>, StoreError> {
    let sql = "SELECT owner_id FROM group_owners WHERE tenant_id = $1 AND group_id = $2 ORDER BY owner_id";
    tx.rows(sql, &[tenant.into(), group.into()])?.iter().map(|row| row.object(0)).collect()
}

/// The groups somebody owns.
pub fn owned_by(tx: &impl Read, tenant: TenantId, owner: ObjectId) -> Result<Vec<ObjectId>, StoreError> {
    let sql = "SELECT group_id FROM group_owners WHERE tenant_id = $1 AND owner_id = $2 ORDER BY group_id";
    tx.rows(sql, &[tenant.into(), owner.into()])?.iter().map(|row| row.object(0)).collect()
}

/// Whether somebody owns a group.
pub fn is_owner(
    tx: &impl Read,
    tenant: TenantId,
    group: ObjectId,
    owner: ObjectId,
) -> Result<bool, StoreError> {
    let sql = "SELECT owner_id FROM group_owners WHERE tenant_id = $1 AND group_id = $2 AND owner_id = $3";
    Ok(tx.row(sql, &[tenant.into(), group.into(), owner.into()])?.is_some())
}

/// The owners of each of these groups who can be seen, by id, in one statement.
pub fn owners_of(
    tx: &impl Read,
    tenant: TenantId,
    groups: &[ObjectId],
) -> Result<HashMap<ObjectId, Vec<Member>>, StoreError> {
    let mut all: HashMap<ObjectId, Vec<Member>> = HashMap::new();
    if groups.is_empty() {
        return Ok(all);
    }
    let (marks, params) = among(tenant, groups);
    let sql = format!(
        "SELECT o.group_id, o.owner_id, CASE WHEN u.id IS NULL THEN 'ServicePrincipal' ELSE 'User' END FROM group_owners o \
         LEFT JOIN users u ON u.tenant_id = o.tenant_id AND u.id = o.owner_id AND u.deleted_at IS NULL \
         LEFT JOIN service_principals s ON s.tenant_id = o.tenant_id AND s.id = o.owner_id \
         WHERE o.tenant_id = $1 AND o.group_id IN ({marks}) AND COALESCE(u.id, s.id) IS NOT NULL ORDER BY o.group_id, o.owner_id"
    );
    for row in tx.rows(&sql, &params)? {
        let owner = Member { id: row.object(1)?, kind: kind(&row.text(2)?)? };
        all.entry(row.object(0)?).or_default().push(owner);
    }
    Ok(all)
}
