//! Ending what was issued through an application: codes, refresh tokens, flows and devices go with their rows, access tokens
//! because their client is nobody any more ([`crate::callers`]). Refuses to decide who may, and to bring anything back: a
//! restored application begins without it.

use hospes_domain::ids::{ClientId, TenantId};

use crate::engine::{StoreError, WriteTx};

const OF_CLIENT: &[&str] = &[
    "DELETE FROM refresh_tokens WHERE tenant_id = $1 AND client_id = $2",
    "DELETE FROM authorization_codes WHERE tenant_id = $1 AND client_id = $2",
    "DELETE FROM sign_in_flows WHERE tenant_id = $1 AND client_id = $2",
    "DELETE FROM device_codes WHERE tenant_id = $1 AND client_id = $2",
    "DELETE FROM session_clients WHERE tenant_id = $1 AND client_id = $2",
    "DELETE FROM subscriptions WHERE tenant_id = $1 AND client_id = $2",
];

/// Ends everything that was issued to a client.
pub fn end_client(tx: &WriteTx<'_>, tenant: TenantId, client: ClientId) -> Result<(), StoreError> {
    for sql in OF_CLIENT {
        tx.execute(sql, &[tenant.into(), client.into()])?;
    }
    Ok(())
}
