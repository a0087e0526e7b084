//! The secrets of each tenant: signing, sealing, hashing, and the ring that holds them ready.
//!
//! Keys are parsed once and never written anywhere in the clear. Refuses to touch the database: rows come and go as
//! [`ring::SealedKey`]. Nothing here shows a secret in `Debug` or in an error.

mod certificate;
pub mod passwords;
pub mod ring;
pub mod sealing;
pub mod secrets;
pub mod signing;

pub use passwords::{PasswordCost, PasswordError, PasswordVerdict, Passwords};
pub use ring::{KeyPurpose, KeyRing, SealedKey, TenantKeys};
pub use sealing::{MasterKey, SealContext, SealKey};
pub use secrets::{HashKey, constant_time_equal, keyed_hash};
pub use signing::SigningKey;

/// Why a key cannot be used. Carries names only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text of the master key is not 32 bytes in base64url.
    #[error("the master key is not 32 bytes in base64url without padding")]
    MasterKey,
    /// A sealed value was changed, belongs elsewhere, or was sealed with another key.
    #[error("a sealed value does not open: wrong master key, or the value was changed")]
    Sealed,
    /// AWS-LC could not make a key.
    #[error("a key could not be generated")]
    Generation,
    /// The bytes are no key of the expected kind and strength.
    #[error("a key is not of the expected kind and strength")]
    Unreadable,
    /// AWS-LC could not sign, for example because it noticed a faulty computation.
    #[error("a signature could not be made")]
    Signing,
    /// A tenant has no key for this purpose.
    #[error("the tenant has no {0} key")]
    Missing(&'static str),
}
