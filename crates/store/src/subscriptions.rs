//! Subscriptions to changes: who made them, what they follow and how far they were told. Refuses to decide who may, and to
//! open what a client gave as its secret: it is kept sealed.

use hospes_domain::access::{ScopeSet, Who};
use hospes_domain::changes::Kind;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::subscription::{ChangeTypes, Resource};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::changes::Place;
use crate::engine::{Read, Row, StoreError, Value, WriteTx};

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: Uuid,
    /// Who made or renewed it last.
    pub maker: Who,
    /// Through which application.
    pub client: ClientId,
    /// With which permissions.
    pub scopes: ScopeSet,
    /// What is followed.
    pub followed: Resource,
    /// As it was written.
    pub resource: String,
    /// Which changes.
    pub changes: ChangeTypes,
    /// Where they are told.
    pub url: String,
    /// Where it is told what becomes of the subscription.
    pub lifecycle_url: Option<String>,
    /// The receiver's secret, sealed.
    pub client_state: Option<String>,
    /// `latestSupportedTlsVersion`, as it was written.
    pub tls: Option<String>,
    /// What was told so far.
    pub told: Place,
    /// Whether the receiver knows that it has to be renewed.
    pub warned: bool,
    /// Its end.
    pub expires_at: Time,
    /// Its beginning.
    pub created_at: Time,
}

/// What takes subscriptions with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndingWith {
    /// The application they were made through.
    Client(ClientId),
    /// Whoever made them.
    Maker(ObjectId),
}

const COLUMNS: &str = "s.id, s.maker_kind, s.maker_id, s.client_id, s.generation, s.scopes, s.kind, s.object_id, s.resource, \
     s.change_types, s.url, s.lifecycle_url, s.client_state, s.tls, s.position, s.ordinal, s.warned, s.expires_at, s.created_at";

const APP: &str = "app";
const USER: &str = "user";

fn from_row(row: &Row) -> Result<Subscription, StoreError> {
    let id = row.object(2)?;
    let maker = match row.text(1)?.as_str() {
        APP => Who::App { id },
        _ => Who::User { id, generation: row.int(4)? },
    };
    let kind = if row.text(6)? == Kind::Group.name() { Kind::Group } else { Kind::User };
    let resource = row.text(8)?;
    // Not kept beside it: it was taken as it is written.
    let relation = Resource::parse(&resource).ok().and_then(|written| written.relation);
    Ok(Subscription {
        id: row.id(0)?,
        maker,
        client: row.client(3)?,
        scopes: ScopeSet::parse(&row.text(5)?),
        followed: Resource { kind, object: row.opt_object(7)?, relation },
        resource,
        changes: ChangeTypes::from_stored(row.int(9)?),
        url: row.text(10)?,
        lifecycle_url: row.opt_text(11)?,
        client_state: row.opt_text(12)?,
        tls: row.opt_text(13)?,
        told: Place { position: row.int(14)?, ordinal: row.int(15)? },
        warned: row.flag(16)?,
        expires_at: row.time(17)?,
        created_at: row.time(18)?,
    })
}

fn maker(who: Who) -> (&'static str, ObjectId, i64) {
    match who {
        Who::User { id, generation } => (USER, id, generation),
        Who::App { id } => (APP, id, 0),
    }
}

/// Inserts one.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, s: &Subscription) -> Result<(), StoreError> {
    let (kind, id, generation) = maker(s.maker);
    tx.execute(
        "INSERT INTO subscriptions (tenant_id, id, maker_kind, maker_id, client_id, generation, scopes, kind, object_id, resource, \
         change_types, url, lifecycle_url, client_state, tls, position, ordinal, warned, expires_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        &[
            tenant.into(),
            s.id.into(),
            kind.into(),
            id.into(),
            s.client.into(),
            generation.into(),
            s.scopes.names().into(),
            s.followed.kind.name().into(),
            s.followed.object.into(),
            s.resource.as_str().into(),
            s.changes.stored().into(),
            s.url.as_str().into(),
            s.lifecycle_url.clone().into(),
            s.client_state.clone().into(),
            s.tls.clone().into(),
            s.told.position.into(),
            s.told.ordinal.into(),
            s.warned.into(),
            s.expires_at.into(),
            s.created_at.into(),
        ],
    )?;
    Ok(())
}

/// The subscription of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<Subscription>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM subscriptions s WHERE s.tenant_id = $1 AND s.id = $2");
    tx.row(&sql, &[tenant.into(), id.into()])?.as_ref().map(from_row).transpose()
}

