//! Passkeys and the ceremonies that make and use them. Refuses to verify and to judge whose passkey may do what; a
//! ceremony is taken once.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::passkey::Passkey;
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, WriteTx};

const COLUMNS: &str = "SELECT id, user_id, credential_id, public_key, counter, transports, value, name, created_at, \
                       last_used_at FROM passkeys WHERE tenant_id = $1";

fn from_row(row: &Row) -> Result<Passkey, StoreError> {
    Ok(Passkey {
        id: row.id(0)?,
        user: row.object(1)?,
        credential_id: row.bytes(2)?,
        public_key: row.text(3)?,
        counter: row.int(4)?,
        transports: row.text(5)?,
        value: row.text(6)?,
        name: row.text(7)?,
        created_at: row.time(8)?,
        last_used_at: row.opt_time(9)?,
    })
}

/// The passkeys of a user, oldest first.
pub fn of_user(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<Passkey>, StoreError> {
    let sql = format!("{COLUMNS} AND user_id = $2 ORDER BY created_at, id");
    tx.rows(&sql, &[tenant.into(), user.into()])?.iter().map(from_row).collect()
}

/// The passkey with that id at its authenticator.
pub fn by_credential(
    tx: &impl Read,
    tenant: TenantId,
    credential_id: &[u8],
) -> Result<Option<Passkey>, StoreError> {
    let sql = format!("{COLUMNS} AND credential_id = $2");
    tx.row(&sql, &[tenant.into(), credential_id.to_vec().into()])?.as_ref().map(from_row).transpose()
}

/// Saves a new one; `false` if the tenant has one with that id at its authenticator.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, passkey: &Passkey) -> Result<bool, StoreError> {
    let saved = tx.execute(
        "INSERT INTO passkeys (tenant_id, id, user_id, credential_id, public_key, counter, transports, value, name, \
         created_at, last_used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (tenant_id, credential_id) DO NOTHING",
        &[
            tenant.into(),
            passkey.id.into(),
            passkey.user.into(),
            passkey.credential_id.clone().into(),
            passkey.public_key.as_str().into(),
            passkey.counter.into(),
            passkey.transports.as_str().into(),
            passkey.value.as_str().into(),
            passkey.name.as_str().into(),
            passkey.created_at.into(),
            passkey.last_used_at.into(),
        ],
    )?;
    Ok(saved == 1)
}

/// Saves what a use has changed.
pub fn save_use(tx: &WriteTx<'_>, tenant: TenantId, passkey: &Passkey) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE passkeys SET counter = $1, value = $2, last_used_at = $3 WHERE tenant_id = $4 AND id = $5",
        &[
            passkey.counter.into(),
            passkey.value.as_str().into(),
            passkey.last_used_at.into(),
            tenant.into(),
            passkey.id.into(),
        ],
    )?;
    Ok(())
}

/// Removes a user's passkey; `false` if there is no such one.
pub fn remove(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId, id: Uuid) -> Result<bool, StoreError> {
    let sql = "DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    Ok(tx.execute(sql, &[tenant.into(), user.into(), id.into()])? == 1)
}

/// Removes all of a user's; says how many there were.
pub fn remove_all(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2", &[tenant.into(), user.into()])
}

/// Keeps what a browser was asked, in place of what it was asked before.
pub fn begin(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: Uuid,
    state: &str,
    expires_at: Time,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO passkey_ceremonies (tenant_id, id, state, expires_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant_id, id) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at",
        &[tenant.into(), id.into(), state.into(), expires_at.into()],
    )?;
    Ok(())
}

/// What a browser was asked, if it is not too late; it is not there a second time.
pub fn take(tx: &WriteTx<'_>, tenant: TenantId, id: Uuid) -> Result<Option<String>, StoreError> {
    let sql = "SELECT state, expires_at FROM passkey_ceremonies WHERE tenant_id = $1 AND id = $2";
    let Some(row) = tx.row(sql, &[tenant.into(), id.into()])? else { return Ok(None) };
    let (state, expires_at) = (row.text(0)?, row.time(1)?);
    tx.execute(
        "DELETE FROM passkey_ceremonies WHERE tenant_id = $1 AND id = $2",
        &[tenant.into(), id.into()],
    )?;
    Ok((tx.now() < expires_at).then_some(state))
}
