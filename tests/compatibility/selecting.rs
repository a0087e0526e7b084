//! Every property that the published description has of anything that can be read here can be selected, comes, and fits: what
//! this directory keeps nothing for is null or empty, as it is for users.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::description::{description, misfits, promised};
use super::every_answer::ours;
use crate::harness::{Sample, Server};
use crate::permissions::{Stage, every_row, row_route, send};

/// What makes a type one of objects with an id, which others are linked to.
const ENTITIES: &[&str] = &["entity", "directoryObject", "policyBase", "identityProviderBase"];

/// Asked for on the list, they are answered with 501 as of the original (user-object.md section 4).
const OF_ONE_USER: &[&str] = &[
    "aboutMe",
    "birthday",
    "hireDate",
    "interests",
    "mailboxSettings",
    "mySite",
    "pastProjects",
    "preferredName",
    "responsibilities",
    "schools",
    "skills",
];

/// The path of what a schema refers to, alone, as one of several, or as an element.
fn reference(schema: &Value) -> Option<&str> {
    let schema = if schema["type"] == "array" { &schema["items"] } else { schema };
    schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str())
}

fn lookup<'a>(description: &'a Value, path: &str) -> &'a Value {
    description.pointer(path.trim_start_matches('#')).unwrap_or_else(|| panic!("{path}"))
}

/// Whether a property is a link to another object, which is expanded and not selected.
fn is_link(description: &Value, property: &Value) -> bool {
    let Some(path) = reference(property) else { return false };
    let base = lookup(description, path)["x-base-type"].as_str().unwrap_or_default();
    ENTITIES.iter().any(|entity| base == format!("microsoft.graph.{entity}"))
}

/// The schema of what an answer has one or many of.
fn object<'a>(description: &'a Value, schema: &'a Value) -> Option<(&'a Value, bool)> {
    let own = reference(schema).map_or(schema, |path| lookup(description, path));
    match own["properties"].get("value").filter(|value| value["type"] == "array") {
        Some(list) => Some((lookup(description, reference(list)?), true)),
        None => own["properties"].is_object().then_some((own, false)),
    }
}

#[tokio::test]
async fn every_published_property_can_be_selected() {
    let Some(description) = description() else { return };
    let stage = Stage::new(Arc::new(Server::start().await)).await;
    let server = Arc::clone(&stage.server);
    let (mut wrong, mut selected) = (Vec::new(), BTreeSet::new());
    for (route, operation) in ours(&description) {
        let answer = (route.method == "GET").then(|| promised(&description, operation, 200)).flatten();
        let Some((schema, many)) = answer.and_then(|schema| object(&description, schema)) else { continue };
        let properties = schema["properties"].as_object().unwrap();
        let names: Vec<&str> = properties
            .iter()
            .filter(|(name, schema)| !name.contains('@') && !is_link(&description, schema))
            .map(|(name, _)| name.as_str())
            // "The documented answer has none" (the description says so of the settings for everybody).
            .filter(|name| !(route.path.ends_with("/default") && *name == "id"))
            .filter(|name| !(many && route.path.starts_with("/users") && OF_ONE_USER.contains(name)))
            .collect();
        let row = every_row().find(|row| row_route(row) == route).unwrap();
        let sample = stage.fresh(row).await;
        let token = server.live_token(server.tenant, server.admin.id);
        let path = format!("{}?$select={}", sample.path, names.join(","));
        let reply = send(&server, "/v1.0", Some(&token), &Sample { path, ..sample }).await;
        if !reply.status.is_success() {
            wrong.push(format!("{}: {} {}", route.path, reply.status, reply.text));
            continue;
        }
        let list = reply.json["value"].as_array().cloned();
        let objects = if many { list.unwrap_or_default() } else { vec![reply.json.clone()] };
        for (n, one) in objects.iter().enumerate() {
            let place = format!("{}[{n}]", route.path);
            wrong.extend(misfits(&description, schema, one, &place, true));
            let missing = names.iter().filter(|name| one.get(**name).is_none());
            // Of objects of several kinds each has what its kind has.
            // A delta answer leaves out what has no value.
            if one["@odata.type"].is_null() && !route.path.ends_with("/delta") {
                wrong.extend(missing.map(|name| format!("{place}.{name} did not come")));
            }
            selected.extend(names.iter().map(|name| (*name).to_owned()));
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(selected.len() > 200, "only {} were selected", selected.len());
}
