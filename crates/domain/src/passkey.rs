//! Passkeys (WebAuthn level 3) as plain data, and who may have and use one. A member signs in with one; of a guest it is a
//! second factor and no more: guests sign in with the identity they are bound to and with nothing else (threats B4), so
//! [`may_sign_in`] refuses theirs. Refuses to verify: that is the library's.

use uuid::Uuid;

use crate::guest::State;
use crate::ids::ObjectId;
use crate::refusal::{Refusal, SignInRefusal};
use crate::session::Session;
use crate::text::{Lines, has_hidden};
use crate::time::Time;
use crate::user::User;

/// Passkeys of one person, at most.
pub const MOST: usize = 10;
/// Characters of a name, at most.
const LONGEST_NAME: usize = 60;
/// How long a browser may take to sign what it was asked, in seconds: the time that it is told, and some more.
pub const CEREMONY_SECONDS: i64 = 600;
/// Whoever adds or removes a passkey has signed in within so many seconds: a session that somebody left open does not
/// become a way in for good.
pub const FRESH_SECONDS: i64 = 900;

/// A passkey as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Its id here.
    pub id: Uuid,
    /// Whose it is.
    pub user: ObjectId,
    /// Its id at the authenticator.
    pub credential_id: Vec<u8>,
    /// Its public key (a COSE key as JSON).
    pub public_key: String,
    /// How often it was used, as far as the authenticator counts.
    pub counter: i64,
    /// How the authenticator is reached, such as `internal usb`.
    pub transports: String,
    /// The library's own form of it.
    pub value: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Time,
    /// When it last signed somebody in.
    pub last_used_at: Option<Time>,
}

/// The name as it is kept.
///
/// # Errors
/// [`Refusal::Invalid`] for the field `name`.
pub fn name(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || has_hidden(typed, Lines::One) {
        let remedy = format!("Give 1 to {LONGEST_NAME} characters, such as the name of the device.");
        return Err(Refusal::invalid("name", "This cannot be the name of a passkey.", remedy));
    }
    Ok(name.to_owned())
}

/// Whether somebody may have passkeys: whoever belongs to the organisation, and guests who have redeemed.
///
/// # Errors
/// [`Refusal::Invalid`]
pub fn may_have(user: &User) -> Result<(), Refusal> {
    if user.guest.state() == State::Internal || is_beside(user) {
        return Ok(());
    }
    let remedy = "Accept the invitation first.";
    Err(Refusal::invalid("", "You have not accepted the invitation to this organisation.", remedy))
}

/// Whether passkeys of that user stand beside another proof, as a second factor, and never alone: those of a guest. A reset
/// ends them with everything else, so that nothing of the identity before opens the guest (I3, threats D5).
pub fn is_beside(user: &User) -> bool {
    user.guest.state() == State::Accepted
}

/// Whether the session is young enough to add or remove a passkey.
pub fn is_fresh(session: &Session, now: Time) -> bool {
    now.seconds_since(session.created_at) < FRESH_SECONDS
}

/// Whether a passkey that was verified signs its owner in.
///
/// # Errors
/// [`SignInRefusal::WrongPasskey`] or [`SignInRefusal::Disabled`].
pub fn may_sign_in(user: &User) -> Result<(), Refusal> {
    match user.guest.state() {
        State::Internal if user.guest.is_active() => Ok(()),
        State::Internal => Err(Refusal::SignIn(SignInRefusal::Disabled)),
        _ => Err(Refusal::SignIn(SignInRefusal::WrongPasskey)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_on_one_line() {
        assert_eq!(name("  Work laptop "), Ok("Work laptop".to_owned()));
        for bad in ["", "   ", "a\nb", "a\u{202e}b", &"x".repeat(61)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }
}
