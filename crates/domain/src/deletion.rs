//! What can be deleted and restored: its kinds, and for how long (reference/user-object.md section 5). Refuses to decide
//! who may; the lifecycle of users is in [`crate::guest`].

use crate::application::PrincipalKind;
use crate::time::Time;

pub use crate::guest::RESTORABLE_SECONDS;

/// A kind of object that lies in `deletedItems` for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A person.
    User,
    /// A group.
    Group,
    /// An application's presence in the tenant.
    ServicePrincipal,
    /// An application as it is registered.
    Application,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::User, Self::Group, Self::ServicePrincipal, Self::Application];

    /// The word in the database and in audit records.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::ServicePrincipal => "ServicePrincipal",
            Self::Application => "Application",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }
}

impl From<PrincipalKind> for Kind {
    fn from(kind: PrincipalKind) -> Self {
        match kind {
            PrincipalKind::User => Self::User,
            PrincipalKind::Group => Self::Group,
            PrincipalKind::ServicePrincipal => Self::ServicePrincipal,
        }
    }
}

/// Something that was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted<T> {
    /// What it was, and is again when restored.
    pub item: T,
    /// When.
    pub at: Time,
}

/// Things deleted before this instant cannot be restored any more, whether they were purged already or not (threats A7).
pub fn restorable_since(now: Time) -> Time {
    now.plus_seconds(-RESTORABLE_SECONDS)
}
