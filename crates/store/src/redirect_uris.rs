//! Redirect addresses across the applications of a tenant. Refuses patterns: the text is compared as it
//! is (threats F1).

use hospes_domain::application::Platform;
use hospes_domain::ids::{ClientId, TenantId};

use crate::engine::{Read, StoreError, Value};

/// The name of an application that has registered exactly this address: of that client, if one is named.
pub fn registered_by(
    tx: &impl Read,
    tenant: TenantId,
    uri: &str,
    client: Option<ClientId>,
) -> Result<Option<String>, StoreError> {
    let mut sql = "SELECT a.display_name FROM redirect_uris r \
                   JOIN applications a ON a.tenant_id = r.tenant_id AND a.id = r.application_id \
                   WHERE r.tenant_id = $1 AND r.uri = $2"
        .to_owned();
    let mut params: Vec<Value> = vec![tenant.into(), uri.into()];
    if let Some(client) = client {
        params.push(client.into());
        sql.push_str(" AND a.client_id = $3");
    }
    sql.push_str(" ORDER BY a.display_name_key, a.id LIMIT 1");
    tx.row(&sql, &params)?.map(|row| row.text(0)).transpose()
}

/// Whether a page in a browser is registered at that origin (`https://app.example`), in the tenant or in any.
pub fn is_spa_origin(tx: &impl Read, tenant: Option<TenantId>, origin: &str) -> Result<bool, StoreError> {
    // The character after the slash ends the range.
    let (from, to) = (format!("{origin}/"), format!("{origin}0"));
    let mut params: Vec<Value> = vec![Platform::Spa.name().into(), origin.into(), from.into(), to.into()];
    let mut sql =
        "SELECT 1 FROM redirect_uris WHERE platform = $1 AND (uri = $2 OR (uri >= $3 AND uri < $4))"
            .to_owned();
    if let Some(tenant) = tenant {
        params.push(tenant.into());
        sql.push_str(" AND tenant_id = $5");
    }
    sql.push_str(" LIMIT 1");
    Ok(tx.row(&sql, &params)?.is_some())
}
