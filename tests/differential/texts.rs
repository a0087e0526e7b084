//! Names and addresses that have a way of coming out differently: cases that fold oddly, letters that sort oddly, marks
//! that combine, wildcards of SQL.

use crate::harness::Dice;

const NAMES: &[&str] = &[
    "Ana",
    "ana",
    "ANA",
    "Ana Müller",
    "ANA MÜLLER",
    "ana mueller",
    "Ångström",
    "angstrom",
    "Zoë",
    "Zoe",
    "zz",
    "Z",
    "Łukasz",
    "İstanbul",
    "istanbul",
    "ıstanbul",
    "ISTANBUL",
    "Straße",
    "STRASSE",
    "STRAẞE",
    "ﬁnance",
    "Finance",
    "ǅ",
    "日本太郎",
    "ひらがな",
    "ヒラガナ",
    "🙂🙂",
    "👩‍👩‍👧",
    "e\u{301}clair",
    "éclair",
    "Éclair",
    "ΟΔΥΣΣΕΥΣ",
    "οδυσσευς",
    "οδυσσευσ",
    "_",
    "~",
    "-",
    "a_b",
    "a-b",
    "a b",
    "ab",
    "O'Brien",
    "100% _real_",
    "back\\slash",
    "[",
    "{",
    "\u{10ffff}",
    "\u{e000}",
    "\u{feff}x",
    "1",
    "10",
    "9",
    "09",
    "Ж",
    "ж",
    "ñ",
    "n\u{303}",
    "ä",
    "ae",
    "æ",
    "Æ",
    "ø",
    "þ",
    "\u{17f}",
    "s",
    "K",
    "K",
];
const LOCALS: &[&str] =
    &["ana", "Ben", "o'neil", "x+y", "UPPER", "a.b", "a_b", "a-b", "zoe", "9", "kim", "Kim"];
const DOMAINS: &[&str] = &[
    "contoso.example",
    "Contoso.Example",
    "adatum.example",
    "münchen.example",
    "xn--mnchen-3ya.example",
    "fabrikam.example",
];
/// What is no address here.
const NO_ADDRESSES: &[&str] =
    &["", "a", "a@", "@b.example", "a@b@c.example", "ä@contoso.example", "a@b..example", "a b@c.example"];

/// A name of a person, a group or a place.
pub fn name(dice: &mut Dice) -> String {
    match dice.below(24) {
        0 => dice.pick(NAMES).repeat(1 + dice.below(12)),
        1 => "x".repeat(250 + dice.below(20)),
        2 => "é".repeat(dice.below(300)),
        3 => String::new(),
        4 => format!(" {} ", dice.pick(NAMES)),
        5..=8 => format!("{} {}", dice.pick(NAMES), dice.pick(NAMES)),
        9..=11 => format!("{} {}", dice.pick(NAMES), dice.below(30)),
        _ => dice.pick(NAMES).to_owned(),
    }
}

/// A mail address, now and then one that is none.
pub fn address(dice: &mut Dice) -> String {
    if dice.one_in(25) {
        return dice.pick(NO_ADDRESSES).to_owned();
    }
    format!("{}{}@{}", dice.pick(LOCALS), dice.below(60), dice.pick(DOMAINS))
}

/// Percent-encoded, as clients send a query.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
