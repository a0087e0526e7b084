//! A writer thread: one closure, one transaction. It runs a closure again when a neighbour was in its way or the
//! connection was lost, and finds out whether a commit without an answer took place. Refuses to run a closure again
//! whose first run may have been committed.

use super::super::queue::Queue;
use super::super::timeline::Timeline;
use super::super::transaction::Statements;
use super::super::work::QueuedWrite;
use super::super::{StoreError, WriteTx};
use super::line::{Line, RUN_AGAIN, may_pass};
use super::session::{Lane, Mark};

/// The run from which on a closure runs alone. Before, giving way a little is cheaper.
const ALONE_FROM: u32 = 2;

/// Works until the queue is closed and empty.
pub(super) fn run(line: &mut Line, queue: &Queue<Box<dyn QueuedWrite>>, timeline: &Timeline) {
    while let Some(mut job) = queue.wait() {
        let outcome = settle(line, &mut *job, timeline);
        if let Err(error @ (StoreError::Unreachable(_) | StoreError::Connect { .. })) = &outcome {
            tracing::error!(%error, "a write was given up");
        }
        job.answer(outcome);
    }
}

/// How one run of a closure ended.
enum End {
    /// For good: committed, or undone for this reason.
    Settled(Result<(), StoreError>),
    /// Undone; the next run may succeed where this one failed for this reason.
    Undone(StoreError),
    /// The connection was lost over the commit.
    Unknown(Mark, StoreError),
}

fn settle(line: &mut Line, job: &mut dyn QueuedWrite, timeline: &Timeline) -> Result<(), StoreError> {
    let mut again = 0;
    loop {
        let reason = match once(line, job, timeline, again) {
            End::Settled(outcome) => return outcome,
            End::Undone(reason) => reason,
            End::Unknown(mark, reason) => match line.session().and_then(|session| session.took_place(mark)) {
                Ok(true) => return Ok(()),
                Ok(false) => reason,
                Err(_) => {
                    line.hang_up();
                    return Err(StoreError::Unreachable(
                        "the connection was lost over a commit, and whether it took place cannot be found out now"
                            .to_owned(),
                    ));
                }
            },
        };
        again += 1;
        if again > RUN_AGAIN {
            return Err(reason);
        }
        tracing::debug!(%reason, again, "a write is run again");
        line.step_back(again);
    }
}

fn once(line: &mut Line, job: &mut dyn QueuedWrite, timeline: &Timeline, run: u32) -> End {
    let session = match line.session() {
        Ok(session) => session,
        // Waiting for the server was part of it already.
        Err(error) => return End::Settled(Err(error)),
    };
    let now = timeline.now();
    let lane = if run < ALONE_FROM { Lane::Shared } else { Lane::Alone };
    session.begin_writing(lane);
    let outcome = match job.run(WriteTx::new(Statements::Postgres(session), now)) {
        Ok(()) => match session.commit(now.0) {
            Ok(()) => return End::Settled(Ok(())),
            Err(reason @ StoreError::Unreachable(_)) => {
                let mark = session.mark();
                line.hang_up();
                return End::Unknown(mark, reason);
            }
            // The server undid it before it said so.
            Err(error) => Err(error),
        },
        Err(error) => {
            if session.roll_back().is_err() {
                line.hang_up();
            }
            Err(error)
        }
    };
    match outcome {
        Err(error) if may_pass(&error) || in_company(lane, &error) => End::Undone(error),
        other => End::Settled(other),
    }
}

/// A neighbour that inserts the same key at the same moment shows as a broken constraint, not as a conflict. Alone it
/// is what it looks like: a defect of the closure.
fn in_company(lane: Lane, error: &StoreError) -> bool {
    lane == Lane::Shared && matches!(error, StoreError::Constraint(_))
}
