//! Counting attempts in fixed windows. Refuses to store: the counter is a row, read and written in the
//! transaction that decides.

use crate::time::Time;

/// So many in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many are allowed.
    pub most: u32,
    /// In how many seconds.
    pub seconds: i64,
}

/// How many were counted since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// Start of the window.
    pub since: Time,
    /// Counted in it.
    pub count: u32,
}

impl Counter {
    /// Whether one more fits; otherwise the seconds until the window ends. Does not count.
    pub fn room(self, limit: Limit, now: Time) -> Result<(), u32> {
        let over = self.since.plus_seconds(limit.seconds);
        if now >= over || self.count < limit.most {
            return Ok(());
        }
        Err(u32::try_from(over.seconds_since(now) + 1).unwrap_or(u32::MAX))
    }

    /// The counter with one more in it, starting a new window when the old one is over.
    pub fn plus_one(self, limit: Limit, now: Time) -> Self {
        if now >= self.since.plus_seconds(limit.seconds) {
            Self { since: now, count: 1 }
        } else {
            Self { since: self.since, count: self.count.saturating_add(1) }
        }
    }
}
