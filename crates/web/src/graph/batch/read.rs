//! Reads a batch (reference/graph-conventions.md section 5). Refuses, for the whole of it, more than 20 requests, ids that
//! are missing or twice, addresses elsewhere, bodies without a `Content-Type` and dependencies that lead nowhere or in a
//! circle (threats J5); says which request it is about.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::Value;

use super::{Part, address};
use crate::graph::error::Fault;
use crate::graph::odata::quote;
use crate::graph::request::{Fields, Version};

/// The most requests of one batch.
const MOST: usize = 20;

/// Headers of a connection, not of a request, and those that say who asks: the batch says that.
const NOT_TAKEN: &[HeaderName] = &[
    header::AUTHORIZATION,
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::COOKIE,
];

fn malformed(detail: impl std::fmt::Display) -> Fault {
    Fault::bad("BadRequest", format!("Invalid batch payload format. {detail}"))
}

/// The requests of a batch, in their order.
pub(super) fn parts(body: &[u8], version: Version, public_url: &str) -> Result<Vec<Part>, Fault> {
    let mut fields = Fields::read(body).map_err(malformed)?;
    let requests = fields.objects("requests").map_err(malformed)?;
    if requests.is_empty() {
        return Err(malformed("requests: There is none. Send an array of 1 to 20 requests."));
    }
    if requests.len() > MOST {
        return Err(malformed(format!(
            "requests: Number of batch request steps exceeds the max value of {MOST}. Send the rest in another batch."
        )));
    }
    let mut read = Vec::with_capacity(requests.len());
    for (place, request) in requests.into_iter().enumerate() {
        let (part, needed) = one(request, version, public_url)
            .map_err(|detail| malformed(format!("Request {}: {detail}", place + 1)))?;
        read.push((part, needed));
    }
    linked(read)
}

/// One request, and the ids it waits for.
fn one(mut fields: Fields, version: Version, public_url: &str) -> Result<(Part, Vec<String>), String> {
    let told = |refusal: hospes_domain::refusal::Refusal| refusal.to_string();
    // CLI for Microsoft 365 counts its requests.
    for name in ["id", "dependsOn"] {
        fields.numbers_as_text(name);
    }
    let id = fields.required_text("id").map_err(told)?;
    let method = fields.required_text("method").map_err(told)?.to_ascii_uppercase();
    let url = fields.text("url").map_err(told)?.unwrap_or_default();
    let (version, path, query) =
        address::read(&url, version, public_url).map_err(|detail| format!("url: The address {detail}"))?;
    let headers = headers(fields.take("headers"))?;
    let body = body(fields.take("body"), &headers)?;
    // One SDK writes the name in its own language's way (reference/wire-contract.md 4.1).
    let mut needed = fields.texts("dependsOn").map_err(told)?;
    needed.extend(fields.texts("depends_on").map_err(told)?);
    Ok((Part { id, version, method, path, query, headers, body, after: Vec::new() }, needed))
}

fn headers(given: Option<Value>) -> Result<HeaderMap, String> {
    let members = match given {
        None | Some(Value::Null) => return Ok(HeaderMap::new()),
        Some(Value::Object(members)) => members,
        Some(_) => return Err("headers: The value is no object of names and texts.".to_owned()),
    };
    let mut headers = HeaderMap::new();
    for (name, value) in members {
        let wrong = || format!("headers: '{}' is no header with a text.", quote(&name));
        let value = value.as_str().and_then(|text| HeaderValue::from_str(text).ok()).ok_or_else(wrong)?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        if !NOT_TAKEN.contains(&name) {
            headers.append(name, value);
        }
    }
    Ok(headers)
}

/// JSON as it is; anything else as base64, in either alphabet, with or without padding.
fn body(given: Option<Value>, headers: &HeaderMap) -> Result<Bytes, String> {
    let Some(given) = given.filter(|given| !given.is_null()) else { return Ok(Bytes::new()) };
    if !headers.contains_key(header::CONTENT_TYPE) {
        return Err("headers: A request with a body needs a Content-Type header.".to_owned());
    }
    match given {
        Value::Object(_) | Value::Array(_) => Ok(given.to_string().into()),
        Value::String(text) => {
            let usual: String = text
                .trim_end_matches('=')
                .chars()
                .map(|letter| match letter {
                    '-' => '+',
                    '_' => '/',
                    other => other,
                })
                .collect();
            let decoded = STANDARD_NO_PAD.decode(usual);
            decoded.map(Bytes::from).map_err(|_| "body: The text is not base64url.".to_owned())
        }
        _ => Err("body: The value is neither a JSON object nor a base64url text.".to_owned()),
    }
}

