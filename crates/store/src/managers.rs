//! Who manages whom. Refuses nothing: that a manager is a user, and somebody else, is the verb's.

use std::collections::HashMap;

use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, List, ObjectField};

use crate::changes;
use crate::directory_objects::{among, raise_revision};
use crate::engine::{Read, StoreError, WriteTx};
use crate::filter_sql::{Column, Columns, Statement};
use crate::listing::{find, no_elements, source};
use crate::words;

/// Who is kept as the manager of a user, deleted or not.
fn kept(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Option<ObjectId>, StoreError> {
    let sql = "SELECT manager_id FROM user_managers WHERE tenant_id = $1 AND user_id = $2";
    tx.row(sql, &[tenant.into(), user.into()])?.map(|row| row.object(0)).transpose()
}

/// Makes somebody the manager of a user, in place of another one.
pub fn set(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId, manager: ObjectId) -> Result<(), StoreError> {
    let before = kept(tx, tenant, user)?;
    if before == Some(manager) {
        return Ok(());
    }
    for one in before.into_iter().chain([manager]) {
        changes::note_manager(tx, tenant, user, one);
    }
    tx.execute(
        "INSERT INTO user_managers (tenant_id, user_id, manager_id) VALUES ($1, $2, $3) \
         ON CONFLICT (tenant_id, user_id) DO UPDATE SET manager_id = excluded.manager_id",
        &[tenant.into(), user.into(), manager.into()],
    )?;
    raise_revision(tx, tenant, PrincipalKind::User, user)
}

/// Leaves a user without a manager; `false` when there was none.
pub fn clear(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId) -> Result<bool, StoreError> {
    let Some(before) = kept(tx, tenant, user)? else { return Ok(false) };
    changes::note_manager(tx, tenant, user, before);
    let sql = "DELETE FROM user_managers WHERE tenant_id = $1 AND user_id = $2";
    tx.execute(sql, &[tenant.into(), user.into()])?;
    raise_revision(tx, tenant, PrincipalKind::User, user)?;
    Ok(true)
}

/// Those whom somebody manages, deleted ones included.
pub(crate) fn managed_by(
    tx: &impl Read,
    tenant: TenantId,
    manager: ObjectId,
) -> Result<Vec<ObjectId>, StoreError> {
    let sql = "SELECT user_id FROM user_managers WHERE tenant_id = $1 AND manager_id = $2 ORDER BY user_id";
    tx.rows(sql, &[tenant.into(), manager.into()])?.iter().map(|row| row.object(0)).collect()
}

/// The managers of each of these users who can be seen, in one statement.
pub fn managers_of(
    tx: &impl Read,
    tenant: TenantId,
    users: &[ObjectId],
) -> Result<HashMap<ObjectId, ObjectId>, StoreError> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let (marks, params) = among(tenant, users);
    let sql = format!(
        "SELECT m.user_id, m.manager_id FROM user_managers m \
         JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.manager_id AND u.deleted_at IS NULL \
         WHERE m.tenant_id = $1 AND m.user_id IN ({marks})"
    );
    tx.rows(&sql, &params)?.iter().map(|row| Ok((row.object(0)?, row.object(1)?))).collect()
}

/// The manager of a user; one who is deleted is none until restored.
pub fn of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Option<ObjectId>, StoreError> {
    let sql = "SELECT m.manager_id FROM user_managers m JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.manager_id \
               WHERE m.tenant_id = $1 AND m.user_id = $2 AND u.deleted_at IS NULL";
    tx.row(sql, &[tenant.into(), user.into()])?.map(|row| row.object(0)).transpose()
}

fn column(field: ObjectField) -> Option<Column> {
    match field {
        ObjectField::Id => Column::plain("m.user_id"),
        ObjectField::IsBuiltIn => None,
        ObjectField::DisplayName => Column::in_words("u.display_name_key", &[words::USER]),
    }
}

const FIELDS: Columns<ObjectField> = Columns { column, id: "m.user_id", elements: no_elements };

/// Writes who is managed by somebody, by one of those, and so on. Whoever is deleted manages nobody until restored. Each is
/// met once, also where people manage each other in a circle: a union has nothing twice.
pub(crate) fn below(s: &mut Statement, tenant: TenantId, manager: ObjectId) -> &mut Statement {
    s.push(
        "WITH RECURSIVE below (id) AS (SELECT m.user_id FROM user_managers m JOIN users r \
         ON r.tenant_id = m.tenant_id AND r.id = m.user_id AND r.deleted_at IS NULL WHERE m.tenant_id = ",
    )
    .bind(tenant)
    .push(" AND m.manager_id = ")
    .bind(manager)
    .push(
        " UNION SELECT m.user_id FROM below b JOIN user_managers m ON m.manager_id = b.id JOIN users r \
         ON r.tenant_id = m.tenant_id AND r.id = m.user_id AND r.deleted_at IS NULL WHERE m.tenant_id = ",
    )
    .bind(tenant)
    .push(") SELECT id FROM below")
}

/// One page of those whom a user manages; deleted ones are left out.
pub fn reports(
    tx: &impl Read,
    tenant: TenantId,
    manager: ObjectId,
    list: &List<ObjectField>,
    counted: bool,
) -> Result<Found<ObjectId>, StoreError> {
    let mut all = source(
        "user_managers m JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id \
         WHERE u.deleted_at IS NULL AND m.tenant_id = ",
        tenant,
    );
    all.push(" AND m.manager_id = ").bind(manager);
    find(tx, tenant, ("m.user_id", all), &FIELDS, (list, counted), |row| row.object(0))
}
