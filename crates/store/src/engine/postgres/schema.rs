//! Runs the pending migrations, one node at a time. Refuses to run part of one: each has a transaction of its own,
//! with its line in `schema_history`.

use super::super::StoreError;
use super::super::ddl::{Target, for_engine};
use super::super::migrate::{Applied, checksum, pending};
use super::super::timeline::Timeline;
use super::session::Session;
use crate::migrations::Migration;

/// Of this program alone; any number does as long as it never changes ("hospes" in ASCII).
const LOCK: i64 = 0x686f_7370_6573;

/// The engine's own tables: the history, and a row for each writing connection (see [`super::session::Mark`]). Positions
/// of changes come from a sequence, which no transaction waits for or fails over.
const OWN: &str = "CREATE TABLE IF NOT EXISTS schema_history (
    number     {int} NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    checksum   TEXT NOT NULL,
    applied_at {time} NOT NULL
) {strict};
CREATE TABLE IF NOT EXISTS writers (
    writer {int}  NOT NULL PRIMARY KEY,
    last   {int}  NOT NULL,
    at     {time} NOT NULL
) {strict};
CREATE SEQUENCE IF NOT EXISTS writer_numbers;
CREATE SEQUENCE IF NOT EXISTS change_positions";

/// A connection that has not written for this long was closed or has nothing to find out.
const KEPT_SECONDS: i64 = 24 * 3600;

/// Brings the schema to the end of `known`; refuses a history that does not fit it.
pub(super) fn bring_up_to_date(
    session: &Session,
    known: &[Migration],
    timeline: &Timeline,
    schema: Option<&str>,
) -> Result<(), StoreError> {
    // A database may hold several schemas, each a directory of its own.
    let lock = format!("{LOCK} # hashtextextended(current_schema(), 0)");
    // The lock is the session's: should this program die here, the server gives it up. Another node may be at it for
    // longer than a lock of a row may take.
    session.be_patient();
    if let Some(schema) = schema {
        session.control(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))?;
    }
    session.control(&format!(
        "SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock({lock})"
    ))?;
    session.control(&for_engine(OWN, Target::Postgres)?)?;
    for migration in pending(known, &applied(session)?)? {
        let number = migration.number;
        if let Err(error) = run(session, migration, timeline) {
            session.roll_back()?;
            return Err(StoreError::Schema(format!(
                "migration {number} ({}) failed: {error}",
                migration.name
            )));
        }
        tracing::info!(number, name = migration.name, "schema migrated");
    }
    let old = timeline.now().plus_seconds(-KEPT_SECONDS);
    session.execute("DELETE FROM writers WHERE at < $1", &[old.into()])?;
    session.control(&format!("SELECT pg_advisory_unlock({lock})"))
}

/// Drops every table that `known` or this engine makes, and the schema if it was asked for and nothing else is in it.
pub(super) fn erase(session: &Session, known: &[Migration], schema: Option<&str>) -> Result<(), StoreError> {
    let all = tables(known).chain(tables_in(OWN)).collect::<Vec<_>>().join(", ");
    session.control(&format!(
        "BEGIN; DROP TABLE IF EXISTS {all} CASCADE; DROP SEQUENCE IF EXISTS writer_numbers, change_positions; COMMIT"
    ))?;
    let Some(schema) = schema else { return Ok(()) };
    let others =
        "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 LIMIT 1";
    if session.rows(others, &[schema.into()])?.is_empty() {
        session.control(&format!("DROP SCHEMA IF EXISTS {schema}"))?;
    }
    Ok(())
}

/// Copies every row of the directory in schema `from` into the empty one of this session.
pub(super) fn copy(session: &Session, known: &[Migration], from: &str) -> Result<(), StoreError> {
    session.control("BEGIN")?;
    for table in tables(known).filter(|table| !is_dropped(known, table)) {
        session.control(&format!("INSERT INTO {table} SELECT * FROM {from}.{table}"))?;
    }
    // The next position is behind those that were copied.
    session.control(&format!(
        "SELECT setval('change_positions', (SELECT last_value FROM {from}.change_positions))"
    ))?;
    session.control("COMMIT")?;
    // What a server would do by itself in the minutes after so many rows: it must not fall into what is measured next.
    session.control("VACUUM (ANALYZE)")?;
    match session.control("CHECKPOINT") {
        Err(lost @ StoreError::Unreachable(_)) => Err(lost),
        // Not everybody may ask for one.
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The tables that the migrations make, each behind those it refers to, also what a later one drops.
fn tables(known: &[Migration]) -> impl Iterator<Item = &'static str> + use<> {
    let texts: Vec<&'static str> = known.iter().map(|migration| migration.sql).collect();
    texts.into_iter().flat_map(tables_in)
}

/// Whether a later migration takes the table away again.
fn is_dropped(known: &[Migration], table: &str) -> bool {
    known.iter().any(|migration| migration.sql.contains(&format!("DROP TABLE {table};")))
}

/// The names behind `CREATE TABLE`.
fn tables_in(sql: &str) -> impl Iterator<Item = &str> {
    let statements = sql.split("CREATE TABLE ").skip(1);
    statements.filter_map(|rest| rest.trim_start_matches("IF NOT EXISTS ").split_ascii_whitespace().next())
}

fn applied(session: &Session) -> Result<Vec<Applied>, StoreError> {
    let rows = session.rows("SELECT number, name, checksum FROM schema_history ORDER BY number", &[])?;
    rows.iter()
        .map(|row| Ok(Applied { number: row.int(0)?, name: row.text(1)?, checksum: row.text(2)? }))
        .collect()
}

fn run(session: &Session, migration: &Migration, timeline: &Timeline) -> Result<(), StoreError> {
    session.control("BEGIN")?;
    session.control(&for_engine(migration.sql, Target::Postgres)?)?;
    session.execute(
        "INSERT INTO schema_history (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
        &[
            migration.number.into(),
            migration.name.into(),
            checksum(migration.sql).into(),
            timeline.now().into(),
        ],
    )?;
    session.control("COMMIT")
}
