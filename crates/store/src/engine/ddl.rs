//! Type tokens of migrations, resolved for each engine as the table in `docs/decisions/0001-one-sql-text.md` says.
//! Refuses unknown tokens.

use super::StoreError;

/// The engine a migration is written for.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Sqlite,
    Postgres,
}

/// Token, SQLite, PostgreSQL.
const TYPES: [(&str, &str, &str); 8] = [
    ("{id}", "BLOB", "uuid"),
    ("{time}", "INTEGER", "bigint"),
    ("{int}", "INTEGER", "bigint"),
    ("{flag}", "INTEGER", "boolean"),
    ("{key}", "TEXT COLLATE BINARY", "text COLLATE \"C\""),
    ("{bytes}", "BLOB", "bytea"),
    ("{strict}", "STRICT", ""),
    // The one id a migration names: that of the directory API (`hospes_domain::application::DIRECTORY_API`).
    ("{graph}", "X'0000000300000000c000000000000000'", "'00000003-0000-0000-c000-000000000000'::uuid"),
];

/// The text of a migration as `target` wants it.
pub(super) fn for_engine(sql: &str, target: Target) -> Result<String, StoreError> {
    let resolved = TYPES.iter().fold(sql.to_owned(), |text, (token, sqlite, postgres)| {
        text.replace(
            token,
            match target {
                Target::Sqlite => sqlite,
                Target::Postgres => postgres,
            },
        )
    });
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
        let sql = "CREATE TABLE t (a {id}, b {time}, c {flag}, d {key}, e TEXT DEFAULT '{}') {strict};";
        assert_eq!(
            for_engine(sql, Target::Sqlite).unwrap(),
            "CREATE TABLE t (a BLOB, b INTEGER, c INTEGER, d TEXT COLLATE BINARY, e TEXT DEFAULT '{}') STRICT;"
        );
        assert_eq!(
            for_engine(sql, Target::Postgres).unwrap(),
            "CREATE TABLE t (a uuid, b bigint, c boolean, d text COLLATE \"C\", e TEXT DEFAULT '{}') ;"
        );
    }

    #[test]
    fn an_unknown_token_is_refused() {
        let error = for_engine("CREATE TABLE t (a {uuid})", Target::Postgres).unwrap_err();
        assert_eq!(error.to_string(), "a migration has the unknown type token {uuid}");
    }
}
