//! The door of the set-up page: it opens to a code that only the console has shown (threats E10). The code lives in
//! this process and nowhere else, as a hash; it dies with the process and with the first administrator. Refuses to
//! open twice, and to say how much of a wrong code was right.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroizing;

use crate::keys::{HashKey, constant_time_equal, keyed_hash};
use crate::random::{self, Random};

/// Crockford's letters: none is taken for another when it is read aloud or typed.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Random bytes of a code: 160 bits are 32 letters without a rest.
const BYTES: usize = 20;
/// Letters of a code.
const LENGTH: usize = BYTES * 8 / 5;

/// Who has the code may set the directory up. Clones are the same door; the default one is shut for ever.
#[derive(Clone, Default)]
pub struct Door(Option<Arc<Lock>>);

struct Lock {
    key: HashKey,
    hash: [u8; 32],
    open: AtomicBool,
}

impl Door {
    /// A door with a fresh code, and the code in groups of four, to be shown once.
    pub fn with_code(random: &dyn Random) -> (Self, Zeroizing<String>) {
        let bytes: Zeroizing<[u8; BYTES]> = Zeroizing::new(random::bytes(random));
        let letters = spelled(&bytes);
        let key = HashKey::new(&random::bytes(random));
        let hash = keyed_hash(&key, "setup-code", letters.as_bytes());
        let shown: Vec<&str> =
            letters.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
        let shown = Zeroizing::new(shown.join("-"));
        (Self(Some(Arc::new(Lock { key, hash, open: AtomicBool::new(true) }))), shown)
    }

    /// Whether a code is waited for.
    pub fn is_open(&self) -> bool {
        self.0.as_ref().is_some_and(|lock| lock.open.load(Ordering::Acquire))
    }

    /// Whether this is the code, however it is grouped and in whatever case. Takes the same time for every wrong one
    /// of the right length.
    pub fn opens_to(&self, typed: &str) -> bool {
        let Some(lock) = self.0.as_ref().filter(|_| self.is_open()) else { return false };
        let letters = Zeroizing::new(typed.chars().filter_map(as_meant).collect::<String>());
        let hash = keyed_hash(&lock.key, "setup-code", letters.as_bytes());
        letters.len() == LENGTH && constant_time_equal(&hash, &lock.hash)
    }

    /// Shuts the door for good.
    pub fn shut(&self) {
        if let Some(lock) = &self.0 {
            lock.open.store(false, Ordering::Release);
        }
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.is_open() { "Door(open)" } else { "Door(shut)" })
    }
}

/// Five bits a letter.
fn spelled(bytes: &[u8; BYTES]) -> Zeroizing<String> {
    let mut letters = Zeroizing::new(String::with_capacity(LENGTH));
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            letters.push(char::from(LETTERS[((bits >> held) & 31) as usize]));
        }
        bits &= (1 << held) - 1;
    }
    letters
}

/// A typed letter as it was meant; what only groups is passed over.
fn as_meant(letter: char) -> Option<char> {
    match letter.to_ascii_uppercase() {
        '-' | ' ' | '\t' | '\r' | '\n' | '\u{a0}' => None,
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn e10_only_the_shown_code_opens_and_only_until_it_is_shut() {
        let (door, code) = Door::with_code(&SystemRandom);
        assert_eq!((code.len(), code.matches('-').count()), (39, 7), "32 letters in fours");
        assert!(door.opens_to(&code) && door.opens_to(&code.to_lowercase().replace('-', " ")));
        let (other, _) = Door::with_code(&SystemRandom);
        assert!(!other.opens_to(&code), "each process has its own");
        for wrong in ["", &code[..38], &format!("{}0", *code), "0000-0000-0000-0000-0000-0000-0000-0000"] {
            assert!(!door.opens_to(wrong));
        }
        assert!(!format!("{door:?}").contains(&code[..4]));
        let same = door.clone();
        door.shut();
        assert!(!same.is_open() && !same.opens_to(&code));
        assert!(!Door::default().is_open() && !Door::default().opens_to(""));
    }

    #[test]
    fn letters_that_look_alike_are_taken_as_meant() {
        assert_eq!(spelled(&[0; BYTES]).as_str(), "0".repeat(32));
        assert_eq!(spelled(&[255; BYTES]).as_str(), "Z".repeat(32));
        let meant: String = "oO iIlL-1".chars().filter_map(as_meant).collect();
        assert_eq!(meant, "0011111");
    }
}
