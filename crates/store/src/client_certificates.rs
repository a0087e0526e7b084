//! Public keys with which clients sign assertions (RFC 7523). Refuses to judge whether one is good now: that is the
//! verb's, which knows the time.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, StoreError, WriteTx};

/// A registered certificate, as far as checking a signature goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateKey {
    /// Its id (`keyId`).
    pub id: Uuid,
    /// SHA-256 of the certificate.
    pub thumbprint: Vec<u8>,
    /// The public key as a JWK.
    pub jwk: String,
    /// From when on it counts.
    pub starts_at: Time,
    /// From when on it does not count any more.
    pub expires_at: Time,
}

/// The certificates of an application, the newest first.
pub fn keys_of(
    tx: &impl Read,
    tenant: TenantId,
    application: ObjectId,
) -> Result<Vec<CertificateKey>, StoreError> {
    let sql = "SELECT id, thumbprint, jwk, starts_at, expires_at FROM client_certificates \
               WHERE tenant_id = $1 AND application_id = $2 ORDER BY created_at DESC, id";
    tx.rows(sql, &[tenant.into(), application.into()])?
        .iter()
        .map(|row| {
            Ok(CertificateKey {
                id: row.id(0)?,
                thumbprint: row.bytes(1)?,
                jwk: row.text(2)?,
                starts_at: row.time(3)?,
                expires_at: row.time(4)?,
            })
        })
        .collect()
}

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
