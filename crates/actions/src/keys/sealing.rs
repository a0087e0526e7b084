//! Sealing: AES-256-GCM with a random nonce, bound to what the value is for.
//!
//! The master key seals the keys of every tenant; it comes from a file of the operator, never from the database, so
//! a stolen database opens nothing. Each tenant's cookie key seals what travels in cookies. A value opens only for
//! the purpose, tenant and key id it was sealed for. Refuses to hand out its own key.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use hospes_domain::ids::TenantId;
use hospes_domain::jose::base64url;
use zeroize::Zeroizing;

use super::KeyError;
use crate::random::{self, Random};

/// What a sealed value is for; authenticated with it, not stored in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealContext<'a> {
    /// For example `sign-rs256`, or the name of a cookie.
    pub purpose: &'a str,
    /// Whose it is.
    pub tenant: TenantId,
    /// The id of the sealed key, or of the key that seals.
    pub key_id: &'a str,
}

impl SealContext<'_> {
    /// Length before text, so no two contexts have the same bytes.
    fn associated_data(&self) -> Vec<u8> {
        let length = u64::try_from(self.purpose.len()).unwrap_or(u64::MAX).to_be_bytes();
        [
            b"hospes seal\0".as_slice(),
            self.tenant.0.as_bytes(),
            &length,
            self.purpose.as_bytes(),
            self.key_id.as_bytes(),
        ]
        .concat()
    }
}

/// The first byte of every sealed value: which format it has.
const FORMAT: u8 = 1;

/// A key that seals and opens.
///
/// Nonces are 96 random bits; one key is good for 2^32 values (NIST SP 800-38D section 8.3).
pub struct SealKey(LessSafeKey);

impl SealKey {
    /// A key of these bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, bytes).expect("AES-256 takes every key of 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Format byte, nonce, ciphertext, tag.
    pub fn seal(&self, context: &SealContext<'_>, value: &[u8], random: &dyn Random) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = random::bytes(random);
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + value.len() + AES_256_GCM.tag_len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(value);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.associated_data()),
                &mut sealed[1 + NONCE_LEN..],
            )
            .expect("AES-GCM seals everything below 64 GiB");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// The value, if it was sealed with this key for this context and not changed since.
    ///
    /// # Errors
    /// [`KeyError::Sealed`] otherwise, without saying why.
    pub fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let Some((&FORMAT, rest)) = sealed.split_first() else { return Err(KeyError::Sealed) };
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>().ok_or(KeyError::Sealed)?;
        let mut value = Zeroizing::new(rest.to_vec());
        let length = self
            .0
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(context.associated_data()),
                value.as_mut_slice(),
            )
            .map_err(|_| KeyError::Sealed)?
            .len();
        value.truncate(length);
        Ok(value)
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SealKey")
    }
}

/// The key under which every tenant's keys lie in the database.
#[derive(Debug)]
pub struct MasterKey(SealKey);

impl MasterKey {
    /// The text to put into the operator's file: 32 random bytes in base64url.
    pub fn generate_text(random: &dyn Random) -> Zeroizing<String> {
        Zeroizing::new(base64url::encode(Zeroizing::new(random::bytes::<32>(random)).as_slice()))
    }

    /// Reads the text of the operator's file; white space around it is fine.
    ///
    /// # Errors
    /// [`KeyError::MasterKey`], which does not show the text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let bytes = base64url::decode(text.trim()).map(Zeroizing::new).ok_or(KeyError::MasterKey)?;
        let bytes: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| KeyError::MasterKey)?;
        Ok(Self(SealKey::new(bytes)))
    }

    /// The sealing itself.
    pub const fn seal_key(&self) -> &SealKey {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::random::SystemRandom;
    use uuid::Uuid;

    const HERE: SealContext<'_> =
        SealContext { purpose: "link", tenant: TenantId(Uuid::from_u128(1)), key_id: "link-1" };

    #[test]
    fn a_sealed_value_opens_for_its_context_only() {
        let key = SealKey::new(&[1; 32]);
        let sealed = key.seal(&HERE, b"secret", &SystemRandom);
        assert_eq!(key.open(&HERE, &sealed).unwrap().as_slice(), b"secret");
        assert_ne!(sealed, key.seal(&HERE, b"secret", &SystemRandom));
        for elsewhere in [
            SealContext { purpose: "hash", ..HERE },
            SealContext { tenant: TenantId(Uuid::from_u128(2)), ..HERE },
            SealContext { key_id: "link-2", ..HERE },
            // The same letters, cut elsewhere.
            SealContext { purpose: "linkl", key_id: "ink-1", ..HERE },
        ] {
            assert_eq!(key.open(&elsewhere, &sealed), Err(KeyError::Sealed), "{elsewhere:?}");
        }
        assert_eq!(SealKey::new(&[2; 32]).open(&HERE, &sealed), Err(KeyError::Sealed));
    }

    #[test]
    fn a_changed_value_does_not_open() {
        let key = SealKey::new(&[1; 32]);
        let sealed = key.seal(&HERE, b"secret", &SystemRandom);
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(key.open(&HERE, &changed), Err(KeyError::Sealed), "byte {place}");
            assert_eq!(key.open(&HERE, &sealed[..place]), Err(KeyError::Sealed), "cut at {place}");
        }
        let empty = key.seal(&HERE, b"", &SystemRandom);
        assert!(key.open(&HERE, &empty).unwrap().is_empty());
    }

    #[test]
    fn the_master_key_is_read_strictly() {
        let text = MasterKey::generate_text(&SystemRandom);
        let sealed = MasterKey::parse(&text).unwrap().seal_key().seal(&HERE, b"x", &SystemRandom);
        let again = MasterKey::parse(&format!("  {}\n", *text)).unwrap();
        assert_eq!(again.seal_key().open(&HERE, &sealed).unwrap().as_slice(), b"x");
        for wrong in ["", "AQ", &text[1..], &format!("{}=", *text), &format!("{}A", *text)] {
            assert_eq!(MasterKey::parse(wrong).unwrap_err(), KeyError::MasterKey);
        }
        assert_eq!(format!("{again:?}"), "MasterKey(SealKey)");
    }
}
