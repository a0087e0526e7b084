//! Directory roles: who holds them. Refuses groups that are not made for holding roles.

pub mod assign;
pub mod definitions;
pub mod list;

use hospes_domain::access::Role;
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, WriteTx};
use hospes_store::roles::RoleAssignment;
use hospes_store::{directory_objects, groups, roles};
use uuid::Uuid;

use crate::app::Stop;
use crate::audit::Target;

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
        return Err(Refusal::Conflict { cause: cause.to_owned() }.into());
    }
    Ok(Assigned { id, principal, role })
}

/// Refuses to let the last holder of the highest role be blocked or deleted: nobody could give the role to anybody else.
pub(crate) fn keep_an_administrator(tx: &impl Read, tenant: TenantId, leaving: ObjectId) -> Result<(), Stop> {
    let held = roles::holders(tx, tenant, Role::GlobalAdministrator)?;
    let (leaves, stays): (Vec<_>, Vec<_>) = held.iter().partition(|one| one.principal == leaving);
    if leaves.is_empty() || !stays.is_empty() {
        return Ok(());
    }
    let cause =
        "The last Global Administrator cannot be blocked or deleted. Assign the role to somebody else first.";
    Err(Refusal::Conflict { cause: cause.to_owned() }.into())
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
