//! `$expand`: which relations come with an object, each with its own `$select`, and one that leads upwards with `$levels`.
//! Refuses relations that are not named for the resource, other nested options, each by its name, and with them every other
//! nesting, so nothing can go round in a circle (reference/threats.md J3).

use super::select::parse_select;
use super::{QueryError, quote};

/// The most relations of one request: more than any resource has.
const MOST: usize = 10;
/// The most levels that can be asked for; how many come is decided where they are read.
const MOST_LEVELS: u16 = 1000;

/// A relation that comes with its object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expanded<R> {
    /// As the resource spells it.
    pub name: &'static str,
    /// What it is.
    pub relation: R,
    /// Which properties of the related objects.
    pub selected: Option<Vec<&'static str>>,
    /// Whether it leads to many objects, and not to one at most.
    pub many: bool,
    /// How far up it is followed, each object below the next; absent where the request does not say.
    pub levels: Option<u16>,
}

/// A relation that a resource offers: its name, what it is, and which properties its objects may have.
pub struct Offer<R> {
    /// On the wire.
    pub name: &'static str,
    /// What it is.
    pub relation: R,
    /// What `$select` may name.
    pub properties: &'static [&'static str],
    /// Its type.
    pub type_name: &'static str,
    /// Whether it leads to many objects, and not to one at most.
    pub many: bool,
    /// Whether it can be followed upwards with `$levels`.
    pub upwards: bool,
}

/// The relations that the decoded text of `$expand` names; `type_name` is the type they hang on.
pub fn parse_expand<R: Copy>(
    text: &str,
    offers: &[Offer<R>],
    type_name: &str,
) -> Result<Vec<Expanded<R>>, QueryError> {
    let mut all: Vec<Expanded<R>> = Vec::new();
    for part in parts(text, ',')? {
        let (name, options) = match part.split_once('(') {
            None => (part.trim(), ""),
            Some((name, rest)) => match rest.trim_end().strip_suffix(')') {
                Some(options) => (name.trim(), options),
                None => return Err(malformed(part)),
            },
        };
        let Some(offer) = offers.iter().find(|offer| offer.name.eq_ignore_ascii_case(name)) else {
            return Err(not_expanded(name, type_name));
        };
        if all.iter().any(|known| known.name == offer.name) || all.len() == MOST {
            return Err(QueryError::bad(format!("'{}' is expanded more than once.", offer.name)));
        }
        let Nested { selected, levels } = nested(options, offer)?;
        let Offer { name, relation, many, .. } = *offer;
        all.push(Expanded { name, relation, selected, many, levels });
    }
    Ok(all)
}

/// What is named comes with no object of that type.
pub fn not_expanded(name: &str, type_name: &str) -> QueryError {
    QueryError::unsupported(format!(
        "$expand is not supported for '{}' of type '{type_name}'; read the relation by its own path.",
        quote(name.trim())
    ))
}

/// What stands in the brackets behind a relation.
#[derive(Default)]
struct Nested {
    selected: Option<Vec<&'static str>>,
    levels: Option<u16>,
}

fn nested<R>(options: &str, offer: &Offer<R>) -> Result<Nested, QueryError> {
    let mut nested = Nested::default();
    for option in parts(options, ';')? {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let name = name.trim();
        let twice = match name.trim_start_matches('$').to_ascii_lowercase().as_str() {
            "select" => {
                nested.selected.replace(parse_select(value, offer.properties, offer.type_name)?).is_some()
            }
            "levels" if offer.upwards => nested.levels.replace(levels(value.trim())?).is_some(),
            _ => {
                return Err(QueryError::unsupported(format!(
                    "The option '{}' is not supported inside $expand={}; only $select is.",
                    quote(name),
                    offer.name
                )));
            }
        };
        if twice {
            let bare = name.trim_start_matches('$');
            let message = format!("${} stands more than once in $expand={}.", quote(bare), offer.name);
            return Err(QueryError::bad(message));
        }
    }
    Ok(nested)
}

