//! Browser sessions as plain data. Refuses to keep one alive: it ends at its time, with its generation,
//! or with its user (threats E8, I3).

use uuid::Uuid;

use crate::guest::Guest;
use crate::ids::ObjectId;
use crate::time::Time;

/// Signed in with a password of the tenant; a stored word and part of `amr`.
pub const PASSWORD: &str = "password";
/// Signed in with a code sent to the mailbox.
pub const PASSCODE: &str = "passcode";
/// Signed in with a passkey, whose authenticator asked for a PIN or a finger: two factors in one.
pub const PASSKEY: &str = "passkey";
/// Signed in at the organisation the person belongs to.
pub const HOME: &str = "home";

/// How long a member stays signed in, and a guest who signed in at home.
pub const PASSWORD_SECONDS: i64 = 8 * 3600;
/// How long a guest who proved a mailbox stays signed in (reference/redemption.md section 4).
pub const PASSCODE_SECONDS: i64 = 24 * 3600;

/// A session as it is stored; its secret is stored as a keyed hash beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its public id (`sid`); not a credential.
    pub id: Uuid,
    /// Whose it is.
    pub user: ObjectId,
    /// The user's sign-in generation when it began.
    pub generation: i64,
    /// How the user signed in: [`PASSWORD`], [`PASSKEY`], [`PASSCODE`] or [`HOME`].
    pub method: String,
    /// The name the user signed in with.
    pub sign_in_name: String,
    /// When the user signed in (`auth_time`).
    pub created_at: Time,
    /// End of its life.
    pub expires_at: Time,
}

/// How long a session of that method lives, in seconds.
pub fn life_seconds(method: &str) -> i64 {
    if method == PASSCODE { PASSCODE_SECONDS } else { PASSWORD_SECONDS }
}

impl Session {
    /// Whether the session still speaks for its user.
    pub fn is_good(&self, guest: &Guest, now: Time) -> bool {
        now < self.expires_at
            && guest.is_active()
            && guest.id() == self.user
            && guest.generation() == self.generation
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::ids::TenantId;

    const NOW: Time = Time(1_000_000_000_000);

    #[test]
    fn i3_e8_a_session_dies_with_its_time_its_generation_and_its_user() {
        let mut guest = Guest::invite(TenantId(Uuid::from_u128(1)), ObjectId(Uuid::from_u128(2)), NOW);
        let session = Session {
            id: Uuid::from_u128(3),
            user: guest.id(),
            generation: guest.generation(),
            method: PASSCODE.to_owned(),
            sign_in_name: "a@b.example".to_owned(),
            created_at: NOW,
            expires_at: NOW.plus_seconds(life_seconds(PASSCODE)),
        };
        assert!(session.is_good(&guest, NOW.plus_seconds(PASSCODE_SECONDS - 1)));
        assert!(!session.is_good(&guest, NOW.plus_seconds(PASSCODE_SECONDS)));
        let mut blocked = guest.clone();
        blocked.block(NOW).unwrap();
        assert!(!session.is_good(&blocked, NOW));
        guest.revoke_sessions(NOW).unwrap();
        assert!(!session.is_good(&guest, NOW));
    }
}
