//! What the portal asks for in one piece, so that a page shows one moment of the directory. Refuses to change anything:
//! the portal's buttons call the same verbs as the other surfaces.

mod enter;
mod overview;
mod people;
mod profile;

pub use enter::{Desk, enter};
pub use overview::{Overview, identity_changed, overview};
pub use people::{People, people};
pub use profile::{App, Group, Permitted, Profile, Waiting, profile};

use hospes_domain::access::Scope;

/// Permissions of which one lets users be listed.
const LIST_USERS: &[Scope] = &[Scope::UserReadAll, Scope::DirectoryReadAll];
