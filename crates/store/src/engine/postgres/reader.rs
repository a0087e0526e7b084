//! A reader thread: each closure sees one state of the database, in a transaction that cannot write. Refuses to keep
//! a transaction open while nobody reads.

use super::super::queue::Queue;
use super::super::timeline::Timeline;
use super::super::transaction::Statements;
use super::super::work::QueuedRead;
use super::super::{ReadTx, StoreError};
use super::line::{Line, RUN_AGAIN, may_pass};

/// Works until the queue is closed and empty.
pub(super) fn run(line: &mut Line, queue: &Queue<Box<dyn QueuedRead>>, timeline: &Timeline) {
    while let Some(mut job) = queue.wait() {
        if job.is_awaited() {
            let outcome = settle(line, &mut *job, timeline);
            // Nobody waits for the end of the transaction, which changes nothing.
            job.answer(outcome);
            line.end_reading();
        }
    }
}

fn settle(line: &mut Line, job: &mut dyn QueuedRead, timeline: &Timeline) -> Result<(), StoreError> {
    let mut again = 0;
    loop {
        let session = line.session()?;
        session.begin_reading();
        match job.run(ReadTx::new(Statements::Postgres(session), timeline.now())) {
            Err(error) if may_pass(&error) && again < RUN_AGAIN => {
                line.end_reading();
                again += 1;
                line.step_back(again);
            }
            settled => return settled,
        }
    }
}
