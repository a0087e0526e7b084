//! The system query options of a request (`$filter`, `$select`, `$top` …) out of its raw query string.
//! Refuses unknown options that begin with `$`, repeated ones and sizes outside those of the list; ignores what has
//! no `$`, as clients add options of their own (reference/wire-contract.md 1.7, 1.14), but for the names of options
//! where the dollar sign may be left out.

use aws_lc_rs::digest::{Context, SHA256};
use percent_encoding::percent_decode_str;

use super::parser::LENGTH_LIMIT as FILTER_LIMIT;
use super::{Mode, QueryError, quote};

/// The longest query string that is looked at, in bytes; longer ones are refused unread.
const QUERY_LIMIT: usize = 32 * 1024;
/// How large the pages of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pages {
    /// The page a request gets that names no size.
    usual: u16,
    /// The largest that can be asked for.
    largest: u16,
}

impl Pages {
    /// Of the directory (user-object.md section 4).
    pub const DIRECTORY: Self = Self { usual: 100, largest: 999 };
    /// Of the logs (graph-docs: api-reference/v1.0/api/signin-list.md, directoryaudit-list.md).
    pub const LOGS: Self = Self { usual: 1000, largest: 1000 };
}

impl Default for Pages {
    fn default() -> Self {
        Self::DIRECTORY
    }
}

/// What a request asked for, decoded but not yet understood, but for sizes and switches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryOptions {
    /// `$filter`, for [`super::filter::parse_filter`].
    pub filter: Option<String>,
    /// `$select`, for [`super::select::parse_select`].
    pub select: Option<String>,
    /// `$top`, from 1 to the largest page.
    pub top: Option<u16>,
    /// How large the pages of this list are.
    pub pages: Pages,
    /// `$count=true`.
    pub count: bool,
    /// `$orderby`, for [`super::order::parse_order`].
    pub orderby: Option<String>,
    /// `$search`; see [`QueryOptions::check_search`].
    pub search: Option<String>,
    /// `$skiptoken`, for [`super::cursor::open`].
    pub skiptoken: Option<String>,
    /// `$expand`, as it stands.
    pub expand: Option<String>,
}

impl QueryOptions {
    /// Reads the part of an address behind the question mark.
    pub fn parse(raw: &str) -> Result<Self, QueryError> {
        Self::read(raw, false)
    }

    /// The same where the dollar sign is `optional`: under `/beta`, and there alone for every part of the API (graph-docs:
    /// concepts/query-parameters.md).
    pub fn read(raw: &str, optional: bool) -> Result<Self, QueryError> {
        Self::read_of(raw, optional, Pages::DIRECTORY)
    }

    /// The same of a list with pages of such sizes.
    pub fn read_of(raw: &str, optional: bool, pages: Pages) -> Result<Self, QueryError> {
        if raw.len() > QUERY_LIMIT {
            return Err(QueryError::bad(format!("The query string is longer than {QUERY_LIMIT} bytes.")));
        }
        let mut options = Self { pages, ..Self::default() };
        let mut seen: Vec<&'static str> = Vec::new();
        for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name)?;
            let bare = match name.trim().strip_prefix('$') {
                Some(bare) => bare,
                None if optional && is_option(name.trim()) => name.trim(),
                None => continue,
            };
            if bare.eq_ignore_ascii_case("skip") {
                return Err(no_skip());
            }
            let Some(option) = OPTIONS.into_iter().find(|option| option.eq_ignore_ascii_case(bare)) else {
                return Err(QueryError::bad(format!(
                    "The query option '{}' is not supported.",
                    quote(&name)
                )));
            };
            if seen.contains(&option) {
                return Err(QueryError::bad(format!(
                    "Query option '${option}' was specified more than once, but it must be specified at most once."
                )));
            }
            seen.push(option);
            options.set(option, decoded(value)?)?;
        }
        Ok(options)
    }

    fn set(&mut self, option: &str, value: String) -> Result<(), QueryError> {
        let text = Some(value.trim()).filter(|text| !text.is_empty());
        let owned = text.map(str::to_owned);
        match option {
            "filter" if text.is_none() => return Err(QueryError::filter("The filter is empty.", 0)),
            "filter" if value.len() > FILTER_LIMIT => {
                return Err(QueryError::bad(format!(
                    "Invalid filter clause: The filter is longer than {FILTER_LIMIT} bytes."
                )));
            }
            // Untrimmed, so that positions in errors are those of the text the caller sent.
            "filter" => self.filter = Some(value),
            "select" => self.select = owned,
            "top" => self.top = Some(page_size(text.unwrap_or_default(), self.pages.largest)?),
            "count" => self.count = switch(text.unwrap_or_default())?,
            "orderby" => self.orderby = owned,
            "search" => self.search = owned,
            "skiptoken" => self.skiptoken = owned,
            "expand" => self.expand = owned,
            // How much an answer says about itself is seen to where it is written.
            _ if text.is_some_and(is_json) => {}
            _ => {
                return Err(QueryError::bad(format!(
                    "The value '{}' of '$format' is not supported: answers are JSON, as 'json' or \
                     'application/json;odata.metadata=none', 'minimal' or 'full'.",
                    quote(text.unwrap_or_default())
                )));
            }
        }
        Ok(())
    }

    /// The size of the page to give: as asked, else the usual one.
    pub fn page_size(&self) -> u16 {
        self.top.unwrap_or(self.pages.usual)
    }

    /// Whether the request, with its `ConsistencyLevel` header, is an advanced query. `$count=true` without
    /// the header is ignored, as the original does; `$search` needs no `$count` (graph-conventions.md section 3).
    pub fn mode(&self, consistency_level: Option<&str>) -> Mode {
        let asked = self.count || self.search.is_some();
        if asked && is_eventual(consistency_level) { Mode::Advanced } else { Mode::Default }
    }

    /// `$search` needs the header, though not `$count` (graph-conventions.md section 1).
    pub fn check_search(&self, consistency_level: Option<&str>) -> Result<(), QueryError> {
        if self.search.is_some() && !is_eventual(consistency_level) {
            return Err(QueryError::unsupported(
                "Request with $search query parameter only works through MSGraph with a special request \
                 header: 'ConsistencyLevel: eventual'",
            ));
        }
        Ok(())
    }

    /// What a paging token is bound to besides its tenant: the path and everything that decides which
    /// objects follow in which order. Page size, selection and count may change from page to page.
    pub fn fingerprint(&self, path: &str) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        for part in [Some(path), self.filter.as_deref(), self.orderby.as_deref(), self.search.as_deref()] {
            // Each part with its length, so that no text can move from one part to the next.
            let length = part.map_or(u64::MAX, |text| text.len() as u64);
            context.update(&length.to_be_bytes());
            context.update(part.unwrap_or_default().as_bytes());
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(context.finish().as_ref());
        digest
    }
}

