//! Taking an app role away. Refuses whom assigning it refuses.

use hospes_domain::access::{Actor, may_assign_app_role};
use hospes_domain::application::AppRoleAssignment;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::app_role_assignments;
use hospes_store::engine::Read;
use uuid::Uuid;

use super::Which;
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::users::find;

/// Where the assignment is looked for.
#[derive(Clone, Debug)]
pub enum Place {
    /// Among those of a user, by id or user principal name.
    User(String),
    /// Among those of a group.
    Group(ObjectId),
    /// Among those of a service principal.
    Principal(Which),
    /// Among those at a service principal.
    Resource(Which),
}

/// Removes an app role assignment.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] if there is no such assignment in that place.
pub async fn remove_app_role(app: &App, actor: &Actor, place: Place, id: Uuid) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::RemoveAppRole, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        // Nobody without the permission learns which assignments exist.
        may_assign_app_role(&caller, false)?;
        let assignment =
            app_role_assignments::by_id(tx, tenant, id)?.ok_or_else(|| Refusal::not_found(id))?;
        let resource = super::must_exist(tx, tenant, assignment.resource)?;
        if !is_there(tx, tenant, &place, &assignment)? {
            return Err(Refusal::not_found(id).into());
        }
        may_assign_app_role(&caller, super::is_protected(&resource))?;
        app_role_assignments::delete(tx, tenant, &assignment)?;
        let target = Target::service_principal(&resource).with(assignment.principal);
        Ok(audit::done(
            tx,
            &caller,
            audit_id,
            Activity::RemoveAppRole,
            Some(&target),
            super::details(&assignment),
        )?)
    })
    .await
}

/// Whether the assignment is one of those in the place.
pub(super) fn is_there(
    tx: &impl Read,
    tenant: TenantId,
    place: &Place,
    assignment: &AppRoleAssignment,
) -> Result<bool, Stop> {
    let is = |which: &Which, id: ObjectId| -> Result<bool, Stop> {
        Ok(super::present(tx, tenant, *which)?.is_some_and(|found| found.id == id))
    };
    match place {
        Place::User(key) => Ok(find(tx, tenant, key)?.is_some_and(|user| user.id() == assignment.principal)),
        Place::Group(id) => Ok(assignment.principal == *id),
        Place::Principal(which) => is(which, assignment.principal),
        Place::Resource(which) => is(which, assignment.resource),
    }
}
