//! People: invitations, one's own entry, users, those that were deleted, mails and logs.

use hospes_domain::access::{Role, Scope};

use Role::{
    AuthenticationAdministrator as AuthAdmin, DirectoryWriters as Writers, GlobalAdministrator as Global,
    GlobalReader as Reader, GuestInviter as GuestInviterRole, HelpdeskAdministrator as Helpdesk,
    PasswordAdministrator as PasswordAdmin, PrivilegedAuthenticationAdministrator as PrivAuth,
    ReportsReader as Reports, SecurityAdministrator as SecurityAdmin, SecurityReader as SecReader,
    UserAdministrator as UserAdmin,
};

use super::People::{All, Only};
use super::{People, Row, row};

const READ_USERS: &[Scope] =
    &[Scope::UserReadAll, Scope::UserReadWriteAll, Scope::DirectoryReadAll, Scope::DirectoryReadWriteAll];
pub(super) const READ_NAMES: &[Scope] = &[
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
/// Whatever lets users or groups be read, if only oneself.
const FOLLOW: &[Scope] = &[
    Scope::UserRead,
    Scope::UserReadWrite,
    Scope::UserInviteAll,
    Scope::UserReadBasicAll,
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
    Scope::GroupReadAll,
    Scope::GroupReadWriteAll,
    Scope::GroupMemberReadAll,
    Scope::GroupMemberReadWriteAll,
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
const WRITE_PHONES: &[Scope] =
    &[Scope::UserPhoneReadWriteAll, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
const WRITE_OTHER_MAILS: &[Scope] =
    &[Scope::UserMailReadWriteAll, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
const INVITE: &[Scope] = &[Scope::UserInviteAll, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
/// Of the caller's own entry (docs/decisions/0017-passwords.md).
const WRITE_SELF: &[Scope] = &[Scope::UserReadWrite, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
const REVOKE: &[Scope] =
    &[Scope::UserRevokeSessionsAll, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];
/// Sensitive actions on somebody without a role.
const SENSITIVE: People = Only(&[Global, UserAdmin, PrivAuth, AuthAdmin]);
/// What comes with resetting a password, on somebody without a role.
pub(super) const PASSWORDS: People = Only(&[Global, UserAdmin, PrivAuth, AuthAdmin, Helpdesk, PasswordAdmin]);

const MAKE_INTERNAL: &[Scope] = &[Scope::UserConvertToInternalReadWriteAll, Scope::UserReadWriteAll];
/// Whoever could restore something of one kind, and Global Readers.
const ANY_DELETED: People = Only(&[
    Global,
    UserAdmin,
    PrivAuth,
    AuthAdmin,
    Reader,
    Writers,
    Role::GroupsAdministrator,
    Role::ApplicationAdministrator,
    Role::CloudApplicationAdministrator,
]);
/// Users, groups or applications.
const READ_ANYTHING: &[Scope] = &[
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
    // reference/invitations.md section 6: under "everyone" guests invite, too.
    row("POST /invitations", "", All, INVITE, "yyy"),
    row("POST /invitations", "restricted", Only(&[Global, UserAdmin, Writers, GuestInviterRole]), INVITE, "nnn"),
    row("POST /invitations", "as a member", Only(&[Global, UserAdmin]), WRITE_USERS, "nnn"),
    row("POST /invitations", "reset", Only(&[Global, UserAdmin, Helpdesk]), WRITE_USERS, "nnn"),
    row("POST /invitations", "convert", Only(&[Global, UserAdmin]), WRITE_USERS, "nnn"),
    row("GET /me", "", All, READ_SELF, "yyy"),
    row("PATCH /me", "", All, WRITE_SELF, "yyy"),
    row("POST /me/revokeSignInSessions", "", All, REVOKE, "yyy"),
    row("POST /me/invalidateAllRefreshTokens", "", All, REVOKE, "yyy"),
    row("POST /me/changePassword", "", All, WRITE_SELF, "yyy"),
    row("GET /users", "", All, READ_NAMES, "ynn"),
    row("GET /users/delta", "", All, READ_NAMES, "ynn"),
    // Being told is reading, and a post says that something changed, whatever it was; looking after one's own takes any permission that lets something be followed.
    row("POST /subscriptions", "", All, READ_USERS, "ynn"),
    row("GET /subscriptions", "", All, FOLLOW, "yyy"),
    row("GET /subscriptions/{id}", "", All, FOLLOW, "yyy"),
    row("PATCH /subscriptions/{id}", "", All, FOLLOW, "yyy"),
    row("POST /subscriptions/{id}/reauthorize", "", All, FOLLOW, "yyy"),
    row("DELETE /subscriptions/{id}", "", All, FOLLOW, "yyy"),
    row("GET /users/{id}", "", All, READ_NAMES, "yyn"),
    row("GET /users/{id}/sponsors", "", All, READ_USERS, "ynn"),
    row("GET /me/sponsors", "", All, READ_SELF, "yyy"),
    row("POST /users/{id}/sponsors/$ref", "", Only(&[Global, UserAdmin, Writers]), WRITE_USERS, "nnn"),
    row("DELETE /users/{id}/sponsors/{id}/$ref", "", Only(&[Global, UserAdmin, Writers]), WRITE_USERS, "nnn"),
    row("GET /users/{id}/invitedBy", "", All, READ_USERS, "ynn"),
    // "Of others … manager, reports" (level table).
    row("GET /users/{id}/manager", "", All, READ_USERS, "yyn"),
    row("GET /users/{id}/manager/$ref", "", All, READ_USERS, "yyn"),
    row("GET /me/manager", "", All, READ_SELF, "yyn"),
    row("PUT /users/{id}/manager/$ref", "", Only(&[Global, UserAdmin, Writers]), WRITE_USERS, "nnn"),
    row("DELETE /users/{id}/manager/$ref", "", Only(&[Global, UserAdmin, Writers]), WRITE_USERS, "nnn"),
    row("GET /users/{id}/directReports", "", All, READ_USERS, "yyn"),
    row("GET /me/directReports", "", All, READ_SELF, "yyn"),
    row("GET /users/{id}/transitiveReports", "", All, READ_USERS, "yyn"),
    row("GET /users/{id}/ownedObjects", "", All, READ_USERS, "ynn"),
    row("GET /users/{id}/ownedObjects/graph.group", "", All, READ_USERS, "ynn"),
    row("GET /users/{id}/ownedObjects/graph.application", "", All, READ_USERS, "ynn"),
    row("GET /users/{id}/ownedObjects/graph.servicePrincipal", "", All, READ_USERS, "ynn"),
    row("GET /me/ownedObjects", "", All, READ_SELF, "yyn"),
    row("GET /me/ownedObjects/graph.group", "", All, READ_SELF, "yyn"),
    row("GET /me/ownedObjects/graph.application", "", All, READ_SELF, "yyn"),
    row("GET /me/ownedObjects/graph.servicePrincipal", "", All, READ_SELF, "yyn"),
    row("POST /users/{id}/convertExternalToInternalMemberUser", "", Only(&[Global, UserAdmin]), MAKE_INTERNAL, "nnn"),
    row("GET /users/{id}/hospes.bindings", "", Only(&[Global, UserAdmin, Helpdesk, Reader, SecReader]), READ_HISTORY, "nnn"),
    row("GET /users/{id}/hospes.history", "", Only(&[Global, UserAdmin, Helpdesk, Reader, SecReader, SecurityAdmin, Reports]), READ_LOG, "nnn"),
    row("GET /users/{id}/hospes.invitations", "", Only(&[Global, UserAdmin, Helpdesk, Writers, GuestInviterRole, Reader, SecReader]), READ_USERS, "nnn"),
    // "Sign-in and audit reports", "read security data", "read all"; the original adds Security Administrators.
    row("GET /auditLogs/directoryAudits", "", Only(&[Global, Reader, SecReader, SecurityAdmin, Reports]), READ_LOG, "nnn"),
    row("GET /auditLogs/directoryAudits/{id}", "", Only(&[Global, Reader, SecReader, SecurityAdmin, Reports]), READ_LOG, "nnn"),
    row("GET /auditLogs/signIns", "", Only(&[Global, Reader, SecReader, SecurityAdmin, Reports]), READ_LOG, "nnn"),
    row("GET /auditLogs/signIns/{id}", "", Only(&[Global, Reader, SecReader, SecurityAdmin, Reports]), READ_LOG, "nnn"),
    row("GET /invitations", "", Only(&[Global, UserAdmin, Helpdesk, Writers, GuestInviterRole, Reader, SecReader]), READ_USERS, "nnn"),
    row("GET /invitations/{id}", "", Only(&[Global, UserAdmin, Helpdesk, Writers, GuestInviterRole, Reader, SecReader]), READ_USERS, "nnn"),
    row("GET /hospes.mails", "", Only(&[Global, UserAdmin, Helpdesk, Writers, GuestInviterRole, Reader]), READ_USERS, "nnn"),
    row("GET /hospes.mails/{id}", "", Only(&[Global, UserAdmin, Helpdesk, Writers, GuestInviterRole, Reader]), READ_USERS, "nnn"),
    row("POST /hospes.mails/{id}/retry", "", Only(&[Global, UserAdmin, Helpdesk, Writers, GuestInviterRole]), INVITE, "nnn"),
    row("POST /users", "", Only(&[Global, UserAdmin]), WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "names", Only(&[Global, UserAdmin, Writers]), WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "mail", Only(&[Global, UserAdmin]), WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "type", Only(&[Global, UserAdmin]), WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "name", SENSITIVE, WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "block", SENSITIVE, WRITE_USERS, "nnn"),
    row("PATCH /users/{id}", "telephone", PASSWORDS, WRITE_PHONES, "nnn"),
    row("PATCH /users/{id}", "other mails", PASSWORDS, WRITE_OTHER_MAILS, "nnn"),
    row("PATCH /users/{id}", "password", PASSWORDS, WRITE_USERS, "nnn"),
    row("DELETE /users/{id}", "", SENSITIVE, WRITE_USERS, "nnn"),
    row("DELETE /directoryObjects/{id}", "a user", SENSITIVE, WRITE_USERS, "nnn"),
    row("POST /users/{id}/revokeSignInSessions", "", Only(&[Global, UserAdmin, PrivAuth, AuthAdmin, Helpdesk]), REVOKE, "nnn"),
    row("POST /users/{id}/invalidateAllRefreshTokens", "", Only(&[Global, UserAdmin, PrivAuth, AuthAdmin, Helpdesk]), REVOKE, "nnn"),
    row("GET /directory/deletedItems", "", ANY_DELETED, READ_ANYTHING, "nnn"),
    row("GET /directory/deletedItems/graph.user", "", Only(&[Global, UserAdmin, PrivAuth, AuthAdmin, Reader]), READ_USERS, "nnn"),
    row("GET /directory/deletedItems/{id}", "", Only(&[Global, UserAdmin, PrivAuth, AuthAdmin, Reader]), READ_USERS, "nnn"),
    row("DELETE /directory/deletedItems/{id}", "", SENSITIVE, WRITE_USERS, "nnn"),
    row("POST /directory/deletedItems/{id}/restore", "", SENSITIVE, WRITE_USERS, "nnn"),
];
