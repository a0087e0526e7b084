//! Adding a member to a group. Refuses owners where membership carries more than the group itself
//! (threats E1), cycles, deep nesting and doubles.

use hospes_domain::access::{Actor, Caller, may_change_group};
use hospes_domain::group::Group;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::groups;

use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;

/// Adds a user, group or service principal of the tenant to a group.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for an unknown group or object;
/// [`Refusal::AlreadyExists`]; [`Refusal::Invalid`] for impossible nesting.
pub async fn add_member(app: &App, actor: &Actor, group: ObjectId, member: ObjectId) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::AddMember, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        let group = changeable(tx, &caller, group)?;
        super::join(tx, tenant, &group, member)?;
        let details = vec![("member".to_owned(), member.to_string())];
        Ok(audit::done(tx, &caller, audit_id, Activity::AddMember, Some(&Target::group(&group).with(member)), details)?)
    })
    .await
}

/// The group, if the caller may change who is in it. Its owner may, as long as nothing but the group itself
/// comes with membership. Whoever may change no group does not learn which ones exist.
pub(super) fn changeable(tx: &impl Read, caller: &Caller, id: ObjectId) -> Result<Group, Stop> {
    let tenant = caller.actor.tenant;
    let Some(group) = groups::by_id(tx, tenant, id)? else {
        may_change_group(caller, false, false)?;
        return Err(Refusal::not_found(id).into());
    };
    let weight = super::weigh(tx, tenant, &group)?;
    let owner = !weight.app_roles && groups::is_owner(tx, tenant, id, caller.actor.who.id())?;
    may_change_group(caller, weight.role_assignable, owner)?;
    Ok(group)
}
