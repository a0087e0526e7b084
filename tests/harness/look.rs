//! What stands in the database: every row of every table, so that a test sees whether a refused request has
//! changed anything at all.

use std::fmt::Write as _;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::Server;

/// A connection that can only look.
pub struct Look(Connection);

impl Server {
    /// Looks into the database beside the running server.
    pub fn look(&self) -> Look {
        Look::into(&self.database())
    }
}

/// One kind of write to one table that fails as long as this lives.
pub struct BrokenWrite(Connection);

impl Server {
    /// Makes every `write` (`INSERT`, `UPDATE`, `DELETE`) to the table fail.
    pub fn break_writes(&self, table: &str, write: &str) -> BrokenWrite {
        let connection = Connection::open(self.database()).unwrap();
        let trigger = format!(
            "CREATE TRIGGER breaks_off BEFORE {write} ON {table} BEGIN SELECT RAISE(ABORT, 'broken off'); END"
        );
        connection.execute_batch(&trigger).unwrap();
        BrokenWrite(connection)
    }
}

impl Server {
    /// Writes down a migration that this program does not know, as a newer one would have.
    pub fn pretend_newer_schema(&self) {
        let sql =
            "INSERT INTO schema_history (number, name, checksum, applied_at) VALUES (9999, 'later', 'x', 0)";
        Connection::open(self.database()).unwrap().execute_batch(sql).unwrap();
    }
}

impl Drop for BrokenWrite {
    fn drop(&mut self) {
        self.0.execute_batch("DROP TRIGGER breaks_off").unwrap();
    }
}

impl Look {
    /// Looks into a file.
    pub fn into(file: &Path) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self(Connection::open_with_flags(file, flags).unwrap())
    }

    /// What the engine says of the whole file: `ok`, or what is wrong.
    pub fn integrity(&self) -> String {
        self.0.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).unwrap()
    }

    /// Every table and index, and every migration that was run.
    pub fn schema(&self) -> Vec<String> {
        let mut schema = self.rows("", "SELECT type, name, sql FROM sqlite_master ORDER BY name");
        schema.extend(self.rows("", "SELECT number, name, checksum FROM schema_history ORDER BY number"));
        schema
    }

    /// Every row of every table but what a refusal may leave behind: its audit record, counters of limits.
    pub fn state(&self) -> Vec<String> {
        let sql =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let mut statement = self.0.prepare_cached(sql).unwrap();
        let tables: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut rows = Vec::new();
        for table in tables.iter().filter(|table| *table != "counters") {
            let filter = if table == "audit" { "WHERE result = 'success'" } else { "" };
            rows.extend(self.rows(table, &format!("SELECT * FROM {table} {filter}")));
        }
        rows.sort_unstable();
        rows
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> i64 {
        self.0.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    /// How many audit records tell of a success (`success`) or a refusal (`failure`).
    pub fn audited(&self, result: &str) -> i64 {
        self.0.query_row("SELECT count(*) FROM audit WHERE result = $1", [result], |row| row.get(0)).unwrap()
    }

    fn rows(&self, table: &str, sql: &str) -> Vec<String> {
        let mut statement = self.0.prepare_cached(sql).unwrap();
        let width = statement.column_count();
        let texts = statement.query_map([], |row| {
            let mut text = format!("{table}:");
            for column in 0..width {
                write!(text, " {}", spelled(row.get_ref(column)?)).unwrap();
            }
            Ok(text)
        });
        texts.unwrap().map(Result::unwrap).collect()
    }
}

fn spelled(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")),
    }
}

/// What differs between two states, for the message of a failing test.
pub fn difference(before: &[String], after: &[String]) -> String {
    let gone = before.iter().filter(|row| !after.contains(row)).map(|row| format!("- {row}"));
    let new = after.iter().filter(|row| !before.contains(row)).map(|row| format!("+ {row}"));
    gone.chain(new).collect::<Vec<_>>().join("\n")
}
