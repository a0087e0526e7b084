//! The rules of writing, one function per kind of command; those that go by the rank of both sides are in
//! [`super::rank`], those of reading in [`super::reading`]. Each names, when it refuses, the permission or role that
//! would do. Source: reference/invitations.md section 6, reference/roles-and-policies.md, threats D and E.

use super::{Caller, Role, Scope, UserType};
use crate::policy::GuestAccess;
use crate::refusal::{NotAllowed, Refusal};

pub(super) type Answer = Result<(), Refusal>;

/// Who may invite: the tenant's `allowInvitesFrom` (reference/roles-and-policies.md section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvitePolicy {
    /// Everybody, guests included.
    #[default]
    Everyone,
    /// Administrators, Guest Inviters and members; "guests with member permissions" count as members (the original's
    /// words for the setting).
    AdminsGuestInvitersAndAllMembers,
    /// Administrators and Guest Inviters.
    AdminsAndGuestInviters,
    /// Nobody, not even administrators.
    None,
}

impl InvitePolicy {
    /// Every value, the most generous first.
    pub const ALL: [Self; 4] =
        [Self::Everyone, Self::AdminsGuestInvitersAndAllMembers, Self::AdminsAndGuestInviters, Self::None];

    /// The spelling in Graph and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::AdminsGuestInvitersAndAllMembers => "adminsGuestInvitersAndAllMembers",
            Self::AdminsAndGuestInviters => "adminsAndGuestInviters",
            Self::None => "none",
        }
    }

    /// Reads that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == text)
    }
}

