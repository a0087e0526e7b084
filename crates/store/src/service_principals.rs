//! Service principals and their app roles. Refuses to judge who may use them.

mod owner;

use std::collections::BTreeSet;

use hospes_domain::application::{DIRECTORY_API, DIRECTORY_API_URI, PrincipalNotes, ServicePrincipal};
use hospes_domain::deletion::Deleted;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::query::{ElementMatch, ElementTest, Found, List, ServicePrincipalField, Unkept};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::directory_objects::among;
use crate::engine::{Read, Row, StoreError, Value, WriteTx};
use crate::filter_sql::{Column, Columns, Statement, element};
use crate::listing::{find, source};
use crate::ownership;
use crate::users::fold;
use crate::{app_roles, deleted_items, words};

pub use crate::app_roles::{insert_app_role, renumber_app_role, replace_app_roles};

const COLUMNS: &str = "s.id, s.client_id, s.display_name, s.home_url, s.assignment_required, s.enabled, s.created_at, s.notes, s.created_by, s.revision";

/// A service principal as far as its row says; its app roles are still missing.
fn from_row(row: &Row) -> Result<ServicePrincipal, StoreError> {
    Ok(ServicePrincipal {
        id: row.object(0)?,
        revision: row.int(9)?,
        client_id: row.client(1)?,
        display_name: row.text(2)?,
        home_url: row.opt_text(3)?,
        assignment_required: row.flag(4)?,
        enabled: row.flag(5)?,
        app_roles: Vec::new(),
        notes: match row.opt_text(7)? {
            Some(text) => PrincipalNotes::from_stored(&text)
                .ok_or_else(|| StoreError::Corrupt("the notes of a service principal".to_owned()))?,
            None => PrincipalNotes::default(),
        },
        created_by: row.opt_object(8)?,
        created_at: row.time(6)?,
    })
}

/// Those who are there.
const APP_ROLES: &str = "app_roles";

/// Fills in the app roles, in one statement.
fn fill<'p>(
    tx: &impl Read,
    tenant: TenantId,
    principals: impl IntoIterator<Item = &'p mut ServicePrincipal>,
    table: &'static str,
) -> Result<(), StoreError> {
    let mut principals: Vec<_> = principals.into_iter().collect();
    let ids: Vec<ObjectId> = principals.iter().map(|principal| principal.id).collect();
    let mut roles = app_roles::of(tx, tenant, &ids, table)?;
    for principal in &mut principals {
        principal.app_roles = roles.remove(&principal.id).unwrap_or_default();
    }
    Ok(())
}

/// The service principal of that object id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Option<ServicePrincipal>, StoreError> {
    one(tx, tenant, "s.id = $2", id.into())
}

/// The service principal of an application.
pub fn by_client(
    tx: &impl Read,
    tenant: TenantId,
    client: ClientId,
) -> Result<Option<ServicePrincipal>, StoreError> {
    one(tx, tenant, "s.client_id = $2", client.into())
}

fn one(
    tx: &impl Read,
    tenant: TenantId,
    condition: &str,
    value: Value,
) -> Result<Option<ServicePrincipal>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM service_principals s WHERE s.tenant_id = $1 AND {condition}");
    let mut found = tx.row(&sql, &[tenant.into(), value])?.as_ref().map(from_row).transpose()?;
    fill(tx, tenant, &mut found, APP_ROLES)?;
    Ok(found)
}

/// The service principals of those ids, by id; unknown ones are left out.
pub fn by_ids(
    tx: &impl Read,
    tenant: TenantId,
    ids: &[ObjectId],
) -> Result<Vec<ServicePrincipal>, StoreError> {
    many(tx, tenant, "s.id", ids)
}

/// The service principals of those applications.
pub fn by_clients(
    tx: &impl Read,
    tenant: TenantId,
    clients: &[ClientId],
) -> Result<Vec<ServicePrincipal>, StoreError> {
    many(tx, tenant, "s.client_id", clients)
}

fn many<I: Copy + Into<Value>>(
    tx: &impl Read,
    tenant: TenantId,
    column: &str,
    among_these: &[I],
) -> Result<Vec<ServicePrincipal>, StoreError> {
    if among_these.is_empty() {
        return Ok(Vec::new());
    }
    let (marks, params) = among(tenant, among_these);
    let sql = format!(
        "SELECT {COLUMNS} FROM service_principals s WHERE s.tenant_id = $1 AND {column} IN ({marks}) ORDER BY s.id"
    );
    let mut found = tx.rows(&sql, &params)?.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    fill(tx, tenant, &mut found, APP_ROLES)?;
    Ok(found)
}

