//! The rules themselves, one function per kind of command. Each names, when it refuses, the
//! permission or role that would do. Source: reference/invitations.md section 6,
//! reference/reset-redemption.md section 5, reference/roles-and-policies.md, threats D and E.

use super::{Caller, Role, Scope, Standing, UserType, reaches};
use crate::ids::ObjectId;
use crate::refusal::{NotAllowed, Refusal};

pub(super) type Answer = Result<(), Refusal>;

/// Who may invite: the tenant's `allowInvitesFrom` (reference/roles-and-policies.md section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvitePolicy {
    /// Everybody, guests included.
    #[default]
    Everyone,
    /// Administrators, Guest Inviters and members.
    AdminsGuestInvitersAndAllMembers,
    /// Administrators and Guest Inviters.
    AdminsAndGuestInviters,
    /// Nobody, not even administrators.
    None,
}

impl InvitePolicy {
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
        [Self::Everyone, Self::AdminsGuestInvitersAndAllMembers, Self::AdminsAndGuestInviters, Self::None]
            .into_iter()
            .find(|p| p.name() == text)
    }
}

const WRITE_USERS: &[Scope] = &[Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
const INVITERS: &[Role] =
    &[Role::GuestInviter, Role::DirectoryWriters, Role::UserAdministrator, Role::GlobalAdministrator];
/// Helpdesk is the least privileged role for a reset (reference/reset-redemption.md section 5).
const RESETTERS: &[Role] = &[Role::HelpdeskAdministrator, Role::UserAdministrator, Role::GlobalAdministrator];

fn lacks(scopes: &[Scope], roles: &[Role], reason: &'static str) -> Refusal {
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
    let scopes = &[Scope::UserInviteAll, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
    need_scope(caller, scopes, "Inviting needs a permission to invite or to write users.")?;
    if policy == InvitePolicy::None {
        return Err(Refusal::InvitationsOff);
    }
    let by_role = caller.is_app() || caller.standing.has_any(INVITERS);
    let by_policy = match policy {
        InvitePolicy::Everyone => true,
        InvitePolicy::AdminsGuestInvitersAndAllMembers => caller.user_type == Some(UserType::Member),
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

fn as_reset(answer: Answer) -> Answer {
    answer.map_err(|refusal| match refusal {
        Refusal::NotAllowed(n) => Refusal::NotAllowed(NotAllowed { reset: true, ..n }),
        other => other,
    })
}

/// Resetting the redemption of `target` (threats D1 to D4).
pub fn may_reset(caller: &Caller, target_id: ObjectId, target: &Standing) -> Answer {
    as_reset(reset_rank(caller, target_id, target, RESETTERS))
}

fn reset_rank(caller: &Caller, target_id: ObjectId, target: &Standing, roles: &[Role]) -> Answer {
    need_scope(caller, WRITE_USERS, "A reset needs a permission to write users; to invite is not enough.")?;
    if caller.is_app() {
        if target.is_privileged() {
            return Err(lacks(
                &[],
                roles,
                "An application cannot do this to somebody who holds a directory role.",
            ));
        }
        return Ok(());
    }
    if caller.is(target_id) && !caller.standing.has(Role::GlobalAdministrator) {
        return Err(lacks(&[], roles, "Nobody resets their own redemption."));
    }
    if roles.iter().any(|role| reaches(&caller.standing, *role, target)) {
        return Ok(());
    }
    if caller.standing.has_any(roles) {
        return Err(lacks(
            &[],
            &[Role::GlobalAdministrator],
            "The target holds a role that the caller's roles do not reach.",
        ));
    }
    Err(lacks(&[], roles, "A reset needs a role that may reset redemptions."))
}

/// Converting an internal user to external (`invitedUser.id` without `resetRedemption`).
pub fn may_convert(caller: &Caller, target_id: ObjectId, target: &Standing) -> Answer {
    as_reset(reset_rank(caller, target_id, target, &[Role::UserAdministrator, Role::GlobalAdministrator]))
}

/// What a PATCH touches, in classes of equal sensitivity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Names, job, company, place.
    pub basic: bool,
    /// `mail`: decides where an invitation may go (threats B17).
    pub mail: bool,
    /// `otherMails` and telephone numbers: come with the right to reset passwords.
    pub contact: bool,
    /// `accountEnabled`, `userPrincipalName`, `userType`, `passwordProfile`.
    pub sensitive: bool,
    /// `preferredLanguage`: a person's own affair.
    pub own: bool,
}

/// Changing a user's properties.
pub fn may_change_user(caller: &Caller, target_id: ObjectId, target: &Standing, change: Change) -> Answer {
    let admins = &[Role::UserAdministrator, Role::GlobalAdministrator];
    if caller.is(target_id) && !(change.basic || change.mail || change.contact || change.sensitive) {
        let own = &[Scope::UserReadWrite, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
        return need_scope(caller, own, "Changing a user needs a permission to write users.");
    }
    need_scope(caller, WRITE_USERS, "Changing a user needs a permission to write users.")?;
    if change.mail || change.sensitive {
        reset_rank_for_change(caller, target, admins)?;
    } else if change.contact {
        reset_rank_for_change(caller, target, RESETTERS)?;
    }
    if change.basic || change.own {
        let writers = &[Role::UserAdministrator, Role::DirectoryWriters, Role::GlobalAdministrator];
        need_role(caller, writers, "Changing other people needs a role that may.")?;
    }
    Ok(())
}

fn reset_rank_for_change(caller: &Caller, target: &Standing, roles: &[Role]) -> Answer {
    if caller.is_app() {
        if target.is_privileged() {
            return Err(lacks(
                &[],
                roles,
                "An application cannot change this on somebody who holds a directory role.",
            ));
        }
        return Ok(());
    }
    if roles.iter().any(|role| reaches(&caller.standing, *role, target)) {
        return Ok(());
    }
    Err(lacks(
        &[],
        roles,
        "This property decides who can sign in; changing it needs the rank of a reset on this user.",
    ))
}

/// Creating a user without an invitation.
pub fn may_create_user(caller: &Caller) -> Answer {
    need_scope(caller, WRITE_USERS, "Creating a user needs a permission to write users.")?;
    let roles = &[Role::UserAdministrator, Role::GlobalAdministrator];
    need_role(caller, roles, "Creating a user needs an administrator.")
}

/// Reading the identities a guest ever had: they name people who are no longer guests, so neither other guests nor the
/// guest may.
pub fn may_read_bindings(caller: &Caller) -> Answer {
    let scopes = &[
        Scope::UserReadAll,
        Scope::UserReadWriteAll,
        Scope::DirectoryReadAll,
        Scope::DirectoryReadWriteAll,
        Scope::AuditLogReadAll,
    ];
    need_scope(caller, scopes, "The history of a guest needs a permission to read users.")?;
    let readers = &[
        Role::HelpdeskAdministrator,
        Role::UserAdministrator,
        Role::GlobalAdministrator,
        Role::GlobalReader,
        Role::SecurityReader,
    ];
    need_role(caller, readers, "The history of a guest needs a role that may reset or read everything.")
}

/// Deleting a user (30 days restorable).
pub fn may_delete_user(caller: &Caller, target: &Standing) -> Answer {
    need_scope(caller, WRITE_USERS, "Deleting a user needs a permission to write users.")?;
    reset_rank_for_change(caller, target, &[Role::UserAdministrator, Role::GlobalAdministrator])
}

/// How much of a user the caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Every property.
    Full,
    /// Name, e-mail, sign-in name and type: what a guest sees of others.
    Limited,
}

const READ_USERS: &[Scope] = &[
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
    Scope::UserReadBasicAll,
];

/// Reading one user by id.
pub fn may_read_user(caller: &Caller, target_id: ObjectId) -> Result<View, Refusal> {
    if caller.is(target_id) {
        let own = [READ_USERS, &[Scope::UserRead, Scope::UserReadWrite, Scope::UserInviteAll]].concat();
        return need_scope(caller, &own, "Reading yourself needs a permission to read users.")
            .map(|()| View::Full);
    }
    need_scope(caller, READ_USERS, "Reading a user needs a permission to read users.")?;
    let guest = caller.user_type == Some(UserType::Guest) && caller.standing.roles.is_empty();
    Ok(if guest { View::Limited } else { View::Full })
}

/// Reading one group or application by id, which guests may too (reference/roles-and-policies.md
/// section 2): `scopes` are those of its kind.
pub fn may_read_object(caller: &Caller, scopes: &[Scope]) -> Answer {
    need_scope(caller, scopes, "Reading this object needs a permission to read its kind.")
}

/// Listing users, groups, members, assignments: `scopes` are those of the collection. Guests without a
/// role never list (threats E4).
pub fn may_list(caller: &Caller, scopes: &[Scope]) -> Answer {
    need_scope(caller, scopes, "Listing needs a permission to read this collection.")?;
    if caller.user_type == Some(UserType::Guest) && caller.standing.roles.is_empty() {
        return Err(lacks(&[], &[Role::DirectoryReaders], "Guests do not list the directory."));
    }
    Ok(())
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

/// Assigning directory roles.
pub fn may_assign_role(caller: &Caller) -> Answer {
    let scopes = &[Scope::RoleManagementReadWriteDirectory];
    need_scope(caller, scopes, "Assigning directory roles needs the permission for it.")?;
    let roles = &[Role::PrivilegedRoleAdministrator, Role::GlobalAdministrator];
    need_role(caller, roles, "Assigning directory roles needs a role that may.")
}

/// Reading the organisation: whoever may read a user may read where that user is.
pub fn may_read_organization(caller: &Caller) -> Result<View, Refusal> {
    let own = [Scope::OrganizationReadAll, Scope::UserRead, Scope::UserReadWrite];
    need_scope(
        caller,
        &[READ_USERS, &own].concat(),
        "Reading the organisation needs a permission to read it.",
    )?;
    let guest = caller.user_type == Some(UserType::Guest) && caller.standing.roles.is_empty();
    Ok(if guest { View::Limited } else { View::Full })
}
