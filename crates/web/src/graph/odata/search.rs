//! `$search`: clauses such as `"displayName:ana"` joined by `AND`, `OR` and parentheses (learn.microsoft.com/graph/search-query-parameter,
//! "Using $search on directory object collections"). A property that is kept in words is found by their beginnings, any
//! other that can be filtered by its own beginning. Refuses clauses without quotes or without a property, and bounds what it reads as filters
//! are bounded (reference/threats.md J2, J3); there are no wildcards.

use hospes_domain::query::{Comparison, ElementMatch, ElementTest, Filter, Part, Value};
use hospes_domain::words;
use uuid::Uuid;

use super::parser::{DEPTH_LIMIT, LENGTH_LIMIT, TERM_LIMIT};
use super::resource::{Field, Kind, Need, Operator, Resource};
use super::{QueryError, quote};

/// The condition that the decoded text of a `$search` spells for `resource`.
pub fn parse_search<F: Copy>(text: &str, resource: &Resource<F>) -> Result<Filter<F>, QueryError> {
    if text.len() > LENGTH_LIMIT {
        return Err(bad(format_args!("it is longer than {LENGTH_LIMIT} bytes.")));
    }
    if !is_offered(resource) {
        return Err(QueryError::unsupported("$search is not supported here; filter instead."));
    }
    let mut reader = Reader { rest: text, whole: text, resource, depth: 0, terms: 0 };
    let filter = reader.any_of()?;
    reader.blank();
    if reader.rest.is_empty() { Ok(filter) } else { Err(reader.unexpected()) }
}

/// Whether the resource is searched at all: where no property is kept in words, as in logs, it is not.
pub fn is_offered<F>(resource: &Resource<F>) -> bool {
    resource.fields.iter().any(|field| field.in_words)
}

/// Whether `$search` takes the property of a resource that is searched.
pub fn is_searched<F>(field: &Field<F>) -> bool {
    let offers = |operator: Operator| field.operators[operator as usize] != Need::Never;
    match field.kind {
        Kind::Text | Kind::Id => field.in_words || offers(Operator::Eq),
        Kind::Texts => offers(Operator::StartsWith),
        _ => false,
    }
}

fn bad(detail: impl std::fmt::Display) -> QueryError {
    QueryError::bad(format!("Invalid search clause: {detail}"))
}

struct Reader<'t, F: 'static> {
    rest: &'t str,
    whole: &'t str,
    resource: &'t Resource<F>,
    depth: usize,
    terms: usize,
}

