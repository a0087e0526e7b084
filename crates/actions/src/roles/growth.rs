//! Somebody whose directory roles grow goes on under a new session id (threats F13): browser sessions from before end, so
//! that whoever knew one of them, or brought a browser to it, does not rise with its owner. What apps hold stays: tokens are
//! not ids of sessions, and what they may is asked anew at each use. Refuses to touch those who had the role already.

use hospes_domain::access::Role;
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_store::engine::{StoreError, WriteTx};
use hospes_store::roles::{self, RoleAssignment, Without};

use crate::sessions;

/// After the assignment of a role to somebody or to a group.
pub(super) fn after_assignment(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    role: Role,
    assignment: &RoleAssignment,
) -> Result<(), StoreError> {
    grown(tx, tenant, role, Without::Assignment(assignment.id))
}

/// After somebody has come into a group, with what it holds. Such groups take no groups, so nobody comes with anybody.
pub(crate) fn after_joining(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    group: &Group,
    member: ObjectId,
) -> Result<(), StoreError> {
    if !group.role_assignable {
        return Ok(());
    }
    for role in roles::held_directly(tx, tenant, group.id)? {
        grown(tx, tenant, role, Without::Membership { group: group.id, member })?;
    }
    Ok(())
}

/// After a group has come back, with everybody in it and what it holds.
pub(crate) fn after_restoring(tx: &WriteTx<'_>, tenant: TenantId, group: &Group) -> Result<(), StoreError> {
    for role in roles::held_directly(tx, tenant, group.id)? {
        grown(tx, tenant, role, Without::Principal(group.id))?;
    }
    Ok(())
}

/// Ends the browser sessions of those who can use the role now and could not without this.
fn grown(tx: &WriteTx<'_>, tenant: TenantId, role: Role, without: Without) -> Result<(), StoreError> {
    let before = roles::usable_by(tx, tenant, role, without)?;
    for user in roles::usable_by(tx, tenant, role, Without::Nothing)? {
        if !before.contains(&user) {
            sessions::end_in_browsers(tx, tenant, user)?;
        }
    }
    Ok(())
}
