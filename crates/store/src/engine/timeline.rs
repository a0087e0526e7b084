//! The store's sense of time. Refuses to go backwards, whatever the clock does while Hospes runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hospes_domain::time::{Clock, Time};

pub(super) struct Timeline {
    clock: Arc<dyn Clock>,
    latest: AtomicI64,
}

impl Timeline {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, latest: AtomicI64::new(i64::MIN) }
    }

    /// The present instant, never before one given out earlier.
    pub(super) fn now(&self) -> Time {
        let now = self.clock.now().0;
        Time(self.latest.fetch_max(now, Ordering::Relaxed).max(now))
    }
}
