//! What people show beside the first proof of who they are, and who has to. Refuses to count a code twice, and to know
//! how a code is made: that is [`Kind`]'s business in the verbs (threats G1, G2; RFC 6238 section 5.2).

use uuid::Uuid;

use crate::access::{Role, Standing};
use crate::proof::{Counter, Limit};
use crate::refusal::{Refusal, SignInRefusal};
use crate::session::Amr;
use crate::sign_in::FLOW_SECONDS;
use crate::time::Time;

/// What can be shown as the second factor. Another kind is another word here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Six digits of an authenticator app (RFC 6238).
    Totp,
    /// One of the codes printed for the day the app is gone.
    Recovery,
    /// A passkey of a guest (WebAuthn level 3), beside the account at home.
    Passkey,
}

impl Kind {
    /// Every kind, in one fixed order.
    pub const ALL: &'static [Self] = &[Self::Totp, Self::Recovery, Self::Passkey];

    /// The stored word, also in audit records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => "authenticator",
            Self::Recovery => "recovery-code",
            Self::Passkey => "passkey",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == text)
    }

    /// The words of `amr` it stands for beside `mfa` (RFC 8176 section 2).
    pub fn amr(self) -> &'static [&'static str] {
        match self {
            // Both are passwords that work once.
            Self::Totp | Self::Recovery => &["otp"],
            // The word of a passkey that stands alone.
            Self::Passkey => &["fido"],
        }
    }
}

/// A factor that somebody has set up, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: Kind,
    /// The name its owner gave it.
    pub name: String,
    /// Since when it works.
    pub added_at: Time,
    /// When it was used last.
    pub used_at: Option<Time>,
}

/// What a sign-in still lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    #[default]
    Nothing,
    /// The person has a second factor and shows it.
    Show,
    /// The person has none, and a role demands one.
    Enrol,
}

/// What is lacking for somebody proven by `amr`, who has set a factor up or not and of whom one is demanded or not.
pub fn need(amr: &Amr, has_one: bool, demanded: bool) -> Need {
    match (amr.is_multi(), has_one, demanded) {
        (true, ..) | (false, false, false) => Need::Nothing,
        (false, true, _) => Need::Show,
        (false, false, true) => Need::Enrol,
    }
}

/// Whether one of these roles is held, directly or through groups.
pub fn is_demanded(roles: &[Role], standing: &Standing) -> bool {
    standing.has_any(roles)
}

/// Tries within one sign-in.
pub const TRIES_PER_FLOW: Limit = Limit { most: 5, seconds: FLOW_SECONDS };
/// Wrong codes of one kind for one person over all sign-ins. Each kind has its own, so that whoever uses up the tries of
/// the app does not lock the owner out who holds recovery codes.
pub const FAILS_PER_PERSON: Limit = Limit { most: 10, seconds: 3600 };
/// How many factors somebody may have.
pub const MOST_FACTORS: usize = 5;
/// How many recovery codes make a set.
pub const RECOVERY_CODES: usize = 10;
/// How long after a sign-in its person may change factors, in seconds.
pub const FRESH_SECONDS: i64 = 600;
/// Longest name of a factor, in characters.
pub const MOST_NAME: usize = 60;

/// Whether one more code may be tried, and how many after that one.
pub fn may_try(in_flow: Counter, fails: Counter, now: Time) -> Result<u32, Refusal> {
    in_flow.room(TRIES_PER_FLOW, now).map_err(|_| Refusal::SignIn(SignInRefusal::SecondFactorOver))?;
    fails
        .room(FAILS_PER_PERSON, now)
        .map_err(|retry_after_seconds| Refusal::TooMany { retry_after_seconds })?;
    Ok(TRIES_PER_FLOW.most.saturating_sub(in_flow.plus_one(TRIES_PER_FLOW, now).count))
}

/// What a wrong code is answered with.
pub fn wrong(tries_left: u32) -> Refusal {
    Refusal::SignIn(match tries_left {
        0 => SignInRefusal::SecondFactorOver,
        tries_left => SignInRefusal::WrongSecondFactor { tries_left },
    })
}

/// What its owner is told of by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A factor was added.
    Added,
    /// A factor was removed by the owner.
    Removed,
    /// A recovery code was used.
    RecoveryUsed,
    /// There is a new set of recovery codes.
    RecoveryRenewed,
    /// An administrator removed every factor.
    RemovedByAdministrator,
    /// An administrator removed one method.
    MethodRemovedByAdministrator,
}

impl News {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Added,
        Self::Removed,
        Self::RecoveryUsed,
        Self::RecoveryRenewed,
        Self::RemovedByAdministrator,
        Self::MethodRemovedByAdministrator,
    ];

    /// The stored word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::RecoveryUsed => "recovery-code-used",
            Self::RecoveryRenewed => "recovery-codes-renewed",
            Self::RemovedByAdministrator => "removed-by-administrator",
            Self::MethodRemovedByAdministrator => "method-removed-by-administrator",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|news| news.name() == text)
    }
}

