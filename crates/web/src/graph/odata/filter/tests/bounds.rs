//! Texts that are too much, and texts of nothing but pieces (reference/threats.md J1, J2).

use super::{ID, advanced, plain};

#[test]
fn length_depth_and_terms_are_bounded() {
    let nested = |levels| format!("{}mail eq 'a'{}", "(".repeat(levels), ")".repeat(levels));
    assert!(plain(&nested(32)).is_ok());
    for text in [
        nested(33),
        nested(4000),
        nested(10_000),
        "(".repeat(8000),
        format!("{}displayName eq 'a'", "not ".repeat(33)),
        format!("{}displayName eq 'a'", "not ".repeat(2000)),
        "otherMails/any(x:".repeat(400),
    ] {
        assert_eq!(advanced(&text).unwrap_err().code, "BadRequest");
    }

    let terms = |count| vec!["mail eq 'a'"; count].join(" or ");
    assert!(plain(&terms(100)).is_ok());
    assert!(plain(&terms(101)).is_err());
    assert!(plain(&terms(5000)).is_err());

    let values = |count| format!("mail in ({})", vec!["'a'"; count].join(","));
    assert!(plain(&values(100)).is_ok());
    assert!(plain(&values(101)).is_err());

    let spaces = |count| format!("mail eq 'a'{}", " ".repeat(count));
    assert!(plain(&spaces(8 * 1024 - 11)).is_ok());
    assert!(plain(&spaces(8 * 1024 - 10)).is_err());
}

/// A small generator of numbers (xorshift), so that a failing text can be found again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[test]
fn no_text_makes_the_reader_panic() {
    let pieces = [
        "mail",
        "displayName",
        "otherMails",
        "identities",
        "/any(",
        "c:",
        "c/issuer",
        "(",
        ")",
        " ",
        "'",
        "''",
        "'a'",
        " eq ",
        " ne ",
        " in ",
        " and ",
        " or ",
        "not ",
        ",",
        ":",
        "/",
        "null",
        "true",
        "startsWith(",
        "-1",
        "\0",
        "字",
        "\u{202e}",
        "$count",
        "2026-01-31T12:00:00Z",
        ID,
        "%27",
        ";",
        "--",
    ];
    let mut dice = Dice(0x5eed);
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..dice.roll(14) {
            if dice.roll(12) == 0 {
                text.extend(char::from_u32(u32::try_from(dice.roll(0x3000)).unwrap()));
            } else {
                text.push_str(pieces[dice.roll(pieces.len())]);
            }
        }
        for result in [plain(&text), advanced(&text)] {
            if let Err(refused) = result {
                assert!(!refused.message.chars().any(char::is_control), "{text:?}");
            }
        }
    }
}
