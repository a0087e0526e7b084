//! Directory roles: who holds them. Refuses groups that are not made for holding roles, and to leave nobody who could
//! give them.

pub mod activate;
pub mod add_member;
pub mod assign;
pub mod definitions;
mod growth;
pub mod list;
pub mod members;
pub mod remove_member;

pub(crate) use growth::{after_joining, after_restoring};

use hospes_domain::access::{Caller, Role};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::roles::{RoleAssignment, Without};
use hospes_store::{directory_objects, groups, roles, users};
use uuid::Uuid;

use crate::app::Stop;
use crate::audit::{self, Activity, Target};
use crate::upstream;

impl Target {
    pub(crate) fn role(role: Role) -> Self {
        Self { kind: "Role", id: ObjectId(role.id()), name: role.name().to_owned(), related: None }
    }
}

/// Gives an object of the tenant a directory role. Unknown and foreign objects look the same
/// (threats E6).
pub(crate) fn grant(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: Uuid,
    principal: ObjectId,
    role: Role,
) -> Result<Assigned, Stop> {
    let known =
        directory_objects::known(tx, tenant, principal)?.ok_or_else(|| Refusal::not_found(principal))?;
    if known.kind == PrincipalKind::Group
        && !groups::by_id(tx, tenant, principal)?.is_some_and(|group| group.role_assignable)
    {
        return Err(Refusal::invalid(
            "principalId",
            "The group was not created to hold directory roles.",
            "Name a group whose isAssignableToRole is true.",
        )
        .into());
    }
    let assignment = RoleAssignment { id, principal, principal_kind: known.kind, role: role.id() };
    if !roles::insert(tx, tenant, &assignment)? {
        let cause = "A conflicting object with one or more of the specified property values is present in the directory.";
        return Err(Refusal::AlreadyExists { cause: cause.to_owned() }.into());
    }
    growth::after_assignment(tx, tenant, role, &assignment)?;
    Ok(Assigned { id, principal, role })
}

/// The role of a template id, or "not found"; asked after the rights, like any other object.
pub(crate) fn must_exist(id: ObjectId) -> Result<Role, Stop> {
    Role::by_id(id.0).ok_or_else(|| Refusal::not_found(id).into())
}

/// Takes an assignment away; the last administrator's stays.
pub(crate) fn take(
    tx: &WriteTx<'_>,
    caller: &Caller,
    audit_id: Uuid,
    assignment: &RoleAssignment,
) -> Result<(), Stop> {
    let tenant = caller.actor.tenant;
    let role = Role::by_id(assignment.role).ok_or(Stop::Refused(Refusal::Internal))?;
    if role == Role::GlobalAdministrator {
        keep_an_administrator(tx, tenant, Losing::Assignment(assignment.id))?;
    }
    roles::delete(tx, tenant, assignment)?;
    let details = details(assignment.principal);
    Ok(audit::done(
        tx,
        caller,
        audit_id,
        Activity::RemoveRole,
        Some(&Target::role(role).with(assignment.principal)),
        details,
    )?)
}

/// What the audit record of a change names besides the role.
pub(crate) fn details(principal: ObjectId) -> Vec<(String, String)> {
    vec![("principal".to_owned(), principal.to_string())]
}

/// What somebody is about to lose.
#[derive(Clone, Copy)]
pub(crate) enum Losing {
    /// The way in: by being blocked, deleted or reset, or by leaving.
    SignIn(ObjectId),
    /// A directory role.
    Assignment(Uuid),
    /// A group, and with it what it holds.
    Group(ObjectId),
    /// A place in a group, and with it what the group holds.
    Membership {
        /// The group.
        group: ObjectId,
        /// Who is in it.
        member: ObjectId,
    },
}

/// Refuses to take the highest role from the last person who can use it: nobody could give it to anybody else. Asked
/// in the closure that saves, so that two who go at once do not count on each other (docs/decisions/0012).
pub(crate) fn keep_an_administrator(tx: &impl Read, tenant: TenantId, losing: Losing) -> Result<(), Stop> {
    let role = Role::GlobalAdministrator;
    let now = roles::usable_by(tx, tenant, role, Without::Nothing)?;
    let after: Vec<ObjectId> = match losing {
        Losing::SignIn(user) => now.iter().copied().filter(|one| *one != user).collect(),
        Losing::Assignment(id) => roles::usable_by(tx, tenant, role, Without::Assignment(id))?,
        Losing::Group(group) => roles::usable_by(tx, tenant, role, Without::Principal(group))?,
        Losing::Membership { group, member } => {
            roles::usable_by(tx, tenant, role, Without::Membership { group, member })?
        }
    };
    if now.is_empty() || any_comes_in(tx, tenant, &after)? {
        return Ok(());
    }
    let cause = "This is the last Global Administrator who can sign in: nobody would be left to give the role back. \
                 Assign it to somebody else first.";
    Err(Refusal::Conflict { cause: cause.to_owned() }.into())
}

/// The same for a setting that decides who comes in: refuses it where nobody who can use the highest role would.
pub(crate) fn keep_a_way_in(
    tx: &impl Read,
    tenant: TenantId,
    comes_in: impl Fn(&User) -> Result<bool, StoreError>,
) -> Result<(), Stop> {
    let now = roles::usable_by(tx, tenant, Role::GlobalAdministrator, Without::Nothing)?;
    for id in &now {
        if let Some(user) = users::by_id(tx, tenant, *id)?
            && comes_in(&user)?
        {
            return Ok(());
        }
    }
    // Where nobody comes in as it is, the setting makes nothing worse.
    if !any_comes_in(tx, tenant, &now)? {
        return Ok(());
    }
    let cause = "This would shut out the last Global Administrator who can sign in: nobody would be left to give the \
                 role back. Assign it to somebody else first.";
    Err(Refusal::Conflict { cause: cause.to_owned() }.into())
}

/// Whether one of them comes in: the door between two organisations may be shut for a guest from home.
fn any_comes_in(tx: &impl Read, tenant: TenantId, holders: &[ObjectId]) -> Result<bool, Stop> {
    for id in holders {
        if let Some(user) = users::by_id(tx, tenant, *id)?
            && upstream::shut_out(tx, &user)?.is_none()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A directory role that somebody holds for the whole directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Its id.
    pub id: Uuid,
    /// The user, group or service principal.
    pub principal: ObjectId,
    /// The role.
    pub role: Role,
}

#[cfg(test)]
mod tests;
