//! Redirect addresses of the applications of a tenant. Refuses patterns: the text is compared as it
//! is (threats F1).

use std::collections::HashMap;

use hospes_domain::application::{Application, Platform, RedirectUri};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};

use crate::directory_objects::among;
use crate::engine::{Read, StoreError, Value, WriteTx};

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

/// Those of applications that are there.
pub(crate) const THERE: &str = "redirect_uris";

/// Fills in the redirect addresses, in their order as text, in one statement.
pub(crate) fn fill<'a>(
    tx: &impl Read,
    tenant: TenantId,
    applications: impl IntoIterator<Item = &'a mut Application>,
    table: &'static str,
) -> Result<(), StoreError> {
    let mut applications: HashMap<ObjectId, _> =
        applications.into_iter().map(|application| (application.id, application)).collect();
    if applications.is_empty() {
        return Ok(());
    }
    let ids: Vec<ObjectId> = applications.keys().copied().collect();
    let (marks, params) = among(tenant, &ids);
    let sql = format!(
        "SELECT application_id, uri, platform FROM {table} WHERE tenant_id = $1 AND application_id IN ({marks}) ORDER BY uri"
    );
    for row in tx.rows(&sql, &params)? {
        let Some(application) = applications.get_mut(&row.object(0)?) else { continue };
        // Registered before platforms were told apart.
        let usual = if application.public_client { Platform::PublicClient } else { Platform::Web };
        let platform = row.opt_text(2)?.and_then(|name| Platform::parse(&name)).unwrap_or(usual);
        application.redirect_uris.push(RedirectUri { uri: row.text(1)?, platform });
    }
    Ok(())
}

/// Adds addresses to an application.
pub(crate) fn insert(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: ObjectId,
    uris: &[RedirectUri],
) -> Result<(), StoreError> {
    let add = "INSERT INTO redirect_uris (tenant_id, application_id, uri, platform) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    for RedirectUri { uri, platform } in uris {
        tx.execute(add, &[tenant.into(), application.into(), uri.as_str().into(), platform.name().into()])?;
    }
    Ok(())
}
