//! Who may speak for a tenant toward others: about its domains, and about whose people come and go. Each rule names, when
//! it refuses, the permission or role that would do (reference/roles-and-policies.md sections 1 and 4).

use super::reading::may_list;
use super::rules::{Answer, need_role, need_scope};
use super::{Caller, Role, Scope};

/// Reading domains: names of the organisation, claimed and verified. Guests learn the verified ones from the
/// organisation itself.
pub fn may_read_domains(caller: &Caller) -> Answer {
    let scopes = &[
        Scope::DomainReadAll,
        Scope::DomainReadWriteAll,
        Scope::DirectoryReadAll,
        Scope::DirectoryReadWriteAll,
    ];
    may_list(caller, scopes)
}

/// Claiming, verifying and removing domains: whoever has one decides who redeems as its people, so no wider permission
/// includes it.
pub fn may_change_domains(caller: &Caller) -> Answer {
    need_scope(caller, &[Scope::DomainReadWriteAll], "Changing domains needs the permission for it.")?;
    let roles = &[Role::DomainNameAdministrator, Role::GlobalAdministrator];
    need_role(caller, roles, "Changing domains needs a role that may.")
}

/// Reading cross-tenant access settings.
pub fn may_read_cross_tenant_access(caller: &Caller) -> Answer {
    may_list(caller, &[Scope::PolicyReadAll, Scope::PolicyReadWriteCrossTenantAccess])
}

/// Changing cross-tenant access settings.
pub fn may_change_cross_tenant_access(caller: &Caller) -> Answer {
    let scopes = &[Scope::PolicyReadWriteCrossTenantAccess];
    need_scope(caller, scopes, "Changing cross-tenant access needs the permission for it.")?;
    let roles = &[Role::SecurityAdministrator, Role::GlobalAdministrator];
    need_role(caller, roles, "Changing cross-tenant access needs a role that may.")
}

/// Reading by what people may prove who they are. On behalf of a person it takes a role, as the original's documentation of
/// `identityProviderBase` says.
pub fn may_read_identity_providers(caller: &Caller) -> Answer {
    let scopes = &[Scope::IdentityProviderReadAll, Scope::IdentityProviderReadWriteAll];
    need_scope(caller, scopes, "Reading identity providers needs the permission for it.")?;
    let roles = &[Role::ExternalIdentityProviderAdministrator, Role::GlobalReader, Role::GlobalAdministrator];
    need_role(caller, roles, "Identity providers are read by roles that manage them or read everything.")
}
