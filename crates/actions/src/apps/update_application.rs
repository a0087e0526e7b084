//! Changing what an application declares, and its certificates. Refuses what a registration refuses; new addresses and
//! keys of an application that holds more than the caller could give (threats E2); and changes of the server's own.

use hospes_domain::access::{Actor, may_reach_application};
use hospes_domain::application::{Application, ApplicationEdit, ApplicationSettings, Shape};
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_store::client_certificates::Holder;
use hospes_store::{applications, client_certificates, client_secrets, service_principals};

use super::create_application::{names_are_free, verified};
use super::credentials::{CredentialEdit, KeyChange, entries, removed_secrets, secrets_gone};
use super::{Which, reach};
use crate::app::App;
use crate::audit::{self, Activity, Target};

/// Changes an application that meets `only_if`; its revision then.
///
/// # Errors
/// [`Refusal::Stale`], [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Invalid`], [`Refusal::AlreadyExists`].
pub async fn update_application(
    app: &App,
    actor: &Actor,
    which: Which,
    edit: ApplicationEdit,
    credentials: CredentialEdit,
    only_if: Precondition,
) -> Result<i64, Refusal> {
    let fresh: Vec<_> = (0..entries(&credentials.keys)).map(|_| app.new_id()).collect();
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateApplication, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, before) = super::changeable(tx, &caller_actor, which)?;
        reach::not_built_in(&before)?;
        only_if.check(before.revision)?;
        let principal = service_principals::by_client(tx, tenant, before.client_id)?;
        let held = Holder::Application(before.id);
        let known = client_certificates::of(tx, tenant, held)?;
        let keys = KeyChange::decide(credentials.keys.clone(), &known, |place| fresh[place], tx.now())?;
        let secrets = client_secrets::of_application(tx, tenant, before.id)?;
        let gone = secrets_gone(&credentials.secrets, &secrets)?;
        if edit.shape() == Shape::Reach || keys.adds() {
            may_reach_application(&caller, reach::held(tx, tenant, &before)?)?;
        }
        let roles = principal.as_ref().map_or(&before.settings.app_roles, |p| &p.app_roles).clone();
        let after = edit.clone().apply(before.clone(), &roles, &verified(tx, tenant)?)?;
        names_are_free(tx, tenant, &after)?;
        applications::update(tx, tenant, &after)?;
        if let Some(principal) = principal {
            let declared = &after.settings.app_roles;
            if *declared != roles {
                service_principals::replace_app_roles(tx, tenant, principal.id, (&roles, declared))?;
            }
            // My Apps shows the presence; what the application is called and where it opens follows.
            let renamed = principal.display_name == before.display_name;
            let moved = edit.home_page_url.is_given();
            let mut follows = principal.clone();
            if renamed {
                follows.display_name.clone_from(&after.display_name);
            }
            if moved {
                follows.home_url.clone_from(&after.settings.home_page_url);
            }
            if follows != principal || *declared != roles || shown(&after) != shown(&before) {
                service_principals::update(tx, tenant, &follows)?;
            }
        }
        keys.save(tx, tenant, held)?;
        for id in &gone {
            client_secrets::remove(tx, tenant, after.id, *id)?;
        }
        let target = Target::application(&after);
        let details = keys.details().into_iter().chain(removed_secrets(&gone)).collect();
        audit::done(tx, &caller, audit_id, Activity::UpdateApplication, Some(&target), details)?;
        Ok(super::application(tx, tenant, Which::Id(after.id))?.revision)
    })
    .await
}

/// What a service principal shows of its application: with the rest of it, the tag of the presence stays (RFC 9110 8.8.3).
fn shown(application: &Application) -> impl PartialEq {
    let Application { display_name, redirect_uris, settings, .. } = application.clone();
    let ApplicationSettings { description, logout_url, exposed_scopes, identifier_uris, .. } = settings;
    (display_name, redirect_uris, description, logout_url, exposed_scopes, identifier_uris)
}
