//! Certificates that prove who a client is (RFC 7523), as public keys with the thumbprints of their certificates. Refuses
//! to judge which are still good: their life stands beside them.

use std::collections::HashMap;

use hospes_domain::application::Certificate;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::applications::{raise_revision, remove_credential};
use crate::directory_objects::among;
use crate::engine::{Read, Row, StoreError, WriteTx};

/// Remembers an assertion until it has expired; `false` when it came before.
pub fn remember(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    assertion: [u8; 32],
    expires_at: Time,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO client_assertions (tenant_id, hash, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, &[tenant.into(), assertion.into(), expires_at.into()])? == 1)
}

/// The certificates of an application, expired ones included, in the order of their ids.
pub fn of_application(
    tx: &impl Read,
    tenant: TenantId,
    application: ObjectId,
) -> Result<Vec<Certificate>, StoreError> {
    Ok(of_applications(tx, tenant, &[application])?.remove(&application).unwrap_or_default())
}

/// The same of many applications, in one statement.
pub fn of_applications(
    tx: &impl Read,
    tenant: TenantId,
    applications: &[ObjectId],
) -> Result<HashMap<ObjectId, Vec<Certificate>>, StoreError> {
    let mut all: HashMap<ObjectId, Vec<Certificate>> = HashMap::new();
    if applications.is_empty() {
        return Ok(all);
    }
    let (marks, params) = among(tenant, applications);
    let sql = format!(
        "SELECT id, jwk, thumbprint, thumbprint_sha1, display_name, starts_at, expires_at, application_id \
         FROM client_certificates WHERE tenant_id = $1 AND application_id IN ({marks}) ORDER BY id"
    );
    for row in tx.rows(&sql, &params)? {
        all.entry(row.object(7)?).or_default().push(from_row(&row)?);
    }
    Ok(all)
}

fn from_row(row: &Row) -> Result<Certificate, StoreError> {
    let corrupt = || StoreError::Corrupt("a certificate of an application".to_owned());
    Ok(Certificate {
        id: row.id(0)?,
        key: Certificate::key_from_stored(&row.text(1)?).ok_or_else(corrupt)?,
        sha256: row.bytes(2)?.try_into().map_err(|_| corrupt())?,
        sha1: row.bytes(3)?.try_into().map_err(|_| corrupt())?,
        display_name: row.opt_text(4)?,
        starts_at: row.time(5)?,
        expires_at: row.time(6)?,
    })
}

/// Adds a certificate to an application and raises the application's revision.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: ObjectId,
    certificate: &Certificate,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO client_certificates (tenant_id, id, application_id, thumbprint, thumbprint_sha1, jwk, display_name, starts_at, \
         expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            tenant.into(),
            certificate.id.into(),
            application.into(),
            certificate.sha256.into(),
            certificate.sha1.into(),
            certificate.key_to_stored().into(),
            certificate.display_name.clone().into(),
            certificate.starts_at.into(),
            certificate.expires_at.into(),
            tx.now().into(),
        ],
    )?;
    raise_revision(tx, tenant, application)
}

/// Takes a certificate away and raises the revision; `false` when the application has none of that id.
pub fn remove(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: ObjectId,
    id: Uuid,
) -> Result<bool, StoreError> {
    remove_credential(tx, "client_certificates", (tenant, application), id)
}
