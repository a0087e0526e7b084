//! Lost connections (threats K6), with a real server behind a door that a test can slam: in the middle of a
//! transaction, just before a commit arrives, just after it was done. Skipped, audibly, without a server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, mpsc};

use hospes_domain::time::Time;
use tokio_postgres::config::Host;

use super::super::{
    Db, DbOptions, Location, Read, ReadTx, SERVER_VARIABLE, Scratch, StoreError, Value, Verdict, WriteTx,
};

struct Still;

impl hospes_domain::time::Clock for Still {
    fn now(&self) -> Time {
        Time(1_000_000)
    }
}

const OPEN: u8 = 0;
const BEFORE_COMMIT: u8 = 1;
const AFTER_COMMIT: u8 = 2;
/// Every connection ends at its next message.
const SHUT: u8 = 3;

/// Stands between the store and the server, and lets messages through until it is told not to.
struct Door {
    port: u16,
    state: Arc<AtomicU8>,
}

impl Door {
    fn to(host: String, port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let door = Self { port: listener.local_addr().unwrap().port(), state: Arc::new(AtomicU8::new(OPEN)) };
        let state = Arc::clone(&door.state);
        std::thread::spawn(move || {
            for inside in listener.incoming() {
                let Ok(outside) = TcpStream::connect((host.as_str(), port)) else { continue };
                let (inside, state) = (inside.unwrap(), Arc::clone(&state));
                std::thread::spawn(move || pass(&inside, &outside, &state));
            }
        });
        door
    }

    fn set(&self, state: u8) {
        self.state.store(state, Ordering::SeqCst);
    }
}

/// Carries messages both ways; the thread that carries those of the store decides.
fn pass(inside: &TcpStream, outside: &TcpStream, state: &AtomicU8) {
    let (mut from, mut to) = (outside.try_clone().unwrap(), inside.try_clone().unwrap());
    let answers = std::thread::spawn(move || {
        drop(std::io::copy(&mut from, &mut to));
        to.shutdown(Shutdown::Both).ok();
    });
    let (mut inside, mut outside) = (inside, outside);
    let mut message = vec![0; 65_536];
    loop {
        let length = match inside.read(&mut message) {
            Ok(0) | Err(_) => break,
            Ok(length) => length,
        };
        let message = &message[..length];
        let commits = message.windows(7).any(|window| window == b"COMMIT\0");
        match state.load(Ordering::SeqCst) {
            SHUT => break,
            BEFORE_COMMIT if commits => {
                state.store(OPEN, Ordering::SeqCst);
                break;
            }
            AFTER_COMMIT if commits => {
                state.store(OPEN, Ordering::SeqCst);
                // The store hears nothing more; the server does what it was told.
                inside.shutdown(Shutdown::Write).unwrap();
                outside.write_all(message).unwrap();
                while !matches!(
                    outside.read(&mut [0; 1024]).map_err(|e| e.kind()),
                    Ok(0) | Err(ErrorKind::ConnectionReset)
                ) {
                    outside.shutdown(Shutdown::Write).ok();
                }
                break;
            }
            _ => outside.write_all(message).unwrap(),
        }
    }
    inside.shutdown(Shutdown::Both).ok();
    outside.shutdown(Shutdown::Both).ok();
    answers.join().unwrap();
}

struct Place {
    db: Db,
    door: Door,
    _scratch: Scratch,
}

impl Place {
    /// A store behind a door, with a table; `None` without a server.
    async fn new(name: &str) -> Option<Self> {
        if std::env::var(SERVER_VARIABLE).is_err() {
            println!("skipped: {SERVER_VARIABLE} names no server");
            return None;
        }
        let scratch = Scratch::new(name).unwrap();
        let Location::Server(mut options) = scratch.location() else { unreachable!("a server is named") };
        let [Host::Tcp(host)] = options.config.get_hosts() else { panic!("one host is expected") };
        let door = Door::to(host.clone(), options.config.get_ports()[0]);
        let mut config = tokio_postgres::Config::new();
        config.host("127.0.0.1").port(door.port).user(options.config.get_user().unwrap());
        config.dbname(options.config.get_dbname().unwrap()).options(options.config.get_options().unwrap());
        *options.config = config;
        let db = Db::open(DbOptions { location: Location::Server(options), clock: Arc::new(Still) }).unwrap();
        let place = Self { db, door, _scratch: scratch };
        place.write(|tx| tx.execute("CREATE TABLE notes (text text PRIMARY KEY)", &[])).await.unwrap();
        Some(place)
    }

