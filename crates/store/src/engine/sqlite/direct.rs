//! Short reads on the thread of whoever asks: handing a read of some microseconds to another thread and back costs more
//! than the read. Refuses to wait: where no connection is free, the caller queues for a reader thread like everybody.
//!
//! Beginning and ending a transaction takes locks of the system, which cost more than a point read too. So a connection
//! keeps its state of the database until somebody commits. The writer ends what is kept after each commit, since the log
//! cannot be emptied as long as somebody looks at an older part of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::super::timeline::Timeline;
use super::super::transaction::Statements;
use super::super::work::catching_panics;
use super::super::{ReadTx, StoreError};
use super::reader;
use super::statements::Statements as Sqlite;

/// Connections for such reads.
pub(in super::super) struct Direct {
    /// `None` in each once the store is closed.
    connections: Vec<Mutex<Option<Kept>>>,
    /// How often the writer has committed.
    commits: AtomicU64,
    timeline: Arc<Timeline>,
}

/// A connection, in a transaction that began after so many commits or in none.
struct Kept {
    connection: Connection,
    after: u64,
}

impl Direct {
    pub(super) fn new(connections: Vec<Connection>, timeline: Arc<Timeline>) -> Self {
        let connections = connections
            .into_iter()
            .map(|connection| Mutex::new(Some(Kept { connection, after: 0 })))
            .collect();
        Self { connections, commits: AtomicU64::new(0), timeline }
    }

    /// Runs the closure in a transaction of its own, or says that every connection is busy.
    pub(in super::super) fn read<T>(
        &self,
        f: impl FnOnce(&mut ReadTx<'_>) -> Result<T, StoreError>,
    ) -> Option<Result<T, StoreError>> {
        let mut free = self.connections.iter().find_map(|connection| connection.try_lock().ok())?;
        let Some(Kept { connection, after }) = free.as_mut() else { return Some(Err(StoreError::Closed)) };
        // Read before the transaction begins: a commit in between makes the next read begin anew.
        let commits = self.commits.load(Ordering::Acquire);
        if *after != commits {
            reader::end(connection);
            *after = commits;
        }
        Some(reader::begin(connection).and_then(|()| {
            let mut tx = ReadTx::new(Statements::Sqlite(Sqlite::new(connection)), self.timeline.now());
            let answer = catching_panics(|| f(&mut tx))?;
            tx.into_failure().map_or(Ok(answer), Err)
        }))
    }

    /// To be told after each commit and before it is answered.
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Release);
        // Who reads just now is left alone: its state is given up at the next commit at the latest.
        for connection in self.connections.iter().filter_map(|connection| connection.try_lock().ok()) {
            connection.as_ref().inspect(|kept| reader::end(&kept.connection));
        }
    }

    /// Waits for what is being read and closes the connections.
    pub(super) fn close(&self) {
        for connection in &self.connections {
            let closed = connection.lock().unwrap_or_else(PoisonError::into_inner).take();
            drop(closed);
        }
    }
}
