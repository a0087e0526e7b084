//! A place for one test or one measurement: a folder of its own and an empty database, both gone when it is dropped.
//! Refuses to touch what it did not make.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hospes_domain::time::Clock;

use super::{DbOptions, Location, PostgresOptions, StoreError, postgres};

/// Names the PostgreSQL server on which scratch places are made; without it they are SQLite files. The whole suite
/// of tests runs once with and once without (`cargo xtask test`).
pub const SERVER_VARIABLE: &str = "HOSPES_TEST_POSTGRES";

/// Few, since many tests run at once; enough that closures really meet.
const CONNECTIONS: usize = 10;
const READERS: usize = 2;

/// The place. Keep it as long as the database is open.
pub struct Scratch {
    folder: PathBuf,
    server: Option<postgres::ScratchSchema>,
}

impl Scratch {
    /// An empty place on the engine that the environment names; `name` helps to tell places apart.
    ///
    /// Errors: those of reaching the server and making a schema there.
    pub fn new(name: &str) -> Result<Self, StoreError> {
        match std::env::var(SERVER_VARIABLE) {
            Ok(address) => {
                let server = PostgresOptions::parse(&address, None, None, CONNECTIONS)?;
                Self::on(server, name)
            }
            Err(_) => Ok(Self::file(name)),
        }
    }

    /// An empty place for a SQLite file.
    pub fn file(name: &str) -> Self {
        Self { folder: folder(name), server: None }
    }

    /// An empty place with a database on this server.
    ///
    /// Errors: those of reaching the server and making a schema there.
    pub fn on(server: PostgresOptions, name: &str) -> Result<Self, StoreError> {
        let folder = folder(name);
        let schema = folder.file_name().unwrap_or_default().to_string_lossy().replace('-', "_");
        Ok(Self { server: Some(postgres::ScratchSchema::create(server, &schema)?), folder })
    }

    /// A folder that nobody else uses; not made yet.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the database is on a PostgreSQL server.
    pub fn is_on_server(&self) -> bool {
        self.server.is_some()
    }

    /// Where the database is.
    pub fn location(&self) -> Location {
        match &self.server {
            Some(server) => Location::Server(server.options()),
            None => Location::File { path: self.folder.join("hospes.db"), readers: READERS },
        }
    }

    /// How to open the database.
    pub fn options(&self, clock: Arc<dyn Clock>) -> DbOptions {
        DbOptions { location: self.location(), clock }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // It may never have been made.
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn folder(name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("hospes-{name}-{}-{number}", std::process::id()))
}
