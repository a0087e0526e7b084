//! Runs the pending migrations. Refuses to run part of one: each has a transaction of its own, with its
//! line in `schema_history`.

use rusqlite::Connection;

use super::super::StoreError;
use super::super::ddl::{Target, for_engine};
use super::super::migrate::{Applied, checksum, pending};
use super::super::timeline::Timeline;
use super::error::from_driver;
use super::statements::{Statements, control};
use crate::migrations::Migration;

/// The engine's own tables: the history, and the last position that was given to a commit.
const OWN: &str = "CREATE TABLE IF NOT EXISTS schema_history (
    number     {int} NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    checksum   TEXT NOT NULL,
    applied_at {time} NOT NULL
) {strict};
CREATE TABLE IF NOT EXISTS change_positions (
    one  {int} NOT NULL PRIMARY KEY,
    last {int} NOT NULL
) {strict}";

/// Brings the schema to the end of `known`; refuses a history that does not fit it.
pub(super) fn bring_up_to_date(
    connection: &Connection,
    known: &[Migration],
    timeline: &Timeline,
) -> Result<(), StoreError> {
    connection.execute_batch(&for_engine(OWN, Target::Sqlite)?).map_err(from_driver)?;
    for migration in pending(known, &applied(connection)?)? {
        control(connection, "BEGIN IMMEDIATE")?;
        if let Err(error) = run(connection, migration, timeline).and_then(|()| control(connection, "COMMIT"))
        {
            if !connection.is_autocommit() {
                control(connection, "ROLLBACK")?;
            }
            let Migration { number, name, .. } = migration;
            return Err(StoreError::Schema(format!("migration {number} ({name}) failed: {error}")));
        }
        tracing::info!(number = migration.number, name = migration.name, "schema migrated");
    }
    Ok(())
}

fn applied(connection: &Connection) -> Result<Vec<Applied>, StoreError> {
    let rows = Statements::new(connection)
        .rows("SELECT number, name, checksum FROM schema_history ORDER BY number", &[])?;
    rows.iter()
        .map(|row| Ok(Applied { number: row.int(0)?, name: row.text(1)?, checksum: row.text(2)? }))
        .collect()
}

fn run(connection: &Connection, migration: &Migration, timeline: &Timeline) -> Result<(), StoreError> {
    connection.execute_batch(&for_engine(migration.sql, Target::Sqlite)?).map_err(from_driver)?;
    Statements::new(connection).execute(
        "INSERT INTO schema_history (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
        &[
            migration.number.into(),
            migration.name.into(),
            checksum(migration.sql).into(),
            timeline.now().into(),
        ],
    )?;
    Ok(())
}
