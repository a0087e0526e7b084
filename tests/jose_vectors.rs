//! Signed tokens against other people's vectors and another implementation.
//!
//! The vectors lie outside this repository; where they are absent the test says so instead of passing silently.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hospes_actions::keys::SigningKey;
use hospes_domain::jose::{Algorithm, KeySet, base64url, verify};
use serde_json::{Map, Value, json};

const LIMIT: usize = 64 * 1024;
const BOTH: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::Es256];

#[expect(clippy::explicit_write, reason = "the test runner hides what a passing test prints with eprintln!")]
fn vectors(name: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors/wycheproof").join(name);
    match std::fs::read(&path) {
        Ok(text) => Some(serde_json::from_slice(&text).unwrap()),
        Err(error) => {
            writeln!(std::io::stderr(), "skipped: {} ({error})", path.display()).unwrap();
            None
        }
    }
}

/// What the vectors of one file came to.
#[derive(Debug, PartialEq, Eq)]
struct Tally {
    accepted: u32,
    refused: u32,
    /// Genuine tokens of algorithms and key kinds that Hospes does not have; refused as well.
    foreign: u32,
    /// Encrypted tokens: nothing reads them.
    encrypted: u32,
}

/// Whether the group's key is one that Hospes supports: public, RS256 or ES256.
fn is_ours(group: &Value) -> bool {
    let Some(public) = group.get("public") else { return false };
    let keys =
        public.get("keys").and_then(Value::as_array).map_or(std::slice::from_ref(public), Vec::as_slice);
    keys.iter().all(|key| matches!(key["alg"].as_str(), Some("RS256" | "ES256")))
}

fn key_set(group: &Value) -> KeySet {
    let key = group.get("public").or_else(|| group.get("private")).unwrap();
    let set = if key.get("keys").is_some() { key.clone() } else { json!({ "keys": [key] }) };
    // A set that is refused as a whole (two keys of one id) verifies nothing.
    KeySet::from_json(set.to_string().as_bytes()).unwrap_or_default()
}

fn run(file: &Value) -> Tally {
    let mut tally = Tally { accepted: 0, refused: 0, foreign: 0, encrypted: 0 };
    for group in file["testGroups"].as_array().unwrap() {
        let keys = key_set(group);
        for test in group["tests"].as_array().unwrap() {
            let name = format!("{} {}", test["tcId"], test["comment"]);
            let Some(token) = test.get("jws") else {
                tally.encrypted += 1;
                continue;
            };
            let token = token.as_str().map_or_else(|| token.to_string(), str::to_owned);
            let outcome = verify(&token, &keys, LIMIT);
            match (test["result"].as_str().unwrap(), is_ours(group)) {
                ("valid", true) => {
                    let payload = token.split('.').nth(1).unwrap();
                    assert_eq!(
                        outcome.expect(&name).payload(),
                        base64url::decode(payload).unwrap(),
                        "{name}"
                    );
                    tally.accepted += 1;
                }
                ("valid", false) => {
                    assert!(outcome.is_err(), "{name}");
                    tally.foreign += 1;
                }
                ("invalid", _) => {
                    assert!(outcome.is_err(), "{name}");
                    tally.refused += 1;
                }
                other => panic!("{name}: unknown result {other:?}"),
            }
        }
    }
    tally
}

#[test]
fn wycheproof_signatures() {
    let Some(file) = vectors("json_web_signature_test.json") else { return };
    assert_eq!(run(&file), Tally { accepted: 10, refused: 355, foreign: 36, encrypted: 0 });
}

#[test]
fn wycheproof_keys() {
    let Some(file) = vectors("json_web_key_test.json") else { return };
    assert_eq!(run(&file), Tally { accepted: 1, refused: 21, foreign: 4, encrypted: 0 });
}

#[test]
fn wycheproof_signatures_and_keys() {
    let Some(file) = vectors("json_web_crypto_test.json") else { return };
    assert_eq!(run(&file), Tally { accepted: 2, refused: 45, foreign: 2, encrypted: 34 });
}

fn claims() -> Value {
    json!({ "iss": "https://issuer.example/v2.0", "aud": "app", "sub": "somebody", "exp": 4_000_000_000_i64 })
}

const fn theirs(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
    }
}

/// Tokens of ours are valid for somebody else, who knows only the published key.
#[test]
fn jsonwebtoken_accepts_our_tokens() {
    for algorithm in BOTH {
        let key = SigningKey::generate(algorithm).unwrap();
        let published: jsonwebtoken::jwk::Jwk =
            serde_json::from_value(key.public_jwk().to_json(key.kid())).unwrap();
        let mut validation = jsonwebtoken::Validation::new(theirs(algorithm));
        validation.set_audience(&["app"]);
        validation.set_issuer(&["https://issuer.example/v2.0"]);
        let read = |token: &str| {
            let key = jsonwebtoken::DecodingKey::from_jwk(&published).unwrap();
            jsonwebtoken::decode::<Map<String, Value>>(token, &key, &validation)
        };
        let token = key.sign(claims().to_string().as_bytes()).unwrap();
        let data = read(&token).unwrap();
        assert_eq!(Value::Object(data.claims), claims());
        assert_eq!(data.header.kid.as_deref(), Some(key.kid()));
        assert_eq!(data.header.typ.as_deref(), Some("JWT"));
        let stranger = SigningKey::generate(algorithm).unwrap();
        assert!(read(&stranger.sign(claims().to_string().as_bytes()).unwrap()).is_err());
    }
}

/// The thumbprints agree, so the key ids do (RFC 7638).
#[test]
fn jsonwebtoken_names_our_keys_alike() {
    for algorithm in BOTH {
        let key = SigningKey::generate(algorithm).unwrap();
        let published: jsonwebtoken::jwk::Jwk =
            serde_json::from_value(key.public_jwk().to_json(key.kid())).unwrap();
        assert_eq!(published.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap(), key.kid());
    }
}

/// Tokens made by somebody else with the same key are valid for us.
#[test]
fn we_accept_tokens_of_jsonwebtoken() {
    for algorithm in BOTH {
        let key = SigningKey::generate(algorithm).unwrap();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(key.to_pkcs8().unwrap().as_slice())
        );
        let signer = match algorithm {
            Algorithm::Rs256 => jsonwebtoken::EncodingKey::from_rsa_pem(pem.as_bytes()),
            Algorithm::Es256 => jsonwebtoken::EncodingKey::from_ec_pem(pem.as_bytes()),
        }
        .unwrap();
        let mut header = jsonwebtoken::Header::new(theirs(algorithm));
        header.kid = Some(key.kid().to_owned());
        let token = jsonwebtoken::encode(&header, &claims(), &signer).unwrap();
        let keys = KeySet::new([key.verify_key().clone()]).unwrap();
        let jws = verify(&token, &keys, LIMIT).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(jws.payload()).unwrap(), claims());

        header.kid = Some("another".to_owned());
        let token = jsonwebtoken::encode(&header, &claims(), &signer).unwrap();
        assert!(verify(&token, &keys, LIMIT).is_err());
        // The classic confusion: the public key as the secret of an HMAC (CVE-2015-9235).
        let mut confused = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        confused.kid = Some(key.kid().to_owned());
        let public = key.public_jwk().to_json(key.kid()).to_string();
        let secret = jsonwebtoken::EncodingKey::from_secret(public.as_bytes());
        let token = jsonwebtoken::encode(&confused, &claims(), &secret).unwrap();
        assert!(verify(&token, &keys, LIMIT).is_err());
    }
}
