//! Giving and taking directory roles. Refuses all but those who manage roles.

use hospes_domain::access::{Actor, Role, may_assign_role};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::roles;
use uuid::Uuid;

use super::Assigned;
use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;

/// Assigns a directory role for the whole directory.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for an unknown principal; [`Refusal::Invalid`] for a
/// group that cannot hold roles; [`Refusal::Conflict`] if the role is held already.
pub async fn assign(app: &App, actor: &Actor, principal: ObjectId, role: Role) -> Result<Assigned, Refusal> {
    let (caller_actor, id, audit_id) = (actor.clone(), app.new_id(), app.new_id());
    app.command(actor, Activity::AssignRole, move |tx| {
        let caller = callers::load(tx, &caller_actor)?;
        may_assign_role(&caller)?;
        let assigned = super::grant(tx, caller_actor.tenant, id, principal, role)?;
        let details = super::details(principal);
        audit::done(
            tx,
            &caller,
            audit_id,
            Activity::AssignRole,
            Some(&Target::role(role).with(principal)),
            details,
        )?;
        Ok(assigned)
    })
    .await
}

/// Takes a directory role away. The last Global Administrator who can sign in keeps theirs: nobody could give it back.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`]; [`Refusal::Conflict`] for the last administrator.
pub async fn remove(app: &App, actor: &Actor, id: Uuid) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::RemoveRole, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_assign_role(&caller)?;
        let assignment = roles::by_id(tx, tenant, id)?.ok_or_else(|| Refusal::not_found(id))?;
        super::take(tx, &caller, audit_id, &assignment)
    })
    .await
}