const OPTIONS: [&str; 9] =
    ["filter", "select", "top", "count", "orderby", "search", "skiptoken", "expand", "format"];

/// Options that are read, and `skip`, which must not be overlooked.
fn is_option(name: &str) -> bool {
    OPTIONS.iter().chain(&["skip"]).any(|option| option.eq_ignore_ascii_case(name))
}

/// Whether the value of a `ConsistencyLevel` header asks for the advanced index.
pub fn is_eventual(consistency_level: Option<&str>) -> bool {
    consistency_level.is_some_and(|value| value.trim().eq_ignore_ascii_case("eventual"))
}

/// The words of the original, which pages by `$skiptoken` alone (microsoft-graph-docs issue 9279).
fn no_skip() -> QueryError {
    QueryError { code: "Request_BadRequest", ..QueryError::bad("'$skip' is not supported by the service.") }
}

/// JSON, with parameters that an answer obeys or has anyway (OData JSON Format 4.01 sections 3.1, 3.2 and 4.4).
fn is_json(format: &str) -> bool {
    const PARAMETERS: [&str; 7] = [
        "odata.metadata=none",
        "odata.metadata=minimal",
        "odata.metadata=full",
        "odata.streaming=true",
        "odata.streaming=false",
        "ieee754compatible=false",
        "charset=utf-8",
    ];
    let format = format.to_ascii_lowercase().replace(' ', "");
    let mut parts = format.split(';');
    let media = parts.next().unwrap_or_default();
    ["json", "application/json"].contains(&media) && parts.all(|part| PARAMETERS.contains(&part))
}

/// Percent-decoded, with `+` as a space.
fn decoded(text: &str) -> Result<String, QueryError> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| QueryError::bad("The query string is not valid UTF-8."))
}

fn page_size(text: &str, largest: u16) -> Result<u16, QueryError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(size) if digits && (1..=largest).contains(&size) => Ok(size),
        _ => Err(QueryError::bad(format!(
            "Invalid page size specified: '{}'. Must be between 1 and {largest} inclusive.",
            quote(text)
        ))),
    }
}

