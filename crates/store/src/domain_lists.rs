//! Which domains a tenant lets be invited: at most one list each. Refuses to judge: it says what is listed.

use hospes_domain::ids::TenantId;
use hospes_domain::policy::{DomainList, DomainLookup, DomainPolicy, ListKind};

use crate::engine::{Read, Row, StoreError, WriteTx};

fn kind(row: &Row, column: usize) -> Result<ListKind, StoreError> {
    ListKind::parse(&row.text(column)?)
        .ok_or_else(|| StoreError::Corrupt("a list of domains has an unknown kind".into()))
}

/// The policy of a tenant, if it has one.
pub fn of(tx: &impl Read, tenant: TenantId) -> Result<Option<DomainPolicy>, StoreError> {
    let sql = "SELECT id, display_name, description, kind, domains FROM domain_lists WHERE tenant_id = $1";
    let policy = |row: Row| {
        let list =
            DomainList { kind: kind(&row, 3)?, domains: row.text(4)?.lines().map(str::to_owned).collect() };
        Ok(DomainPolicy { id: row.id(0)?, display_name: row.text(1)?, description: row.opt_text(2)?, list })
    };
    tx.row(sql, &[tenant.into()])?.map(policy).transpose()
}

/// What the list of a tenant says about one domain.
pub fn lookup(tx: &impl Read, tenant: TenantId, domain: &str) -> Result<DomainLookup, StoreError> {
    let sql = "SELECT kind, domains FROM domain_lists WHERE tenant_id = $1";
    match tx.row(sql, &[tenant.into()])? {
        None => Ok(DomainLookup { kind: None, listed: false }),
        Some(row) => {
            let listed = row.text(1)?.lines().any(|listed| listed == domain);
            Ok(DomainLookup { kind: Some(kind(&row, 0)?), listed })
        }
    }
}

/// Saves the policy of a tenant in place of any it had.
pub fn save(tx: &WriteTx<'_>, tenant: TenantId, policy: &DomainPolicy) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO domain_lists (tenant_id, id, display_name, description, kind, domains) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (tenant_id) DO UPDATE SET id = excluded.id, display_name = excluded.display_name, \
         description = excluded.description, kind = excluded.kind, domains = excluded.domains",
        &[
            tenant.into(),
            policy.id.into(),
            policy.display_name.as_str().into(),
            policy.description.clone().into(),
            policy.list.kind.name().into(),
            policy.list.domains.join("\n").into(),
        ],
    )?;
    Ok(())
}

/// Removes the policy of a tenant: every domain may be invited.
pub fn remove(tx: &WriteTx<'_>, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM domain_lists WHERE tenant_id = $1", &[tenant.into()])?;
    Ok(())
}
