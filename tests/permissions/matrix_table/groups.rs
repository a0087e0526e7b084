//! Groups, and what somebody or something is a member of.

use hospes_domain::access::{Role, Scope};

use Role::{
    DirectoryWriters as Writers, GlobalAdministrator as Global, GroupsAdministrator as GroupsAdmin,
    UserAdministrator as UserAdmin,
};

use super::People::{All, Only};
use super::applications::READ_APPS;
use super::organisation::{ROLES, WRITE_ROLES};
use super::people::READ_NAMES;
use super::{People, Row, row};

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
const CREATE_GROUPS: &[Scope] = &[Scope::GroupCreate, Scope::GroupReadWriteAll, Scope::DirectoryReadWriteAll];
const WRITE_GROUPS: &[Scope] = &[Scope::GroupReadWriteAll, Scope::DirectoryReadWriteAll];
const WRITE_MEMBERS: &[Scope] =
    &[Scope::GroupMemberReadWriteAll, Scope::GroupReadWriteAll, Scope::DirectoryReadWriteAll];
const GROUPS: People = Only(&[Global, UserAdmin, GroupsAdmin, Writers]);

/// Names of people, groups or applications.
const READ_ANYTHING: &[Scope] = &[
    Scope::UserReadBasicAll,
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::GroupReadAll,
    Scope::GroupReadWriteAll,
    Scope::GroupMemberReadAll,
    Scope::GroupMemberReadWriteAll,
    Scope::ApplicationReadAll,
    Scope::ApplicationReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row("GET /me/memberOf", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("GET /me/transitiveMemberOf", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("GET /me/memberOf/graph.group", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("GET /me/memberOf/graph.directoryRole", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("GET /me/transitiveMemberOf/graph.group", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("GET /me/transitiveMemberOf/graph.directoryRole", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("GET /users/{id}/memberOf", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /users/{id}/memberOf/graph.group", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /users/{id}/memberOf/graph.directoryRole", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /users/{id}/transitiveMemberOf", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /users/{id}/transitiveMemberOf/graph.group", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /users/{id}/transitiveMemberOf/graph.directoryRole", "", All, READ_MEMBERSHIPS, "ynn"),
    row("GET /groups", "", All, READ_GROUPS, "ynn"),
    row("GET /groups/delta", "", All, READ_GROUPS, "ynn"),
    row("GET /groups/{id}", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/members", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/members/graph.user", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/members/graph.group", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/members/graph.servicePrincipal", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/owners", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/owners/graph.user", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/owners/graph.servicePrincipal", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/members/{id}/$ref", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/owners/{id}/$ref", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/transitiveMembers", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/transitiveMembers/graph.user", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/transitiveMembers/graph.group", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/transitiveMembers/graph.servicePrincipal", "", All, READ_GROUPS, "yyn"),
    row("GET /groups/{id}/memberOf", "", All, READ_GROUPS, "ynn"),
    row("GET /groups/{id}/memberOf/graph.group", "", All, READ_GROUPS, "ynn"),
    row("GET /groups/{id}/memberOf/graph.directoryRole", "", All, READ_GROUPS, "ynn"),
    row("GET /groups/{id}/transitiveMemberOf/graph.directoryRole", "", All, READ_GROUPS, "ynn"),
    row("GET /groups/{id}/transitiveMemberOf", "", All, READ_GROUPS, "ynn"),
    row("GET /groups/{id}/transitiveMemberOf/graph.group", "", All, READ_GROUPS, "ynn"),
    row("PATCH /groups/{id}", "", GROUPS, WRITE_GROUPS, "nnn"),
    row("PATCH /groups/{id}", "members", GROUPS, WRITE_MEMBERS, "nnn"),
    row("DELETE /groups/{id}", "", GROUPS, WRITE_GROUPS, "nnn"),
    row("DELETE /directoryObjects/{id}", "a group", GROUPS, WRITE_GROUPS, "nnn"),
    row("POST /groups/{id}/owners/$ref", "", GROUPS, WRITE_GROUPS, "nnn"),
    row("DELETE /groups/{id}/owners/{id}/$ref", "", GROUPS, WRITE_GROUPS, "nnn"),
    row("GET /directory/deletedItems/graph.group", "", Only(&[Global, UserAdmin, GroupsAdmin, Writers, Role::GlobalReader]), READ_GROUPS, "nnn"),
    row("GET /directory/deletedItems/{id}", "a group", Only(&[Global, UserAdmin, GroupsAdmin, Writers, Role::GlobalReader]), READ_GROUPS, "nnn"),
    row("DELETE /directory/deletedItems/{id}", "a group", GROUPS, WRITE_GROUPS, "nnn"),
    row("POST /directory/deletedItems/{id}/restore", "a group", GROUPS, WRITE_GROUPS, "nnn"),
    // Members create none: allowedToCreateSecurityGroups is false.
    row("POST /groups", "", GROUPS, CREATE_GROUPS, "nnn"),
    row("POST /groups/{id}/members/$ref", "", GROUPS, WRITE_MEMBERS, "nnn"),
    row("DELETE /groups/{id}/members/{id}/$ref", "", GROUPS, WRITE_MEMBERS, "nnn"),
    // Changing who is in a group that can hold roles is giving roles (threats E1).
    row("POST /groups/{id}/members/$ref", "of a group for roles", ROLES, WRITE_ROLES, "nnn"),
    row("DELETE /groups/{id}/members/{id}/$ref", "of a group for roles", ROLES, WRITE_ROLES, "nnn"),
    row("POST /me/getMemberGroups", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("POST /users/{id}/getMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /groups/{id}/getMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /servicePrincipals/{id}/getMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /directoryObjects/{id}/getMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /me/getMemberObjects", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("POST /users/{id}/getMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /groups/{id}/getMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /servicePrincipals/{id}/getMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /directoryObjects/{id}/getMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /me/checkMemberGroups", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("POST /users/{id}/checkMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /groups/{id}/checkMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /servicePrincipals/{id}/checkMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /directoryObjects/{id}/checkMemberGroups", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /me/checkMemberObjects", "", All, READ_OWN_MEMBERSHIPS, "yyy"),
    row("POST /users/{id}/checkMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /groups/{id}/checkMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /servicePrincipals/{id}/checkMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /directoryObjects/{id}/checkMemberObjects", "", All, READ_MEMBERSHIPS, "ynn"),
    row("POST /directoryObjects/getByIds", "", All, READ_ANYTHING, "yyn"),
    row("GET /directoryObjects/{id}", "a user", All, READ_NAMES, "yyn"),
    row("GET /directoryObjects/{id}", "a group", All, READ_GROUPS, "yyn"),
    row("GET /directoryObjects/{id}", "an application", All, READ_APPS, "yyy"),
];
