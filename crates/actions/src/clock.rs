//! The one place that reads the system's clock.
//!
//! Refuses to be called directly: everything takes a [`Clock`], so that tests and development mode can hold it.

use std::time::{SystemTime, UNIX_EPOCH};

use hospes_domain::time::{Clock, Time};

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// A clock set before 1970 counts as 1970.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_microseconds() {
        let now = SystemClock.now();
        assert!(now.seconds() > 1_700_000_000);
        assert!(now.seconds() < 10_000_000_000);
    }
}
