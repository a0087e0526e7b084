//! The guest's lifecycle: the one place where a guest changes state (design: "The guest's lifecycle").
//! Refuses every command its state does not allow; refuses to accept an identity nobody proved.
//! Only the store turns records into guests, through [`Guest::from_record`].

use thiserror::Error;

use crate::address::Address;
use crate::ids::{ObjectId, TenantId};
use crate::proof::VerifiedIdentity;
use crate::refusal::{RedemptionRefusal, Refusal};
use crate::time::Time;
use uuid::Uuid;

/// How long a deleted user can be restored (reference/user-object.md section 5: 30 days).
pub const RESTORABLE_SECONDS: i64 = 30 * 24 * 3600;

/// Where a user stands with its invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Never invited: signs in with a password of this tenant.
    Internal,
    /// Invited, and nobody has proven to be the one who is meant.
    PendingAcceptance,
    /// Bound to a proven identity.
    Accepted,
}

impl State {
    /// `externalUserState`; `None` for internal users.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Internal => None,
            Self::PendingAcceptance => Some("PendingAcceptance"),
            Self::Accepted => Some("Accepted"),
        }
    }

    /// Reads `externalUserState`.
    pub fn parse(text: Option<&str>) -> Option<Self> {
        [Self::Internal, Self::PendingAcceptance, Self::Accepted].into_iter().find(|s| s.name() == text)
    }
}

/// An identity bound to a guest, now or once (design section 5: the key is tenant, issuer, subject).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its own id, for the history.
    pub id: Uuid,
    /// Who vouches for the subject: `mail` for passcodes, later `tenant:<guid>` or an issuer URL.
    pub issuer: String,
    /// The subject inside that issuer; never typed by anybody.
    pub subject: String,
    /// The address that was proven, shown as the sign-in name.
    pub sign_in_name: Address,
    /// How it was proven, a stable word: `passcode`.
    pub proof: String,
    /// When.
    pub bound_at: Time,
}

/// A guest as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestRecord {
    /// The tenant.
    pub tenant: TenantId,
    /// The object id: never changes.
    pub id: ObjectId,
    /// `externalUserState`.
    pub state: State,
    /// `externalUserStateChangeDateTime`.
    pub state_changed_at: Option<Time>,
    /// `accountEnabled`.
    pub enabled: bool,
    /// Set while soft-deleted.
    pub deleted_at: Option<Time>,
    /// Raised whenever everything issued so far must die; compared for equality.
    pub generation: i64,
    /// `signInSessionsValidFromDateTime`, only displayed.
    pub sessions_valid_from: Time,
    /// The identity bound now.
    pub binding: Option<Binding>,
}

/// A user seen as a guest. Fields are private: only the commands below change them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    record: GuestRecord,
}

/// A stored guest that cannot be: the row was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a stored guest has a state that does not fit its binding")]
pub struct BadGuest;

/// Why a binding ended; part of the binding history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By a reset of the redemption.
    Reset,
    /// By deletion of the user for good.
    Purged,
    /// By deletion, until a restore takes it back.
    Deleted,
    /// By making the user one of the organisation.
    Converted,
}

impl Ended {
    /// The word in the history.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Purged => "purged",
            Self::Deleted => "deleted",
            Self::Converted => "converted",
        }
    }
}

impl Guest {
    /// A stored guest, if its row makes sense: exactly the accepted ones have a binding. While a guest is deleted its
    /// identity is set aside, so that it can be somebody else's meanwhile.
    pub fn from_record(record: GuestRecord) -> Result<Self, BadGuest> {
        let set_aside = record.deleted_at.is_some() && record.binding.is_none();
        if (record.state == State::Accepted) == record.binding.is_some() || set_aside {
            Ok(Self { record })
        } else {
            Err(BadGuest)
        }
    }

    /// Somebody from outside, just invited.
    pub fn invite(tenant: TenantId, id: ObjectId, now: Time) -> Self {
        Self::new(tenant, id, State::PendingAcceptance, Some(now), now)
    }

    /// Somebody of the organisation itself, who signs in with a password of this tenant.
    pub fn internal(tenant: TenantId, id: ObjectId, now: Time) -> Self {
        Self::new(tenant, id, State::Internal, None, now)
    }

    fn new(tenant: TenantId, id: ObjectId, state: State, state_changed_at: Option<Time>, now: Time) -> Self {
        Self {
            record: GuestRecord {
                tenant,
                id,
                state,
                state_changed_at,
                enabled: true,
                deleted_at: None,
                generation: 1,
                sessions_valid_from: now,
                binding: None,
            },
        }
    }

    /// What is to be saved.
    pub fn record(&self) -> &GuestRecord {
        &self.record
    }

    /// The object id.
    pub fn id(&self) -> ObjectId {
        self.record.id
    }

    /// The state.
    pub fn state(&self) -> State {
        self.record.state
    }

    /// The identity bound now.
    pub fn binding(&self) -> Option<&Binding> {
        self.record.binding.as_ref()
    }

    /// The number every session, code and token of the guest must carry to be good.
    pub fn generation(&self) -> i64 {
        self.record.generation
    }

    /// Whether the guest exists for ordinary commands and is not blocked.
    pub fn is_active(&self) -> bool {
        self.record.enabled && self.record.deleted_at.is_none()
    }

    fn must_exist(&self) -> Result<(), Refusal> {
        if self.record.deleted_at.is_some() { Err(Refusal::not_found(self.record.id)) } else { Ok(()) }
    }

