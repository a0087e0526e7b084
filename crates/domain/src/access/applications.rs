//! Who may register applications, change them, act as them, and grant them permissions (threats E2;
//! docs/decisions/0019-who-reaches-an-application.md). Refuses the way round: whoever may add a secret to an application
//! can do what the application can, so that takes as much as giving those permissions would.

use super::rules::{Answer, lacks, need_role, need_scope};
use super::{Caller, Role, Scope, ScopeSet};

const WRITE: &[Scope] = &[Scope::ApplicationReadWriteAll, Scope::ApplicationReadWriteOwnedBy];
const GRANT: &[Scope] = &[Scope::DelegatedPermissionGrantReadWriteAll];
const ADMINISTRATORS: &[Role] =
    &[Role::ApplicationAdministrator, Role::CloudApplicationAdministrator, Role::GlobalAdministrator];
/// Who may give applications permissions of the directory API.
const PRIVILEGED: &[Role] = &[Role::PrivilegedRoleAdministrator, Role::GlobalAdministrator];
/// Who may agree for everybody to what applications do on behalf of people.
const GRANTERS: &[Role] = &[
    Role::ApplicationAdministrator,
    Role::CloudApplicationAdministrator,
    Role::PrivilegedRoleAdministrator,
    Role::GlobalAdministrator,
];
/// Permissions that give an application no more than an application administrator has anyway: reading what every member
/// reads, and managing applications. `AppRoleAssignment.ReadWrite.All` does not reach the directory API by itself.
const WITHIN_ADMINISTRATORS: &[Scope] = &[
    Scope::UserRead,
    Scope::UserReadBasicAll,
    Scope::UserReadAll,
    Scope::GroupReadAll,
    Scope::GroupMemberReadAll,
    Scope::DirectoryReadAll,
    Scope::ApplicationReadAll,
    Scope::ApplicationReadWriteAll,
    Scope::ApplicationReadWriteOwnedBy,
    Scope::AppRoleAssignmentReadWriteAll,
    Scope::RoleManagementReadDirectory,
    Scope::OrganizationReadAll,
    Scope::PolicyReadAll,
    Scope::DomainReadAll,
];

/// What an application holds on its own behalf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Permissions of the directory API.
    pub permissions: ScopeSet,
    /// A directory role, direct or through a group, or a place in a group that can have one.
    pub roles: bool,
}

/// Registering an application, and the first question before any change: whoever may write none does not learn which
/// there are. Members register none (`allowedToCreateApps` is false).
pub fn may_create_application(caller: &Caller) -> Answer {
    need_scope(caller, WRITE, "Writing applications needs a permission for it.")?;
    need_role(caller, ADMINISTRATORS, "Writing applications needs an application administrator.")
}

/// Changing or deleting one; `is_owner` whether the caller is among its owners, as whoever registered it is:
/// `Application.ReadWrite.OwnedBy` is for one's own only. Owning one takes the place of no role.
pub fn may_change_application(caller: &Caller, is_owner: bool) -> Answer {
    may_create_application(caller)?;
    if is_owner || caller.actor.scopes.has(Scope::ApplicationReadWriteAll) {
        return Ok(());
    }
    let scopes = &[Scope::ApplicationReadWriteAll];
    Err(lacks(scopes, &[], "Application.ReadWrite.OwnedBy is for applications one owns."))
}

/// Giving an application another secret, certificate or redirect address: whoever does can act as it (threats E2). A
/// person needs a role that could give away what it holds, an application has to hold all of it itself.
pub fn may_reach_application(caller: &Caller, held: Held) -> Answer {
    let manages_roles = &[Scope::RoleManagementReadWriteDirectory];
    if caller.is_app() {
        let beyond = held.permissions.iter().any(|scope| !caller.actor.scopes.has(scope));
        if (beyond || held.roles) && !caller.actor.scopes.has_any(manages_roles) {
            let reason =
                "The application holds more than the caller; whoever can sign in as it would gain that.";
            return Err(lacks(manages_roles, &[], reason));
        }
        return Ok(());
    }
    let beyond = held.permissions.iter().any(|scope| !WITHIN_ADMINISTRATORS.contains(&scope));
    if (beyond || held.roles) && !caller.standing.has_any(PRIVILEGED) {
        let reason =
            "The application holds more than an application administrator; this takes a privileged role.";
        return Err(lacks(&[], PRIVILEGED, reason));
    }
    Ok(())
}

/// Reading who granted what to which application.
pub const READ_GRANTS: &[Scope] = &[
    Scope::DelegatedPermissionGrantReadAll,
    Scope::DelegatedPermissionGrantReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];

