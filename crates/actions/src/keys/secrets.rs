//! Secrets at rest: keyed hashes of what somebody else holds (client secrets, session ids, codes, passcodes).
//!
//! The hashed values are random and long, or short-lived with few tries, so a plain keyed hash is right and a slow
//! one is not (design section 6). Without the tenant's key the stored hashes are worthless. Passwords of people are
//! not for here.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key};

/// A tenant's key for [`keyed_hash`].
pub struct HashKey(Key);

impl HashKey {
    /// A key of these bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Key::new(HMAC_SHA256, bytes))
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("HashKey")
    }
}

/// HMAC-SHA256 of purpose and value: the hash of a session id is never that of a code with the same bytes.
pub fn keyed_hash(key: &HashKey, purpose: &str, value: &[u8]) -> [u8; 32] {
    let mut mac = Context::with_key(&key.0);
    // Length before text, so no two pairs of purpose and value give the same message.
    mac.update(&u64::try_from(purpose.len()).unwrap_or(u64::MAX).to_be_bytes());
    mac.update(purpose.as_bytes());
    mac.update(value);
    let mut hash = [0; 32];
    hash.copy_from_slice(mac.sign().as_ref());
    hash
}

/// Equality that takes the same time wherever the first difference is (threats F8). Lengths are not secret.
pub fn constant_time_equal(one: &[u8], other: &[u8]) -> bool {
    verify_slices_are_equal(one, other).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_depends_on_key_purpose_and_value() {
        let key = HashKey::new(&[1; 32]);
        let hash = keyed_hash(&key, "session", b"value");
        assert_eq!(hash, keyed_hash(&HashKey::new(&[1; 32]), "session", b"value"));
        assert_ne!(hash, keyed_hash(&HashKey::new(&[2; 32]), "session", b"value"));
        assert_ne!(hash, keyed_hash(&key, "code", b"value"));
        assert_ne!(hash, keyed_hash(&key, "sessionv", b"alue"));
        assert_ne!(hash, keyed_hash(&key, "session", b"values"));
        assert_eq!(format!("{key:?}"), "HashKey");
    }

    #[test]
    fn equality() {
        assert!(constant_time_equal(b"abc", b"abc"));
        assert!(constant_time_equal(b"", b""));
        assert!(!constant_time_equal(b"abc", b"abd"));
        assert!(!constant_time_equal(b"abc", b"ab"));
    }
}
