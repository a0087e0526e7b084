//! Passcodes: rows without digits. Refuses to keep two open codes in one flow.

use hospes_domain::address::Address;
use hospes_domain::ids::TenantId;
use hospes_domain::proof::{Passcode, PasscodeRecord, PasscodeState, Purpose};
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, WriteTx};

const COLUMNS: &str = "SELECT id, purpose, flow, address, tries_left, expires_at, state FROM passcodes WHERE tenant_id = $1 AND ";

fn from_row(row: &Row) -> Result<Passcode, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("a passcode has {what}"));
    Ok(Passcode::from_record(PasscodeRecord {
        id: row.id(0)?,
        purpose: Purpose::parse(&row.text(1)?).ok_or_else(|| corrupt("an unknown purpose"))?,
        flow: row.id(2)?,
        address: Address::parse(&row.text(3)?).map_err(|_| corrupt("an unreadable address"))?,
        tries_left: u32::try_from(row.int(4)?).map_err(|_| corrupt("impossible tries"))?,
        expires_at: row.time(5)?,
        state: PasscodeState::parse(&row.text(6)?).ok_or_else(|| corrupt("an unknown state"))?,
    }))
}

/// The passcode of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<Passcode>, StoreError> {
    tx.row(&format!("{COLUMNS} id = $2"), &[tenant.into(), id.into()])?.as_ref().map(from_row).transpose()
}

/// The newest passcode of a flow: the only one that can be open.
pub fn newest_in_flow(tx: &impl Read, tenant: TenantId, flow: Uuid) -> Result<Option<Passcode>, StoreError> {
    let sql = format!("{COLUMNS} flow = $2 ORDER BY expires_at DESC, state LIMIT 1");
    tx.row(&sql, &[tenant.into(), flow.into()])?.as_ref().map(from_row).transpose()
}

/// Saves a new code; older ones of the flow die with it (threats G3), and long-dead rows are swept.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, passcode: &Passcode) -> Result<(), StoreError> {
    let r = passcode.record();
    tx.execute("DELETE FROM passcodes WHERE tenant_id = $1 AND flow = $2", &[tenant.into(), r.flow.into()])?;
    tx.execute(
        "INSERT INTO passcodes (tenant_id, id, purpose, flow, address, address_key, tries_left, expires_at, state) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            tenant.into(),
            r.id.into(),
            r.purpose.name().into(),
            r.flow.into(),
            r.address.as_str().into(),
            r.address.key().into(),
            r.tries_left.into(),
            r.expires_at.into(),
            r.state.name().into(),
        ],
    )?;
    Ok(())
}

/// Saves tries and state.
pub fn save(tx: &WriteTx<'_>, tenant: TenantId, passcode: &Passcode) -> Result<(), StoreError> {
    let r = passcode.record();
    tx.execute(
        "UPDATE passcodes SET tries_left = $1, state = $2 WHERE tenant_id = $3 AND id = $4",
        &[r.tries_left.into(), r.state.name().into(), tenant.into(), r.id.into()],
    )?;
    Ok(())
}

/// Ends every code sent to an address, whatever its flow: none outlives a reset (threats D5).
pub fn end_all_to(tx: &WriteTx<'_>, tenant: TenantId, address: &Address) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE passcodes SET state = 'dead' WHERE tenant_id = $1 AND address_key = $2 AND state = 'open'",
        &[tenant.into(), address.key().into()],
    )?;
    Ok(())
}
