//! Audit records, written in the transaction of the change they tell of (I6). Refuses to change or
//! delete one.

use hospes_domain::audit::AuditRecord;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;

use crate::engine::{Read, Row, StoreError, Value, WriteTx};
use crate::users::fold;

const INSERT: &str = "INSERT INTO audit (tenant_id, id, at, activity, category, service, operation, result, reason, actor_kind, \
     actor_id, actor_name, target_kind, target_id, target_name, correlation, details, related_id, correlation_key, target_name_key) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

/// Writes a record at the transaction's instant.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, r: &AuditRecord) -> Result<(), StoreError> {
    tx.execute(INSERT, &values(tx, tenant, r))?;
    Ok(())
}

/// The same, unless there is a record of that id; whether it was written.
pub fn insert_first(tx: &WriteTx<'_>, tenant: TenantId, r: &AuditRecord) -> Result<bool, StoreError> {
    Ok(tx.execute(&format!("{INSERT} ON CONFLICT DO NOTHING"), &values(tx, tenant, r))? == 1)
}

fn values(tx: &WriteTx<'_>, tenant: TenantId, r: &AuditRecord) -> [Value; 20] {
    [
        tenant.into(),
        r.id.into(),
        tx.now().into(),
        r.activity.as_str().into(),
        r.category.as_str().into(),
        r.service.as_str().into(),
        r.operation.as_str().into(),
        if r.success { "success" } else { "failure" }.into(),
        r.reason.clone().into(),
        r.actor_kind.as_str().into(),
        r.actor.into(),
        r.actor_name.clone().into(),
        r.target_kind.clone().into(),
        r.target.into(),
        r.target_name.clone().into(),
        r.correlation.clone().into(),
        r.details_json().into(),
        r.related.into(),
        r.correlation.as_deref().map(fold).into(),
        // What a user is called there is the principal name, which is no display name.
        r.target_name.as_deref().filter(|_| r.target_kind.as_deref() != Some("User")).map(fold).into(),
    ]
}

/// How many columns those are.
pub(crate) const WIDTH: usize = 17;

pub(crate) fn from_row(row: &Row) -> Result<AuditRecord, StoreError> {
    Ok(AuditRecord {
        id: row.id(0)?,
        at: row.time(1)?,
        activity: row.text(2)?,
        category: row.text(3)?,
        service: row.text(4)?,
        operation: row.text(5)?,
        success: row.text(6)? == "success",
        reason: row.opt_text(7)?,
        actor_kind: row.text(8)?,
        actor: row.opt_object(9)?,
        actor_name: row.opt_text(10)?,
        target_kind: row.opt_text(11)?,
        target: row.opt_object(12)?,
        target_name: row.opt_text(13)?,
        correlation: row.opt_text(14)?,
        details: AuditRecord::details_from_json(&row.text(15)?)
            .ok_or_else(|| StoreError::Corrupt("an audit record has unreadable details".into()))?,
        related: row.opt_object(16)?,
    })
}

/// The columns of a record, of the table `a`.
pub(crate) const COLUMNS: &str = "a.id, a.at, a.activity, a.category, a.service, a.operation, a.result, a.reason, a.actor_kind, a.actor_id, \
     a.actor_name, a.target_kind, a.target_id, a.target_name, a.correlation, a.details, a.related_id";

/// The newest records of a tenant, newest first.
pub fn newest(tx: &impl Read, tenant: TenantId, most: i64) -> Result<Vec<AuditRecord>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM audit a WHERE a.tenant_id = $1 ORDER BY a.at DESC, a.id LIMIT $2");
    tx.rows(&sql, &[tenant.into(), most.into()])?.iter().map(from_row).collect()
}

/// The records about one object, newest first.
pub fn about(
    tx: &impl Read,
    tenant: TenantId,
    target: ObjectId,
    most: i64,
) -> Result<Vec<AuditRecord>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit a WHERE a.tenant_id = $1 AND a.target_id = $2 ORDER BY a.at DESC, a.id LIMIT $3"
    );
    tx.rows(&sql, &[tenant.into(), target.into(), most.into()])?.iter().map(from_row).collect()
}

/// How many successful records of an activity about one object there are since then.
pub fn count_since(
    tx: &impl Read,
    tenant: TenantId,
    target: ObjectId,
    activity: &str,
    since: Time,
) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM audit WHERE tenant_id = $1 AND target_id = $2 AND at >= $3 AND activity = $4 AND result = 'success'";
    let row = tx.row(sql, &[tenant.into(), target.into(), since.into(), activity.into()])?;
    row.map_or(Ok(0), |row| row.int(0))
}
