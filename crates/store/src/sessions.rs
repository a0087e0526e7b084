//! Browser sessions by the keyed hash of their secret, and those of one user. Refuses to judge whether one is still good:
//! that is [`hospes_domain::session::Session::is_good`].

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::session::{Amr, Session};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, WriteTx};

const COLUMNS: &str = "id, user_id, generation, method, sign_in_name, created_at, expires_at, coalesce(used_at, created_at), address, browser, amr";

fn from_row(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.id(0)?,
        user: row.object(1)?,
        generation: row.int(2)?,
        method: row.text(3)?,
        sign_in_name: row.text(4)?,
        created_at: row.time(5)?,
        expires_at: row.time(6)?,
        used_at: row.time(7)?,
        address: row.opt_text(8)?,
        browser: row.opt_text(9)?,
        amr: Amr::stored(&row.text(10)?),
    })
}

/// The session whose secret has that hash.
pub fn find(tx: &impl Read, tenant: TenantId, hash: [u8; 32]) -> Result<Option<Session>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE tenant_id = $1 AND hash = $2");
    tx.row(&sql, &[tenant.into(), hash.into()])?.as_ref().map(from_row).transpose()
}

/// The sessions of a user, good or not, the one used last first.
pub fn of_user(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<Session>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sessions WHERE tenant_id = $1 AND user_id = $2 \
         ORDER BY coalesce(used_at, created_at) DESC, id"
    );
    tx.rows(&sql, &[tenant.into(), user.into()])?.iter().map(from_row).collect()
}

/// Saves a new session.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    hash: [u8; 32],
    session: &Session,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO sessions (tenant_id, hash, id, user_id, generation, method, sign_in_name, created_at, expires_at, used_at, \
         address, browser, amr) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &[
            tenant.into(),
            hash.into(),
            session.id.into(),
            session.user.into(),
            session.generation.into(),
            session.method.as_str().into(),
            session.sign_in_name.as_str().into(),
            session.created_at.into(),
            session.expires_at.into(),
            session.used_at.into(),
            session.address.clone().into(),
            session.browser.clone().into(),
            session.amr.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Notes that the session was used then; what is known of a later use stays.
pub fn note_use(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    session: Uuid,
    used_at: Time,
) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET used_at = $1 WHERE tenant_id = $2 AND user_id = $3 AND id = $4 AND coalesce(used_at, $1) <= $1";
    tx.execute(sql, &[used_at.into(), tenant.into(), user.into(), session.into()])?;
    Ok(())
}

/// Ends the session whose secret has that hash.
pub fn end(tx: &WriteTx<'_>, tenant: TenantId, hash: [u8; 32]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM sessions WHERE tenant_id = $1 AND hash = $2", &[tenant.into(), hash.into()])?;
    Ok(())
}

/// Ends the session of that id, if it is the user's; `false` when there is none.
pub fn end_of_user(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    session: Uuid,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    Ok(tx.execute(sql, &[tenant.into(), user.into(), session.into()])? == 1)
}
