//! Checks a compact JWS (RFC 7515 section 5.2) against a set of keys.
//!
//! Refuses `none`, every symmetric algorithm and every mismatch of `alg` and key, `crit` and unencoded payloads,
//! and tokens that bring their own key. Nothing of the payload is read before the signature has been checked.

use std::fmt;

use serde_json::Value;

use super::{Claims, JoseError, KeySet, base64url, strict_json};

/// A token whose signature has been checked. Only [`verify`] makes one.
pub struct VerifiedJws {
    typ: Option<String>,
    kid: String,
    payload: Vec<u8>,
}

impl VerifiedJws {
    /// The type the signer gave the token, as written.
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// The key that signed it.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The signed bytes.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Refuses tokens of any other type, so that one kind never passes for another (RFC 8725 section 3.11). Media
    /// types know no case.
    ///
    /// # Errors
    /// [`JoseError::WrongType`].
    pub fn require_typ(&self, expected: &str) -> Result<(), JoseError> {
        match self.typ() {
            Some(typ) if typ.eq_ignore_ascii_case(expected) => Ok(()),
            _ => Err(JoseError::WrongType),
        }
    }

    /// The claims of a JWT; they still have to be checked with [`Claims::check`].
    ///
    /// # Errors
    /// See [`Claims::from_payload`].
    pub fn claims(&self) -> Result<Claims, JoseError> {
        Claims::from_payload(&self.payload)
    }
}

impl fmt::Debug for VerifiedJws {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "VerifiedJws(kid {}, {} bytes)", self.kid, self.payload.len())
    }
}

/// Header members that are refused: extensions we do not implement, and keys brought along by the token.
const REFUSED_MEMBERS: [&str; 6] = ["crit", "b64", "jwk", "jku", "x5u", "x5c"];