pub(super) const WRITE_USERS: &[Scope] = &[Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
pub(super) const INVITE: &[Scope] =
    &[Scope::UserInviteAll, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
pub(super) const INVITERS: &[Role] =
    &[Role::GuestInviter, Role::DirectoryWriters, Role::UserAdministrator, Role::GlobalAdministrator];

pub(super) fn lacks(scopes: &[Scope], roles: &[Role], reason: &'static str) -> Refusal {
    Refusal::NotAllowed(NotAllowed { scopes: scopes.to_vec(), roles: roles.to_vec(), reason, reset: false })
}

pub(super) fn need_scope(caller: &Caller, scopes: &[Scope], reason: &'static str) -> Answer {
    if caller.actor.scopes.has_any(scopes) { Ok(()) } else { Err(lacks(scopes, &[], reason)) }
}

pub(super) fn need_role(caller: &Caller, roles: &[Role], reason: &'static str) -> Answer {
    if caller.is_app() || caller.standing.has_any(roles) { Ok(()) } else { Err(lacks(&[], roles, reason)) }
}

/// Inviting somebody new, or a pending guest again. `as_member` is `invitedUserType: Member`, which
/// only a company administrator may ask for (reference/invitations.md section 2).
pub fn may_invite(caller: &Caller, policy: InvitePolicy, as_member: bool) -> Answer {
    need_scope(caller, INVITE, "Inviting needs a permission to invite or to write users.")?;
    if policy == InvitePolicy::None {
        return Err(Refusal::InvitationsOff);
    }
    let by_role = caller.is_app() || caller.standing.has_any(INVITERS);
    let by_policy = match policy {
        InvitePolicy::Everyone => true,
        InvitePolicy::AdminsGuestInvitersAndAllMembers => {
            caller.user_type == Some(UserType::Member) || caller.guest_access == GuestAccess::SameAsMembers
        }
        InvitePolicy::AdminsAndGuestInviters | InvitePolicy::None => false,
    };
    if !by_role && !by_policy {
        return Err(lacks(&[], INVITERS, "This organisation lets only some people invite."));
    }
    if as_member {
        let roles = &[Role::UserAdministrator, Role::GlobalAdministrator];
        need_role(caller, roles, "Inviting somebody as a member needs an administrator.")?;
        if caller.is_app() {
            need_scope(
                caller,
                WRITE_USERS,
                "Inviting somebody as a member needs a permission to write users.",
            )?;
        }
    }
    Ok(())
}

/// Creating a user without an invitation.
pub fn may_create_user(caller: &Caller) -> Answer {
    need_scope(caller, WRITE_USERS, "Creating a user needs a permission to write users.")?;
    let roles = &[Role::UserAdministrator, Role::GlobalAdministrator];
    need_role(caller, roles, "Creating a user needs an administrator.")
}

/// Creating a group. A permission to change members creates none, and one that can hold roles takes the permission
/// to manage roles on top.
pub fn may_create_group(caller: &Caller, role_assignable: bool) -> Answer {
    let scopes = &[Scope::GroupCreate, Scope::GroupReadWriteAll, Scope::DirectoryReadWriteAll];
    need_scope(caller, scopes, "Creating a group needs a permission to write groups.")?;
    if role_assignable { may_change_group(caller, true, false) } else { looks_after_groups(caller, false) }
}

/// Adding or removing a member of a group.
pub fn may_change_group(caller: &Caller, role_assignable: bool, is_owner: bool) -> Answer {
    if role_assignable {
        let scopes = &[Scope::RoleManagementReadWriteDirectory];
        need_scope(
            caller,
            scopes,
            "This group can hold directory roles; changing it needs a permission to manage roles.",
        )?;
        let roles = &[Role::PrivilegedRoleAdministrator, Role::GlobalAdministrator];
        return need_role(
            caller,
            roles,
            "This group can hold directory roles; changing it needs a privileged role.",
        );
    }
    let scopes = &[Scope::GroupMemberReadWriteAll, Scope::GroupReadWriteAll, Scope::DirectoryReadWriteAll];
    need_scope(caller, scopes, "Changing a group needs a permission to write groups.")?;
    looks_after_groups(caller, is_owner)
}

fn looks_after_groups(caller: &Caller, is_owner: bool) -> Answer {
    let roles = &[
        Role::UserAdministrator,
        Role::GroupsAdministrator,
        Role::DirectoryWriters,
        Role::GlobalAdministrator,
    ];
    if is_owner {
        Ok(())
    } else {
        need_role(caller, roles, "Changing a group needs its owner or an administrator.")
    }
}

/// Assigning an app role; `protected` when the resource is the directory API itself (threats E2).
pub fn may_assign_app_role(caller: &Caller, protected: bool) -> Answer {
    let scopes = &[Scope::AppRoleAssignmentReadWriteAll];
    need_scope(caller, scopes, "Assigning app roles needs the permission for it.")?;
    if protected {
        let roles = &[Role::PrivilegedRoleAdministrator, Role::GlobalAdministrator];
        if caller.is_app() {
            let scopes = &[Scope::RoleManagementReadWriteDirectory];
            return need_scope(
                caller,
                scopes,
                "Permissions of the directory API are granted by those who manage roles.",
            );
        }
        return need_role(
            caller,
            roles,
            "Permissions of the directory API are granted by a privileged role.",
        );
    }
    let roles = &[
        Role::UserAdministrator,
        Role::ApplicationAdministrator,
        Role::CloudApplicationAdministrator,
        Role::GlobalAdministrator,
    ];
    need_role(caller, roles, "Assigning app roles needs a role that may.")
}

/// Whoever assigns an app role reads the application whose it is, by one of the permissions in `reading`
/// (reference/user-object.md section 6).
pub fn may_name_resource(caller: &Caller, reading: &'static [Scope]) -> Answer {
    need_scope(caller, reading, "Assigning app roles needs a permission to read applications as well.")
}

/// Assigning directory roles.
pub fn may_assign_role(caller: &Caller) -> Answer {
    let scopes = &[Scope::RoleManagementReadWriteDirectory];
    need_scope(caller, scopes, "Assigning directory roles needs the permission for it.")?;
    let roles = &[Role::PrivilegedRoleAdministrator, Role::GlobalAdministrator];
    need_role(caller, roles, "Assigning directory roles needs a role that may.")
}

#[cfg(test)]
#[path = "rules_tests.rs"]
pub(super) mod tests;