/// Whether a code of that time step is newer than the one used last (RFC 6238 section 5.2: a code works once).
pub fn is_unused(step: i64, last: Option<i64>) -> bool {
    last.is_none_or(|last| step > last)
}

/// Whether somebody who has `left` factors after a removal has too few.
pub fn is_too_few(left: usize, demanded: bool) -> bool {
    left == 0 && demanded
}

/// The letters of recovery codes: without those that are taken for one another (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code of these random bytes, in three groups of four: 60 bits.
pub fn recovery_code(random: [u8; 12]) -> String {
    let letters: Vec<char> = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A typed recovery code without what people add or mistake; `None` for what cannot be one.
pub fn read_recovery_code(typed: &str) -> Option<String> {
    let letters: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let fits = letters.len() == 12 && letters.bytes().all(|b| LETTERS.contains(&b));
    fits.then_some(letters)
}

/// A typed code of an authenticator app; `None` for what is not six digits.
pub fn read_totp(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::session::{HOME, PASSCODE, PASSWORD};

    #[test]
    fn who_lacks_what() {
        let one = Amr::of(PASSWORD);
        let two = one.with(Kind::Totp);
        for (amr, has_one, demanded, lacks) in [
            (&one, false, false, Need::Nothing),
            (&one, true, false, Need::Show),
            (&one, true, true, Need::Show),
            (&one, false, true, Need::Enrol),
            (&two, true, true, Need::Nothing),
            (&two, false, true, Need::Nothing),
        ] {
            assert_eq!(need(amr, has_one, demanded), lacks, "{amr:?} {has_one} {demanded}");
        }
    }

    #[test]
    fn the_proof_is_told_in_the_words_of_rfc_8176() {
        let told = |amr: &Amr| amr.words().collect::<Vec<_>>().join(" ");
        assert_eq!(told(&Amr::of(PASSWORD)), "pwd");
        assert_eq!(told(&Amr::of(PASSWORD).with(Kind::Totp)), "pwd otp mfa");
        assert_eq!(told(&Amr::of(PASSCODE).with(Kind::Recovery)), "otp mfa", "a word stands once");
        assert_eq!(told(&Amr::of(HOME)), "fed");
        assert_eq!(told(&Amr::of(HOME).with(Kind::Passkey)), "fed fido mfa");
        let stored = Amr::of(PASSWORD).with(Kind::Totp);
        assert_eq!(Amr::stored(stored.as_str()), stored);
        assert!(!Amr::of(HOME).is_multi() && stored.is_multi() && !Amr::stored("").is_multi());
    }

    #[test]
    fn g1_g2_five_tries_in_a_sign_in_and_ten_wrong_ones_in_an_hour() {
        let now = Time(1_000_000_000_000);
        let used = |count| Counter { since: now, count };
        let none = Counter::default();
        for (in_flow, fails, answer) in [
            (none, none, Ok(4)),
            (used(4), used(9), Ok(0)),
            (used(5), none, Err(Refusal::SignIn(SignInRefusal::SecondFactorOver))),
            (used(4), used(10), Err(Refusal::TooMany { retry_after_seconds: 3601 })),
        ] {
            assert_eq!(may_try(in_flow, fails, now), answer, "{in_flow:?} {fails:?}");
        }
        assert_eq!(may_try(none, used(10), now.plus_seconds(3600)), Ok(4));
        assert_eq!(wrong(0), Refusal::SignIn(SignInRefusal::SecondFactorOver));
        assert_eq!(wrong(2), Refusal::SignIn(SignInRefusal::WrongSecondFactor { tries_left: 2 }));
    }

    #[test]
    fn a_code_counts_once_and_never_an_older_one() {
        assert!(is_unused(7, None) && is_unused(8, Some(7)));
        assert!(!is_unused(7, Some(7)) && !is_unused(6, Some(7)));
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = recovery_code([0, 1, 2, 3, 31, 30, 29, 28, 16, 17, 18, 33]);
        assert_eq!(code, "0123-ZYXW-GHJ1");
        let plain = read_recovery_code(&code).unwrap();
        assert_eq!(read_recovery_code(" oi23 zyxw ghjL "), Some(plain));
        for not_one in ["", "0123-ZYXW-GHJ", "0123-ZYXW-GHJ11", "0123-ZYXW-GHU1", "0123-ZYXW-GHé1"] {
            assert_eq!(read_recovery_code(not_one), None, "{not_one}");
        }
        assert_eq!(read_totp("123 456").as_deref(), Some("123456"));
        for not_one in ["", "12345", "1234567", "12345a", "１23456"] {
            assert_eq!(read_totp(not_one), None, "{not_one}");
        }
    }

    #[test]
    fn the_last_factor_stays_while_a_role_demands_one() {
        assert!(is_too_few(0, true));
        assert!(!is_too_few(0, false) && !is_too_few(1, true));
        let standing = Standing { roles: vec![Role::HelpdeskAdministrator], ..Standing::default() };
        assert!(is_demanded(&[Role::GlobalAdministrator, Role::HelpdeskAdministrator], &standing));
        assert!(!is_demanded(&[], &standing) && !is_demanded(&[Role::GlobalAdministrator], &standing));
    }
}
