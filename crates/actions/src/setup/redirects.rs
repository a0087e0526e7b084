//! Where an application that moved is reached now. Refuses addresses that could not be registered either.

use hospes_domain::application::{Platform, RedirectUri};
use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::redirect;
use hospes_domain::refusal::Refusal;
use hospes_store::{applications, service_principals};

use crate::app::App;
use crate::audit::{self, Activity, Target};

/// Replaces the redirect URIs of an application and the address My Apps opens. What is the same already is
/// not written again.
///
/// # Errors
/// [`Refusal::Invalid`] for addresses that cannot be, [`Refusal::NotFound`] for another tenant's application.
pub async fn set_addresses(
    app: &App,
    tenant: TenantId,
    client: ClientId,
    redirect_uris: Vec<String>,
    home_url: Option<String>,
) -> Result<(), Refusal> {
    for uri in redirect_uris.iter().chain(&home_url) {
        redirect::check("redirectUris", uri)?;
    }
    let mut wanted = redirect_uris;
    wanted.sort();
    wanted.dedup();
    let wanted = RedirectUri::all(Platform::Web, wanted);
    let (now_uris, now_home) = (wanted.clone(), home_url.clone());
    let same = app
        .read(move |tx| {
            let application = applications::by_client(tx, tenant, client)?;
            let principal = service_principals::by_client(tx, tenant, client)?;
            Ok(application.is_some_and(|a| a.redirect_uris == now_uris)
                && principal.is_some_and(|p| p.home_url == now_home))
        })
        .await?;
    if same {
        return Ok(());
    }
    let audit_id = app.new_id();
    app.write(move |tx| {
        let application = applications::by_client(tx, tenant, client)?;
        let principal = service_principals::by_client(tx, tenant, client)?;
        let (Some(application), Some(principal)) = (application, principal) else {
            return Err(Refusal::not_found(client).into());
        };
        applications::replace_redirect_uris(tx, tenant, application.id, &wanted)?;
        service_principals::set_home_url(tx, tenant, principal.id, home_url.as_deref())?;
        let target = Target::service_principal(&principal);
        Ok(audit::by_operator(tx, tenant, audit_id, Activity::UpdateApplication, Some(&target), Vec::new())?)
    })
    .await
}
