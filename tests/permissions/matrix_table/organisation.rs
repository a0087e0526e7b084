//! Roles, the organisation and its domains.

use hospes_domain::access::{Role, Scope};

use Role::{
    DomainNameAdministrator as DomainAdmin, GlobalAdministrator as Global,
    PrivilegedRoleAdministrator as PrivRole,
};

use super::People::{All, Only};
use super::{People, Row, row};

const READ_ROLES: &[Scope] = &[
    Scope::RoleManagementReadDirectory,
    Scope::RoleManagementReadWriteDirectory,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
pub(super) const WRITE_ROLES: &[Scope] = &[Scope::RoleManagementReadWriteDirectory];
/// Whoever may read a user may read where that user is.
const READ_ORGANISATION: &[Scope] = &[
    Scope::OrganizationReadAll,
    Scope::OrganizationReadWriteAll,
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
pub(super) const ROLES: People = Only(&[Global, PrivRole]);
const DOMAINS: People = Only(&[Global, DomainAdmin]);

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
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
    row("GET /directoryRoles/{id}/members/{id}/$ref", "", All, READ_ROLES, "ynn"),
    row("POST /directoryRoles/{id}/members/$ref", "", ROLES, WRITE_ROLES, "nnn"),
    row("DELETE /directoryRoles/{id}/members/{id}/$ref", "", ROLES, WRITE_ROLES, "nnn"),
    row("POST /directoryRoles", "", ROLES, WRITE_ROLES, "nnn"),
    row("GET /directoryRoles(roleTemplateId)/members", "", All, READ_ROLES, "ynn"),
    row("GET /directoryRoleTemplates", "", All, READ_ROLES, "ynn"),
    row("GET /directoryRoleTemplates/{id}", "", All, READ_ROLES, "ynn"),
    row("PATCH /organization/{id}", "", Only(&[Global]), &[Scope::OrganizationReadWriteAll], "nnn"),
    row("GET /organization", "", All, READ_ORGANISATION, "yyy"),
    row("GET /organization/{id}", "", All, READ_ORGANISATION, "yyy"),
    row("GET /domains", "", All, READ_DOMAINS, "ynn"),
    row("GET /domains/{id}", "", All, READ_DOMAINS, "ynn"),
    row("GET /domains/{id}/verificationDnsRecords", "", All, READ_DOMAINS, "ynn"),
    row("POST /domains", "", DOMAINS, WRITE_DOMAINS, "nnn"),
    row("DELETE /domains/{id}", "", DOMAINS, WRITE_DOMAINS, "nnn"),
    row("POST /domains/{id}/verify", "", DOMAINS, WRITE_DOMAINS, "nnn"),
];
