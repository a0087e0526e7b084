//! The certificate beside a published key (RFC 7517 sections 4.7 and 4.8), as the original publishes one: there are
//! libraries that read `x5c` and nothing else. Vouches for nothing: the key signs it itself, and it says the same after every
//! start and in every process. Refuses keys for ES256, whose signatures are never twice the same.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hospes_domain::jose::base64url;
use rcgen::{CertificateParams, DistinguishedName, DnType, PKCS_RSA_SHA256, date_time_ymd};
use serde_json::{Value, json};

use super::SigningKey;

/// Whom the certificate names, the same for every key.
const NAME: &str = "Hospes token signing";

/// A key as it stands in the published set.
pub(super) fn published(key: &SigningKey) -> Value {
    let mut jwk = key.public_jwk().to_json(key.kid());
    match key.rsa().map(of) {
        Some(Ok(der)) => {
            jwk["x5t"] = json!(base64url::encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &der)));
            jwk["x5c"] = json!([STANDARD.encode(&der)]);
        }
        // Most libraries get on without one.
        Some(Err(error)) => tracing::error!(%error, "the certificate of a signing key could not be made"),
        None => {}
    }
    jwk
}

fn of(pair: &RsaKeyPair) -> Result<Vec<u8>, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, NAME);
    // When a key signs is told by its place in the set, not by dates that each restart would write anew.
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    Ok(params.self_signed(&Itself(pair))?.der().to_vec())
}

/// A key that signs its own certificate; the private part stays where it is.
struct Itself<'a>(&'a RsaKeyPair);

impl rcgen::PublicKeyData for Itself<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

impl rcgen::SigningKey for Itself<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let signed = self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
        signed.map(|()| signature).map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use hospes_domain::jose::Algorithm;
    use hospes_domain::jose::X509;

    use super::*;

    #[test]
    fn the_certificate_is_of_the_key_and_the_same_every_time() {
        let key = SigningKey::generate(Algorithm::Rs256).unwrap();
        let told = published(&key);
        let der = STANDARD.decode(told["x5c"][0].as_str().unwrap()).unwrap();
        let read = X509::read(&der).unwrap();
        assert_eq!(&read.key, key.public_jwk());
        assert_eq!((read.subject.as_deref(), told["x5c"].as_array().unwrap().len()), (Some(NAME), 1));
        assert_eq!(told["x5t"], base64url::encode(read.sha1));
        let again = SigningKey::from_pkcs8(Algorithm::Rs256, &key.to_pkcs8().unwrap()).unwrap();
        assert_eq!(published(&again), told);
    }

    #[test]
    fn keys_for_es256_have_none() {
        let told = published(&SigningKey::generate(Algorithm::Es256).unwrap());
        assert!(told.get("x5c").is_none() && told.get("x5t").is_none());
    }
}
