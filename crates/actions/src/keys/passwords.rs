//! Passwords of people: Argon2id (RFC 9106) on a bounded pool, so that sign-ins cannot stall everything else.
//!
//! Refuses more work than it can do within about a second. Checking the password of somebody who does not exist
//! costs exactly as much as checking a real one (threats A1: no answer by timing).

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use hospes_domain::password::normal;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl PasswordCost {
    /// OWASP's minimum for Argon2id: 19 MiB, two passes, one lane.
    pub const PRODUCTION: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

    fn hasher(self) -> Result<Argon2<'static>, PasswordError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(HASH_LENGTH))
            .map_err(|_| PasswordError::Cost)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// Bytes of a hash.
const HASH_LENGTH: usize = 32;

/// How many may wait for each worker; at 30 hashes a second and core that is about one second.
const WAITING_PER_WORKER: usize = 32;

/// Why a password could not be hashed or checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many are waiting already; try again in a second.
    #[error("too many sign-ins at once")]
    Busy,
    /// Argon2 does not take these costs.
    #[error("the configured password cost is not possible")]
    Cost,
    /// The stored hash is not one this program wrote.
    #[error("a stored password hash cannot be read")]
    Unreadable,
    /// The work was given up, for example because the program stops.
    #[error("the password check was given up")]
    GivenUp,
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordVerdict {
    /// Not the password, or nobody is there.
    Wrong,
    /// The password.
    Right {
        /// The stored hash has another cost than today's: hash again and store that.
        rehash: bool,
    },
}

/// Hashes and checks passwords, as many at a time as there are workers.
#[derive(Clone)]
pub struct Passwords {
    hasher: Argon2<'static>,
    workers: Arc<Semaphore>,
    places: Arc<Semaphore>,
    /// A well-formed hash of today's cost that no password has.
    nobody: Arc<str>,
}

impl Passwords {
    /// A pool of `workers`, usually the number of cores.
    ///
    /// # Errors
    /// [`PasswordError::Cost`].
    pub fn new(cost: PasswordCost, workers: usize) -> Result<Self, PasswordError> {
        let workers = workers.max(1);
        // Written, not computed: the program starts within milliseconds.
        let nobody = format!(
            "$argon2id$v=19$m={},t={},p={}$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            cost.memory_kib, cost.passes, cost.lanes
        );
        Ok(Self {
            hasher: cost.hasher()?,
            workers: Arc::new(Semaphore::new(workers)),
            places: Arc::new(Semaphore::new(workers * WAITING_PER_WORKER)),
            nobody: nobody.into(),
        })
    }

    /// The PHC text to store. The salt must be random and fresh.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] or [`PasswordError::GivenUp`].
    pub async fn hash(&self, password: Zeroizing<String>, salt: [u8; 16]) -> Result<String, PasswordError> {
        let hasher = self.hasher.clone();
        self.run(move || {
            let password = Zeroizing::new(normal(&password));
            let hash = hasher.hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Cost)
        })
        .await
    }

    /// Checks a password against the stored text; `None` when there is no such person or no password, which takes as
    /// long and is always [`PasswordVerdict::Wrong`].
    ///
    /// # Errors
    /// [`PasswordError::Busy`], [`PasswordError::Unreadable`] or [`PasswordError::GivenUp`].
    pub async fn verify(
        &self,
        password: Zeroizing<String>,
        stored: Option<String>,
    ) -> Result<PasswordVerdict, PasswordError> {
        let (hasher, nobody) = (self.hasher.clone(), Arc::clone(&self.nobody));
        self.run(move || {
            let password = Zeroizing::new(normal(&password));
            let hash = PasswordHash::new(stored.as_deref().unwrap_or(&nobody))
                .map_err(|_| PasswordError::Unreadable)?;
            let cost = Params::try_from(&hash).map_err(|_| PasswordError::Unreadable)?;
            match hasher.verify_password(password.as_bytes(), &hash) {
                Ok(()) if stored.is_some() => {
                    let same = hash.algorithm.as_str() == "argon2id"
                        && hash.version == Some(Version::V0x13.into())
                        && cost == *hasher.params();
                    Ok(PasswordVerdict::Right { rehash: !same })
                }
                Ok(()) | Err(argon2::password_hash::Error::PasswordInvalid) => Ok(PasswordVerdict::Wrong),
                Err(_) => Err(PasswordError::Unreadable),
            }
        })
        .await
    }

    /// Runs `work` on a blocking thread, never more at a time than there are workers.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let worker = Arc::clone(&self.workers).acquire_owned().await.map_err(|_| PasswordError::GivenUp)?;
        tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when the caller has gone.
            let _held = (place, worker);
            work()
        })
        .await
        .map_err(|_| PasswordError::GivenUp)?
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Passwords({} of the workers free)", self.workers.available_permits())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const CHEAP: PasswordCost = PasswordCost { memory_kib: 64, passes: 1, lanes: 1 };

    fn secret(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_passes_and_no_other() {
        let passwords = Passwords::new(CHEAP, 2).unwrap();
        let stored = passwords.hash(secret("correct horse"), [7; 16]).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{stored}");
        assert_ne!(stored, passwords.hash(secret("correct horse"), [8; 16]).await.unwrap());
        let right = passwords.verify(secret("correct horse"), Some(stored.clone())).await;
        assert_eq!(right, Ok(PasswordVerdict::Right { rehash: false }));
        for wrong in ["", "Correct horse", "correct horse "] {
            assert_eq!(
                passwords.verify(secret(wrong), Some(stored.clone())).await,
                Ok(PasswordVerdict::Wrong)
            );
        }
    }

    #[tokio::test]
    async fn another_cost_asks_for_a_new_hash() {
        let stored = Passwords::new(CHEAP, 1).unwrap().hash(secret("p"), [7; 16]).await.unwrap();
        let dearer = Passwords::new(PasswordCost { passes: 2, ..CHEAP }, 1).unwrap();
        let verdict = dearer.verify(secret("p"), Some(stored)).await;
        assert_eq!(verdict, Ok(PasswordVerdict::Right { rehash: true }));
    }

    #[tokio::test]
    async fn nobody_has_a_password_of_the_same_cost() {
        let passwords = Passwords::new(CHEAP, 1).unwrap();
        assert_eq!(passwords.verify(secret(""), None).await, Ok(PasswordVerdict::Wrong));
        let nobody = PasswordHash::new(&passwords.nobody).unwrap();
        assert_eq!(Params::try_from(&nobody).unwrap(), *passwords.hasher.params());
        assert!(Passwords::new(PasswordCost::PRODUCTION, 1).unwrap().nobody.contains("$m=19456,t=2,p=1$"));
    }

    #[tokio::test]
    async fn an_unreadable_hash_is_an_error_not_a_sign_in() {
        let passwords = Passwords::new(CHEAP, 1).unwrap();
        for stored in ["", "plain", "$argon2id$v=19$m=64,t=1,p=1", "$scrypt$ln=1,r=1,p=1$AAAA$AAAA"] {
            let verdict = passwords.verify(secret("plain"), Some(stored.to_owned())).await;
            assert!(!matches!(verdict, Ok(PasswordVerdict::Right { .. })), "{stored}");
        }
    }

    #[tokio::test]
    async fn too_many_at_once_are_turned_away() {
        let passwords = Passwords::new(CHEAP, 1).unwrap();
        let held = Arc::clone(&passwords.places).try_acquire_many_owned(32).unwrap();
        assert_eq!(passwords.verify(secret("p"), None).await, Err(PasswordError::Busy));
        drop(held);
        assert_eq!(passwords.verify(secret("p"), None).await, Ok(PasswordVerdict::Wrong));
        assert!(Passwords::new(PasswordCost { memory_kib: 1, ..CHEAP }, 1).is_err());
    }
}
