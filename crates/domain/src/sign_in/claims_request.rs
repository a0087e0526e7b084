//! The `claims` parameter: claims an app asks for one by one (OIDC Core section 5.5), and what it says it can handle
//! (`xms_cc`, reference/tokens-and-sign-in.md section 5). Refuses what is no JSON object of that shape; asking for a claim
//! nobody here can tell is no error (section 5.5.1), it is just not told.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::jose::strict_json;

/// Claims that can be asked for in this way; everything else in a token is there anyway or not for apps to choose.
pub const REQUESTABLE: &[&str] = &[
    "acct",
    "ctry",
    "email",
    "family_name",
    "given_name",
    "login_hint",
    "name",
    "preferred_username",
    "upn",
    "verified_primary_email",
    "xms_edov",
    "xms_pl",
];
/// What a client says that understands claims challenges.
const CAPABILITY: &str = "cp1";

/// A `claims` parameter, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimsRequest {
    /// In the id token.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub id_token: Vec<String>,
    /// In the answer of UserInfo.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub userinfo: Vec<String>,
    /// The client understands claims challenges (`xms_cc`: `cp1`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub challenges: bool,
}

impl ClaimsRequest {
    /// Reads the parameter; `None` for what has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        let mut all = strict_json::object(text.as_bytes())?;
        let id_token = names(&mut all, "id_token")?;
        let userinfo = names(&mut all, "userinfo")?;
        let access = member(&mut all, "access_token")?;
        let values = access.get("xms_cc").and_then(|cc| cc.get("values")).and_then(Value::as_array);
        let challenges = values.is_some_and(|values| {
            values.iter().filter_map(Value::as_str).any(|value| value.eq_ignore_ascii_case(CAPABILITY))
        });
        Some(Self { id_token, userinfo, challenges })
    }

    /// The text that is stored; `None` when nothing was asked for.
    pub fn to_stored(&self) -> Option<String> {
        if *self == Self::default() { None } else { serde_json::to_string(self).ok() }
    }

    /// Reads that text; what cannot be read asked for nothing.
    pub fn from_stored(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}

/// A member that is an object, `null` or absent.
fn member(all: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match all.remove(name) {
        None | Some(Value::Null) => Some(Map::new()),
        Some(Value::Object(members)) => Some(members),
        Some(_) => None,
    }
}

fn names(all: &mut Map<String, Value>, place: &str) -> Option<Vec<String>> {
    let members = member(all, place)?;
    let shaped = members.values().all(|value| value.is_null() || value.is_object());
    let known = members.into_iter().map(|(name, _)| name).filter(|name| REQUESTABLE.contains(&name.as_str()));
    shaped.then(|| known.collect())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn known_claims_are_kept_and_unknown_ones_are_no_error() {
        let text = r#"{"id_token":{"given_name":null,"acr":{"values":["c1"]},"family_name":{"essential":true}},
            "userinfo":{"email":null},"access_token":{"xms_cc":{"values":["CP1"]}},"x":1}"#;
        let read = ClaimsRequest::parse(text).unwrap();
        assert_eq!(read.id_token, ["family_name", "given_name"]);
        assert_eq!((read.userinfo.len(), read.challenges), (1, true));
        assert_eq!(ClaimsRequest::from_stored(read.to_stored().as_deref()), read);
        assert_eq!(ClaimsRequest::parse("{}"), Some(ClaimsRequest::default()));
        assert_eq!(ClaimsRequest::default().to_stored(), None);
    }

    #[test]
    fn other_shapes_are_refused() {
        for bad in [
            "",
            "[]",
            "x",
            r#"{"id_token":[]}"#,
            r#"{"id_token":{"a":1}}"#,
            r#"{"userinfo":"email"}"#,
            r#"{"a":1,"a":2}"#,
        ] {
            assert_eq!(ClaimsRequest::parse(bad), None, "{bad}");
        }
    }
}
