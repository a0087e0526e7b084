//! Pages in browsers that redeem codes themselves: which origins may read the answers. Refuses every origin at which no
//! single-page app is registered.

use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::shared_name;
use hospes_store::redirect_uris;

use super::{bearer, path_tenant};
use crate::app::App;

/// Longer ones are nobody's.
const MAX_ORIGIN: usize = 512;

/// Whether a single-page app of the organisation a path names is registered at an origin; of any, under a shared name and
/// where no path names one.
///
/// # Errors
/// Only the store's.
pub async fn is_page(app: &App, name: Option<&str>, origin: &str) -> Result<bool, Refusal> {
    let tenant = match name.filter(|name| shared_name(name).is_none()) {
        Some(name) => match path_tenant(app, name).await {
            Ok(tenant) => Some(tenant),
            Err(Refusal::OAuth(_)) => return Ok(false),
            Err(other) => return Err(other),
        },
        None => None,
    };
    registered(app, tenant, origin).await
}

/// The same for the organisation an access token is of.
///
/// # Errors
/// Only the store's.
pub async fn is_page_of(app: &App, token: &str, origin: &str) -> Result<bool, Refusal> {
    match bearer(app, token).await {
        Ok(actor) => registered(app, Some(actor.tenant), origin).await,
        // Whatever is said about the token, the page may read it.
        Err(_) => registered(app, None, origin).await,
    }
}

async fn registered(app: &App, tenant: Option<TenantId>, origin: &str) -> Result<bool, Refusal> {
    if origin.len() > MAX_ORIGIN || !origin.contains("://") {
        return Ok(false);
    }
    let origin = origin.to_owned();
    app.glance(move |tx| Ok(redirect_uris::is_spa_origin(tx, tenant, &origin)?)).await
}
