//! Deleting an application, or only its presence in the tenant. With either goes everything that was granted to it or
//! issued through it, at once. Refuses the server's own, and to keep anything for later: unlike in the original a deleted
//! application is gone for good.

use hospes_domain::access::Actor;
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::refusal::Refusal;
use hospes_store::{application_removal, service_principals};

use super::{Which, reach};
use crate::app::App;
use crate::audit::{self, Activity, Target};

/// Deletes an application with its service principal.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Invalid`] for one of the server's own.
pub async fn delete_application(app: &App, actor: &Actor, which: Which) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::DeleteApplication, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, application) = super::changeable(tx, &caller_actor, which)?;
        reach::not_built_in(&application)?;
        if let Some(principal) = service_principals::by_client(tx, tenant, application.client_id)? {
            application_removal::remove_principal(tx, tenant, &principal)?;
        }
        application_removal::remove_application(tx, tenant, &application)?;
        let target = Target::application(&application);
        Ok(audit::done(tx, &caller, audit_id, Activity::DeleteApplication, Some(&target), Vec::new())?)
    })
    .await
}

/// Deletes a service principal; the application stays registered.
///
/// # Errors
/// The same.
pub async fn delete_service_principal(app: &App, actor: &Actor, which: Which) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::DeleteServicePrincipal, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, principal) = super::changeable_presence(tx, &caller_actor, which)?;
        if principal.client_id == DIRECTORY_API {
            let remedy = "Delete nothing; everything here goes through it.";
            return Err(Refusal::invalid("appId", "This is the directory API itself.", remedy).into());
        }
        application_removal::remove_principal(tx, tenant, &principal)?;
        let target = Target::service_principal(&principal);
        Ok(audit::done(tx, &caller, audit_id, Activity::DeleteServicePrincipal, Some(&target), Vec::new())?)
    })
    .await
}
