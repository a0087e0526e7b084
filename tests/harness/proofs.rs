//! Certificates of programs for tests, with the private key of the first, and the proof that one has it. The keys are of
//! no use anywhere else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hospes_domain::time::Clock as _;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::{Reply, Server};

const FIRST: &str = "MIIBBzCBrgIBATAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARrZXkxMCAXDTI1MDEwMTAwMDAwMFoYDzIxMDAwMTAxMD\
     AwMDAwWjAPMQ0wCwYDVQQDDARrZXkxMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE35zV39Dlp3F13SaEZM8hTA6tlTnSVE5U9h\
     a44QHo8FiDeQiHcnZX4u/k9HNfw4smNARBVq8iUILF5SaZLe32pzAKBggqhkjOPQQDAgNIADBFAiAqIfx9cw+eq5fo9EAoO/QxpK\
     zEe4lXVxX6+uIwymqdRgIhAKen1k6970IGemeKJe6/RMGqLfH1AlpRwDSV157JFReZ";
const SECOND: &str = "MIIBBzCBrgIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARrZXkyMCAXDTI1MDEwMTAwMDAwMFoYDzIxMDAwMTAxMD\
     AwMDAwWjAPMQ0wCwYDVQQDDARrZXkyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEz3MeoMc4pZAlhQDKxzizJKdtqxvXKYdeUs\
     hMp8RACSAXyo50coFxGOJb1+mwVHbWVpb1Am98KicxUfsq6lU7bzAKBggqhkjOPQQDAgNIADBFAiEA2QEs2IAW5ojMMedfIWEpko\
     1rLxc1fH9IJS9PmAuXkiICIHeaxo7j+0bYcU9J3QZyina3TnSposWaKaQl0yi7Ryg/";
const KEY_OF_FIRST: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEWW94cLcq57JmItMkJIlnAZFPn6rwSUVE6gee6jO5P\
     2hRANCAATfnNXf0OWncXXdJoRkzyFMDq2VOdJUTlT2FrjhAejwWIN5CIdydlfi7+T0c1/DiyY0BEFWryJQgsXlJpkt7fan";

/// A certificate as `keyCredentials` takes it: the one with a key here, or another one.
pub fn certificate(first: bool) -> Value {
    json!({ "type": "AsymmetricX509Cert", "usage": "Verify", "key": if first { FIRST } else { SECOND } })
}

impl Server {
    /// Gives an application or a service principal the first certificate, and says the id that has there.
    pub async fn certify(&self, at: &str) -> String {
        let (token, path) = (self.token_of(&self.admin), format!("/v1.0/{at}"));
        self.patch(&token, &path, json!({ "keyCredentials": [certificate(true)] })).await.expect(204);
        let shown = self.get(&token, &path).await.expect(200).json;
        shown["keyCredentials"][0]["keyId"].as_str().unwrap().to_owned()
    }

    /// The proof that one has the key of the first certificate of that object, good for so many seconds.
    pub fn proof(&self, of: &str, seconds: i64) -> String {
        let now = self.clock.now().seconds();
        let audience = "00000002-0000-0000-c000-000000000000";
        signed(&json!({ "iss": of, "aud": audience, "nbf": now, "exp": now + seconds }))
    }

    /// Proofs that one has the key of what is kept of that client, each for one use.
    pub fn proofs(&self, client: &str) -> [String; 4] {
        [600, 590, 580, 570].map(|seconds| self.proof(client, seconds))
    }

    /// A client signs in by that key (`private_key_jwt`).
    pub async fn signs_in_by_key(&self, client: &str) -> Reply {
        let (now, tenant) = (self.clock.now().seconds(), self.tenant.to_string());
        let audience = format!("https://hospes.example/{tenant}/oauth2/v2.0/token");
        let id = self.app.request_id().to_string();
        let claims =
            json!({ "iss": client, "sub": client, "aud": audience, "jti": id, "nbf": now, "exp": now + 300 });
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &signed(&claims)),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        self.token_request(&tenant, &fields).await
    }
}

/// Signed with the key of the first certificate.
fn signed(claims: &Value) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some("first".to_owned());
    let key = EncodingKey::from_ec_der(&STANDARD.decode(KEY_OF_FIRST).unwrap());
    encode(&header, claims, &key).unwrap()
}
