//! Text that people typed, made fit for plain text: no control characters, no invisible direction
//! changes, always recognisable as a quotation. Refuses to change the words themselves.

/// Everything on one line: controls, line and paragraph separators become a space, characters that
/// reorder or hide text are left out (threats I2, I4).
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !reorders(*c)) {
        let gap = c.is_control() || c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}';
        match (gap, line.ends_with(' ')) {
            (true, true) => {}
            (true, false) => line.push(' '),
            (false, _) => line.push(c),
        }
    }
    line.trim().to_owned()
}

/// Lines as typed, each behind `> `, so that no line of a stranger can pass for ours.
pub fn quoted(text: &str) -> String {
    let joined =
        text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}'], "\n");
    let lines: Vec<String> = joined
        .trim_end()
        .split('\n')
        .map(|line| {
            let kept: String =
                line.chars().filter(|c| (!c.is_control() || *c == '\t') && !reorders(*c)).collect();
            format!("> {kept}").trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

/// Bidirectional embeddings, overrides and isolates, and the invisible tag characters.
fn reorders(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_whatever_a_name_holds() {
        assert_eq!(one_line("Nadia\r\nBcc: all@x\u{2028}\u{0} K"), "Nadia Bcc: all@x K");
        assert_eq!(one_line("\u{202e}evil"), "evil");
    }

    #[test]
    fn every_line_of_a_message_is_marked() {
        assert_eq!(quoted("a\r\n\r\nb\u{2028}c\u{1b}[0m\n"), "> a\n>\n> b\n> c[0m");
    }
}
