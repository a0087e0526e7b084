//! Authentication methods: the permissions are those of the original, the roles
//! those of a password reset (docs/decisions/0016-second-factors.md), and Global Readers read.

use hospes_domain::access::{Role, Scope};

use super::People::{All, Only};
use super::people::PASSWORDS;
use super::{People, Row, row};

/// Whoever reads everything, and whoever resets the password of somebody without a role.
const READERS: People = Only(&[
    Role::GlobalAdministrator,
    Role::UserAdministrator,
    Role::PrivilegedAuthenticationAdministrator,
    Role::AuthenticationAdministrator,
    Role::HelpdeskAdministrator,
    Role::PasswordAdministrator,
    Role::GlobalReader,
]);
const READ: &[Scope] = &[Scope::UserAuthenticationMethodReadAll, Scope::UserAuthenticationMethodReadWriteAll];
const READ_OWN: &[Scope] = &[
    Scope::UserAuthenticationMethodRead,
    Scope::UserAuthenticationMethodReadWrite,
    Scope::UserAuthenticationMethodReadAll,
    Scope::UserAuthenticationMethodReadWriteAll,
];
const WRITE: &[Scope] = &[Scope::UserAuthenticationMethodReadWriteAll];
const WRITE_ALL: &[Scope] =
    &[Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll, Scope::UserAuthenticationMethodReadWriteAll];

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row("POST /users/{id}/hospes.removeSecondFactors", "", PASSWORDS, WRITE_ALL, "nnn"),
    row("GET /users/{id}/authentication/methods", "", READERS, READ, "nnn"),
    row("GET /users/{id}/authentication/methods/{id}", "", READERS, READ, "nnn"),
    row("GET /users/{id}/authentication/passwordMethods", "", READERS, READ, "nnn"),
    row("GET /users/{id}/authentication/passwordMethods/{id}", "", READERS, READ, "nnn"),
    row("GET /users/{id}/authentication/fido2Methods", "", READERS, READ, "nnn"),
    row("GET /users/{id}/authentication/fido2Methods/{id}", "", READERS, READ, "nnn"),
    row("DELETE /users/{id}/authentication/fido2Methods/{id}", "", PASSWORDS, WRITE, "nnn"),
    row("GET /users/{id}/authentication/softwareOathMethods", "", READERS, READ, "nnn"),
    row("GET /users/{id}/authentication/softwareOathMethods/{id}", "", READERS, READ, "nnn"),
    row("DELETE /users/{id}/authentication/softwareOathMethods/{id}", "", PASSWORDS, WRITE, "nnn"),
    row("GET /me/authentication/methods", "", All, READ_OWN, "yyy"),
    row("GET /me/authentication/passwordMethods", "", All, READ_OWN, "yyy"),
    row("GET /me/authentication/fido2Methods", "", All, READ_OWN, "yyy"),
    row("GET /me/authentication/softwareOathMethods", "", All, READ_OWN, "yyy"),
];
