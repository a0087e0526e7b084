//! What stands in the database: every row of every table, so that a test sees whether a refused request has
//! changed anything at all. Looks from outside, with a connection of its own, on whichever engine is under test.

use std::fmt::Write as _;
use std::path::PathBuf;

use hospes_actions::database::{SERVER_VARIABLE, Scratch};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Client, NoTls};

use super::Server;

/// Where to look.
#[derive(Clone)]
pub enum Look {
    /// A SQLite file.
    File(PathBuf),
    /// A schema of a PostgreSQL database, by its address.
    Server(String),
}

/// The address of a place's database, if it is on a server.
pub fn server_address(scratch: &Scratch) -> Option<String> {
    let server = std::env::var(SERVER_VARIABLE).ok().filter(|_| scratch.is_on_server())?;
    let schema = scratch.folder().file_name().unwrap().to_string_lossy().replace('-', "_");
    Some(format!("{server}?sslmode=disable&options=-csearch_path%3D{schema}"))
}

impl Server {
    /// Looks into the database beside the running server.
    pub fn look(&self) -> Look {
        match server_address(self.scratch()) {
            Some(address) => Look::Server(address),
            None => Look::File(self.database()),
        }
    }

    /// Makes every `write` (`INSERT`, `UPDATE`, `DELETE`) to the table fail.
    pub fn break_writes(&self, table: &str, write: &str) -> BrokenWrite {
        let look = self.look();
        match &look {
            Look::File(_) => look.change(&format!(
                "CREATE TRIGGER breaks_off BEFORE {write} ON {table} BEGIN SELECT RAISE(ABORT, 'broken off'); END"
            )),
            Look::Server(_) => {
                look.change(&format!(
                    "CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS \
                     $$ BEGIN RAISE EXCEPTION 'broken off'; END $$; \
                     CREATE TRIGGER breaks_off BEFORE {write} ON {table} FOR EACH ROW EXECUTE FUNCTION break_off()"
                ));
            }
        }
        BrokenWrite { look, table: table.to_owned() }
    }
}

/// One kind of write to one table that fails as long as this lives.
pub struct BrokenWrite {
    look: Look,
    table: String,
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
        match &self.look {
            Look::File(_) => self.look.change("DROP TRIGGER breaks_off"),
            Look::Server(_) => {
                let table = &self.table;
                self.look.change(&format!("DROP TRIGGER breaks_off ON {table}; DROP FUNCTION break_off()"));
            }
        }
    }
}

impl Look {
    /// What SQLite says of the whole file: `ok`, or what is wrong.
    pub fn integrity(&self) -> String {
        self.rows("PRAGMA integrity_check(1)").remove(0).remove(0)
    }

    /// Every table and index of a file, and every migration that was run.
    pub fn schema(&self) -> Vec<String> {
        let mut schema = self.rows("SELECT type, name, sql FROM sqlite_master ORDER BY name");
        schema.extend(self.rows("SELECT number, name, checksum FROM schema_history ORDER BY number"));
        schema.into_iter().map(|row| row.join(" ")).collect()
    }

    /// Every row of every table but what a refusal may leave behind: its records, when it was, counters of limits; and but
    /// the engine's own notes.
    pub fn state(&self) -> Vec<String> {
        self.rows_of(|table| match table {
            "counters" | "last_sign_ins" | "writers" | "change_positions" => None,
            "audit" => Some("WHERE result = 'success'"),
            "sign_ins" => Some("WHERE error_code = 0"),
            _ => Some(""),
        })
    }

    /// Every row of every table that every engine has, but the history of the schema: what makes two directories the
    /// same.
    pub fn directory(&self) -> Vec<String> {
        self.rows_of(|table| {
            (!["writers", "schema_history", "change_positions"].contains(&table)).then_some("")
        })
    }

    /// Every row of every table.
    pub fn dump(&self) -> Vec<String> {
        self.rows_of(|_| Some(""))
    }

