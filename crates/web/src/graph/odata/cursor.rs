//! The paging token of `@odata.nextLink`: where the page before ended, sealed with a key and bound to the
//! tenant and the query it belongs to (reference/threats.md E6). Refuses every token it did not make for
//! just that list; a token gives no right, so the caller's are checked on every page anew.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{After, Value};
use hospes_domain::time::Time;
use uuid::Uuid;

use super::QueryError;

/// What the seal says it is for; a new layout takes a new number.
const PURPOSE: &[u8] = b"hospes paging token 1";
/// The length of the seal in bytes.
const SEAL: usize = 32;
/// The longest token that is looked at: far longer than any of ours.
const LENGTH_LIMIT: usize = 8 * 1024;

/// The `$skiptoken` for the page behind `after`. `query` is the list's
/// [`fingerprint`](super::options::QueryOptions::fingerprint).
pub fn seal(key: &[u8; 32], tenant: TenantId, query: &[u8; 32], after: &After) -> String {
    let mut token = after.id.0.as_bytes().to_vec();
    match &after.key {
        None => token.push(b'-'),
        Some(Value::Null) => token.push(b'n'),
        Some(Value::Flag(flag)) => token.extend([b'f', u8::from(*flag)]),
        Some(Value::Number(number)) => {
            token.push(b'w');
            token.extend(number.to_be_bytes());
        }
        Some(Value::Id(id)) => {
            token.push(b'i');
            token.extend(id.as_bytes());
        }
        Some(Value::Time(time)) => {
            token.push(b't');
            token.extend(time.0.to_be_bytes());
        }
        Some(Value::Text(text)) => {
            token.push(b's');
            token.extend(text.as_bytes());
        }
    }
    let seal = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &sealed_text(tenant, query, &token));
    token.extend(seal.as_ref());
    URL_SAFE_NO_PAD.encode(token)
}

/// Where the page before ended, if the token is ours and was given for this tenant and query.
pub fn open(key: &[u8; 32], tenant: TenantId, query: &[u8; 32], token: &str) -> Result<After, QueryError> {
    unsealed(key, tenant, query, token)
        .ok_or_else(|| QueryError::bad("The $skiptoken is not valid for this request."))
}

fn unsealed(key: &[u8; 32], tenant: TenantId, query: &[u8; 32], token: &str) -> Option<After> {
    if token.len() > LENGTH_LIMIT {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (payload, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::verify(&key, &sealed_text(tenant, query, payload), seal).ok()?;
    let (id, payload) = payload.split_at_checked(16)?;
    let (form, value) = payload.split_first()?;
    let key = match form {
        b'-' => None,
        b'n' => Some(Value::Null),
        b'f' => Some(Value::Flag(value == [1])),
        b'w' => Some(Value::Number(i64::from_be_bytes(value.try_into().ok()?))),
        b'i' => Some(Value::Id(Uuid::from_slice(value).ok()?)),
        b't' => Some(Value::Time(Time(i64::from_be_bytes(value.try_into().ok()?)))),
        b's' => Some(Value::Text(str::from_utf8(value).ok()?.to_owned())),
        _ => return None,
    };
    Some(After { key, id: ObjectId(Uuid::from_slice(id).ok()?) })
}

/// All parts but the last have a fixed length, so no two meanings share one text.
fn sealed_text(tenant: TenantId, query: &[u8; 32], payload: &[u8]) -> Vec<u8> {
    [PURPOSE, tenant.0.as_bytes(), query, payload].concat()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    const KEY: [u8; 32] = [7; 32];
    const QUERY: [u8; 32] = [9; 32];
    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    fn after(key: Option<Value>) -> After {
        After { key, id: ObjectId(Uuid::from_u128(42)) }
    }

    #[test]
    fn what_was_sealed_opens() {
        for key in [
            None,
            Some(Value::Null),
            Some(Value::Flag(true)),
            Some(Value::Flag(false)),
            Some(Value::Id(Uuid::from_u128(3))),
            Some(Value::Time(Time(-5))),
            Some(Value::Text(String::new())),
            Some(Value::Text("ärger".into())),
        ] {
            let token = seal(&KEY, TENANT, &QUERY, &after(key.clone()));
            assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
            assert_eq!(open(&KEY, TENANT, &QUERY, &token), Ok(after(key)));
        }
    }

    #[test]
    fn a_token_serves_its_own_list_only() {
        let token = seal(&KEY, TENANT, &QUERY, &after(Some(Value::Text("a".into()))));
        assert!(open(&[8; 32], TENANT, &QUERY, &token).is_err());
        assert!(open(&KEY, TenantId(Uuid::from_u128(2)), &QUERY, &token).is_err());
        assert!(open(&KEY, TENANT, &[8; 32], &token).is_err());
    }

    #[test]
    fn a_changed_token_is_refused() {
        let token = seal(&KEY, TENANT, &QUERY, &after(Some(Value::Text("a".into()))));
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&KEY, TENANT, &QUERY, &URL_SAFE_NO_PAD.encode(changed)).is_err(), "bit {bit}");
        }
        for cut in 0..token.len() {
            assert!(open(&KEY, TENANT, &QUERY, &token[..cut]).is_err());
        }
        for other in ["", "=", "ä", "AAAA", &"A".repeat(100_000)] {
            assert!(open(&KEY, TENANT, &QUERY, other).is_err());
        }
    }
}
