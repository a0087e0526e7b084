//! What the portal asks for in one piece, so that a page shows one moment of the directory. Refuses to change anything:
//! the portal's buttons call the same verbs as the other surfaces.

mod applications;
mod collaboration;
mod deleted;
mod enter;
mod groups;
mod inviting;
mod overview;
mod people;
mod profile;

pub use applications::{Assignable, AssignableApps, Assigned, Assignments, assignable, assignments};
pub use collaboration::{Collaboration, collaboration};
pub use deleted::{Gone, gone};
pub use enter::{Desk, Sees, enter};
pub use groups::{Joinable, JoinableGroups, Membership, Memberships, joinable, memberships};
pub use inviting::{AppChoice, Choices, GroupChoice, Inviting, MayInvite, Sponsor, Wanted, inviting};
pub use overview::{Overview, identity_changed, overview};
pub use people::{People, people};
pub use profile::{App, Group, Permitted, Profile, Waiting, profile};

use hospes_domain::access::Scope;

/// Permissions of which one lets users be listed.
const LIST_USERS: &[Scope] = &[Scope::UserReadAll, Scope::DirectoryReadAll];
