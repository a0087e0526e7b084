//! Registered applications with their redirect URIs and hashed secrets. Refuses secrets in the clear,
//! and to judge who may use them.

use std::collections::BTreeSet;

use hospes_domain::application::{Application, ApplicationSettings, GroupClaims, RedirectUri};
use hospes_domain::deletion::Deleted;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::query::{ApplicationField, ElementTest, Found, List, Unkept};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::directory_objects::among;
use crate::engine::{Read, Row, StoreError, Value, WriteTx};
use crate::filter_sql::{Column, Columns, Statement, element};
use crate::listing::{find, source};
use crate::ownership;
use crate::users::fold;
use crate::{redirect_uris, words};

const COLUMNS: &str = "a.id, a.client_id, a.display_name, a.public_client, a.signing_alg, a.group_claims, a.created_at, a.settings, a.created_by, a.revision";
/// `signing_alg` of tokens for this application.
pub(crate) const ES256: &str = "ES256";
const RS256: &str = "RS256";

pub use crate::client_secrets::{insert as insert_secret, of_application as secrets};

/// A client secret as it is kept: useless without the tenant's hash key.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// Its id (`keyId`).
    pub id: Uuid,
    /// The keyed hash, purpose `client-secret`.
    pub hash: Vec<u8>,
    /// The first three characters, so that people can tell secrets apart.
    pub hint: String,
    /// What people tell it by.
    pub display_name: Option<String>,
    /// When it begins to work; since it was made, if there is none.
    pub starts_at: Option<Time>,
    /// When it stops working; never, if there is none.
    pub expires_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
}

/// An application as far as its row says; its addresses are still missing.
fn from_row(row: &Row) -> Result<Application, StoreError> {
    Ok(Application {
        id: row.object(0)?,
        revision: row.int(9)?,
        client_id: row.client(1)?,
        display_name: row.text(2)?,
        public_client: row.flag(3)?,
        es256: row.text(4)? == ES256,
        group_claims: GroupClaims::parse(&row.text(5)?).unwrap_or_default(),
        redirect_uris: Vec::new(),
        settings: settings(row.opt_text(7)?.as_deref())?,
        created_by: row.opt_object(8)?,
        created_at: row.time(6)?,
    })
}

/// The stored settings; nothing stored is nothing declared.
pub(crate) fn settings(stored: Option<&str>) -> Result<ApplicationSettings, StoreError> {
    let Some(text) = stored else { return Ok(ApplicationSettings::default()) };
    ApplicationSettings::from_stored(text)
        .ok_or_else(|| StoreError::Corrupt("the settings of an application".to_owned()))
}

/// The application of that object id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Option<Application>, StoreError> {
    one(tx, tenant, "a.id = $2", id.into())
}

/// The application of that client id.
pub fn by_client(
    tx: &impl Read,
    tenant: TenantId,
    client: ClientId,
) -> Result<Option<Application>, StoreError> {
    one(tx, tenant, "a.client_id = $2", client.into())
}

fn one(
    tx: &impl Read,
    tenant: TenantId,
    condition: &str,
    value: Value,
) -> Result<Option<Application>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM applications a WHERE a.tenant_id = $1 AND {condition}");
    let mut found = tx.row(&sql, &[tenant.into(), value])?.as_ref().map(from_row).transpose()?;
    redirect_uris::fill(tx, tenant, &mut found, redirect_uris::THERE)?;
    Ok(found)
}

/// The applications of those object ids, by id; unknown ones are left out.
pub fn by_ids(tx: &impl Read, tenant: TenantId, ids: &[ObjectId]) -> Result<Vec<Application>, StoreError> {
    many(tx, tenant, "a.id", ids)
}

/// The applications of those client ids.
pub fn by_clients(
    tx: &impl Read,
    tenant: TenantId,
    clients: &[ClientId],
) -> Result<Vec<Application>, StoreError> {
    many(tx, tenant, "a.client_id", clients)
}

fn many<I: Copy + Into<Value>>(
    tx: &impl Read,
    tenant: TenantId,
    column: &str,
    among_these: &[I],
) -> Result<Vec<Application>, StoreError> {
    if among_these.is_empty() {
        return Ok(Vec::new());
    }
    let (marks, params) = among(tenant, among_these);
    let sql = format!(
        "SELECT {COLUMNS} FROM applications a WHERE a.tenant_id = $1 AND {column} IN ({marks}) ORDER BY a.id"
    );
    let mut found = tx.rows(&sql, &params)?.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    redirect_uris::fill(tx, tenant, &mut found, redirect_uris::THERE)?;
    Ok(found)
}

