//! Delegated permissions of an application: granted by an administrator for everybody, or by one
//! person. Refuses to judge what may be granted.

use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use uuid::Uuid;

use crate::engine::{Read, StoreError, WriteTx};

/// Stands for everybody in `user_id`.
const EVERYBODY: ObjectId = ObjectId(Uuid::nil());

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
    (client, resource): (ClientId, ClientId),
    user: Option<ObjectId>,
    scope: &str,
) -> Result<(), StoreError> {
    let user = user.unwrap_or(EVERYBODY);
    let sql = "SELECT scope FROM permission_grants WHERE tenant_id = $1 AND client_id = $2 AND resource_id = $3 AND user_id = $4";
    let params = [tenant.into(), client.into(), resource.into(), user.into()];
    let before = tx.row(sql, &params)?.map(|row| row.text(0)).transpose()?;
    tx.execute(
        "INSERT INTO permission_grants (tenant_id, client_id, resource_id, user_id, scope, granted_at) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (tenant_id, client_id, resource_id, user_id) DO UPDATE SET scope = excluded.scope, granted_at = excluded.granted_at",
        &[
            tenant.into(),
            client.into(),
            resource.into(),
            user.into(),
            merge(before.as_deref().unwrap_or_default(), scope).into(),
            tx.now().into(),
        ],
    )?;
    Ok(())
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
