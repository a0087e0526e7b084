//! One-time passcodes by e-mail (threats G1 to G6). The digits are derived from the row's random id
//! with the tenant's key, so they are stored nowhere. Refuses to compare before the try is counted.

use aws_lc_rs::hmac;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::limit::{Counter, Limit};
use crate::address::Address;
use crate::refusal::{Refusal, SignInRefusal};
use crate::time::Time;

/// How long a code lives (threats G4).
pub const CODE_SECONDS: i64 = 600;
/// Tries with one code (threats G1).
pub const TRIES: u32 = 5;
/// Wrong codes for one address over all sessions (threats G1).
pub const FAILS_PER_ADDRESS: Limit = Limit { most: 10, seconds: 3600 };
/// Codes one tenant sends in a day, for each purpose (threats G6).
pub const SENDS_PER_TENANT: Limit = Limit { most: 50_000, seconds: 24 * 3600 };
/// Codes sent to one address (threats G6).
pub const SENDS_PER_ADDRESS: Limit = Limit { most: 5, seconds: 3600 };

/// What a code is good for; a code of one purpose is worth nothing for the other (threats G3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Redeeming an invitation.
    Redeem,
    /// Signing in.
    SignIn,
}

impl Purpose {
    /// The stored word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Redeem => "redeem",
            Self::SignIn => "sign-in",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Redeem, Self::SignIn].into_iter().find(|p| p.name() == text)
    }
}

/// Whether a code can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasscodeState {
    /// Waiting to be typed.
    Open,
    /// Typed rightly once.
    Used,
    /// Replaced by a newer one, or ended by a reset.
    Dead,
}

impl PasscodeState {
    /// The stored word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Dead => "dead",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Used, Self::Dead].into_iter().find(|s| s.name() == text)
    }
}

/// A passcode as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasscodeRecord {
    /// Random; the digits follow from it.
    pub id: Uuid,
    /// What it is good for.
    pub purpose: Purpose,
    /// The browser flow it belongs to.
    pub flow: Uuid,
    /// Where it was sent.
    pub address: Address,
    /// Tries left.
    pub tries_left: u32,
    /// End of its life.
    pub expires_at: Time,
    /// Whether it can still be used.
    pub state: PasscodeState,
}

/// A passcode that can be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passcode {
    record: PasscodeRecord,
}

/// The answer to a typed code.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Right: the mailbox is proven.
    Right(MailboxProof),
    /// Not right, for the reason the person may know.
    No(Refusal),
}

/// Proof that the person in this flow reads the mailbox.
#[derive(Debug, PartialEq, Eq)]
pub struct MailboxProof {
    address: Address,
}

impl MailboxProof {
    pub(super) fn new(address: Address) -> Self {
        Self { address }
    }

    /// The proven address.
    pub fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn into_address(self) -> Address {
        self.address
    }
}

impl Passcode {
    /// A fresh code for `address` in `flow`.
    pub fn new(id: Uuid, purpose: Purpose, flow: Uuid, address: Address, now: Time) -> Self {
        let expires_at = now.plus_seconds(CODE_SECONDS);
        Self {
            record: PasscodeRecord {
                id,
                purpose,
                flow,
                address,
                tries_left: TRIES,
                expires_at,
                state: PasscodeState::Open,
            },
        }
    }

    /// A stored code.
    pub fn from_record(record: PasscodeRecord) -> Self {
        Self { record }
    }

    /// What is to be saved.
    pub fn record(&self) -> &PasscodeRecord {
        &self.record
    }

    /// Whether the code can still be typed.
    pub fn works(&self, now: Time) -> bool {
        let r = &self.record;
        r.state == PasscodeState::Open && now < r.expires_at && r.tries_left > 0
    }

    /// Tries `typed` (spaces ignored). Counts the try on the code first, and a wrong one on the
    /// address, so that fifty guesses at once are compared five times at most (threats G2).
    pub fn try_code(
        &mut self,
        key: &[u8],
        typed: &str,
        flow: Uuid,
        purpose: Purpose,
        fails: &mut Counter,
        now: Time,
    ) -> Answer {
        let fits = self.record.flow == flow && self.record.purpose == purpose;
        if !fits || !self.works(now) {
            return Answer::No(Refusal::SignIn(SignInRefusal::PasscodeOver));
        }
        if let Err(retry_after_seconds) = fails.room(FAILS_PER_ADDRESS, now) {
            return Answer::No(Refusal::TooMany { retry_after_seconds });
        }
        let r = &mut self.record;
        r.tries_left -= 1;
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        if bool::from(code(key, r.id).as_bytes().ct_eq(typed.as_bytes())) {
            r.state = PasscodeState::Used;
            return Answer::Right(MailboxProof::new(r.address.clone()));
        }
        *fails = fails.plus_one(FAILS_PER_ADDRESS, now);
        if r.tries_left == 0 {
            return Answer::No(Refusal::SignIn(SignInRefusal::PasscodeOver));
        }
        Answer::No(Refusal::SignIn(SignInRefusal::WrongPasscode { tries_left: r.tries_left }))
    }

