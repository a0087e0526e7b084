//! Restoring a deleted application or service principal, or ending it for good. What it was granted and assigned comes
//! back, what was issued does not. Refuses names that another application has by now, a presence without its application,
//! and to give back what the caller could not give (threats E2): restoring a privileged application takes as much as a new
//! secret for it.

use hospes_domain::access::{
    Actor, Caller, may_change_application, may_create_application, may_reach_application,
};
use hospes_domain::deletion::{Deleted, Kind, restorable_since};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{applications, deleted_items, deleted_links, service_principals};

use super::{Presence, Registration, Which, find, reach};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;

/// The caller, with what was deleted, if the caller may write it.
fn deleted<T, R: Read>(
    tx: &R,
    actor: &Actor,
    id: ObjectId,
    load: impl FnOnce(&R) -> Result<Option<Deleted<T>>, Stop>,
) -> Result<(Caller, T), Stop> {
    let caller = callers::load(tx, actor)?;
    may_create_application(&caller)?;
    let found = load(tx)?.ok_or_else(|| Refusal::not_found(id))?;
    may_change_application(&caller, deleted_links::was_owner(tx, actor.tenant, id, actor.who.id())?)?;
    Ok((caller, found.item))
}

fn conflict(cause: String) -> Stop {
    Refusal::Conflict { cause }.into()
}

/// Restores a deleted application, without its service principal, which is restored by itself.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`]; [`Refusal::Conflict`] when a name of it is another application's by now.
pub async fn restore_application(app: &App, actor: &Actor, id: ObjectId) -> Result<Registration, Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::RestoreApplication, move |tx| {
        let (tenant, since) = (caller_actor.tenant, restorable_since(tx.now()));
        let (caller, application) =
            deleted(tx, &caller_actor, id, |tx| Ok(applications::deleted(tx, tenant, id, since)?))?;
        // Its secrets work again, for a presence that was made anew meanwhile.
        may_reach_application(&caller, reach::held(tx, tenant, &application)?)?;
        for uri in deleted_links::identifier_uris(tx, tenant, id)? {
            if applications::named(tx, tenant, &uri)?.is_some() {
                return Err(conflict(format!(
                    "Another application has '{uri}' in identifierUris by now. Take it out there, then restore this one."
                )));
            }
        }
        deleted_items::take_back(tx, tenant, Kind::Application, id)?;
        let target = Target::application(&application);
        audit::done(tx, &caller, audit_id, Activity::RestoreApplication, Some(&target), Vec::new())?;
        let restored = super::application(tx, tenant, Which::Id(id))?;
        Ok(Registration::load(tx, tenant, restored, &caller.initial_domain)?)
    })
    .await
}

/// Restores a deleted service principal, with what it was granted and who was assigned to it.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`]; [`Refusal::Conflict`] when its application is deleted or has another
/// service principal by now.
pub async fn restore_service_principal(app: &App, actor: &Actor, id: ObjectId) -> Result<Presence, Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::RestoreServicePrincipal, move |tx| {
        let (tenant, since) = (caller_actor.tenant, restorable_since(tx.now()));
        let (caller, principal) =
            deleted(tx, &caller_actor, id, |tx| Ok(service_principals::deleted(tx, tenant, id, since)?))?;
        may_reach_application(&caller, reach::held_when_deleted(tx, tenant, id)?)?;
        let client = principal.client_id;
        if service_principals::by_client(tx, tenant, client)?.is_some() {
            return Err(conflict(
                "Its application has another service principal by now. Delete that one, then restore this one.".to_owned(),
            ));
        }
        if applications::by_client(tx, tenant, client)?.is_none() {
            return Err(conflict(
                "Its application is deleted. Restore the application first, then its service principal.".to_owned(),
            ));
        }
        deleted_items::take_back(tx, tenant, Kind::ServicePrincipal, id)?;
        let target = Target::service_principal(&principal);
        audit::done(tx, &caller, audit_id, Activity::RestoreServicePrincipal, Some(&target), Vec::new())?;
        Ok(Presence::load(tx, tenant, find(tx, tenant, Which::Id(id))?)?)
    })
    .await
}

/// Ends a deleted application for good.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn purge_application(app: &App, actor: &Actor, id: ObjectId) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::PurgeApplication, move |tx| {
        let (tenant, since) = (caller_actor.tenant, restorable_since(tx.now()));
        let (caller, application) =
            deleted(tx, &caller_actor, id, |tx| Ok(applications::deleted(tx, tenant, id, since)?))?;
        deleted_items::purge(tx, tenant, Kind::Application, id)?;
        let target = Target::application(&application);
        Ok(audit::done(tx, &caller, audit_id, Activity::PurgeApplication, Some(&target), Vec::new())?)
    })
    .await
}

/// Ends a deleted service principal for good.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn purge_service_principal(app: &App, actor: &Actor, id: ObjectId) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::PurgeServicePrincipal, move |tx| {
        let (tenant, since) = (caller_actor.tenant, restorable_since(tx.now()));
        let (caller, principal) =
            deleted(tx, &caller_actor, id, |tx| Ok(service_principals::deleted(tx, tenant, id, since)?))?;
        deleted_items::purge(tx, tenant, Kind::ServicePrincipal, id)?;
        let target = Target::service_principal(&principal);
        Ok(audit::done(tx, &caller, audit_id, Activity::PurgeServicePrincipal, Some(&target), Vec::new())?)
    })
    .await
}