/// The parts with the places of those they wait for.
fn linked(read: Vec<(Part, Vec<String>)>) -> Result<Vec<Part>, Fault> {
    let known: Vec<String> = read.iter().map(|(part, _)| part.id.to_lowercase()).collect();
    let mut parts = Vec::with_capacity(read.len());
    for (place, (mut part, needed)) in read.into_iter().enumerate() {
        if known.iter().take(place).any(|other| other.as_str() == known[place]) {
            return Err(malformed(format!(
                "id: '{}' stands twice. Give each request its own.",
                quote(&part.id)
            )));
        }
        for id in needed {
            let found = known.iter().position(|other| *other == id.to_lowercase());
            let nowhere = || {
                malformed(format!(
                    "dependsOn: Request '{}' depends on '{}', which is not in the batch.",
                    quote(&part.id),
                    quote(&id)
                ))
            };
            part.after.push(found.ok_or_else(nowhere)?);
        }
        parts.push(part);
    }
    if has_circle(&parts) {
        return Err(malformed("dependsOn: The dependencies of the requests form a circle."));
    }
    Ok(parts)
}

/// Whether somebody would wait for ever.
fn has_circle(parts: &[Part]) -> bool {
    let mut free = vec![false; parts.len()];
    for _ in parts {
        for (place, part) in parts.iter().enumerate() {
            free[place] = free[place] || part.after.iter().all(|needed| free[*needed]);
        }
    }
    free.contains(&false)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use serde_json::json;

    use super::*;

    fn read(requests: &Value) -> Result<Vec<Part>, Fault> {
        let body = json!({ "requests": requests }).to_string();
        parts(body.as_bytes(), Version::V1, "https://hospes.example")
    }

    fn step(id: &str, needs: &[&str]) -> Value {
        json!({ "id": id, "method": "GET", "url": "/me", "dependsOn": needs })
    }

    #[test]
    fn a_request_is_read_as_it_would_be_alone() {
        let parts = read(&json!([
            {
                "id": "a", "method": "post", "url": "users",
                "headers": { "content-type": "application/json", "Authorization": "Bearer x", "Prefer": "y" },
                "body": { "displayName": "ä" },
            },
            {
                "id": "B", "method": "POST", "url": "/users", "headers": { "Content-Type": "text/plain" },
                "body": "_-8", "depends_on": ["A"],
            },
        ]))
        .unwrap();
        assert_eq!((parts[0].method.as_str(), parts[0].path.as_str()), ("POST", "/users"));
        assert_eq!(parts[0].body.as_ref(), r#"{"displayName":"ä"}"#.as_bytes());
        assert_eq!((parts[0].headers.len(), parts[0].headers.contains_key("authorization")), (2, false));
        assert_eq!((parts[1].body.as_ref(), parts[1].after.as_slice()), (&[0xff, 0xef][..], &[0][..]));
    }

    #[test]
    fn numbers_name_requests_as_their_texts_do() {
        let mut steps = json!([step("1", &[]), step("2", &["1"])]);
        (steps[0]["id"], steps[1]["id"], steps[1]["dependsOn"]) = (json!(1), json!(2), json!([1]));
        let parts = read(&steps).unwrap();
        assert_eq!((parts[0].id.as_str(), parts[1].after.as_slice()), ("1", &[0][..]));
        steps[1]["id"] = json!("1");
        assert!(read(&steps).is_err());
    }

    #[test]
    fn j5_a_malformed_batch_is_refused_as_a_whole() {
        let many: Vec<Value> = (0..21).map(|n| step(&n.to_string(), &[])).collect();
        let with = |name: &str, value: Value| {
            let mut step = step("1", &[]);
            step[name] = value;
            json!([step])
        };
        for bad in [
            json!(many),
            json!([]),
            json!(null),
            json!({}),
            json!([1]),
            json!([step("a", &[]), step("A", &[])]),
            json!([step("a", &["b"]), step("b", &["c"]), step("c", &["a"])]),
            json!([step("a", &["a"])]),
            json!([step("a", &["nobody"])]),
            with("id", json!(true)),
            with("id", json!("")),
            with("method", json!(null)),
            with("url", json!("/$batch")),
            with("url", json!("https://evil.example/v1.0/me")),
            with("headers", json!("x")),
            with("headers", json!({ "a b": "c" })),
            with("headers", json!({ "a": 1 })),
            with("headers", json!({ "a": "b\nc" })),
            with("body", json!({})),
            with("dependsOn", json!("b")),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
        assert_eq!(read(&json!(many[..20])).unwrap().len(), 20);
    }
}