fn column(field: ServicePrincipalField) -> Option<Column> {
    match field {
        ServicePrincipalField::Id => Column::plain("s.id"),
        ServicePrincipalField::AppId => Column::plain("s.client_id"),
        ServicePrincipalField::DisplayName => Column::in_words("s.display_name_key", &[words::PRINCIPAL]),
        ServicePrincipalField::Description => Column::in_words("s.description_key", &[words::PRINCIPAL_TEXT]),
        ServicePrincipalField::AccountEnabled => Column::plain("s.enabled"),
        ServicePrincipalField::AppRoleAssignmentRequired => Column::plain("s.assignment_required"),
        ServicePrincipalField::CreatedDateTime => Column::plain("s.created_at"),
        // An expression that every row has.
        ServicePrincipalField::ServicePrincipalType => Column::words(
            "COALESCE(NULLIF(s.display_name_key, s.display_name_key), 'Application')",
            &["Application"],
        ),
        // Asked for by the application's id: [`owner::by_client`].
        ServicePrincipalField::AppOwnerOrganizationId
        | ServicePrincipalField::Tags
        | ServicePrincipalField::ServicePrincipalNames
        | ServicePrincipalField::Owners => None,
        ServicePrincipalField::DeletedDateTime => Column::unkept(Unkept::Time, UNKEPT),
        ServicePrincipalField::Unkept(kind) => Column::unkept(kind, UNKEPT),
    }
}

/// Nothing, as text, flag and time.
const UNKEPT: [&str; 3] = [
    "NULLIF(s.display_name_key, s.display_name_key)",
    "NULLIF(s.enabled, s.enabled)",
    "NULLIF(s.created_at, s.created_at)",
];

fn elements(
    s: &mut Statement,
    tenant: TenantId,
    field: ServicePrincipalField,
    tests: &[ElementTest],
) -> bool {
    match field {
        ServicePrincipalField::Tags => words::elements(s, tenant, words::PRINCIPAL_TAGS, tests),
        ServicePrincipalField::ServicePrincipalNames => names(s, tenant, tests),
        ServicePrincipalField::Owners => ownership::of_applications(s, tenant, tests),
        _ => false,
    }
}

/// The application id and the names of the application. An id is asked for as a whole.
fn names(s: &mut Statement, tenant: TenantId, tests: &[ElementTest]) -> bool {
    s.push(
        "SELECT n.id FROM identifier_uris i JOIN applications m ON m.tenant_id = i.tenant_id AND m.id = i.application_id \
         JOIN service_principals n ON n.tenant_id = m.tenant_id AND n.client_id = m.client_id WHERE i.tenant_id = ",
    )
    .bind(tenant);
    for test in tests {
        s.push(" AND ");
        element(s, "i.uri", &test.matches, true, str::to_owned);
    }
    s.push(" UNION ALL SELECT n.id FROM service_principals n WHERE n.tenant_id = ").bind(tenant);
    for test in tests {
        let id = match &test.matches {
            ElementMatch::Equal(text) => Uuid::try_parse(text).ok(),
            _ => None,
        };
        match id {
            Some(id) => s.push(" AND n.client_id = ").bind(id),
            None => s.push(" AND 1 = 0"),
        };
    }
    if tests.iter().all(|test| owner::passes(&test.matches, DIRECTORY_API_URI)) {
        s.push(" UNION ALL SELECT n.id FROM service_principals n WHERE n.tenant_id = ").bind(tenant);
        s.push(" AND n.client_id = ").bind(DIRECTORY_API);
    }
    true
}

const FIELDS: Columns<ServicePrincipalField> = Columns { column, id: "s.id", elements };

/// The same of deleted ones.
const DELETED_FIELDS: Columns<ServicePrincipalField> = Columns { column: deleted_column, ..FIELDS };

fn deleted_column(field: ServicePrincipalField) -> Option<Column> {
    match field {
        ServicePrincipalField::DeletedDateTime => Column::plain("o.deleted_at"),
        other => column(other),
    }
}

/// One page of the service principals of a tenant.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<ServicePrincipalField>,
    counted: bool,
) -> Result<Found<ServicePrincipal>, StoreError> {
    let all = source("service_principals s WHERE s.tenant_id = ", tenant);
    let list = &owner::by_client(tenant, list);
    let mut found = find(tx, tenant, (COLUMNS, all), &FIELDS, (list, counted), from_row)?;
    fill(tx, tenant, &mut found.items, APP_ROLES)?;
    Ok(found)
}

const DELETED: &str =
    "deleted_service_principals s JOIN deleted_objects o ON o.tenant_id = s.tenant_id AND o.id = s.id";

