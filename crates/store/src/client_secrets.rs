//! Client secrets as keyed hashes: those of applications, and those of their presences in a tenant, which sign the same client
//! in. Refuses secrets in the clear, and to judge which still work.

use std::collections::HashMap;

use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};
use uuid::Uuid;

use crate::applications::{self, ClientSecret};
use crate::directory_objects::{among, raise_revision};
use crate::engine::{Read, StoreError, WriteTx};

/// Whose secrets stand in a table, and in which column it is said.
type Place = (&'static str, &'static str);

const OF_APPLICATIONS: Place = ("client_secrets", "application_id");
const OF_PRINCIPALS: Place = ("principal_secrets", "service_principal_id");

/// Adds a secret to an application and raises the application's revision.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: ObjectId,
    secret: &ClientSecret,
) -> Result<(), StoreError> {
    put(tx, (tenant, OF_APPLICATIONS), application, secret)?;
    applications::raise_revision(tx, tenant, application)
}

/// The same of a service principal.
pub fn insert_of_principal(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    principal: ObjectId,
    secret: &ClientSecret,
) -> Result<(), StoreError> {
    put(tx, (tenant, OF_PRINCIPALS), principal, secret)?;
    raise_revision(tx, tenant, PrincipalKind::ServicePrincipal, principal)
}

fn put(
    tx: &WriteTx<'_>,
    (tenant, (table, holder)): (TenantId, Place),
    id: ObjectId,
    secret: &ClientSecret,
) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO {table} (tenant_id, id, {holder}, hash, hint, expires_at, created_at, display_name, starts_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    tx.execute(
        &sql,
        &[
            tenant.into(),
            secret.id.into(),
            id.into(),
            secret.hash.clone().into(),
            secret.hint.as_str().into(),
            secret.expires_at.into(),
            secret.created_at.into(),
            secret.display_name.clone().into(),
            secret.starts_at.into(),
        ],
    )?;
    Ok(())
}

/// Takes a secret away and raises the revision; `false` when the application has none of that id.
pub fn remove(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: ObjectId,
    id: Uuid,
) -> Result<bool, StoreError> {
    let gone = take(tx, (tenant, OF_APPLICATIONS), application, id)?;
    if gone {
        applications::raise_revision(tx, tenant, application)?;
    }
    Ok(gone)
}

/// The same of a service principal.
pub fn remove_of_principal(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    principal: ObjectId,
    id: Uuid,
) -> Result<bool, StoreError> {
    let gone = take(tx, (tenant, OF_PRINCIPALS), principal, id)?;
    if gone {
        raise_revision(tx, tenant, PrincipalKind::ServicePrincipal, principal)?;
    }
    Ok(gone)
}

fn take(
    tx: &WriteTx<'_>,
    (tenant, (table, holder)): (TenantId, Place),
    of: ObjectId,
    id: Uuid,
) -> Result<bool, StoreError> {
    let sql = format!("DELETE FROM {table} WHERE tenant_id = $1 AND {holder} = $2 AND id = $3");
    Ok(tx.execute(&sql, &[tenant.into(), of.into(), id.into()])? == 1)
}

/// The secrets of an application, expired ones included.
pub fn of_application(
    tx: &impl Read,
    tenant: TenantId,
    application: ObjectId,
) -> Result<Vec<ClientSecret>, StoreError> {
    Ok(of_applications(tx, tenant, &[application])?.remove(&application).unwrap_or_default())
}

/// The same of many applications, in one statement.
pub fn of_applications(
    tx: &impl Read,
    tenant: TenantId,
    applications: &[ObjectId],
) -> Result<HashMap<ObjectId, Vec<ClientSecret>>, StoreError> {
    all(tx, tenant, OF_APPLICATIONS, applications)
}

/// The same of many service principals.
pub fn of_principals(
    tx: &impl Read,
    tenant: TenantId,
    principals: &[ObjectId],
) -> Result<HashMap<ObjectId, Vec<ClientSecret>>, StoreError> {
    all(tx, tenant, OF_PRINCIPALS, principals)
}

fn all(
    tx: &impl Read,
    tenant: TenantId,
    (table, holder): Place,
    ids: &[ObjectId],
) -> Result<HashMap<ObjectId, Vec<ClientSecret>>, StoreError> {
    let mut all: HashMap<ObjectId, Vec<ClientSecret>> = HashMap::new();
    if ids.is_empty() {
        return Ok(all);
    }
    let (marks, params) = among(tenant, ids);
    let sql = format!(
        "SELECT {holder}, id, hash, hint, expires_at, display_name, starts_at, created_at FROM {table} \
         WHERE tenant_id = $1 AND {holder} IN ({marks}) ORDER BY id"
    );
    for row in tx.rows(&sql, &params)? {
        all.entry(row.object(0)?).or_default().push(ClientSecret {
            id: row.id(1)?,
            hash: row.bytes(2)?,
            hint: row.text(3)?,
            expires_at: row.opt_time(4)?,
            display_name: row.opt_text(5)?,
            starts_at: row.opt_time(6)?,
            created_at: row.time(7)?,
        });
    }
    Ok(all)
}
