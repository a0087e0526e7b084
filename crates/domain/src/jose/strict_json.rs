//! JSON in which no object has the same member twice.
//!
//! Two readers that resolve a repeated member differently see two documents; so a repeated member, anything
//! after the value and nesting beyond 128 levels are refused (RFC 7515 section 4, RFC 8725, threats B16 and F7).

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads one JSON value.
///
/// # Errors
/// Not JSON, a repeated member, too deep, or trailing text. The error names a position, never the content.
pub fn value(text: &[u8]) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = reader.deserialize_any(Strict)?;
    reader.end()?;
    Ok(value)
}

/// Reads one JSON object, `None` for everything else.
pub fn object(text: &[u8]) -> Option<Map<String, Value>> {
    match value(text) {
        Ok(Value::Object(members)) => Some(members),
        _ => None,
    }
}

/// Builds a [`Value`] as `serde_json` does, but refuses repeated members at every level.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let member = entries.next_value_seed(Self)?;
            if members.insert(name, member).is_some() {
                return Err(A::Error::custom("a member appears twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn reads_what_serde_json_reads() {
        let text = br#" {"a":[1,-2,3.5,"x",null,true,{"b":{}}],"c":18446744073709551615,"\u0064":"\n"} "#;
        assert_eq!(value(text).unwrap(), serde_json::from_slice::<Value>(text).unwrap());
    }

    #[test]
    fn a_repeated_member_is_refused_at_every_level() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"x":{"a":1,"b":2,"a":3}}"#,
            r#"[{"a":1},{"a":1,"a":2}]"#,
        ] {
            assert!(value(text.as_bytes()).is_err(), "{text}");
        }
        assert!(value(br#"{"a":1,"A":2,"x":{"a":1}}"#).is_ok());
    }

    #[test]
    fn what_is_not_one_json_value_is_refused() {
        for text in ["", "{", "{} {}", "{}x", "nul", "{\"a\":}", "\"\\ud800\"", "NaN", "01"] {
            assert!(value(text.as_bytes()).is_err(), "{text}");
        }
        assert!(value(b"\"\xff\"").is_err());
        assert!(value("[".repeat(100_000).as_bytes()).is_err());
        assert_eq!(object(b"[1]"), None);
    }
}
