//! Registering an application over the directory API. As in the original that gives it no presence in the tenant: a
//! service principal is made by another call. Refuses what [`ApplicationEdit::apply`] refuses, and names of resources that
//! another application has.

use hospes_domain::access::{Actor, may_create_application};
use hospes_domain::application::{Application, ApplicationEdit, ApplicationSettings, GroupClaims};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::client_certificates::Holder;
use hospes_store::engine::Read;
use hospes_store::{applications, domains};

use super::credentials::{CredentialEdit, KeyChange, entries, secrets_gone};
use super::owners::{own, owners_of_new};
use super::{Registration, Which};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;

/// Registers an application.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::Invalid`], [`Refusal::Conflict`] for a name of a resource that is taken.
pub async fn create_application(
    app: &App,
    actor: &Actor,
    edit: ApplicationEdit,
    credentials: CredentialEdit,
    owners: Vec<ObjectId>,
) -> Result<Registration, Refusal> {
    let (id, client_id, audit_id) = (app.new_object_id(), ClientId(app.new_id()), app.new_id());
    let fresh: Vec<_> = (0..entries(&credentials.keys)).map(|_| app.new_id()).collect();
    let caller_actor = actor.clone();
    app.command(actor, Activity::AddApplication, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_create_application(&caller)?;
        if edit.display_name.is_none() {
            return Err(
                Refusal::invalid("displayName", "The application has no name.", "Give it one.").into()
            );
        }
        let blank = Application {
            id,
            revision: 1,
            client_id,
            display_name: String::new(),
            public_client: edit.is_public(),
            es256: false,
            group_claims: GroupClaims::None,
            redirect_uris: Vec::new(),
            settings: ApplicationSettings::default(),
            created_by: Some(caller_actor.who.id()),
            created_at: tx.now(),
        };
        let owned = verified(tx, tenant)?;
        let application = edit.clone().apply(blank, &[], &owned)?;
        names_are_free(tx, tenant, &application)?;
        let keys = KeyChange::decide(credentials.keys.clone(), &[], |place| fresh[place], tx.now())?;
        secrets_gone(&credentials.secrets, &[])?;
        let owners = owners_of_new(tx, &caller_actor, &owners)?;
        if !applications::insert(tx, tenant, &application)? {
            return Err(Refusal::Conflict { cause: "Another application has this id.".to_owned() }.into());
        }
        own(tx, tenant, application.id, &owners)?;
        keys.save(tx, tenant, Holder::Application(application.id))?;
        // Keys have raised its revision.
        let application = super::application(tx, tenant, Which::Id(id))?;
        let target = Target::application(&application);
        audit::done(tx, &caller, audit_id, Activity::AddApplication, Some(&target), keys.details())?;
        Ok(Registration::load(tx, tenant, application, &caller.initial_domain)?)
    })
    .await
}

/// Domains the organisation has shown to be its own.
pub(super) fn verified(tx: &impl Read, tenant: TenantId) -> Result<Vec<String>, Stop> {
    let all = domains::all(tx, tenant)?;
    Ok(all.into_iter().filter(|domain| domain.verified_by.is_some()).map(|domain| domain.name).collect())
}

/// Refuses names of the resource that another application of the tenant has.
pub(super) fn names_are_free(
    tx: &impl Read,
    tenant: TenantId,
    application: &Application,
) -> Result<(), Stop> {
    for uri in &application.settings.identifier_uris {
        if applications::named(tx, tenant, uri)?.is_some_and(|other| other != application.client_id) {
            return Err(Refusal::Taken { property: "identifierUris" }.into());
        }
    }
    Ok(())
}
