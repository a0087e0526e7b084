//! Opening a schema (threats K4, K12): two nodes at once, one that is newer, a migration that fails. Skipped, audibly,
//! without a server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::rc::Rc;
use std::sync::Arc;

use hospes_domain::time::{Clock, Time};

use super::super::timeline::Timeline;
use super::super::{Db, DbOptions, Location, Read as _, SERVER_VARIABLE, Scratch, StoreError};
use super::connect::Server;
use super::runtime;
use super::schema::bring_up_to_date;
use super::session::Session;
use crate::migrations::{MIGRATIONS, Migration};

const FIRST: Migration = Migration {
    number: 1,
    name: "first",
    sql: "CREATE TABLE first (id {id} NOT NULL PRIMARY KEY) {strict};",
};
/// Its second statement fails, after the first has made a table.
const TORN: Migration = Migration {
    number: 2,
    name: "torn",
    sql: "CREATE TABLE half (id {id} NOT NULL PRIMARY KEY) {strict}; INSERT INTO nowhere (id) VALUES (1);",
};
const MENDED: Migration = Migration {
    number: 2,
    name: "mended",
    sql: "CREATE TABLE half (id {id} NOT NULL PRIMARY KEY) {strict};",
};

struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        Time(1)
    }
}

/// An empty schema; `None` without a server.
fn place(name: &str) -> Option<Scratch> {
    if std::env::var(SERVER_VARIABLE).is_err() {
        println!("skipped: {SERVER_VARIABLE} names no server");
        return None;
    }
    Some(Scratch::new(name).unwrap())
}

fn open(place: &Scratch) -> Result<Db, StoreError> {
    Db::open(place.options(Arc::new(Still)))
}

/// Works on a connection of its own, on a thread of its own: the caller's may be one of a runtime.
fn at<T: Send>(place: &Scratch, work: impl FnOnce(&Session) -> T + Send) -> T {
    let Location::Server(options) = place.location() else { unreachable!("a server is named") };
    let server = Server::new(options);
    let work = || work(&Session::open(&server, &Rc::new(runtime().unwrap())).unwrap());
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

/// What a program with just these migrations makes of the schema.
fn migrate(place: &Scratch, known: &[Migration]) -> Result<(), StoreError> {
    at(place, |session| bring_up_to_date(session, known, &Timeline::new(Arc::new(Still)), None))
}

/// Every row of an answer, in one column of text.
fn ask(place: &Scratch, sql: &str) -> Vec<String> {
    at(place, |session| session.rows(sql, &[]).unwrap().iter().map(|row| row.text(0).unwrap()).collect())
}

const HISTORY: &str = "SELECT number || ' ' || name FROM schema_history ORDER BY number";
const TABLES: &str = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() \
                      AND tablename NOT IN ('schema_history', 'writers') ORDER BY 1";

fn spelled(known: &[Migration]) -> Vec<String> {
    known.iter().map(|migration| format!("{} {}", migration.number, migration.name)).collect()
}

#[tokio::test]
async fn k12_two_nodes_that_open_an_empty_schema_at_once_run_each_migration_once() {
    let Some(place) = place("k12-two") else { return };
    let options: Vec<DbOptions> = (0..4).map(|_| place.options(Arc::new(Still))).collect();
    let opening = options.into_iter().map(|options| std::thread::spawn(move || Db::open(options)));
    // All of them are under way before the first is waited for.
    let opened: Vec<Db> =
        opening.collect::<Vec<_>>().into_iter().map(|it| it.join().unwrap().unwrap()).collect();
    assert_eq!(ask(&place, HISTORY), spelled(MIGRATIONS));
    for db in opened {
        let users = db.read(|tx| tx.row("SELECT count(*) FROM users", &[])?.unwrap().int(0)).await;
        assert_eq!(users, Ok(0));
        db.close().await;
    }
}

#[tokio::test]
async fn k4_a_schema_written_by_a_newer_hospes_is_refused_and_left_alone() {
    let Some(place) = place("k4-newer") else { return };
    let db = open(&place).unwrap();
    db.write(|tx| {
        let later =
            "INSERT INTO schema_history (number, name, checksum, applied_at) VALUES ($1, 'later', 'x', $2)";
        tx.execute(later, &[9999_i64.into(), Time(1).into()]).map(super::super::Verdict::Done)
    })
    .await
    .unwrap();
    db.close().await;
    let (history, tables) = (ask(&place, HISTORY), ask(&place, TABLES));
    for _ in 0..2 {
        let error = open(&place).err().unwrap();
        assert!(matches!(error, StoreError::Schema(_)), "{error}");
        assert!(error.to_string().starts_with("the database was written by a newer Hospes"), "{error}");
    }
    assert_eq!((ask(&place, HISTORY), ask(&place, TABLES)), (history, tables));
}

#[test]
fn k4_a_migration_that_fails_leaves_nothing_and_can_be_mended() {
    let Some(place) = place("k4-torn") else { return };
    let error = migrate(&place, &[FIRST, TORN]).unwrap_err();
    assert!(error.to_string().starts_with("migration 2 (torn) failed"), "{error}");
    assert_eq!(ask(&place, HISTORY), spelled(&[FIRST]));
    assert_eq!(ask(&place, TABLES), ["first"]);
    // The lock of the one that failed is given up, and so is its transaction.
    migrate(&place, &[FIRST, MENDED]).unwrap();
    assert_eq!(ask(&place, HISTORY), spelled(&[FIRST, MENDED]));
    assert_eq!(ask(&place, TABLES), ["first", "half"]);
}
