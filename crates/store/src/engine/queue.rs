//! A bounded queue between async callers and the engine's threads. Refuses to block whoever adds: a
//! full queue says so at once. Threads take what waits, many at a time if they like.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::StoreError;

/// What a caller is told to wait when a queue is full: a queue is worked off in well under a second.
const RETRY_AFTER_SECONDS: u32 = 1;

pub(super) struct Queue<J> {
    state: Mutex<State<J>>,
    arrived: Condvar,
    limit: usize,
}

/// A moment in the life of a queue: which jobs had come by then.
#[derive(Clone, Copy)]
pub(super) struct Horizon(u64);

struct State<J> {
    waiting: VecDeque<J>,
    /// Jobs that were handed out so far.
    taken: u64,
    /// Threads asleep in [`Queue::wait`]; nobody asleep saves the wake-up call to the kernel.
    asleep: usize,
    closed: bool,
}

impl<J> Queue<J> {
    pub(super) fn new(limit: usize) -> Self {
        let state = State { waiting: VecDeque::new(), taken: 0, asleep: 0, closed: false };
        Self { state: Mutex::new(state), arrived: Condvar::new(), limit }
    }

    /// Adds a job, or drops it and says why.
    pub(super) fn push(&self, job: J) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.closed {
            return Err(StoreError::Closed);
        }
        if state.waiting.len() >= self.limit {
            return Err(StoreError::Busy { retry_after_seconds: RETRY_AFTER_SECONDS });
        }
        state.waiting.push_back(job);
        let wake = state.asleep > 0;
        drop(state);
        if wake {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Waits for a job; `None` when the queue is closed and empty.
    pub(super) fn wait(&self) -> Option<J> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.take() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state.asleep += 1;
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.asleep -= 1;
        }
    }

    /// The next job if one is waiting.
    pub(super) fn take(&self) -> Option<J> {
        self.lock().take()
    }

    /// This moment.
    pub(super) fn horizon(&self) -> Horizon {
        let state = self.lock();
        Horizon(state.taken.saturating_add(state.waiting.len() as u64))
    }

    /// The next job if it had come by then.
    pub(super) fn take_from(&self, horizon: Horizon) -> Option<J> {
        let mut state = self.lock();
        if state.taken < horizon.0 { state.take() } else { None }
    }

    /// Moves up to `limit` waiting jobs to the end of `jobs`.
    pub(super) fn take_up_to(&self, limit: usize, jobs: &mut Vec<J>) {
        let mut state = self.lock();
        let count = state.waiting.len().min(limit);
        state.taken += count as u64;
        jobs.extend(state.waiting.drain(..count));
    }

    /// Lets nothing more in. What waits is still handed out.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    /// Lets nothing more in and drops what waits, so that its callers learn of it.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        state.closed = true;
        let dropped = std::mem::take(&mut state.waiting);
        drop(state);
        drop(dropped);
        self.arrived.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J> State<J> {
    fn take(&mut self) -> Option<J> {
        let job = self.waiting.pop_front()?;
        self.taken += 1;
        Some(job)
    }
}

/// Starts a thread that, however it ends, leaves no caller waiting in its queue.
pub(super) fn spawn<J: Send + 'static>(
    name: String,
    queue: Arc<Queue<J>>,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, StoreError> {
    let guard = AbandonWhenDone(queue);
    let body = move || {
        let _guard = guard;
        work();
    };
    thread::Builder::new().name(name).spawn(body).map_err(|error| StoreError::Disk(error.to_string()))
}

struct AbandonWhenDone<J>(Arc<Queue<J>>);

impl<J> Drop for AbandonWhenDone<J> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_horizon_hides_what_comes_later() {
        let queue = Queue::new(8);
        for job in 0..4 {
            queue.push(job).unwrap();
        }
        assert_eq!(queue.wait(), Some(0));
        let horizon = queue.horizon();
        queue.push(4).unwrap();
        let mut others = Vec::new();
        queue.take_up_to(1, &mut others);
        assert_eq!(others, [1], "somebody else may take from it meanwhile");
        assert_eq!([queue.take_from(horizon), queue.take_from(horizon)], [Some(2), Some(3)]);
        assert_eq!(queue.take_from(horizon), None);
        assert_eq!(queue.take(), Some(4));
    }
}
