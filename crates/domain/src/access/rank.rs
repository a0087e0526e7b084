//! Who may do what is sensitive to whom: the two published tables as one rule, [`reaches`], and the commands that
//! rest on it. Refuses whoever does not reach every single role the target holds, however it is held: rank comes from
//! directory roles alone, never from owning a group or from the target being oneself.
//! Source: reference/roles-and-policies.md section 1, reference/reset-redemption.md section 5, threats B17, D1 to D4.

use super::reading::READ_MORE_OF_USERS;
use super::rules::{Answer, WRITE_USERS, lacks, need_role, need_scope};
use super::{Caller, Role, Scope, Standing};
use crate::ids::ObjectId;
use crate::refusal::{NotAllowed, Refusal};

/// Permissions for the authentication methods of everybody; a person's own need less.
const READ_METHODS: &[Scope] =
    &[Scope::UserAuthenticationMethodReadAll, Scope::UserAuthenticationMethodReadWriteAll];
const WRITE_METHODS: &[Scope] = &[Scope::UserAuthenticationMethodReadWriteAll];
const OWN_METHODS: &[Scope] =
    &[Scope::UserAuthenticationMethodRead, Scope::UserAuthenticationMethodReadWrite];

/// Something that decides who can sign in as a user, or whether anybody can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// `accountEnabled`: blocking and unblocking.
    AccountEnabled,
    /// `businessPhones`
    BusinessPhones,
    /// `mobilePhone`
    MobilePhone,
    /// `otherMails`
    OtherMails,
    /// `onPremisesImmutableId`, which is not kept so far.
    OnPremisesImmutableId,
    /// `passwordProfile`
    PasswordProfile,
    /// `userPrincipalName`
    UserPrincipalName,
    /// Deleting, restorable or for good.
    Delete,
    /// Undoing a deletion.
    Restore,
    /// `mail`: decides where an invitation may go (threats B17). In no table; as much as a reset, by those who may
    /// also change names.
    Mail,
    /// `userType` (threats E3). In no table; as `mail`.
    UserType,
    /// Resetting the redemption.
    Reset,
    /// Making an internal user external, or an external one internal.
    Convert,
    /// Ending every session (`users/invalidateAllRefreshTokens`).
    RevokeSessions,
}

impl Action {
    /// Every action, in one fixed order.
    pub const ALL: &'static [Self] = &[
        Self::AccountEnabled,
        Self::BusinessPhones,
        Self::MobilePhone,
        Self::OtherMails,
        Self::OnPremisesImmutableId,
        Self::PasswordProfile,
        Self::UserPrincipalName,
        Self::Delete,
        Self::Restore,
        Self::Mail,
        Self::UserType,
        Self::Reset,
        Self::Convert,
        Self::RevokeSessions,
    ];

    /// Whether the table "Who may do sensitive actions on whom" has it.
    fn is_published(self) -> bool {
        !matches!(self, Self::Mail | Self::UserType | Self::Reset | Self::Convert | Self::RevokeSessions)
    }

    /// Whether it comes with the right to reset a password (table "Password reset").
    fn comes_with_passwords(self) -> bool {
        matches!(self, Self::PasswordProfile | Self::BusinessPhones | Self::MobilePhone | Self::OtherMails)
    }
}

/// Whom an acting role reaches.
enum Reach {
    Nobody,
    /// Those who hold nothing outside these lists, and are in no group that roles may be assigned to.
    Roles(&'static [&'static [Role]]),
    Everybody,
}

/// The first row of the table: roles that weigh no more than none.
const LIGHT: &[Role] = &[
    Role::DirectoryReaders,
    Role::GuestInviter,
    Role::MessageCenterReader,
    Role::PasswordAdministrator,
    Role::ReportsReader,
    Role::UsageSummaryReportsReader,
    Role::UserExperienceSuccessManager,
];

