//! Addresses that may be typed to sign in with a passcode binding (design section 5). Refuses an
//! address that signs in somebody else: it is the primary key.

use hospes_domain::address::Address;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, Value, WriteTx};

/// Whether an address signs in already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressState {
    /// Its mailbox was proven.
    Active,
    /// Added by somebody of reset rank; becomes active when its mailbox is proven.
    Waiting,
}

impl AddressState {
    fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Waiting => "waiting",
        }
    }
}

/// One sign-in address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInAddress {
    /// The address.
    pub address: Address,
    /// Whose it is.
    pub user: ObjectId,
    /// Which binding it belongs to.
    pub binding: Uuid,
    /// Whether it signs in already.
    pub state: AddressState,
    /// When it was added; set by the store.
    pub added_at: Time,
}

const COLUMNS: &str =
    "SELECT address, user_id, binding_id, state, added_at FROM sign_in_addresses WHERE tenant_id = $1 AND ";

fn from_row(row: &Row) -> Result<SignInAddress, StoreError> {
    let text = row.text(0)?;
    Ok(SignInAddress {
        address: Address::parse(&text)
            .map_err(|_| StoreError::Corrupt("a sign-in address cannot be read".into()))?,
        user: row.object(1)?,
        binding: row.id(2)?,
        state: if row.text(3)? == "active" { AddressState::Active } else { AddressState::Waiting },
        added_at: row.time(4)?,
    })
}

/// The sign-in address somebody typed, if it is one.
pub fn find(
    tx: &impl Read,
    tenant: TenantId,
    address: &Address,
) -> Result<Option<SignInAddress>, StoreError> {
    let row = tx.row(&format!("{COLUMNS} address_key = $2"), &[tenant.into(), address.key().into()])?;
    row.as_ref().map(from_row).transpose()
}

/// All sign-in addresses of a user.
pub fn of_user(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<SignInAddress>, StoreError> {
    let rows =
        tx.rows(&format!("{COLUMNS} user_id = $2 ORDER BY address_key"), &[tenant.into(), user.into()])?;
    rows.iter().map(from_row).collect()
}

/// Adds a sign-in address; `false` when it signs in somebody already.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, entry: &SignInAddress) -> Result<bool, StoreError> {
    let params: [Value; 7] = [
        tenant.into(),
        entry.address.key().into(),
        entry.address.as_str().into(),
        entry.user.into(),
        entry.binding.into(),
        entry.state.name().into(),
        tx.now().into(),
    ];
    let fresh = tx.execute(
        "INSERT INTO sign_in_addresses (tenant_id, address_key, address, user_id, binding_id, state, added_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        &params,
    )?;
    Ok(fresh == 1)
}

/// Marks an address as proven.
pub fn activate(tx: &WriteTx<'_>, tenant: TenantId, address: &Address) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE sign_in_addresses SET state = 'active' WHERE tenant_id = $1 AND address_key = $2",
        &[tenant.into(), address.key().into()],
    )?;
    Ok(())
}

/// Removes one address of a user.
pub fn remove(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    address: &Address,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM sign_in_addresses WHERE tenant_id = $1 AND user_id = $2 AND address_key = $3",
        &[tenant.into(), user.into(), address.key().into()],
    )?;
    Ok(())
}

/// Frees every address of a user who is deleted, so that somebody else may redeem with one; they are remembered for
/// a restore.
pub fn set_aside(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO deleted_sign_in_addresses (tenant_id, user_id, address_key, address, binding_id, state, added_at) \
         SELECT tenant_id, user_id, address_key, address, binding_id, state, added_at FROM sign_in_addresses \
         WHERE tenant_id = $1 AND user_id = $2",
        &[tenant.into(), user.into()],
    )?;
    let sql = "DELETE FROM sign_in_addresses WHERE tenant_id = $1 AND user_id = $2";
    tx.execute(sql, &[tenant.into(), user.into()])?;
    Ok(())
}

/// What [`set_aside`] remembers of a user.
pub fn aside(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<SignInAddress>, StoreError> {
    let sql = "SELECT address, user_id, binding_id, state, added_at FROM deleted_sign_in_addresses \
               WHERE tenant_id = $1 AND user_id = $2 ORDER BY address_key";
    tx.rows(sql, &[tenant.into(), user.into()])?.iter().map(from_row).collect()
}

/// Gives a user back what was set aside, each address in its state and with its time. One that signs in somebody else
/// by now breaks the key: the caller looks before.
pub fn take_back(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO sign_in_addresses (tenant_id, address_key, address, user_id, binding_id, state, added_at) \
         SELECT tenant_id, address_key, address, user_id, binding_id, state, added_at FROM deleted_sign_in_addresses \
         WHERE tenant_id = $1 AND user_id = $2",
        &[tenant.into(), user.into()],
    )?;
    let sql = "DELETE FROM deleted_sign_in_addresses WHERE tenant_id = $1 AND user_id = $2";
    tx.execute(sql, &[tenant.into(), user.into()])?;
    Ok(())
}
