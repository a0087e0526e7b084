//! The query side of the directory API: system query options, `$filter`, `$search`, `$select`, `$expand`, `$orderby` and
//! the sealed paging token, read from text into the typed query of `hospes_domain::query`. Refuses whatever
//! the table of a resource does not declare, and bounds length, depth and number of terms before it
//! builds anything (reference/threats.md J1 to J4).

pub mod application_fields;
pub mod audit_fields;
pub mod cursor;
pub mod delta_token;
pub mod expand;
pub mod filter;
pub mod group_fields;
pub mod invitation_fields;
mod lexer;
pub mod mail_fields;
pub mod options;
pub mod order;
mod parser;
pub mod permission_grant_fields;
pub mod relations;
pub mod resource;
pub mod role_assignment_fields;
pub mod search;
pub mod select;
pub mod sign_in_fields;
pub mod user_fields;

use std::fmt;

/// The most characters of a caller's text that an error repeats.
const ECHO_LIMIT: usize = 100;

/// Whether a request asked for the eventually consistent index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A plain request.
    Default,
    /// With the header `ConsistencyLevel: eventual` and `$count=true` (graph-conventions.md section 3).
    Advanced,
}

/// Why a query was refused; always answered with 400.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// `BadRequest` for what cannot be read, `Request_UnsupportedQuery` for what is not offered.
    pub code: &'static str,
    /// Text for the developer. Repeats at most 100 characters of the request and no control characters.
    pub message: String,
    /// Where in the decoded `$filter` the trouble lies, in characters from 0.
    pub position: Option<usize>,
}

impl QueryError {
    /// The text cannot be read or names what does not exist.
    pub fn bad(message: impl Into<String>) -> Self {
        Self { code: "BadRequest", message: message.into(), position: None }
    }

    /// The text is readable, but such a query is not offered.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self { code: "Request_UnsupportedQuery", message: message.into(), position: None }
    }

    /// The `$filter` cannot be read at `position`.
    fn filter(detail: impl fmt::Display, position: usize) -> Self {
        Self {
            code: "BadRequest",
            message: format!("Invalid filter clause: {detail}"),
            position: Some(position),
        }
    }

    fn at(mut self, position: usize) -> Self {
        self.position = Some(position);
        self
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for QueryError {}

/// A caller's text fit for an error message: cut to 100 characters, without characters that could
/// break a line or turn the direction of writing in a log.
pub fn quote(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut characters = text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c });
    let mut quoted: String = characters.by_ref().take(ECHO_LIMIT).collect();
    if characters.next().is_some() {
        quoted.pop();
        quoted.push('…');
    }
    quoted
}
