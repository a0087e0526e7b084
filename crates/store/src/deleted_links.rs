//! What connected deleted objects to others, as far as a restore has to know before it puts that back. Refuses to judge.

use hospes_domain::ids::{ObjectId, TenantId};
use uuid::Uuid;

use crate::engine::{Read, StoreError};

/// Whether a deleted application or service principal had that owner.
pub fn was_owner(
    tx: &impl Read,
    tenant: TenantId,
    object: ObjectId,
    owner: ObjectId,
) -> Result<bool, StoreError> {
    let sql = "SELECT owner_id FROM deleted_application_owners WHERE tenant_id = $1 AND object_id = $2 AND owner_id = $3";
    Ok(tx.row(sql, &[tenant.into(), object.into(), owner.into()])?.is_some())
}

/// The app roles that a deleted principal had at a resource.
pub fn app_roles_of(
    tx: &impl Read,
    tenant: TenantId,
    principal: ObjectId,
    resource: ObjectId,
) -> Result<Vec<Uuid>, StoreError> {
    let sql = "SELECT app_role_id FROM deleted_app_role_assignments WHERE tenant_id = $1 AND principal_id = $2 AND resource_id = $3 \
               ORDER BY app_role_id";
    tx.rows(sql, &[tenant.into(), principal.into(), resource.into()])?.iter().map(|row| row.id(0)).collect()
}

/// Whether a deleted principal held a directory role, or was in or owned a group that can have one.
pub fn was_privileged(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<bool, StoreError> {
    let sql = "SELECT r.id FROM deleted_role_assignments r WHERE r.tenant_id = $1 AND r.principal_id = $2 \
               UNION ALL SELECT g.id FROM deleted_group_members m JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id \
               WHERE m.tenant_id = $1 AND m.member_id = $2 AND g.role_assignable = $3 \
               UNION ALL SELECT g.id FROM deleted_group_owners o JOIN groups g ON g.tenant_id = o.tenant_id AND g.id = o.group_id \
               WHERE o.tenant_id = $1 AND o.owner_id = $2 AND g.role_assignable = $3";
    Ok(!tx.rows(sql, &[tenant.into(), id.into(), true.into()])?.is_empty())
}

/// The groups that a deleted group stood in, and those that stood in it, as far as they are there.
pub fn groups_around(
    tx: &impl Read,
    tenant: TenantId,
    group: ObjectId,
) -> Result<(Vec<ObjectId>, Vec<ObjectId>), StoreError> {
    let around = |wanted: &str, known: &str| -> Result<Vec<ObjectId>, StoreError> {
        let sql = format!(
            "SELECT d.{wanted} FROM deleted_group_members d JOIN groups g ON g.tenant_id = d.tenant_id AND g.id = d.{wanted} \
             WHERE d.tenant_id = $1 AND d.{known} = $2 ORDER BY d.{wanted}"
        );
        tx.rows(&sql, &[tenant.into(), group.into()])?.iter().map(|row| row.object(0)).collect()
    };
    Ok((around("group_id", "member_id")?, around("member_id", "group_id")?))
}

/// The names of the resource that a deleted application had.
pub fn identifier_uris(
    tx: &impl Read,
    tenant: TenantId,
    application: ObjectId,
) -> Result<Vec<String>, StoreError> {
    let sql =
        "SELECT uri FROM deleted_identifier_uris WHERE tenant_id = $1 AND application_id = $2 ORDER BY uri";
    tx.rows(sql, &[tenant.into(), application.into()])?.iter().map(|row| row.text(0)).collect()
}
