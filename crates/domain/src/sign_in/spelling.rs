//! How parameters of OAuth may be spelled (RFC 6749 sections 3.1 and 3.2, appendix A): each once, of bounded length, without
//! control characters. Each rule answers with a sentence that names the parameter. Refuses to repeat what a parameter says,
//! and writes into its sentences only what `error_description` may hold (RFC 6749 section 5.2).

use std::collections::HashSet;

/// Letters of a parameter's name that are repeated; the names that mean something are shorter.
const NAME: usize = 40;

/// Says that a parameter is there twice, whether it means something or not. A body of the greatest length holds hundreds of
/// thousands of them, so each is looked at once.
pub fn repeated(pairs: &[(String, String)]) -> Option<String> {
    let mut seen = HashSet::with_capacity(pairs.len());
    let (name, _) = pairs.iter().find(|(name, _)| !seen.insert(name.as_str()))?;
    Some(format!("The parameter '{}' is given more than once.", named(name)))
}

/// Says which parameter is longer than `limit` allows for its name, in bytes.
pub fn too_long(pairs: &[(String, String)], limit: impl Fn(&str) -> usize) -> Option<String> {
    pairs.iter().find_map(|(name, value)| too_long_value(name, value, limit(name)))
}

/// The same for one parameter.
pub fn too_long_value(name: &str, value: &str, most: usize) -> Option<String> {
    (value.len() > most).then(|| format!("The parameter '{}' is longer than {most} bytes.", named(name)))
}

/// Says which parameter holds a control character. The standard allows printable ASCII only; programs send other letters now
/// and then, and they are harmless. JSON may be written in lines.
pub fn unprintable(pairs: &[(String, String)]) -> Option<String> {
    pairs.iter().find_map(|(name, value)| unprintable_value(name, value))
}

/// The same for one parameter.
pub fn unprintable_value(name: &str, value: &str) -> Option<String> {
    let lines = |c: char| name == "claims" && matches!(c, '\n' | '\r' | '\t');
    let bad = value.chars().any(|c| c.is_control() && !lines(c));
    bad.then(|| format!("The parameter '{}' contains a control character; send printable text.", named(name)))
}

/// The name as a sentence may hold it.
fn named(name: &str) -> String {
    let fit = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '\'') { c } else { '?' };
    name.chars().take(NAME).map(fit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_sentence_names_the_parameter_and_not_what_it_says() {
        let twice = repeated(&pairs(&[("scope", "a"), ("x", "b"), ("scope", "secret")]));
        assert_eq!(twice.as_deref(), Some("The parameter 'scope' is given more than once."));
        assert_eq!(repeated(&pairs(&[("scope", "a"), ("x", "a")])), None);
        // As many as a body holds: whoever compared each with each would be at it for minutes.
        let many: Vec<_> = (0..300_000).map(|n| (n.to_string(), String::new())).collect();
        assert_eq!(repeated(&many), None);
        let limit = |name: &str| if name == "state" { 9 } else { 3 };
        let long = too_long(&pairs(&[("state", "123456789"), ("nonce", "1234")]), limit);
        assert_eq!(long.as_deref(), Some("The parameter 'nonce' is longer than 3 bytes."));
    }

    #[test]
    fn control_characters_are_refused_and_letters_of_any_script_are_not() {
        for bad in ["\0", "a\0b", "a\r\nb", "\u{7f}", "\u{85}"] {
            let said = unprintable(&pairs(&[("scope", "openid"), ("state", bad)]));
            assert!(said.is_some_and(|said| said.contains("'state'")), "{bad:?}");
        }
        for good in ["", "é", "日本", "\u{1f600}", "a b+c/d=", "{\"a\": null}"] {
            assert_eq!(unprintable(&pairs(&[("state", good)])), None, "{good:?}");
        }
        assert_eq!(unprintable(&pairs(&[("claims", "{\n\t\"id_token\": {}\r\n}")])), None);
        assert!(unprintable(&pairs(&[("claims", "{\0}")])).is_some());
    }

    #[test]
    fn a_name_that_could_break_the_sentence_is_shown_harmlessly() {
        let name = format!("\"\\'\r\n<{}", "x".repeat(100));
        let said = unprintable(&pairs(&[(&name, "\0")])).unwrap_or_default();
        assert!(said.contains("'?????<xxx") && said.len() < 120, "{said}");
    }
}
