//! A writer thread: group commit, as on a file. It runs what waits in one transaction, a savepoint each, commits once
//! and then answers them all. It runs a group again when a neighbour was in its way or the connection was lost, and
//! finds out whether a commit without an answer took place. Refuses to run a group again whose first run may have been
//! committed, and to run a closure in a transaction that is older than the closure.
//!
//! Two at a time: one works while the other waits for a commit. Not more, since the server's check of SERIALIZABLE goes by
//! pages: transactions stop each other although they touch different rows (docs/decisions/0010-postgresql.md).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hospes_domain::time::Time;

use super::super::queue::{Horizon, Queue};
use super::super::timeline::Timeline;
use super::super::transaction::Statements;
use super::super::work::QueuedWrite;
use super::super::{Note, StoreError, WriteTx};
use super::line::{Line, RUN_AGAIN, may_pass};
use super::session::{Lane, Mark, Session};

/// The run from which on the first closure runs alone, without its group and without other nodes. Before, giving way a
/// little is cheaper.
const ALONE_FROM: u32 = 2;
/// Closures per commit. The server keeps track of this many savepoints without looking them up.
const GROUP: usize = 64;
/// A group takes no further closure after this long, or after as long as its commit will take, whichever is more.
const GROUP_TIME: Duration = Duration::from_millis(5);
/// However slow the server is.
const LONGEST_GROUP: Duration = Duration::from_millis(50);

type Job = Box<dyn QueuedWrite>;
/// A closure that ran and what became of it, so far.
type Finished = (Job, Result<(), StoreError>);

/// Works until the queue is closed and empty.
pub(super) fn run(line: &mut Line, queue: &Queue<Job>, timeline: &Timeline) {
    let mut patience = GROUP_TIME;
    while let Some(first) = queue.wait() {
        let mut waiting = VecDeque::from([first]);
        while !waiting.is_empty() {
            for (job, outcome) in settle(line, &mut waiting, (queue, timeline), &mut patience) {
                if let Err(error @ (StoreError::Unreachable(_) | StoreError::Connect { .. })) = &outcome {
                    tracing::error!(%error, "a write was given up");
                }
                job.answer(outcome);
            }
        }
    }
}

/// How one run of a group ended.
enum End {
    /// For good: committed in this time, or undone for the reason each has.
    Settled(Duration),
    /// Undone, and would be again.
    Failed(StoreError),
    /// Undone; the next run may succeed where this one failed for this reason.
    Undone(StoreError),
    /// The connection was lost over the commit.
    Unknown(Mark, StoreError),
}

/// Runs what waits, in `waiting` and the queue, until it is settled; what is left in `waiting` was not run. What comes
/// meanwhile is for the next group: it may follow a write that another writer, or another node, has answered after this
/// group's transaction began, and that this transaction therefore does not see.
fn settle(
    line: &mut Line,
    waiting: &mut VecDeque<Job>,
    (queue, timeline): (&Queue<Job>, &Timeline),
    patience: &mut Duration,
) -> Vec<Finished> {
    let mut again = 0;
    loop {
        // Nobody is let into a group that had to be undone.
        let more = if again == 0 { Some(queue) } else { None };
        let lane = if again < ALONE_FROM { Lane::Shared } else { Lane::Alone };
        let mut finished = Vec::new();
        let session = match line.session() {
            Ok(session) => session,
            // Waiting for the server was part of it already.
            Err(error) => return waiting.drain(..).map(|job| (job, Err(error.clone()))).collect(),
        };
        // Before the time is read and the transaction begins: both must be later than whatever the closures follow.
        let more = more.map(|queue| (queue, queue.horizon()));
        let group = Group { session, lane, now: timeline.now(), patience: *patience };
        let reason = match group.run(waiting, more, &mut finished) {
            End::Settled(spent) => {
                *patience = spent.clamp(GROUP_TIME, LONGEST_GROUP);
                return finished;
            }
            End::Failed(reason) => return with(finished, &reason),
            End::Undone(reason) => reason,
            End::Unknown(mark, reason) => match line.session().and_then(|session| session.took_place(mark)) {
                Ok(true) => return finished,
                Ok(false) => reason,
                Err(_) => {
                    line.hang_up();
                    return with(finished, &StoreError::Unreachable(
                        "the connection was lost over a commit, and whether it took place cannot be found out now"
                            .to_owned(),
                    ));
                }
            },
        };
        again += 1;
        if again > RUN_AGAIN {
            return with(finished, &reason);
        }
        tracing::debug!(%reason, again, closures = finished.len(), "a group of writes is run again");
        for (job, _) in finished.into_iter().rev() {
            waiting.push_front(job);
        }
        line.step_back(again);
    }
}

