//! A reader thread: takes what waits and runs it in one read transaction, since entering and leaving
//! one costs more than a point read. Refuses to write.

use rusqlite::Connection;

use super::super::queue::Queue;
use super::super::timeline::Timeline;
use super::super::transaction::Statements;
use super::super::work::QueuedRead;
use super::super::{ReadTx, StoreError};
use super::statements::{Statements as Sqlite, control};

/// Reads per transaction. Few enough that one slow read does not hold up many others.
const BATCH: usize = 32;

/// Works until the queue is closed and empty.
pub(super) fn run(connection: &Connection, queue: &Queue<Box<dyn QueuedRead>>, timeline: &Timeline) {
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(first) = queue.wait() {
        // All are taken before the transaction begins, so each sees every write answered before it was
        // queued.
        batch.push(first);
        queue.take_up_to(BATCH - 1, &mut batch);
        let now = timeline.now();
        for mut job in batch.drain(..).filter(|job| job.is_awaited()) {
            let tx =
                begin(connection).map(|()| ReadTx::new(Statements::Sqlite(Sqlite::new(connection)), now));
            let outcome = tx.and_then(|tx| job.run(tx));
            job.answer(outcome);
        }
        end(connection);
    }
}

/// Begins unless the transaction is open already; some errors of an earlier read close it.
pub(super) fn begin(connection: &Connection) -> Result<(), StoreError> {
    if connection.is_autocommit() { control(connection, "BEGIN") } else { Ok(()) }
}

pub(super) fn end(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = control(connection, "COMMIT")
    {
        tracing::error!(%error, "a read transaction could not be ended");
    }
}
