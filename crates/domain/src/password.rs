//! What somebody may choose as a password (NIST SP 800-63B section 3.1.1.2): long enough, not made of names everybody
//! knows, not easily guessed, not leaked. Refuses rules about kinds of characters, which make passwords worse, and to
//! estimate by itself: that takes lists, which are not the domain's.

use unicode_normalization::UnicodeNormalization as _;

use crate::address::Address;
use crate::refusal::Refusal;
use crate::tenant::Tenant;
use crate::user::User;

/// Characters of a password, at least.
pub const SHORTEST: usize = 8;
/// Characters of the first administrator's password, at least: nobody is above this account.
pub const SHORTEST_FIRST: usize = 12;
/// Characters of a password, at most.
pub const LONGEST: usize = 256;
/// The least score that is taken, of 0 to 4.
const GOOD: u8 = 3;
/// So many characters must be left when known names are taken away.
const BESIDE_NAMES: usize = 6;
/// Shorter names occur in ordinary words.
const SHORTEST_NAME: usize = 4;

/// One form for one password, whichever keyboard it was typed on (NFKC, as RFC 8265 section 4.2 and NIST ask for).
/// Whoever hashes or compares a password passes it through here.
pub fn normal(password: &str) -> String {
    password.nfkc().collect()
}

/// Names that an attacker tries first: those of the person and of the organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    /// Every name in these texts: whole, and word by word.
    pub fn in_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<String> = vec!["hospes".to_owned()];
        for text in texts {
            let words = text.split(|c: char| !c.is_alphanumeric()).map(folded);
            for name in words.chain([folded(text)]) {
                if name.chars().count() >= SHORTEST_NAME && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        // The longest first: what holds another one is taken away whole.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Self(names)
    }

    /// Those of a person and the organisation.
    pub fn of(user: &User, tenant: &Tenant) -> Self {
        let profile = &user.profile;
        let own =
            [Some(profile.display_name.as_str()), profile.given_name.as_deref(), profile.surname.as_deref()];
        let addresses = user.mail.iter().chain(&user.other_mails).map(Address::as_str);
        let company =
            [profile.company_name.as_deref(), Some(user.upn.as_str()), Some(user.mail_nickname.as_str())];
        let theirs =
            std::iter::once(tenant.display_name.as_str()).chain(tenant.domains.iter().map(String::as_str));
        Self::in_texts(own.into_iter().chain(company).flatten().chain(addresses).chain(theirs))
    }

    /// The names, in lower case.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the password is one of them with trimmings: a year, a digit, another spelling of a letter.
    fn make_up(&self, password: &str) -> bool {
        let plain = folded(password);
        [plain.clone(), spelled_out(&plain)].iter().any(|text| {
            let rest = self.0.iter().fold(text.clone(), |rest, name| rest.replace(name.as_str(), ""));
            rest != *text && rest.chars().count() < BESIDE_NAMES
        })
    }
}

