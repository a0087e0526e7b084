//! Time as a plain number that is handed in. Refuses to read a clock: the one implementation of
//! [`Clock`] that does lives with the verbs.

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// The instant `seconds` later (earlier when negative); saturates at the ends of time.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Whole seconds since 1970, as JSON Web Tokens count (RFC 7519 section 2, NumericDate).
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Whole seconds from `earlier` to `self`, negative when `self` is before it.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0.saturating_sub(earlier.0)).div_euclid(1_000_000)
    }
}

/// Where "now" comes from. Injected everywhere, so that tests and development mode can hold it.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Time;
}
