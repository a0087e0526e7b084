//! Public keys as JSON (RFC 7517, RFC 7518 section 6) and their thumbprints (RFC 7638).
//!
//! Only RSA and P-256, only public, only for signatures. A key that carries private members is refused: whoever
//! publishes one has lost it.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use super::{Algorithm, JoseError, base64url};

/// The public part of a signature key, in the canonical encoding of RFC 7518.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Jwk {
    /// An RSA key: modulus and exponent, big endian without leading zeros.
    Rsa {
        /// Modulus.
        n: Vec<u8>,
        /// Exponent.
        e: Vec<u8>,
    },
    /// A point on P-256.
    P256 {
        /// First coordinate.
        x: [u8; 32],
        /// Second coordinate.
        y: [u8; 32],
    },
}

impl Jwk {
    /// The one algorithm this key is used with.
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa { .. } => Algorithm::Rs256,
            Self::P256 { .. } => Algorithm::Es256,
        }
    }

    /// The JSON form as published in a key set, with `use`, `alg` and `kid`.
    pub fn to_json(&self, kid: &str) -> Value {
        let mut members = json!({ "use": "sig", "alg": self.algorithm().name(), "kid": kid });
        for (name, text) in self.key_members() {
            members[name] = Value::String(text);
        }
        members
    }

    /// The base64url SHA-256 thumbprint of RFC 7638: the `kid` of the keys Hospes makes.
    pub fn thumbprint(&self) -> String {
        let members: Map<String, Value> = self
            .key_members()
            .into_iter()
            .map(|(name, text)| (name.to_owned(), Value::String(text)))
            .collect();
        // The map is ordered by name and written without white space, as section 3.3 wants it.
        base64url::encode(digest(&SHA256, Value::Object(members).to_string().as_bytes()))
    }

    /// Reads one member of `keys`, with its `kid`.
    ///
    /// # Errors
    /// [`JoseError::UnusableKey`] for keys of other kinds or uses, without `kid`, with private members, or whose
    /// `alg` is not the algorithm this kind of key has here (an absent `alg` is common and fine).
    pub fn from_json(members: &Map<String, Value>) -> Result<(String, Self), JoseError> {
        read(members).ok_or(JoseError::UnusableKey)
    }

    /// The members that define the key, in the order of their names.
    fn key_members(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Rsa { n, e } => {
                vec![("e", base64url::encode(e)), ("kty", "RSA".to_owned()), ("n", base64url::encode(n))]
            }
            Self::P256 { x, y } => vec![
                ("crv", "P-256".to_owned()),
                ("kty", "EC".to_owned()),
                ("x", base64url::encode(x)),
                ("y", base64url::encode(y)),
            ],
        }
    }
}

/// Members that only private and symmetric keys have (RFC 7518 sections 6.2.2, 6.3.2, 6.4.1).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

fn read(members: &Map<String, Value>) -> Option<(String, Jwk)> {
    if PRIVATE_MEMBERS.iter().any(|name| members.contains_key(*name)) || !is_for_signatures(members) {
        return None;
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let key = match text("kty")? {
        "RSA" => Jwk::Rsa { n: base64url::decode(text("n")?)?, e: base64url::decode(text("e")?)? },
        "EC" if text("crv")? == "P-256" => {
            Jwk::P256 { x: base64url::decode_exact(text("x")?)?, y: base64url::decode_exact(text("y")?)? }
        }
        _ => return None,
    };
    if members.get("alg").is_some_and(|alg| alg.as_str() != Some(key.algorithm().name())) {
        return None;
    }
    let kid = text("kid").filter(|kid| !kid.is_empty())?;
    Some((kid.to_owned(), key))
}

/// `use` and `key_ops`, where present, must allow checking signatures (RFC 7517 sections 4.2 and 4.3).
fn is_for_signatures(members: &Map<String, Value>) -> bool {
    let use_fits = members.get("use").is_none_or(|purpose| purpose.as_str() == Some("sig"));
    let operations_fit = members.get("key_ops").is_none_or(|operations| {
        operations
            .as_array()
            .is_some_and(|list| list.iter().any(|operation| operation.as_str() == Some("verify")))
    });
    use_fits && operations_fit
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    /// The key of RFC 7638 section 3.1.
    const MODULUS: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    fn rsa() -> Value {
        json!({ "kty": "RSA", "n": MODULUS, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29" })
    }

    fn p256() -> Value {
        json!({ "kty": "EC", "crv": "P-256", "kid": "k", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" })
    }

    fn parse(value: &Value) -> Result<(String, Jwk), JoseError> {
        Jwk::from_json(value.as_object().unwrap())
    }

    #[test]
    fn the_thumbprint_of_the_rfc() {
        let (kid, key) = parse(&rsa()).unwrap();
        assert_eq!(kid, "2011-04-29");
        assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn round_trip() {
        for value in [rsa(), p256()] {
            let (kid, key) = parse(&value).unwrap();
            assert_eq!(parse(&key.to_json(&kid)).unwrap(), (kid, key));
        }
    }

    #[test]
    fn keys_that_are_not_ours_to_use_are_refused() {
        let changes = [
            ("kid", Value::Null),
            ("kid", json!("")),
            ("kid", json!(1)),
            ("kty", json!("oct")),
            ("kty", json!("rsa")),
            ("alg", json!("RS512")),
            ("alg", json!("HS256")),
            ("alg", json!("none")),
            ("alg", json!(["RS256", "ES256"])),
            ("use", json!("enc")),
            ("key_ops", json!(["encrypt"])),
            ("key_ops", json!("verify")),
            ("d", json!("AQ")),
            ("k", json!("AQ")),
            ("crv", json!("P-384")),
            ("n", json!("AQ==")),
            ("x", json!("AQ")),
        ];
        for (name, change) in changes {
            for mut value in [rsa(), p256()] {
                // A change to a member that the other kind of key does not have proves nothing.
                if value.get(name).is_none() && matches!(name, "crv" | "n" | "x") {
                    continue;
                }
                if matches!((name, value["kty"].as_str(), change.as_str()), ("alg", _, Some("RS256"))) {
                    continue;
                }
                value[name] = change.clone();
                assert_eq!(parse(&value), Err(JoseError::UnusableKey), "{name} = {change}");
            }
        }
        assert!(
            parse(&json!({ "kty": "RSA", "n": MODULUS, "e": "AQAB", "kid": "no alg", "x5t": "ignored" }))
                .is_ok()
        );
        let mut operations = p256();
        operations["key_ops"] = json!(["verify"]);
        assert!(parse(&operations).is_ok());
    }
}
