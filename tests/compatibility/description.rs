//! The published description of the directory API, where it lies beside the repository: its operations, and whether an answer
//! is what one of them promises. Reads as much of YAML and of JSON Schema as this generated file uses, and panics at more.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

/// The description; `None`, with a line that says so, where it is not there.
#[expect(clippy::explicit_write, reason = "the test runner hides what a passing test prints with eprintln!")]
pub fn description() -> Option<Value> {
    use std::io::Write as _;
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/graph/openapi-subset.yaml");
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(yaml(&text)),
        Err(error) => {
            writeln!(std::io::stderr(), "skipped: {} ({error})", path.display()).unwrap();
            None
        }
    }
}

/// Block mappings and sequences of plain and quoted words.
fn yaml(text: &str) -> Value {
    let lines: Vec<(usize, &str)> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| (line.len() - line.trim_start().len(), line.trim()))
        .collect();
    let (value, rest) = block(&lines, 0);
    assert!(rest.is_empty(), "{:?}", rest.first());
    value
}

fn block<'a, 'b>(mut lines: &'a [(usize, &'b str)], indent: usize) -> (Value, &'a [(usize, &'b str)]) {
    if lines[0].1.starts_with("- ") {
        let mut items = Vec::new();
        while let Some((at, text)) =
            lines.first().filter(|(at, text)| *at == indent && text.starts_with("- "))
        {
            // What stands behind the dash is a block of its own, two columns further in.
            let own = lines[1..].iter().take_while(|(further, _)| *further > *at).count();
            let mut item = vec![(indent + 2, text.trim_start_matches("- "))];
            item.extend_from_slice(&lines[1..=own]);
            items.push(if item.len() == 1 && entry(item[0].1).is_none() {
                scalar(item[0].1)
            } else {
                block(&item, indent + 2).0
            });
            lines = &lines[1 + own..];
        }
        return (Value::Array(items), lines);
    }
    let mut members = Map::new();
    while let Some((_, text)) = lines.first().filter(|(at, _)| *at == indent) {
        let Some((name, value)) = entry(text) else { break };
        lines = &lines[1..];
        let value = match (value, lines.first()) {
            ("", Some((at, text))) if *at > indent || *at == indent && text.starts_with("- ") => {
                let (value, rest) = block(lines, *at);
                lines = rest;
                value
            }
            (value, _) => scalar(value),
        };
        members.insert(name.to_owned(), value);
    }
    (Value::Object(members), lines)
}

fn entry(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.strip_suffix(':').map(|name| (name, "")).or_else(|| text.split_once(": "))?;
    Some((name.trim_matches('\''), value.trim()))
}

fn scalar(text: &str) -> Value {
    match text {
        "true" => true.into(),
        "false" => false.into(),
        _ => text.trim_matches('\'').into(),
    }
}

/// What a reference leads to.
fn resolved<'a>(description: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(path) => description.pointer(path.trim_start_matches('#')).unwrap_or_else(|| panic!("{path}")),
        None => schema,
    }
}

/// The schema that an operation promises for a status; `None` for an answer without a body. Panics where the operation does
/// not promise that status.
pub fn promised<'a>(description: &'a Value, operation: &'a Value, status: u16) -> Option<&'a Value> {
    let responses = operation["responses"].as_object().unwrap();
    let exact = responses.get(&status.to_string());
    let family = responses.get(&format!("{}XX", status / 100));
    let response = exact.or(family).unwrap_or_else(|| panic!("{status} is not promised: {operation}"));
    let content = resolved(description, response).get("content")?.as_object().unwrap();
    Some(&content.values().next().unwrap()["schema"])
}

/// What is wrong with a value, each with its place.
pub fn misfits(
    description: &Value,
    schema: &Value,
    value: &Value,
    place: &str,
    selected: bool,
) -> Vec<String> {
    let mut found = Vec::new();
    check(description, schema, value, (place, selected), &mut found);
    found
}

fn check(
    description: &Value,
    schema: &Value,
    value: &Value,
    (place, selected): (&str, bool),
    found: &mut Vec<String>,
) {
    let nullable = schema["nullable"] == true;
    let schema = match schema["allOf"].as_array() {
        Some(parts) => resolved(description, &parts[0]),
        None => resolved(description, schema),
    };
    if value.is_null() {
        if !nullable && schema["nullable"] != true {
            found.push(format!("{place} is null"));
        }
        return;
    }
    // An object that says of which kind it is, is that.
    let kind = value["@odata.type"].as_str().map(|kind| kind.trim_start_matches('#'));
    let of_kind = kind.and_then(|kind| description["components"]["schemas"].get(kind));
    let schema = of_kind.unwrap_or(schema);
    match schema["type"].as_str().unwrap_or("object") {
        "object" => object(description, schema, value, (place, selected), found),
        "array" => {
            let Some(items) = value.as_array() else { return found.push(format!("{place} is no array")) };
            for (n, item) in items.iter().enumerate() {
                check(description, &schema["items"], item, (&format!("{place}[{n}]"), selected), found);
            }
        }
        "string" => match value.as_str() {
            None => found.push(format!("{place} is no text: {value}")),
            Some(text) => word(schema, text, place, found),
        },
        "boolean" if !value.is_boolean() => found.push(format!("{place} is neither true nor false: {value}")),
        "integer" if !value.is_i64() => found.push(format!("{place} is no whole number: {value}")),
        "number" if !value.is_number() => found.push(format!("{place} is no number: {value}")),
        "boolean" | "integer" | "number" => {}
        other => panic!("{place}: the description has a type {other}"),
    }
}

