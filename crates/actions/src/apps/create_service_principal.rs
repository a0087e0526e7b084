//! Making an application present in the tenant, so that people can sign in to it and it can be given roles. Refuses
//! applications the tenant does not have: those of other organisations do not come here.

use hospes_domain::access::{Actor, may_change_application, may_create_application};
use hospes_domain::application::{Application, PrincipalEdit, PrincipalNotes, ServicePrincipal};
use hospes_domain::ids::{ClientId, ObjectId};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::{application_owners, applications, service_principals};

use super::{Presence, is_owner};
use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;

/// The presence of an application before anything is said about it.
pub(crate) fn presence_of(application: &Application, id: ObjectId, now: Time) -> ServicePrincipal {
    ServicePrincipal {
        id,
        revision: 1,
        client_id: application.client_id,
        display_name: application.display_name.clone(),
        home_url: application.settings.home_page_url.clone(),
        assignment_required: false,
        enabled: true,
        app_roles: application.settings.app_roles.clone(),
        notes: PrincipalNotes::default(),
        created_by: None,
        created_at: now,
    }
}

/// Makes an application present.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::Invalid`] for an application the tenant does not have, [`Refusal::AlreadyExists`].
pub async fn create_service_principal(
    app: &App,
    actor: &Actor,
    client: ClientId,
    edit: PrincipalEdit,
) -> Result<Presence, Refusal> {
    let (id, caller_actor, audit_id) = (app.new_object_id(), actor.clone(), app.new_id());
    app.command(actor, Activity::AddServicePrincipal, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_create_application(&caller)?;
        let Some(application) = applications::by_client(tx, tenant, client)? else {
            let cause = format!("The organisation has no application with the appId '{client}'.");
            return Err(Refusal::invalid("appId", cause, "Register it first with POST /applications.").into());
        };
        may_change_application(&caller, is_owner(tx, &caller_actor, application.id)?)?;
        let blank = ServicePrincipal {
            created_by: Some(caller_actor.who.id()),
            ..presence_of(&application, id, tx.now())
        };
        let principal = edit.clone().apply(&blank)?;
        if !service_principals::insert(tx, tenant, &principal)? {
            let cause = "The service principal exists already: an application has one.".to_owned();
            return Err(Refusal::AlreadyExists { cause }.into());
        }
        // Whoever makes it present looks after the presence.
        application_owners::insert(tx, tenant, principal.id, caller_actor.who.id())?;
        let target = Target::service_principal(&principal);
        audit::done(tx, &caller, audit_id, Activity::AddServicePrincipal, Some(&target), Vec::new())?;
        // Who looks after it has raised its revision.
        Ok(Presence::load(tx, tenant, super::must_exist(tx, tenant, id)?)?)
    })
    .await
}
