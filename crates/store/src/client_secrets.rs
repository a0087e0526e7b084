//! Client secrets as keyed hashes. Refuses secrets in the clear, and to judge which still work.

use std::collections::HashMap;

use hospes_domain::ids::{ObjectId, TenantId};
use uuid::Uuid;

use crate::applications::{ClientSecret, raise_revision, remove_credential};
use crate::directory_objects::among;
use crate::engine::{Read, StoreError, WriteTx};

/// Adds a secret to an application and raises the application's revision.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: ObjectId,
    secret: &ClientSecret,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO client_secrets (tenant_id, id, application_id, hash, hint, expires_at, created_at, display_name, starts_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            tenant.into(),
            secret.id.into(),
            application.into(),
            secret.hash.clone().into(),
            secret.hint.as_str().into(),
            secret.expires_at.into(),
            secret.created_at.into(),
            secret.display_name.clone().into(),
            secret.starts_at.into(),
        ],
    )?;
    raise_revision(tx, tenant, application)
}

/// Takes a secret away and raises the revision; `false` when the application has none of that id.
pub fn remove(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: ObjectId,
    id: Uuid,
) -> Result<bool, StoreError> {
    remove_credential(tx, "client_secrets", (tenant, application), id)
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
    let mut all: HashMap<ObjectId, Vec<ClientSecret>> = HashMap::new();
    if applications.is_empty() {
        return Ok(all);
    }
    let (marks, params) = among(tenant, applications);
    let sql = format!(
        "SELECT application_id, id, hash, hint, expires_at, display_name, starts_at, created_at FROM client_secrets \
         WHERE tenant_id = $1 AND application_id IN ({marks}) ORDER BY id"
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
