//! `clients/powershell/mapping.json`: what each cmdlet sends. Played against the server, row by row, and compared with the
//! text of the module. An engine compares it with what the cmdlets really send (`Test-Hospes.ps1`).

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use http::Request;
use serde_json::Value;
use tree_sitter::Node;
use url::form_urlencoded;

use super::grammar::{every, parsed};
use super::{scripts, text};
use crate::harness::{Reply, Server};

/// Parameters that reach no request, by the cmdlet or for all.
const NOT_SENT: &[(&str, &[&str])] = &[
    ("Connect-HospesMgGraph", &["*"]),
    ("Connect-HospesAzureAD", &["*"]),
    ("Select-HospesMgProfile", &["*"]),
    ("Enable-HospesFamiliarName", &["*"]),
];

fn table() -> Value {
    serde_json::from_str(&text("mapping.json")).unwrap()
}

fn rows(table: &Value) -> &[Value] {
    table["rows"].as_array().unwrap()
}

/// The public functions of the module with their text and parameters.
fn functions() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let mut found = BTreeMap::new();
    for (_, script) in scripts().into_iter().filter(|(name, _)| name.contains("/Hospes/")) {
        let tree = parsed(&script);
        every(tree.root_node(), &mut |node| {
            if node.kind() != "function_statement" {
                return;
            }
            let body = &script[node.byte_range()];
            let name = body.split_whitespace().nth(1).unwrap().to_owned();
            let mut parameters = BTreeSet::new();
            every(node, &mut |inner| {
                // The name is the variable itself, not one in a default or in an attribute; inner blocks have their own.
                if inner.kind() == "script_parameter" && !is_in_a_block(inner) {
                    let mut names = (0..inner.child_count()).filter_map(|at| inner.child(at));
                    if let Some(variable) = names.find(|child| child.kind() == "variable") {
                        parameters.insert(script[variable.byte_range()].trim_start_matches('$').to_owned());
                    }
                }
            });
            if name.contains("-Hospes") {
                found.insert(name, (body.to_owned(), parameters));
            }
        });
    }
    assert_eq!(found.len(), 16, "{:?}", found.keys());
    found
}

fn is_in_a_block(node: Node<'_>) -> bool {
    let above = std::iter::successors(node.parent(), Node::parent);
    above
        .take_while(|node| node.kind() != "function_statement")
        .any(|node| node.kind() == "script_block_expression")
}

#[test]
fn every_parameter_stands_in_the_table_and_in_the_help() {
    let table = table();
    let used: BTreeSet<_> = rows(&table)
        .iter()
        .flat_map(|row| {
            let cmdlet = row["cmdlet"].as_str().unwrap();
            row["parameters"].as_object().unwrap().keys().map(move |name| (cmdlet.to_owned(), name.clone()))
        })
        .collect();
    let functions = functions();
    for (cmdlet, parameter) in &used {
        assert!(functions[cmdlet].1.contains(parameter), "{cmdlet} has no parameter {parameter}");
    }
    for (cmdlet, (body, parameters)) in &functions {
        for section in [".SYNOPSIS", ".DESCRIPTION", ".EXAMPLE"] {
            assert!(body.contains(section), "{cmdlet} has no {section}");
        }
        let unsent =
            NOT_SENT.iter().find(|(name, _)| name == cmdlet).map(|(_, names)| *names).unwrap_or_default();
        for parameter in parameters {
            assert!(
                body.contains(&format!(".PARAMETER {parameter}\n")),
                "{cmdlet}: no help for -{parameter}"
            );
            let tried = used.contains(&(cmdlet.clone(), parameter.clone()));
            let local = unsent == ["*"] || unsent.contains(&parameter.as_str());
            assert!(tried != local, "{cmdlet} -{parameter}: a row of the table, or named as not sent");
        }
    }
}

#[test]
fn the_module_names_every_path_and_property() {
    let module: String =
        scripts().into_iter().filter(|(n, _)| n.contains("/Hospes/")).map(|(_, text)| text).collect();
    let table = table();
    for request in rows(&table).iter().flat_map(|row| row["requests"].as_array().unwrap()) {
        for part in request["path"].as_str().unwrap().split('/').skip(2) {
            assert!(part.starts_with(['{', '0']) || module.contains(&format!("/{part}")), "/{part}");
        }
        for option in request["query"].as_object().into_iter().flat_map(serde_json::Map::keys) {
            assert!(module.contains(&format!("'{option}'")), "{option}");
        }
        for property in request["body"].as_object().into_iter().flat_map(serde_json::Map::keys) {
            let lower = module.to_lowercase();
            assert!(property == "note" || lower.contains(&property.to_lowercase()), "{property}");
        }
    }
}

/// Sends a request of the table.
async fn play(server: &Server, token: &str, request: &Value, fill: &impl Fn(&str) -> String) -> Reply {
    let path: String =
        form_urlencoded::byte_serialize(fill(request["path"].as_str().unwrap()).as_bytes()).collect();
    let mut address = path.replace("%2F", "/").replace('+', "%20");
    if let Some(query) = request["query"].as_object() {
        let pairs = query.iter().map(|(name, value)| (name.as_str(), fill(value.as_str().unwrap())));
        address = format!(
            "{address}?{}",
            form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
        );
    }
    let mut sent = Request::builder().method(request["method"].as_str().unwrap()).uri(address);
    sent = sent.header("authorization", format!("Bearer {token}"));
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        sent = sent.header(name, value.as_str().unwrap());
    }
    let body = match &request["body"] {
        Value::Null => Body::empty(),
        body => {
            sent = sent.header("content-type", "application/json; charset=utf-8");
            Body::from(fill(&body.to_string()))
        }
    };
    server.raw(sent.body(body).unwrap()).await
}

#[tokio::test]
async fn the_server_answers_every_row_as_the_table_says() {
    let server = Server::start().await;
    let automation = server.app_token().await;
    let table = table();
    for (number, row) in rows(&table).iter().enumerate() {
        let mail = format!("guest{number}@contoso.example");
        let (guest, _) = server.invite(&automation, &mail).await;
        let read = server.get(&automation, &format!("/v1.0/users/{guest}")).await.expect(200).json;
        let upn = read["userPrincipalName"].as_str().unwrap().to_owned();
        let sponsor = server.member.id.to_string();
        let fill = |text: &str| {
            let text = text.replace("{guest}", &guest).replace("{upn}", &upn);
            text.replace("{mail}", &mail).replace("{sponsor}", &sponsor)
        };
        let mut last = None;
        for request in row["requests"].as_array().unwrap() {
            last = Some(play(&server, &automation, request, &fill).await);
        }
        let last = last.unwrap();
        if let Some(status) = row["status"].as_u64() {
            assert_eq!(u64::from(last.status.as_u16()), status, "row {}: {row}\n{}", number + 1, last.text);
        }
        // What the module reads of an answer.
        if last.status == 201 {
            assert!(last.json["invitedUser"]["id"].is_string() && last.json["inviteRedeemUrl"].is_string());
        }
        if last.status.is_client_error() {
            let inner = &last.json["error"]["innerError"];
            assert!(
                last.json["error"]["code"].is_string() && inner["request-id"].is_string(),
                "{}",
                last.text
            );
        }
    }
}
