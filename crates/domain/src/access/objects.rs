//! Who may change groups as a whole, see what was deleted, see who manages whom, and speak for the organisation. Each rule
//! names, when it refuses, the permission or role that would do. Source: reference/roles-and-policies.md sections 1 and 2,
//! threats E1 and E4; where those are silent, what was deleted is for those who could restore it or read everything.

use super::rank::may_read_deleted;
use super::reading::{READ_MORE_OF_USERS, Sight, View, may_read_user, view_of_others};
use super::rules::{Answer, lacks, may_change_group, need_role, need_scope};
use super::{Caller, Role, Scope};
use crate::deletion::Kind;
use crate::ids::ObjectId;
use crate::refusal::Refusal;

const WRITE_GROUPS: &[Scope] = &[Scope::GroupReadWriteAll, Scope::DirectoryReadWriteAll];

/// Changing what a group says of itself, its owners, deleting and restoring it: a permission for members does not do.
pub fn may_administer_group(caller: &Caller, role_assignable: bool, is_owner: bool) -> Answer {
    need_scope(caller, WRITE_GROUPS, "Changing a group itself needs a permission to write groups.")?;
    may_change_group(caller, role_assignable, is_owner)
}

/// Seeing deleted objects of a kind; `scopes` are those of reading it. Members see what is there, not what was.
pub fn may_read_deleted_of(caller: &Caller, kind: Kind, scopes: &[Scope]) -> Answer {
    let readers: &[Role] = match kind {
        Kind::User => return may_read_deleted(caller),
        Kind::Group => &[
            Role::GroupsAdministrator,
            Role::UserAdministrator,
            Role::DirectoryWriters,
            Role::GlobalReader,
            Role::GlobalAdministrator,
        ],
        Kind::ServicePrincipal | Kind::Application => &[
            Role::ApplicationAdministrator,
            Role::CloudApplicationAdministrator,
            Role::GlobalReader,
            Role::GlobalAdministrator,
        ],
    };
    need_scope(caller, scopes, "Reading deleted objects needs a permission to read their kind.")?;
    need_role(
        caller,
        readers,
        "Reading deleted objects needs a role that may restore them or read everything.",
    )
}

/// Reading who manages a user and whom the user manages: of those people guests see what they see of anybody, and
/// restricted guests, who see nobody else, nothing. "Of others … manager, reports" (level table).
pub fn may_read_managers(caller: &Caller, target_id: ObjectId) -> Result<View, Refusal> {
    if caller.sight() == Sight::RestrictedGuest {
        let reason = "Guests of this organisation see nothing but what is their own.";
        return Err(lacks(&[], &[Role::DirectoryReaders], reason));
    }
    may_read_user(caller, target_id)?;
    if !caller.is(target_id) {
        // "Reports, and managers of other users" come with the full profile (permissions-reference, `User.Read.All`).
        need_scope(
            caller,
            READ_MORE_OF_USERS,
            "Reading who manages a user needs a permission to read users.",
        )?;
    }
    // Oneself is seen wholly, others are not for that.
    Ok(view_of_others(caller))
}

/// Reading what a user owns. Guests only what is their own, restricted ones nothing: names of groups are none of theirs.
pub fn may_read_owned(caller: &Caller, target_id: Option<ObjectId>, scopes: &[Scope]) -> Answer {
    if caller.sight() == Sight::RestrictedGuest {
        let reason = "Guests of this organisation see nothing but what is their own.";
        return Err(lacks(&[], &[Role::DirectoryReaders], reason));
    }
    super::may_list_of_user(caller, target_id, scopes)
}

/// Changing what the organisation says of itself.
pub fn may_change_organization(caller: &Caller) -> Answer {
    let scopes = &[Scope::OrganizationReadWriteAll];
    need_scope(caller, scopes, "Changing the organisation needs the permission for it.")?;
    need_role(caller, &[Role::GlobalAdministrator], "Changing the organisation needs a Global Administrator.")
}

#[cfg(test)]
mod tests {
    use super::super::UserType;
    use super::super::rules::tests::caller;
    use super::*;
    use crate::policy::GuestAccess;

    const OTHER: ObjectId = ObjectId(uuid::Uuid::from_u128(77));

    fn with(user_type: Option<UserType>, roles: &[Role], access: GuestAccess, scopes: &[Scope]) -> Caller {
        let mut caller = caller(user_type, roles, access);
        caller.actor.scopes = scopes.iter().copied().collect();
        caller
    }

    #[test]
    fn e1_an_owner_changes_a_plain_group_with_a_permission_for_groups_only() {
        let member = |scopes| with(Some(UserType::Member), &[], GuestAccess::Limited, scopes);
        assert!(may_administer_group(&member(&[Scope::GroupReadWriteAll]), false, true).is_ok());
        assert!(may_administer_group(&member(&[Scope::GroupReadWriteAll]), false, false).is_err());
        assert!(may_administer_group(&member(&[Scope::GroupMemberReadWriteAll]), false, true).is_err());
        let both = &[Scope::GroupReadWriteAll, Scope::RoleManagementReadWriteDirectory];
        assert!(may_administer_group(&member(both), true, true).is_err());
    }

    #[test]
    fn e4_guests_see_managers_as_they_see_anybody() {
        let guest = |access| with(Some(UserType::Guest), &[], access, &[Scope::UserReadAll]);
        assert_eq!(may_read_managers(&guest(GuestAccess::SameAsMembers), OTHER), Ok(View::Full));
        let limited = guest(GuestAccess::Limited);
        assert_eq!(may_read_managers(&limited, OTHER), Ok(View::Limited));
        assert_eq!(may_read_managers(&limited, limited.actor.who.id()), Ok(View::Limited));
        let restricted = guest(GuestAccess::Restricted);
        assert!(may_read_managers(&restricted, restricted.actor.who.id()).is_err());
    }

    #[test]
    fn what_was_deleted_is_for_those_who_could_restore_it() {
        let reads = |role: Role, kind| {
            let scopes = &[Scope::DirectoryReadAll];
            let caller = with(Some(UserType::Member), &[role], GuestAccess::Limited, scopes);
            may_read_deleted_of(&caller, kind, scopes).is_ok()
        };
        assert!(reads(Role::GroupsAdministrator, Kind::Group));
        assert!(!reads(Role::GroupsAdministrator, Kind::Application));
        assert!(reads(Role::ApplicationAdministrator, Kind::ServicePrincipal));
        assert!(!reads(Role::ApplicationAdministrator, Kind::User));
        assert!(Kind::ALL.into_iter().all(|kind| reads(Role::GlobalReader, kind)));
        assert!(!Kind::ALL.into_iter().any(|kind| reads(Role::DirectoryReaders, kind)));
    }
}
