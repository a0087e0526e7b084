//! The `claims` parameter: claims an app asks for one by one (OIDC Core section 5.5), and what it says it can handle
//! (`xms_cc`, reference/tokens-and-sign-in.md section 5). Refuses what is no JSON object of that shape; asking for a claim
//! nobody here can tell is no error (section 5.5.1), it is just not told. But for two, which decide whether there is an
//! answer at all: `sub` with a value, and an essential `acr` with one.

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
    /// `sub` of whom alone the answer may tell (OIDC Core sections 3.1.2.2 and 5.5.1); anybody, if there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// A way of signing in without which there shall be no answer: an essential `acr` with values (section 5.5.1.1). Our
    /// tokens tell of none, so no request with it is kept.
    #[serde(skip)]
    pub demands_acr: bool,
    /// The client understands claims challenges (`xms_cc`: `cp1`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub challenges: bool,
}

impl ClaimsRequest {
    /// Reads the parameter; `None` for what has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        let mut all = strict_json::object(text.as_bytes())?;
        let subjects = values_of(&all, "sub")?;
        let demands_acr = is_essential(&all, "acr") && !values_of(&all, "acr")?.is_empty();
        let id_token = names(&mut all, "id_token")?;
        let userinfo = names(&mut all, "userinfo")?;
        let access = member(&mut all, "access_token")?;
        let values = access.get("xms_cc").and_then(|cc| cc.get("values")).and_then(Value::as_array);
        let challenges = values.is_some_and(|values| {
            values.iter().filter_map(Value::as_str).any(|value| value.eq_ignore_ascii_case(CAPABILITY))
        });
        Some(Self { id_token, userinfo, subjects, demands_acr, challenges })
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

/// What is said of a claim of the id token.
fn said_of<'a>(all: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    all.get("id_token")?.get(name)
}

fn is_essential(all: &Map<String, Value>, name: &str) -> bool {
    said_of(all, name).and_then(|said| said.get("essential")) == Some(&Value::Bool(true))
}

/// `value` or `values` of a claim of the id token, none if it has neither; `None` for what is no text.
fn values_of(all: &Map<String, Value>, name: &str) -> Option<Vec<String>> {
    let Some(said) = said_of(all, name) else { return Some(Vec::new()) };
    let one = said.get("value").map(std::slice::from_ref);
    let many = said.get("values").map(|values| values.as_array().map(Vec::as_slice));
    let listed = match (one, many) {
        (None, None) => &[],
        (Some(one), None) => one,
        (None, Some(many)) => many?,
        (Some(_), Some(_)) => return None,
    };
    listed.iter().map(|value| value.as_str().map(str::to_owned)).collect()
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
    fn f12_whose_answer_it_shall_be_is_kept() {
        for (said, subjects) in [
            ("null", vec![]),
            (r#"{"essential":true}"#, vec![]),
            (r#"{"value":"a"}"#, vec!["a"]),
            (r#"{"essential":true,"values":["a","b"]}"#, vec!["a", "b"]),
        ] {
            let read = ClaimsRequest::parse(&format!(r#"{{"id_token":{{"sub":{said}}}}}"#)).unwrap();
            assert_eq!(read.subjects, subjects, "{said}");
            assert_eq!(ClaimsRequest::from_stored(read.to_stored().as_deref()), read);
        }
    }

    #[test]
    fn only_an_essential_acr_with_a_value_is_a_demand() {
        for (said, demands) in [
            ("null", false),
            (r#"{"essential":true}"#, false),
            (r#"{"values":["c1"]}"#, false),
            (r#"{"essential":false,"value":"c1"}"#, false),
            (r#"{"essential":true,"values":[]}"#, false),
            (r#"{"essential":true,"value":"c1"}"#, true),
            (r#"{"essential":true,"values":["c1","c2"]}"#, true),
        ] {
            let read = ClaimsRequest::parse(&format!(r#"{{"id_token":{{"acr":{said}}}}}"#)).unwrap();
            assert_eq!(read.demands_acr, demands, "{said}");
        }
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
            r#"{"id_token":{"sub":{"value":1}}}"#,
            r#"{"id_token":{"sub":{"values":"a"}}}"#,
            r#"{"id_token":{"sub":{"value":"a","values":["a"]}}}"#,
        ] {
            assert_eq!(ClaimsRequest::parse(bad), None, "{bad}");
        }
    }
}
