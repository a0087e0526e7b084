//! Undoing the deletion of a group: the same object, with the members, owners, roles and assignments it had, as far as
//! those are there. Refuses to take an address from somebody who has it by now, and to close a circle of groups.

use hospes_domain::access::{Actor, may_administer_group};
use hospes_domain::address::Address;
use hospes_domain::deletion::{Kind, restorable_since};
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{deleted_items, deleted_links, groups, roles, users};

use super::{MAX_DEPTH, depth, must_exist};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::roles::after_restoring;

/// Restores a deleted group.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for a group that is not deleted, or for longer than 30 days;
/// [`Refusal::Conflict`].
pub async fn restore(app: &App, actor: &Actor, id: ObjectId) -> Result<Group, Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::RestoreGroup, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        let Some(found) = groups::deleted(tx, tenant, id, restorable_since(tx.now()))? else {
            may_administer_group(&caller, false, false)?;
            return Err(Refusal::not_found(id).into());
        };
        let group = found.item;
        // Whoever was in it has again what came with it.
        may_administer_group(&caller, group.role_assignable, false)?;
        address_is_free(tx, tenant, &group)?;
        stands_well(tx, tenant, id)?;
        deleted_items::take_back(tx, tenant, Kind::Group, id)?;
        after_restoring(tx, tenant, &group)?;
        audit::done(tx, &caller, audit_id, Activity::RestoreGroup, Some(&Target::group(&group)), Vec::new())?;
        must_exist(tx, tenant, id)
    })
    .await
}

fn conflict(cause: impl Into<String>) -> Stop {
    Refusal::Conflict { cause: cause.into() }.into()
}

fn address_is_free(tx: &impl Read, tenant: TenantId, group: &Group) -> Result<(), Stop> {
    let Some(address) = group.mail.as_deref().and_then(|mail| Address::parse(mail).ok()) else {
        return Ok(());
    };
    if users::holders(tx, tenant, &address)?.is_empty() && !groups::has_address(tx, tenant, &address)? {
        return Ok(());
    }
    Err(conflict(format!(
        "The value '{address}' of property mail is in use by another object by now. Change or delete that object, then \
         restore this one."
    )))
}

/// The groups it stood in and those that stood in it may have come together meanwhile.
fn stands_well(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<(), Stop> {
    let (above, below) = deleted_links::groups_around(tx, tenant, id)?;
    for outer in &above {
        let around = roles::groups_of(tx, tenant, *outer)?;
        if below.iter().any(|inner| inner == outer || around.contains(inner)) {
            return Err(conflict(
                "The group would be a member of itself: a group that stood in it contains one it stood in by now. Take \
                 one out of the other first.",
            ));
        }
    }
    let longest = |level: Vec<ObjectId>, upwards: bool| -> Result<usize, Stop> {
        if level.is_empty() {
            return Ok(0);
        }
        let next = |level: &[ObjectId]| {
            if upwards {
                groups::groups_above(tx, tenant, level)
            } else {
                groups::groups_in(tx, tenant, level)
            }
        };
        Ok(depth(level, next)? + 1)
    };
    if longest(above, true)? + longest(below, false)? + 1 > MAX_DEPTH {
        return Err(conflict("More than 20 groups would stand in each other. Nest fewer groups first."));
    }
    Ok(())
}