impl<F: Copy> Reader<'_, F> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn position(&self) -> usize {
        self.whole[..self.whole.len() - self.rest.len()].chars().count()
    }

    fn unexpected(&self) -> QueryError {
        match self.rest.chars().next() {
            None => bad("it ends too early."),
            Some(c) => bad(format_args!(
                "Syntax error: character '{}' is not valid at position {}. Write each clause in double quotes, as \
                 \"displayName:ana\", and AND or OR between clauses.",
                quote(&c.to_string()),
                self.position()
            )),
        }
    }

    /// The word, in capitals and followed by something else than a letter.
    fn take_word(&mut self, word: &str) -> bool {
        self.blank();
        match self.rest.strip_prefix(word) {
            Some(rest) if !rest.starts_with(|c: char| c.is_alphanumeric()) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn any_of(&mut self) -> Result<Filter<F>, QueryError> {
        let mut filter = self.all_of()?;
        while self.take_word("OR") {
            filter = filter.or(self.all_of()?);
        }
        Ok(filter)
    }

    fn all_of(&mut self) -> Result<Filter<F>, QueryError> {
        let mut filter = self.one()?;
        loop {
            // OData 5.1.1.7: clauses side by side mean AND.
            let joined = self.take_word("AND") || self.rest.starts_with(['"', '(']);
            if !joined {
                return Ok(filter);
            }
            filter = filter.and(self.one()?);
        }
    }

    fn one(&mut self) -> Result<Filter<F>, QueryError> {
        if self.take_word("NOT") {
            return Err(QueryError::unsupported("NOT is not supported in $search; use 'not' in $filter."));
        }
        if let Some(rest) = self.rest.strip_prefix('(') {
            if self.depth == DEPTH_LIMIT {
                return Err(bad(format_args!("it nests deeper than {DEPTH_LIMIT} levels.")));
            }
            (self.depth, self.rest) = (self.depth + 1, rest);
            let filter = self.any_of()?;
            self.blank();
            let Some(rest) = self.rest.strip_prefix(')') else { return Err(self.unexpected()) };
            (self.depth, self.rest) = (self.depth - 1, rest);
            return Ok(filter);
        }
        let clause = self.quoted()?;
        self.clause(&clause)
    }

    /// The text between double quotes; a backslash takes the meaning from the quote or backslash behind it.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let Some(inner) = self.rest.strip_prefix('"') else { return Err(self.unexpected()) };
        let mut text = String::new();
        let mut characters = inner.char_indices();
        while let Some((at, c)) = characters.next() {
            match c {
                '"' => {
                    self.rest = &inner[at + 1..];
                    return Ok(text);
                }
                '\\' => match characters.next() {
                    Some((_, c @ ('"' | '\\'))) => text.push(c),
                    _ => return Err(bad("a backslash must stand before a quote or a backslash.")),
                },
                c if c.is_control() => return Err(bad("control characters are not allowed.")),
                c => text.push(c),
            }
        }
        Err(bad("a double quote is missing."))
    }

    fn clause(&mut self, clause: &str) -> Result<Filter<F>, QueryError> {
        let Some((name, text)) = clause.split_once(':') else {
            return Err(bad(format_args!(
                "'{}' names no property. Write \"displayName:text\".",
                quote(clause)
            )));
        };
        let (name, text) = (name.trim(), text.trim());
        let field = self.resource.field(name)?;
        if !is_searched(field) {
            return Err(QueryError::unsupported(format!(
                "Property '{}' of type '{}' cannot be searched.",
                field.name, self.resource.type_name
            )));
        }
        let words = if field.in_words { words::asked(text) } else { Vec::new() };
        if text.is_empty() {
            return Err(bad(format_args!("there is nothing to search for in '{}'.", field.name)));
        }
        self.terms += words.len().max(1);
        if self.terms > TERM_LIMIT {
            return Err(bad(format_args!("it has more than {TERM_LIMIT} words.")));
        }
        let (field, kind, in_words) = (field.field, field.kind, field.in_words);
        let value = text.to_owned();
        Ok(match kind {
            _ if in_words => Filter::Words { field, words },
            Kind::Id => ids_between(field, text)?,
            Kind::Texts => {
                let test = ElementTest { part: Part::Whole, matches: ElementMatch::StartsWith(value) };
                Filter::Any { field, tests: vec![test] }
            }
            _ => Filter::StartsWith { field, value },
        })
    }
}

