//! Texts of a directory on a terminal. Refuses characters that a terminal would act on or not show (threats H9): they
//! are written out, `\u{1b}` in tables and sentences and `\u001b` in JSON.

use std::fmt::Write as _;

use hospes_domain::text::{Lines, has_hidden};
use serde_json::Value;

fn is_hidden(c: char) -> bool {
    c.is_control() || has_hidden(c.encode_utf8(&mut [0; 4]), Lines::One)
}

/// The text on one line, with nothing hidden in it.
pub fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Indented JSON: still JSON, and the same values.
pub fn json(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        // Of what stands below, JSON has escaped everything but its own line ends.
        if c >= '\u{7f}' && is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use serde_json::json;

    use super::*;

    #[test]
    fn h9_a_name_cannot_command_a_terminal() {
        assert_eq!(plain("A\u{1b}]0;x\u{7}\n\u{9b}2J"), "A\\u{1b}]0;x\\u{7}\\u{a}\\u{9b}2J");
        assert_eq!(plain("gnp\u{202e}exe"), "gnp\\u{202e}exe");
        assert_eq!(plain("Zoë 王"), "Zoë 王");
    }

    #[test]
    fn h9_json_is_escaped_and_still_means_the_same() {
        let value = json!({ "displayName": "A\u{1b}[2J\u{9b}31m\u{7f}\u{202e}\u{e0041}é" });
        let shown = json(&value);
        assert!(shown.chars().all(|c| c == '\n' || !is_hidden(c)), "{shown:?}");
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), value);
    }
}
