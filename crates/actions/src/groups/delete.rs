//! Deleting a group, restorable for 30 days. Whatever came with membership ends at once, for everybody who was in it, also
//! through other groups. Refuses to take the highest role from the last person who can use it.

use hospes_domain::access::{Actor, may_administer_group};
use hospes_domain::deletion::{Kind, restorable_since};
use hospes_domain::ids::ObjectId;
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_store::{deleted_items, groups};

use super::administrable;
use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::roles::{Losing, keep_an_administrator};

/// Deletes a group.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Stale`]; [`Refusal::Conflict`] for the last administrator's
/// group.
pub async fn delete(app: &App, actor: &Actor, id: ObjectId, only_if: Precondition) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::DeleteGroup, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        let group = administrable(tx, &caller, id)?;
        only_if.check(group.revision)?;
        keep_an_administrator(tx, tenant, Losing::Group(id))?;
        deleted_items::set_aside(tx, tenant, (Kind::Group, id), &group.display_name)?;
        let target = Target::group(&group);
        Ok(audit::done(tx, &caller, audit_id, Activity::DeleteGroup, Some(&target), Vec::new())?)
    })
    .await
}

/// Deletes a deleted group for good.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for a group that is not deleted.
pub async fn purge(app: &App, actor: &Actor, id: ObjectId) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::PurgeGroup, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        let Some(found) = groups::deleted(tx, tenant, id, restorable_since(tx.now()))? else {
            may_administer_group(&caller, false, false)?;
            return Err(Refusal::not_found(id).into());
        };
        may_administer_group(&caller, found.item.role_assignable, false)?;
        deleted_items::purge(tx, tenant, Kind::Group, id)?;
        let target = Target::group(&found.item);
        Ok(audit::done(tx, &caller, audit_id, Activity::PurgeGroup, Some(&target), Vec::new())?)
    })
    .await
}
