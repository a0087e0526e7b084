//! Applications, their presences, who is assigned to them, and what they were granted.

use hospes_domain::access::{Role, Scope};

use Role::{
    ApplicationAdministrator as AppAdmin, CloudApplicationAdministrator as CloudAdmin,
    GlobalAdministrator as Global, PrivilegedRoleAdministrator as PrivRole, UserAdministrator as UserAdmin,
};

use super::People::{All, Only};
use super::{People, Row, row};

pub(super) const READ_APPS: &[Scope] = &[
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
const READ_GRANTS: &[Scope] = &[
    Scope::DelegatedPermissionGrantReadAll,
    Scope::DelegatedPermissionGrantReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
const GRANT: &[Scope] = &[Scope::DelegatedPermissionGrantReadWriteAll];
const UNASSIGN: &[Scope] = &[Scope::AppRoleAssignmentReadWriteAll];
/// That takes two: one to read applications on top (reference/user-object.md section 6, `e_applications.rs`).
const ASSIGN: &[Scope] = &[];
const APPS: People = Only(&[Global, UserAdmin, AppAdmin, CloudAdmin]);
const REGISTRARS: People = Only(&[Global, AppAdmin, CloudAdmin]);
const GRANTERS: People = Only(&[Global, PrivRole, AppAdmin, CloudAdmin]);

const SEE_DELETED: People = Only(&[Global, AppAdmin, CloudAdmin, Role::GlobalReader]);

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row("GET /me/appRoleAssignments", "", All, READ_OWN_ASSIGNED, "yyy"),
    row("GET /users/{id}/appRoleAssignments", "", All, READ_ASSIGNED, "ynn"),
    row("GET /users/{id}/appRoleAssignments/{id}", "", All, READ_ASSIGNED, "ynn"),
    row("GET /groups/{id}/appRoleAssignments", "", All, READ_ASSIGNED, "ynn"),
    row("GET /groups/{id}/appRoleAssignments/{id}", "", All, READ_ASSIGNED, "ynn"),
    // "List granted permissions": guests of every level see what an application was granted.
    row("GET /servicePrincipals/{id}/appRoleAssignments", "", All, READ_ASSIGNED, "yyy"),
    row("GET /servicePrincipals/{id}/appRoleAssignments/{id}", "", All, READ_ASSIGNED, "yyy"),
    row("GET /servicePrincipals/{id}/appRoleAssignedTo", "", All, READ_ASSIGNED, "ynn"),
    row("GET /servicePrincipals/{id}/appRoleAssignedTo/{id}", "", All, READ_ASSIGNED, "ynn"),
    row("POST /users/{id}/appRoleAssignments", "", APPS, ASSIGN, "nnn"),
    row("DELETE /users/{id}/appRoleAssignments/{id}", "", APPS, UNASSIGN, "nnn"),
    row("POST /groups/{id}/appRoleAssignments", "", APPS, ASSIGN, "nnn"),
    row("DELETE /groups/{id}/appRoleAssignments/{id}", "", APPS, UNASSIGN, "nnn"),
    row("POST /servicePrincipals/{id}/appRoleAssignments", "", APPS, ASSIGN, "nnn"),
    row("DELETE /servicePrincipals/{id}/appRoleAssignments/{id}", "", APPS, UNASSIGN, "nnn"),
    row("POST /servicePrincipals/{id}/appRoleAssignedTo", "", APPS, ASSIGN, "nnn"),
    row("DELETE /servicePrincipals/{id}/appRoleAssignedTo/{id}", "", APPS, UNASSIGN, "nnn"),
    row("GET /servicePrincipals", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}", "", All, READ_APPS, "yyy"),
    row("GET /applications", "", All, READ_APPS, "ynn"),
    row("GET /applications/{id}", "", All, READ_APPS, "yyy"),
    // Members register none: allowedToCreateApps is false.
    row("POST /applications", "", REGISTRARS, REGISTER, "nnn"),
    row("PATCH /applications/{id}", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("DELETE /applications/{id}", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /applications/{id}/addPassword", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /applications/{id}/removePassword", "", REGISTRARS, WRITE_APPS, "nnn"),
    // Another application's; one's own takes the proof alone.
    row("POST /applications/{id}/addKey", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /applications/{id}/removeKey", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /servicePrincipals", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("PATCH /servicePrincipals/{id}", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("DELETE /servicePrincipals/{id}", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("DELETE /directoryObjects/{id}", "an application", REGISTRARS, WRITE_APPS, "nnn"),
    row("GET /applications/{id}/owners", "", All, READ_APPS, "ynn"),
    row("GET /applications/{id}/owners/graph.user", "", All, READ_APPS, "ynn"),
    row("GET /applications/{id}/owners/graph.servicePrincipal", "", All, READ_APPS, "ynn"),
    row("GET /applications/{id}/owners/{id}/$ref", "", All, READ_APPS, "ynn"),
    row("POST /applications/{id}/owners/$ref", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("DELETE /applications/{id}/owners/{id}/$ref", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("GET /servicePrincipals/{id}/owners", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/owners/graph.user", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/owners/graph.servicePrincipal", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/owners/{id}/$ref", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/ownedObjects", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/ownedObjects/graph.group", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/ownedObjects/graph.application", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/ownedObjects/graph.servicePrincipal", "", All, READ_APPS, "ynn"),
    row("POST /servicePrincipals/{id}/addPassword", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /servicePrincipals/{id}/removePassword", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /servicePrincipals/{id}/addKey", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /servicePrincipals/{id}/removeKey", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("GET /servicePrincipals/{id}/memberOf", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/memberOf/graph.group", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/memberOf/graph.directoryRole", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/transitiveMemberOf/graph.group", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/transitiveMemberOf/graph.directoryRole", "", All, READ_APPS, "ynn"),
    row("GET /servicePrincipals/{id}/transitiveMemberOf", "", All, READ_APPS, "ynn"),
    row("POST /servicePrincipals/{id}/owners/$ref", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("DELETE /servicePrincipals/{id}/owners/{id}/$ref", "", REGISTRARS, WRITE_APPS, "nnn"),
    row("GET /directory/deletedItems/graph.application", "", SEE_DELETED, READ_APPS, "nnn"),
    row("GET /directory/deletedItems/graph.servicePrincipal", "", SEE_DELETED, READ_APPS, "nnn"),
    row("GET /directory/deletedItems/{id}", "an application", SEE_DELETED, READ_APPS, "nnn"),
    row("DELETE /directory/deletedItems/{id}", "an application", REGISTRARS, WRITE_APPS, "nnn"),
    row("POST /directory/deletedItems/{id}/restore", "an application", REGISTRARS, WRITE_APPS, "nnn"),
    row("GET /oauth2PermissionGrants", "", All, READ_GRANTS, "ynn"),
    row("GET /users/{id}/oauth2PermissionGrants", "", All, READ_GRANTS, "ynn"),
    row("GET /me/oauth2PermissionGrants", "", All, READ_GRANTS, "ynn"),
    row("GET /servicePrincipals/{id}/oauth2PermissionGrants", "", All, READ_GRANTS, "ynn"),
    row("GET /oauth2PermissionGrants/{id}", "", All, READ_GRANTS, "ynn"),
    row("POST /oauth2PermissionGrants", "", GRANTERS, GRANT, "nnn"),
    row("PATCH /oauth2PermissionGrants/{id}", "", GRANTERS, GRANT, "nnn"),
    row("DELETE /oauth2PermissionGrants/{id}", "", GRANTERS, GRANT, "nnn"),
];
