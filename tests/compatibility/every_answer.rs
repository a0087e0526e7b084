//! Every line of ours that the published description has, called as whoever may and as whoever may not: both answers are what
//! it promises. Refuses to overlook one: what is not called is named here with its reason.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::description::{description, misfits, promised};
use crate::harness::{Routed, Sample, Server, graph_routes};
use crate::permissions::{Stage, every_row, row_route, send};

/// Operations of the description that are not ours, with the reason.
const NOT_OURS: &[(&str, &str, &str)] = &[
    ("POST", "/identity/identityProviders", "the two built-in ones are all there are (docs/decisions/0021)"),
    ("PATCH", "/identity/identityProviders/{id}", "the same"),
    ("DELETE", "/identity/identityProviders/{id}", "the same"),
];

/// Lists that nothing is in when they are called, with the reason: their answer shows only that it is a list.
const EMPTY: &[(&str, &str)] = &[
    (
        "/directory/deletedItems/graph.application",
        "nothing but users was deleted; tests/journeys/groups.rs looks at others",
    ),
    ("/directory/deletedItems/graph.group", "the same"),
    ("/directory/deletedItems/graph.servicePrincipal", "the same"),
    ("/groups/{id}/appRoleAssignments", "groups are given roles in tests/journeys/groups.rs"),
    ("/groups/{id}/memberOf", "the group stands in no other"),
    ("/me/appRoleAssignments", "the administrator has none"),
    ("/me/memberOf/graph.group", "the administrator is in none"),
    ("/servicePrincipals/{id}/appRoleAssignments", "the application has none"),
    ("/directoryObjects/{id}/checkMemberGroups", "texts alone"),
    ("/directoryObjects/{id}/getMemberGroups", "texts alone"),
    ("/me/checkMemberGroups", "texts alone"),
    ("/me/getMemberGroups", "texts alone"),
    ("/users/{id}/checkMemberGroups", "texts alone"),
    ("/users/{id}/getMemberGroups", "texts alone"),
];

/// Ends of places where we say more than the description has, with the reason.
const MORE: &[(&str, &str)] = &[
    ("servicePrincipals.createdDateTime", "of the newer version of the type; only for whoever selects it"),
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
pub(super) fn ours(description: &Value) -> Vec<(Routed, &Value)> {
    let there: BTreeSet<Routed> = graph_routes().into_iter().collect();
    let mut found = Vec::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        let template = template(path);
        let methods = ["get", "post", "patch", "put", "delete"];
        for (method, operation) in operations.as_object().unwrap() {
            if !methods.contains(&method.as_str()) {
                continue;
            }
            let method = method.to_uppercase();
            // Every list is counted by its own line, as plain text: tests/permissions/spellings.rs counts them all.
            if let Some(list) = template.strip_suffix("/$count") {
                assert!(there.iter().any(|r| r.method == "GET" && r.path == list), "{path}: is it ours?");
                continue;
            }
            let route = there.iter().find(|r| r.method == method && r.path == template);
            let missing = NOT_OURS.iter().any(|(m, path, _)| *m == method && *path == template);
            assert!(route.is_some() != missing, "{method} {path}: is it ours?");
            found.extend(route.map(|route| (*route, operation)));
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
    let mut found = misfits(description, schema, &reply.json, &place, usual);
    if reply.text.contains("\"hospes.") {
        found.push(format!("{place} shows a property of ours that nobody selected: {}", reply.text));
    }
    found.into_iter().filter(|line| !known(line)).collect()
}

/// Whether it is known that we say more there.
pub(super) fn known(line: &str) -> bool {
    let place = line.strip_suffix(" is not published");
    place.is_some_and(|place| MORE.iter().any(|(more, _)| place.ends_with(more)))
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
    let stage = Stage::new(Arc::new(Server::start().await)).await;
    let server = Arc::clone(&stage.server);
    let nobody = server.token_with(server.tenant, server.admin.id, 1, &[]);
    let (mut found, mut empty, called) = (Vec::new(), Vec::new(), operations.len());
    for (route, operation) in operations {
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
        if reply.json["value"].as_array().is_some_and(Vec::is_empty) {
            empty.push(route.path);
        }
    }
    assert!(found.is_empty(), "of {called} lines:\n{}", found.join("\n"));
    assert_eq!(empty, EMPTY.iter().map(|(path, _)| *path).collect::<Vec<_>>(), "nothing was seen there");
}
