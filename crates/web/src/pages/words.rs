//! How Hospes writes dates, durations, numbers and references for people (English for now).
//! Refuses to hold whole sentences of one page: those stand in its template.

use std::fmt::Write as _;

use hospes_domain::session::HOME;
use hospes_domain::time::Time;
use jiff::{Timestamp, fmt::strtime, tz::TimeZone};

/// How a guest whose mailbox proves them signs in, for `Welcome::sign_in_way` and the mail.
pub const BY_PASSCODE: &str = "Sign in with a code we mail you";

/// What follows "Accept invitation" when a passcode is the proof, for `Welcome::next_step`.
pub const NEXT_IS_PASSCODE: &str = "Next: we mail you a code";

/// How a guest signs in whose organisation is on this server.
pub const BY_HOME: &str = "Sign in with the account of your organisation";

/// How a guest signs in who signed in by that method, a word of [`hospes_domain::session`].
pub fn way(method: &str) -> &'static str {
    if method == HOME { BY_HOME } else { BY_PASSCODE }
}

/// `Welcome::sign_in_way` and `Welcome::next_step`; `home` is the organisation that vouches for the address.
pub fn redeeming(home: Option<&str>) -> (String, String) {
    match home {
        Some(home) => (format!("Sign in with your {home} account"), format!("Next: you sign in at {home}")),
        None => (BY_PASSCODE.to_owned(), NEXT_IS_PASSCODE.to_owned()),
    }
}

/// An instant as people read it; always UTC for now, and the exact form says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment(pub Time);

impl Moment {
    /// `21 November 2026`.
    pub fn date(self) -> String {
        self.written("%-d %B %Y")
    }

    /// `21 November 2026, 14:22`.
    pub fn date_and_clock(self) -> String {
        self.written("%-d %B %Y, %H:%M")
    }

    /// `21 Nov 2026, 14:22`, for tables and lists.
    pub fn short(self) -> String {
        self.written("%-d %b %Y, %H:%M")
    }

    /// `21 Nov 2026`, for tables where the hour does not matter.
    pub fn day(self) -> String {
        self.written("%-d %b %Y")
    }

    /// `14:22`.
    pub fn clock(self) -> String {
        self.written("%H:%M")
    }

    /// `2026-11-21T14:22:05Z`, for the `datetime` attribute.
    pub fn iso(self) -> String {
        self.written("%Y-%m-%dT%H:%M:%SZ")
    }

    /// `21 November 2026, 14:22:05 UTC`, for the `title` attribute.
    pub fn exact(self) -> String {
        self.written("%-d %B %Y, %H:%M:%S UTC")
    }

    /// An instant outside the calendar (years beyond ±9999) is written as a dash.
    fn written(self, pattern: &str) -> String {
        Timestamp::from_microsecond(self.0.0)
            .ok()
            .and_then(|at| strtime::format(pattern, &at.to_zoned(TimeZone::UTC)).ok())
            .unwrap_or_else(|| "–".to_owned())
    }
}

/// A number of seconds in words, rounded down to the two largest units that matter: `10 minutes`,
/// `1 hour 30 minutes`, `3 days`. Less than a minute is `less than a minute`.
pub fn duration(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds % 86_400 / 3_600, seconds % 3_600 / 60);
    let parts: Vec<String> = [(days, "day"), (hours, "hour"), (if days > 0 { 0 } else { minutes }, "minute")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| counted(n, unit))
        .collect();
    if parts.is_empty() {
        return "less than a minute".to_owned();
    }
    parts.join(" ")
}

/// `1 try`, `3 tries`, `2 groups`: a number with its word.
pub fn counted(n: i64, word: &str) -> String {
    match (n, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{n} {stem}ies"),
        _ => format!("{n} {word}s"),
    }
}

/// `1 person`, `8 people`.
pub fn people(n: usize) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{n} people") }
}

