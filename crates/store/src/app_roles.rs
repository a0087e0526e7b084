//! The app roles that service principals have. Refuses to judge who may hold one.

use std::collections::HashMap;

use hospes_domain::application::{AppRole, RoleFor};
use hospes_domain::ids::{ObjectId, TenantId};
use uuid::Uuid;

use crate::directory_objects::among;
use crate::engine::{Read, Row, StoreError, WriteTx};

/// `allowed_member` of an app role, as `allowedMemberTypes` spells it.
const USERS: &str = "User";
const APPLICATIONS: &str = "Application";

fn from_row(row: &Row) -> Result<AppRole, StoreError> {
    Ok(AppRole {
        id: row.id(1)?,
        value: row.text(2)?,
        display_name: row.text(3)?,
        description: row.opt_text(5)?.unwrap_or_default(),
        for_whom: match row.opt_text(6)?.as_deref() {
            Some(USERS) => RoleFor::Users,
            Some(APPLICATIONS) => RoleFor::Applications,
            _ => RoleFor::Both,
        },
        enabled: row.flag(4)?,
    })
}

/// The app roles of each of these service principals, out of the table of those who are there or of the deleted ones.
pub(crate) fn of(
    tx: &impl Read,
    tenant: TenantId,
    principals: &[ObjectId],
    table: &'static str,
) -> Result<HashMap<ObjectId, Vec<AppRole>>, StoreError> {
    let mut all: HashMap<ObjectId, Vec<AppRole>> = HashMap::new();
    if principals.is_empty() {
        return Ok(all);
    }
    let (marks, params) = among(tenant, principals);
    let sql = format!(
        "SELECT service_principal_id, id, value, display_name, enabled, description, allowed_member FROM {table} \
         WHERE tenant_id = $1 AND service_principal_id IN ({marks})"
    );
    for row in tx.rows(&sql, &params)? {
        all.entry(row.object(0)?).or_default().push(from_row(&row)?);
    }
    for roles in all.values_mut() {
        // Not by the database: the column is plain text, which each server sorts by its own language.
        roles.sort_by(|a, b| (&a.value, a.id).cmp(&(&b.value, b.id)));
    }
    Ok(all)
}

/// Gives an app role another id, with whoever holds it.
pub fn renumber_app_role(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    of: ObjectId,
    (old, new): (Uuid, Uuid),
) -> Result<(), StoreError> {
    for sql in [
        "UPDATE app_roles SET id = $1 WHERE tenant_id = $2 AND service_principal_id = $3 AND id = $4",
        "UPDATE app_role_assignments SET app_role_id = $1 WHERE tenant_id = $2 AND resource_id = $3 AND app_role_id = $4",
    ] {
        tx.execute(sql, &[new.into(), tenant.into(), of.into(), old.into()])?;
    }
    Ok(())
}

/// Adds an app role to a service principal; one that is there stays as it is.
pub fn insert_app_role(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    of: ObjectId,
    role: &AppRole,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO app_roles (tenant_id, service_principal_id, id, value, display_name, enabled, description, allowed_member) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        &[
            tenant.into(),
            of.into(),
            role.id.into(),
            role.value.as_str().into(),
            role.display_name.as_str().into(),
            role.enabled.into(),
            role.description.as_str().into(),
            match role.for_whom {
                RoleFor::Both => None,
                RoleFor::Users => Some(USERS.to_owned()),
                RoleFor::Applications => Some(APPLICATIONS.to_owned()),
            }
            .into(),
        ],
    )?;
    Ok(())
}

/// Makes these the app roles of a service principal. Whoever was assigned one that goes loses it.
pub fn replace_app_roles(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    of: ObjectId,
    (before, after): (&[AppRole], &[AppRole]),
) -> Result<(), StoreError> {
    for gone in before.iter().filter(|old| after.iter().all(|role| role.id != old.id)) {
        // Also those whose holder is deleted, and would come back with it.
        for table in ["app_role_assignments", "deleted_app_role_assignments"] {
            let sql =
                format!("DELETE FROM {table} WHERE tenant_id = $1 AND resource_id = $2 AND app_role_id = $3");
            tx.execute(&sql, &[tenant.into(), of.into(), gone.id.into()])?;
        }
    }
    let clear = "DELETE FROM app_roles WHERE tenant_id = $1 AND service_principal_id = $2";
    tx.execute(clear, &[tenant.into(), of.into()])?;
    for role in after {
        insert_app_role(tx, tenant, of, role)?;
    }
    Ok(())
}
