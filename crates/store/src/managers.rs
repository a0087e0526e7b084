//! Who manages whom. Refuses nothing: that a manager is a user, and somebody else, is the verb's.

use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, List, ObjectField};

use crate::changes;
use crate::directory_objects::raise_revision;
use crate::engine::{Read, StoreError, Value, WriteTx};
use crate::filter_sql::{Column, Columns};
use crate::listing::{find, no_elements, source};
use crate::roles::marks;

/// Makes somebody the manager of a user, in place of another one.
pub fn set(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId, manager: ObjectId) -> Result<(), StoreError> {
    let before = stored(tx, tenant, user)?;
    if before != Some(manager) {
        before.into_iter().chain([manager]).for_each(|one| changes::note_manager(tx, tenant, user, one));
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
    if let Some(before) = stored(tx, tenant, user)? {
        changes::note_manager(tx, tenant, user, before);
    }
    let sql = "DELETE FROM user_managers WHERE tenant_id = $1 AND user_id = $2";
    let gone = tx.execute(sql, &[tenant.into(), user.into()])? == 1;
    if gone {
        raise_revision(tx, tenant, PrincipalKind::User, user)?;
    }
    Ok(gone)
}

fn stored(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId) -> Result<Option<ObjectId>, StoreError> {
    let sql = "SELECT manager_id FROM user_managers WHERE tenant_id = $1 AND user_id = $2";
    tx.row(sql, &[tenant.into(), user.into()])?.map(|row| row.object(0)).transpose()
}

/// Notes that somebody manages nobody any more, or again those of before. Before the rows go, if they go.
pub(crate) fn note_reports_of(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    manager: ObjectId,
) -> Result<(), StoreError> {
    let sql = "SELECT user_id FROM user_managers WHERE tenant_id = $1 AND manager_id = $2 ORDER BY user_id";
    for row in tx.rows(sql, &[tenant.into(), manager.into()])? {
        changes::note_manager(tx, tenant, row.object(0)?, manager);
    }
    Ok(())
}

/// The manager of a user; one who is deleted is none until restored.
pub fn of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Option<ObjectId>, StoreError> {
    let sql = "SELECT m.manager_id FROM user_managers m JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.manager_id \
               WHERE m.tenant_id = $1 AND m.user_id = $2 AND u.deleted_at IS NULL";
    tx.row(sql, &[tenant.into(), user.into()])?.map(|row| row.object(0)).transpose()
}

/// Each of those users who has a manager, with the manager; deleted managers are none until restored.
pub fn of_each(
    tx: &impl Read,
    tenant: TenantId,
    users: &[ObjectId],
) -> Result<Vec<(ObjectId, ObjectId)>, StoreError> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let mut params: Vec<Value> = vec![tenant.into()];
    params.extend(users.iter().map(|id| Value::from(*id)));
    let marks = marks(2, params.len());
    let sql = format!(
        "SELECT m.user_id, m.manager_id FROM user_managers m \
         JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.manager_id \
         WHERE m.tenant_id = $1 AND m.user_id IN ({marks}) AND u.deleted_at IS NULL ORDER BY m.user_id"
    );
    tx.rows(&sql, &params)?.iter().map(|row| Ok((row.object(0)?, row.object(1)?))).collect()
}

fn column(field: ObjectField) -> Option<Column> {
    match field {
        ObjectField::Id => Column::plain("m.user_id"),
        ObjectField::DisplayName => Column::folded("u.display_name_key"),
    }
}

const FIELDS: Columns<ObjectField> = Columns { column, id: "m.user_id", elements: no_elements };

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
