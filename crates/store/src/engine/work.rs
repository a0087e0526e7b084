//! Closures on their way through the queues, with the way back to their callers. Refuses to let a
//! panic or a vanished caller disturb the thread that runs them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::{ReadTx, StoreError, Verdict, WriteTx};

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// A write closure of any answer type: run (perhaps more than once), then told what became of it.
pub(super) trait QueuedWrite: Send {
    /// Runs the closure and keeps its verdict. An error means: undo what it did.
    fn run(&mut self, tx: WriteTx<'_>) -> Result<(), StoreError>;

    /// Answers the caller, after the commit or for good reason without one.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// The one implementation of [`QueuedWrite`] per answer type.
pub(super) struct Write<T, F> {
    pub(super) closure: F,
    pub(super) verdict: Option<Verdict<T>>,
    pub(super) reply: Reply<Verdict<T>>,
}

impl<T, F> QueuedWrite for Write<T, F>
where
    T: Send,
    F: FnMut(&mut WriteTx<'_>) -> Result<Verdict<T>, StoreError> + Send,
{
    fn run(&mut self, mut tx: WriteTx<'_>) -> Result<(), StoreError> {
        self.verdict = None;
        let verdict = catching_panics(|| (self.closure)(&mut tx))?;
        if let Some(error) = tx.into_failure() {
            return Err(error);
        }
        self.verdict = Some(verdict);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { verdict, reply, .. } = *self;
        let answer = outcome.and_then(|()| verdict.ok_or(StoreError::Closed));
        // A caller that went away does not undo what was committed.
        drop(reply.send(answer));
    }
}

/// A read closure: given its transaction, or the reason why there is none, it answers its caller.
pub(super) type QueuedRead = Box<dyn FnOnce(Result<ReadTx<'_>, StoreError>) + Send>;

pub(super) fn queued_read<T, F>(mut closure: F, reply: Reply<T>) -> QueuedRead
where
    T: Send + 'static,
    F: FnMut(&mut ReadTx<'_>) -> Result<T, StoreError> + Send + 'static,
{
    Box::new(move |tx| {
        // Nobody waits for the answer, and reading has no other effect.
        if reply.is_closed() {
            return;
        }
        let answer = tx.and_then(|mut tx| catching_panics(|| closure(&mut tx)));
        drop(reply.send(answer));
    })
}

fn catching_panics<T>(closure: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(closure)).unwrap_or_else(|_| {
        tracing::error!("a closure panicked in a transaction; what it did was rolled back");
        Err(StoreError::Panicked)
    })
}