fn object(
    description: &Value,
    schema: &Value,
    value: &Value,
    (place, selected): (&str, bool),
    found: &mut Vec<String>,
) {
    let Some(members) = value.as_object() else {
        return found.push(format!("{place} is no object: {value}"));
    };
    let no_properties = Map::new();
    let published = schema["properties"].as_object().unwrap_or(&no_properties);
    for (name, value) in members {
        match published.get(name) {
            Some(schema) => {
                // What a selection picked of an object is not picked of what is inside.
                check(description, schema, value, (&format!("{place}.{name}"), selected), found);
            }
            // Annotations, and properties of ours, which say so and come to whoever selects them.
            None if name.contains('@') || name.starts_with("hospes.") => {}
            None => found.push(format!("{place}.{name} is not published")),
        }
    }
    if selected {
        return;
    }
    // One type is said to require an id that it does not have.
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for name in required.filter(|name| published.contains_key(*name) && !members.contains_key(*name)) {
        found.push(format!("{place}.{name} is missing"));
    }
}

fn word(schema: &Value, text: &str, place: &str, found: &mut Vec<String>) {
    let values = schema["enum"].as_array().into_iter().flatten();
    let values: Vec<&Value> = values.collect();
    if !values.is_empty() && !values.iter().any(|value| **value == json!(text)) {
        found.push(format!("{place} is none of {values:?}: {text}"));
    }
    let good = match schema["format"].as_str() {
        Some("uuid") => text.len() == 36 && uuid::Uuid::try_parse(text).is_ok(),
        Some("date-time") => is_date_time(text),
        _ => true,
    };
    if !good {
        found.push(format!("{place} is no {}: {text}", schema["format"]));
    }
}

/// As the description's pattern has it.
fn is_date_time(text: &str) -> bool {
    let digits = |part: &str, form: &str| {
        part.len() == form.len()
            && part.chars().zip(form.chars()).all(|(c, f)| if f == 'd' { c.is_ascii_digit() } else { c == f })
    };
    let Some(bare) = text.strip_suffix('Z') else { return false };
    let (whole, part) = bare.split_once('.').unwrap_or((bare, "0"));
    digits(whole, "dddd-dd-ddTdd:dd:dd")
        && (1..=12).contains(&part.len())
        && part.bytes().all(|byte| byte.is_ascii_digit())
}

#[test]
fn the_reader_reads_what_the_file_is_made_of() {
    let text = "a:\n  b: c\n  '@d':\n  - $ref: '#/x'\n  - e: true\n    f:\n      g: h\nlist:\n- one\n- two\n";
    assert_eq!(
        yaml(text),
        json!({ "a": { "b": "c", "@d": [{ "$ref": "#/x" }, { "e": true, "f": { "g": "h" } }] }, "list": ["one", "two"] })
    );
}

#[test]
fn what_does_not_fit_is_found() {
    let description = json!({ "components": { "schemas": {
        "t": { "type": "object", "required": ["id"], "properties": {
            "id": { "type": "string" }, "when": { "type": "string", "format": "date-time", "nullable": true },
            "many": { "type": "array", "items": { "$ref": "#/components/schemas/t" } },
            "kind": { "type": "string", "enum": ["a", "b"] }, "flag": { "type": "boolean" },
        } },
    } } });
    let schema = json!({ "$ref": "#/components/schemas/t" });
    let wrong = |value: Value| misfits(&description, &schema, &value, "x", false).len();
    assert_eq!(
        wrong(
            json!({ "id": "1", "when": null, "many": [], "kind": "a", "@odata.context": 1, "hospes.x": 1 })
        ),
        0
    );
    for bad in [
        json!({}),
        json!({ "id": null }),
        json!({ "id": 1 }),
        json!({ "id": "1", "when": "2026-01-31" }),
        json!({ "id": "1", "many": [{}] }),
        json!({ "id": "1", "kind": "c" }),
        json!({ "id": "1", "flag": "true" }),
        json!({ "id": "1", "other": 1 }),
        json!([]),
    ] {
        assert_eq!(wrong(bad.clone()), 1, "{bad}");
    }
    assert_eq!(misfits(&description, &schema, &json!({}), "x", true), [] as [String; 0]);
}
