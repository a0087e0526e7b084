//! Keys that check signatures, found by their exact `kid`.
//!
//! A key is parsed and judged once, when the set is made: no RSA below 2,048 or above 8,192 bits, no exponent that
//! is even or one, no known faulty generator, no point off the curve. There is no "try every key".

use std::collections::HashMap;
use std::fmt;

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use serde_json::Value;

use super::roca::is_weak_modulus;
use super::{Algorithm, JoseError, Jwk, strict_json};

/// One public key with its one algorithm and its `kid`.
#[derive(Clone)]
pub struct VerifyKey {
    kid: String,
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

impl VerifyKey {
    /// Parses and judges a public key.
    ///
    /// # Errors
    /// [`JoseError::UnusableKey`] when it is too weak, too long or not on the curve.
    pub fn new(kid: impl Into<String>, jwk: &Jwk) -> Result<Self, JoseError> {
        let key = match jwk {
            Jwk::Rsa { n, e } if rsa_is_sound(n, e) => {
                PublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            }
            Jwk::Rsa { .. } => return Err(JoseError::UnusableKey),
            Jwk::P256 { x, y } => {
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [&[4], x.as_slice(), y.as_slice()].concat())
            }
        }
        .map_err(|_| JoseError::UnusableKey)?;
        Ok(Self { kid: kid.into(), algorithm: jwk.algorithm(), key })
    }

    /// The name a token gives this key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The only algorithm this key is used with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks a signature over `message` with this key's algorithm.
    pub(super) fn check(&self, message: &[u8], signature: &[u8]) -> Result<(), JoseError> {
        self.key.verify_sig(message, signature).map_err(|_| JoseError::BadSignature)
    }
}

impl fmt::Debug for VerifyKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "VerifyKey({} {})", self.algorithm.name(), self.kid)
    }
}

/// Bounds of the modulus in bytes: 2,048 to 8,192 bits (RFC 7518 section 3.3 and the verifier's limit).
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;

/// Below 2,048 bits, an even number or an exponent of one is no RSA key; leading zeros are not canonical
/// (RFC 7518 section 2, Base64urlUInt).
fn rsa_is_sound(n: &[u8], e: &[u8]) -> bool {
    let [top, ..] = n else { return false };
    let long_enough = *top != 0 && MODULUS_BYTES.contains(&n.len()) && (n.len() > 256 || *top >= 0x80);
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
    long_enough && !is_weak_modulus(n) && odd(n) && odd(e) && e[0] != 0 && e != [1] && e.len() <= 4
}

/// Keys by `kid`.
#[derive(Debug, Clone, Default)]
pub struct KeySet {
    keys: HashMap<String, VerifyKey>,
}

impl KeySet {
    /// A set of these keys.
    ///
    /// # Errors
    /// [`JoseError::DuplicateKey`] if two have the same `kid`.
    pub fn new(keys: impl IntoIterator<Item = VerifyKey>) -> Result<Self, JoseError> {
        let mut set = Self::default();
        for key in keys {
            if set.keys.insert(key.kid.clone(), key).is_some() {
                return Err(JoseError::DuplicateKey);
            }
        }
        Ok(set)
    }

    /// Reads a published key set (RFC 7517 section 5). Keys Hospes cannot use are left out, as section 5 asks, since
    /// providers publish encryption keys and other algorithms beside ours.
    ///
    /// # Errors
    /// [`JoseError::NotStrictJson`] when this is no key set, [`JoseError::DuplicateKey`] when a `kid` of a usable
    /// key is ambiguous.
    pub fn from_json(text: &[u8]) -> Result<Self, JoseError> {
        let set = strict_json::object(text).ok_or(JoseError::NotStrictJson("key set"))?;
        let members = set.get("keys").and_then(Value::as_array).ok_or(JoseError::NotStrictJson("key set"))?;
        let usable = members.iter().filter_map(|member| {
            let (kid, jwk) = Jwk::from_json(member.as_object()?).ok()?;
            VerifyKey::new(kid, &jwk).ok()
        });
        Self::new(usable)
    }

    /// The key with exactly this `kid`.
    pub fn get(&self, kid: &str) -> Option<&VerifyKey> {
        self.keys.get(kid)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no token can be checked with this set.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::jose::base64url;
    use serde_json::json;

    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    fn point(kid: &str) -> Value {
        json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": X, "y": Y })
    }

    fn read(keys: &Value) -> Result<KeySet, JoseError> {
        KeySet::from_json(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn only_the_exact_kid_finds_a_key() {
        let set = read(&json!([point("Key")])).unwrap();
        assert_eq!(set.get("Key").unwrap().algorithm(), Algorithm::Es256);
        for kid in ["key", "Key ", "", "../Key", "' OR 1=1 --", "Ke"] {
            assert!(set.get(kid).is_none(), "{kid}");
        }
    }

    #[test]
    fn unusable_keys_are_left_out_and_ambiguous_ones_refused() {
        let set =
            read(&json!([point("a"), { "kty": "oct", "k": "AQ", "kid": "b" }, 7, { "kid": "c" }])).unwrap();
        assert_eq!(set.len(), 1);
        assert_eq!(read(&json!([point("a"), point("a")])).unwrap_err(), JoseError::DuplicateKey);
        assert!(read(&json!([])).unwrap().is_empty());
        for text in [r#"{"keys":{}}"#, "[]", r#"{"keys":[],"keys":[]}"#, ""] {
            assert_eq!(KeySet::from_json(text.as_bytes()).unwrap_err(), JoseError::NotStrictJson("key set"));
        }
    }

    #[test]
    fn weak_keys_are_refused() {
        let strong = {
            let mut n = vec![0xc1; 256];
            n[255] = 1;
            n
        };
        let rsa = |n: &[u8], e: &[u8]| VerifyKey::new("k", &Jwk::Rsa { n: n.to_vec(), e: e.to_vec() });
        assert!(rsa(&strong, &[1, 0, 1]).is_ok());
        assert!(rsa(&strong[128..], &[1, 0, 1]).is_err());
        assert!(rsa(&[&[0x7f], &strong[1..]].concat(), &[1, 0, 1]).is_err());
        assert!(rsa(&[&[0], strong.as_slice()].concat(), &[1, 0, 1]).is_err());
        assert!(rsa(&[0xc1; 1025], &[1, 0, 1]).is_err());
        for exponent in [&[][..], &[1], &[2], &[0, 1, 0, 1], &[1, 0, 0, 0, 1]] {
            assert!(rsa(&strong, exponent).is_err(), "{exponent:?}");
        }
        let mut y: [u8; 32] = base64url::decode_exact(Y).unwrap();
        y[31] ^= 1;
        assert!(VerifyKey::new("k", &Jwk::P256 { x: base64url::decode_exact(X).unwrap(), y }).is_err());
        assert!(VerifyKey::new("k", &Jwk::P256 { x: [0; 32], y: [0; 32] }).is_err());
    }
}
