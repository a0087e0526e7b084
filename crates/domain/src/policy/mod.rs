//! What a tenant decides about guests: what they see of the directory, which domains may be invited, whether they may
//! leave by themselves (reference/roles-and-policies.md sections 2 to 4). Who may invite stands in
//! [`crate::access::InvitePolicy`]. Refuses values outside the closed lists.

mod domains;

pub use domains::{DomainList, DomainLookup, DomainPolicy, ListKind, MAX_DEFINITION};

use uuid::Uuid;

use crate::guest::State;
use crate::refusal::Refusal;

/// What guests see of the directory: the tenant's `guestUserRoleId`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GuestAccess {
    /// As much as members.
    SameAsMembers,
    /// Themselves wholly, others by name, groups they can name; no lists.
    #[default]
    Limited,
    /// Themselves, and the ids of their groups.
    Restricted,
}

impl GuestAccess {
    /// Every level, the most generous first.
    pub const ALL: [Self; 3] = [Self::SameAsMembers, Self::Limited, Self::Restricted];

    /// The spelling in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameAsMembers => "same-as-members",
            Self::Limited => "limited",
            Self::Restricted => "restricted",
        }
    }

    /// Reads that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == text)
    }

    /// The id of the pseudo-role that stands for the level (reference/roles-and-policies.md section 1).
    pub fn role_id(self) -> Uuid {
        match self {
            Self::SameAsMembers => uuid::uuid!("a0b1b346-4d3e-4e8b-98f8-753987be4970"),
            Self::Limited => uuid::uuid!("10dae51f-b6af-4016-8d66-8c2a99b929b3"),
            Self::Restricted => uuid::uuid!("2af84b1e-32c8-42b7-82bc-daa82404023b"),
        }
    }

    /// The level that pseudo-role stands for.
    pub fn by_role_id(id: Uuid) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.role_id() == id)
    }
}

/// What a tenant decides about its guests as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuestPolicy {
    /// What they see.
    pub access: GuestAccess,
    /// `allowExternalIdentitiesToLeave`: whether they may leave by themselves.
    pub may_leave: bool,
}

impl Default for GuestPolicy {
    fn default() -> Self {
        Self { access: GuestAccess::default(), may_leave: true }
    }
}

/// Whether somebody may leave by themselves. Who signs in from outside may, whatever `userType` and roles say: a
/// member's account belongs to the organisation, a guest's identity does not.
pub fn may_leave(policy: GuestPolicy, state: State) -> Result<(), Refusal> {
    match state {
        State::Internal | State::PendingAcceptance => Err(Refusal::CannotLeave { guest: false }),
        State::Accepted if !policy.may_leave => Err(Refusal::CannotLeave { guest: true }),
        State::Accepted => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_have_the_published_ids() {
        for level in GuestAccess::ALL {
            assert_eq!(GuestAccess::by_role_id(level.role_id()), Some(level));
            assert_eq!(GuestAccess::parse(level.name()), Some(level));
        }
        assert_eq!(
            GuestPolicy::default().access.role_id().to_string(),
            "10dae51f-b6af-4016-8d66-8c2a99b929b3"
        );
        assert_eq!(GuestAccess::by_role_id(Uuid::nil()), None);
    }

    #[test]
    fn only_who_signs_in_from_outside_leaves_and_only_where_it_is_allowed() {
        let policy = |may_leave| GuestPolicy { may_leave, ..GuestPolicy::default() };
        assert_eq!(may_leave(policy(true), State::Accepted), Ok(()));
        assert_eq!(may_leave(policy(false), State::Accepted), Err(Refusal::CannotLeave { guest: true }));
        for state in [State::Internal, State::PendingAcceptance] {
            for allowed in [true, false] {
                assert_eq!(may_leave(policy(allowed), state), Err(Refusal::CannotLeave { guest: false }));
            }
        }
    }
}
