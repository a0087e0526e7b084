//! Taking a directory role away by its list of members, as the older role resources do. Refuses what removing an
//! assignment refuses.

use hospes_domain::access::{Actor, may_assign_role};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::roles;

use super::{must_exist, take};
use crate::app::App;
use crate::audit::Activity;
use crate::callers;

/// Takes a directory role from somebody who holds it directly.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for an unknown role and for somebody who does not hold it;
/// [`Refusal::Conflict`] for the last administrator.
pub async fn remove_member(
    app: &App,
    actor: &Actor,
    role: ObjectId,
    principal: ObjectId,
) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::RemoveRole, move |tx| {
        let caller = callers::load(tx, &caller_actor)?;
        may_assign_role(&caller)?;
        let held = roles::assignment(tx, caller_actor.tenant, principal, must_exist(role)?)?
            .ok_or_else(|| Refusal::not_found(principal))?;
        take(tx, &caller, audit_id, &held)
    })
    .await
}
