//! Who has an address among `otherMails`, and since when. Refuses to judge what it is worth there.

use hospes_domain::address::Address;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;
use hospes_domain::user::User;

use crate::engine::{Read, StoreError};
use crate::users::{OTHER, by_id};

/// Every user with the address among `otherMails`.
pub fn holders(tx: &impl Read, tenant: TenantId, address: &Address) -> Result<Vec<User>, StoreError> {
    let sql = "SELECT user_id FROM user_addresses WHERE tenant_id = $1 AND address_key = $2 AND kind = $3";
    let mut users = Vec::new();
    for row in tx.rows(sql, &[tenant.into(), address.key().into(), OTHER.into()])? {
        users.extend(by_id(tx, tenant, row.object(0)?)?);
    }
    Ok(users)
}

/// Since when a user has the address among `otherMails`.
pub fn since(
    tx: &impl Read,
    tenant: TenantId,
    user: ObjectId,
    address: &Address,
) -> Result<Option<Time>, StoreError> {
    let sql = "SELECT added_at FROM user_addresses WHERE tenant_id = $1 AND user_id = $2 AND address_key = $3 AND kind = $4";
    let params = [tenant.into(), user.into(), address.key().into(), OTHER.into()];
    tx.row(sql, &params)?.map(|row| row.time(0)).transpose()
}
