//! Changing the presence of an application: whether people may sign in to it, whether only assigned ones, what it is
//! called, and what signs it in. Refuses to disable the directory API, through which it would be enabled again; and keys of
//! an application that holds more than the caller could give (threats E2).

use hospes_domain::access::{Actor, may_reach_application};
use hospes_domain::application::{DIRECTORY_API, PrincipalEdit};
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_store::{client_certificates, service_principals};

use super::credentials::{CredentialEdit, KeyChange, entries, removed_secrets, secrets_gone};
use super::holder::Holder;
use super::{Which, reach};
use crate::app::App;
use crate::audit::{self, Activity, Target};

/// Changes a service principal that meets `only_if`; its revision then.
///
/// # Errors
/// [`Refusal::Stale`], [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Invalid`].
pub async fn update_service_principal(
    app: &App,
    actor: &Actor,
    which: Which,
    edit: PrincipalEdit,
    credentials: CredentialEdit,
    only_if: Precondition,
) -> Result<i64, Refusal> {
    let fresh: Vec<_> = (0..entries(&credentials.keys)).map(|_| app.new_id()).collect();
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateServicePrincipal, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, before) = super::changeable_presence(tx, &caller_actor, which)?;
        if before.client_id == DIRECTORY_API {
            let remedy = "Change the applications that use it.";
            return Err(Refusal::invalid("appId", "The directory API cannot be changed.", remedy).into());
        }
        only_if.check(before.revision)?;
        let after = edit.clone().apply(&before)?;
        let holder = Holder::presence(tx, tenant, &before)?;
        let known = client_certificates::of(tx, tenant, holder.certificates())?;
        let keys = KeyChange::decide(credentials.keys.clone(), &known, |place| fresh[place], tx.now())?;
        if keys.adds() {
            may_reach_application(&caller, reach::held(tx, tenant, holder.client()?)?)?;
        }
        let gone = secrets_gone(&credentials.secrets, &holder.secrets(tx, tenant)?)?;
        service_principals::update(tx, tenant, &after)?;
        keys.save(tx, tenant, holder.certificates())?;
        for id in &gone {
            holder.remove_secret(tx, tenant, *id)?;
        }
        let mut details = keys.details();
        details.extend(removed_secrets(&gone));
        if after.enabled != before.enabled {
            details.push(("accountEnabled".to_owned(), after.enabled.to_string()));
        }
        if after.assignment_required != before.assignment_required {
            details.push(("appRoleAssignmentRequired".to_owned(), after.assignment_required.to_string()));
        }
        let target = Target::service_principal(&after);
        audit::done(tx, &caller, audit_id, Activity::UpdateServicePrincipal, Some(&target), details)?;
        Ok(super::must_exist(tx, tenant, after.id)?.revision)
    })
    .await
}
