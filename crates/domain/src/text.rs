//! Text that people type and others read in pages, mails and logs (threats I2, H9). Refuses characters
//! that are not seen but change what is read: controls, line separators, and marks that reorder a line.

/// What a text may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line: names, titles, addresses on the web.
    One,
    /// Lines and tabs: messages, descriptions.
    Many,
}

/// Whether the text holds a character that must not be in it. Right-to-left text needs none of the
/// refused marks; the plain directional marks U+200E and U+200F are fine.
pub fn has_hidden(text: &str, lines: Lines) -> bool {
    text.chars().any(|c| match c {
        '\n' | '\t' => lines == Lines::One,
        '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => true,
        _ => c.is_control(),
    })
}

/// One kind of line end: every other one becomes it.
pub fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n")
}

/// What two texts are compared as: letter for letter without letter case, as the original compares (ordinally, ignoring case).
/// Accents count, and so do ligatures: `ß` is no `ss`. Each letter becomes the same small ones wherever it stands, so that what a text begins
/// and ends with stays what it begins and ends with; of sigma, which has another small form where a word ends, there is one.
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letter_case_is_all_that_does_not_matter() {
        for (one, other) in [
            ("ΟΔΥΣΣΕΎΣ", "Οδυσσεύς"),
            ("οδυσσεύσ", "οδυσσεύς"),
            ("Ärger", "ÄRGER"),
            ("ẞ", "ß"),
            ("Ǆ", "ǆ"),
            ("İ", "i\u{307}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        for (one, other) in
            [("ß", "ss"), ("é", "e"), ("é", "e\u{301}"), ("ύ", "υ"), ("ı", "i"), ("İ", "i"), ("ﬁ", "fi")]
        {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }

    /// Or a beginning would not find what begins so.
    #[test]
    fn every_letter_is_folded_by_itself_wherever_it_stands() {
        let all: Vec<char> = ('\0'..=char::MAX).collect();
        for letter in &all {
            let folded = fold(&letter.to_string());
            assert_eq!(fold(&folded), folded, "{letter:?}");
            for (before, behind) in [("a", ""), ("", "a"), ("Σ", "Σ"), ("α\u{301}", " ")] {
                let whole = fold(&format!("{before}{letter}{behind}"));
                assert_eq!(whole, format!("{}{folded}{}", fold(before), fold(behind)), "{letter:?}");
            }
        }
    }

    #[test]
    fn i2_what_is_not_seen_is_refused() {
        for text in
            ["a\u{0}", "a\r\nb", "a\u{2028}b", "a\u{202e}b", "\u{2066}a", "a\u{7f}", "a\u{85}b", "\u{feff}a"]
        {
            assert!(has_hidden(text, Lines::One), "{text:?}");
        }
        assert!(!has_hidden("Zoë O'Neil, עדי\u{200f}", Lines::One));
        assert!(has_hidden("a\nb", Lines::One) && !has_hidden("a\n\tb", Lines::Many));
        assert_eq!(plain_lines("a\r\nb\rc\nd\u{2028}e"), "a\nb\nc\nd\ne");
    }
}
