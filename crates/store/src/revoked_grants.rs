//! Grants that ended because a code or refresh token of theirs came twice. Access tokens are stored nowhere, so a row here
//! is what ends them; [`crate::callers`] looks for it. Refuses to keep a row longer than such a token can live.

use hospes_domain::ids::TenantId;
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{StoreError, WriteTx};

/// Ends the access tokens of a family until the last of them has expired; `false` when they had been ended before.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    family: Uuid,
    expires_at: Time,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO revoked_grants (tenant_id, family, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, &[tenant.into(), family.into(), expires_at.into()])? == 1)
}
