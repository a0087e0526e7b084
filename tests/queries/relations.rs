//! Relations that a request names: in `$select`, where they add nothing, and in `$expand`, where managers come up to the top.

use serde_json::{Value, json};

use super::eventually;
use crate::harness::Server;

fn names(of: &Value) -> Vec<&str> {
    of.as_object().unwrap().keys().map(String::as_str).filter(|name| !name.starts_with('@')).collect()
}

/// As generated clients and examples do (graph-docs: api/user-list-manager.md).
#[tokio::test]
async fn a_selection_may_name_what_comes_by_expand() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let token = server.token_of(&server.admin);
    for (path, seen) in [
        (
            format!(
                "/users/{}?$expand=manager($select=id,displayName)&$select=id,displayName,manager",
                samples.user
            ),
            &["displayName", "id", "manager"][..],
        ),
        (format!("/groups/{}?$select=id,Members&$expand=members", samples.group), &["id", "members"]),
        (format!("/groups/{}?$select=id,members", samples.group), &["id"]),
        (format!("/applications/{}?$select=id,owners", samples.application), &["id"]),
        (
            format!("/servicePrincipals/{}?$select=id,memberOf,appRoleAssignedTo", samples.service_principal),
            &["id"],
        ),
        (
            format!("/users/{}?$select=id&$expand=memberOf($select=id,members)", samples.user),
            &["id", "memberOf"],
        ),
        ("/directoryRoles?$select=id,members".to_owned(), &["id"]),
        (format!("/groups/{}/members?$select=id,manager", samples.group), &["id"]),
    ] {
        let read = server.get(&token, &format!("/v1.0{path}")).await.expect(200).json;
        let one = read["value"].get(0).unwrap_or(&read);
        let mut found = names(one);
        found.sort_unstable();
        assert_eq!(found, seen, "{path}");
    }
    for wrong in [format!("/groups/{}?$select=manager", samples.group), "/users?$select=owners".to_owned()] {
        let refused = server.get(&token, &format!("/v1.0{wrong}")).await.expect(400);
        assert!(refused.message().starts_with("Could not find a property named"), "{}", refused.message());
    }
}

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") })
}

#[tokio::test]
async fn managers_come_up_to_the_top_each_in_the_one_below() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let mut chain = vec![server.member.id.to_string()];
    for n in 0..3 {
        chain.push(server.add_person(&format!("boss{n}"), &[]).await.id.to_string());
    }
    for pair in chain.windows(2) {
        let path = format!("/v1.0/users/{}/manager/$ref", pair[0]);
        server.put(&token, &path, reference(&pair[1])).await.expect(204);
    }
    let nested = |of: &Value| {
        let mut found = Vec::new();
        let mut at = &of["manager"];
        while let Some(id) = at["id"].as_str() {
            found.push(id.to_owned());
            at = &at["manager"];
        }
        found
    };
    // The published example, and its neighbours.
    let own = server.live_token(server.tenant, server.member.id);
    let me =
        "/v1.0/me?$expand=manager($levels=max;$select=id,displayName)&$select=id,displayName&$count=true";
    let me = eventually(&server, &own, me).await.expect(200).json;
    assert_eq!(nested(&me), chain[1..]);
    assert_eq!(names(&me["manager"]["manager"]["manager"]), ["displayName", "id"]);
    let one = |levels: &str| format!("/v1.0/users/{}?$expand=manager({levels}$select=id)", chain[0]);
    for (levels, count) in [("", 1), ("$levels=1;", 1), ("$levels=2;", 2), ("$levels=1000;", 3)] {
        let read = server.get(&token, &one(levels)).await.expect(200).json;
        assert_eq!(nested(&read), chain[1..=count], "{levels}");
    }
    let list = "/v1.0/users?$select=id&$expand=manager($levels=3;$select=id)";
    let list = server.get(&token, list).await.expect(200).json;
    let of = |id: &str| list["value"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
    assert_eq!((nested(of(&chain[0])), nested(of(&chain[2]))), (chain[1..].to_vec(), chain[3..].to_vec()));

    // Whoever manages in a circle comes once.
    let last = format!("/v1.0/users/{}/manager/$ref", chain[3]);
    if server.put(&token, &last, reference(&chain[0])).await.status == 204 {
        let read = server.get(&token, &one("$levels=max;")).await.expect(200).json;
        assert_eq!(nested(&read), [&chain[1..], &chain[..1]].concat());
    }
    for levels in ["0", "1001", "some"] {
        let refused = server.get(&token, &one(&format!("$levels={levels};"))).await.expect(400);
        assert!(refused.message().contains("$levels"), "{}", refused.message());
    }
    let path = "/v1.0/users?$expand=directReports($levels=2)";
    assert!(server.get(&token, path).await.expect(400).message().contains("'$levels'"));
}
