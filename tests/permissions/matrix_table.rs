//! Who may do what, written down once: every line of the directory API times roles, permissions and guest levels. Taken
//! from reference/roles-and-policies.md, reference/invitations.md section 6 and reference/user-object.md sections 5 and 6,
//! else from the names of permissions. Nothing here is taken from the rules it is compared with.
//!
//! | Column | Says |
//! |---|---|
//! | call | a line of the table of contents; it may stand here several times |
//! | what | which of its jobs, with the request of that name in [`super::matrix_stage`] |
//! | people | who may, through a program that has every permission: everybody of the organisation, or these roles |
//! | permissions | one of these is enough, for an application and for a Global Administrator; no other is |
//! | guests | whether a guest without a role may: where guests see as much as members, limited, restricted |
use hospes_domain::access::{Role, Scope};

use Role::{
    ApplicationAdministrator as AppAdmin, AuthenticationAdministrator as AuthAdmin,
    CloudApplicationAdministrator as CloudAdmin, DirectoryWriters as Writers,
    DomainNameAdministrator as DomainAdmin, ExternalIdentityProviderAdministrator as ProviderAdmin,
    GlobalAdministrator as Global, GlobalReader as Reader, GroupsAdministrator as GroupsAdmin,
    GuestInviter as GuestInviterRole, HelpdeskAdministrator as Helpdesk,
    PasswordAdministrator as PasswordAdmin, PrivilegedAuthenticationAdministrator as PrivAuth,
    PrivilegedRoleAdministrator as PrivRole, ReportsReader as Reports,
    SecurityAdministrator as SecurityAdmin, SecurityReader as SecReader, UserAdministrator as UserAdmin,
};

