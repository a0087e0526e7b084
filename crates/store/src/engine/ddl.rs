//! Type tokens of migrations, resolved for SQLite. Refuses unknown tokens; PostgreSQL's column of the
//! table is in `docs/decisions/0001-one-sql-text.md`.

use super::StoreError;

const SQLITE: [(&str, &str); 7] = [
    ("{id}", "BLOB"),
    ("{time}", "INTEGER"),
    ("{int}", "INTEGER"),
    ("{flag}", "INTEGER"),
    ("{key}", "TEXT COLLATE BINARY"),
    ("{bytes}", "BLOB"),
    ("{strict}", "STRICT"),
];

/// The text of a migration as SQLite wants it.
pub(super) fn for_sqlite(sql: &str) -> Result<String, StoreError> {
    let resolved = SQLITE.iter().fold(sql.to_owned(), |text, (token, becomes)| text.replace(token, becomes));
    match unknown_token(&resolved) {
        Some(token) => Err(StoreError::Schema(format!("a migration has the unknown type token {token}"))),
        None => Ok(resolved),
    }
}

fn unknown_token(sql: &str) -> Option<&str> {
    sql.match_indices('{').find_map(|(start, _)| {
        let length = sql[start + 1..].find(|letter: char| !letter.is_ascii_lowercase())?;
        let end = start + 1 + length;
        (length > 0 && sql[end..].starts_with('}')).then(|| &sql[start..=end])
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn tokens_become_types() {
        assert_eq!(
            for_sqlite("CREATE TABLE t (a {id}, b {time}, c {flag}, d {key}, e TEXT DEFAULT '{}') {strict};"),
            Ok("CREATE TABLE t (a BLOB, b INTEGER, c INTEGER, d TEXT COLLATE BINARY, e TEXT DEFAULT '{}') STRICT;".into())
        );
    }

    #[test]
    fn an_unknown_token_is_refused() {
        let error = for_sqlite("CREATE TABLE t (a {uuid})").unwrap_err();
        assert_eq!(error.to_string(), "a migration has the unknown type token {uuid}");
    }
}
