//! Ways to spoil a good body, key or text.

use serde_json::{Value, json};

use crate::harness::Dice;

/// Texts that have broken somebody's parser.
pub const NASTY: &[&str] = &[
    "",
    " ",
    "\0",
    "\r\n",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}abc",
    "\u{feff}",
    "\u{fffd}",
    "\u{10ffff}",
    "a\u{0}b",
    "a\r\nBcc: x@evil.example",
    "null",
    "undefined",
    "true",
    "-1",
    "1e309",
    "NaN",
    "[]",
    "{}",
    "'",
    "\"",
    "\\",
    "%00",
    "%ff",
    "..",
    "../..",
    "/",
    "//",
    "$ref",
    "$count",
    "@",
    "' OR 1=1 --",
    "'; DROP TABLE users; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${7*7}",
    "%s%n",
    "__proto__",
    "constructor",
    "ana@contoso.example",
    "a@b@c",
    "\"a b\"@contoso.example",
    "a@[127.0.0.1]",
    "a@xn--",
    "a@xn--a.example",
    "ı@contoso.example",
    "a＠b.example",
    "a@b..example",
    ".a@b.example",
    "a.@b.example",
    "a@-b.example",
    "a@b",
    "@b.example",
    "a@",
    "=?utf-8?q?a?=@b.example",
    "a@b.example\r\nX: y",
    "//evil.example",
    "javascript:alert(1)",
    "https:evil",
    "https://user@evil.example",
    "https://a.example/\r\nX",
    "http://[::1",
    "https://\u{ff0f}",
    "00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-00000000000g",
    "{00000000-0000-0000-0000-000000000001}",
    "zz",
    "DEU",
    "Guest",
    "Member",
    "guest\u{0}",
    "GUEST",
    "https://hospes.example/v1.0/users/x",
    "https://evil.example/v1.0/directoryObjects/00000000-0000-0000-0000-000000000001",
];

/// A value of some wrong kind or size.
pub fn nasty_value(dice: &mut Dice) -> Value {
    match dice.below(14) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(u64::MAX),
        4 => json!(1.5e308),
        5 => json!([]),
        6 => json!({}),
        7 => json!(["a", "b"]),
        8 => json!({ "a": { "b": [1, null] } }),
        9 => json!([null, null]),
        10 => json!("x".repeat(1 << dice.below(17))),
        11 => json!("é".repeat(1 << dice.below(12))),
        12 => json!([[[[["deep"]]]]]),
        _ => json!(dice.pick(NASTY)),
    }
}

/// Exactly one place of the value changed: replaced, removed, doubled in another case, or joined by an unknown one.
pub fn one_place(dice: &mut Dice, body: &mut Value) {
    let inner = match body {
        Value::Object(members) if !members.is_empty() => {
            let name = members.keys().nth(dice.below(members.len())).unwrap().clone();
            match dice.below(8) {
                0 => return drop(members.remove(&name)),
                1 => {
                    let value = nasty_value(dice);
                    members.insert(dice.pick(NASTY).to_owned(), value);
                    return;
                }
                2 => {
                    let value = members[&name].clone();
                    members.insert(name.to_uppercase(), value);
                    return;
                }
                _ => members.get_mut(&name).unwrap(),
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let place = dice.below(items.len());
            &mut items[place]
        }
        other => other,
    };
    let deeper = match inner {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if deeper && !dice.one_in(3) {
        one_place(dice, inner);
    } else {
        *inner = nasty_value(dice);
    }
}

/// A body to send instead of the good one.
pub fn spoiled(dice: &mut Dice, good: &Value) -> Vec<u8> {
    let text = good.to_string();
    match dice.below(16) {
        0 => dice.bytes(200),
        1 => text.as_bytes()[..dice.below(text.len())].to_vec(),
        2 => {
            let mut bytes = text.into_bytes();
            let place = dice.below(bytes.len());
            bytes[place] = dice.next().to_le_bytes()[0];
            bytes
        }
        3 => format!("{text}{text}").into(),
        4 => doubled(dice, good).into(),
        5 => nested(dice).into(),
        6 => text
            .replacen(
                ':',
                &format!(":{}", dice.pick(&["1e400,\"x\":", "-0,\"x\":", "00,\"x\":", "0x1,\"x\":"])),
                1,
            )
            .into(),
        7 => text
            .replacen(
                ":\"",
                dice.pick(&[":\"\\ud800", ":\"\\udfff\\ud800", ":\"\\u0000", ":\"\\x", ":\"\n"]),
                1 + dice.below(3),
            )
            .into(),
        8 => dice
            .pick(&["", " ", "[]", "null", "true", "0", "\"x\"", "{}", "[{}]", "{\"\":\"\"}", "\u{feff}{}"])
            .as_bytes()
            .to_vec(),
        9 => text.replace(':', "\u{a0}:").into(),
        _ => {
            let mut value = good.clone();
            for _ in 0..=dice.below(2) {
                one_place(dice, &mut value);
            }
            value.to_string().into()
        }
    }
}

fn doubled(dice: &mut Dice, good: &Value) -> String {
    let text = good.to_string();
    match good.as_object().filter(|members| !members.is_empty()) {
        Some(members) => {
            let name = members.keys().nth(dice.below(members.len())).unwrap();
            format!("{{\"{name}\":{},{}", members[name], &text[1..])
        }
        None => format!("{{\"a\":1,\"a\":{text}}}"),
    }
}

fn nested(dice: &mut Dice) -> String {
    let levels = dice.pick(&[10, 63, 64, 65, 127, 128, 129, 5000]);
    let (open, close) = dice.pick(&[("[", "]"), ("{\"a\":", "}"), ("{\"invitedUser\":", "}")]);
    format!("{{\"displayName\":{}1{}}}", open.repeat(levels), close.repeat(levels))
}

/// A text as part of a path or query.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
