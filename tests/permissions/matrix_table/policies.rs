//! Policies.

use hospes_domain::access::{Role, Scope};

use Role::{
    ExternalIdentityProviderAdministrator as ProviderAdmin, GlobalAdministrator as Global,
    GlobalReader as Reader, PrivilegedAuthenticationAdministrator as PrivAuth,
    PrivilegedRoleAdministrator as PrivRole, SecurityAdministrator as SecurityAdmin,
};

use super::People::{All, Only};
use super::organisation::ROLES;
use super::{People, Row, row};

const READ_AUTHORIZATION: &[Scope] = &[Scope::PolicyReadAll, Scope::PolicyReadWriteAuthorization];
const WRITE_AUTHORIZATION: &[Scope] = &[Scope::PolicyReadWriteAuthorization];
const READ_LEAVING: &[Scope] = &[Scope::PolicyReadAll, Scope::PolicyReadWriteExternalIdentities];
const WRITE_LEAVING: &[Scope] = &[Scope::PolicyReadWriteExternalIdentities];
const READ_LISTS: &[Scope] =
    &[Scope::PolicyReadAll, Scope::PolicyReadB2BManagement, Scope::PolicyReadWriteB2BManagement];
const WRITE_LISTS: &[Scope] = &[Scope::PolicyReadWriteB2BManagement];
const READ_PARTNERS: &[Scope] = &[Scope::PolicyReadAll, Scope::PolicyReadWriteCrossTenantAccess];
const WRITE_PARTNERS: &[Scope] = &[Scope::PolicyReadWriteCrossTenantAccess];
const READ_PROVIDERS: &[Scope] = &[Scope::IdentityProviderReadAll, Scope::IdentityProviderReadWriteAll];
const PROVIDERS: People = Only(&[Global, ProviderAdmin, Reader]);
const PARTNERS: People = Only(&[Global, SecurityAdmin]);

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row("GET /policies/authorizationPolicy", "", All, READ_AUTHORIZATION, "ynn"),
    row("GET /policies/authorizationPolicy/authorizationPolicy", "", All, READ_AUTHORIZATION, "ynn"),
    row("PATCH /policies/authorizationPolicy", "who invites", Only(&[Global]), WRITE_AUTHORIZATION, "nnn"),
    row("PATCH /policies/authorizationPolicy", "guest level", ROLES, WRITE_AUTHORIZATION, "nnn"),
    row("PATCH /policies/authorizationPolicy/authorizationPolicy", "who invites", Only(&[Global]), WRITE_AUTHORIZATION, "nnn"),
    row("PATCH /policies/authorizationPolicy/authorizationPolicy", "guest level", ROLES, WRITE_AUTHORIZATION, "nnn"),
    row("GET /policies/externalIdentitiesPolicy", "", All, READ_LEAVING, "ynn"),
    row("PATCH /policies/externalIdentitiesPolicy", "", Only(&[Global, ProviderAdmin]), WRITE_LEAVING, "nnn"),
    row("GET /policies/hospes.signInPolicy", "", All, READ_AUTHORIZATION, "ynn"),
    row("PATCH /policies/hospes.signInPolicy", "", Only(&[Global, PrivRole, PrivAuth, SecurityAdmin]), WRITE_AUTHORIZATION, "nnn"),
    row("GET /policies/b2bManagementPolicies", "", All, READ_LISTS, "ynn"),
    row("GET /policies/b2bManagementPolicies/{id}", "", All, READ_LISTS, "ynn"),
    row("POST /policies/b2bManagementPolicies", "", Only(&[Global]), WRITE_LISTS, "nnn"),
    row("PATCH /policies/b2bManagementPolicies/{id}", "", Only(&[Global]), WRITE_LISTS, "nnn"),
    row("DELETE /policies/b2bManagementPolicies/{id}", "", Only(&[Global]), WRITE_LISTS, "nnn"),
    row("GET /identity/identityProviders", "", PROVIDERS, READ_PROVIDERS, "nnn"),
    row("GET /identity/identityProviders/{id}", "", PROVIDERS, READ_PROVIDERS, "nnn"),
    row("GET /policies/crossTenantAccessPolicy", "", All, READ_PARTNERS, "ynn"),
    row("GET /policies/crossTenantAccessPolicy/default", "", All, READ_PARTNERS, "ynn"),
    row("GET /policies/crossTenantAccessPolicy/partners", "", All, READ_PARTNERS, "ynn"),
    row("GET /policies/crossTenantAccessPolicy/partners/{id}", "", All, READ_PARTNERS, "ynn"),
    row("PATCH /policies/crossTenantAccessPolicy/default", "", PARTNERS, WRITE_PARTNERS, "nnn"),
    row("POST /policies/crossTenantAccessPolicy/default/resetToSystemDefault", "", PARTNERS, WRITE_PARTNERS, "nnn"),
    row("POST /policies/crossTenantAccessPolicy/partners", "", PARTNERS, WRITE_PARTNERS, "nnn"),
    row("PATCH /policies/crossTenantAccessPolicy/partners/{id}", "", PARTNERS, WRITE_PARTNERS, "nnn"),
    row("DELETE /policies/crossTenantAccessPolicy/partners/{id}", "", PARTNERS, WRITE_PARTNERS, "nnn"),
];
