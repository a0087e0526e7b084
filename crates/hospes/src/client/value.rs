//! Reading what Graph sends. Refuses nothing: what is missing is empty, since a caller with few permissions gets
//! little.

use serde_json::Value;

/// A text, empty where it is missing.
pub fn text(object: &Value, name: &str) -> String {
    object[name].as_str().unwrap_or_default().to_owned()
}

/// Texts of a collection.
pub fn texts(object: &Value, name: &str) -> Vec<String> {
    let all = object[name].as_array().into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A time to the minute, in UTC as it came: `2026-11-26 23:31`.
pub fn time(object: &Value, name: &str) -> String {
    minute(object[name].as_str().unwrap_or_default())
}

/// The same of a text.
pub fn minute(time: &str) -> String {
    match (time.get(..10), time.get(11..16)) {
        (Some(day), Some(minute)) => format!("{day} {minute}"),
        _ => time.to_owned(),
    }
}

/// The object id.
pub fn id(object: &Value) -> String {
    text(object, "id")
}

/// The display name.
pub fn name(object: &Value) -> String {
    text(object, "displayName")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_cut_to_the_minute() {
        let object = json!({ "at": "2026-11-26T23:31:44.123Z", "odd": "soon" });
        assert_eq!(time(&object, "at"), "2026-11-26 23:31");
        assert_eq!((time(&object, "odd"), time(&object, "missing")), ("soon".into(), String::new()));
    }
}
