//! Browser sessions as plain data. Refuses to keep one alive: it ends at its time, with its generation,
//! or with its user (threats E8, I3), and before that when nobody has used it for a while.

use uuid::Uuid;

use crate::guest::Guest;
use crate::ids::ObjectId;
use crate::second_factor::Kind;
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

/// How long a session lasts that nobody uses, whatever surface it was used on last. Half a working day: a browser left at
/// noon is not signed in at night, and a lunch costs nobody a second sign-in. One limit for all, because one session
/// opens the portal, My Apps and the apps, and a person could not tell why only one of them asks again.
pub const IDLE_SECONDS: i64 = 4 * 3600;
/// How often a use is written down at most: each is a commit. A session may end this much before [`IDLE_SECONDS`].
pub const NOTED_EVERY_SECONDS: i64 = IDLE_SECONDS / 10;
/// How somebody was proven: the words of `amr` (RFC 8176 section 2), as stored and told to apps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amr(String);

/// More than one kind of proof was given.
const MULTI: &str = "mfa";

impl Amr {
    /// Proven by one method, a word of this module.
    pub fn of(method: &str) -> Self {
        let word = match method {
            PASSWORD => "pwd",
            // A code that works once, whoever sends it.
            PASSCODE => "otp",
            // In no registry; the original says so of an assertion of somebody else.
            HOME => "fed",
            // Asked for a PIN or a finger by itself; the original names the kind of key.
            PASSKEY => return Self(format!("fido {MULTI}")),
            _ => "",
        };
        Self(word.to_owned())
    }

    /// With a second factor beside it.
    pub fn with(&self, second: Kind) -> Self {
        let mut words: Vec<&str> = self.words().collect();
        for word in second.amr().iter().chain([&MULTI]) {
            if !words.contains(word) {
                words.push(word);
            }
        }
        Self(words.join(" "))
    }

    /// Reads the stored words; none for what was stored before they were.
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split_ascii_whitespace()
    }

    /// Whether a second factor was shown.
    pub fn is_multi(&self) -> bool {
        self.words().any(|word| word == MULTI)
    }
}

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
    /// How the user was proven.
    pub amr: Amr,
    /// The name the user signed in with.
    pub sign_in_name: String,
    /// When the user signed in (`auth_time`).
    pub created_at: Time,
    /// End of its life.
    pub expires_at: Time,
    /// When it was last used, as far as it was noted.
    pub used_at: Time,
    /// The address the sign-in came from.
    pub address: Option<String>,
    /// The browser, as [`crate::browser::described`] says it.
    pub browser: Option<String>,
}

/// How long a session of that method lives, in seconds.
pub fn life_seconds(method: &str) -> i64 {
    if method == PASSCODE { PASSCODE_SECONDS } else { PASSWORD_SECONDS }
}

impl Session {
    /// Whether the session still speaks for its user.
    pub fn is_good(&self, guest: &Guest, now: Time) -> bool {
        now < self.expires_at
            && now < self.used_at.plus_seconds(IDLE_SECONDS)
            && guest.is_active()
            && guest.id() == self.user
            && guest.generation() == self.generation
    }

    /// Whether a use now is worth writing down.
    pub fn is_worth_noting(&self, now: Time) -> bool {
        now >= self.used_at.plus_seconds(NOTED_EVERY_SECONDS)
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
        let session = session(&guest);
        let end = NOW.plus_seconds(PASSCODE_SECONDS);
        let used = Session { used_at: end.plus_seconds(-1), ..session.clone() };
        assert!(used.is_good(&guest, end.plus_seconds(-1)));
        assert!(!used.is_good(&guest, end), "use does not make a session outlive its time");
        let mut blocked = guest.clone();
        blocked.block(NOW).unwrap();
        assert!(!session.is_good(&blocked, NOW));
        guest.revoke_sessions(NOW).unwrap();
        assert!(!session.is_good(&guest, NOW));
    }

    #[test]
    fn e8_a_session_that_nobody_uses_ends_after_four_hours() {
        let guest = Guest::invite(TenantId(Uuid::from_u128(1)), ObjectId(Uuid::from_u128(2)), NOW);
        let session = session(&guest);
        assert!(session.is_good(&guest, NOW.plus_seconds(IDLE_SECONDS - 1)));
        assert!(!session.is_good(&guest, NOW.plus_seconds(IDLE_SECONDS)));
        assert!(!session.is_worth_noting(NOW.plus_seconds(NOTED_EVERY_SECONDS - 1)));
        assert!(session.is_worth_noting(NOW.plus_seconds(NOTED_EVERY_SECONDS)));
    }

    fn session(guest: &Guest) -> Session {
        Session {
            id: Uuid::from_u128(3),
            user: guest.id(),
            generation: guest.generation(),
            method: PASSCODE.to_owned(),
            amr: Amr::of(PASSCODE),
            sign_in_name: "a@b.example".to_owned(),
            created_at: NOW,
            expires_at: NOW.plus_seconds(life_seconds(PASSCODE)),
            used_at: NOW,
            address: None,
            browser: None,
        }
    }
}
