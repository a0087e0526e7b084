//! Giving a directory role by its list of members, as the older role resources do. Refuses what assigning one refuses.

use hospes_domain::access::{Actor, may_assign_role};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::roles;

use super::{details, grant, must_exist};
use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::groups::ALREADY_MEMBER;

/// Gives a user, group or service principal of the tenant a directory role.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for an unknown role or object; [`Refusal::AlreadyExists`];
/// [`Refusal::Invalid`] for a group that cannot hold roles.
pub async fn add_member(
    app: &App,
    actor: &Actor,
    role: ObjectId,
    principal: ObjectId,
) -> Result<(), Refusal> {
    let (caller_actor, id, audit_id) = (actor.clone(), app.new_id(), app.new_id());
    app.command(actor, Activity::AssignRole, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_assign_role(&caller)?;
        let role = must_exist(role)?;
        if roles::assignment(tx, tenant, principal, role)?.is_some() {
            return Err(Refusal::AlreadyExists { cause: ALREADY_MEMBER.to_owned() }.into());
        }
        grant(tx, tenant, id, principal, role)?;
        let target = Target::role(role).with(principal);
        Ok(audit::done(tx, &caller, audit_id, Activity::AssignRole, Some(&target), details(principal))?)
    })
    .await
}
