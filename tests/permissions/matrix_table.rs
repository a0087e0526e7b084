//! Who may do what, written down once: every line of the directory API times roles, permissions and guest levels. Taken
//! from reference/roles-and-policies.md, reference/invitations.md section 6 and reference/user-object.md sections 5 and 6,
//! else from the names of permissions. Nothing here is taken from the rules it is compared with. One file a surface.
//!
//! | Column | Says |
//! |---|---|
//! | call | a line of the table of contents; it may stand here several times |
//! | what | which of its jobs, with the request of that name in [`super::matrix_stage`] |
//! | people | who may, through a program that has every permission: everybody of the organisation, or these roles |
//! | permissions | one of these is enough, for an application and for a Global Administrator; no other is |
//! | guests | whether a guest without a role may: where guests see as much as members, limited, restricted |

mod applications;
mod groups;
mod organisation;
mod people;
mod policies;

use hospes_domain::access::{Role, Scope};

/// Which people of the organisation may.
#[derive(Clone, Copy, Debug)]
pub enum People {
    /// Members, with and without a role.
    All,
    /// Whoever holds one of these roles.
    Only(&'static [Role]),
}

impl People {
    /// Whether somebody who holds that role, or none, is among them.
    pub fn may(self, role: Option<Role>) -> bool {
        match self {
            Self::All => true,
            Self::Only(roles) => role.is_some_and(|role| roles.contains(&role)),
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

const fn row(
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

/// What else suffices on behalf of a person, whose role vouches for the rest.
pub const MORE_FOR_PEOPLE: &[(&str, &str, Scope)] =
    &[("POST /invitations", "as a member", Scope::UserInviteAll)];

/// Every row of every surface.
pub fn every_row() -> impl Iterator<Item = &'static Row> {
    [people::ROWS, groups::ROWS, applications::ROWS, organisation::ROWS, policies::ROWS].into_iter().flatten()
}
