//! Where unpredictable bytes come from. Injected everywhere, so that tests can repeat a run.
//!
//! Refuses to hand out numbers or ranges: what is random here is an identifier or a secret, and both are bytes.

use hospes_domain::jose::base64url;
use uuid::Uuid;

/// A source of random bytes.
pub trait Random: Send + Sync {
    /// Fills `out` completely.
    fn fill(&self, out: &mut [u8]);
}

/// The operating system's generator, through AWS-LC.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "the one place that draws from the system")]
    fn fill(&self, out: &mut [u8]) {
        aws_lc_rs::rand::fill(out)
            .expect("AWS-LC stops the process itself when the system has no randomness");
    }
}

/// `N` random bytes.
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// A random identifier (RFC 9562 section 5.4).
pub fn uuid_v4(random: &dyn Random) -> Uuid {
    uuid::Builder::from_random_bytes(bytes(random)).into_uuid()
}

/// A secret of 256 random bits as 43 characters of base64url.
pub fn token32(random: &dyn Random) -> String {
    base64url::encode(bytes::<32>(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_ids_have_their_form() {
        assert_eq!(uuid_v4(&SystemRandom).get_version_num(), 4);
        assert_ne!(uuid_v4(&SystemRandom), uuid_v4(&SystemRandom));
        assert_eq!(token32(&SystemRandom).len(), 43);
        assert_ne!(token32(&SystemRandom), token32(&SystemRandom));
    }
}
