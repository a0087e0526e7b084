//! Delegated permissions of an application at a resource: granted by an administrator for everybody, or by one
//! person. Refuses to judge what may be granted.

use hospes_domain::application::grant_id;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::query::{Found, GrantField, List};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, WriteTx};
use crate::filter_sql::{Column, Columns};
use crate::listing::{find, no_elements, source};

/// Stands for everybody in `user_id`.
pub(crate) const EVERYBODY: ObjectId = ObjectId(Uuid::nil());
const FOR_ALL: &str = "AllPrincipals";
const FOR_ONE: &str = "Principal";

/// What an application may do at a resource on behalf of people (`oauth2PermissionGrant`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Made of client, resource and person: the same as long as it is the same grant.
    pub id: Uuid,
    /// The application.
    pub client: ClientId,
    /// Its service principal.
    pub client_principal: ObjectId,
    /// Its name.
    pub client_name: String,
    /// The resource.
    pub resource: ClientId,
    /// Its service principal.
    pub resource_principal: ObjectId,
    /// Its name.
    pub resource_name: String,
    /// The person; `None` for everybody.
    pub user: Option<ObjectId>,
    /// Names, separated by spaces.
    pub scope: String,
    /// When it was granted or changed.
    pub granted_at: Time,
}

const COLUMNS: &str = "g.id, g.client_id, c.id, c.display_name, g.resource_id, r.id, r.display_name, g.user_id, g.scope, g.granted_at";
const FROM: &str = "permission_grants g \
     JOIN service_principals c ON c.tenant_id = g.tenant_id AND c.client_id = g.client_id \
     JOIN service_principals r ON r.tenant_id = g.tenant_id AND r.client_id = g.resource_id WHERE g.tenant_id = ";

fn from_row(row: &Row) -> Result<Grant, StoreError> {
    Ok(Grant {
        id: row.id(0)?,
        client: row.client(1)?,
        client_principal: row.object(2)?,
        client_name: row.text(3)?,
        resource: row.client(4)?,
        resource_principal: row.object(5)?,
        resource_name: row.text(6)?,
        user: Some(row.object(7)?).filter(|user| *user != EVERYBODY),
        scope: row.text(8)?,
        granted_at: row.time(9)?,
    })
}

fn column(field: GrantField) -> Option<Column> {
    match field {
        GrantField::ClientId => Column::plain("c.id"),
        GrantField::ConsentType => Column::words("g.consent", &[FOR_ALL, FOR_ONE]),
        GrantField::PrincipalId => Column::plain("g.user_id"),
        GrantField::ResourceId => Column::plain("r.id"),
        GrantField::Scope => Column::plain("g.scope"),
    }
}

const FIELDS: Columns<GrantField> = Columns { column, id: "g.id", elements: no_elements };

/// One page of the grants of a tenant.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<GrantField>,
    counted: bool,
) -> Result<Found<Grant>, StoreError> {
    find(tx, tenant, (COLUMNS, source(FROM, tenant)), &FIELDS, (list, counted), from_row)
}

/// The grant of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<Grant>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} $1 AND g.id = $2");
    tx.row(&sql, &[tenant.into(), id.into()])?.as_ref().map(from_row).transpose()
}

/// What one person granted, by the names of the applications.
pub fn of_user(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<Grant>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} $1 AND g.user_id = $2 ORDER BY c.display_name_key, g.id");
    tx.rows(&sql, &[tenant.into(), user.into()])?.iter().map(from_row).collect()
}

/// The permissions the application has at `resource` for this person: its own grant and the one for everybody, as
/// names in a space-separated list, without doubles.
pub fn of(
    tx: &impl Read,
    tenant: TenantId,
    (client, resource): (ClientId, ClientId),
    user: ObjectId,
) -> Result<String, StoreError> {
    let sql = "SELECT scope FROM permission_grants WHERE tenant_id = $1 AND client_id = $2 AND resource_id = $3 \
               AND user_id IN ($4, $5) ORDER BY user_id";
    let params = [tenant.into(), client.into(), resource.into(), user.into(), EVERYBODY.into()];
    let rows = tx.rows(sql, &params)?;
    rows.iter().try_fold(String::new(), |all, row| Ok(merge(&all, &row.text(0)?)))
}

