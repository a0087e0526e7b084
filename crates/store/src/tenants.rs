//! Tenants, their domains and their sealed keys. Refuses to open keys: it keeps sealed bytes.

use hospes_domain::access::InvitePolicy;
use hospes_domain::ids::TenantId;
use hospes_domain::policy::{GuestAccess, GuestPolicy};
use hospes_domain::tenant::{StoredKey, Tenant};

use crate::engine::{Read, Row, StoreError, WriteTx};

const COLUMNS: &str = "SELECT t.id, t.display_name, t.initial_domain, t.allow_invites_from, t.privacy_url, t.created_at, p.guest_access, \
     p.may_leave FROM tenants t LEFT JOIN guest_policies p ON p.tenant_id = t.id";

fn from_row(tx: &impl Read, row: &Row) -> Result<Tenant, StoreError> {
    let id = row.tenant(0)?;
    let domains = tx
        .rows("SELECT name FROM domains WHERE tenant_id = $1 ORDER BY verified_at, name", &[id.into()])?
        .iter()
        .map(|r| r.text(0))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Tenant {
        id,
        display_name: row.text(1)?,
        initial_domain: row.text(2)?,
        domains,
        invites: InvitePolicy::parse(&row.text(3)?)
            .ok_or_else(|| StoreError::Corrupt("a tenant has an unknown invitation policy".into()))?,
        guests: guests(row)?,
        privacy_url: row.opt_text(4)?,
        created_at: row.time(5)?,
    })
}

/// A tenant that has decided nothing has the defaults.
fn guests(row: &Row) -> Result<GuestPolicy, StoreError> {
    let (Some(access), Some(may_leave)) = (row.opt_text(6)?, row.opt_flag(7)?) else {
        return Ok(GuestPolicy::default());
    };
    Ok(GuestPolicy { access: guest_access(&access)?, may_leave })
}

/// Reads the spelling of the database.
pub(crate) fn guest_access(text: &str) -> Result<GuestAccess, StoreError> {
    GuestAccess::parse(text)
        .ok_or_else(|| StoreError::Corrupt("a tenant has an unknown level of guest access".into()))
}

/// The tenant of that id.
pub fn by_id(tx: &impl Read, id: TenantId) -> Result<Option<Tenant>, StoreError> {
    tx.row(&format!("{COLUMNS} WHERE t.id = $1"), &[id.into()])?.map(|row| from_row(tx, &row)).transpose()
}

/// The initial domain of a tenant, which every answer about a user names.
pub fn initial_domain(tx: &impl Read, id: TenantId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT initial_domain FROM tenants WHERE id = $1";
    tx.row(sql, &[id.into()])?.map(|row| row.text(0)).transpose()
}

/// Every tenant, oldest first.
pub fn all(tx: &impl Read) -> Result<Vec<Tenant>, StoreError> {
    tx.rows(&format!("{COLUMNS} ORDER BY t.created_at, t.id"), &[])?
        .iter()
        .map(|row| from_row(tx, row))
        .collect()
}

/// Whether there is any tenant.
pub fn any(tx: &impl Read) -> Result<bool, StoreError> {
    Ok(tx.row("SELECT id FROM tenants LIMIT 1", &[])?.is_some())
}

/// Whether the server holds another one.
pub fn any_beside(tx: &impl Read, id: TenantId) -> Result<bool, StoreError> {
    Ok(tx.row("SELECT id FROM tenants WHERE id <> $1 LIMIT 1", &[id.into()])?.is_some())
}

/// Takes the one row that says a directory was set up here; `false` when somebody else has it. The unique key
/// decides between two who try at once, also where transactions do not see each other.
pub fn claim_installation(tx: &WriteTx<'_>) -> Result<bool, StoreError> {
    let sql = "INSERT INTO installation (id, created_at) VALUES (1, $1) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, &[tx.now().into()])? == 1)
}

/// Inserts a tenant with its domains, all verified by the operator; `false` when a domain is taken.
pub fn insert(tx: &WriteTx<'_>, tenant: &Tenant) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO tenants (id, display_name, initial_domain, allow_invites_from, privacy_url, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        &[
            tenant.id.into(),
            tenant.display_name.as_str().into(),
            tenant.initial_domain.as_str().into(),
            tenant.invites.name().into(),
            tenant.privacy_url.clone().into(),
            tenant.created_at.into(),
        ],
    )?;
    let mut all_fresh = fresh == 1;
    for domain in &tenant.domains {
        let added = tx.execute(
            "INSERT INTO domains (name, tenant_id, verified_by, verified_at) VALUES ($1, $2, 'operator', $3) ON CONFLICT DO NOTHING",
            &[domain.as_str().into(), tenant.id.into(), tenant.created_at.into()],
        )?;
        all_fresh &= added == 1;
    }
    Ok(all_fresh)
}

/// Sets who may invite.
pub fn set_invite_policy(tx: &WriteTx<'_>, id: TenantId, policy: InvitePolicy) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE tenants SET allow_invites_from = $1 WHERE id = $2",
        &[policy.name().into(), id.into()],
    )?;
    Ok(())
}

/// Sets what guests see and whether they may leave.
pub fn set_guest_policy(tx: &WriteTx<'_>, id: TenantId, policy: GuestPolicy) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO guest_policies (tenant_id, guest_access, may_leave) VALUES ($1, $2, $3) \
         ON CONFLICT (tenant_id) DO UPDATE SET guest_access = excluded.guest_access, may_leave = excluded.may_leave",
        &[id.into(), policy.access.name().into(), policy.may_leave.into()],
    )?;
    Ok(())
}

/// The sealed keys of a tenant, newest version of each purpose first.
pub fn keys(tx: &impl Read, id: TenantId) -> Result<Vec<StoredKey>, StoreError> {
    let sql = "SELECT purpose, version, kid, alg, sealed, public_jwk FROM tenant_keys WHERE tenant_id = $1 ORDER BY purpose, version DESC";
    tx.rows(sql, &[id.into()])?
        .iter()
        .map(|row| {
            Ok(StoredKey {
                purpose: row.text(0)?,
                version: u32::try_from(row.int(1)?)
                    .map_err(|_| StoreError::Corrupt("a key has an impossible version".into()))?,
                kid: row.text(2)?,
                alg: row.text(3)?,
                sealed: row.bytes(4)?,
                public_jwk: row.opt_text(5)?,
            })
        })
        .collect()
}

/// Adds a sealed key.
pub fn insert_key(tx: &WriteTx<'_>, id: TenantId, key: &StoredKey) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO tenant_keys (tenant_id, purpose, version, kid, alg, sealed, public_jwk, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            id.into(),
            key.purpose.as_str().into(),
            key.version.into(),
            key.kid.as_str().into(),
            key.alg.as_str().into(),
            key.sealed.clone().into(),
            key.public_jwk.clone().into(),
            tx.now().into(),
        ],
    )?;
    Ok(())
}

/// The tenant that owns a domain.
pub fn by_domain(tx: &impl Read, domain: &str) -> Result<Option<Tenant>, StoreError> {
    let sql = "SELECT tenant_id FROM domains WHERE name = $1";
    match tx.row(sql, &[domain.into()])? {
        Some(row) => by_id(tx, row.tenant(0)?),
        None => Ok(None),
    }
}