/// Taking back what was granted on behalf of people, and the first question before granting.
pub fn may_change_grants(caller: &Caller) -> Answer {
    need_scope(caller, GRANT, "Granting on behalf of people needs the permission for it.")?;
    need_role(caller, GRANTERS, "Granting on behalf of people needs an application administrator.")
}

/// Granting `wanted` of the directory API to an application, on behalf of people. Such a permission is worth what the
/// person behind it may, so application administrators may grant each; an application grants only what it holds, lest
/// it borrow an administrator's rights (threats E2).
pub fn may_grant(caller: &Caller, wanted: ScopeSet) -> Answer {
    may_change_grants(caller)?;
    let manages_roles = &[Scope::RoleManagementReadWriteDirectory];
    if !caller.is_app() || caller.actor.scopes.has_any(manages_roles) {
        return Ok(());
    }
    if wanted.iter().all(|scope| scope.people_may_grant() || caller.actor.scopes.has(scope)) {
        return Ok(());
    }
    let reason =
        "An application grants others no permission of the directory API that it does not hold itself.";
    Err(lacks(manages_roles, &[], reason))
}

/// Agreeing for the whole organisation on the page of admin consent. `protected`: permissions of the directory API that
/// the application would hold on its own behalf are among it.
pub fn may_consent_for_all(caller: &Caller, protected: bool) -> Answer {
    need_role(caller, GRANTERS, "Agreeing for the organisation takes an application administrator.")?;
    if protected {
        return need_role(
            caller,
            PRIVILEGED,
            "Permissions of the directory API are granted by a privileged role.",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::UserType;
    use super::super::rules::tests::caller;
    use super::*;
    use crate::policy::GuestAccess;

    const ALL: &[Scope] = &[Scope::ApplicationReadWriteAll];

    fn with(mut caller: Caller, scopes: &[Scope]) -> Caller {
        caller.actor.scopes = scopes.iter().copied().collect();
        caller
    }

    fn person(roles: &[Role], scopes: &[Scope]) -> Caller {
        with(caller(Some(UserType::Member), roles, GuestAccess::Limited), scopes)
    }

    fn app(scopes: &[Scope]) -> Caller {
        with(caller(None, &[], GuestAccess::Limited), scopes)
    }

    fn held(scopes: &[Scope]) -> Held {
        Held { permissions: scopes.iter().copied().collect(), roles: false }
    }

    #[test]
    fn e2_an_application_administrator_takes_over_no_application_that_holds_more() {
        let admin = person(&[Role::ApplicationAdministrator], ALL);
        let global = person(&[Role::GlobalAdministrator], ALL);
        for (permissions, within) in [
            (&[][..], true),
            (&[Scope::UserReadAll, Scope::ApplicationReadWriteAll], true),
            (&[Scope::RoleManagementReadWriteDirectory], false),
            (&[Scope::UserReadWriteAll], false),
            (&[Scope::AuditLogReadAll], false),
        ] {
            assert_eq!(may_reach_application(&admin, held(permissions)).is_ok(), within, "{permissions:?}");
            assert!(may_reach_application(&global, held(permissions)).is_ok());
        }
        let with_role = Held { roles: true, ..Held::default() };
        assert!(may_reach_application(&admin, with_role).is_err());
        assert!(may_reach_application(&global, with_role).is_ok());
    }

    #[test]
    fn e2_an_application_reaches_and_grants_no_more_than_it_holds() {
        let own = app(&[Scope::ApplicationReadWriteAll, Scope::UserReadAll]);
        assert!(may_reach_application(&own, held(&[Scope::UserReadAll])).is_ok());
        assert!(may_reach_application(&own, held(&[Scope::GroupReadAll])).is_err());
        assert!(may_reach_application(&own, Held { roles: true, ..Held::default() }).is_err());
        let grants = app(&[Scope::DelegatedPermissionGrantReadWriteAll, Scope::UserReadAll]);
        let set = |scopes: &[Scope]| scopes.iter().copied().collect::<ScopeSet>();
        assert!(may_grant(&grants, set(&[Scope::UserRead, Scope::UserReadAll])).is_ok());
        assert!(may_grant(&grants, set(&[Scope::RoleManagementReadWriteDirectory])).is_err());
        let manager =
            app(&[Scope::DelegatedPermissionGrantReadWriteAll, Scope::RoleManagementReadWriteDirectory]);
        assert!(may_grant(&manager, set(&[Scope::UserReadWriteAll])).is_ok());
    }

    #[test]
    fn owned_by_is_for_ones_own() {
        let caller = app(&[Scope::ApplicationReadWriteOwnedBy]);
        assert!(may_create_application(&caller).is_ok());
        assert!(may_change_application(&caller, true).is_ok());
        assert!(may_change_application(&caller, false).is_err());
        assert!(may_create_application(&person(&[], ALL)).is_err());
    }
}
