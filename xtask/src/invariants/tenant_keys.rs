//! Every row belongs to a tenant, and its primary key says so first: a query that forgets the tenant is slow and
//! visibly wrong instead of quietly leaking. The tables that stand above tenants are a closed list.

use crate::repo::Repo;

const MIGRATIONS: &str = "crates/store/migrations/";
const ABOVE_TENANTS: [&str; 5] = ["tenants", "domains", "installation", "schema_history", "nodes"];

pub fn complaints(repo: &Repo) -> Vec<String> {
    let migrations =
        repo.files.iter().filter(|file| file.path.starts_with(MIGRATIONS) && file.has_ending("sql"));
    let mut complaints = Vec::new();
    let mut count = 0;
    for file in migrations {
        for (name, body) in tables(&file.text) {
            count += 1;
            if ABOVE_TENANTS.contains(&name.as_str()) {
                continue;
            }
            match first_key_column(&body) {
                Some(column) if column == "tenant_id" => {}
                Some(column) => {
                    complaints.push(format!("{}: the key of {name} starts with {column}", file.path));
                }
                None => complaints.push(format!("{}: {name} has no primary key", file.path)),
            }
        }
    }
    if count == 0 {
        complaints.push(format!("no table was found in {MIGRATIONS}: this check looks in the wrong place"));
    }
    complaints
}

/// The name and the bracketed body of each CREATE TABLE, in lower case, without comments and quotes.
fn tables(sql: &str) -> Vec<(String, String)> {
    let text: String =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let text = text.to_lowercase().replace(['"', '`'], "");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("if not exists ", "");
    let table = |rest: &str| {
        let (name, rest) = rest.split_once('(')?;
        Some((name.trim().to_owned(), within_brackets(rest).to_owned()))
    };
    text.split("create table ").skip(1).filter_map(table).collect()
}

/// What stands before the bracket that closes the one just opened.
fn within_brackets(text: &str) -> &str {
    let mut depth = 1;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

/// The first column of the primary key, whether it is a clause of its own or a word at its column.
fn first_key_column(body: &str) -> Option<String> {
    let (before, after) = body.split_once("primary key")?;
    let column = match after.trim_start().strip_prefix('(') {
        Some(columns) => columns.split([',', ')']).next()?.trim(),
        None => before.rsplit(',').next()?.split_whitespace().next()?,
    };
    Some(column.split(' ').next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> Vec<String> {
        complaints(&Repo::of(&[("crates/store/migrations/0001_x.sql", sql)]))
    }

    #[test]
    fn keys_are_read_in_both_spellings() {
        let good = "CREATE TABLE IF NOT EXISTS users (\n  tenant_id {id} NOT NULL, -- PRIMARY KEY (id)\n  \
                    id {id} CHECK (length(id) > 0),\n  PRIMARY KEY (tenant_id, id)\n);\n\
                    create table domains (name {key} primary key);";
        assert_eq!(of(good), Vec::<String>::new());
        let bad = "CREATE TABLE jobs (id {id} NOT NULL PRIMARY KEY, tenant_id {id});\n\
                   CREATE TABLE notes (tenant_id {id});\n\
                   CREATE TABLE \"groups\" (a {id}, tenant_id {id}, PRIMARY KEY (a, tenant_id))";
        assert_eq!(
            of(bad),
            [
                "crates/store/migrations/0001_x.sql: the key of jobs starts with id",
                "crates/store/migrations/0001_x.sql: notes has no primary key",
                "crates/store/migrations/0001_x.sql: the key of groups starts with a"
            ]
        );
    }

    #[test]
    fn no_table_at_all_is_a_broken_check() {
        assert_eq!(complaints(&Repo::default()).len(), 1);
    }
}
