//! PostgreSQL: the same closures on a few dedicated threads, each driving its own connection, and shared connections
//! for declared queries. Refuses to answer a write before the server has confirmed its commit.
//!
//! Writes are SERIALIZABLE: whatever a closure decided on is still true when it commits, or it is run again, in the end
//! alone. Two threads write, many closures a commit (docs/decisions/0010-postgresql.md).

mod connect;
mod error;
mod line;
mod lookup;
mod noting;
mod options;
#[cfg(test)]
mod order_tests;
mod prepared;
mod reader;
mod schema;
#[cfg(test)]
mod schema_tests;
mod scratch;
mod session;
#[cfg(test)]
mod tests;
mod value;
mod writer;

use std::rc::Rc;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use hospes_domain::time::Clock;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use super::StoreError;
use super::queue::{Queue, spawn};
use super::timeline::Timeline;
use super::work::{QueuedRead, QueuedWrite};
use crate::migrations::MIGRATIONS;
use connect::Server;
use line::Line;
pub(super) use lookup::Lookup;
pub use options::PostgresOptions;
pub(super) use scratch::ScratchSchema;
pub(super) use session::Session;

/// Two, for the reasons that [`writer`] gives.
const WRITERS: usize = 2;

/// What a started engine is made of.
pub(super) struct Started {
    pub(super) threads: Vec<JoinHandle<()>>,
    pub(super) lookup: Lookup,
    /// Ends the shared connections.
    pub(super) stop_lookup: watch::Sender<bool>,
}

/// Connects once, runs what migrations are pending and starts the threads, which connect when they are needed.
pub(super) fn start(
    options: PostgresOptions,
    clock: Arc<dyn Clock>,
    writes: &Arc<Queue<Box<dyn QueuedWrite>>>,
    reads: &Arc<Queue<Box<dyn QueuedRead>>>,
) -> Result<Started, StoreError> {
    let own = options.connections - lookup::LINES;
    let readers = own - WRITERS;
    let server = Server::new(options);
    let timeline = Arc::new(Timeline::new(clock));
    prepare(&server, &timeline)?;
    let mut threads = Vec::new();
    for number in 1..=WRITERS {
        let (queue, timeline) = (Arc::clone(writes), Arc::clone(&timeline));
        let (server, runtime) = (Arc::clone(&server), runtime()?);
        threads.push(spawn(format!("store writer {number}"), Arc::clone(writes), move || {
            writer::run(&mut Line::new(server, runtime, true), &queue, &timeline);
        })?);
    }
    for number in 1..=readers {
        let (queue, timeline) = (Arc::clone(reads), Arc::clone(&timeline));
        let (server, runtime) = (Arc::clone(&server), runtime()?);
        threads.push(spawn(format!("store reader {number}"), Arc::clone(reads), move || {
            reader::run(&mut Line::new(server, runtime, false), &queue, &timeline);
        })?);
    }
    let (lookup, slots) = Lookup::new(timeline);
    let (stop_lookup, stopped) = watch::channel(false);
    let runtime = runtime()?;
    let keep = move || runtime.block_on(lookup::keep(server, slots, stopped));
    threads.push(
        thread::Builder::new()
            .name("store lookup".into())
            .spawn(keep)
            .map_err(|e| StoreError::Disk(e.to_string()))?,
    );
    Ok(Started { threads, lookup, stop_lookup })
}

/// Looks at the server and brings its schema up to date, on a thread of its own: the caller's may be one of a
/// runtime, where nothing may wait for another.
fn prepare(server: &Server, timeline: &Timeline) -> Result<(), StoreError> {
    let runtime = runtime()?;
    let work = move || {
        let session = Session::open(server, &Rc::new(runtime))?;
        session.examine(server)?;
        schema::bring_up_to_date(&session, MIGRATIONS, timeline, server.options.schema.as_deref())
    };
    thread::scope(|scope| scope.spawn(work).join().unwrap_or(Err(StoreError::Panicked)))
}

/// Drops every table of ours.
pub(super) fn erase(options: PostgresOptions) -> Result<(), StoreError> {
    let (server, runtime) = (Server::new(options), runtime()?);
    let schema = server.options.schema.clone();
    let work =
        move || schema::erase(&Session::open(&server, &Rc::new(runtime))?, MIGRATIONS, schema.as_deref());
    thread::scope(|scope| scope.spawn(work).join().unwrap_or(Err(StoreError::Panicked)))
}

/// Fills an empty directory from another one in the same database.
pub(super) fn copy(
    from: &PostgresOptions,
    to: PostgresOptions,
    clock: Arc<dyn Clock>,
) -> Result<(), StoreError> {
    let Some(schema) = from.schema.clone() else {
        return Err(from.trouble("only a directory in a schema of its own can be copied"));
    };
    let (server, runtime) = (Server::new(to), runtime()?);
    prepare(&server, &Timeline::new(clock))?;
    let work = move || {
        let session = Session::open(&server, &Rc::new(runtime))?;
        session.be_patient();
        schema::copy(&session, MIGRATIONS, &schema)
    };
    thread::scope(|scope| scope.spawn(work).join().unwrap_or(Err(StoreError::Panicked)))
}

fn runtime() -> Result<Runtime, StoreError> {
    Builder::new_current_thread().enable_all().build().map_err(|error| StoreError::Disk(error.to_string()))
}
