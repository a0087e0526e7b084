//! What can go wrong in the store. Refuses to carry values: messages name tables, columns and causes
//! only, so they may be logged.

use std::path::PathBuf;

/// Why a transaction, or opening the database, failed. Nothing was saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process (or another `Db` in this one) has the file.
    #[error("the database {} is in use by another Hospes: stop that one first, or choose another data folder", path.display())]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// The file or its folder cannot be made, opened or locked.
    #[error("cannot open the database {}: {reason}", path.display())]
    Open {
        /// The database file.
        path: PathBuf,
        /// The operating system's or the driver's reason.
        reason: String,
    },
    /// The database server cannot be used as it is configured.
    #[error("cannot use the PostgreSQL server {server}: {reason}")]
    Connect {
        /// Host, port and database.
        server: String,
        /// What is wrong; never the password.
        reason: String,
    },
    /// The database server does not answer, or cut the connection. What was asked for was not done, or it is said
    /// that this is unknown.
    #[error("the PostgreSQL server cannot be reached now: {0}")]
    Unreachable(String),
    /// The schema in the file is not one this program can work with.
    #[error("{0}")]
    Schema(String),
    /// Too much is waiting already; the closure did not run.
    #[error("the store is busy, try again in {retry_after_seconds} s")]
    Busy {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// The store was closed before the closure could run.
    #[error("the store is closed")]
    Closed,
    /// The closure panicked; what it did was rolled back. The panic's text goes to the log only.
    #[error("an internal error in a transaction")]
    Panicked,
    /// What the closure decided on was changed by somebody else before it could save.
    #[error("somebody else changed this at the same moment")]
    Conflict,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// A statement broke a constraint: a bug, since expected conflicts use `ON CONFLICT DO NOTHING`.
    #[error("constraint broken: {0}")]
    Constraint(String),
    /// A stored value is not what it should be.
    #[error("stored data is damaged: {0} (docs/guide/restoring.md says what to do)")]
    Corrupt(String),
    /// A statement could not be prepared or run: a bug, or a schema that does not fit.
    #[error("statement failed: {0}")]
    Statement(String),
    /// The disk or file system failed.
    #[error("reading or writing the database failed: {0}")]
    Disk(String),
}
