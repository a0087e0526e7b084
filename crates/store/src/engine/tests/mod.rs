//! Contract suite of the engine: what callers may rely on, on real files.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod batches;
mod damage;
mod failures;
mod foresight;
mod glances;
mod opening;
mod reading;

use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};
use std::task::Poll;

use hospes_domain::refusal::Refusal;
use hospes_domain::time::{Clock, Time};

use super::ddl::{Target, for_engine};
use super::{Db, DbOptions, Location, Read, ReadTx, Row, Scratch, StoreError, Value, Verdict, WriteTx};

/// Every look at it is one microsecond later than the one before, unless a test sets it.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Time {
        Time(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// A database of its own for one test, removed afterwards.
struct Place {
    scratch: Scratch,
    clock: Arc<TestClock>,
}

impl Place {
    fn new() -> Self {
        Self::at(Scratch::new("store").unwrap())
    }

    /// For what only a file has: its lock, its batches, its side files.
    fn of_a_file() -> Self {
        Self::at(Scratch::file("store"))
    }

    fn at(scratch: Scratch) -> Self {
        Self { scratch, clock: Arc::new(TestClock(AtomicI64::new(1_000_000))) }
    }

    fn file(&self) -> PathBuf {
        self.scratch.folder().join("data").join("hospes.db")
    }

    fn try_open(&self) -> Result<Db, StoreError> {
        let location = match self.scratch.location() {
            Location::File { readers, .. } => Location::File { path: self.file(), readers },
            server @ Location::Server(_) => server,
        };
        Db::open(DbOptions { location, clock: self.clock.clone() })
    }

    fn open(&self) -> Db {
        self.try_open().unwrap()
    }

    /// A table as the engine under test wants it; tokens as in migrations.
    fn table(&self, sql: &str) -> String {
        let target = if self.scratch.is_on_server() { Target::Postgres } else { Target::Sqlite };
        for_engine(sql, target).unwrap()
    }

    /// An open store with an empty table to play with.
    async fn open_with_notes(&self) -> Db {
        let db = self.open();
        let table = self.table("CREATE TABLE notes (text {key} NOT NULL PRIMARY KEY) {strict}");
        done(&db, move |tx| tx.execute(&table, &[])).await;
        db
    }
}

/// Writes and expects it to be done.
async fn done<T: Send + 'static>(
    db: &Db,
    mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    db.write(move |tx| f(tx).map(Verdict::Done)).await.unwrap().into_result().unwrap()
}

fn add(tx: &WriteTx<'_>, text: &str) -> Result<Time, StoreError> {
    tx.execute("INSERT INTO notes (text) VALUES ($1)", &[text.into()])?;
    Ok(tx.now())
}

/// Queues `INSERT text` and is answered with the instant of its batch.
async fn adding(db: Db, text: &'static str) -> Result<Verdict<Time>, StoreError> {
    db.write(move |tx| add(tx, text).map(Verdict::Done)).await
}

async fn notes(db: &Db) -> Vec<String> {
    db.read(|tx| {
        tx.rows("SELECT text FROM notes ORDER BY text", &[])?.iter().map(|row| row.text(0)).collect()
    })
    .await
    .unwrap()
}

fn some_refusal() -> Refusal {
    Refusal::NotFound { id: "nobody".into() }
}

/// Starts `future` so that its closure is in the queue behind earlier ones, and hands it back unfinished.
async fn queued<F: Future>(future: F) -> Pin<Box<F>> {
    let mut future = Box::pin(future);
    assert!(is_pending(&mut future).await, "answered before it was expected");
    future
}

async fn is_pending<F: Future>(future: &mut Pin<Box<F>>) -> bool {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

/// The writer, stopped in the middle of a closure until `release`.
struct Held {
    go_on: mpsc::Sender<()>,
    started: mpsc::Receiver<()>,
}

impl Held {
    /// Queues a closure that stops the writer when its turn comes.
    async fn queue(db: &Db) -> (Self, impl Future<Output = Result<Verdict<()>, StoreError>> + use<>) {
        let (go_on, wait) = mpsc::channel::<()>();
        let (say_started, started) = mpsc::channel();
        let db = db.clone();
        let future = queued(async move {
            db.write(move |_| {
                say_started.send(()).unwrap();
                wait.recv().unwrap();
                Ok(Verdict::Done(()))
            })
            .await
        });
        (Self { go_on, started }, future.await)
    }

    /// Stops the writer now: everything queued until `release` runs in one batch with this closure.
    async fn now(db: &Db) -> (Self, impl Future<Output = Result<Verdict<()>, StoreError>> + use<>) {
        let (held, future) = Self::queue(db).await;
        held.has_started();
        (held, future)
    }

    fn has_started(&self) {
        self.started.recv().unwrap();
    }

    fn release(self) {
        self.go_on.send(()).unwrap();
    }
}
