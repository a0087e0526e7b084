//! A short memory by random key: the newest entries, forgotten when the server stops. Refuses to grow.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// More people than anybody signs in while trying something out.
const MOST: usize = 256;

/// The newest values.
pub struct Memory<T> {
    entries: Mutex<VecDeque<(String, T)>>,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self { entries: Mutex::new(VecDeque::new()) }
    }
}

impl<T: Clone> Memory<T> {
    /// Remembers a value; the oldest goes when there are too many.
    pub fn put(&self, key: String, value: T) {
        let mut entries = self.lock();
        entries.push_back((key, value));
        if entries.len() > MOST {
            entries.pop_front();
        }
    }

    /// The value of that key.
    pub fn get(&self, key: &str) -> Option<T> {
        self.lock().iter().find(|(found, _)| found == key).map(|(_, value)| value.clone())
    }

    /// The value of that key, which is forgotten.
    pub fn take(&self, key: &str) -> Option<T> {
        let mut entries = self.lock();
        let at = entries.iter().position(|(found, _)| found == key)?;
        entries.remove(at).map(|(_, value)| value)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(String, T)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_and_what_is_taken_is_gone() {
        let memory = Memory::default();
        for number in 0..=MOST {
            memory.put(number.to_string(), number);
        }
        assert_eq!((memory.get("0"), memory.get("1")), (None, Some(1)));
        assert_eq!((memory.take("1"), memory.take("1")), (Some(1), None));
    }
}
