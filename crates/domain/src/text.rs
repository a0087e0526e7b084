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

#[cfg(test)]
mod tests {
    use super::*;

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
