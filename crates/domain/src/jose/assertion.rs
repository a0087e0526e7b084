//! Checks a client assertion (RFC 7523 section 3) against the keys the client has registered.
//!
//! Apart from [`super::verify()`], because a registered RSA key may sign in two ways and clients name a certificate in
//! three. Refuses every other algorithm, keys the token brings along, and tokens of another type.

use aws_lc_rs::signature::{RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::{Map, Value};

use super::{Claims, JoseError, Jwk, VerifyKey, base64url, strict_json};

/// Longest assertion looked at; libraries put the whole certificate chain into its header.
const MAX_LEN: usize = 16 * 1024;
/// Header members that are refused. `x5c` is tolerated and not looked at: libraries send it for certificates that are
/// renewed under one name, which nothing here trusts.
const REFUSED_MEMBERS: [&str; 5] = ["crit", "b64", "jwk", "jku", "x5u"];

/// A public key that a client has registered.
#[derive(Clone, Debug)]
pub struct RegisteredKey {
    /// The id of the certificate.
    pub id: String,
    /// SHA-256 of the certificate.
    pub thumbprint: Vec<u8>,
    /// The key.
    pub jwk: Jwk,
}

impl RegisteredKey {
    /// Whether `x5t#S256` or `kid` means this one.
    fn is_named(&self, kid: &str) -> bool {
        kid == base64url::encode(&self.thumbprint)
            || from_hex(kid).is_some_and(|bytes| bytes == self.thumbprint)
            || kid.eq_ignore_ascii_case(&self.id)
    }

    fn check(&self, algorithm: &str, signed: &[u8], signature: &[u8]) -> Result<(), JoseError> {
        // Judges the strength of the key, too.
        let key = VerifyKey::new("", &self.jwk)?;
        match (&self.jwk, algorithm) {
            (Jwk::Rsa { .. }, "RS256") | (Jwk::P256 { .. }, "ES256") => key.check(signed, signature),
            (Jwk::Rsa { n, e }, "PS256") => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PSS_2048_8192_SHA256, signed, signature)
                .map_err(|_| JoseError::BadSignature),
            _ => Err(JoseError::WrongAlgorithm),
        }
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs
        .map(|pair| if let [high, low] = *pair { Some(digit(high)? << 4 | digit(low)?) } else { None })
        .collect()
}

/// The claims of an assertion that one of these keys has signed; they still have to be checked.
///
/// # Errors
/// What of it is refused. Callers answer all alike.
pub fn verify_assertion(token: &str, keys: &[RegisteredKey]) -> Result<Claims, JoseError> {
    if token.len() > MAX_LEN {
        return Err(JoseError::TooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(JoseError::NotCompact)?;
    let (header, payload) = signed.split_once('.').ok_or(JoseError::NotCompact)?;
    let decode = |part: &str| base64url::decode(part).ok_or(JoseError::NotCompact);
    let (header, payload, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
    let header = strict_json::object(&header).ok_or(JoseError::NotStrictJson("header"))?;
    if let Some(name) = REFUSED_MEMBERS.into_iter().find(|name| header.contains_key(*name)) {
        return Err(JoseError::HeaderMember(name));
    }
    if !fits(&header) {
        return Err(JoseError::WrongType);
    }
    let algorithm = header.get("alg").and_then(Value::as_str).ok_or(JoseError::WrongAlgorithm)?;
    let mut refused = JoseError::UnknownKey;
    for key in named(&header, keys)? {
        match key.check(algorithm, signed.as_bytes(), &signature) {
            Ok(()) => return Claims::of_several(&payload),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// The type is optional, and none of the types of our own tokens that are not plain `JWT`.
fn fits(header: &Map<String, Value>) -> bool {
    header.get("typ").is_none_or(|typ| {
        typ.as_str().is_some_and(|typ| {
            ["JWT", "client-authentication+jwt"].iter().any(|known| known.eq_ignore_ascii_case(typ))
        })
    })
}

/// The keys that the header may mean. `x5t#S256` means exactly one, and so does a `kid` that is known. SHA-1 (`x5t`, and
/// the `kid` of some libraries) is kept of no certificate, and libraries that know one key name none (RFC 7515 section
/// 4.1.4): then each of the client's own few keys is tried.
fn named<'a>(
    header: &Map<String, Value>,
    keys: &'a [RegisteredKey],
) -> Result<Vec<&'a RegisteredKey>, JoseError> {
    let text = |name: &str| match header.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(JoseError::UnknownKey),
    };
    let (thumbprint, kid) = (text("x5t#S256")?, text("kid")?);
    text("x5t")?;
    if let Some(thumbprint) = thumbprint {
        return Ok(keys.iter().filter(|key| base64url::encode(&key.thumbprint) == thumbprint).collect());
    }
    let by_kid: Vec<_> = keys.iter().filter(|key| kid.is_some_and(|kid| key.is_named(kid))).collect();
    Ok(if by_kid.is_empty() { keys.iter().collect() } else { by_kid })
}