/// Adds permissions at `resource` to the grant of one person, or of everybody.
pub fn add(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    pair: (ClientId, ClientId),
    user: Option<ObjectId>,
    scope: &str,
) -> Result<(), StoreError> {
    let (client, resource) = pair;
    let person = user.unwrap_or(EVERYBODY);
    let sql = "SELECT scope FROM permission_grants WHERE tenant_id = $1 AND client_id = $2 AND resource_id = $3 AND user_id = $4";
    let params = [tenant.into(), client.into(), resource.into(), person.into()];
    let before = tx.row(sql, &params)?.map(|row| row.text(0)).transpose()?;
    set(tx, tenant, pair, user, &merge(before.as_deref().unwrap_or_default(), scope))
}

/// Makes `scope` the whole grant of one person, or of everybody, at `resource`.
pub fn set(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    (client, resource): (ClientId, ClientId),
    user: Option<ObjectId>,
    scope: &str,
) -> Result<(), StoreError> {
    let consent = if user.is_some() { FOR_ONE } else { FOR_ALL };
    tx.execute(
        "INSERT INTO permission_grants (tenant_id, client_id, resource_id, user_id, scope, granted_at, id, consent) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (tenant_id, client_id, resource_id, user_id) DO UPDATE SET scope = excluded.scope, granted_at = excluded.granted_at",
        &[
            tenant.into(),
            client.into(),
            resource.into(),
            user.unwrap_or(EVERYBODY).into(),
            merge("", scope).into(),
            tx.now().into(),
            grant_id(client, resource, user).into(),
            consent.into(),
        ],
    )?;
    Ok(())
}

/// Ends a grant; `false` when there is none.
pub fn delete(tx: &WriteTx<'_>, tenant: TenantId, id: Uuid) -> Result<bool, StoreError> {
    let sql = "DELETE FROM permission_grants WHERE tenant_id = $1 AND id = $2";
    Ok(tx.execute(sql, &[tenant.into(), id.into()])? > 0)
}

/// Ends everything one person granted an application; says how many grants that were.
pub fn delete_of(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    client: ClientId,
    user: ObjectId,
) -> Result<usize, StoreError> {
    let sql = "DELETE FROM permission_grants WHERE tenant_id = $1 AND client_id = $2 AND user_id = $3";
    tx.execute(sql, &[tenant.into(), client.into(), user.into()])
}

/// Gives grants of an older Hospes their ids; says how many there were.
pub fn complete(tx: &WriteTx<'_>, tenant: TenantId) -> Result<usize, StoreError> {
    let rows = tx.rows(
        "SELECT client_id, resource_id, user_id, scope FROM permission_grants WHERE tenant_id = $1 AND id IS NULL",
        &[tenant.into()],
    )?;
    for row in &rows {
        let (client, resource, user) = (row.client(0)?, row.client(1)?, row.object(2)?);
        let (person, consent) = if user == EVERYBODY { (None, FOR_ALL) } else { (Some(user), FOR_ONE) };
        tx.execute(
            "UPDATE permission_grants SET id = $1, consent = $2 WHERE tenant_id = $3 AND client_id = $4 AND resource_id = $5 AND user_id = $6",
            &[
                grant_id(client, resource, person).into(),
                consent.into(),
                tenant.into(),
                client.into(),
                resource.into(),
                user.into(),
            ],
        )?;
    }
    Ok(rows.len())
}

/// Whether any grant of the tenant waits for [`complete`].
pub fn is_incomplete(tx: &impl Read, tenant: TenantId) -> Result<bool, StoreError> {
    let sql = "SELECT client_id FROM permission_grants WHERE tenant_id = $1 AND id IS NULL LIMIT 1";
    Ok(tx.row(sql, &[tenant.into()])?.is_some())
}

fn merge(one: &str, other: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in one.split_ascii_whitespace().chain(other.split_ascii_whitespace()) {
        if !names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_add_up_without_doubles() {
        assert_eq!(merge("openid User.Read", "user.read  profile"), "openid User.Read profile");
        assert_eq!(merge("", ""), "");
    }
}
