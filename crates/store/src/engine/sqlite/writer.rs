//! The writer thread: group commit. It takes the waiting closures, runs each in a savepoint, commits
//! once and then answers them all. Refuses to answer before the commit, refusals included, since any
//! answer may rest on rows of a neighbour in the same batch.

use std::time::{Duration, Instant};

use hospes_domain::time::Time;
use rusqlite::Connection;

use super::super::queue::Queue;
use super::super::timeline::Timeline;
use super::super::transaction::Statements;
use super::super::work::QueuedWrite;
use super::super::{Note, StoreError, WriteTx};
use super::direct::Direct;
use super::error::from_driver;
use super::statements::{Statements as Sqlite, control};

/// Closures per commit. Beyond this the sync no longer weighs anything.
const BATCH: usize = 256;
/// A batch takes no further closure after this long, so that the first one in it is not kept waiting; or after as
/// long as its commit will take, whichever is more: cutting a batch short costs another commit.
/// Tests decide themselves what runs together, so the time does not count there.
const BATCH_TIME: Duration = if cfg!(test) { Duration::MAX } else { Duration::from_millis(5) };
/// However slow the disk is.
const LONGEST_BATCH: Duration = if cfg!(test) { Duration::MAX } else { Duration::from_millis(50) };

type Job = Box<dyn QueuedWrite>;
/// A closure that ran and what became of it, so far.
type Finished = (Job, Result<(), StoreError>);

/// Works until the queue is closed and empty.
pub(super) fn run(connection: &Connection, queue: &Queue<Job>, timeline: &Timeline, direct: &Direct) {
    let mut patience = BATCH_TIME;
    while let Some(first) = queue.wait() {
        let (mut finished, mut notes) = (Vec::new(), Vec::new());
        let now = timeline.now();
        let mut result = fill(connection, first, queue, (now, patience), (&mut finished, &mut notes));
        if result.is_ok() {
            result = write_down(connection, &notes, now);
        }
        if result.is_ok() {
            let began = clock();
            result = control(connection, "COMMIT");
            patience = began.elapsed().clamp(BATCH_TIME, LONGEST_BATCH);
        }
        if let Err(error) = &result {
            tracing::error!(%error, closures = finished.len(), "a batch of writes failed and was rolled back");
            give_up(connection);
        }
        direct.committed();
        for (job, outcome) in finished {
            job.answer(outcome.and(result.clone()));
        }
    }
}

/// Closes the file. Nothing is lost if that fails: the log is read at the next start.
pub(super) fn close(connection: Connection) {
    if let Err((_, error)) = connection.close() {
        tracing::error!(error = %from_driver(error), "the database could not be closed cleanly");
    }
}

#[expect(clippy::disallowed_methods, reason = "time limits of the program itself")]
fn clock() -> Instant {
    Instant::now()
}

/// Begins a transaction and runs what waits, into `finished`; an error means that nothing of it can be saved.
fn fill(
    connection: &Connection,
    first: Job,
    queue: &Queue<Job>,
    (now, patience): (Time, Duration),
    (finished, notes): (&mut Vec<Finished>, &mut Vec<Note>),
) -> Result<(), StoreError> {
    let started = clock();
    let begun = control(connection, "BEGIN IMMEDIATE");
    let mut next = Some(first);
    while let Some(mut job) = next {
        let result = begun.clone().and_then(|()| in_savepoint(connection, &mut *job, now));
        let (outcome, lost) = match result {
            Ok(outcome) => (outcome.map(|noted| notes.extend(noted)), None),
            Err(error) => (Ok(()), Some(error)),
        };
        finished.push((job, outcome));
        if let Some(error) = lost {
            return Err(error);
        }
        let full = finished.len() >= BATCH || started.elapsed() >= patience;
        next = if full { None } else { queue.take() };
    }
    Ok(())
}

/// Runs one closure. The inner result is its own; the outer one fails if the whole transaction is lost.
fn in_savepoint(
    connection: &Connection,
    job: &mut dyn QueuedWrite,
    now: Time,
) -> Result<Result<Vec<Note>, StoreError>, StoreError> {
    control(connection, "SAVEPOINT closure")?;
    let outcome = job.run(WriteTx::new(Statements::Sqlite(Sqlite::new(connection)), now));
    // Some errors (a full disk, a failing one) make SQLite roll back everything at once.
    if connection.is_autocommit() {
        return Err(outcome
            .err()
            .unwrap_or_else(|| StoreError::Statement("the transaction was ended".into())));
    }
    if outcome.is_err() {
        control(connection, "ROLLBACK TO closure")?;
    }
    control(connection, "RELEASE closure")?;
    Ok(outcome)
}

/// Writes down what the closures of a batch noted, under one position: there is one writer, so positions rise with
/// commits.
fn write_down(connection: &Connection, notes: &[Note], now: Time) -> Result<(), StoreError> {
    if notes.is_empty() {
        return Ok(());
    }
    let statements = Sqlite::new(connection);
    let next = "INSERT INTO change_positions (one, last) VALUES (1, 1) \
                ON CONFLICT (one) DO UPDATE SET last = last + 1 RETURNING last";
    let rows = statements.rows(next, &[])?;
    let position =
        rows.first().ok_or_else(|| StoreError::Corrupt("there is no next position".into()))?.int(0)?;
    for (ordinal, note) in (1_i64..).zip(notes) {
        statements.execute(
            "INSERT INTO changes (tenant_id, position, ordinal, kind, object_id, related_id, what, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                note.tenant.into(),
                position.into(),
                ordinal.into(),
                note.kind.into(),
                note.object.into(),
                note.related.into(),
                note.what.into(),
                now.into(),
            ],
        )?;
    }
    Ok(())
}

/// Gives up the open transaction, if there still is one. Should that fail too, the next batch cannot
/// begin and fails as a whole: nothing is ever committed by accident.
fn give_up(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = control(connection, "ROLLBACK")
    {
        tracing::error!(%error, "a failed batch could not be rolled back");
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::super::super::work::Write;
    use super::super::super::{Read, Verdict};
    use super::*;

    #[test]
    fn a_closure_can_be_run_again_after_a_rollback() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE notes (text TEXT PRIMARY KEY) STRICT").unwrap();
        let (reply, answer) = tokio::sync::oneshot::channel();
        let text = String::from("once");
        let closure = move |tx: &mut WriteTx<'_>| {
            let added = tx.execute("INSERT INTO notes (text) VALUES ($1)", &[(&text).into()])?;
            Ok(Verdict::Done((added, tx.rows("SELECT text FROM notes", &[])?.len())))
        };
        let mut job: Job = Box::new(Write { closure, verdict: None, reply });
        for end in ["ROLLBACK", "COMMIT"] {
            control(&connection, "BEGIN IMMEDIATE").unwrap();
            assert_eq!(in_savepoint(&connection, &mut *job, Time(1)), Ok(Ok(Vec::new())));
            control(&connection, end).unwrap();
        }
        job.answer(Ok(()));
        assert_eq!(answer.blocking_recv().unwrap(), Ok(Verdict::Done((1, 1))));
    }
}
