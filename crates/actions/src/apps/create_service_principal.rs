//! Making an application present in the tenant, so that people can sign in to it and it can be given roles. Refuses
//! applications the tenant does not have: those of other organisations do not come here.

use hospes_domain::access::{Actor, may_change_application, may_create_application, may_reach_application};
use hospes_domain::application::{Application, PrincipalEdit, PrincipalNotes, ServicePrincipal};
use hospes_domain::ids::{ClientId, ObjectId};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::{applications, service_principals};

use super::credentials::{CredentialEdit, KeyChange, entries, secrets_gone};
use super::holder::Holder;
use super::owners::{own, owners_of_new};
use super::{Presence, is_owner, reach};
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
    (edit, credentials): (PrincipalEdit, CredentialEdit),
    owners: Vec<ObjectId>,
) -> Result<Presence, Refusal> {
    let fresh: Vec<_> = (0..entries(&credentials.keys)).map(|_| app.new_id()).collect();
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
        secrets_gone(&credentials.secrets, &[])?;
        let keys = KeyChange::decide(credentials.keys.clone(), &[], |place| fresh[place], tx.now())?;
        if keys.adds() {
            reach::not_built_in(&application)?;
            may_reach_application(&caller, reach::held(tx, tenant, &application)?)?;
        }
        let owners = owners_of_new(tx, &caller_actor, &owners)?;
        if !service_principals::insert(tx, tenant, &principal)? {
            // The original's words, for which tools look before they go on with the one that is there.
            let cause = format!(
                "The service principal cannot be created, updated, or restored because the service principal name \
                 {client} is already in use."
            );
            return Err(Refusal::SameKey { cause }.into());
        }
        own(tx, tenant, principal.id, &owners)?;
        keys.save(tx, tenant, Holder::presence(tx, tenant, &principal)?.certificates())?;
        let target = Target::service_principal(&principal);
        audit::done(tx, &caller, audit_id, Activity::AddServicePrincipal, Some(&target), keys.details())?;
        // Who looks after it, and its keys, have raised its revision.
        Ok(Presence::load(tx, tenant, super::must_exist(tx, tenant, id)?)?)
    })
    .await
}
