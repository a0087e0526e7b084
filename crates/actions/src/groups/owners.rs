//! Making and unmaking owners of a group. Refuses groups as owners, and to leave a group that has owners without one.

use hospes_domain::access::{Actor, Caller};
use hospes_domain::application::PrincipalKind;
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::groups::Member;
use hospes_store::{directory_objects, groups};
use uuid::Uuid;

use super::administrable;
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;

/// Most owners of a group, as in the original.
const MOST: usize = 100;

/// What clients read when an owner is added twice.
pub(crate) const ALREADY_OWNER: &str =
    "One or more added object references already exist for the following modified properties: 'owners'.";

/// Makes a user or service principal of the tenant an owner of a group.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`]; [`Refusal::AlreadyExists`]; [`Refusal::Invalid`] for a group.
pub async fn add_owner(app: &App, actor: &Actor, group: ObjectId, owner: ObjectId) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::AddGroupOwner, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        let group = administrable(tx, &caller, group)?;
        let owners = newcomers(tx, tenant, &group, &[owner], "@odata.id")?;
        owners.into_iter().try_for_each(|owner| Ok(install(tx, &caller, audit_id, &group, owner)?))
    })
    .await
}

/// Those who become owners, each of whom may and is none yet; `field` is where they are named.
pub(super) fn newcomers(
    tx: &impl Read,
    tenant: TenantId,
    group: &Group,
    ids: &[ObjectId],
    field: &str,
) -> Result<Vec<Member>, Stop> {
    let mut owners: Vec<Member> = Vec::with_capacity(ids.len());
    for id in ids {
        let owner = super::owner(tx, tenant, *id)?;
        let twice = owners.iter().any(|other| other.id == owner.id);
        if twice || groups::is_owner(tx, tenant, group.id, owner.id)? {
            return Err(Refusal::AlreadyExists { cause: ALREADY_OWNER.to_owned() }.into());
        }
        owners.push(owner);
    }
    if !owners.is_empty() && groups::owners(tx, tenant, group.id)?.len() + owners.len() > MOST {
        let cause = "The group would have more than 100 owners.";
        return Err(Refusal::invalid(field, cause, "Remove an owner first.").into());
    }
    Ok(owners)
}

/// Makes one of them an owner, on record.
pub(super) fn install(
    tx: &WriteTx<'_>,
    caller: &Caller,
    audit_id: Uuid,
    group: &Group,
    owner: Member,
) -> Result<(), StoreError> {
    groups::add_owner(tx, caller.actor.tenant, group.id, owner)?;
    let target = Target::group(group).with(owner.id);
    let details = vec![("owner".to_owned(), owner.id.to_string())];
    audit::done(tx, caller, audit_id, Activity::AddGroupOwner, Some(&target), details)
}

/// Ends somebody's being an owner of a group.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`]; [`Refusal::Invalid`] for the last owner.
pub async fn remove_owner(app: &App, actor: &Actor, group: ObjectId, owner: ObjectId) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::RemoveGroupOwner, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        let group = administrable(tx, &caller, group)?;
        let owners = groups::owners(tx, tenant, group.id)?;
        if !owners.contains(&owner) {
            return Err(Refusal::not_found(owner).into());
        }
        let others: Vec<ObjectId> = owners.into_iter().filter(|id| *id != owner).collect();
        if !any_there(tx, tenant, &others)? {
            // The original's words, which scripts compare.
            let cause = "The group must have at least one owner, hence this owner cannot be removed.";
            return Err(Refusal::invalid("owners", cause, "Add another owner first.").into());
        }
        // An owner who is deleted is a user: only users stay where they are.
        let known = directory_objects::known(tx, tenant, owner)?;
        let kind = known.map_or(PrincipalKind::User, |known| known.kind);
        groups::remove_owner(tx, tenant, group.id, Member { id: owner, kind })?;
        let target = Target::group(&group).with(owner);
        let details = vec![("owner".to_owned(), owner.to_string())];
        Ok(audit::done(tx, &caller, audit_id, Activity::RemoveGroupOwner, Some(&target), details)?)
    })
    .await
}

/// Whether one of them is there: those who are deleted look after nothing.
fn any_there(tx: &impl Read, tenant: TenantId, owners: &[ObjectId]) -> Result<bool, StoreError> {
    for owner in owners {
        if directory_objects::known(tx, tenant, *owner)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