fn column(field: ApplicationField) -> Option<Column> {
    match field {
        ApplicationField::Id => Column::plain("a.id"),
        ApplicationField::AppId => Column::plain("a.client_id"),
        ApplicationField::DisplayName => Column::in_words("a.display_name_key", &[words::APPLICATION]),
        ApplicationField::Description => Column::in_words("a.description_key", &[words::APPLICATION_TEXT]),
        ApplicationField::CreatedDateTime => Column::plain("a.created_at"),
        // All applications here are for one organisation: an expression that every row has.
        ApplicationField::SignInAudience => Column::words(
            "COALESCE(NULLIF(a.display_name_key, a.display_name_key), 'AzureADMyOrg')",
            &["AzureADMyOrg"],
        ),
        ApplicationField::Tags | ApplicationField::IdentifierUris | ApplicationField::Owners => None,
        ApplicationField::DeletedDateTime => Column::unkept(Unkept::Time, UNKEPT),
        ApplicationField::Unkept(kind) => Column::unkept(kind, UNKEPT),
    }
}

/// Nothing, as text, flag and time.
const UNKEPT: [&str; 3] = [
    "NULLIF(a.display_name_key, a.display_name_key)",
    "NULLIF(a.public_client, a.public_client)",
    "NULLIF(a.created_at, a.created_at)",
];

fn elements(s: &mut Statement, tenant: TenantId, field: ApplicationField, tests: &[ElementTest]) -> bool {
    match field {
        ApplicationField::Tags => words::elements(s, tenant, words::APPLICATION_TAGS, tests),
        ApplicationField::Owners => ownership::of_applications(s, tenant, tests),
        ApplicationField::IdentifierUris => {
            s.push("SELECT i.application_id FROM identifier_uris i WHERE i.tenant_id = ").bind(tenant);
            for test in tests {
                s.push(" AND ");
                // Names of resources are what they are, letter by letter.
                element(s, "i.uri", &test.matches, true, str::to_owned);
            }
            true
        }
        _ => false,
    }
}

const FIELDS: Columns<ApplicationField> = Columns { column, id: "a.id", elements };

/// The same of deleted ones.
const DELETED_FIELDS: Columns<ApplicationField> = Columns { column: deleted_column, ..FIELDS };

fn deleted_column(field: ApplicationField) -> Option<Column> {
    match field {
        ApplicationField::DeletedDateTime => Column::plain("o.deleted_at"),
        other => column(other),
    }
}

/// One page of the applications of a tenant.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<ApplicationField>,
    counted: bool,
) -> Result<Found<Application>, StoreError> {
    let all = source("applications a WHERE a.tenant_id = ", tenant);
    let mut found = find(tx, tenant, (COLUMNS, all), &FIELDS, (list, counted), from_row)?;
    redirect_uris::fill(tx, tenant, &mut found.items, redirect_uris::THERE)?;
    Ok(found)
}

const DELETED: &str =
    "deleted_applications a JOIN deleted_objects o ON o.tenant_id = a.tenant_id AND o.id = a.id";

fn deleted_from_row(row: &Row) -> Result<Deleted<Application>, StoreError> {
    Ok(Deleted { item: from_row(row)?, at: row.time(10)? })
}

/// Fills in the addresses of deleted ones.
fn fill_deleted(
    tx: &impl Read,
    tenant: TenantId,
    found: &mut [Deleted<Application>],
) -> Result<(), StoreError> {
    let applications = found.iter_mut().map(|deleted| &mut deleted.item);
    redirect_uris::fill(tx, tenant, applications, "deleted_redirect_uris")
}

/// The deleted application of that id, unless it was deleted before `since`.
pub fn deleted(
    tx: &impl Read,
    tenant: TenantId,
    id: ObjectId,
    since: Time,
) -> Result<Option<Deleted<Application>>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, o.deleted_at FROM {DELETED} WHERE a.tenant_id = $1 AND a.id = $2 AND o.deleted_at > $3"
    );
    let rows = tx.rows(&sql, &[tenant.into(), id.into(), since.into()])?;
    let mut found = rows.iter().map(deleted_from_row).collect::<Result<Vec<_>, _>>()?;
    fill_deleted(tx, tenant, &mut found)?;
    Ok(found.pop())
}

/// One page of the applications that were deleted after `since`.
pub fn list_deleted(
    tx: &impl Read,
    tenant: TenantId,
    since: Time,
    list: &List<ApplicationField>,
    counted: bool,
) -> Result<Found<Deleted<Application>>, StoreError> {
    let mut all = source(&format!("{DELETED} WHERE a.tenant_id = "), tenant);
    all.push(" AND o.deleted_at > ").bind(since);
    let columns = format!("{COLUMNS}, o.deleted_at");
    let mut found = find(tx, tenant, (&columns, all), &DELETED_FIELDS, (list, counted), deleted_from_row)?;
    fill_deleted(tx, tenant, &mut found.items)?;
    Ok(found)
}

