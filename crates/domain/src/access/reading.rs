//! The rules of reading: the level table of reference/roles-and-policies.md section 2 ("Guest access levels") times the
//! permissions of the token. A role given to a guest works fully, whatever the level. Refuses lists at both guest
//! levels (threats E4), and says the same of what is there and what is not to whoever may see neither.

use super::rules::{Answer, lacks, need_role, need_scope};
use super::{Caller, Role, Scope, Standing, UserType};
use crate::ids::ObjectId;
use crate::policy::GuestAccess;
use crate::query::{GroupField, UserField};
use crate::refusal::Refusal;

/// How somebody sees the directory: a column of the level table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Members, applications, whoever holds a role, and guests where they see as much as members.
    Member,
    /// Guests at the level "limited".
    Guest,
    /// Guests at the level "restricted".
    RestrictedGuest,
}

impl Sight {
    /// The column for somebody; `None` is an application.
    pub fn of(user_type: Option<UserType>, standing: &Standing, access: GuestAccess) -> Self {
        if user_type != Some(UserType::Guest) || !standing.roles.is_empty() {
            return Self::Member;
        }
        match access {
            GuestAccess::SameAsMembers => Self::Member,
            GuestAccess::Limited => Self::Guest,
            GuestAccess::Restricted => Self::RestrictedGuest,
        }
    }

    /// How much of a group somebody sees who is in it.
    pub fn of_own_groups(self) -> View {
        if self == Self::RestrictedGuest { View::Id } else { View::Full }
    }
}

impl Caller {
    /// How the caller sees the directory.
    pub fn sight(&self) -> Sight {
        Sight::of(self.user_type, &self.standing, self.guest_access)
    }
}

/// How much of an object the caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Every property.
    Full,
    /// Of a user the basic profile, which is all that `User.ReadBasic.All` shows of others. Nothing else is seen so.
    Basic,
    /// Of a user name, e-mail, sign-in name and type; of the organisation name and domains.
    Limited,
    /// Of a user what both show: what a guest sees through `User.ReadBasic.All`. Nothing else is seen so.
    Least,
    /// That it is there: its kind and its id, which is what an object among others shows to whoever may not read its
    /// kind (learn.microsoft.com/graph/permissions-overview, "Limited information returned for inaccessible member objects").
    Id,
}

/// A property of a user, as Graph spells it, and what it is asked for by.
type Property = (&'static str, UserField);

/// The basic profile (learn.microsoft.com/graph/permissions-reference, `User.ReadBasic.All`), of which Hospes keeps no photo.
const BASIC: &[Property] = &[
    ("id", UserField::Id),
    ("displayName", UserField::DisplayName),
    ("givenName", UserField::GivenName),
    ("mail", UserField::Mail),
    ("surname", UserField::Surname),
    ("userPrincipalName", UserField::UserPrincipalName),
];

/// What a guest sees of others (reference/roles-and-policies.md section 2).
const LIMITED: &[Property] = &[
    ("id", UserField::Id),
    ("displayName", UserField::DisplayName),
    ("mail", UserField::Mail),
    ("userPrincipalName", UserField::UserPrincipalName),
    ("userType", UserField::UserType),
];

/// What stands in both.
const LEAST: &[Property] = &[
    ("id", UserField::Id),
    ("displayName", UserField::DisplayName),
    ("mail", UserField::Mail),
    ("userPrincipalName", UserField::UserPrincipalName),
];

/// What nobody may be kept from who sees that somebody is there.
const ID: &[Property] = &[("id", UserField::Id)];

impl View {
    /// The properties of a user that are seen; `None` for all of them.
    pub fn of_users(self) -> Option<&'static [Property]> {
        match self {
            Self::Full => None,
            Self::Basic => Some(BASIC),
            Self::Limited => Some(LIMITED),
            Self::Least => Some(LEAST),
            Self::Id => Some(ID),
        }
    }

    /// Whether a property of a user is seen.
    pub fn shows(self, name: &str) -> bool {
        self.of_users().is_none_or(|seen| seen.iter().any(|(known, _)| *known == name))
    }
}

/// How much of other people the caller sees wherever it sees people: what the permissions show, and of that what guests see.
/// Without a permission to read people it is that they are there.
pub fn view_of_others(caller: &Caller) -> View {
    let (whole, some) =
        (caller.actor.scopes.has_any(READ_MORE_OF_USERS), caller.actor.scopes.has_any(READ_USERS));
    match (whole, some, caller.sight() == Sight::Member) {
        (true, _, true) => View::Full,
        (false, true, true) => View::Basic,
        (true, _, false) => View::Limited,
        (false, true, false) => View::Least,
        (false, false, _) => View::Id,
    }
}

