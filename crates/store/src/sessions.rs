//! Browser sessions by the keyed hash of their secret. Refuses to judge whether one is still good:
//! that is [`hospes_domain::session::Session::is_good`].

use hospes_domain::ids::TenantId;
use hospes_domain::session::{Amr, Session};

use crate::engine::{Read, Row, StoreError, WriteTx};

fn from_row(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.id(0)?,
        user: row.object(1)?,
        generation: row.int(2)?,
        method: row.text(3)?,
        sign_in_name: row.text(4)?,
        created_at: row.time(5)?,
        expires_at: row.time(6)?,
        amr: Amr::stored(&row.text(7)?),
    })
}

/// The session whose secret has that hash.
pub fn find(tx: &impl Read, tenant: TenantId, hash: [u8; 32]) -> Result<Option<Session>, StoreError> {
    let sql = "SELECT id, user_id, generation, method, sign_in_name, created_at, expires_at, amr FROM sessions \
               WHERE tenant_id = $1 AND hash = $2";
    tx.row(sql, &[tenant.into(), hash.into()])?.as_ref().map(from_row).transpose()
}

/// Saves a new session.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    hash: [u8; 32],
    session: &Session,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO sessions (tenant_id, hash, id, user_id, generation, method, sign_in_name, created_at, expires_at, amr) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
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
            session.amr.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Ends the session whose secret has that hash.
pub fn end(tx: &WriteTx<'_>, tenant: TenantId, hash: [u8; 32]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM sessions WHERE tenant_id = $1 AND hash = $2", &[tenant.into(), hash.into()])?;
    Ok(())
}
