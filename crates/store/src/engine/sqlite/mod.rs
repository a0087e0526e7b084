//! SQLite: one writer thread, a few reader threads, each with its own connection to one file in WAL
//! mode with `synchronous=FULL`. Refuses to share the file with another process.

mod connection;
mod direct;
mod error;
mod file;
mod health;
mod reader;
mod schema;
mod statements;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use hospes_domain::time::Clock;

use super::StoreError;
use super::queue::{Queue, spawn};
use super::timeline::Timeline;
use super::work::{QueuedRead, QueuedWrite};
use crate::migrations::MIGRATIONS;
pub(super) use direct::Direct;
pub(super) use statements::Statements;

/// Opens the file, runs what migrations are pending and starts the threads. The returned one is the
/// writer; when its queue is closed and empty it waits for the readers, so that it is the last to close
/// the file and empties its log, and then gives up the lock. With it comes the way to read on one's own thread.
pub(super) fn start(
    path: PathBuf,
    readers: usize,
    clock: Arc<dyn Clock>,
    writes: &Arc<Queue<Box<dyn QueuedWrite>>>,
    reads: &Arc<Queue<Box<dyn QueuedRead>>>,
) -> Result<(JoinHandle<()>, Arc<Direct>), StoreError> {
    let lock = file::claim(&path)?;
    let timeline = Arc::new(Timeline::new(clock));
    health::check_log(&path)?;
    let connection = connection::for_writing(&path)?;
    health::check_small(&path, &connection)?;
    schema::bring_up_to_date(&connection, MIGRATIONS, &timeline)?;

    let mut threads = Vec::new();
    for number in 1..=readers.max(1) {
        let connection = connection::for_reading(&path)?;
        let (queue, timeline) = (Arc::clone(reads), Arc::clone(&timeline));
        threads.push(spawn(format!("store reader {number}"), Arc::clone(reads), move || {
            reader::run(&connection, &queue, &timeline);
        })?);
    }
    let near = (0..readers.max(1)).map(|_| connection::for_reading(&path)).collect::<Result<_, _>>()?;
    let direct = Arc::new(Direct::new(near, Arc::clone(&timeline)));
    let health = health::Watch::start(&path, writes, reads, &direct)?;
    let near = Arc::clone(&direct);
    let (queue, reads) = (Arc::clone(writes), Arc::clone(reads));
    let writer = spawn("store writer".into(), Arc::clone(writes), move || {
        writer::run(&connection, &queue, &timeline, &near);
        reads.close();
        near.close();
        for reader in threads {
            if reader.join().is_err() {
                tracing::error!("a reader of the store had panicked");
            }
        }
        health.end();
        writer::close(connection);
        file::give_up(&lock);
    })?;
    Ok((writer, direct))
}
