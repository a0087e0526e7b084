//! Tenants, their domains and their sealed keys. Refuses to open keys: it keeps sealed bytes; and to forget the ids of
//! keys that were retired.

use hospes_domain::access::InvitePolicy;
use hospes_domain::ids::TenantId;
use hospes_domain::policy::{GuestAccess, GuestPolicy};
use hospes_domain::tenant::{StoredKey, Tenant};
use hospes_domain::time::Time;

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
    let sql = "SELECT purpose, version, kid, alg, sealed, public_jwk, coalesce(signs_from, created_at) FROM tenant_keys \
               WHERE tenant_id = $1 ORDER BY purpose, version DESC";
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
                signs_from: row.time(6)?,
            })
        })
        .collect()
}

/// Adds a sealed key.
pub fn insert_key(tx: &WriteTx<'_>, id: TenantId, key: &StoredKey) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO tenant_keys (tenant_id, purpose, version, kid, alg, sealed, public_jwk, created_at, signs_from) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            id.into(),
            key.purpose.as_str().into(),
            key.version.into(),
            key.kid.as_str().into(),
            key.alg.as_str().into(),
            key.sealed.clone().into(),
            key.public_jwk.clone().into(),
            tx.now().into(),
            key.signs_from.max(tx.now()).into(),
        ],
    )?;
    Ok(())
}

/// What is known of a key without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOutline {
    /// Whose it is.
    pub tenant: TenantId,
    /// What it is for.
    pub purpose: String,
    /// Its place among those of its purpose.
    pub version: u32,
    /// Its public id.
    pub kid: String,
    /// From when on it signs.
    pub signs_from: Time,
}

/// Every key of every tenant, without those that were retired, whatever rows are there (threats F16).
pub fn key_outlines(tx: &impl Read) -> Result<Vec<KeyOutline>, StoreError> {
    let sql = "SELECT k.tenant_id, k.purpose, k.version, k.kid, coalesce(k.signs_from, k.created_at) FROM tenant_keys k \
               WHERE NOT EXISTS (SELECT 1 FROM retired_keys r WHERE r.tenant_id = k.tenant_id AND r.kid = k.kid) \
               ORDER BY k.tenant_id, k.purpose, k.version";
    let version = |row: &Row| {
        u32::try_from(row.int(2)?).map_err(|_| StoreError::Corrupt("a key has an impossible version".into()))
    };
    let outline = |row: &Row| {
        Ok(KeyOutline {
            tenant: row.tenant(0)?,
            purpose: row.text(1)?,
            version: version(row)?,
            kid: row.text(3)?,
            signs_from: row.time(4)?,
        })
    };
    tx.rows(sql, &[])?.iter().map(outline).collect()
}

/// How many users there are, but for deleted ones; `most` when there are at least so many.
pub fn users_up_to(tx: &impl Read, id: TenantId, most: u32) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM users WHERE tenant_id = $1 AND deleted_at IS NULL LIMIT $2) AS some_users";
    let counted = tx.row(sql, &[id.into(), i64::from(most).into()])?.map(|row| row.int(0)).transpose()?;
    Ok(u32::try_from(counted.unwrap_or_default()).unwrap_or(most))
}

/// Whether a key of that id was retired.
pub fn is_retired(tx: &impl Read, id: TenantId, kid: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM retired_keys WHERE tenant_id = $1 AND kid = $2";
    Ok(tx.row(sql, &[id.into(), kid.into()])?.is_some())
}

/// Removes a key and keeps its id among those that are refused for good.
pub fn retire_key(tx: &WriteTx<'_>, id: TenantId, kid: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM tenant_keys WHERE tenant_id = $1 AND kid = $2", &[id.into(), kid.into()])?;
    tx.execute(
        "INSERT INTO retired_keys (tenant_id, kid, retired_at) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, kid) DO NOTHING",
        &[id.into(), kid.into(), tx.now().into()],
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

/// Sets where a tenant says what becomes of people's data.
pub fn set_privacy_url(tx: &WriteTx<'_>, tenant: TenantId, url: Option<&str>) -> Result<(), StoreError> {
    let sql = "UPDATE tenants SET privacy_url = $1 WHERE id = $2";
    tx.execute(sql, &[url.map(str::to_owned).into(), tenant.into()])?;
    Ok(())
}
