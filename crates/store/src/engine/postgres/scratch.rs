//! Schemas that exist for one test or one measurement. Refuses to touch any other: it drops only what it made.

use std::rc::Rc;
use std::thread;

use super::super::StoreError;
use super::connect::Server;
use super::options::PostgresOptions;
use super::session::Session;

/// An empty schema of its own in an existing database, which is made much quicker than a database; gone when this is
/// dropped.
pub struct ScratchSchema {
    options: PostgresOptions,
    server: PostgresOptions,
    name: String,
}

impl ScratchSchema {
    /// Makes the schema `name` (lower-case letters, digits and underscores) in the database of `server`.
    ///
    /// Errors: [`StoreError::Connect`] and [`StoreError::Unreachable`] as for any connection;
    /// [`StoreError::Statement`] if there is such a schema, or the user may not make one.
    pub fn create(server: PostgresOptions, name: &str) -> Result<Self, StoreError> {
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(StoreError::Statement(format!("{name} is no name for a scratch schema")));
        }
        let options = server.with_schema(name);
        control(&server, &format!("CREATE SCHEMA {name}"))?;
        Ok(Self { options, server, name: name.to_owned() })
    }

    /// How to open it.
    pub fn options(&self) -> PostgresOptions {
        self.options.clone()
    }
}

impl Drop for ScratchSchema {
    fn drop(&mut self) {
        if let Err(error) = control(&self.server, &format!("DROP SCHEMA {} CASCADE", self.name)) {
            tracing::warn!(%error, name = self.name, "a scratch schema stays behind");
        }
    }
}

/// One statement on a connection of its own, on a thread of its own: the caller's may belong to a runtime.
fn control(server: &PostgresOptions, sql: &str) -> Result<(), StoreError> {
    let runtime = super::runtime()?;
    let server = Server::new(server.clone());
    let work = move || Session::open(&server, &Rc::new(runtime))?.control(sql);
    thread::scope(|scope| scope.spawn(work).join().unwrap_or(Err(StoreError::Panicked)))
}
