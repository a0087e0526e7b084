//! Connections with the settings we rely on. Refuses to run without write-ahead log.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::super::StoreError;
use super::error;

/// How long to wait for a lock that only an outside tool (a backup, a shell) can hold.
const LOCK_WAIT: Duration = Duration::from_secs(5);
/// Statements kept prepared per connection: more than Hospes has on its hot paths.
const PREPARED_STATEMENTS: usize = 128;

/// A larger page cache, and fewer checkpoints: a batch of invitations writes more than the 1,000 pages after which one
/// would follow by default, and every waiting caller would wait for it. 16 MiB of log are read in a moment at a start.
const WRITER: &str =
    "PRAGMA cache_size = -20480; PRAGMA mmap_size = 1073741824; PRAGMA wal_autocheckpoint = 4000";
/// The file is mapped instead of copied page by page; the system gives that memory to whoever needs it.
const READER: &str = "PRAGMA mmap_size = 1073741824";

/// The one connection that writes.
pub(super) fn for_writing(path: &Path) -> Result<Connection, StoreError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(|error| open_failed(path, error))?;
    if mode != "wal" {
        let reason = format!("its journal mode is {mode} instead of wal; is it on a network file system?");
        return Err(StoreError::Open { path: path.to_owned(), reason });
    }
    // FULL: a commit is on the disk before it is answered. Nothing is built on a page that makes no sense; readers leave
    // that check to `health`, since on a mapped file it is made again at every look at a page.
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;")
        .and_then(|()| connection.execute_batch(WRITER))
        .map_err(|error| open_failed(path, error))?;
    Ok(connection)
}

/// A connection that cannot write.
pub(super) fn for_reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.execute_batch(READER).map_err(|error| open_failed(path, error))?;
    Ok(connection)
}

fn open(path: &Path, access: OpenFlags) -> Result<Connection, StoreError> {
    // No mutex inside SQLite: each connection belongs to one thread.
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| open_failed(path, error))?;
    connection.busy_timeout(LOCK_WAIT).map_err(|error| open_failed(path, error))?;
    // Plans that depend on no value: otherwise SQLite parses a kept statement again whenever another value is bound,
    // which took two thirds of a reader's time.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|error| open_failed(path, error))?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    Ok(connection)
}

fn open_failed(path: &Path, error: rusqlite::Error) -> StoreError {
    StoreError::Open { path: path.to_owned(), reason: error::from_driver(error).to_string() }
}
