//! `$metadata` against the published description: what both have is of the same type.

use serde_json::Value;

use super::description::description;
use crate::harness::Server;

/// The value of an attribute; each element stands on a line of its own.
fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// Entity or complex type, property, type.
fn properties(xml: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut of = String::new();
    for line in xml.lines() {
        if line.starts_with("<EntityType") || line.starts_with("<ComplexType") {
            attribute(line, "Name").unwrap().clone_into(&mut of);
        } else if line.starts_with("<Property ") {
            let both = (attribute(line, "Name").unwrap(), attribute(line, "Type").unwrap());
            found.push((of.clone(), both.0.to_owned(), both.1.to_owned()));
        }
    }
    found
}

/// The type that a property of the description has in CSDL. Enumerations are text on the wire.
fn in_csdl(description: &Value, schema: &Value) -> String {
    let single = |schema: &Value| {
        let reference = schema["allOf"][0]["$ref"].as_str().or_else(|| schema["$ref"].as_str());
        if let Some(path) = reference {
            let kind = description.pointer(path.trim_start_matches('#')).unwrap();
            let name = path.rsplit("microsoft.").next().unwrap();
            return if kind["type"] == "string" { "Edm.String".to_owned() } else { name.to_owned() };
        }
        match (schema["type"].as_str().unwrap_or_default(), schema["format"].as_str().unwrap_or_default()) {
            ("boolean", _) => "Edm.Boolean",
            ("integer", "int64") => "Edm.Int64",
            ("integer", _) => "Edm.Int32",
            ("number", _) => "Edm.Double",
            (_, "date-time") => "Edm.DateTimeOffset",
            (_, "uuid") => "Edm.Guid",
            (_, "base64url") => "Edm.Binary",
            (_, "time") => "Edm.TimeOfDay",
            _ => "Edm.String",
        }
        .to_owned()
    };
    if schema["type"] == "array" {
        format!("Collection({})", single(&schema["items"]))
    } else {
        single(schema)
    }
}

#[tokio::test]
async fn properties_of_the_description_of_ours_have_their_published_types() {
    let Some(description) = description() else { return };
    let server = Server::start().await;
    let xml = server.get(&server.token_of(&server.member), "/v1.0/$metadata").await.expect(200).text;
    let mut wrong = Vec::new();
    let mut compared = 0;
    // The second namespace is ours; it has types of the same names.
    let published = xml.split("<Schema Namespace=\"hospes\"").next().unwrap();
    for (of, name, kind) in properties(published) {
        let schemas = &description["components"]["schemas"];
        let Some(schema) = schemas[format!("microsoft.graph.{of}")]["properties"].get(&name) else {
            continue;
        };
        compared += 1;
        let wanted = in_csdl(&description, schema);
        if kind != wanted {
            wrong.push(format!("{of}.{name} is {kind} and not {wanted}"));
        }
    }
    assert!(compared > 300, "only {compared} properties were compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
