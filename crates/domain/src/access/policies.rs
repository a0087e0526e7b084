//! Who may change the policies of the tenant (reference/roles-and-policies.md sections 2 to 4). Refuses every role that
//! merely works within them: who may invite, what guests see and which domains are invited is decided above the
//! administrators of users.

use super::rules::{Answer, need_role, need_scope};
use super::{Caller, Role, Scope};

/// What a change of the authorization policy touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationChange {
    /// `allowInvitesFrom`
    pub invites: bool,
    /// `guestUserRoleId`
    pub guest_access: bool,
}

/// Changing the authorization policy. Who may invite is for Global Administrators; the guest level for Privileged Role
/// Administrators, too.
pub fn may_change_authorization(caller: &Caller, change: AuthorizationChange) -> Answer {
    let scopes = &[Scope::PolicyReadWriteAuthorization];
    need_scope(caller, scopes, "Changing the authorization policy needs the permission for it.")?;
    if change.invites {
        need_role(
            caller,
            &[Role::GlobalAdministrator],
            "Who may invite is decided by a Global Administrator.",
        )?;
    }
    // Asked also of who changes nothing: the answer must not depend on guessing the value.
    let roles = &[Role::PrivilegedRoleAdministrator, Role::GlobalAdministrator];
    need_role(caller, roles, "The authorization policy is changed by a role that may.")
}

/// Changing whether guests may leave by themselves.
pub fn may_change_leaving(caller: &Caller) -> Answer {
    let scopes = &[Scope::PolicyReadWriteExternalIdentities];
    need_scope(caller, scopes, "Changing the external identities policy needs the permission for it.")?;
    let roles = &[Role::ExternalIdentityProviderAdministrator, Role::GlobalAdministrator];
    need_role(caller, roles, "Whether guests may leave is decided by a role that may.")
}

/// Changing which domains may be invited.
pub fn may_change_domain_list(caller: &Caller) -> Answer {
    let scopes = &[Scope::PolicyReadWriteB2BManagement];
    need_scope(caller, scopes, "Changing the list of domains needs the permission for it.")?;
    need_role(
        caller,
        &[Role::GlobalAdministrator],
        "Which domains are invited is decided by a Global Administrator.",
    )
}

/// Changing of whom a second factor is demanded. In no published table; as far above the administrators of users as the
/// guest level: whoever decides it decides who gets into the portal.
pub fn may_change_sign_in_policy(caller: &Caller) -> Answer {
    let scopes = &[Scope::PolicyReadWriteAuthorization];
    need_scope(caller, scopes, "Changing the sign-in policy needs the permission for policies.")?;
    let roles = &[
        Role::PrivilegedRoleAdministrator,
        Role::PrivilegedAuthenticationAdministrator,
        Role::SecurityAdministrator,
        Role::GlobalAdministrator,
    ];
    need_role(caller, roles, "Of whom a second factor is demanded is decided by a role that may.")
}
