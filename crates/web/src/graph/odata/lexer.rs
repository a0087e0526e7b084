//! Cuts the text of a `$filter` into tokens. Refuses control characters (NUL among them), unterminated
//! text and characters that no filter has; gives no meaning to a word.

use super::{QueryError, quote};

/// One token and where it begins, in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) position: usize,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind<'t> {
    /// A name, operator, number, date or id: which, the parser decides by its place.
    Word(&'t str),
    /// Text between single quotes, with doubled quotes made single.
    Text(String),
    Open,
    Close,
    Comma,
    Colon,
    Slash,
    End,
}

/// The tokens of `text`, ending in [`Kind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, QueryError> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut position = 0;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            ' ' => {
                rest = &rest[1..];
                position += 1;
                continue;
            }
            '(' => (Kind::Open, 1),
            ')' => (Kind::Close, 1),
            ',' => (Kind::Comma, 1),
            ':' => (Kind::Colon, 1),
            '/' => (Kind::Slash, 1),
            '\'' => quoted(rest, position)?,
            c if begins_word(c) => word(rest),
            c => {
                let shown = quote(&c.to_string());
                return Err(QueryError::filter(
                    format_args!("Syntax error: character '{shown}' is not valid at position {position}."),
                    position,
                ));
            }
        };
        found.push(Token { kind, position });
        position += rest[..length].chars().count();
        rest = &rest[length..];
    }
    found.push(Token { kind: Kind::End, position });
    Ok(found)
}

fn begins_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '-')
}

/// A word and its length in bytes. One that begins like a number or date may hold colons, so that an
/// instant is one token; elsewhere a colon parts a lambda's variable from its body.
fn word(rest: &str) -> (Kind<'_>, usize) {
    let like_number = rest.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let ends = |c: char| {
        !(c.is_ascii_alphanumeric()
            || matches!(c, '_' | '$' | '-' | '.')
            || (like_number && matches!(c, ':' | '+')))
    };
    let length = rest.find(ends).unwrap_or(rest.len());
    (Kind::Word(&rest[..length]), length)
}

/// The text literal at the beginning of `rest` and its length in bytes, quotes included.
fn quoted(rest: &str, position: usize) -> Result<(Kind<'_>, usize), QueryError> {
    let mut value = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c == '\'' {
            if characters.next_if(|(_, next)| *next == '\'').is_none() {
                return Ok((Kind::Text(value), at + 1));
            }
        } else if c.is_control() {
            return Err(QueryError::filter("Control characters are not allowed in text.", position));
        }
        value.push(c);
    }
    Err(QueryError::filter(
        format_args!("There is an unterminated string literal at position {position}."),
        position,
    ))
}