    fn must_be_active(&self) -> Result<(), Refusal> {
        self.must_exist()?;
        if self.record.enabled { Ok(()) } else { Err(Refusal::Blocked) }
    }

    fn enter(&mut self, state: State, now: Time) {
        self.record.state = state;
        self.record.state_changed_at = Some(now);
    }

    fn end_everything_issued(&mut self, now: Time) {
        self.record.generation += 1;
        self.record.sessions_valid_from = now;
    }

    /// Another invitation for a guest who has not redeemed yet; the state stays.
    pub fn invite_again(&self) -> Result<(), Refusal> {
        self.must_be_active()?;
        match self.record.state {
            State::PendingAcceptance => Ok(()),
            State::Internal | State::Accepted => Err(Refusal::UserExists { id: self.record.id }),
        }
    }

    /// An internal user becomes invitable; from its redemption on it signs in from outside.
    pub fn convert(&mut self, now: Time) -> Result<(), Refusal> {
        self.must_be_active()?;
        if self.record.state != State::Internal {
            return Err(Refusal::UserExists { id: self.record.id });
        }
        self.enter(State::PendingAcceptance, now);
        Ok(())
    }

    /// Somebody from outside becomes one of the organisation, who signs in with a password of this tenant from then on: the
    /// binding is handed back for the history (reference/user-object.md section 5).
    pub fn become_internal(&mut self, now: Time) -> Result<Option<Binding>, Refusal> {
        self.must_exist()?;
        if self.record.state == State::Internal {
            return Err(Refusal::invalid(
                "id",
                "The user is internal already.",
                "Name a user who signs in from outside.",
            ));
        }
        let closed = self.record.binding.take();
        self.record.state = State::Internal;
        self.record.state_changed_at = None;
        self.end_everything_issued(now);
        Ok(closed)
    }

    /// Redemption: binds the proven identity. Everything issued on the way here dies too, so that no
    /// session of an earlier identity, and no password session of a converted user, outlives it.
    pub fn accept(
        &mut self,
        identity: VerifiedIdentity,
        binding_id: Uuid,
        now: Time,
    ) -> Result<Binding, Refusal> {
        if !self.is_active() {
            return Err(Refusal::Redemption(RedemptionRefusal::NotNow));
        }
        match self.record.state {
            State::PendingAcceptance => {}
            State::Accepted => return Err(Refusal::Redemption(RedemptionRefusal::Used)),
            State::Internal => return Err(Refusal::Redemption(RedemptionRefusal::NotNow)),
        }
        let binding = identity.into_binding(binding_id, now);
        self.record.binding = Some(binding.clone());
        self.enter(State::Accepted, now);
        self.end_everything_issued(now);
        Ok(binding)
    }

    /// The safe reset: invitable again, everything issued dead, the binding handed back for the
    /// history. Pending guests may be reset too (reference/reset-redemption.md section 2).
    pub fn reset(&mut self, now: Time) -> Result<Option<Binding>, Refusal> {
        self.must_exist()?;
        if self.record.state == State::Internal {
            return Err(Refusal::invalid(
                "invitedUser",
                "The user is internal and has no redemption to reset.",
                "Name an invited user, or leave out resetRedemption to convert this one.",
            ));
        }
        self.must_be_active()?;
        let closed = self.record.binding.take();
        self.enter(State::PendingAcceptance, now);
        self.end_everything_issued(now);
        Ok(closed)
    }

    /// Blocks sign-in (`accountEnabled: false`).
    pub fn block(&mut self, now: Time) -> Result<(), Refusal> {
        self.must_exist()?;
        if self.record.enabled {
            self.record.enabled = false;
            self.end_everything_issued(now);
        }
        Ok(())
    }

    /// Allows sign-in again; nothing issued before comes back.
    pub fn unblock(&mut self) -> Result<(), Refusal> {
        self.must_exist()?;
        self.record.enabled = true;
        Ok(())
    }

    /// Ends every session, code and token without changing anything else.
    pub fn revoke_sessions(&mut self, now: Time) -> Result<(), Refusal> {
        self.must_exist()?;
        self.end_everything_issued(now);
        Ok(())
    }

    /// Soft deletion: restorable for 30 days.
    pub fn delete(&mut self, now: Time) -> Result<(), Refusal> {
        self.must_exist()?;
        self.record.deleted_at = Some(now);
        self.end_everything_issued(now);
        Ok(())
    }

    /// Whether a soft deletion can still be undone; time is compared here, purging only frees space (threats A7).
    pub fn is_restorable(&self, now: Time) -> bool {
        self.record.deleted_at.is_some_and(|at| now < at.plus_seconds(RESTORABLE_SECONDS))
    }

    /// Undoes a soft deletion. Sessions and links of before stay dead (threats A10).
    pub fn restore(&mut self, now: Time) -> Result<(), Refusal> {
        if !self.is_restorable(now) {
            return Err(Refusal::not_found(self.record.id));
        }
        self.record.deleted_at = None;
        Ok(())
    }

    /// Deletion for good, of what was deleted before: the binding is handed back for the history.
    pub fn purge(self) -> Result<Option<Binding>, Refusal> {
        if self.record.deleted_at.is_none() {
            return Err(Refusal::not_found(self.record.id));
        }
        Ok(self.record.binding)
    }
}

#[cfg(test)]
#[path = "guest_tests.rs"]
mod tests;
