//! What the token endpoint needs to know of a client and of the resource it asks for, each in one query.
//! Refuses to compare secrets: hashes go to the verb, which compares them in constant time.

use hospes_domain::application::{ApplicationSettings, GroupClaims};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::time::Time;

use crate::applications::{ES256, settings};
use crate::engine::{Read, StoreError, Value};
use crate::roles::marks;

/// An application that asks for tokens, with its service principal.
#[derive(Clone)]
pub struct Client {
    /// `client_id`.
    pub id: ClientId,
    /// Its service principal.
    pub principal: ObjectId,
    /// Its name.
    pub display_name: String,
    /// It cannot keep a secret.
    pub public: bool,
    /// Its tokens are signed with ES256.
    pub es256: bool,
    /// The object id of the application.
    pub application: ObjectId,
    /// Which `groups` claims it wants.
    pub group_claims: GroupClaims,
    /// What else it declares.
    pub settings: ApplicationSettings,
    /// Whether its service principal may be used.
    pub enabled: bool,
    /// Only assigned people may sign in.
    pub assignment_required: bool,
    /// Keyed hashes of its secrets.
    pub secrets: Vec<SecretHash>,
}

/// A stored client secret.
#[derive(Clone)]
pub struct SecretHash {
    /// Its keyed hash.
    pub hash: Vec<u8>,
    /// From when on it is accepted, if not since it was made.
    pub starts_at: Option<Time>,
    /// From when on it is not accepted.
    pub expires_at: Option<Time>,
}

/// The client of that id, if it is registered and present in the tenant.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: ClientId) -> Result<Option<Client>, StoreError> {
    // Those of the application, if there are any, and those of its presence.
    const SELECT: &str = "SELECT s.id, a.display_name, a.public_client, a.signing_alg, a.group_claims, s.enabled, \
         s.assignment_required, c.hash, c.expires_at, a.id, a.settings, c.starts_at FROM applications a \
         JOIN service_principals s ON s.tenant_id = a.tenant_id AND s.client_id = a.client_id";
    let sql = format!(
        "{SELECT} LEFT JOIN client_secrets c ON c.tenant_id = a.tenant_id AND c.application_id = a.id \
         WHERE a.tenant_id = $1 AND a.client_id = $2 \
         UNION ALL {SELECT} JOIN principal_secrets c ON c.tenant_id = s.tenant_id AND c.service_principal_id = s.id \
         WHERE a.tenant_id = $3 AND a.client_id = $4"
    );
    let rows = tx.rows(&sql, &[tenant.into(), id.into(), tenant.into(), id.into()])?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut secrets = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(hash) = row.opt_bytes(7)? {
            secrets.push(SecretHash { hash, starts_at: row.opt_time(11)?, expires_at: row.opt_time(8)? });
        }
    }
    Ok(Some(Client {
        id,
        principal: first.object(0)?,
        display_name: first.text(1)?,
        public: first.flag(2)?,
        es256: first.text(3)? == ES256,
        application: first.object(9)?,
        group_claims: GroupClaims::parse(&first.text(4)?).unwrap_or_default(),
        settings: settings(first.opt_text(10)?.as_deref())?,
        enabled: first.flag(5)?,
        assignment_required: first.flag(6)?,
        secrets,
    }))
}

/// What somebody holds at a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Whether the resource may be used.
    pub enabled: bool,
    /// Whether it lets only assigned people in.
    pub assignment_required: bool,
    /// Whether anything is assigned, a role or plain access.
    pub assigned: bool,
    /// Values of the enabled app roles, sorted.
    pub roles: Vec<String>,
}

/// What `principals` (an object and the groups it is in) hold at the resource `client`; `None` when the tenant has
/// no such resource.
pub fn holdings(
    tx: &impl Read,
    tenant: TenantId,
    principals: &[ObjectId],
    client: ClientId,
) -> Result<Option<Holdings>, StoreError> {
    let count = principals.len();
    let sql = format!(
        "SELECT s.enabled, s.assignment_required, a.app_role_id, r.value FROM service_principals s \
         LEFT JOIN app_role_assignments a ON a.tenant_id = s.tenant_id AND a.resource_id = s.id AND a.principal_id IN ({}) \
         LEFT JOIN app_roles r ON r.tenant_id = s.tenant_id AND r.service_principal_id = s.id AND r.id = a.app_role_id \
         AND r.enabled = ${} WHERE s.tenant_id = ${} AND s.client_id = ${}",
        marks(1, count),
        count + 1,
        count + 2,
        count + 3
    );
    let mut params: Vec<Value> = principals.iter().map(|id| Value::from(*id)).collect();
    params.extend([Value::from(true), tenant.into(), client.into()]);
    let rows = tx.rows(&sql, &params)?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut held =
        Holdings { enabled: first.flag(0)?, assignment_required: first.flag(1)?, ..Holdings::default() };
    for row in &rows {
        held.assigned |= row.opt_id(2)?.is_some();
        held.roles.extend(row.opt_text(3)?.filter(|value| !value.is_empty()));
    }
    held.roles.sort_unstable();
    held.roles.dedup();
    Ok(Some(held))
}

/// Those of the groups that have an app role at this service principal (`ApplicationGroup`).
pub fn groups_at(
    tx: &impl Read,
    tenant: TenantId,
    groups: &[ObjectId],
    resource: ObjectId,
) -> Result<Vec<ObjectId>, StoreError> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let mut params: Vec<Value> = vec![tenant.into(), resource.into()];
    params.extend(groups.iter().map(|id| Value::from(*id)));
    let marks = marks(3, params.len());
    let sql = format!(
        "SELECT DISTINCT principal_id FROM app_role_assignments WHERE tenant_id = $1 AND resource_id = $2 \
         AND principal_id IN ({marks}) ORDER BY principal_id"
    );
    tx.rows(&sql, &params)?.iter().map(|row| row.object(0)).collect()
}

/// The names of these groups.
pub fn group_names(tx: &impl Read, tenant: TenantId, groups: &[ObjectId]) -> Result<Vec<String>, StoreError> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let mut params: Vec<Value> = vec![tenant.into()];
    params.extend(groups.iter().map(|id| Value::from(*id)));
    let marks = marks(2, params.len());
    let sql = format!("SELECT display_name FROM groups WHERE tenant_id = $1 AND id IN ({marks}) ORDER BY id");
    tx.rows(&sql, &params)?.iter().map(|row| row.text(0)).collect()
}

/// Those of the groups that are security groups, as `groups` claims want them.
pub fn security_groups(
    tx: &impl Read,
    tenant: TenantId,
    groups: &[ObjectId],
) -> Result<Vec<ObjectId>, StoreError> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let mut params: Vec<Value> = vec![tenant.into(), true.into()];
    params.extend(groups.iter().map(|id| Value::from(*id)));
    let marks = marks(3, params.len());
    let sql = format!(
        "SELECT id FROM groups WHERE tenant_id = $1 AND security_enabled = $2 AND id IN ({marks}) ORDER BY id"
    );
    tx.rows(&sql, &params)?.iter().map(|row| row.object(0)).collect()
}