const READ_USERS: &[Scope] = &[
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
    Scope::UserReadBasicAll,
];
/// What takes more than the permission to read who somebody is: who answers for them, and who was deleted.
pub(super) const READ_MORE_OF_USERS: &[Scope] =
    &[Scope::UserReadAll, Scope::UserReadWriteAll, Scope::DirectoryReadAll, Scope::DirectoryReadWriteAll];

/// One refusal for everything a restricted guest may not see, so that it does not tell one kind from another.
fn only_own() -> Refusal {
    lacks(&[], &[Role::DirectoryReaders], "Guests of this organisation see nothing but what is their own.")
}

/// Reading one user by id: oneself wholly ("also allows the app to read the full profile of the signed-in user").
pub fn may_read_user(caller: &Caller, target_id: ObjectId) -> Result<View, Refusal> {
    if caller.is(target_id) {
        let own = [READ_USERS, &[Scope::UserRead, Scope::UserReadWrite, Scope::UserInviteAll]].concat();
        return need_scope(caller, &own, "Reading yourself needs a permission to read users.")
            .map(|()| View::Full);
    }
    need_scope(caller, READ_USERS, "Reading a user needs a permission to read users.")?;
    if caller.sight() == Sight::RestrictedGuest { Err(only_own()) } else { Ok(view_of_others(caller)) }
}