/// What one transaction runs with.
struct Group<'l> {
    session: &'l Session,
    lane: Lane,
    now: Time,
    patience: Duration,
}

impl Group<'_> {
    /// Runs closures from `waiting` into `finished` and commits them.
    fn run(
        &self,
        waiting: &mut VecDeque<Job>,
        more: Option<(&Queue<Job>, Horizon)>,
        finished: &mut Vec<Finished>,
    ) -> End {
        let started = clock();
        let mut notes: Vec<Note> = Vec::new();
        self.session.begin_writing(self.lane);
        while let Some(mut job) = waiting.pop_front() {
            // The first one needs none: there is nothing before it to keep.
            if !finished.is_empty() {
                self.session.set_savepoint();
            }
            let ran = job.run(WriteTx::new(Statements::Postgres(self.session), self.now));
            let outcome = ran.map(|noted| notes.extend(noted));
            let ended = match &outcome {
                Err(error) if self.may_pass(error) => Some(End::Undone(error.clone())),
                Err(_) => self.undo_last(finished.is_empty()),
                Ok(()) => None,
            };
            finished.push((job, outcome));
            if let Some(end) = ended {
                return self.given_up(end);
            }
            if self.lane == Lane::Alone || finished.len() >= GROUP || started.elapsed() >= self.patience {
                break;
            }
            if waiting.is_empty() {
                waiting.extend(more.and_then(|(queue, horizon)| queue.take_from(horizon)));
            }
        }
        self.commit(&notes)
    }

    /// Undoes what the last closure did; how the group ends by that, if it does.
    fn undo_last(&self, is_first: bool) -> Option<End> {
        if is_first {
            return Some(End::Settled(Duration::ZERO));
        }
        self.session.roll_back_to_savepoint().err().map(End::Undone)
    }

    /// Ends the transaction without a commit.
    fn given_up(&self, end: End) -> End {
        if self.session.roll_back().is_err() {
            self.session.give_up();
        }
        end
    }

    fn commit(&self, notes: &[Note]) -> End {
        let began = clock();
        match self.session.commit(self.now.0, notes) {
            Ok(()) => End::Settled(began.elapsed()),
            Err(reason @ StoreError::Unreachable(_)) => {
                self.session.give_up();
                End::Unknown(self.session.mark(), reason)
            }
            // The server undid it before it said so.
            Err(error) if self.may_pass(&error) => End::Undone(error),
            Err(error) => End::Failed(error),
        }
    }

    fn may_pass(&self, error: &StoreError) -> bool {
        may_pass(error) || in_company(self.lane, error)
    }
}

/// A neighbour that inserts the same key at the same moment shows as a broken constraint, not as a conflict. Alone it
/// is what it looks like: a defect of the closure.
fn in_company(lane: Lane, error: &StoreError) -> bool {
    lane == Lane::Shared && matches!(error, StoreError::Constraint(_))
}

/// The same closures, all of which failed for one reason.
fn with(finished: Vec<Finished>, reason: &StoreError) -> Vec<Finished> {
    finished.into_iter().map(|(job, _)| (job, Err(reason.clone()))).collect()
}

#[expect(clippy::disallowed_methods, reason = "time limits of the program itself")]
fn clock() -> Instant {
    Instant::now()
}
