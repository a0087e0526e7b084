//! Who has which app role at which application, directly or through groups. Refuses to judge.

use hospes_domain::application::{AppRoleAssignment, PrincipalKind};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{AppRoleAssignmentField, Found, List, Page};
use uuid::Uuid;

use crate::directory_objects::{kind, raise_revision};
use crate::engine::{Read, Row, StoreError, Value, WriteTx};
use crate::filter_sql::{Column, Columns};
use crate::listing::{find, no_elements, source};
use crate::roles::{groups_of, marks};

/// Names are those of now.
const COLUMNS: &str = "a.id, a.principal_id, a.principal_kind, COALESCE(u.display_name, g.display_name, s.display_name), \
     a.resource_id, r.display_name, a.app_role_id, a.created_at";
/// An assignment whose principal is soft-deleted is not shown.
const FROM: &str = "app_role_assignments a \
     JOIN service_principals r ON r.tenant_id = a.tenant_id AND r.id = a.resource_id \
     LEFT JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.principal_id AND u.deleted_at IS NULL \
     LEFT JOIN groups g ON g.tenant_id = a.tenant_id AND g.id = a.principal_id \
     LEFT JOIN service_principals s ON s.tenant_id = a.tenant_id AND s.id = a.principal_id \
     WHERE COALESCE(u.display_name, g.display_name, s.display_name) IS NOT NULL AND a.tenant_id = ";

fn from_row(row: &Row) -> Result<AppRoleAssignment, StoreError> {
    Ok(AppRoleAssignment {
        id: row.id(0)?,
        principal: row.object(1)?,
        principal_kind: kind(&row.text(2)?)?,
        principal_name: row.text(3)?,
        resource: row.object(4)?,
        resource_name: row.text(5)?,
        app_role: row.id(6)?,
        created_at: row.time(7)?,
    })
}

/// Assigns an app role and raises the principal's revision; `false` when the principal has it already
/// at that resource.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, a: &AppRoleAssignment) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO app_role_assignments (tenant_id, id, principal_id, principal_kind, resource_id, app_role_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        &[
            tenant.into(),
            a.id.into(),
            a.principal.into(),
            a.principal_kind.name().into(),
            a.resource.into(),
            a.app_role.into(),
            a.created_at.into(),
        ],
    )?;
    if fresh == 1 {
        raise_revision(tx, tenant, a.principal_kind, a.principal)?;
    }
    Ok(fresh == 1)
}

/// The assignment of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<AppRoleAssignment>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} $1 AND a.id = $2");
    tx.row(&sql, &[tenant.into(), id.into()])?.as_ref().map(from_row).transpose()
}

/// Which end of an assignment a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// `appRoleAssignments` of a user, group or service principal.
    Principal,
    /// `appRoleAssignedTo` of a service principal.
    Resource,
}

fn column(field: AppRoleAssignmentField) -> Option<Column> {
    match field {
        AppRoleAssignmentField::PrincipalId => Column::plain("a.principal_id"),
        AppRoleAssignmentField::PrincipalDisplayName => {
            Column::folded("COALESCE(u.display_name_key, g.display_name_key, s.display_name_key)")
        }
        AppRoleAssignmentField::ResourceId => Column::plain("a.resource_id"),
    }
}

const FIELDS: Columns<AppRoleAssignmentField> = Columns { column, id: "a.id", elements: no_elements };

/// One page of the assignments of one object, in the order of their ids.
pub fn list_of(
    tx: &impl Read,
    tenant: TenantId,
    (end, object): (End, ObjectId),
    list: &List<AppRoleAssignmentField>,
    counted: bool,
) -> Result<Found<AppRoleAssignment>, StoreError> {
    let mut all = source(FROM, tenant);
    all.push(match end {
        End::Principal => " AND a.principal_id = ",
        End::Resource => " AND a.resource_id = ",
    });
    all.bind(object);
    find(tx, tenant, (COLUMNS, all), &FIELDS, (list, counted), from_row)
}

/// The same, whichever they are.
pub fn of(
    tx: &impl Read,
    tenant: TenantId,
    end: End,
    object: ObjectId,
    page: &Page,
) -> Result<Found<AppRoleAssignment>, StoreError> {
    let list = List { filter: None, order: None, page: page.clone() };
    list_of(tx, tenant, (end, object), &list, false)
}

/// Takes an assignment away and raises the principal's revision; `false` when there is none.
pub fn delete(tx: &WriteTx<'_>, tenant: TenantId, a: &AppRoleAssignment) -> Result<bool, StoreError> {
    let sql = "DELETE FROM app_role_assignments WHERE tenant_id = $1 AND id = $2";
    let gone = tx.execute(sql, &[tenant.into(), a.id.into()])? == 1;
    if gone {
        raise_revision(tx, tenant, a.principal_kind, a.principal)?;
    }
    Ok(gone)
}

/// Whether any of the groups has an app role anywhere (threats E1).
pub fn any_of(tx: &impl Read, tenant: TenantId, principals: &[ObjectId]) -> Result<bool, StoreError> {
    if principals.is_empty() {
        return Ok(false);
    }
    let (marks, params) = list(tenant, principals);
    let sql = format!(
        "SELECT id FROM app_role_assignments WHERE tenant_id = $1 AND principal_id IN ({marks}) LIMIT 1"
    );
    Ok(!tx.rows(&sql, &params)?.is_empty())
}

/// The app roles a principal has at a resource, directly and, for people, through groups. Empty: not
/// assigned; the default role counts as assigned.
pub fn effective(
    tx: &impl Read,
    tenant: TenantId,
    principal: ObjectId,
    principal_kind: PrincipalKind,
    resource: ObjectId,
) -> Result<Vec<Uuid>, StoreError> {
    let principals = with_groups(tx, tenant, principal, principal_kind)?;
    let (marks, mut params) = list(tenant, &principals);
    params.push(resource.into());
    let sql = format!(
        "SELECT DISTINCT app_role_id FROM app_role_assignments WHERE tenant_id = $1 AND principal_id IN ({marks}) \
         AND resource_id = ${} ORDER BY app_role_id",
        params.len()
    );
    tx.rows(&sql, &params)?.iter().map(|row| row.id(0)).collect()
}

/// Every resource at which a principal has any app role, directly or through groups: what My Apps shows.
pub fn resources_of(
    tx: &impl Read,
    tenant: TenantId,
    principal: ObjectId,
    principal_kind: PrincipalKind,
) -> Result<Vec<ObjectId>, StoreError> {
    let (marks, params) = list(tenant, &with_groups(tx, tenant, principal, principal_kind)?);
    let sql = format!(
        "SELECT DISTINCT resource_id FROM app_role_assignments WHERE tenant_id = $1 AND principal_id IN ({marks}) \
         ORDER BY resource_id"
    );
    tx.rows(&sql, &params)?.iter().map(|row| row.object(0)).collect()
}

fn with_groups(
    tx: &impl Read,
    tenant: TenantId,
    principal: ObjectId,
    principal_kind: PrincipalKind,
) -> Result<Vec<ObjectId>, StoreError> {
    let mut principals = vec![principal];
    // Permissions of an application are its own: no group lends it any.
    if principal_kind != PrincipalKind::ServicePrincipal {
        principals.extend(groups_of(tx, tenant, principal)?);
    }
    Ok(principals)
}

fn list(tenant: TenantId, objects: &[ObjectId]) -> (String, Vec<Value>) {
    let mut params: Vec<Value> = vec![tenant.into()];
    params.extend(objects.iter().map(|id| Value::from(*id)));
    (marks(2, params.len()), params)
}
