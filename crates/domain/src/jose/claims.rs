//! The claims of a JWT (RFC 7519 section 4), each with its type.
//!
//! Refuses what lenient readers let pass (threats F7): times as text or fractions, a missing `exp`, two audiences,
//! claims repeated in the object. One call checks issuer, audience and time together, so that none is forgotten.

use std::fmt;

use serde_json::{Map, Value};

use super::{JoseError, strict_json};
use crate::time::Time;

/// How far the clocks of two servers may differ, in seconds (threats K8).
pub const LEEWAY_SECONDS: i64 = 60;

/// The claims of a token whose signature has been checked.
#[derive(Clone)]
pub struct Claims {
    members: Map<String, Value>,
    issuer: String,
    audiences: Vec<String>,
    expires: i64,
    not_before: Option<i64>,
    issued: Option<i64>,
}

impl Claims {
    /// Reads the payload; `iss`, `aud` and `exp` are required.
    ///
    /// # Errors
    /// Not an object with unique members, or a registered claim missing or of the wrong type. `aud` may be a text or
    /// a list of exactly one.
    pub fn from_payload(payload: &[u8]) -> Result<Self, JoseError> {
        Self::of_several(payload).and_then(|claims| match claims.audiences.len() {
            1 => Ok(claims),
            _ => Err(JoseError::ClaimType("aud")),
        })
    }

    /// The same where `aud` may list several names of this server, as client assertions may (RFC 7523 section 3); it has
    /// all of them in [`Claims::check`].
    ///
    /// # Errors
    /// As [`Claims::from_payload`], and for an empty list.
    pub fn of_several(payload: &[u8]) -> Result<Self, JoseError> {
        let members = strict_json::object(payload).ok_or(JoseError::NotStrictJson("payload"))?;
        let issuer = required(text_in(&members, "iss")?, "iss")?.to_owned();
        let audiences = match members.get("aud") {
            None => return Err(JoseError::ClaimMissing("aud")),
            Some(Value::Array(list)) if !list.is_empty() => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let texts: Option<Vec<String>> =
            audiences.iter().map(|one| one.as_str().map(str::to_owned)).collect();
        let audiences = texts.ok_or(JoseError::ClaimType("aud"))?;
        let expires = required(seconds_in(&members, "exp")?, "exp")?;
        let not_before = seconds_in(&members, "nbf")?;
        let issued = seconds_in(&members, "iat")?;
        Ok(Self { members, issuer, audiences, expires, not_before, issued })
    }

    /// Checks issuer, audience and times at once. The issuer is compared byte for byte (threats B7).
    ///
    /// # Errors
    /// [`JoseError::ClaimValue`], [`JoseError::Expired`] or [`JoseError::NotYetValid`].
    pub fn check(&self, now: Time, issuer: &str, audiences: &[&str]) -> Result<(), JoseError> {
        if self.issuer != issuer {
            return Err(JoseError::ClaimValue("iss"));
        }
        if !self.audiences.iter().all(|one| audiences.contains(&one.as_str())) {
            return Err(JoseError::ClaimValue("aud"));
        }
        let now = now.seconds();
        if self.expires.saturating_add(LEEWAY_SECONDS) <= now {
            return Err(JoseError::Expired);
        }
        let starts = self.not_before.into_iter().chain(self.issued).max();
        if starts.is_some_and(|start| start > now.saturating_add(LEEWAY_SECONDS)) {
            return Err(JoseError::NotYetValid);
        }
        Ok(())
    }

    /// `iss`, as written; compare it through [`Claims::check`].
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `aud`, of several the first.
    pub fn audience(&self) -> &str {
        self.audiences.first().map_or("", String::as_str)
    }

    /// `exp`, seconds since 1970.
    pub const fn expires(&self) -> i64 {
        self.expires
    }

    /// `iat`, seconds since 1970, where the token has one.
    pub const fn issued(&self) -> Option<i64> {
        self.issued
    }

    /// A required text.
    ///
    /// # Errors
    /// Missing, or not a text.
    pub fn text(&self, name: &'static str) -> Result<&str, JoseError> {
        required(text_in(&self.members, name)?, name)
    }

    /// An optional text.
    ///
    /// # Errors
    /// Present, but not a text.
    pub fn optional_text(&self, name: &'static str) -> Result<Option<&str>, JoseError> {
        text_in(&self.members, name)
    }

    /// A required whole number.
    ///
    /// # Errors
    /// Missing, or not a whole number.
    pub fn integer(&self, name: &'static str) -> Result<i64, JoseError> {
        required(integer_in(&self.members, name)?, name)
    }

    /// An optional yes or no; only a JSON boolean counts (threats B2).
    ///
    /// # Errors
    /// Present, but not a boolean.
    pub fn optional_flag(&self, name: &'static str) -> Result<Option<bool>, JoseError> {
        self.members.get(name).map(|flag| flag.as_bool().ok_or(JoseError::ClaimType(name))).transpose()
    }

    /// A list of texts, empty when the claim is absent.
    ///
    /// # Errors
    /// Present, but not a list of texts.
    pub fn texts(&self, name: &'static str) -> Result<Vec<&str>, JoseError> {
        let Some(list) = self.members.get(name) else { return Ok(Vec::new()) };
        list.as_array()
            .and_then(|items| items.iter().map(Value::as_str).collect::<Option<Vec<_>>>())
            .ok_or(JoseError::ClaimType(name))
    }

    /// Any claim, as JSON.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }
}

impl fmt::Debug for Claims {
    /// Names only: values are personal data.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.members.keys()).finish()
    }
}