/// The tables, one line an acting role.
fn reach(acting: Role, action: Action) -> Reach {
    use Action::{Reset, RevokeSessions};
    match acting {
        Role::GlobalAdministrator => Reach::Everybody,
        Role::PrivilegedAuthenticationAdministrator if action.is_published() || action == RevokeSessions => {
            Reach::Everybody
        }
        Role::UserAdministrator => Reach::Roles(&[
            LIGHT,
            &[Role::GroupsAdministrator, Role::HelpdeskAdministrator, Role::UserAdministrator],
        ]),
        Role::AuthenticationAdministrator if action.is_published() || action == RevokeSessions => {
            Reach::Roles(&[LIGHT, &[Role::AuthenticationAdministrator]])
        }
        // The least privileged role for a reset (reference/reset-redemption.md section 5).
        Role::HelpdeskAdministrator
            if action.comes_with_passwords() || matches!(action, Reset | RevokeSessions) =>
        {
            Reach::Roles(&[LIGHT, &[Role::HelpdeskAdministrator]])
        }
        // "Passwords of non-admins": of the first row only what the published table ticks for this role.
        Role::PasswordAdministrator if action.comes_with_passwords() => {
            Reach::Roles(&[&[Role::DirectoryReaders, Role::GuestInviter, Role::PasswordAdministrator]])
        }
        _ => Reach::Nobody,
    }
}

/// Whether a person who holds `acting` may do `action` to somebody of that standing: the one rule of rank.
pub fn reaches(acting: Role, action: Action, target: &Standing) -> bool {
    match reach(acting, action) {
        Reach::Nobody => false,
        Reach::Everybody => true,
        Reach::Roles(lists) => {
            let within = |held: &Role| lists.iter().any(|list| list.contains(held));
            !target.in_role_assignable_group && target.roles.iter().all(within)
        }
    }
}

/// The roles that reach such a target; the standing of nobody gives all that reach anybody.
fn reaching(action: Action, target: &Standing) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|acting| reaches(*acting, action, target)).collect()
}

/// Whether the caller's roles reach the target. An application has none, so it reaches whoever holds none.
fn outranks(caller: &Caller, action: Action, target: &Standing, reason: &'static str) -> Answer {
    if caller.is_app() {
        if !target.is_privileged() {
            return Ok(());
        }
        let reason = "An application cannot do this to somebody who holds a directory role.";
        return Err(lacks(&[], &reaching(action, target), reason));
    }
    let enough = reaching(action, target);
    if caller.standing.has_any(&enough) {
        return Ok(());
    }
    let anybody = reaching(action, &Standing::default());
    if caller.standing.has_any(&anybody) {
        let reason = "The target holds a role that the caller's roles do not reach.";
        return Err(lacks(&[], &enough, reason));
    }
    Err(lacks(&[], &anybody, reason))
}

fn as_reset(answer: Answer) -> Answer {
    answer.map_err(|refusal| match refusal {
        Refusal::NotAllowed(n) => Refusal::NotAllowed(NotAllowed { reset: true, ..n }),
        other => other,
    })
}

/// Resetting the redemption of `target` (threats D1 to D4).
pub fn may_reset(caller: &Caller, target_id: ObjectId, target: &Standing) -> Answer {
    as_reset(reset_rank(caller, Action::Reset, target_id, target))
}

/// Converting an internal user to external (`invitedUser.id` without `resetRedemption`).
pub fn may_convert(caller: &Caller, target_id: ObjectId, target: &Standing) -> Answer {
    as_reset(reset_rank(caller, Action::Convert, target_id, target))
}

fn reset_rank(caller: &Caller, action: Action, target_id: ObjectId, target: &Standing) -> Answer {
    need_scope(caller, WRITE_USERS, "A reset needs a permission to write users; to invite is not enough.")?;
    if caller.is(target_id) && !caller.standing.has(Role::GlobalAdministrator) {
        let others = reaching(action, &Standing::default());
        return Err(lacks(&[], &others, "Nobody resets their own redemption."));
    }
    outranks(caller, action, target, "A reset needs a role that may reset redemptions.")
}

