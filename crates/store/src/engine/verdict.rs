//! How a write closure ends when the store worked. Refuses to mix up "no" with "broken": a refusal is a
//! decision and is committed (its audit record and counters stay), an error is rolled back.

use hospes_domain::refusal::Refusal;

/// What a write closure decided. Both commit; a refusal must be returned before anything but its own
/// records was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<T> {
    /// It was done.
    Done(T),
    /// It was refused, and that is on record.
    Refused(Refusal),
}

impl<T> Verdict<T> {
    /// The verdict as a result, for `?` in verbs.
    pub fn into_result(self) -> Result<T, Refusal> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Refused(refusal) => Err(refusal),
        }
    }

    /// The same verdict about another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Verdict<U> {
        match self {
            Self::Done(value) => Verdict::Done(change(value)),
            Self::Refused(refusal) => Verdict::Refused(refusal),
        }
    }
}

impl<T> From<Result<T, Refusal>> for Verdict<T> {
    fn from(result: Result<T, Refusal>) -> Self {
        match result {
            Ok(value) => Self::Done(value),
            Err(refusal) => Self::Refused(refusal),
        }
    }
}
