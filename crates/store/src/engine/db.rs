//! The handle to the store. Refuses to hand out transactions: callers pass closures in and get answers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use hospes_domain::time::Clock;
use tokio::sync::{oneshot, watch};

use super::queue::Queue;
use super::work::{QueuedRead, QueuedWrite, Reading, Write};
use super::{PostgresOptions, Read, ReadTx, Row, StoreError, Value, Verdict, WriteTx, postgres, sqlite};

/// Closures that may wait; beyond that callers are told to come back. At a few thousand a second this
/// is a fraction of a second of work.
const WAITING_WRITES: usize = 1024;
/// The same for reads, which are a good deal quicker.
const WAITING_READS: usize = 4096;

/// Where a store is kept.
#[derive(Clone, Debug)]
pub enum Location {
    /// SQLite.
    File {
        /// The database file; it and its folder are made if missing.
        path: PathBuf,
        /// Reader threads, at least one, each with its own connection.
        readers: usize,
    },
    /// PostgreSQL.
    Server(PostgresOptions),
}

/// What opening a store needs.
#[derive(Clone)]
pub struct DbOptions {
    /// Where it is kept.
    pub location: Location,
    /// Where `tx.now()` comes from.
    pub clock: Arc<dyn Clock>,
}

/// The store. Clones are the same store; the last one to go stops its threads after what is queued.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    writes: Arc<Queue<Box<dyn QueuedWrite>>>,
    reads: Arc<Queue<Box<dyn QueuedRead>>>,
    quick: Quick,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// The way of the short reads that every request needs.
enum Quick {
    /// A file answers on the caller's own thread.
    Direct(Arc<sqlite::Direct>),
    /// A server takes many at a time on shared connections.
    Lookup(postgres::Lookup, watch::Sender<bool>),
}

impl Db {
    /// Opens the database and brings its schema up to date; a file is taken for this process alone.
    ///
    /// Errors: [`StoreError::InUse`] if another process has the file, [`StoreError::Open`] if it cannot
    /// be made or opened, [`StoreError::Connect`] or [`StoreError::Unreachable`] if the server cannot be
    /// used or does not answer, [`StoreError::Schema`] if the database was written by a newer Hospes or
    /// its history does not fit.
    pub fn open(options: DbOptions) -> Result<Self, StoreError> {
        let writes = Arc::new(Queue::new(WAITING_WRITES));
        let reads = Arc::new(Queue::new(WAITING_READS));
        let started = match options.location {
            Location::File { path, readers } => sqlite::start(path, readers, options.clock, &writes, &reads)
                .map(|(thread, direct)| (vec![thread], Quick::Direct(direct))),
            Location::Server(server) => postgres::start(server, options.clock, &writes, &reads)
                .map(|started| (started.threads, Quick::Lookup(started.lookup, started.stop_lookup))),
        };
        let (threads, quick) = started.inspect_err(|_| {
            // Threads that were started already go home.
            reads.close();
            writes.close();
        })?;
        Ok(Self { inner: Arc::new(Inner { writes, reads, quick, threads: Mutex::new(threads) }) })
    }

    /// Runs `f` in a transaction and answers after the commit. Both verdicts are committed; an error or
    /// a panic rolls back what `f` did and nothing else. Dropping the future does not cancel `f` once it
    /// was polled.
    ///
    /// Errors: whatever `f` returns; [`StoreError::Busy`] if too much is waiting; [`StoreError::Panicked`];
    /// the reason of a failed commit, which fails every closure of the same batch.
    pub async fn write<T, F>(&self, f: F) -> Result<Verdict<T>, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<Verdict<T>, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.inner.writes.push(Box::new(Write { closure: f, verdict: None, reply }))?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Runs `f` on one consistent state of the database that holds every write answered before this call.
    ///
    /// Errors: whatever `f` returns; [`StoreError::Busy`] if too much is waiting; [`StoreError::Panicked`].
    pub async fn read<T, F>(&self, f: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut ReadTx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.inner.reads.push(Box::new(Reading { closure: f, answer: None, reply }))?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// As [`Db::read`], for a closure of a few point reads, which take microseconds: on a file it runs on the caller's
    /// own thread, and a server is asked at once all that the closure asks when it finds nothing. Should it then ask for
    /// more, it is run as by [`Db::read`].
    ///
    /// Errors: as [`Db::read`].
    pub async fn glance<T, F>(&self, mut f: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut ReadTx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let answer = match &self.inner.quick {
            Quick::Direct(direct) => direct.read(&mut f),
            Quick::Lookup(lookup, _) => lookup.read(&mut f).await,
        };
        match answer {
            Some(answer) => answer,
            None => self.read(f).await,
        }
    }

    /// Whether [`Db::glance`] answers on the caller's own thread.
    pub fn reads_at_once(&self) -> bool {
        matches!(self.inner.quick, Quick::Direct(_))
    }

    /// Runs a declared query for at most one row: for the reads every request needs.
    ///
    /// Errors: as [`Db::read`]; more than one row is [`StoreError::Statement`].
    pub async fn get<T: Send + 'static>(
        &self,
        query: &'static str,
        params: Vec<Value>,
        map: fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match &self.inner.quick {
            Quick::Lookup(lookup, _) => lookup.get(query, &params).await?.as_ref().map(map).transpose(),
            Quick::Direct(_) => {
                self.glance(move |tx| tx.row(query, &params)?.as_ref().map(map).transpose()).await
            }
        }
    }

    /// Lets nothing more in, finishes what is queued, closes the file and gives up its lock.
    pub async fn close(&self) {
        self.inner.stop();
        let inner = Arc::clone(&self.inner);
        let joined = tokio::task::spawn_blocking(move || inner.join()).await;
        if joined.is_err() {
            tracing::error!("closing the store was interrupted");
        }
    }
}

impl Inner {
    fn stop(&self) {
        self.reads.close();
        self.writes.close();
        if let Quick::Lookup(_, stop) = &self.quick {
            stop.send_replace(true);
        }
    }

    /// Waits for the threads. A second caller waits for the first one, so both return after the end.
    fn join(&self) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the store had panicked");
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Drops every table of ours in a server's database, so that the next opening begins from nothing. Does nothing to a
/// file. Blocks.
///
/// Errors: as for opening.
pub fn erase(location: Location) -> Result<(), StoreError> {
    match location {
        Location::File { .. } => Ok(()),
        Location::Server(server) => postgres::erase(server),
    }
}

/// Fills an empty directory on a server from another one in the same database, each in a schema of its own. Blocks.
///
/// Errors: as for opening; [`StoreError::Open`] for files, which are copied as files.
pub fn copy(from: Location, to: Location, clock: Arc<dyn Clock>) -> Result<(), StoreError> {
    match (from, to) {
        (Location::Server(from), Location::Server(to)) => postgres::copy(&from, to, clock),
        (Location::File { path, .. }, _) | (_, Location::File { path, .. }) => {
            Err(StoreError::Open { path, reason: "a file is copied as a file".to_owned() })
        }
    }
}