    /// The rows that `condition` picks of each table.
    fn rows_of(&self, condition: impl Fn(&str) -> Option<&'static str>) -> Vec<String> {
        let tables = self.rows(match self {
            Self::File(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
            Self::Server(_) => "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
        });
        let wanted: Vec<(&String, &str)> =
            tables.iter().flatten().filter_map(|table| Some((table, condition(table)?))).collect();
        let queries: Vec<String> =
            wanted.iter().map(|(table, condition)| format!("SELECT * FROM {table} {condition}")).collect();
        let mut rows = Vec::new();
        for ((table, _), found) in wanted.iter().zip(self.answers(&queries)) {
            rows.extend(found.iter().map(|row| format!("{table}: {}", row.join(" "))));
        }
        rows.sort_unstable();
        rows
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {table}"))
    }

    /// How many audit records tell of a success (`success`) or a refusal (`failure`).
    pub fn audited(&self, result: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM audit WHERE result = '{result}'"))
    }

    /// Runs statements that change something behind the server's back.
    pub fn change(&self, sql: &str) {
        match self {
            Self::File(path) => Connection::open(path).unwrap().execute_batch(sql).unwrap(),
            Self::Server(address) => {
                at_server(address, async |client| client.batch_execute(sql).await.unwrap());
            }
        }
    }

    fn number(&self, sql: &str) -> i64 {
        self.rows(sql)[0][0].parse().unwrap()
    }

    /// Every row of an answer, each value spelled out.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        self.answers(&[sql.to_owned()]).remove(0)
    }

    /// The rows of several answers, over one connection.
    fn answers(&self, queries: &[String]) -> Vec<Vec<Vec<String>>> {
        match self {
            Self::File(path) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(path, flags).unwrap();
                queries.iter().map(|sql| from_file(&connection, sql)).collect()
            }
            Self::Server(address) => from_server(address, queries),
        }
    }
}

fn from_file(connection: &Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = connection.prepare(sql).unwrap();
    let width = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..width).map(|column| Ok(spelled(row.get_ref(column)?))).collect::<Result<Vec<_>, _>>()
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn spelled(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => in_hexadecimal(bytes),
    }
}

/// Two digits a byte.
pub fn in_hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Runs `ask` on a thread and a connection of its own, since the caller's thread belongs to a test's runtime.
fn at_server<T: Send>(address: &str, ask: impl AsyncFnOnce(Client) -> T + Send) -> T {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
            tokio::spawn(connection);
            ask(client).await
        })
    };
    std::thread::scope(|scope| scope.spawn(run).join().unwrap())
}

fn from_server(address: &str, queries: &[String]) -> Vec<Vec<Vec<String>>> {
    at_server(address, async |client| {
        let mut answers = Vec::new();
        for sql in queries {
            let rows = client.query(sql, &[]).await.unwrap();
            answers.push(
                rows.iter().map(|row| (0..row.len()).map(|n| row.get::<_, Spelled>(n).0).collect()).collect(),
            );
        }
        answers
    })
}

/// A value of the server, spelled as a file's would be: ids and bytes in hexadecimal, flags as numbers.
struct Spelled(String);

impl<'a> FromSql<'a> for Spelled {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT8 => i64::from_sql(ty, raw)?.to_string(),
            Type::INT4 => i32::from_sql(ty, raw)?.to_string(),
            Type::BOOL => u8::from(bool::from_sql(ty, raw)?).to_string(),
            Type::UUID | Type::BYTEA => in_hexadecimal(raw),
            _ => String::from_utf8(raw.to_vec())?,
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self("-".to_owned()))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// What differs between two states, for the message of a failing test.
pub fn difference(before: &[String], after: &[String]) -> String {
    let gone = before.iter().filter(|row| !after.contains(row)).map(|row| format!("- {row}"));
    let new = after.iter().filter(|row| !before.contains(row)).map(|row| format!("+ {row}"));
    gone.chain(new).collect::<Vec<_>>().join("\n")
}