/// Which people of the organisation may.
#[derive(Clone, Copy, Debug)]
pub enum People {
    /// Members, with and without a role.
    All,
    /// Whoever holds one of these roles.
    Only(&'static [Role]),
}
use People::{All, Only};

impl People {
    /// Whether somebody who holds that role, or none, is among them.
    pub fn may(self, role: Option<Role>) -> bool {
        match self {
            All => true,
            Only(roles) => role.is_some_and(|role| roles.contains(&role)),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub call: &'static str,
    pub what: &'static str,
    pub people: People,
    pub scopes: &'static [Scope],
    pub guests: [bool; 3],
}

pub(super) const fn row(
    call: &'static str,
    what: &'static str,
    people: People,
    scopes: &'static [Scope],
    guests: &'static str,
) -> Row {
    let [a, b, c] = *guests.as_bytes() else { panic!("one letter for each guest level") };
    Row { call, what, people, scopes, guests: [a == b'y', b == b'y', c == b'y'] }
}

/// Roles that may here what every member may. A role stands either here or in a row.
pub const LIKE_MEMBERS: &[Role] = &[
    Role::DirectoryReaders,
    Role::MessageCenterReader,
    Role::UsageSummaryReportsReader,
    Role::UserExperienceSuccessManager,
];

// Permissions, by what they open.
const READ_USERS: &[Scope] =
    &[Scope::UserReadAll, Scope::UserReadWriteAll, Scope::DirectoryReadAll, Scope::DirectoryReadWriteAll];
const READ_NAMES: &[Scope] = &[
    Scope::UserReadBasicAll,
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
/// Also for programs that only invite, which tell their user who is signed in.
const READ_SELF: &[Scope] = &[
    Scope::UserRead,
    Scope::UserReadWrite,
    Scope::UserInviteAll,
    Scope::UserReadBasicAll,
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
const READ_HISTORY: &[Scope] = &[
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
    Scope::AuditLogReadAll,
];
const READ_LOG: &[Scope] = &[Scope::AuditLogReadAll];
const WRITE_USERS: &[Scope] = &[Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
const INVITE: &[Scope] = &[Scope::UserInviteAll, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
/// Of the caller's own entry (docs/decisions/0017-passwords.md).
const WRITE_SELF: &[Scope] = &[Scope::UserReadWrite, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
const REVOKE: &[Scope] =
    &[Scope::UserRevokeSessionsAll, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
const READ_GROUPS: &[Scope] = &[
    Scope::GroupReadAll,
    Scope::GroupReadWriteAll,
    Scope::GroupMemberReadAll,
    Scope::GroupMemberReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
const READ_MEMBERSHIPS: &[Scope] = &[
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::GroupReadAll,
    Scope::GroupReadWriteAll,
    Scope::GroupMemberReadAll,
    Scope::GroupMemberReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
/// One's own: as oneself, or as anybody's.
const READ_OWN_MEMBERSHIPS: &[Scope] = &[
    Scope::UserRead,
    Scope::UserReadWrite,
    Scope::UserInviteAll,
    Scope::UserReadBasicAll,
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::GroupReadAll,
    Scope::GroupReadWriteAll,
    Scope::GroupMemberReadAll,
    Scope::GroupMemberReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
/// A permission to change members creates no groups.
const CREATE_GROUPS: &[Scope] = &[Scope::GroupReadWriteAll, Scope::DirectoryReadWriteAll];
const WRITE_MEMBERS: &[Scope] =
    &[Scope::GroupMemberReadWriteAll, Scope::GroupReadWriteAll, Scope::DirectoryReadWriteAll];
const READ_APPS: &[Scope] = &[
    Scope::ApplicationReadAll,
    Scope::ApplicationReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
const READ_ASSIGNED: &[Scope] = &[
    Scope::AppRoleAssignmentReadWriteAll,
    Scope::ApplicationReadAll,
    Scope::ApplicationReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
const READ_OWN_ASSIGNED: &[Scope] = &[
    Scope::UserRead,
    Scope::UserReadWrite,
    Scope::UserInviteAll,
    Scope::UserReadBasicAll,
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::AppRoleAssignmentReadWriteAll,
    Scope::ApplicationReadAll,
    Scope::ApplicationReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
const WRITE_APPS: &[Scope] = &[Scope::ApplicationReadWriteAll];
/// Applications that somebody else registered are not for `OwnedBy`; new ones are one's own.
const REGISTER: &[Scope] = &[Scope::ApplicationReadWriteAll, Scope::ApplicationReadWriteOwnedBy];
const READ_GRANTS: &[Scope] =
    &[Scope::DelegatedPermissionGrantReadWriteAll, Scope::DirectoryReadAll, Scope::DirectoryReadWriteAll];
const GRANT: &[Scope] = &[Scope::DelegatedPermissionGrantReadWriteAll];
/// The original documents a permission to read applications on top; its service does not ask for one.
const ASSIGN: &[Scope] = &[Scope::AppRoleAssignmentReadWriteAll];
const READ_ROLES: &[Scope] = &[
    Scope::RoleManagementReadDirectory,
    Scope::RoleManagementReadWriteDirectory,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
const WRITE_ROLES: &[Scope] = &[Scope::RoleManagementReadWriteDirectory];
/// Whoever may read a user may read where that user is.
const READ_ORGANISATION: &[Scope] = &[
    Scope::OrganizationReadAll,
    Scope::UserRead,
    Scope::UserReadWrite,
    Scope::UserReadBasicAll,
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
const READ_DOMAINS: &[Scope] =
    &[Scope::DomainReadAll, Scope::DomainReadWriteAll, Scope::DirectoryReadAll, Scope::DirectoryReadWriteAll];
const WRITE_DOMAINS: &[Scope] = &[Scope::DomainReadWriteAll];
const READ_AUTHORIZATION: &[Scope] = &[Scope::PolicyReadAll, Scope::PolicyReadWriteAuthorization];
const WRITE_AUTHORIZATION: &[Scope] = &[Scope::PolicyReadWriteAuthorization];
const READ_LEAVING: &[Scope] = &[Scope::PolicyReadAll, Scope::PolicyReadWriteExternalIdentities];
const WRITE_LEAVING: &[Scope] = &[Scope::PolicyReadWriteExternalIdentities];
const READ_LISTS: &[Scope] =
    &[Scope::PolicyReadAll, Scope::PolicyReadB2BManagement, Scope::PolicyReadWriteB2BManagement];
const WRITE_LISTS: &[Scope] = &[Scope::PolicyReadWriteB2BManagement];
const READ_PARTNERS: &[Scope] = &[Scope::PolicyReadAll, Scope::PolicyReadWriteCrossTenantAccess];
const WRITE_PARTNERS: &[Scope] = &[Scope::PolicyReadWriteCrossTenantAccess];

// Roles, by the tables of reference/roles-and-policies.md section 1.
/// Sensitive actions on somebody without a role.
const SENSITIVE: People = Only(&[Global, UserAdmin, PrivAuth, AuthAdmin]);
/// What comes with resetting a password, on somebody without a role.
pub(super) const PASSWORDS: People = Only(&[Global, UserAdmin, PrivAuth, AuthAdmin, Helpdesk, PasswordAdmin]);
const GROUPS: People = Only(&[Global, UserAdmin, GroupsAdmin, Writers]);
const APPS: People = Only(&[Global, UserAdmin, AppAdmin, CloudAdmin]);
const REGISTRARS: People = Only(&[Global, AppAdmin, CloudAdmin]);
const GRANTERS: People = Only(&[Global, PrivRole, AppAdmin, CloudAdmin]);
const ROLES: People = Only(&[Global, PrivRole]);
const DOMAINS: People = Only(&[Global, DomainAdmin]);
const PARTNERS: People = Only(&[Global, SecurityAdmin]);

/// What else suffices on behalf of a person, whose role vouches for the rest.
pub const MORE_FOR_PEOPLE: &[(&str, &str, Scope)] =
    &[("POST /invitations", "as a member", Scope::UserInviteAll)];

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    // reference/invitations.md section 6: under "everyone" guests invite, too.
    row("POST /invitations", "", All, INVITE, "yyy"),
    row("POST /invitations", "restricted", Only(&[Global, UserAdmin, Writers, GuestInviterRole]), INVITE, "nnn"),
    row("POST /invitations", "as a member", Only(&[Global, UserAdmin]), WRITE_USERS, "nnn"),
    row("POST /invitations", "reset", Only(&[Global, UserAdmin, Helpdesk]), WRITE_USERS, "nnn"),
    row("POST /invitations", "convert", Only(&[Global, UserAdmin]), WRITE_USERS, "nnn"),
    row("GET /me", "", All, READ_SELF, "yyy"),
    row("GET /me/memberOf", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("GET /me/transitiveMemberOf", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("GET /me/appRoleAssignments", "", All, READ_OWN_ASSIGNED, "yyy"),
    row("POST /me/revokeSignInSessions", "", All, REVOKE, "yyy"),
    row("POST /me/invalidateAllRefreshTokens", "", All, REVOKE, "yyy"),
    row("POST /me/changePassword", "", All, WRITE_SELF, "yyy"),
    row("GET /users", "", All, READ_NAMES, "ynn"),
    row("GET /users/$count", "", All, READ_NAMES, "ynn"),
    row("GET /users/{id}", "", All, READ_NAMES, "yyn"),
    row("GET /users/{id}/sponsors", "", All, READ_USERS, "ynn"),
    row("GET /users/{id}/hospes.bindings", "", Only(&[Global, UserAdmin, Helpdesk, Reader, SecReader]), READ_HISTORY, "nnn"),
    row("GET /users/{id}/hospes.history", "", Only(&[Global, UserAdmin, Helpdesk, Reader, SecReader, SecurityAdmin, Reports]), READ_LOG, "nnn"),
    row("GET /users/{id}/hospes.invitations", "", Only(&[Global, UserAdmin, Helpdesk, Writers, GuestInviterRole, Reader, SecReader]), READ_USERS, "nnn"),
    // "Sign-in and audit reports", "read security data", "read all"; the original adds Security Administrators.
    row("GET /auditLogs/directoryAudits", "", Only(&[Global, Reader, SecReader, SecurityAdmin, Reports]), READ_LOG, "nnn"),
    row("GET /auditLogs/directoryAudits/{id}", "", Only(&[Global, Reader, SecReader, SecurityAdmin, Reports]), READ_LOG, "nnn"),
    row("GET /auditLogs/signIns", "", Only(&[Global, Reader, SecReader, SecurityAdmin, Reports]), READ_LOG, "nnn"),
    row("GET /auditLogs/signIns/{id}", "", Only(&[Global, Reader, SecReader, SecurityAdmin, Reports]), READ_LOG, "nnn"),
    row("GET /hospes.mails", "", Only(&[Global, UserAdmin, Helpdesk, Writers, GuestInviterRole, Reader]), READ_USERS, "nnn"),
    row("GET /hospes.mails/{id}", "", Only(&[Global, UserAdmin, Helpdesk, Writers, GuestInviterRole, Reader]), READ_USERS, "nnn"),
    row("POST /hospes.mails/{id}/retry", "", Only(&[Global, UserAdmin, Helpdesk, Writers, GuestInviterRole]), INVITE, "nnn"),
    row("POST /users", "", Only(&[Global, UserAdmin]), WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "names", Only(&[Global, UserAdmin, Writers]), WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "mail", Only(&[Global, UserAdmin]), WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "type", Only(&[Global, UserAdmin]), WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "name", SENSITIVE, WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "block", SENSITIVE, WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "telephone", PASSWORDS, WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "other mails", PASSWORDS, WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "password", PASSWORDS, WRITE_USERS, "nnn"),
    row("DELETE /users/{id}", "", SENSITIVE, WRITE_USERS, "nnn"),
    row("POST /users/{id}/revokeSignInSessions", "", Only(&[Global, UserAdmin, PrivAuth, AuthAdmin, Helpdesk]), REVOKE, "nnn"),
    row("POST /users/{id}/invalidateAllRefreshTokens", "", Only(&[Global, UserAdmin, PrivAuth, AuthAdmin, Helpdesk]), REVOKE, "nnn"),
    row("GET /directory/deletedItems/graph.user", "", Only(&[Global, UserAdmin, PrivAuth, AuthAdmin, Reader]), READ_USERS, "nnn"),
    row("GET /directory/deletedItems/{id}", "", Only(&[Global, UserAdmin, PrivAuth, AuthAdmin, Reader]), READ_USERS, "nnn"),
    row("DELETE /directory/deletedItems/{id}", "", SENSITIVE, WRITE_USERS, "nnn"),
    row("POST /directory/deletedItems/{id}/restore", "", SENSITIVE, WRITE_USERS, "nnn"),
    row("GET /users/{id}/memberOf", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /users/{id}/memberOf/graph.group", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /users/{id}/memberOf/graph.directoryRole", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /users/{id}/transitiveMemberOf", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /users/{id}/transitiveMemberOf/graph.group", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /users/{id}/transitiveMemberOf/graph.directoryRole", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /groups", "", All, READ_GROUPS, "ynn"),
    row("GET /groups/{id}", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/members", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/members/graph.user", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/members/graph.group", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/members/graph.servicePrincipal", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/owners", "", All, READ_GROUPS, "yyn"),
    // Members create none: allowedToCreateSecurityGroups is false.
    row("POST /groups", "", GROUPS, CREATE_GROUPS, "nnn"),
    row("POST /groups/{id}/members/$ref", "", GROUPS, WRITE_MEMBERS, "nnn"),
    row("DELETE /groups/{id}/members/{id}/$ref", "", GROUPS, WRITE_MEMBERS, "nnn"),
    // Changing who is in a group that can hold roles is giving roles (threats E1).
    row("POST /groups/{id}/members/$ref", "of a group for roles", ROLES, WRITE_ROLES, "nnn"),
    row("DELETE /groups/{id}/members/{id}/$ref", "of a group for roles", ROLES, WRITE_ROLES, "nnn"),
    row("GET /users/{id}/appRoleAssignments", "", All, READ_ASSIGNED, "ynn"),
    row("GET /users/{id}/appRoleAssignments/{id}", "", All, READ_ASSIGNED, "ynn"),
    row("GET /groups/{id}/appRoleAssignments", "", All, READ_ASSIGNED, "ynn"),
    row("GET /groups/{id}/appRoleAssignments/{id}", "", All, READ_ASSIGNED, "ynn"),
    // "List granted permissions": guests of every level see what an application was granted.
    row("GET /servicePrincipals/{id}/appRoleAssignments", "", All, READ_ASSIGNED, "yyy"),
    row("GET /servicePrincipals/{id}/appRoleAssignments/{id}", "", All, READ_ASSIGNED, "yyy"),
    row("GET /servicePrincipals/{id}/appRoleAssignedTo", "", All, READ_ASSIGNED, "ynn"),
    row("GET /servicePrincipals/{id}/appRoleAssignedTo/{id}", "", All, READ_ASSIGNED, "ynn"),
    row("GET /servicePrincipals(appId)/appRoleAssignedTo", "", All, READ_ASSIGNED, "ynn"),
    row("GET /servicePrincipals(appId)/appRoleAssignedTo/{id}", "", All, READ_ASSIGNED, "ynn"),
    row("POST /users/{id}/appRoleAssignments", "", APPS, ASSIGN, "nnn"),
    row("DELETE /users/{id}/appRoleAssignments/{id}", "", APPS, ASSIGN, "nnn"),
    row("POST /groups/{id}/appRoleAssignments", "", APPS, ASSIGN, "nnn"),
    row("DELETE /groups/{id}/appRoleAssignments/{id}", "", APPS, ASSIGN, "nnn"),
    row("POST /servicePrincipals/{id}/appRoleAssignments", "", APPS, ASSIGN, "nnn"),
    row("DELETE /servicePrincipals/{id}/appRoleAssignments/{id}", "", APPS, ASSIGN, "nnn"),
    row("POST /servicePrincipals/{id}/appRoleAssignedTo", "", APPS, ASSIGN, "nnn"),
    row("DELETE /servicePrincipals/{id}/appRoleAssignedTo/{id}", "", APPS, ASSIGN, "nnn"),
    row("POST /servicePrincipals(appId)/appRoleAssignedTo", "", APPS, ASSIGN, "nnn"),
    row("DELETE /servicePrincipals(appId)/appRoleAssignedTo/{id}", "", APPS, ASSIGN, "nnn"),
    row("GET /servicePrincipals", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}", "", All, READ_APPS, "yyy"),
    row("GET /servicePrincipals(appId)", "", All, READ_APPS, "yyy"),
    row("GET /applications", "", All, READ_APPS, "ynn"),
    row("GET /applications/{id}", "", All, READ_APPS, "yyy"),
    row("GET /applications(appId)", "", All, READ_APPS, "yyy"),
    // Members register none: allowedToCreateApps is false.
    row("POST /applications", "", REGISTRARS, REGISTER, "nnn"),
    row("PATCH /applications/{id}", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("DELETE /applications/{id}", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /applications/{id}/addPassword", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /applications/{id}/removePassword", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("PATCH /applications(appId)", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("DELETE /applications(appId)", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /applications(appId)/addPassword", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /applications(appId)/removePassword", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /servicePrincipals", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("PATCH /servicePrincipals/{id}", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("DELETE /servicePrincipals/{id}", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("PATCH /servicePrincipals(appId)", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("DELETE /servicePrincipals(appId)", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("GET /oauth2PermissionGrants", "", All, READ_GRANTS, "ynn"),
    row("GET /oauth2PermissionGrants/{id}", "", All, READ_GRANTS, "ynn"),
    row("POST /oauth2PermissionGrants", "", GRANTERS, GRANT, "nnn"),
    row("PATCH /oauth2PermissionGrants/{id}", "", GRANTERS, GRANT, "nnn"),
    row("DELETE /oauth2PermissionGrants/{id}", "", GRANTERS, GRANT, "nnn"),
    row("POST /me/getMemberGroups", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("POST /users/{id}/getMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /directoryObjects/{id}/getMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /me/getMemberObjects", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("POST /users/{id}/getMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /directoryObjects/{id}/getMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /me/checkMemberGroups", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("POST /users/{id}/checkMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /directoryObjects/{id}/checkMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /me/checkMemberObjects", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("POST /users/{id}/checkMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /directoryObjects/{id}/checkMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /directoryObjects/{id}", "a user", All, READ_NAMES, "yyn"),
    row("GET /directoryObjects/{id}", "a group", All, READ_GROUPS, "yyn"),
    row("GET /directoryObjects/{id}", "an application", All, READ_APPS, "yyy"),
    row("GET /roleManagement/directory/roleAssignments", "", All, READ_ROLES, "ynn"),
    row("GET /roleManagement/directory/roleAssignments/{id}", "", All, READ_ROLES, "ynn"),
    row("GET /roleManagement/directory/roleDefinitions", "", All, READ_ROLES, "ynn"),
    row("GET /roleManagement/directory/roleDefinitions/{id}", "", All, READ_ROLES, "ynn"),
    row("POST /roleManagement/directory/roleAssignments", "", ROLES, WRITE_ROLES, "nnn"),
    row("DELETE /roleManagement/directory/roleAssignments/{id}", "", ROLES, WRITE_ROLES, "nnn"),
    row("GET /directoryRoles", "", All, READ_ROLES, "ynn"),
    row("GET /directoryRoles/{id}", "", All, READ_ROLES, "ynn"),
    row("GET /directoryRoles(roleTemplateId)", "", All, READ_ROLES, "ynn"),
    row("GET /directoryRoles/{id}/members", "", All, READ_ROLES, "ynn"),
    row("POST /directoryRoles/{id}/members/$ref", "", ROLES, WRITE_ROLES, "nnn"),
    row("DELETE /directoryRoles/{id}/members/{id}/$ref", "", ROLES, WRITE_ROLES, "nnn"),
    row("GET /organization", "", All, READ_ORGANISATION, "yyy"),
    row("GET /organization/{id}", "", All, READ_ORGANISATION, "yyy"),
    row("GET /domains", "", All, READ_DOMAINS, "ynn"),
    row("GET /domains/{id}", "", All, READ_DOMAINS, "ynn"),
    row("GET /domains/{id}/verificationDnsRecords", "", All, READ_DOMAINS, "ynn"),
    row("POST /domains", "", DOMAINS, WRITE_DOMAINS, "nnn"),
    row("DELETE /domains/{id}", "", DOMAINS, WRITE_DOMAINS, "nnn"),
    row("POST /domains/{id}/verify", "", DOMAINS, WRITE_DOMAINS, "nnn"),
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