/// A reference made to be read aloud: letters and digits only, upper case, in fours with hyphens
/// (`7Q4K-M2XD-9F`).
pub fn in_fours(reference: &str) -> String {
    let mut grouped = String::new();
    let read = reference.chars().filter(char::is_ascii_alphanumeric);
    for (place, letter) in read.enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push('-');
        }
        grouped.push(letter.to_ascii_uppercase());
    }
    grouped
}

/// A passcode as people read it: `4821 0537`.
pub fn spaced_code(code: &str) -> String {
    let mut spaced = String::new();
    for (place, digit) in code.chars().enumerate() {
        let gap = if place > 0 && place % 4 == 0 { " " } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(spaced, "{gap}{digit}");
    }
    spaced
}

/// The digits of a typed or pasted passcode: spaces, hyphens and the invisible marks that come along from a mail
/// do not count. `None` unless eight digits remain.
pub fn typed_code(typed: &str) -> Option<String> {
    let passed_over = |c: &char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '-' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{2010}'..='\u{2013}' | '\u{FEFF}')
    };
    let code: String = typed.chars().filter(|c| !passed_over(c)).collect();
    (code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

/// The letter on a monogram: the first letter or digit of a name, upper case; `·` if there is none.
pub fn monogram(name: &str) -> String {
    name.chars()
        .find(|c| c.is_alphanumeric())
        .map_or_else(|| "·".to_owned(), |first| first.to_uppercase().collect())
}

/// Two letters for a person: `JL` for Jonas Lindqvist.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter(|w| w.starts_with(char::is_alphanumeric));
    let first = words.next().map(monogram).unwrap_or_default();
    let last = words.next_back().map(monogram).unwrap_or_default();
    if first.is_empty() { monogram(name) } else { first + &last }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_for_people_and_exactly_for_programs() {
        let at = Moment(Time(1_795_270_925_000_000));
        assert_eq!(at.date_and_clock(), "21 November 2026, 14:22");
        assert_eq!(at.date(), "21 November 2026");
        assert_eq!(at.short(), "21 Nov 2026, 14:22");
        assert_eq!(at.day(), "21 Nov 2026");
        assert_eq!(at.clock(), "14:22");
        assert_eq!(at.iso(), "2026-11-21T14:22:05Z");
        assert_eq!(at.exact(), "21 November 2026, 14:22:05 UTC");
        assert_eq!(Moment(Time(i64::MAX)).date(), "–");
    }

    #[test]
    fn durations_are_words() {
        for (seconds, words) in [
            (0, "less than a minute"),
            (60, "1 minute"),
            (600, "10 minutes"),
            (5_400, "1 hour 30 minutes"),
            (86_400, "1 day"),
            (266_400, "3 days 2 hours"),
        ] {
            assert_eq!(duration(seconds), words);
        }
    }

    #[test]
    fn numbers_get_a_word() {
        assert_eq!(counted(1, "try"), "1 try");
        assert_eq!(counted(3, "try"), "3 tries");
        assert_eq!(counted(2, "day"), "2 days");
    }

    #[test]
    fn references_and_codes_are_made_to_be_read_aloud() {
        assert_eq!(in_fours("7q4k m2xd-9f"), "7Q4K-M2XD-9F");
        assert_eq!(spaced_code("48210537"), "4821 0537");
    }

    #[test]
    fn a_code_is_taken_as_people_paste_it() {
        for typed in ["48210537", " 4821 0537 ", "4821-0537", "4821\u{a0}0537", "\u{200e}4821 0537\u{202c}"] {
            assert_eq!(typed_code(typed).as_deref(), Some("48210537"), "{typed:?}");
        }
        for typed in ["", "4821053", "482105377", "4821o537", "+48210537"] {
            assert_eq!(typed_code(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn monograms_come_from_names_in_any_script() {
        assert_eq!(monogram("«fabrikam»"), "F");
        assert_eq!(monogram("ölwerk"), "Ö");
        assert_eq!(monogram(""), "·");
        assert_eq!(initials("Jonas Erik Lindqvist"), "JL");
        assert_eq!(initials("Cher"), "C");
        assert_eq!(initials("***"), "·");
    }
}
