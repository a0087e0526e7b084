//! Every line of ours that the published description has, called as whoever may and as whoever may not: both answers are what
//! it promises. Refuses to overlook one: what is not called is named here with its reason.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::description::{description, misfits, promised};
use crate::harness::{Routed, Sample, Server, graph_routes};
use crate::permissions::{Stage, every_row, row_route, send};

/// Lines that are not called, with the reason.
const NOT_CALLED: &[(&str, &str, &str)] = &[];

/// Ends of places where we say more than the description has, with the reason.
const MORE: &[(&str, &str)] = &[
    (
        "].authenticationRequirement",
        "of the newer version of a line of the sign-in log, and read by clients of it",
    ),
    ("].userType", "the same"),
    ("200.authenticationRequirement", "the same"),
    ("200.userType", "the same"),
    (
        "error.innerError.reason",
        "innerError may hold anything (graph-conventions.md section 1): what a caller lacks",
    ),
    ("error.innerError.missingPermission", "the same"),
    ("error.innerError.missingRole", "the same"),
];

/// A path of the description as our table spells it.
fn template(path: &str) -> String {
    let mut spelled = String::new();
    let mut rest = path;
    while let Some((before, inside)) = rest.split_once('{') {
        let (name, after) = inside.split_once('}').unwrap();
        if let Some(before) = before.strip_suffix("(appId='") {
            // Another spelling of the id.
            spelled.extend([before, "/{id}"]);
            rest = after.strip_prefix("')").unwrap();
        } else if let Some(before) = before.strip_suffix(&format!("({name}='")) {
            spelled.extend([before, "(", name, ")"]);
            rest = after.strip_prefix("')").unwrap();
        } else {
            spelled.extend([before, "{id}"]);
            rest = after;
        }
    }
    spelled.push_str(rest);
    spelled.replace("delta()", "delta")
}

/// The operations of the description that are ours, too.
fn ours(description: &Value) -> Vec<(Routed, &Value)> {
    let there: BTreeSet<Routed> = graph_routes().into_iter().collect();
    let mut found = Vec::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        let template = template(path);
        for (method, operation) in operations.as_object().unwrap() {
            let method = method.to_uppercase();
            if let Some(route) = there.iter().find(|r| r.method == method && r.path == template) {
                found.push((*route, operation));
            }
        }
    }
    // What is there to be read is there before something is changed.
    found.sort_by_key(|(route, _)| route.method != "GET");
    found
}

/// What is wrong with an answer.
fn wrong(
    description: &Value,
    operation: &Value,
    sample: &Sample,
    reply: &crate::harness::Reply,
) -> Vec<String> {
    let status = reply.status.as_u16();
    let place = format!("{} {} {status}", sample.route.method, sample.route.path);
    let Some(schema) = promised(description, operation, status) else {
        return if reply.text.is_empty() {
            Vec::new()
        } else {
            vec![format!("{place} has a body: {}", reply.text)]
        };
    };
    // Objects come with their default properties, which are not all that the description requires.
    let usual = sample.route.method == "GET" && status == 200;
    let found = misfits(description, schema, &reply.json, &place, usual);
    let known = |line: &String| {
        let place = line.strip_suffix(" is not published");
        place.is_some_and(|place| MORE.iter().any(|(more, _)| place.ends_with(more)))
    };
    found.into_iter().filter(|line| !known(line)).collect()
}

#[test]
fn paths_of_the_description_are_found_in_our_table() {
    for (path, spelled) in [
        ("/users/{user-id}/memberOf", "/users/{id}/memberOf"),
        ("/applications(appId='{appId}')", "/applications/{id}"),
        (
            "/directoryRoles(roleTemplateId='{roleTemplateId}')/members",
            "/directoryRoles(roleTemplateId)/members",
        ),
        ("/users/delta()", "/users/delta"),
    ] {
        assert_eq!(template(path), spelled);
    }
}

#[tokio::test]
async fn every_answer_is_what_the_published_description_promises() {
    let Some(description) = description() else { return };
    let operations = ours(&description);
    assert!(operations.len() > 60, "only {} lines of ours were found", operations.len());
    let stage = Stage::new(Arc::new(Server::start().await)).await;
    let server = Arc::clone(&stage.server);
    let nobody = server.token_with(server.tenant, server.admin.id, 1, &[]);
    let (mut found, mut called) = (Vec::new(), 0);
    for (route, operation) in operations {
        if NOT_CALLED.iter().any(|(method, path, _)| (*method, *path) == (route.method, route.path)) {
            continue;
        }
        called += 1;
        let row = every_row().find(|row| row_route(row) == route).unwrap();
        let sample = stage.fresh(row).await;
        // Each refusal of a kind is the same everywhere: one for want of permission, one for what cannot be read.
        let refused = send(&server, "/v1.0", Some(&nobody), &sample).await.expect(403);
        found.extend(wrong(&description, operation, &sample, &refused));
        let token = server.live_token(server.tenant, server.admin.id);
        let path = format!("{}?$select=a&$select=b", sample.path);
        let twice = Sample { path, ..sample.clone() };
        let odd = if route.method == "GET" { twice } else { Sample { body: "x".into(), ..sample.clone() } };
        let reply = send(&server, "/v1.0", Some(&token), &odd).await;
        if reply.status.is_client_error() {
            found.extend(wrong(&description, operation, &sample, &reply));
        }
        let again = if reply.status.is_success() { stage.fresh(row).await } else { sample };
        let token = server.live_token(server.tenant, server.admin.id);
        let reply = send(&server, "/v1.0", Some(&token), &again).await;
        if !reply.status.is_success() {
            found.push(format!("{} {}: {} {}", route.method, route.path, reply.status, reply.text));
            continue;
        }
        found.extend(wrong(&description, operation, &again, &reply));
    }
    assert!(found.is_empty(), "of {called} lines:\n{}", found.join("\n"));
}
