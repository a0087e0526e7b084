//! Tests on texts as SQL: beginnings as ranges, which an index finds, ends and parts as patterns, which it does not. Refuses
//! wildcards: what would be one in a text is a character like any other.

use hospes_domain::query::ElementMatch;

use crate::filter_sql::{Statement, never};

/// A range on a byte-ordered column; `prefix` is folded already.
pub(crate) fn starts_with(s: &mut Statement, name: &str, prefix: &str, holds: bool) {
    if prefix.is_empty() {
        s.push(name).push(if holds { " IS NOT NULL" } else { " IS NULL" });
        return;
    }
    s.push("(");
    if holds {
        in_range(s, name, prefix);
    } else {
        s.push(name).push(" IS NULL OR ").push(name).push(" < ").bind(prefix);
        if let Some(end) = after_prefix(prefix) {
            s.push(" OR ").push(name).push(" >= ").bind(end);
        }
    }
    s.push(")");
}

/// The range of what begins with `prefix`, which is not empty.
pub(crate) fn in_range(s: &mut Statement, name: &str, prefix: &str) {
    s.push(name).push(" >= ").bind(prefix);
    if let Some(end) = after_prefix(prefix) {
        s.push(" AND ").push(name).push(" < ").bind(end);
    }
}

/// `text` is folded already; what would be a wildcard in it is not. With `more` something may follow it.
pub(crate) fn contains(s: &mut Statement, name: &str, (text, more): (&str, bool), holds: bool) {
    let pattern = pattern(text, more);
    if holds {
        s.push(name).push(" LIKE ").bind(pattern).push(" ESCAPE '!'");
    } else {
        s.push("(")
            .push(name)
            .push(" IS NULL OR ")
            .push(name)
            .push(" NOT LIKE ")
            .bind(pattern)
            .push(" ESCAPE '!')");
    }
}

fn pattern(text: &str, more: bool) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    if more {
        pattern.push('%');
    }
    pattern
}

/// Writes one test on the text of an element, which always has a value. `key` makes of a text what the column would have
/// for it.
pub(crate) fn element(
    s: &mut Statement,
    name: &str,
    matches: &ElementMatch,
    holds: bool,
    key: fn(&str) -> String,
) {
    let (text, sign, opposite) = match matches {
        ElementMatch::Given => return never(s, !holds),
        ElementMatch::Not(inner) => return element(s, name, inner, !holds, key),
        ElementMatch::Equal(text) => (text, " = ", " <> "),
        ElementMatch::AtLeast(text) => (text, " >= ", " < "),
        ElementMatch::AtMost(text) => (text, " <= ", " > "),
        ElementMatch::StartsWith(text) | ElementMatch::EndsWith(text) => (text, "", ""),
    };
    let key = key(text);
    match matches {
        ElementMatch::StartsWith(_) => starts_with(s, name, &key, holds),
        ElementMatch::EndsWith(_) => contains(s, name, (&key, false), holds),
        _ => {
            s.push(name).push(if holds { sign } else { opposite }).bind(key);
        }
    }
}

/// The least text above everything that begins with `prefix`.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(last as u32 + 1) };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_the_next_text() {
        assert_eq!(after_prefix("abc"), Some("abd".into()));
        assert_eq!(after_prefix("a\u{d7ff}"), Some("a\u{e000}".into()));
        assert_eq!(after_prefix("a\u{10ffff}"), Some("b".into()));
        assert_eq!(after_prefix("\u{10ffff}"), None);
    }
}
