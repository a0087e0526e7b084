//! Groups: who is in them, and what keeps nesting sane. Refuses cycles, deep nesting, and groups inside
//! groups that directory roles may be assigned to.

pub mod add_member;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod member_ids;
pub mod member_of;
pub mod members;
pub mod owners;
pub mod remove_member;
pub mod restore;
pub mod update;

use hospes_domain::access::{Caller, may_administer_group};
use hospes_domain::application::PrincipalKind;
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::groups::Member;
use hospes_store::{app_role_assignments, directory_objects, groups, roles};

use crate::app::Stop;
use crate::audit::Target;
use crate::roles::after_joining;

/// The longest chain of groups that stand in each other; the store follows no longer one.
const MAX_DEPTH: usize = 20;

/// What clients look for when a member is added twice (reference/wire-contract.md 4.3).
pub(crate) const ALREADY_MEMBER: &str =
    "One or more added object references already exist for the following modified properties: 'members'.";

impl Target {
    pub(crate) fn group(group: &Group) -> Self {
        Self { kind: "Group", id: group.id, name: group.display_name.clone(), related: None }
    }
}

/// The group, or "not found".
pub(crate) fn must_exist(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Group, Stop> {
    groups::by_id(tx, tenant, id)?.ok_or_else(|| Refusal::not_found(id).into())
}

/// The object as a member the group may have. Unknown and foreign objects look the same (threats E6).
pub(crate) fn candidate(
    tx: &impl Read,
    tenant: TenantId,
    group: &Group,
    member: ObjectId,
) -> Result<Member, Stop> {
    let known = directory_objects::known(tx, tenant, member)?.ok_or_else(|| Refusal::not_found(member))?;
    if known.kind == PrincipalKind::Group {
        check_nesting(tx, tenant, group, member)?;
    }
    Ok(Member { id: member, kind: known.kind })
}

/// Puts an object of the tenant into a group.
pub(crate) fn join(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    group: &Group,
    member: ObjectId,
) -> Result<Member, Stop> {
    let member = candidate(tx, tenant, group, member)?;
    if !groups::add_member(tx, tenant, group.id, member)? {
        return Err(Refusal::AlreadyExists { cause: ALREADY_MEMBER.to_owned() }.into());
    }
    after_joining(tx, tenant, group, member.id)?;
    Ok(member)
}

fn check_nesting(tx: &impl Read, tenant: TenantId, group: &Group, inner: ObjectId) -> Result<(), Stop> {
    let no = |cause: &str, remedy: &str| Err(Refusal::invalid("members", cause, remedy).into());
    if group.role_assignable {
        return no(
            "A group that directory roles may be assigned to takes no groups as members.",
            "Add the people themselves.",
        );
    }
    if group.id == inner || roles::groups_of(tx, tenant, group.id)?.contains(&inner) {
        return no(
            "The group would be a member of itself.",
            "Choose a group that does not contain this one.",
        );
    }
    let above = depth(vec![group.id], |level| groups::groups_above(tx, tenant, level))?;
    let below = depth(vec![inner], |level| groups::groups_in(tx, tenant, level))?;
    // These two, those above the one and those below the other.
    if above + below + 2 > MAX_DEPTH {
        return no("More than 20 groups would stand in each other.", "Nest fewer groups.");
    }
    Ok(())
}

/// The length of the longest chain of groups that begins at one of these; counting stops beyond the limit.
fn depth(
    mut level: Vec<ObjectId>,
    next: impl Fn(&[ObjectId]) -> Result<Vec<ObjectId>, StoreError>,
) -> Result<usize, StoreError> {
    for depth in 0..=MAX_DEPTH {
        level = next(&level)?;
        if level.is_empty() {
            return Ok(depth);
        }
    }
    Ok(MAX_DEPTH + 1)
}

/// The group, if the caller may change it as a whole: its owner may, as long as nothing but the group itself comes with
/// membership. Whoever may change no group does not learn which ones exist.
fn administrable(tx: &impl Read, caller: &Caller, id: ObjectId) -> Result<Group, Stop> {
    let tenant = caller.actor.tenant;
    let Some(group) = groups::by_id(tx, tenant, id)? else {
        may_administer_group(caller, false, false)?;
        return Err(Refusal::not_found(id).into());
    };
    let weight = weigh(tx, tenant, &group)?;
    let owner = !weight.app_roles && groups::is_owner(tx, tenant, id, caller.actor.who.id())?;
    may_administer_group(caller, weight.role_assignable, owner)?;
    Ok(group)
}

/// What membership of a group brings with it, by itself or through groups it stands in.
pub(crate) struct Weight {
    /// Directory roles may be assigned.
    pub role_assignable: bool,
    /// App roles are assigned: its owner alone does not decide who gets them (threats E1).
    pub app_roles: bool,
}

/// Weighs a group together with every group it stands in.
pub(crate) fn weigh(tx: &impl Read, tenant: TenantId, group: &Group) -> Result<Weight, StoreError> {
    let mut all = roles::groups_of(tx, tenant, group.id)?;
    let above = groups::by_ids(tx, tenant, &all)?;
    all.push(group.id);
    Ok(Weight {
        role_assignable: group.role_assignable || above.iter().any(|g| g.role_assignable),
        app_roles: app_role_assignments::any_of(tx, tenant, &all)?,
    })
}

/// A mail nickname made of a name: letters, digits, dots and hyphens.
pub(crate) fn nickname(display_name: &str) -> String {
    let nickname: String = display_name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        .take(64)
        .collect();
    if nickname.is_empty() { "group".to_owned() } else { nickname }
}

/// The object as an owner: a person or an application.
fn owner(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Member, Stop> {
    let known = directory_objects::known(tx, tenant, id)?.ok_or_else(|| Refusal::not_found(id))?;
    if known.kind == PrincipalKind::Group {
        return Err(
            Refusal::invalid("owners", "A group cannot own a group.", "Name users or applications.").into()
        );
    }
    Ok(Member { id, kind: known.kind })
}

#[cfg(test)]
mod tests;