/// Those that somebody made through an application and that are not over, the oldest first.
pub fn of_maker(
    tx: &impl Read,
    tenant: TenantId,
    who: ObjectId,
    client: ClientId,
) -> Result<Vec<Subscription>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM subscriptions s WHERE s.tenant_id = $1 AND s.maker_id = $2 AND s.client_id = $3 \
         AND s.expires_at > $4 ORDER BY s.created_at, s.id"
    );
    let params = [tenant.into(), who.into(), client.into(), tx.now().into()];
    tx.rows(&sql, &params)?.iter().map(from_row).collect()
}

/// Those that end with an application, or with whoever made them, and whose receivers want to hear of it.
pub fn ending_with(
    tx: &impl Read,
    tenant: TenantId,
    with: EndingWith,
) -> Result<Vec<Subscription>, StoreError> {
    let (column, id) = match with {
        EndingWith::Client(client) => ("client_id", Value::from(client)),
        EndingWith::Maker(maker) => ("maker_id", Value::from(maker)),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM subscriptions s WHERE s.tenant_id = $1 AND s.{column} = $2 AND s.expires_at > $3 \
         AND s.lifecycle_url IS NOT NULL ORDER BY s.id"
    );
    tx.rows(&sql, &[tenant.into(), id, tx.now().into()])?.iter().map(from_row).collect()
}

/// A new end or address, with who renews it and with which permissions; the receiver is to be warned again before the end.
pub fn renew(tx: &WriteTx<'_>, tenant: TenantId, s: &Subscription) -> Result<(), StoreError> {
    let (_, _, generation) = maker(s.maker);
    tx.execute(
        "UPDATE subscriptions SET expires_at = $1, generation = $2, scopes = $3, warned = $4, url = $5, \
         client_state = $6 WHERE tenant_id = $7 AND id = $8",
        &[
            s.expires_at.into(),
            generation.into(),
            s.scopes.names().into(),
            false.into(),
            s.url.as_str().into(),
            s.client_state.as_deref().into(),
            tenant.into(),
            s.id.into(),
        ],
    )?;
    Ok(())
}

/// Notes how far somebody was told, and whether they were warned.
pub fn save_told(tx: &WriteTx<'_>, tenant: TenantId, s: &Subscription) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE subscriptions SET position = $1, ordinal = $2, warned = $3 WHERE tenant_id = $4 AND id = $5",
        &[s.told.position.into(), s.told.ordinal.into(), s.warned.into(), tenant.into(), s.id.into()],
    )?;
    Ok(())
}

/// Ends one.
pub fn delete(tx: &WriteTx<'_>, tenant: TenantId, id: Uuid) -> Result<(), StoreError> {
    tx.execute("DELETE FROM subscriptions WHERE tenant_id = $1 AND id = $2", &[tenant.into(), id.into()])?;
    Ok(())
}

/// Whether the log goes further than a subscription was told.
const NEWER: &str = "EXISTS (SELECT 1 FROM changes c WHERE c.tenant_id = s.tenant_id AND c.position >= s.position \
     AND (c.position > s.position OR c.ordinal > s.ordinal))";

/// At most `most` subscriptions of any tenant that were not told of the newest changes yet.
pub fn behind(tx: &impl Read, most: i64) -> Result<Vec<(TenantId, Subscription)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, s.tenant_id FROM subscriptions s WHERE s.expires_at > $1 AND {NEWER} \
         ORDER BY s.tenant_id, s.id LIMIT $2"
    );
    with_tenants(tx, &sql, &[tx.now().into(), most.into()])
}

/// At most `most` subscriptions of any tenant that end before that instant, whose receiver wants to be warned and was not.
pub fn ending(tx: &impl Read, before: Time, most: i64) -> Result<Vec<(TenantId, Subscription)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, s.tenant_id FROM subscriptions s WHERE s.expires_at > $1 AND s.expires_at < $2 AND s.warned = $3 \
         AND s.lifecycle_url IS NOT NULL ORDER BY s.tenant_id, s.id LIMIT $4"
    );
    with_tenants(tx, &sql, &[tx.now().into(), before.into(), false.into(), most.into()])
}

fn with_tenants(
    tx: &impl Read,
    sql: &str,
    params: &[Value],
) -> Result<Vec<(TenantId, Subscription)>, StoreError> {
    tx.rows(sql, params)?.iter().map(|row| Ok((row.tenant(19)?, from_row(row)?))).collect()
}
