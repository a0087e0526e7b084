//! The settings file: TOML, one line a setting, no sections. Refuses keys it does not know, values of another kind and
//! secrets, and says at which line and column; the parser's own messages show the line they are about, so they are not
//! used (threats K16: the line may hold a secret).

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::problem::{Problem, meant};
use super::table::{Kind, Setting, TABLE, named};

/// A value as the file has it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The setting's key.
    pub key: &'static str,
    /// Its value; a list's parts are separated by commas.
    pub text: String,
    /// Counted from one.
    pub number: usize,
}

/// Reads the text of a settings file.
pub(super) fn read(text: &str) -> Result<Vec<Line>, Vec<Problem>> {
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or_else(|| "somewhere".to_owned(), |span| place(text, &span));
        vec![Problem::about(
            "the settings file",
            format!("{place} cannot be read as TOML: {}", error.message()),
        )]
    })?;
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    for (key, value) in table.get_ref() {
        let (at, number) = (place(text, &key.span()), line_of(text, key.span().start));
        match setting(key.get_ref()).and_then(|setting| Ok((setting, written(setting, value.get_ref())?))) {
            Ok((setting, text)) => lines.push(Line { key: setting.key, text, number }),
            Err(cause) => problems.push((
                number,
                Problem::about(format!("{} ({at} of the settings file)", key.get_ref()), cause),
            )),
        }
    }
    problems.sort_by_key(|(number, _)| *number);
    if problems.is_empty() {
        Ok(lines)
    } else {
        Err(problems.into_iter().map(|(_, problem)| problem).collect())
    }
}

fn setting(key: &str) -> Result<&'static Setting, String> {
    match named(key) {
        Some(setting) if setting.kind == Kind::Secret => Err(format!(
            "secrets do not stand in this file. Write it into a file of its own and name that as {key}_file, or set {}.",
            setting.variable()
        )),
        Some(setting) => Ok(setting),
        None => {
            let known =
                TABLE.iter().filter(|setting| setting.kind != Kind::Secret).map(|setting| setting.key);
            Err(meant(key, known).map_or_else(
                || "there is no such setting.".to_owned(),
                |meant| format!("there is no such setting. Did you mean {meant}?"),
            ))
        }
    }
}

/// The value as the other sources would spell it.
fn written(setting: &Setting, value: &DeValue<'_>) -> Result<String, String> {
    match (setting.kind, value) {
        (Kind::Number, DeValue::Integer(number)) if number.radix() == 10 => Ok(number.as_str().to_owned()),
        (Kind::Number, _) => Err("a whole number is expected, without quotation marks.".to_owned()),
        (Kind::List, DeValue::Array(parts)) => {
            let texts: Option<Vec<&str>> = parts.iter().map(|part| part.get_ref().as_str()).collect();
            Ok(texts.ok_or("every part of the list has to be text in quotation marks.")?.join(","))
        }
        (Kind::List, _) => Err("a list is expected, such as [\"10.0.0.1\", \"10.0.0.2\"].".to_owned()),
        (_, DeValue::String(text)) => Ok(text.clone().into_owned()),
        _ => Err("text in quotation marks is expected.".to_owned()),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn place(text: &str, span: &Range<usize>) -> String {
    let before = text.get(..span.start).unwrap_or(text);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {}, column {column}", line_of(text, span.start))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn refused(text: &str) -> String {
        let problems = read(text).unwrap_err();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_file_is_read_line_by_line() {
        let text = "# ours\npublic_url = \"https://a.example\"\n\nsmtp_port = 2525\ntrusted_proxies = [\n  \"10.0.0.1\",\n  \"::1\",\n]\n";
        let mut lines = read(text).unwrap();
        lines.sort_by_key(|line| line.number);
        let read: Vec<_> = lines.iter().map(|line| (line.key, line.text.as_str(), line.number)).collect();
        assert_eq!(
            read,
            [
                ("public_url", "https://a.example", 2),
                ("smtp_port", "2525", 4),
                ("trusted_proxies", "10.0.0.1,::1", 5)
            ]
        );
        assert!(super::read("").unwrap().is_empty());
    }

    #[test]
    fn k16_what_is_wrong_is_named_with_its_place_and_without_its_value() {
        for (text, said) in [
            (
                "smtp_pasword_file = \"hunter2\"",
                "smtp_pasword_file (line 1, column 1 of the settings file): there is no such setting. Did you mean smtp_password_file?",
            ),
            (
                "\n  colour = \"hunter2\"",
                "colour (line 2, column 3 of the settings file): there is no such setting.",
            ),
            ("smtp_password = \"hunter2\"", "smtp_password_file, or set HOSPES_SMTP_PASSWORD."),
            ("smtp_port = \"hunter2\"", "smtp_port (line 1, column 1 of the settings file): a whole number"),
            ("listen = 8080", "text in quotation marks"),
            ("trusted_proxies = \"hunter2\"", "a list is expected"),
            ("trusted_proxies = [\"hunter2\", 1]", "every part of the list"),
            (
                "[smtp]\npassword = \"hunter2\"",
                "smtp (line 1, column 2 of the settings file): there is no such setting.",
            ),
            // Half written, or cut off.
            ("listen = \"a\"\nsmtp_user = \"hunter2", "line 2, column"),
            ("smtp_user = hunter2", "line 1, column"),
            ("hunter2", "line 1, column"),
            ("smtp_user = \"hunter2\"\nsmtp_user = \"hunter2\"", "line 2, column 1"),
        ] {
            let refused = refused(text);
            assert!(refused.contains(said), "{text}: {refused}");
            assert!(!refused.contains("hunter2"), "{text}: {refused}");
        }
        let both = refused("colour = 1\nlisten = 2");
        assert!(both.contains("colour") && both.contains("listen"), "{both}");
    }
}
