//! Closures on their way through the queues, with the way back to their callers. Refuses to let a
//! panic or a vanished caller disturb the thread that runs them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::{Note, ReadTx, StoreError, Verdict, WriteTx};

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// A write closure of any answer type: run (perhaps more than once), then told what became of it.
pub(super) trait QueuedWrite: Send {
    /// Runs the closure, keeps its verdict and gives what it noted. An error means: undo what it did.
    fn run(&mut self, tx: WriteTx<'_>) -> Result<Vec<Note>, StoreError>;

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
    fn run(&mut self, mut tx: WriteTx<'_>) -> Result<Vec<Note>, StoreError> {
        self.verdict = None;
        let verdict = catching_panics(|| (self.closure)(&mut tx))?;
        let notes = tx.into_notes()?;
        self.verdict = Some(verdict);
        Ok(notes)
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { verdict, reply, .. } = *self;
        let answer = outcome.and_then(|()| verdict.ok_or(StoreError::Closed));
        // A caller that went away does not undo what was committed.
        drop(reply.send(answer));
    }
}

/// A read closure of any answer type: run (perhaps more than once), then told what became of it.
pub(super) trait QueuedRead: Send {
    /// Whether anybody still waits for the answer; reading has no other effect.
    fn is_awaited(&self) -> bool;

    /// Runs the closure and keeps its answer.
    fn run(&mut self, tx: ReadTx<'_>) -> Result<(), StoreError>;

    /// Answers the caller.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// The one implementation of [`QueuedRead`] per answer type.
pub(super) struct Reading<T, F> {
    pub(super) closure: F,
    pub(super) answer: Option<T>,
    pub(super) reply: Reply<T>,
}

impl<T, F> QueuedRead for Reading<T, F>
where
    T: Send,
    F: FnMut(&mut ReadTx<'_>) -> Result<T, StoreError> + Send,
{
    fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, mut tx: ReadTx<'_>) -> Result<(), StoreError> {
        let answer = catching_panics(|| (self.closure)(&mut tx))?;
        if let Some(error) = tx.into_failure() {
            return Err(error);
        }
        self.answer = Some(answer);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { answer, reply, .. } = *self;
        drop(reply.send(outcome.and_then(|()| answer.ok_or(StoreError::Closed))));
    }
}

pub(super) fn catching_panics<T>(closure: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(closure)).unwrap_or_else(|_| {
        tracing::error!("a closure panicked in a transaction; what it did was rolled back");
        Err(StoreError::Panicked)
    })
}
