//! The links of a relation instead of its objects, and a link that is taken away by its address.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::Server;
use crate::queries::eventually;

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") })
}

fn address(root: &str, id: &Value) -> String {
    format!("https://hospes.example/{root}/directoryObjects/{}", id.as_str().unwrap())
}

#[tokio::test]
async fn all_links_of_a_relation_are_those_of_its_list() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (mia, hugo, group) = (server.member.id.to_string(), server.helpdesk.id.to_string(), server.group);
    let app = server.make_app("Orders", json!({})).await;
    let own = [
        format!("groups/{group}/members"),
        format!("groups/{group}/owners"),
        format!("applications/{}/owners", app.id),
        format!("servicePrincipals/{}/owners", app.principal),
        "directoryRoles/95e79109-95c0-4d8e-aee3-d01accf2d47b/members".to_owned(),
        format!("users/{hugo}/sponsors"),
    ];
    for list in &own {
        server.post(&admin, &format!("/v1.0/{list}/$ref"), reference(&mia)).await.expect(204);
    }
    server.put(&admin, &format!("/v1.0/users/{hugo}/manager/$ref"), reference(&mia)).await.expect(204);
    let others = [
        format!("groups/{group}/transitiveMembers"),
        format!("users/{mia}/memberOf"),
        format!("users/{mia}/transitiveMemberOf"),
        format!("users/{mia}/ownedObjects"),
        format!("users/{mia}/directReports"),
    ];
    for list in own.iter().chain(&others) {
        for root in ["v1.0", "beta"] {
            let listed = server.get(&admin, &format!("/{root}/{list}?$select=id")).await.expect(200).json;
            let listed = listed["value"].as_array().unwrap().clone();
            assert!(!listed.is_empty(), "{list}");
            let found = server.get(&admin, &format!("/{root}/{list}/$ref")).await.expect(200).json;
            let rows: Vec<Value> =
                listed.iter().map(|one| json!({ "@odata.id": address(root, &one["id"]) })).collect();
            assert_eq!(found["value"], json!(rows), "{root} {list}");
            let context = format!("https://hospes.example/{root}/$metadata#Collection($ref)");
            assert_eq!(found["@odata.context"], context, "{list}");
        }
    }
    // What a relation does not know has no links either.
    server.get(&admin, "/v1.0/users/$ref").await.expect(404);
    server.get(&admin, &format!("/v1.0/groups/{mia}/members/$ref")).await.expect(404);
}

#[tokio::test]
async fn links_come_in_pages_and_can_be_picked_and_counted() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let path = format!("/v1.0/groups/{}/members/$ref", server.group);
    let mut wanted = BTreeSet::new();
    for n in 0..5 {
        let id = server.add_person(&format!("many{n}"), &[]).await.id.to_string();
        server.post(&admin, &path, reference(&id)).await.expect(204);
        wanted.insert(format!("https://hospes.example/v1.0/directoryObjects/{id}"));
    }
    let mut next = Some(format!("{path}?$top=2&$select=displayName&$count=true"));
    let (mut found, mut pages) = (BTreeSet::new(), 0);
    while let Some(at) = next {
        let page = eventually(&server, &admin, &at).await.expect(200).json;
        if pages == 0 {
            assert_eq!(page["@odata.count"], 5);
        }
        let rows = page["value"].as_array().unwrap().iter();
        found.extend(rows.map(|row| row["@odata.id"].as_str().unwrap().to_owned()));
        next = page["@odata.nextLink"].as_str().map(|link| link.replace("https://hospes.example", ""));
        pages += 1;
    }
    assert_eq!((found, pages), (wanted, 3));
    let filtered = format!("{path}?$filter=startsWith(displayName,'many3')&$count=true");
    let found = eventually(&server, &admin, &filtered).await.expect(200).json;
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_link_is_taken_away_by_its_address() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (mia, hugo) = (server.member.id.to_string(), server.helpdesk.id.to_string());
    for list in [
        format!("groups/{}/members", server.group),
        format!("groups/{}/owners", server.group),
        "directoryRoles/95e79109-95c0-4d8e-aee3-d01accf2d47b/members".to_owned(),
        format!("users/{hugo}/sponsors"),
    ] {
        let path = format!("/v1.0/{list}/$ref");
        for (id, option) in [(&mia, "@id"), (&mia, "%40id"), (&mia, "$id")] {
            server.post(&admin, &path, reference(id)).await.expect(204);
            let other = server.inviter.id.to_string();
            server.post(&admin, &path, reference(&other)).await;
            let at = "https%3A%2F%2Fhospes.example%2Fv1.0%2FdirectoryObjects%2F";
            server.delete(&admin, &format!("{path}?{option}={at}{id}")).await.expect(204);
            let left = server.get(&admin, &path).await.expect(200).text;
            assert!(!left.contains(id.as_str()), "{list} {option}");
            server.delete(&admin, &format!("{path}?{option}={at}{id}")).await.expect(404);
        }
        let refused = server.delete(&admin, &path).await.expect(400);
        assert!(refused.message().contains("@id") || refused.text.contains("@id"), "{}", refused.text);
        let mia_asks = server.token_of(&server.member);
        server.delete(&mia_asks, &format!("{path}?@id={}", server.inviter.id)).await.expect(403);
    }
}
