//! Certificates that prove who a client is (RFC 7523), as public keys with the thumbprints of their certificates: those of
//! applications, and those of their presences in a tenant, which sign the same client in. Refuses to judge which are still
//! good: their life stands beside them.

use std::collections::HashMap;

use hospes_domain::application::{Certificate, PrincipalKind};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::applications;
use crate::directory_objects::{among, raise_revision};
use crate::engine::{Read, Row, StoreError, WriteTx};

/// Whose certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Those of an application.
    Application(ObjectId),
    /// Those of a service principal.
    Principal(ObjectId),
}

/// In which table they stand, and in which column whose they are.
type Place = (&'static str, &'static str);

const OF_APPLICATIONS: Place = ("client_certificates", "application_id");
const OF_PRINCIPALS: Place = ("principal_certificates", "service_principal_id");

impl Holder {
    fn id(self) -> ObjectId {
        match self {
            Self::Application(id) | Self::Principal(id) => id,
        }
    }

    fn place(self) -> Place {
        match self {
            Self::Application(_) => OF_APPLICATIONS,
            Self::Principal(_) => OF_PRINCIPALS,
        }
    }

    fn raise_revision(self, tx: &WriteTx<'_>, tenant: TenantId) -> Result<(), StoreError> {
        match self {
            Self::Application(id) => applications::raise_revision(tx, tenant, id),
            Self::Principal(id) => raise_revision(tx, tenant, PrincipalKind::ServicePrincipal, id),
        }
    }
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

const COLUMNS: &str = "id, jwk, thumbprint, thumbprint_sha1, display_name, starts_at, expires_at";

/// The certificates of one holder, expired ones included, in the order of their ids.
pub fn of(tx: &impl Read, tenant: TenantId, holder: Holder) -> Result<Vec<Certificate>, StoreError> {
    Ok(all(tx, tenant, holder.place(), &[holder.id()])?.remove(&holder.id()).unwrap_or_default())
}

/// Those that sign a client in: its application's and its presence's, in one statement.
pub fn of_client(
    tx: &impl Read,
    tenant: TenantId,
    (application, principal): (ObjectId, ObjectId),
) -> Result<Vec<Certificate>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM client_certificates WHERE tenant_id = $1 AND application_id = $2 UNION ALL \
         SELECT {COLUMNS} FROM principal_certificates WHERE tenant_id = $3 AND service_principal_id = $4 ORDER BY id"
    );
    let params = [tenant.into(), application.into(), tenant.into(), principal.into()];
    tx.rows(&sql, &params)?.iter().map(from_row).collect()
}

/// Those of many applications, in one statement.
pub fn of_applications(
    tx: &impl Read,
    tenant: TenantId,
    applications: &[ObjectId],
) -> Result<HashMap<ObjectId, Vec<Certificate>>, StoreError> {
    all(tx, tenant, OF_APPLICATIONS, applications)
}

/// The same of many service principals.
pub fn of_principals(
    tx: &impl Read,
    tenant: TenantId,
    principals: &[ObjectId],
) -> Result<HashMap<ObjectId, Vec<Certificate>>, StoreError> {
    all(tx, tenant, OF_PRINCIPALS, principals)
}

fn all(
    tx: &impl Read,
    tenant: TenantId,
    (table, holder): Place,
    ids: &[ObjectId],
) -> Result<HashMap<ObjectId, Vec<Certificate>>, StoreError> {
    let mut all: HashMap<ObjectId, Vec<Certificate>> = HashMap::new();
    if ids.is_empty() {
        return Ok(all);
    }
    let (marks, params) = among(tenant, ids);
    let sql = format!(
        "SELECT {COLUMNS}, {holder} FROM {table} WHERE tenant_id = $1 AND {holder} IN ({marks}) ORDER BY id"
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

/// Adds a certificate and raises the holder's revision.
pub fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    holder: Holder,
    certificate: &Certificate,
) -> Result<(), StoreError> {
    let (table, of) = holder.place();
    let sql = format!(
        "INSERT INTO {table} (tenant_id, id, {of}, thumbprint, thumbprint_sha1, jwk, display_name, starts_at, expires_at, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    tx.execute(
        &sql,
        &[
            tenant.into(),
            certificate.id.into(),
            holder.id().into(),
            certificate.sha256.into(),
            certificate.sha1.into(),
            certificate.key_to_stored().into(),
            certificate.display_name.clone().into(),
            certificate.starts_at.into(),
            certificate.expires_at.into(),
            tx.now().into(),
        ],
    )?;
    holder.raise_revision(tx, tenant)
}

/// Takes a certificate away and raises the revision; `false` when the holder has none of that id.
pub fn remove(tx: &WriteTx<'_>, tenant: TenantId, holder: Holder, id: Uuid) -> Result<bool, StoreError> {
    let (table, of) = holder.place();
    let sql = format!("DELETE FROM {table} WHERE tenant_id = $1 AND {of} = $2 AND id = $3");
    let gone = tx.execute(&sql, &[tenant.into(), holder.id().into(), id.into()])? == 1;
    if gone {
        holder.raise_revision(tx, tenant)?;
    }
    Ok(gone)
}