    /// Ends the code without using it.
    pub fn end(&mut self) {
        if self.record.state == PasscodeState::Open {
            self.record.state = PasscodeState::Dead;
        }
    }
}

/// The eight digits of the passcode `id` under the tenant's key.
pub fn code(key: &[u8], id: Uuid) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut message = b"hospes passcode v1\0".to_vec();
    message.extend_from_slice(id.as_bytes());
    let tag = hmac::sign(&key, &message);
    let mut head = [0_u8; 8];
    head.copy_from_slice(&tag.as_ref()[..8]);
    format!("{:08}", u64::from_be_bytes(head) % 100_000_000)
}

/// The digits as people read them: four and four.
pub fn format_code(code: &str) -> String {
    let (a, b) = code.split_at(code.len().min(4));
    format!("{a} {b}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const KEY: &[u8] = &[7; 32];
    const NOW: Time = Time(1_000_000_000_000);

    fn passcode() -> Passcode {
        Passcode::new(
            Uuid::from_u128(1),
            Purpose::Redeem,
            Uuid::from_u128(2),
            Address::parse("a@b.example").unwrap(),
            NOW,
        )
    }

    fn type_code(p: &mut Passcode, typed: &str, fails: &mut Counter, now: Time) -> Answer {
        p.try_code(KEY, typed, Uuid::from_u128(2), Purpose::Redeem, fails, now)
    }

    #[test]
    fn the_right_code_proves_the_mailbox_once() {
        let (mut p, mut fails) = (passcode(), Counter::default());
        let right = format_code(&code(KEY, Uuid::from_u128(1)));
        assert!(
            matches!(type_code(&mut p, &right, &mut fails, NOW), Answer::Right(proof) if proof.address().as_str() == "a@b.example")
        );
        assert_eq!(
            type_code(&mut p, &right, &mut fails, NOW),
            Answer::No(Refusal::SignIn(SignInRefusal::PasscodeOver))
        );
    }

    #[test]
    fn g1_g2_five_tries_and_then_even_the_right_code_is_dead() {
        let (mut p, mut fails) = (passcode(), Counter::default());
        for left in (1..TRIES).rev() {
            assert_eq!(
                type_code(&mut p, "x", &mut fails, NOW),
                Answer::No(Refusal::SignIn(SignInRefusal::WrongPasscode { tries_left: left }))
            );
        }
        assert_eq!(
            type_code(&mut p, "x", &mut fails, NOW),
            Answer::No(Refusal::SignIn(SignInRefusal::PasscodeOver))
        );
        let right = code(KEY, Uuid::from_u128(1));
        assert_eq!(
            type_code(&mut p, &right, &mut fails, NOW),
            Answer::No(Refusal::SignIn(SignInRefusal::PasscodeOver))
        );
        assert_eq!(fails.count, TRIES);
    }

    #[test]
    fn g1_ten_wrong_codes_in_an_hour_close_the_address_for_all_sessions() {
        let mut fails = Counter::default();
        for n in 0..2_u128 {
            let mut p = Passcode::new(
                Uuid::from_u128(n),
                Purpose::Redeem,
                Uuid::from_u128(2),
                Address::parse("a@b.example").unwrap(),
                NOW,
            );
            for _ in 0..TRIES {
                type_code(&mut p, "x", &mut fails, NOW);
            }
        }
        let right = code(KEY, Uuid::from_u128(1));
        assert!(matches!(
            type_code(&mut passcode(), &right, &mut fails, NOW),
            Answer::No(Refusal::TooMany { .. })
        ));
        let later = NOW.plus_seconds(3600);
        let mut fresh = Passcode::new(
            Uuid::from_u128(1),
            Purpose::Redeem,
            Uuid::from_u128(2),
            Address::parse("a@b.example").unwrap(),
            later,
        );
        assert!(matches!(type_code(&mut fresh, &right, &mut fails, later), Answer::Right(_)));
    }

    #[test]
    fn g3_g4_other_flow_other_purpose_and_old_codes_are_refused_without_a_try() {
        let right = code(KEY, Uuid::from_u128(1));
        let mut fails = Counter::default();
        let mut p = passcode();
        let over = Answer::No(Refusal::SignIn(SignInRefusal::PasscodeOver));
        assert_eq!(p.try_code(KEY, &right, Uuid::from_u128(3), Purpose::Redeem, &mut fails, NOW), over);
        assert_eq!(p.try_code(KEY, &right, Uuid::from_u128(2), Purpose::SignIn, &mut fails, NOW), over);
        assert_eq!(type_code(&mut p, &right, &mut fails, NOW.plus_seconds(CODE_SECONDS)), over);
        assert_eq!(p.record().tries_left, TRIES);
        p.end();
        assert_eq!(type_code(&mut p, &right, &mut fails, NOW), over);
    }
}