/// Checks the signature of `token`, which may be at most `max_len` bytes long.
///
/// # Errors
/// What of the token is refused, see [`JoseError`]. Callers answer all of them alike.
pub fn verify(token: &str, keys: &KeySet, max_len: usize) -> Result<VerifiedJws, JoseError> {
    if token.len() > max_len {
        return Err(JoseError::TooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(JoseError::NotCompact)?;
    let (header, payload) = signed.split_once('.').ok_or(JoseError::NotCompact)?;
    // A fourth part would leave a dot in the payload, which base64url does not know.
    let decode = |part: &str| base64url::decode(part).ok_or(JoseError::NotCompact);
    let (header, payload_bytes, signature) = (decode(header)?, decode(payload)?, decode(signature)?);

    let header = strict_json::object(&header).ok_or(JoseError::NotStrictJson("header"))?;
    if let Some(name) = REFUSED_MEMBERS.into_iter().find(|name| header.contains_key(*name)) {
        return Err(JoseError::HeaderMember(name));
    }
    let kid = header.get("kid").and_then(Value::as_str).ok_or(JoseError::UnknownKey)?;
    let key = keys.get(kid).ok_or(JoseError::UnknownKey)?;
    if header.get("alg").and_then(Value::as_str) != Some(key.algorithm().name()) {
        return Err(JoseError::WrongAlgorithm);
    }
    let typ = match header.get("typ") {
        None => None,
        Some(Value::String(typ)) => Some(typ.clone()),
        Some(_) => return Err(JoseError::WrongType),
    };
    key.check(signed.as_bytes(), &signature)?;
    Ok(VerifiedJws { typ, kid: kid.to_owned(), payload: payload_bytes })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::jose::{Jwk, VerifyKey};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

    const LIMIT: usize = 8192;

    /// A signer whose headers the test writes itself.
    struct Forge {
        pair: EcdsaKeyPair,
        keys: KeySet,
    }

    impl Forge {
        fn new() -> Self {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            let point = pair.public_key().as_ref();
            let jwk = Jwk::P256 { x: point[1..33].try_into().unwrap(), y: point[33..].try_into().unwrap() };
            let keys = KeySet::new([VerifyKey::new("k", &jwk).unwrap()]).unwrap();
            Self { pair, keys }
        }

        /// Really signs, whatever the header says.
        fn token(&self, header: &str, payload: &str) -> String {
            let signed = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
            let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
            format!("{signed}.{}", base64url::encode(signature))
        }

        fn refusal(&self, token: &str) -> JoseError {
            verify(token, &self.keys, LIMIT).unwrap_err()
        }
    }

    #[test]
    fn a_genuine_token_is_read() {
        let forge = Forge::new();
        let token = forge.token(r#"{"alg":"ES256","typ":"JWT","kid":"k","x5t":"ignored"}"#, "hello");
        let jws = verify(&token, &forge.keys, token.len()).unwrap();
        assert_eq!((jws.typ(), jws.kid(), jws.payload()), (Some("JWT"), "k", b"hello".as_slice()));
        assert_eq!(jws.require_typ("jwt"), Ok(()));
        assert_eq!(jws.require_typ("hospes-receipt+jws"), Err(JoseError::WrongType));
        assert!(!format!("{jws:?}").contains("hello"));
        assert_eq!(verify(&token, &forge.keys, token.len() - 1).unwrap_err(), JoseError::TooLong);
    }

    /// threats F7: even when the signature is genuine, none of these headers passes.
    #[test]
    fn f7_headers() {
        let forge = Forge::new();
        let cases = [
            (r#"{"alg":"none","kid":"k"}"#, JoseError::WrongAlgorithm),
            (r#"{"alg":"None","kid":"k"}"#, JoseError::WrongAlgorithm),
            (r#"{"alg":"HS256","kid":"k"}"#, JoseError::WrongAlgorithm),
            (r#"{"alg":"RS256","kid":"k"}"#, JoseError::WrongAlgorithm),
            (r#"{"alg":"es256","kid":"k"}"#, JoseError::WrongAlgorithm),
            (r#"{"alg":["ES256"],"kid":"k"}"#, JoseError::WrongAlgorithm),
            (r#"{"kid":"k"}"#, JoseError::WrongAlgorithm),
            (r#"{"alg":"ES256"}"#, JoseError::UnknownKey),
            (r#"{"alg":"ES256","kid":1}"#, JoseError::UnknownKey),
            (r#"{"alg":"ES256","kid":"K"}"#, JoseError::UnknownKey),
            (r#"{"alg":"ES256","kid":"../../dev/null"}"#, JoseError::UnknownKey),
            (r#"{"alg":"ES256","kid":"k' OR '1'='1"}"#, JoseError::UnknownKey),
            (r#"{"alg":"ES256","kid":"k","crit":["exp"]}"#, JoseError::HeaderMember("crit")),
            (r#"{"alg":"ES256","kid":"k","b64":false}"#, JoseError::HeaderMember("b64")),
            (r#"{"alg":"ES256","kid":"k","jwk":{}}"#, JoseError::HeaderMember("jwk")),
            (r#"{"alg":"ES256","kid":"k","jku":"https://evil.example"}"#, JoseError::HeaderMember("jku")),
            (r#"{"alg":"ES256","kid":"k","x5u":"https://evil.example"}"#, JoseError::HeaderMember("x5u")),
            (r#"{"alg":"ES256","kid":"k","x5c":[]}"#, JoseError::HeaderMember("x5c")),
            (r#"{"alg":"ES256","kid":"k","typ":7}"#, JoseError::WrongType),
            (r#"{"alg":"none","alg":"ES256","kid":"k"}"#, JoseError::NotStrictJson("header")),
            (r#"{"alg":"ES256","kid":"x","kid":"k"}"#, JoseError::NotStrictJson("header")),
            (r#"{"alg":"ES256","kid":"k"} "x""#, JoseError::NotStrictJson("header")),
            (r#"["ES256"]"#, JoseError::NotStrictJson("header")),
            ("", JoseError::NotStrictJson("header")),
        ];
        for (header, refusal) in cases {
            assert_eq!(forge.refusal(&forge.token(header, "{}")), refusal, "{header}");
        }
    }

    #[test]
    fn a_changed_token_is_refused() {
        let forge = Forge::new();
        let token = forge.token(r#"{"alg":"ES256","kid":"k"}"#, r#"{"sub":"a"}"#);
        let parts: Vec<&str> = token.split('.').collect();
        let [header, payload, signature] = parts[..] else { panic!("three parts") };
        let other = base64url::encode(r#"{"sub":"b"}"#);
        assert_eq!(forge.refusal(&format!("{header}.{other}.{signature}")), JoseError::BadSignature);
        assert_eq!(forge.refusal(&format!("{header}.{payload}.")), JoseError::BadSignature);
        assert_eq!(forge.refusal(&format!("{header}.{payload}.AAAA")), JoseError::BadSignature);
        let foreign = Forge::new().token(r#"{"alg":"ES256","kid":"k"}"#, r#"{"sub":"a"}"#);
        assert_eq!(forge.refusal(&foreign), JoseError::BadSignature);
        for text in [
            String::new(),
            header.to_owned(),
            format!("{header}.{payload}"),
            format!("{token}."),
            format!("{token}.{signature}"),
            format!(".{token}"),
            format!("{token}="),
            format!("{token} "),
            format!("{header}=.{payload}.{signature}"),
            format!("{header}.{payload}=.{signature}"),
            format!("{header}. {payload}.{signature}"),
        ] {
            let refusal = forge.refusal(&text);
            assert!(matches!(refusal, JoseError::NotCompact | JoseError::UnknownKey), "{text}: {refusal:?}");
        }
    }

    /// 64 signature bytes leave four unused bits in the last character; setting them must not give a second token.
    #[test]
    fn unused_bits_must_be_zero() {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let forge = Forge::new();
        let mut token = forge.token(r#"{"alg":"ES256","kid":"k"}"#, "{}").into_bytes();
        let last = token.pop().unwrap();
        let place = ALPHABET.iter().position(|letter| *letter == last).unwrap();
        token.push(ALPHABET[place + 1]);
        assert_eq!(forge.refusal(&String::from_utf8(token).unwrap()), JoseError::NotCompact);
    }
}
