//! Private keys that sign tokens (RFC 7515 section 5.1).
//!
//! The key pair is parsed once and kept: parsing it for each signature costs more than half the rate (design section
//! 11). Header and `kid` are encoded once. Refuses weak keys, and to show the private part except for sealing.

use std::fmt;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use hospes_domain::jose::{Algorithm, Jwk, VerifyKey, base64url};
use zeroize::Zeroizing;

use super::KeyError;

/// The type of ID and access tokens (RFC 7519 section 5.1).
const JWT: &str = "JWT";

enum Pair {
    Rs256(RsaKeyPair),
    Es256(EcdsaKeyPair),
}

/// A key pair with its one algorithm; its `kid` is its RFC 7638 thumbprint.
pub struct SigningKey {
    pair: Pair,
    public: Jwk,
    verify: VerifyKey,
    /// The header of a JWT in base64url, and the dot after it.
    jwt_prefix: String,
}

impl SigningKey {
    /// A new key: RSA of 2,048 bits (may take a few hundred milliseconds) or P-256.
    ///
    /// # Errors
    /// [`KeyError::Generation`].
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let pair = match algorithm {
            Algorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048).map(Pair::Rs256),
            Algorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::Es256),
        };
        Self::of(pair.map_err(|_| KeyError::Generation)?)
    }

    /// Reads what [`Self::to_pkcs8`] wrote.
    ///
    /// # Errors
    /// [`KeyError::Unreadable`] for other kinds of keys and RSA below 2,048 bits.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let pair = match algorithm {
            Algorithm::Rs256 => RsaKeyPair::from_pkcs8(der).map(Pair::Rs256),
            Algorithm::Es256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map(Pair::Es256)
            }
        };
        Self::of(pair.map_err(|_| KeyError::Unreadable)?)
    }

    fn of(pair: Pair) -> Result<Self, KeyError> {
        let public = public_key(&pair).ok_or(KeyError::Unreadable)?;
        let verify = VerifyKey::new(public.thumbprint(), &public).map_err(|_| KeyError::Unreadable)?;
        let jwt_prefix = prefix(JWT, &verify);
        Ok(Self { pair, public, verify, jwt_prefix })
    }

    /// The private key as PKCS#8 DER (RFC 5958), only ever to be sealed.
    ///
    /// # Errors
    /// [`KeyError::Unreadable`] if AWS-LC cannot write it.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der = match &self.pair {
            Pair::Rs256(pair) => pair.as_der().map(|der| der.as_ref().to_vec()),
            Pair::Es256(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
        };
        der.map(Zeroizing::new).map_err(|_| KeyError::Unreadable)
    }

    /// The one algorithm of this key.
    pub const fn algorithm(&self) -> Algorithm {
        self.verify.algorithm()
    }

    /// The thumbprint of the public key.
    pub fn kid(&self) -> &str {
        self.verify.kid()
    }

    /// The public part.
    pub const fn public_jwk(&self) -> &Jwk {
        &self.public
    }

    /// The pair, if it is for RS256.
    pub(super) const fn rsa(&self) -> Option<&RsaKeyPair> {
        match &self.pair {
            Pair::Rs256(pair) => Some(pair),
            Pair::Es256(_) => None,
        }
    }

    /// The key that checks what this one signs.
    pub const fn verify_key(&self) -> &VerifyKey {
        &self.verify
    }

    /// A compact JWS of type `JWT` over these claims, which are already JSON.
    ///
    /// # Errors
    /// [`KeyError::Signing`].
    pub fn sign(&self, claims_json: &[u8]) -> Result<String, KeyError> {
        self.sign_after(&self.jwt_prefix, claims_json)
    }

    /// A compact JWS of another type, so that it never passes for a token (RFC 8725 section 3.11).
    ///
    /// # Errors
    /// [`KeyError::Signing`].
    pub fn sign_as(&self, typ: &str, payload: &[u8]) -> Result<String, KeyError> {
        self.sign_after(&prefix(typ, &self.verify), payload)
    }

    fn sign_after(&self, prefix: &str, payload: &[u8]) -> Result<String, KeyError> {
        let signature_length = match &self.pair {
            Pair::Rs256(pair) => pair.public_modulus_len(),
            Pair::Es256(_) => 64,
        };
        // One allocation: four characters for three bytes, rounded up, and the second dot.
        let characters = |bytes: usize| bytes.div_ceil(3) * 4;
        let mut token = String::with_capacity(
            prefix.len() + characters(payload.len()) + 1 + characters(signature_length),
        );
        token.push_str(prefix);
        base64url::encode_onto(payload, &mut token);
        // AWS-LC draws from its own generator and ignores the one handed in.
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rs256(pair) => {
                let mut signature = vec![0; signature_length];
                pair.sign(&RSA_PKCS1_SHA256, &random, token.as_bytes(), &mut signature)
                    .map_err(|_| KeyError::Signing)?;
                token.push('.');
                base64url::encode_onto(&signature, &mut token);
            }
            Pair::Es256(pair) => {
                let signature = pair.sign(&random, token.as_bytes()).map_err(|_| KeyError::Signing)?;
                token.push('.');
                base64url::encode_onto(signature.as_ref(), &mut token);
            }
        }
        Ok(token)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({} {})", self.algorithm().name(), self.kid())
    }
}