fn switch(text: &str) -> Result<bool, QueryError> {
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(QueryError::bad(format!("Invalid value '{}' for $count: it must be true or false.", quote(text))))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn options_are_read_in_every_spelling() {
        let expected = QueryOptions {
            filter: Some("startsWith(mail,'w@ex')".into()),
            select: Some("id, mail".into()),
            top: Some(5),
            count: true,
            orderby: Some("displayName desc".into()),
            search: Some("\"displayName:w\"".into()),
            ..QueryOptions::default()
        };
        for raw in [
            "$count=true&$filter=startsWith%28mail%2C%27w%40ex%27%29&$orderby=displayName%20desc&$search=%22displayName%3Aw%22&$select=id,%20mail&$top=5",
            "%24COUNT=True&%24Filter=startsWith(mail,'w%40ex')&&%24OrderBy=displayName+desc&$search=%22displayName:w%22&$select=id,+mail&$top=5&$format=json&api-version=1&filter=x",
        ] {
            assert_eq!(QueryOptions::parse(raw), Ok(expected.clone()), "{raw}");
        }
        assert_eq!(QueryOptions::parse(""), Ok(QueryOptions::default()));
        assert_eq!(QueryOptions::parse("$select=&x&=&a=$top").unwrap(), QueryOptions::default());
    }

    #[test]
    fn the_dollar_sign_is_optional_where_that_is_said() {
        let bare = |raw| QueryOptions::read(raw, true);
        assert_eq!(bare("Filter=a&top=5&x=y"), QueryOptions::parse("$filter=a&$top=5"));
        assert!(bare("skip=5").is_err() && bare("top=5&$top=6").is_err() && bare("top=0").is_err());
        assert_eq!(QueryOptions::parse("filter=a&skip=5"), Ok(QueryOptions::default()));
    }

    #[test]
    fn wrong_options_are_refused() {
        for (raw, part) in [
            ("$top=0", "Invalid page size"),
            ("$top=-1", "Invalid page size"),
            ("$top=+5", ""),
            ("$top=1000", "'1000'"),
            ("$top=999999999999999999999", "Invalid page size"),
            ("$top=1e2", "Invalid page size"),
            ("$top=", "Invalid page size"),
            ("$count=yes", "$count"),
            (
                "$format=application/json;odata.metadata=some",
                "'application/json;odata.metadata=some' of '$format'",
            ),
            ("$format=application/json;IEEE754Compatible=true", "$format"),
            ("$nothing=5", "'$nothing'"),
            ("$filter=a&%24FILTER=b", "'$filter' was specified more than once"),
            ("$filter=", "The filter is empty"),
            ("$filter=%ff", "UTF-8"),
            ("$format=xml", "$format"),
        ] {
            match QueryOptions::parse(raw) {
                Err(refused) => {
                    assert_eq!(refused.code, "BadRequest", "{raw}");
                    assert!(refused.message.contains(part), "{raw}: {}", refused.message);
                }
                // A plus is a space: the size is 5.
                Ok(options) => assert_eq!((raw, options.top), ("$top=+5", Some(5))),
            }
        }
        let skipped = QueryOptions::parse("%24Skip=5").unwrap_err();
        assert_eq!(
            (skipped.code, skipped.message.as_str()),
            ("Request_BadRequest", "'$skip' is not supported by the service.")
        );
        assert!(QueryOptions::parse(&format!("$filter={}", "x".repeat(8193))).is_err());
        assert!(QueryOptions::parse(&"x=y&".repeat(250_000)).is_err());
    }

    #[test]
    fn the_logs_have_larger_pages() {
        let of =
            |raw, pages| QueryOptions::read_of(raw, false, pages).map(|options| options.page_size()).ok();
        assert_eq!((of("", Pages::LOGS), of("$top=1000", Pages::LOGS)), (Some(1000), Some(1000)));
        assert_eq!((of("$top=1001", Pages::LOGS), of("", Pages::DIRECTORY)), (None, Some(100)));
    }

    #[test]
    fn advanced_needs_the_header_and_the_count() {
        let counted = QueryOptions::parse("$count=true").unwrap();
        assert_eq!(counted.mode(Some("Eventual")), Mode::Advanced);
        assert_eq!(counted.mode(Some("session")), Mode::Default);
        assert_eq!(counted.mode(None), Mode::Default);
        assert_eq!(QueryOptions::default().mode(Some("eventual")), Mode::Default);

        let searched = QueryOptions::parse("$search=%22a%22").unwrap();
        assert!(searched.check_search(Some("eventual")).is_ok());
        assert_eq!(searched.check_search(None).unwrap_err().code, "Request_UnsupportedQuery");
    }

    #[test]
    fn the_fingerprint_tells_lists_apart() {
        let print = |path: &str, raw: &str| QueryOptions::parse(raw).unwrap().fingerprint(path);
        let usual = print("/users", "$filter=a&$orderby=b");
        assert_eq!(usual, print("/users", "$orderby=b&$filter=a&$top=5&$select=id&$skiptoken=x"));
        for other in [
            print("/groups", "$filter=a&$orderby=b"),
            print("/users", "$filter=ab"),
            print("/users", "$filter=a&$search=b"),
            print("/users", "$orderby=a&$filter=b"),
            print("/users", ""),
        ] {
            assert_ne!(usual, other);
        }
    }
}