/// Inserts an application with its redirect URIs; `false` when its client id is taken (then nothing was
/// written).
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, a: &Application) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO applications (tenant_id, id, revision, client_id, display_name, display_name_key, public_client, signing_alg, \
         group_claims, created_at, settings, created_by, description_key) \
         VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
        &[
            tenant.into(),
            a.id.into(),
            a.client_id.into(),
            a.display_name.as_str().into(),
            fold(&a.display_name).into(),
            a.public_client.into(),
            if a.es256 { ES256 } else { RS256 }.into(),
            a.group_claims.name().into(),
            a.created_at.into(),
            a.settings.to_stored().into(),
            a.created_by.into(),
            a.settings.description.as_deref().map(fold).into(),
        ],
    )?;
    if fresh == 0 {
        return Ok(false);
    }
    redirect_uris::insert(tx, tenant, a.id, &a.redirect_uris)?;
    insert_identifier_uris(tx, tenant, a)?;
    for (place, words) in texts(a) {
        words::add(tx, tenant, (a.id, place), words)?;
    }
    Ok(true)
}

/// Saves what an application declares, with its addresses and names; raises its revision.
pub fn update(tx: &WriteTx<'_>, tenant: TenantId, a: &Application) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE applications SET display_name = $1, display_name_key = $2, public_client = $3, signing_alg = $4, group_claims = $5, \
         settings = $6, description_key = $7, revision = revision + 1 WHERE tenant_id = $8 AND id = $9",
        &[
            a.display_name.as_str().into(),
            fold(&a.display_name).into(),
            a.public_client.into(),
            if a.es256 { ES256 } else { RS256 }.into(),
            a.group_claims.name().into(),
            a.settings.to_stored().into(),
            a.settings.description.as_deref().map(fold).into(),
            tenant.into(),
            a.id.into(),
        ],
    )?;
    for table in ["redirect_uris", "identifier_uris"] {
        let clear = format!("DELETE FROM {table} WHERE tenant_id = $1 AND application_id = $2");
        tx.execute(&clear, &[tenant.into(), a.id.into()])?;
    }
    redirect_uris::insert(tx, tenant, a.id, &a.redirect_uris)?;
    insert_identifier_uris(tx, tenant, a)?;
    for (place, words) in texts(a) {
        words::replace(tx, tenant, (a.id, place), words)?;
    }
    Ok(())
}

/// What an application is found by.
fn texts(a: &Application) -> [(&'static str, BTreeSet<String>); 3] {
    [
        (words::APPLICATION, words::of(Some(&a.display_name))),
        (words::APPLICATION_TEXT, words::of(a.settings.description.as_deref())),
        (words::APPLICATION_TAGS, words::whole(&a.settings.tags)),
    ]
}

fn insert_identifier_uris(tx: &WriteTx<'_>, tenant: TenantId, a: &Application) -> Result<(), StoreError> {
    let add = "INSERT INTO identifier_uris (tenant_id, uri, application_id) VALUES ($1, $2, $3)";
    for uri in &a.settings.identifier_uris {
        tx.execute(add, &[tenant.into(), uri.as_str().into(), a.id.into()])?;
    }
    Ok(())
}

/// The application that a name of a resource belongs to.
pub fn named(tx: &impl Read, tenant: TenantId, uri: &str) -> Result<Option<ClientId>, StoreError> {
    let sql = "SELECT a.client_id FROM identifier_uris i JOIN applications a ON a.tenant_id = i.tenant_id AND a.id = i.application_id \
               WHERE i.tenant_id = $1 AND i.uri = $2";
    tx.row(sql, &[tenant.into(), uri.into()])?.map(|row| row.client(0)).transpose()
}

/// Replaces the redirect URIs of an application and raises its revision.
pub fn replace_redirect_uris(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: ObjectId,
    uris: &[RedirectUri],
) -> Result<(), StoreError> {
    let clear = "DELETE FROM redirect_uris WHERE tenant_id = $1 AND application_id = $2";
    tx.execute(clear, &[tenant.into(), application.into()])?;
    redirect_uris::insert(tx, tenant, application, uris)?;
    raise_revision(tx, tenant, application)
}

/// Raises the revision of an application of which something beside its row has changed.
pub(crate) fn raise_revision(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: ObjectId,
) -> Result<(), StoreError> {
    let sql = "UPDATE applications SET revision = revision + 1 WHERE tenant_id = $1 AND id = $2";
    tx.execute(sql, &[tenant.into(), application.into()])?;
    Ok(())
}