/// Making an external user internal (`convertExternalToInternalMemberUser`): it takes a new name and password with it, so
/// nobody does it to themselves (reference/user-object.md section 5).
pub fn may_convert_to_internal(caller: &Caller, target_id: ObjectId, target: &Standing) -> Answer {
    let scopes = &[Scope::UserConvertToInternalReadWriteAll, Scope::UserReadWriteAll];
    need_scope(caller, scopes, "Making a user internal needs the permission for it, or to write users.")?;
    if caller.is(target_id) && !caller.standing.has(Role::GlobalAdministrator) {
        let others = reaching(Action::Convert, &Standing::default());
        return Err(lacks(&[], &others, "Nobody makes themselves internal."));
    }
    outranks(caller, Action::Convert, target, "Making a user internal needs a role that reaches this user.")
}

/// What a PATCH touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Names, job, company, place.
    pub basic: bool,
    /// `preferredLanguage`: a person's own affair.
    pub own: bool,
    /// What takes rank.
    pub sensitive: Vec<Action>,
}

/// Changing a user's properties.
pub fn may_change_user(caller: &Caller, target_id: ObjectId, target: &Standing, change: &Change) -> Answer {
    let reason = "Changing a user needs a permission to write users.";
    // "Manage their own mobile phone number" (entra-docs: users-default-permissions.md); nobody signs in by it here.
    let ones_own = |action: &Action| *action == Action::MobilePhone;
    if caller.is(target_id) && !change.basic && change.sensitive.iter().all(ones_own) {
        let own = &[Scope::UserReadWrite, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
        return need_scope(caller, own, reason);
    }
    if !within_narrow_permissions(caller, change) {
        need_scope(caller, WRITE_USERS, reason)?;
    }
    for action in &change.sensitive {
        let reason =
            "This property decides who can sign in; changing it needs a role that reaches this user.";
        outranks(caller, *action, target, reason)?;
    }
    if change.basic || change.own {
        let writers = &[Role::UserAdministrator, Role::DirectoryWriters, Role::GlobalAdministrator];
        let reason = if caller.is(target_id) {
            "Of themselves people without a role that may change people change little."
        } else {
            "Changing other people needs a role that may."
        };
        need_role(caller, writers, reason)?;
    }
    Ok(())
}

/// Whether the caller's permissions for single properties open all of a change (reference/user-object.md section 5).
fn within_narrow_permissions(caller: &Caller, change: &Change) -> bool {
    let scopes = caller.actor.scopes;
    let opened = |action: &Action| match action {
        Action::OtherMails => scopes.has(Scope::UserMailReadWriteAll),
        Action::BusinessPhones | Action::MobilePhone => scopes.has(Scope::UserPhoneReadWriteAll),
        Action::AccountEnabled => {
            scopes.has(Scope::UserEnableDisableAccountAll) && scopes.has_any(READ_MORE_OF_USERS)
        }
        _ => false,
    };
    !change.basic && !change.own && !change.sensitive.is_empty() && change.sensitive.iter().all(opened)
}

/// Deleting a user, restorable for 30 days or for good.
pub fn may_delete_user(caller: &Caller, target: &Standing) -> Answer {
    need_scope(caller, WRITE_USERS, "Deleting a user needs a permission to write users.")?;
    outranks(caller, Action::Delete, target, "Deleting a user needs a role that reaches this user.")
}

/// Undoing the deletion of a user, who has all roles of before again.
pub fn may_restore_user(caller: &Caller, target: &Standing) -> Answer {
    need_scope(caller, WRITE_USERS, "Restoring a user needs a permission to write users.")?;
    outranks(caller, Action::Restore, target, "Restoring a user needs a role that reaches this user.")
}

/// Seeing who was deleted: those who could restore somebody, and those who read everything. The reference is silent;
/// members see who is there, not who was.
pub fn may_read_deleted(caller: &Caller) -> Answer {
    need_scope(caller, READ_MORE_OF_USERS, "Reading deleted users needs a permission to read users.")?;
    let mut readers = reaching(Action::Restore, &Standing::default());
    readers.push(Role::GlobalReader);
    need_role(
        caller,
        &readers,
        "Reading deleted users needs a role that may restore them or read everything.",
    )
}

/// Ending every session and token of a user. Everybody may end their own.
pub fn may_revoke_sessions(caller: &Caller, target_id: ObjectId, target: &Standing) -> Answer {
    let scopes = &[Scope::UserRevokeSessionsAll, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
    need_scope(caller, scopes, "Ending sessions needs a permission to revoke them or to write users.")?;
    if caller.is(target_id) {
        return Ok(());
    }
    let reason = "Ending the sessions of somebody else needs a role that reaches this user.";
    outranks(caller, Action::RevokeSessions, target, reason)
}

/// Replacing one's own password, which takes the present one besides. The original asks for `Directory.AccessAsUser.All`;
/// here the permission to change one's own entry does (docs/decisions/0017-passwords.md).
pub fn may_change_own_password(caller: &Caller) -> Answer {
    let scopes = &[Scope::UserReadWrite, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
    need_scope(caller, scopes, "Changing one's own password needs the permission to change one's own entry.")
}

/// Removing every second factor of somebody else, who sets them up anew. Whoever may give a new password may do this: one
/// of both would otherwise be worth nothing. Nobody does it to themselves: a token or session that was taken away would
/// be enough to be rid of the factor; one's own are changed on the page for it, shortly after a sign-in.
pub fn may_remove_factors(caller: &Caller, target_id: ObjectId, target: &Standing) -> Answer {
    let scopes = [WRITE_USERS, WRITE_METHODS].concat();
    let reason = "Removing second factors needs a permission to write users or their authentication methods.";
    need_scope(caller, &scopes, reason)?;
    reaches_methods(caller, target_id, target)
}

/// Removing one authentication method of somebody else: the rank of removing them all, and the permission of the original.
pub fn may_remove_method(caller: &Caller, target_id: ObjectId, target: &Standing) -> Answer {
    let reason = "Removing an authentication method needs the permission to write those of everybody.";
    need_scope(caller, WRITE_METHODS, reason)?;
    reaches_methods(caller, target_id, target)
}

fn reaches_methods(caller: &Caller, target_id: ObjectId, target: &Standing) -> Answer {
    if caller.is(target_id) {
        let others = reaching(Action::PasswordProfile, target);
        return Err(lacks(&[], &others, "Nobody removes their own second factors this way."));
    }
    let reason = "Removing second factors needs a role that may reset this user's password.";
    outranks(caller, Action::PasswordProfile, target, reason)
}

/// Reading how somebody signs in: those who may remove a method, Global Readers, and the user. What a person of higher
/// rank has set up is worth knowing to whoever wants to get past it, so rank counts for reading, too.
pub fn may_read_methods(caller: &Caller, target_id: ObjectId, target: &Standing) -> Answer {
    if caller.is(target_id) {
        let own = [READ_METHODS, OWN_METHODS].concat();
        let reason = "Reading how you sign in needs a permission to read authentication methods.";
        return need_scope(caller, &own, reason);
    }
    let reason =
        "Reading how others sign in needs the permission to read authentication methods of everybody.";
    need_scope(caller, READ_METHODS, reason)?;
    if caller.is_app() || caller.standing.has(Role::GlobalReader) {
        return Ok(());
    }
    let reason =
        "Reading how others sign in needs a role that may reset this user's password or reads everything.";
    outranks(caller, Action::PasswordProfile, target, reason)
}

#[cfg(test)]
#[path = "rank_tests.rs"]
mod tests;