fn required<T>(claim: Option<T>, name: &'static str) -> Result<T, JoseError> {
    claim.ok_or(JoseError::ClaimMissing(name))
}

fn text_in<'a>(members: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>, JoseError> {
    members.get(name).map(|text| text.as_str().ok_or(JoseError::ClaimType(name))).transpose()
}

fn integer_in(members: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, JoseError> {
    members.get(name).map(|number| number.as_i64().ok_or(JoseError::ClaimType(name))).transpose()
}

/// A NumericDate (RFC 7519 section 2), which may have a fraction: msal writes one. Whole seconds count.
#[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
fn seconds_in(members: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, JoseError> {
    const MOST: f64 = 9_007_199_254_740_992.0;
    match members.get(name).and_then(|value| value.as_f64().filter(|_| value.is_f64())) {
        Some(seconds) if seconds.abs() < MOST => Ok(Some(seconds.floor() as i64)),
        _ => integer_in(members, name),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use serde_json::json;

    const NOW: Time = Time(1_800_000_000 * 1_000_000);
    const SECOND: i64 = 1_800_000_000;

    fn good() -> Value {
        json!({ "iss": "https://i", "aud": "a", "sub": "s", "iat": SECOND - 5, "nbf": SECOND - 5, "exp": SECOND + 3600 })
    }

    fn verdict(payload: &Value) -> Result<(), JoseError> {
        Claims::from_payload(payload.to_string().as_bytes())?.check(NOW, "https://i", &["b", "a"])
    }

    fn with(name: &str, value: Value) -> Value {
        let mut payload = good();
        payload[name] = value;
        payload
    }

    fn without(name: &str) -> Value {
        let mut payload = good();
        payload.as_object_mut().unwrap().remove(name);
        payload
    }

    #[test]
    fn good_claims_pass() {
        for payload in [good(), with("aud", json!(["a"])), without("nbf"), without("iat")] {
            assert_eq!(verdict(&payload), Ok(()), "{payload}");
        }
    }

    /// threats F7, the claims half.
    #[test]
    fn f7_claims() {
        use JoseError::{ClaimMissing, ClaimType, ClaimValue, Expired, NotYetValid};
        let cases = [
            (without("exp"), ClaimMissing("exp")),
            (without("iss"), ClaimMissing("iss")),
            (without("aud"), ClaimMissing("aud")),
            (with("exp", json!("9999999999")), ClaimType("exp")),
            (with("exp", json!("9999999999.5")), ClaimType("exp")),
            (with("exp", json!(1e300)), ClaimType("exp")),
            (with("exp", json!(u64::MAX)), ClaimType("exp")),
            (with("exp", json!(null)), ClaimType("exp")),
            (with("nbf", json!("1")), ClaimType("nbf")),
            (with("nbf", json!(null)), ClaimType("nbf")),
            (with("iat", json!(true)), ClaimType("iat")),
            (with("iss", json!(["https://i"])), ClaimType("iss")),
            (with("aud", json!(["a", "b"])), ClaimType("aud")),
            (with("aud", json!([])), ClaimType("aud")),
            (with("aud", json!([["a"]])), ClaimType("aud")),
            (with("aud", json!({ "a": 1 })), ClaimType("aud")),
            (with("aud", json!("c")), ClaimValue("aud")),
            (with("iss", json!("https://i/")), ClaimValue("iss")),
            (with("iss", json!("https://I")), ClaimValue("iss")),
            (with("exp", json!(i64::MIN)), Expired),
            (with("nbf", json!(i64::MAX)), NotYetValid),
        ];
        for (payload, refusal) in cases {
            assert_eq!(verdict(&payload), Err(refusal), "{payload}");
        }
        assert_eq!(verdict(&json!([])), Err(JoseError::NotStrictJson("payload")));
        let twice = format!(r#"{{"iss":"https://i","aud":"a","exp":1,"exp":{}}}"#, SECOND + 9);
        assert_eq!(Claims::from_payload(twice.as_bytes()).unwrap_err(), JoseError::NotStrictJson("payload"));
    }

    #[test]
    fn several_audiences_are_all_known_and_only_where_they_may_be() {
        let verdict = |aud: Value| {
            Claims::of_several(with("aud", aud).to_string().as_bytes())?.check(NOW, "https://i", &["b", "a"])
        };
        assert_eq!(verdict(json!("a")), Ok(()));
        assert_eq!(verdict(json!(["a", "b"])), Ok(()));
        assert_eq!(verdict(json!(["a", "c"])), Err(JoseError::ClaimValue("aud")));
        for wrong in [json!([]), json!([["a"]]), json!(["a", 1]), json!(null)] {
            assert_eq!(verdict(wrong), Err(JoseError::ClaimType("aud")));
        }
    }

    #[test]
    fn clocks_may_differ_by_a_minute() {
        let cases = [
            ("exp", SECOND - 59, Ok(())),
            ("exp", SECOND - 60, Err(JoseError::Expired)),
            ("exp", i64::MAX, Ok(())),
            ("nbf", SECOND + 60, Ok(())),
            ("nbf", SECOND + 61, Err(JoseError::NotYetValid)),
            ("iat", SECOND + 60, Ok(())),
            ("iat", SECOND + 61, Err(JoseError::NotYetValid)),
        ];
        for (name, second, expected) in cases {
            assert_eq!(verdict(&with(name, json!(second))), expected, "{name} {second}");
        }
    }

    #[test]
    fn claims_are_typed() {
        let payload = json!({ "iss": "i", "aud": "a", "exp": 1, "sub": "s", "n": 7, "email_verified": "true",
            "xms_edov": true, "groups": ["g", "h"], "roles": ["r", 1] });
        let claims = Claims::from_payload(payload.to_string().as_bytes()).unwrap();
        assert_eq!(claims.text("sub"), Ok("s"));
        assert_eq!(claims.text("n"), Err(JoseError::ClaimType("n")));
        assert_eq!(claims.text("nonce"), Err(JoseError::ClaimMissing("nonce")));
        assert_eq!(claims.optional_text("nonce"), Ok(None));
        assert_eq!(claims.integer("n"), Ok(7));
        assert_eq!(claims.optional_flag("xms_edov"), Ok(Some(true)));
        assert_eq!(claims.optional_flag("email_verified"), Err(JoseError::ClaimType("email_verified")));
        assert_eq!(claims.texts("groups"), Ok(vec!["g", "h"]));
        assert_eq!(claims.texts("roles"), Err(JoseError::ClaimType("roles")));
        assert_eq!(claims.texts("wids"), Ok(vec![]));
        assert!(!format!("{claims:?}").contains("\"s\""));
    }
}
