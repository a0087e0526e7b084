//! Deleting an application, or only its presence in the tenant, restorable for 30 days. With either goes everything that was
//! granted to it or issued through it, at once; what was issued is gone for good. Refuses the server's own.

use hospes_domain::access::Actor;
use hospes_domain::application::{DIRECTORY_API, ServicePrincipal};
use hospes_domain::deletion::Kind;
use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{StoreError, WriteTx};
use hospes_store::subscriptions::EndingWith;
use hospes_store::{application_removal, deleted_items, service_principals};

use super::{Which, reach};
use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::subscriptions::tell_removed;

/// Deletes an application with its service principal. Each is restored by itself, as in the original.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Stale`], [`Refusal::Invalid`] for one of the server's own.
pub async fn delete_application(
    app: &App,
    actor: &Actor,
    which: Which,
    only_if: Precondition,
) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::DeleteApplication, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, application) = super::changeable(tx, &caller_actor, which)?;
        reach::not_built_in(&application)?;
        only_if.check(application.revision)?;
        if let Some(principal) = service_principals::by_client(tx, tenant, application.client_id)? {
            set_aside(tx, tenant, &principal)?;
        }
        end_client(tx, tenant, application.client_id)?;
        let object = (Kind::Application, application.id);
        deleted_items::set_aside(tx, tenant, object, &application.display_name)?;
        let target = Target::application(&application);
        Ok(audit::done(tx, &caller, audit_id, Activity::DeleteApplication, Some(&target), Vec::new())?)
    })
    .await
}

/// Deletes a service principal; the application stays registered.
///
/// # Errors
/// The same.
pub async fn delete_service_principal(
    app: &App,
    actor: &Actor,
    which: Which,
    only_if: Precondition,
) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::DeleteServicePrincipal, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, principal) = super::changeable_presence(tx, &caller_actor, which)?;
        if principal.client_id == DIRECTORY_API {
            let remedy = "Delete nothing; everything here goes through it.";
            return Err(Refusal::invalid("appId", "This is the directory API itself.", remedy).into());
        }
        only_if.check(principal.revision)?;
        set_aside(tx, tenant, &principal)?;
        let target = Target::service_principal(&principal);
        Ok(audit::done(tx, &caller, audit_id, Activity::DeleteServicePrincipal, Some(&target), Vec::new())?)
    })
    .await
}

/// Ends what was issued through a client; who was told of changes is told that this is over.
fn end_client(tx: &WriteTx<'_>, tenant: TenantId, client: ClientId) -> Result<(), StoreError> {
    tell_removed(tx, tenant, EndingWith::Client(client))?;
    application_removal::end_client(tx, tenant, client)
}

fn set_aside(tx: &WriteTx<'_>, tenant: TenantId, principal: &ServicePrincipal) -> Result<(), StoreError> {
    end_client(tx, tenant, principal.client_id)?;
    let object = (Kind::ServicePrincipal, principal.id);
    deleted_items::set_aside(tx, tenant, object, &principal.display_name)
}
