//! Where a directory is kept, as a program names it. Refuses to let anything of the store through: whoever opens
//! an application knows a file's path or a server's address, and nothing more.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hospes_domain::time::Clock;
use hospes_store::engine::{self, Location, PostgresOptions, StoreError};

/// Reader connections of a file; more do not read faster (design section 11).
const READERS: usize = 2;

/// Connections to a server when nobody says how many: one writes, two are shared, the others read. Several programs
/// find room among the hundred that PostgreSQL allows by default.
pub const CONNECTIONS: usize = 12;

/// Why a database cannot be used as it is named.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DatabaseError(StoreError);

/// A database file or server.
#[derive(Clone, Debug)]
pub struct Database(Location);

impl Database {
    /// A SQLite file; it and its folder are made if missing.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Location::File { path: path.into(), readers: READERS })
    }

    /// A PostgreSQL database: `postgres://user@host/database`.
    ///
    /// `password` goes before one in the address; `authority` is a PEM file with the authorities to trust instead of
    /// the machine's; `connections` is how many are kept at most.
    ///
    /// # Errors
    /// The address cannot be used; the message says which part, and never the password.
    pub fn server(
        address: &str,
        password: Option<&str>,
        authority: Option<PathBuf>,
        connections: usize,
    ) -> Result<Self, DatabaseError> {
        PostgresOptions::parse(address, password, authority, connections)
            .map(|server| Self(Location::Server(server)))
            .map_err(DatabaseError)
    }

    /// Removes everything Hospes keeps in a server's database; a file is the caller's to remove.
    ///
    /// # Errors
    /// The server cannot be reached or does not allow it.
    pub async fn erase(&self) -> Result<(), DatabaseError> {
        let location = self.0.clone();
        let erased = tokio::task::spawn_blocking(move || engine::erase(location)).await;
        erased.unwrap_or(Err(StoreError::Panicked)).map_err(DatabaseError)
    }

    /// Fills an empty directory on a server from this one, which is in another schema of the same database.
    ///
    /// # Errors
    /// The server cannot be reached, or one of the two is a file.
    pub async fn copy_to(&self, other: &Self, clock: Arc<dyn Clock>) -> Result<(), DatabaseError> {
        let (from, to) = (self.0.clone(), other.0.clone());
        let copied = tokio::task::spawn_blocking(move || engine::copy(from, to, clock)).await;
        copied.unwrap_or(Err(StoreError::Panicked)).map_err(DatabaseError)
    }

    pub(crate) fn location(self) -> Location {
        self.0
    }
}

/// The environment variable that names the server for [`Scratch::new`].
pub const SERVER_VARIABLE: &str = engine::SERVER_VARIABLE;

/// A place for one test or one measurement: a folder and an empty database, gone when it is dropped.
pub struct Scratch(engine::Scratch);

impl Scratch {
    /// On the engine that `HOSPES_TEST_POSTGRES` names: that server, or SQLite without it.
    ///
    /// # Errors
    /// The server cannot be reached or lets nobody make a database.
    pub fn new(name: &str) -> Result<Self, DatabaseError> {
        engine::Scratch::new(name).map(Self).map_err(DatabaseError)
    }

    /// For a SQLite file.
    pub fn file(name: &str) -> Self {
        Self(engine::Scratch::file(name))
    }

    /// On the engine of `database`.
    ///
    /// # Errors
    /// The server cannot be reached or lets nobody make a database.
    pub fn beside(database: Database, name: &str) -> Result<Self, DatabaseError> {
        match database.0 {
            Location::Server(server) => engine::Scratch::on(server, name).map(Self).map_err(DatabaseError),
            Location::File { .. } => Ok(Self::file(name)),
        }
    }

    /// A folder that nobody else uses; not made yet.
    pub fn folder(&self) -> &Path {
        self.0.folder()
    }

    /// Whether the database is on a PostgreSQL server.
    pub fn is_on_server(&self) -> bool {
        self.0.is_on_server()
    }

    /// The database.
    pub fn database(&self) -> Database {
        Database(self.0.location())
    }
}
