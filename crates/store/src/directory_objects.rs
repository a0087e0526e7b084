//! Objects of any kind by their id: what kind one is, what it is called, and raising its revision.
//! Refuses soft-deleted users as if they were not there.

use std::collections::HashMap;

use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};

use crate::engine::{Read, StoreError, Value, WriteTx};
use crate::roles::marks;

/// An object as far as lists and references need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What it is.
    pub kind: PrincipalKind,
    /// `displayName`.
    pub display_name: String,
}

/// What the object of that id is, if the tenant has it.
pub fn known(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Option<Known>, StoreError> {
    let sql = "SELECT 'User', display_name FROM users WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL \
               UNION ALL SELECT 'Group', display_name FROM groups WHERE tenant_id = $3 AND id = $4 \
               UNION ALL SELECT 'ServicePrincipal', display_name FROM service_principals WHERE tenant_id = $5 AND id = $6";
    let params = [tenant.into(), id.into(), tenant.into(), id.into(), tenant.into(), id.into()];
    let Some(row) = tx.row(sql, &params)? else { return Ok(None) };
    Ok(Some(Known { kind: kind(&row.text(0)?)?, display_name: row.text(1)? }))
}

/// The same of many ids, in one statement; ids of nobody are left out.
pub fn all_known(
    tx: &impl Read,
    tenant: TenantId,
    ids: &[ObjectId],
) -> Result<HashMap<ObjectId, Known>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let (mut sql, mut params) = (String::new(), Vec::new());
    for (kind, table, there) in [
        ("User", "users", " AND deleted_at IS NULL"),
        ("Group", "groups", ""),
        ("ServicePrincipal", "service_principals", ""),
    ] {
        let joint = if sql.is_empty() { "" } else { " UNION ALL " };
        params.push(Value::from(tenant));
        let own = params.len();
        params.extend(ids.iter().map(|id| Value::from(*id)));
        let marks = marks(own + 1, params.len());
        sql.extend([joint, "SELECT '", kind, "', id, display_name FROM ", table, " WHERE tenant_id = $"]);
        sql.extend([&own.to_string(), " AND id IN (", &marks, ")", there]);
    }
    let known = |row: &crate::engine::Row| {
        Ok((row.object(1)?, Known { kind: kind(&row.text(0)?)?, display_name: row.text(2)? }))
    };
    tx.rows(&sql, &params)?.iter().map(known).collect()
}

/// A tenant and ids as parameters, and the marks of the ids for what stands in `IN (…)`.
pub(crate) fn among<I: Copy + Into<Value>>(tenant: TenantId, ids: &[I]) -> (String, Vec<Value>) {
    let mut params: Vec<Value> = vec![tenant.into()];
    params.extend(ids.iter().map(|id| (*id).into()));
    (marks(2, params.len()), params)
}

/// A stored kind of object.
pub(crate) fn kind(text: &str) -> Result<PrincipalKind, StoreError> {
    PrincipalKind::parse(text).ok_or_else(|| StoreError::Corrupt("an unknown kind of object".into()))
}

/// Raises the revision of an object that a write decided on (design section 3): its memberships, roles
/// and assignments are part of what others decide by.
pub fn raise_revision(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    kind: PrincipalKind,
    id: ObjectId,
) -> Result<(), StoreError> {
    let sql = match kind {
        PrincipalKind::User => "UPDATE users SET revision = revision + 1 WHERE tenant_id = $1 AND id = $2",
        PrincipalKind::Group => "UPDATE groups SET revision = revision + 1 WHERE tenant_id = $1 AND id = $2",
        PrincipalKind::ServicePrincipal => {
            "UPDATE service_principals SET revision = revision + 1 WHERE tenant_id = $1 AND id = $2"
        }
    };
    tx.execute(sql, &[tenant.into(), id.into()])?;
    Ok(())
}