/// Reading who answers for a user: guests only for themselves, restricted ones without the names of others.
pub fn may_read_sponsors(caller: &Caller, target_id: ObjectId) -> Result<View, Refusal> {
    may_read_user(caller, target_id)?;
    if !caller.is(target_id) {
        need_scope(
            caller,
            READ_MORE_OF_USERS,
            "Reading who answers for a user needs a permission to read users.",
        )?;
    }
    if !caller.is(target_id) && caller.sight() == Sight::Guest {
        let reason = "Guests see who answers for themselves only.";
        return Err(lacks(&[], &[Role::DirectoryReaders], reason));
    }
    Ok(if caller.sight() == Sight::RestrictedGuest { View::Id } else { View::Full })
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

/// Reading what the user `target_id` is in or was granted: one's own with a permission to read oneself or, as that of
/// others, with one of `scopes`, those of the list.
pub fn may_list_of_user(caller: &Caller, target_id: Option<ObjectId>, scopes: &[Scope]) -> Answer {
    let listed = may_list(caller, scopes);
    match target_id {
        Some(own) if caller.is(own) => listed.or_else(|_| may_read_user(caller, own).map(drop)),
        _ => listed,
    }
}

/// Reading one group by id; `scopes` are those of groups, `joined` whether the caller is in it, directly or through
/// another one. Restricted guests see that their own groups are there and no more.
pub fn may_read_group(caller: &Caller, scopes: &[Scope], joined: bool) -> Result<View, Refusal> {
    need_scope(caller, scopes, "Reading this object needs a permission to read its kind.")?;
    match caller.sight() {
        Sight::Member | Sight::Guest => Ok(View::Full),
        Sight::RestrictedGuest if joined => Ok(View::Id),
        Sight::RestrictedGuest => Err(only_own()),
    }
}

/// Reading members and owners of one group, and how much of other users among them. There are no hidden groups here.
pub fn may_read_members(caller: &Caller, scopes: &[Scope]) -> Result<View, Refusal> {
    need_scope(caller, scopes, "Listing needs a permission to read this collection.")?;
    if caller.sight() == Sight::RestrictedGuest { Err(only_own()) } else { Ok(view_of_others(caller)) }
}

/// Asking for users by their properties: only by those that are seen, or an answer would tell the others. The original
/// refuses the whole request (microsoftgraph/microsoft-graph-toolkit issue 2602).
pub fn may_ask_for_users_by(view: View, asked: &[UserField]) -> Answer {
    let Some(seen) = view.of_users() else { return Ok(()) };
    if asked.iter().all(|field| seen.iter().any(|(_, known)| known == field)) {
        return Ok(());
    }
    match view {
        View::Limited => Err(ask_by_what_is_seen()),
        _ => Err(lacks(READ_MORE_OF_USERS, &[], "Users are asked for by what the permission shows of them.")),
    }
}

fn ask_by_what_is_seen() -> Refusal {
    lacks(&[], &[Role::DirectoryReaders], "Guests ask for others by what they see of them.")
}

/// How much of the groups that somebody is in the caller sees who may list them: `scopes` are those of groups.
pub fn view_of_groups(caller: &Caller, scopes: &[Scope]) -> View {
    if caller.actor.scopes.has_any(scopes) { caller.sight().of_own_groups() } else { View::Id }
}

/// Asking for the groups that somebody is in by their properties: by the id alone where no more is seen of them.
pub fn may_ask_for_groups_by(caller: &Caller, scopes: &[Scope], asked: &[GroupField]) -> Answer {
    if view_of_groups(caller, scopes) == View::Full || asked.iter().all(|field| *field == GroupField::Id) {
        return Ok(());
    }
    need_scope(caller, scopes, "Groups are asked for by their id only without a permission to read them.")?;
    Err(ask_by_what_is_seen())
}

/// Reading one application by id, which guests of every level may too; `scopes` are those of its kind.
pub fn may_read_application(caller: &Caller, scopes: &[Scope]) -> Answer {
    need_scope(caller, scopes, "Reading this object needs a permission to read its kind.")
}

/// Whether the caller may hear that an id is nobody's. A restricted guest sees so little that "not there" would tell
/// what is.
pub fn may_learn_of_absence(caller: &Caller) -> Answer {
    if caller.sight() == Sight::RestrictedGuest { Err(only_own()) } else { Ok(()) }
}

/// Whether an inviter may hear that the invited address is taken. A restricted guest sees nobody here, so that each taken
/// address is one and the same "no": whether a member, a guest or a group has it is not told, and no id is
/// (docs/decisions/0013). `known` says that nobody has it, or somebody the caller invited and whose id it was told then.
pub fn may_learn_of_holder(caller: &Caller, known: bool) -> Answer {
    if known || caller.sight() != Sight::RestrictedGuest {
        return Ok(());
    }
    let cause = "This address cannot be invited by you.";
    Err(Refusal::invalid(
        "invitedUserEmailAddress",
        cause,
        "Ask the people who manage guests in this organisation.",
    ))
}

/// Listing users, groups, applications, roles, assignments: `scopes` are those of the collection. Guests without a
/// role never list (threats E4), unless they see as much as members.
pub fn may_list(caller: &Caller, scopes: &[Scope]) -> Answer {
    need_scope(caller, scopes, "Listing needs a permission to read this collection.")?;
    if caller.sight() == Sight::Member {
        return Ok(());
    }
    Err(lacks(&[], &[Role::DirectoryReaders], "Guests do not list the directory."))
}

/// Looking after one's own subscriptions to changes: with any permission that lets something be followed. Whose they are
/// is looked at beside it; guests of every level have none but their own.
pub fn may_have_subscriptions(caller: &Caller, groups: &[Scope]) -> Answer {
    let all = [READ_USERS, &[Scope::UserRead, Scope::UserReadWrite, Scope::UserInviteAll], groups].concat();
    need_scope(caller, &all, "Following changes needs a permission to read users or groups.")
}

/// Following the changes of one user: only whoever sees all of it, since a post says that something changed also where the
/// change itself would not be shown.
pub fn may_follow_user(caller: &Caller, target_id: ObjectId) -> Answer {
    match may_read_user(caller, target_id)? {
        View::Full => Ok(()),
        View::Limited | View::Least | View::Id => {
            Err(lacks(&[], &[Role::DirectoryReaders], "Guests do not follow what others do."))
        }
        View::Basic => Err(follows_whole_users()),
    }
}

/// The same of all users. Whoever is shown the basic profile alone asks with a delta query, which tells of that alone.
pub fn may_follow_users(caller: &Caller) -> Answer {
    may_list(caller, READ_USERS)?;
    if view_of_others(caller) == View::Full { Ok(()) } else { Err(follows_whole_users()) }
}

fn follows_whole_users() -> Refusal {
    lacks(READ_MORE_OF_USERS, &[], "Following users takes a permission to read all of them.")
}

/// Listing what somebody was granted. What an application was granted may be read by guests of every level; what
/// people and groups were, is a list of the directory.
pub fn may_list_granted(caller: &Caller, scopes: &[Scope], to_application: bool) -> Answer {
    if to_application {
        return need_scope(caller, scopes, "Listing needs a permission to read this collection.");
    }
    may_list(caller, scopes)
}

/// Reading the organisation: whoever may read a user may read where that user is.
pub fn may_read_organization(caller: &Caller) -> Result<View, Refusal> {
    let own =
        [Scope::OrganizationReadAll, Scope::OrganizationReadWriteAll, Scope::UserRead, Scope::UserReadWrite];
    need_scope(
        caller,
        &[READ_USERS, &own].concat(),
        "Reading the organisation needs a permission to read it.",
    )?;
    Ok(if caller.sight() == Sight::Member { View::Full } else { View::Limited })
}

/// Reading a policy of the tenant; `scopes` are those of its kind. Guests read none.
pub fn may_read_policy(caller: &Caller, scopes: &[Scope]) -> Answer {
    need_scope(caller, scopes, "Reading a policy needs a permission to read it.")?;
    if caller.sight() == Sight::Member {
        return Ok(());
    }
    Err(lacks(&[], &[Role::DirectoryReaders], "Guests do not read the policies of the organisation."))
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
