//! What one connection is doing, and so how long it may stay. Refuses to look inside requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use tokio::time::{Duration, Instant};

use super::Shared;

/// Requests running on one connection, and when something last happened on it.
pub(super) struct Activity {
    born: Instant,
    /// Milliseconds after `born`.
    last: AtomicU64,
    running: AtomicUsize,
}

/// One request that is being answered; dropped when its answer is complete.
pub(super) struct Running(Arc<Activity>);

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { born: Instant::now(), last: AtomicU64::new(0), running: AtomicUsize::new(0) })
    }

    pub(super) fn begin(self: &Arc<Self>) -> Running {
        self.running.fetch_add(1, Relaxed);
        self.touch();
        Running(Arc::clone(self))
    }

    /// Completes when this connection has done nothing for too long; while the server is full, that is soon.
    pub(super) async fn outstayed(&self, shared: &Shared) {
        let allowed = || if self.is_idle() { shared.limits.idle } else { shared.limits.stalled };
        loop {
            let deadline = self.last() + allowed();
            if Instant::now() >= deadline {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => {}
                () = shared.crowded.notified() => {
                    if self.is_idle() && self.last().elapsed() >= shared.limits.spare {
                        return;
                    }
                }
            }
        }
    }

    fn is_idle(&self) -> bool {
        self.running.load(Relaxed) == 0
    }

    fn last(&self) -> Instant {
        self.born + Duration::from_millis(self.last.load(Relaxed))
    }

    fn touch(&self) {
        let since = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(since, Relaxed);
    }
}

impl Running {
    /// The answer moved on.
    pub(super) fn touch(&self) {
        self.0.touch();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Relaxed);
        self.0.touch();
    }
}