fn prefix(typ: &str, key: &VerifyKey) -> String {
    let header = serde_json::json!({ "typ": typ, "alg": key.algorithm().name(), "kid": key.kid() });
    let mut prefix = base64url::encode(header.to_string());
    prefix.push('.');
    prefix
}

fn public_key(pair: &Pair) -> Option<Jwk> {
    match pair {
        Pair::Rs256(pair) => {
            let key = pair.public_key();
            Some(Jwk::Rsa {
                n: key.modulus().big_endian_without_leading_zero().to_vec(),
                e: key.exponent().big_endian_without_leading_zero().to_vec(),
            })
        }
        Pair::Es256(pair) => {
            // SEC 1 section 2.3.3: 4, then both coordinates.
            let (form, coordinates) = pair.public_key().as_ref().split_first()?;
            let (x, y) = coordinates.split_first_chunk::<32>()?;
            (*form == 4).then_some(Jwk::P256 { x: *x, y: y.try_into().ok()? })
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use hospes_domain::jose::{JoseError, KeySet, verify};

    const BOTH: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::Es256];

    #[test]
    fn what_a_key_signs_its_public_part_verifies() {
        for algorithm in BOTH {
            let key = SigningKey::generate(algorithm).unwrap();
            assert_eq!(key.algorithm(), algorithm);
            let keys = KeySet::new([key.verify_key().clone()]).unwrap();
            for payload in [&b""[..], b"{}", br#"{"sub":"x"}"#, &[0xff; 1000]] {
                let token = key.sign(payload).unwrap();
                let jws = verify(&token, &keys, 8192).unwrap();
                assert_eq!((jws.payload(), jws.typ(), jws.kid()), (payload, Some("JWT"), key.kid()));
            }
            let receipt = verify(&key.sign_as("hospes-receipt+jws", b"{}").unwrap(), &keys, 8192).unwrap();
            assert_eq!(receipt.typ(), Some("hospes-receipt+jws"));
            let stranger = SigningKey::generate(algorithm).unwrap().sign(b"{}").unwrap();
            assert_eq!(verify(&stranger, &keys, 8192).unwrap_err(), JoseError::UnknownKey);
        }
    }

    #[test]
    fn a_key_survives_being_stored() {
        for algorithm in BOTH {
            let key = SigningKey::generate(algorithm).unwrap();
            let der = key.to_pkcs8().unwrap();
            let again = SigningKey::from_pkcs8(algorithm, &der).unwrap();
            assert_eq!(again.kid(), key.kid());
            assert_eq!(again.public_jwk(), key.public_jwk());
            let keys = KeySet::new([key.verify_key().clone()]).unwrap();
            assert!(verify(&again.sign(b"{}").unwrap(), &keys, 8192).is_ok());
            for other in BOTH.into_iter().filter(|other| *other != algorithm) {
                assert_eq!(SigningKey::from_pkcs8(other, &der).unwrap_err(), KeyError::Unreadable);
            }
            assert_eq!(SigningKey::from_pkcs8(algorithm, b"").unwrap_err(), KeyError::Unreadable);
            assert_eq!(SigningKey::from_pkcs8(algorithm, &der[1..]).unwrap_err(), KeyError::Unreadable);
        }
    }

    #[test]
    fn only_the_name_shows() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        assert_eq!(format!("{key:?}"), format!("SigningKey(ES256 {})", key.kid()));
    }
}
