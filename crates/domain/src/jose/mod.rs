//! Signed tokens: reading and checking them (RFC 7515, 7517, 7519, 7638), nothing else.
//!
//! Refuses by construction what RFC 8725 warns of (threats F7): the algorithm comes from the key and never from
//! the token, keys are found only in the caller's own set by exact `kid`, keys carried inside a token are never
//! looked at, and every claim has a type. Signing lives with the private keys, not here.

mod assertion;
pub mod base64url;
mod claims;
mod jwk;
mod key_set;
mod roca;
pub mod strict_json;
mod verify;

pub use assertion::{RegisteredKey, verify_assertion};
pub use claims::{Claims, LEEWAY_SECONDS};
pub use jwk::Jwk;
pub use key_set::{KeySet, VerifyKey};
pub use verify::{VerifiedJws, verify};

/// The signature algorithms Hospes knows. A key has exactly one (RFC 8725 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256; the default that clients of Microsoft Graph expect.
    Rs256,
    /// ECDSA on P-256 with SHA-256; chosen per application.
    Es256,
}

impl Algorithm {
    /// The name in `alg` (RFC 7518 section 3.1).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

/// Why a token, a key or a claim is refused. Carries names only, never a part of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    /// Longer than the caller allows; not even looked at.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of canonical base64url.
    #[error("the token is not a compact JWS")]
    NotCompact,
    /// Not JSON, not an object, or with the same member twice.
    #[error("the {0} is not a JSON object with unique members")]
    NotStrictJson(&'static str),
    /// A header member that Hospes never accepts: `crit`, `b64`, `jwk`, `jku`, `x5u`, `x5c`.
    #[error("the header carries {0}, which is not accepted")]
    HeaderMember(&'static str),
    /// No `kid`, or none of our keys has it.
    #[error("the token names no key of this set")]
    UnknownKey,
    /// `alg` is not the algorithm of the key that `kid` names.
    #[error("the token's algorithm is not that of its key")]
    WrongAlgorithm,
    /// The signature does not verify.
    #[error("the signature is not valid")]
    BadSignature,
    /// `typ` is not the one this place accepts.
    #[error("the token is of another type")]
    WrongType,
    /// A required claim is absent.
    #[error("the claim {0} is missing")]
    ClaimMissing(&'static str),
    /// A claim has another JSON type than it must have.
    #[error("the claim {0} has the wrong type")]
    ClaimType(&'static str),
    /// A claim has a value this place does not accept.
    #[error("the claim {0} has another value")]
    ClaimValue(&'static str),
    /// Past `exp`.
    #[error("the token has expired")]
    Expired,
    /// Before `nbf`, or issued in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// A key that is not for checking signatures, weak, private, or of an unknown kind.
    #[error("the key cannot be used")]
    UnusableKey,
    /// Two keys of one set have the same `kid`.
    #[error("two keys have the same id")]
    DuplicateKey,
}
