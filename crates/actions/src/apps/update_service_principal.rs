//! Changing the presence of an application: whether people may sign in to it, whether only assigned ones, what it is
//! called. Refuses to disable the directory API, through which it would be enabled again.

use hospes_domain::access::Actor;
use hospes_domain::application::{DIRECTORY_API, PrincipalEdit};
use hospes_domain::edit::Edit;
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_store::{client_secrets, service_principals};
use uuid::Uuid;

use super::Which;
use super::credentials::{removed_secrets, secrets_gone};
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
    secrets: Edit<Vec<Uuid>>,
    only_if: Precondition,
) -> Result<i64, Refusal> {
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
        let own = client_secrets::of_principals(tx, tenant, &[before.id])?.remove(&before.id);
        let gone = secrets_gone(&secrets, &own.unwrap_or_default())?;
        service_principals::update(tx, tenant, &after)?;
        for id in &gone {
            client_secrets::remove_of_principal(tx, tenant, before.id, *id)?;
        }
        let mut details = Vec::from_iter(removed_secrets(&gone));
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