fn deleted_from_row(row: &Row) -> Result<Deleted<ServicePrincipal>, StoreError> {
    Ok(Deleted { item: from_row(row)?, at: row.time(10)? })
}

/// Fills in the app roles of deleted ones.
fn fill_deleted(
    tx: &impl Read,
    tenant: TenantId,
    found: &mut [Deleted<ServicePrincipal>],
) -> Result<(), StoreError> {
    fill(tx, tenant, found.iter_mut().map(|deleted| &mut deleted.item), "deleted_app_roles")
}

/// The deleted service principal of that id, unless it was deleted before `since`.
pub fn deleted(
    tx: &impl Read,
    tenant: TenantId,
    id: ObjectId,
    since: Time,
) -> Result<Option<Deleted<ServicePrincipal>>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, o.deleted_at FROM {DELETED} WHERE s.tenant_id = $1 AND s.id = $2 AND o.deleted_at > $3"
    );
    let rows = tx.rows(&sql, &[tenant.into(), id.into(), since.into()])?;
    let mut found = rows.iter().map(deleted_from_row).collect::<Result<Vec<_>, _>>()?;
    fill_deleted(tx, tenant, &mut found)?;
    Ok(found.pop())
}

/// One page of the service principals that were deleted after `since`.
pub fn list_deleted(
    tx: &impl Read,
    tenant: TenantId,
    since: Time,
    list: &List<ServicePrincipalField>,
    counted: bool,
) -> Result<Found<Deleted<ServicePrincipal>>, StoreError> {
    let mut all = source(&format!("{DELETED} WHERE s.tenant_id = "), tenant);
    all.push(" AND o.deleted_at > ").bind(since);
    let columns = format!("{COLUMNS}, o.deleted_at");
    let list = &owner::by_client(tenant, list);
    let mut found = find(tx, tenant, (&columns, all), &DELETED_FIELDS, (list, counted), deleted_from_row)?;
    fill_deleted(tx, tenant, &mut found.items)?;
    Ok(found)
}

/// Inserts a service principal with its app roles; `false` when the application has one. It begins without what an
/// earlier one was granted.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, p: &ServicePrincipal) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO service_principals (tenant_id, id, revision, client_id, display_name, display_name_key, home_url, \
         assignment_required, enabled, created_at, notes, created_by, description_key) \
         VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
        &[
            tenant.into(),
            p.id.into(),
            p.client_id.into(),
            p.display_name.as_str().into(),
            fold(&p.display_name).into(),
            p.home_url.clone().into(),
            p.assignment_required.into(),
            p.enabled.into(),
            p.created_at.into(),
            p.notes.to_stored().into(),
            p.created_by.into(),
            p.notes.description.as_deref().map(fold).into(),
        ],
    )?;
    if fresh == 0 {
        return Ok(false);
    }
    for role in &p.app_roles {
        insert_app_role(tx, tenant, p.id, role)?;
    }
    deleted_items::forget_grants(tx, tenant, p.client_id)?;
    for (place, words) in texts(p) {
        words::add(tx, tenant, (p.id, place), words)?;
    }
    Ok(true)
}

/// Sets where My Apps opens the application, and raises the revision.
pub fn set_home_url(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: ObjectId,
    url: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "UPDATE service_principals SET home_url = $1, revision = revision + 1 WHERE tenant_id = $2 AND id = $3";
    tx.execute(sql, &[url.map(str::to_owned).into(), tenant.into(), id.into()])?;
    Ok(())
}

/// Saves what a service principal says of itself, but for its app roles; raises its revision.
pub fn update(tx: &WriteTx<'_>, tenant: TenantId, p: &ServicePrincipal) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE service_principals SET display_name = $1, display_name_key = $2, home_url = $3, assignment_required = $4, \
         enabled = $5, notes = $6, description_key = $7, revision = revision + 1 WHERE tenant_id = $8 AND id = $9",
        &[
            p.display_name.as_str().into(),
            fold(&p.display_name).into(),
            p.home_url.clone().into(),
            p.assignment_required.into(),
            p.enabled.into(),
            p.notes.to_stored().into(),
            p.notes.description.as_deref().map(fold).into(),
            tenant.into(),
            p.id.into(),
        ],
    )?;
    for (place, words) in texts(p) {
        words::replace(tx, tenant, (p.id, place), words)?;
    }
    Ok(())
}

/// What a service principal is found by.
fn texts(p: &ServicePrincipal) -> [(&'static str, BTreeSet<String>); 3] {
    [
        (words::PRINCIPAL, words::of(Some(&p.display_name))),
        (words::PRINCIPAL_TEXT, words::of(p.notes.description.as_deref())),
        (words::PRINCIPAL_TAGS, words::whole(&p.notes.tags)),
    ]
}