/// `max` or 1 to 1000 (graph-docs: api/user-list-manager.md).
fn levels(text: &str) -> Result<u16, QueryError> {
    if text.eq_ignore_ascii_case("max") {
        return Ok(MOST_LEVELS);
    }
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && (1..=MOST_LEVELS).contains(number));
    number.ok_or_else(|| {
        QueryError::bad(format!(
            "Invalid value '{}' for $levels: it must be max or a number from 1 to {MOST_LEVELS}.",
            quote(text)
        ))
    })
}

/// The text cut at `separator` outside brackets; empty for an empty text.
fn parts(text: &str, separator: char) -> Result<Vec<&str>, QueryError> {
    let mut parts = Vec::new();
    let (mut begin, mut depth) = (0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or_else(|| malformed(text))?,
            c if c == separator && depth == 0 => {
                parts.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err(malformed(text));
    }
    parts.push(&text[begin..]);
    Ok(if text.trim().is_empty() { Vec::new() } else { parts })
}

fn malformed(text: &str) -> QueryError {
    QueryError::bad(format!("Invalid $expand clause: the brackets of '{}' do not match.", quote(text)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn read(text: &str) -> Result<Vec<Expanded<u8>>, QueryError> {
        let offer = |name, relation| Offer {
            name,
            relation,
            properties: &["id", "displayName"],
            type_name: "microsoft.graph.directoryObject",
            many: true,
            upwards: false,
        };
        let above = Offer { many: false, upwards: true, ..offer("parent", 3) };
        parse_expand(text, &[offer("members", 1), offer("owners", 2), above], "microsoft.graph.group")
    }

    #[test]
    fn relations_are_read_with_their_selection() {
        let one = |name, relation, selected: Option<&[&'static str]>| Expanded {
            name,
            relation,
            selected: selected.map(<[_]>::to_vec),
            many: true,
            levels: None,
        };
        for (text, expected) in [
            ("members", vec![one("members", 1, None)]),
            ("MEMBERS()", vec![one("members", 1, None)]),
            (
                "members($select=id,DisplayName),owners",
                vec![one("members", 1, Some(&["id", "displayName"])), one("owners", 2, None)],
            ),
            (" owners ( select = id ) ", vec![one("owners", 2, Some(&["id"]))]),
        ] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_leads_upwards_is_followed_as_far_as_asked() {
        for (text, levels) in
            [("parent", None), ("parent($levels=MAX)", Some(1000)), ("parent($select=id;levels=7)", Some(7))]
        {
            assert_eq!(read(text).unwrap()[0].levels, levels, "{text}");
        }
        for text in ["0", "1001", "-1", "+1", "x", ""] {
            let refused = read(&format!("parent($levels={text})")).unwrap_err();
            assert!(refused.message.contains("$levels"), "{text}: {}", refused.message);
        }
        assert!(read("parent($levels=1;$levels=2)").unwrap_err().message.contains("more than once"));
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for (text, code, part) in [
            ("manager", "Request_UnsupportedQuery", "'manager'"),
            ("*", "Request_UnsupportedQuery", "'*'"),
            ("members/owners", "Request_UnsupportedQuery", "'members/owners'"),
            ("members($expand=owners)", "Request_UnsupportedQuery", "'$expand'"),
            ("members($expand=members($expand=members))", "Request_UnsupportedQuery", "'$expand'"),
            ("members($levels=max)", "Request_UnsupportedQuery", "'$levels'"),
            ("members($top=5)", "Request_UnsupportedQuery", "'$top'"),
            ("members($select=id;$filter=id eq '1')", "Request_UnsupportedQuery", "'$filter'"),
            ("members($select=nope)", "BadRequest", "'nope'"),
            ("members($select=id;$select=id)", "BadRequest", "more than once"),
            ("members,members", "BadRequest", "more than once"),
            ("members(", "BadRequest", "brackets"),
            ("members)", "BadRequest", "brackets"),
            ("members($select=id", "BadRequest", "brackets"),
            ("members,", "Request_UnsupportedQuery", "''"),
        ] {
            let refused = read(text).unwrap_err();
            assert_eq!(refused.code, code, "{text}: {}", refused.message);
            assert!(refused.message.contains(part), "{text}: {}", refused.message);
        }
    }

    #[test]
    fn depth_costs_nothing() {
        for text in ["(".repeat(8000), format!("{}{}", "members(".repeat(900), ")".repeat(900))] {
            assert!(read(&text).is_err());
        }
    }
}