/// Ids that begin so: none before the beginning with noughts behind it, none after the one with the last digit.
fn ids_between<F: Copy>(field: F, text: &str) -> Result<Filter<F>, QueryError> {
    let filled = |digit: char| {
        let place = |at: usize| if [8, 13, 18, 23].contains(&at) { '-' } else { digit };
        let text: String = text.chars().chain((text.len()..36).map(place)).collect();
        Uuid::try_parse(&text).ok().filter(|_| text.len() == 36).map(Value::Id)
    };
    match (filled('0'), filled('f')) {
        (Some(first), Some(last)) => {
            let least = Filter::Compare { field, op: Comparison::AtLeast, value: first };
            Ok(least.and(Filter::Compare { field, op: Comparison::AtMost, value: last }))
        }
        _ => Err(bad(format_args!("'{}' is not the beginning of an id.", quote(text)))),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use hospes_domain::query::{ServicePrincipalField, UserField};

    use super::super::application_fields::SERVICE_PRINCIPALS;
    use super::super::user_fields::USERS;
    use super::*;

    fn users(text: &str) -> Result<Filter<UserField>, QueryError> {
        parse_search(text, &USERS)
    }

    fn named(words: &[&str]) -> Filter<UserField> {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Filter::Words { field: UserField::DisplayName, words }
    }

    fn mail(value: &str) -> Filter<UserField> {
        Filter::StartsWith { field: UserField::Mail, value: value.into() }
    }

    #[test]
    fn clauses_are_read_and_joined() {
        for (text, expected) in [
            (r#""displayName:OneVideo""#, named(&["one", "video"])),
            (r#" "DISPLAYNAME: ana  " "#, named(&["ana"])),
            (r#""mail:ana@""#, mail("ana@")),
            (r#""displayName:a" OR "mail:b""#, named(&["a"]).or(mail("b"))),
            (r#""displayName:a" AND "mail:b" OR "mail:c""#, named(&["a"]).and(mail("b")).or(mail("c"))),
            (r#""displayName:a" AND ("mail:b" OR "mail:c")"#, named(&["a"]).and(mail("b").or(mail("c")))),
            (r#""displayName:a" "mail:b""#, named(&["a"]).and(mail("b"))),
            (r#""displayName:a"OR"mail:b""#, named(&["a"]).or(mail("b"))),
            (r#""mail:a:b \"c\" \\ OR ' %""#, mail(r#"a:b "c" \ OR ' %"#)),
        ] {
            assert_eq!(users(text), Ok(expected), "{text}");
        }
        let id = |text| Value::Id(Uuid::try_parse(text).unwrap());
        let (least, most) = ("84d90000-0000-0000-0000-000000000000", "84d9ffff-ffff-ffff-ffff-ffffffffffff");
        let compared = |op, value| Filter::Compare { field: UserField::Id, op, value };
        let expected = compared(Comparison::AtLeast, id(least)).and(compared(Comparison::AtMost, id(most)));
        assert_eq!(users(r#""id:84D9""#), Ok(expected));
        let tag = parse_search(r#""tags:x""#, &SERVICE_PRINCIPALS).unwrap();
        assert!(matches!(tag, Filter::Any { field: ServicePrincipalField::Tags, .. }));
    }

    #[test]
    fn what_is_no_clause_is_refused() {
        for (text, code) in [
            ("displayName:ana", "BadRequest"),
            ("ana", "BadRequest"),
            (r#""ana""#, "BadRequest"),
            (r#""displayName:ana"#, "BadRequest"),
            (r#""displayName:""#, "BadRequest"),
            (r#""displayName:a" and "displayName:b""#, "BadRequest"),
            (r#""displayName:a" OR"#, "BadRequest"),
            (r#"("displayName:a""#, "BadRequest"),
            (r#""displayName:a\b""#, "BadRequest"),
            ("\"displayName:a\nb\"", "BadRequest"),
            (r#""nothing:a""#, "BadRequest"),
            (r#""id:84d9e4b51""#, "BadRequest"),
            (r#""id:ä""#, "BadRequest"),
            (r#""passwordProfile:a""#, "Request_UnsupportedQuery"),
            (r#""accountEnabled:true""#, "Request_UnsupportedQuery"),
            (r#"NOT "displayName:a""#, "Request_UnsupportedQuery"),
        ] {
            assert_eq!(users(text).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn depth_length_and_words_are_bounded() {
        let nested = |n| format!("{}\"mail:a\"{}", "(".repeat(n), ")".repeat(n));
        assert!(users(&nested(32)).is_ok());
        let clauses = |n| vec!["\"mail:a\""; n].join(" OR ");
        assert!(users(&clauses(100)).is_ok());
        let distinct: String =
            (0..101_u32).filter_map(|n| char::from_u32(0x4e00 + n)).flat_map(|c| [c, ' ']).collect();
        for text in
            [nested(33), nested(4000), clauses(101), format!("\"displayName:{distinct}\""), "x".repeat(9000)]
        {
            assert_eq!(users(&text).unwrap_err().code, "BadRequest");
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic() {
        let pieces = [
            "\"",
            "\\",
            "displayName",
            ":",
            " ",
            "OR",
            "AND",
            "NOT",
            "(",
            ")",
            "ä",
            "字",
            "mail:",
            "\u{301}",
            "'",
        ];
        let mut state = 0x5eed_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                text.push_str(pieces[usize::try_from(state >> 33).unwrap() % pieces.len()]);
            }
            drop(users(&text));
        }
    }
}