    async fn write<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.db.write(move |tx| f(tx).map(Verdict::Done)).await.map(|verdict| verdict.into_result().unwrap())
    }

    /// Adds a note under `door`'s state; what the caller is told, and how often the closure ran.
    async fn add(&self, text: &'static str) -> (Result<(), StoreError>, u32) {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let added = self.write(move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            tx.execute("INSERT INTO notes (text) VALUES ($1)", &[text.into()]).map(drop)
        });
        (added.await, runs.load(Ordering::SeqCst))
    }

    async fn notes(&self) -> Vec<String> {
        let sql = "SELECT text FROM notes ORDER BY text";
        self.db.read(move |tx| tx.rows(sql, &[])?.iter().map(|row| row.text(0)).collect()).await.unwrap()
    }
}

#[tokio::test]
async fn k6_a_commit_whose_answer_is_lost_is_found_and_not_repeated() {
    let Some(place) = Place::new("k6-after").await else { return };
    place.add("before").await.0.unwrap();
    place.door.set(AFTER_COMMIT);
    assert_eq!(place.add("once").await, (Ok(()), 1));
    assert_eq!(place.notes().await, ["before", "once"]);
}

#[tokio::test]
async fn k6_a_commit_that_never_arrived_is_run_again() {
    let Some(place) = Place::new("k6-never").await else { return };
    place.add("before").await.0.unwrap();
    place.door.set(BEFORE_COMMIT);
    assert_eq!(place.add("once").await, (Ok(()), 2));
    assert_eq!(place.notes().await, ["before", "once"]);
}

#[tokio::test]
async fn k6_a_connection_cut_in_a_transaction_costs_a_run_and_nothing_else() {
    let Some(place) = Place::new("k6-cut").await else { return };
    let counted = AtomicU32::new(0);
    let added = place.write(move |tx| {
        let runs = counted.fetch_add(1, Ordering::SeqCst) + 1;
        tx.execute("INSERT INTO notes (text) VALUES ($1)", &["once".into()])?;
        if runs == 1 {
            tx.rows("SELECT pg_terminate_backend(pg_backend_pid())", &[])?;
        }
        Ok(runs)
    });
    assert_eq!(added.await, Ok(2));
    assert_eq!(place.notes().await, ["once"]);
}

#[tokio::test]
async fn k6_reads_and_declared_queries_outlive_their_connections() {
    let Some(place) = Place::new("k6-reads").await else { return };
    place.add("kept").await.0.unwrap();
    let text = |row: &super::super::Row| row.text(0);
    let query = "SELECT text FROM notes WHERE text = $1";
    let wanted = || vec![Value::from("kept")];
    for _ in 0..3 {
        assert_eq!(place.db.get(query, wanted(), text).await, Ok(Some("kept".into())));
        assert_eq!(place.notes().await, ["kept"]);
        let twice = |tx: &mut ReadTx<'_>| {
            Ok(tx.rows(query, &["kept".into()])?.len() + tx.rows(query, &["x".into()])?.len())
        };
        assert_eq!(place.db.glance(twice).await, Ok(1));
        let all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE application_name = '' AND pid <> pg_backend_pid() AND query LIKE '%notes%'";
        place.write(move |tx| tx.rows(all, &[])).await.unwrap();
    }
    assert_eq!(place.db.get(query, wanted(), text).await, Ok(Some("kept".into())));
}

#[tokio::test]
async fn a_serialization_failure_is_run_again_until_it_is_alone() {
    let Some(place) = Place::new("hot-row").await else { return };
    place.add("hot").await.0.unwrap();
    place.write(|tx| tx.execute("CREATE TABLE hits (hits bigint)", &[])).await.unwrap();
    place.write(|tx| tx.execute("INSERT INTO hits (hits) VALUES ($1)", &[0_i64.into()])).await.unwrap();
    let writes = (0..200).map(|_| {
        let db = place.db.clone();
        tokio::spawn(async move {
            db.write(|tx| {
                let before = tx.row("SELECT hits FROM hits", &[])?.unwrap().int(0)?;
                tx.execute("UPDATE hits SET hits = $1", &[(before + 1).into()]).map(Verdict::Done)
            })
            .await
        })
    });
    for write in writes.collect::<Vec<_>>() {
        assert_eq!(write.await.unwrap(), Ok(Verdict::Done(1)));
    }
    let hits = place.db.read(|tx| tx.row("SELECT hits FROM hits", &[])?.unwrap().int(0)).await;
    assert_eq!(hits, Ok(200), "none was lost and none refused");
}

#[tokio::test]
async fn k6_a_server_that_is_gone_is_waited_for_and_then_reported() {
    let Some(place) = Place::new("k6-gone").await else { return };
    place.add("before").await.0.unwrap();
    place.door.set(SHUT);
    let (say, heard) = mpsc::channel();
    let door = Arc::clone(&place.door.state);
    // Back after a second: nobody is refused.
    std::thread::spawn(move || {
        let _: Result<(), _> = heard.recv_timeout(std::time::Duration::from_secs(1));
        door.store(OPEN, Ordering::SeqCst);
    });
    assert_eq!(place.add("after").await.0, Ok(()));
    drop(say);
    assert_eq!(place.notes().await, ["after", "before"]);
}
