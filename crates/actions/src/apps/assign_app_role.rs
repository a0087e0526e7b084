//! Giving somebody an app role. Refuses applications that would grant themselves, or others, permissions
//! of the directory API (threats E2).

use hospes_domain::access::{Actor, may_assign_app_role, may_name_resource};
use hospes_domain::application::AppRoleAssignment;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use uuid::Uuid;

use super::Which;
use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::directory_objects::READ_APPLICATIONS;

/// Who gets which app role where.
#[derive(Clone, Copy, Debug)]
pub struct AssignAppRole {
    /// The user, group or service principal.
    pub principal: ObjectId,
    /// The service principal whose role it is.
    pub resource: Which,
    /// The object id that was sent beside another name of the resource, and must be its own.
    pub resource_id: Option<ObjectId>,
    /// The role; the nil id where the application has none.
    pub app_role: Uuid,
}

/// Assigns an app role.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for an unknown principal or resource;
/// [`Refusal::Invalid`] for a role the resource does not have or two ids of it; [`Refusal::AlreadyExists`].
pub async fn assign_app_role(
    app: &App,
    actor: &Actor,
    command: AssignAppRole,
) -> Result<AppRoleAssignment, Refusal> {
    let (caller_actor, id, audit_id) = (actor.clone(), app.new_id(), app.new_id());
    app.command(actor, Activity::AssignAppRole, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        // Nobody without the permission learns which applications exist.
        may_assign_app_role(&caller, false)?;
        may_name_resource(&caller, READ_APPLICATIONS)?;
        let resource = super::find(tx, tenant, command.resource)?;
        may_assign_app_role(&caller, super::is_protected(&resource))?;
        if command.resource_id.is_some_and(|sent| sent != resource.id) {
            let cause = "The id is not the one of the path.";
            return Err(Refusal::invalid("resourceId", cause, "Send the same id in both places.").into());
        }
        let assignment = super::assign(tx, tenant, id, &resource, command.principal, command.app_role)?;
        let target = Target::service_principal(&resource).with(assignment.principal);
        audit::done(
            tx,
            &caller,
            audit_id,
            Activity::AssignAppRole,
            Some(&target),
            super::details(&assignment),
        )?;
        Ok(assignment)
    })
    .await
}