/// Letters and digits only, in lower case.
fn folded(text: &str) -> String {
    text.nfkc()
        .filter(|c| c.is_alphanumeric() || matches!(c, '@' | '$'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// What stands for a letter, as that letter.
fn spelled_out(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// What lists and patterns say about a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// How hard it is to guess, 0 to 4.
    pub score: u8,
    /// What makes it easy, one sentence.
    pub because: Option<&'static str>,
    /// Whether it stands in the operator's list of leaked passwords.
    pub leaked: bool,
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    /// Fewer characters than this.
    Short(usize),
    /// More than [`LONGEST`] characters.
    Long,
    /// A character that cannot be typed everywhere.
    Control,
    /// It is the one that is to be replaced.
    Same,
    /// A name everybody knows, with trimmings.
    Named,
    /// Easily guessed, with what makes it so.
    Guessable(Option<&'static str>),
    /// Known from a leak.
    Leaked,
}

impl Weak {
    /// What is wrong, one sentence or two.
    pub fn cause(self) -> String {
        match self {
            Self::Short(_) => "The password is too short.".to_owned(),
            Self::Long => "The password is too long.".to_owned(),
            Self::Control => "The password holds a character that cannot be typed everywhere.".to_owned(),
            Self::Same => "This is the password that is to be replaced.".to_owned(),
            Self::Named => "The password is little more than a name that others know.".to_owned(),
            Self::Guessable(None) => "The password is easy to guess.".to_owned(),
            Self::Guessable(Some(because)) => format!("The password is easy to guess. {because}"),
            Self::Leaked => "The password is known from a leak, so attackers try it.".to_owned(),
        }
    }

    /// What would be right, one sentence.
    pub fn remedy(self) -> String {
        match self {
            Self::Short(least) => {
                format!("Give at least {least} characters; a few words in a row are easy to keep.")
            }
            Self::Long => format!("Give at most {LONGEST} characters."),
            Self::Control => "Leave out tabs, line ends and other control characters.".to_owned(),
            Self::Same => "Choose another one.".to_owned(),
            Self::Named => {
                "Choose one without your name, your address and the name of the organisation.".to_owned()
            }
            Self::Guessable(_) => {
                "Use a few words that do not belong together; symbols are not needed.".to_owned()
            }
            Self::Leaked => "Choose one that you use nowhere else.".to_owned(),
        }
    }

    /// The refusal, for the field as the surface spells it.
    pub fn refusal(self, field: &str) -> Refusal {
        Refusal::invalid(field, self.cause(), self.remedy())
    }
}

/// What can be said without looking anything up. `password` is [`normal`].
///
/// # Errors
/// Why it is not taken.
pub fn shape(password: &str, shortest: usize, names: &Names) -> Result<(), Weak> {
    let length = password.chars().count();
    if length < shortest {
        return Err(Weak::Short(shortest));
    }
    if length > LONGEST {
        return Err(Weak::Long);
    }
    if password.chars().any(char::is_control) {
        return Err(Weak::Control);
    }
    if names.make_up(password) { Err(Weak::Named) } else { Ok(()) }
}

/// What the lists say, decided.
///
/// # Errors
/// Why it is not taken.
pub fn strength(findings: Findings) -> Result<(), Weak> {
    if findings.leaked {
        return Err(Weak::Leaked);
    }
    if findings.score < GOOD { Err(Weak::Guessable(findings.because)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn names() -> Names {
        Names::in_texts(["Greta Holm", "greta.holm@fabrikam.example", "Fabrikam Group", "fabrikam.example"])
    }

    #[test]
    fn a_password_has_eight_to_256_characters_and_is_no_name_with_trimmings() {
        let long = "ä".repeat(LONGEST);
        for (password, said) in [
            ("1234567", Err(Weak::Short(8))),
            ("ääääääää", Ok(())),
            (long.as_str(), Ok(())),
            (&format!("{long}ä"), Err(Weak::Long)),
            ("tab\there and there", Err(Weak::Control)),
            ("Fabrikam2026!", Err(Weak::Named)),
            ("F4br1k4m", Err(Weak::Named)),
            ("f@brik@m-2026", Err(Weak::Named)),
            ("gretaholm", Err(Weak::Named)),
            ("Greta.Holm@Fabrikam.example", Err(Weak::Named)),
            ("holm fabrikam 12", Err(Weak::Named)),
            ("hospes hospes 1", Err(Weak::Named)),
            ("greta likes purple trains", Ok(())),
            ("correct horse battery", Ok(())),
        ] {
            assert_eq!(shape(password, SHORTEST, &names()), said, "{password}");
        }
        assert_eq!(shape("elevenchars", SHORTEST_FIRST, &names()), Err(Weak::Short(12)));
    }

    #[test]
    fn one_password_is_one_whatever_keyboard_it_was_typed_on() {
        assert_eq!(normal("u\u{308}ber ﬁve ①"), "über five 1");
        assert_eq!(normal(&normal("ﬁ")), normal("ﬁ"));
    }

    #[test]
    fn what_is_guessed_or_leaked_is_refused_with_a_remedy() {
        let found = |score, leaked| Findings { score, because: Some("Dates are easy to guess."), leaked };
        assert_eq!(strength(found(3, false)), Ok(()));
        assert_eq!(strength(found(4, true)), Err(Weak::Leaked));
        let weak = strength(found(2, false)).unwrap_err();
        assert!(weak.cause().ends_with("Dates are easy to guess."), "{}", weak.cause());
        for weak in [Weak::Short(8), Weak::Long, Weak::Control, Weak::Same, Weak::Named, weak, Weak::Leaked] {
            assert!(weak.cause().ends_with('.') && weak.remedy().ends_with('.'), "{weak:?}");
        }
    }
}
