//! Writers beside each other: whoever was answered is seen by whatever is asked for afterwards, wherever it is asked.
//! Skipped, audibly, without a server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::sync::{Arc, Mutex};

use hospes_domain::time::Time;
use tokio::sync::{broadcast, oneshot};
use tokio::task::JoinHandle;

use super::super::{Db, Read, SERVER_VARIABLE, Scratch, Verdict};

struct Still;

impl hospes_domain::time::Clock for Still {
    fn now(&self) -> Time {
        Time(1_000_000)
    }
}

/// Two nodes on one database, with a table.
async fn nodes(name: &str) -> Option<(Db, Db, Scratch)> {
    if std::env::var(SERVER_VARIABLE).is_err() {
        println!("skipped: {SERVER_VARIABLE} names no server");
        return None;
    }
    let scratch = Scratch::new(name).unwrap();
    let one = Db::open(scratch.options(Arc::new(Still))).unwrap();
    let other = Db::open(scratch.options(Arc::new(Still))).unwrap();
    let made =
        one.write(|tx| tx.execute("CREATE TABLE notes (text text PRIMARY KEY)", &[]).map(Verdict::Done));
    made.await.unwrap();
    Some((one, other, scratch))
}

/// Rounds: a group takes closures for a few milliseconds only, and the write of the other node has to fall into them.
const ROUNDS: usize = 50;

/// A group's transaction sees the state of its first statement. A closure that came later may follow a write of another
/// writer that was answered meanwhile, so it must not run in that transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closure_sees_every_write_that_was_answered_before_it_came() {
    let Some((one, other, _scratch)) = nodes("order").await else { return };
    for round in 1..=ROUNDS {
        let (go_on, released) = broadcast::channel::<()>(1);
        let held = hold(&other, released).await;
        let insert = format!("INSERT INTO notes (text) VALUES ('{round}')");
        one.write(move |tx| tx.execute(&insert, &[]).map(Verdict::Done)).await.unwrap();
        // Comes while those transactions are open, and then they may go on.
        let look = other.write(|tx| tx.rows("SELECT text FROM notes", &[]).map(|it| Verdict::Done(it.len())));
        let (seen, ()) = tokio::join!(biased; look, async { drop(go_on) });
        assert_eq!(seen, Ok(Verdict::Done(round)), "what was answered is there");
        for held in held {
            held.await.unwrap();
        }
    }
}

/// Leaves every writer of a node inside a transaction that has seen the notes.
async fn hold(node: &Db, released: broadcast::Receiver<()>) -> Vec<JoinHandle<()>> {
    let mut held = Vec::new();
    for _ in 0..super::WRITERS {
        let (began, begun) = oneshot::channel();
        let (node, released, began) =
            (node.clone(), Mutex::new(released.resubscribe()), Mutex::new(Some(began)));
        held.push(tokio::spawn(async move {
            let waiting = node.write(move |tx| {
                tx.rows("SELECT text FROM notes", &[])?;
                if let Some(began) = began.lock().unwrap().take() {
                    began.send(()).unwrap();
                }
                released.lock().unwrap().blocking_recv().unwrap_err();
                Ok(Verdict::Done(()))
            });
            waiting.await.unwrap();
        }));
        begun.await.unwrap();
    }
    held
}
