//! Devices that wait for a sign-in elsewhere (RFC 8628), by keyed hash of their code and of the code people type. Refuses
//! to let one be decided or redeemed twice: conditional updates whose row count decides.

use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::session::Amr;
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, WriteTx};

/// The tenant of a device that asked under a shared name, before somebody signed in.
pub const UNDECIDED: TenantId = TenantId(Uuid::nil());

/// A device that waits, or waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCode {
    /// Where it asked; [`UNDECIDED`] under a shared name.
    pub tenant: TenantId,
    /// The client on the device.
    pub client: ClientId,
    /// What it asks for.
    pub scope: String,
    /// The network it asked from, if that is known.
    pub source: Option<String>,
    /// What became of it.
    pub state: DeviceState,
    /// Seconds it has to wait between two questions.
    pub poll_seconds: i64,
    /// When it asked last.
    pub polled_at: Option<Time>,
    /// When it began to wait.
    pub created_at: Time,
    /// End of its life.
    pub expires_at: Time,
}

/// What became of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceState {
    /// Nobody has decided.
    Waiting,
    /// Somebody lets it sign in.
    Accepted(Accepted),
    /// Somebody said no.
    Refused,
    /// It has its tokens.
    Used,
}

/// Who let a device sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The person's tenant.
    pub tenant: TenantId,
    /// The person.
    pub user: ObjectId,
    /// The person's sign-in generation then; compared for equality on use (I3).
    pub generation: i64,
    /// The session's public id (`sid`).
    pub session: Uuid,
    /// When the person signed in.
    pub auth_time: Time,
    /// How the person was proven.
    pub amr: Amr,
}

const COLUMNS: &str = "SELECT tenant_id, client_id, scope, source, state, poll_seconds, polled_at, at_tenant, user_id, generation, \
     session_id, auth_time, created_at, expires_at, amr FROM device_codes";

fn from_row(row: &Row) -> Result<DeviceCode, StoreError> {
    let state = match row.text(4)?.as_str() {
        "waiting" => DeviceState::Waiting,
        "accepted" => DeviceState::Accepted(Accepted {
            tenant: row.tenant(7)?,
            user: row.object(8)?,
            generation: row.int(9)?,
            session: row.id(10)?,
            auth_time: row.time(11)?,
            amr: Amr::stored(&row.opt_text(14)?.unwrap_or_default()),
        }),
        "refused" => DeviceState::Refused,
        "used" => DeviceState::Used,
        _ => return Err(StoreError::Corrupt("a device is in an unknown state".into())),
    };
    Ok(DeviceCode {
        tenant: row.tenant(0)?,
        client: row.client(1)?,
        scope: row.text(2)?,
        source: row.opt_text(3)?,
        state,
        poll_seconds: row.int(5)?,
        polled_at: row.opt_time(6)?,
        created_at: row.time(12)?,
        expires_at: row.time(13)?,
    })
}

/// Saves a device that begins to wait; `false` when another one has the same user code (then nothing was written).
pub fn insert(
    tx: &WriteTx<'_>,
    hash: [u8; 32],
    user_code: [u8; 32],
    device: &DeviceCode,
) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO device_codes (tenant_id, hash, user_code, client_id, scope, source, state, poll_seconds, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9) ON CONFLICT DO NOTHING",
        &[
            device.tenant.into(),
            hash.into(),
            user_code.into(),
            device.client.into(),
            device.scope.as_str().into(),
            device.source.clone().into(),
            device.poll_seconds.into(),
            device.created_at.into(),
            device.expires_at.into(),
        ],
    )?;
    Ok(fresh == 1)
}

/// The device with that code.
pub fn by_code(tx: &impl Read, tenant: TenantId, hash: [u8; 32]) -> Result<Option<DeviceCode>, StoreError> {
    let sql = format!("{COLUMNS} WHERE tenant_id = $1 AND hash = $2");
    tx.row(&sql, &[tenant.into(), hash.into()])?.as_ref().map(from_row).transpose()
}

/// The device that shows that user code, of whichever tenant.
pub fn by_user_code(tx: &impl Read, user_code: &[u8]) -> Result<Option<DeviceCode>, StoreError> {
    let sql = format!("{COLUMNS} WHERE user_code = $1");
    tx.row(&sql, &[user_code.into()])?.as_ref().map(from_row).transpose()
}

/// Notes that the device asked, and how long it has to wait from now on.
pub fn polled(tx: &WriteTx<'_>, tenant: TenantId, hash: [u8; 32], seconds: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE device_codes SET polled_at = $1, poll_seconds = $2 WHERE tenant_id = $3 AND hash = $4",
        &[tx.now().into(), seconds.into(), tenant.into(), hash.into()],
    )?;
    Ok(())
}

/// Lets a device sign in; `false` when it was decided before.
pub fn accept(tx: &WriteTx<'_>, user_code: &[u8], by: &Accepted) -> Result<bool, StoreError> {
    let decided = tx.execute(
        "UPDATE device_codes SET state = 'accepted', at_tenant = $1, user_id = $2, generation = $3, session_id = $4, auth_time = $5, amr = $6 \
         WHERE user_code = $7 AND state = 'waiting'",
        &[
            by.tenant.into(),
            by.user.into(),
            by.generation.into(),
            by.session.into(),
            by.auth_time.into(),
            by.amr.as_str().into(),
            user_code.into(),
        ],
    )?;
    Ok(decided == 1)
}

/// Keeps a device from signing in; `false` when it was decided before.
pub fn refuse(tx: &WriteTx<'_>, user_code: &[u8]) -> Result<bool, StoreError> {
    let sql = "UPDATE device_codes SET state = 'refused' WHERE user_code = $1 AND state = 'waiting'";
    Ok(tx.execute(sql, &[user_code.into()])? == 1)
}

/// Redeems the code; `false` when it was redeemed before, or may not be.
pub fn consume(tx: &WriteTx<'_>, tenant: TenantId, hash: [u8; 32]) -> Result<bool, StoreError> {
    let sql =
        "UPDATE device_codes SET state = 'used' WHERE tenant_id = $1 AND hash = $2 AND state = 'accepted'";
    Ok(tx.execute(sql, &[tenant.into(), hash.into()])? == 1)
}

/// Ends what a session let in and no device has fetched yet.
pub fn end_session(tx: &WriteTx<'_>, tenant: TenantId, session: Uuid) -> Result<(), StoreError> {
    let sql = "DELETE FROM device_codes WHERE at_tenant = $1 AND session_id = $2 AND state = 'accepted'";
    tx.execute(sql, &[tenant.into(), session.into()])?;
    Ok(())
}
