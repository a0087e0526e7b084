//! Taking a member out of a group. Refuses what adding one refuses, and to take the last administrator out of the group
//! that makes one.

use hospes_domain::access::Actor;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::groups;

use super::add_member::changeable;
use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::roles::{Losing, keep_an_administrator};

/// Takes a direct member out of a group.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for an unknown group and for somebody who is no member;
/// [`Refusal::Conflict`] for the last administrator.
pub async fn remove_member(
    app: &App,
    actor: &Actor,
    group: ObjectId,
    member: ObjectId,
) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::RemoveMember, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        let group = changeable(tx, &caller, group)?;
        let present =
            groups::member(tx, tenant, group.id, member)?.ok_or_else(|| Refusal::not_found(member))?;
        keep_an_administrator(tx, tenant, Losing::Membership { group: group.id, member })?;
        groups::remove_member(tx, tenant, group.id, present)?;
        let details = vec![("member".to_owned(), member.to_string())];
        Ok(audit::done(
            tx,
            &caller,
            audit_id,
            Activity::RemoveMember,
            Some(&Target::group(&group).with(member)),
            details,
        )?)
    })
    .await
}
