//! Fixed-window counters. Refuses to know limits: those are the domain's.

use hospes_domain::ids::TenantId;
use hospes_domain::proof::Counter;

use crate::engine::{Read, StoreError, WriteTx};

/// The counter of that name; zero when there is none.
pub fn load(tx: &impl Read, tenant: TenantId, name: &str) -> Result<Counter, StoreError> {
    let sql = "SELECT since, count FROM counters WHERE tenant_id = $1 AND name = $2";
    let Some(row) = tx.row(sql, &[tenant.into(), name.into()])? else { return Ok(Counter::default()) };
    Ok(Counter { since: row.time(0)?, count: u32::try_from(row.int(1)?).unwrap_or(u32::MAX) })
}

/// Saves a counter.
pub fn save(tx: &WriteTx<'_>, tenant: TenantId, name: &str, counter: Counter) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO counters (tenant_id, name, since, count) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant_id, name) DO UPDATE SET since = excluded.since, count = excluded.count",
        &[tenant.into(), name.into(), counter.since.into(), counter.count.into()],
    )?;
    Ok(())
}
