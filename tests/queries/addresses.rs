//! Addresses and what stands in them: ids that are none, deleted objects by the time of their deletion.

use serde_json::{Value, json};

use super::eventually;
use crate::harness::Server;

/// What cannot be an id is no object that is gone, which clients would take it for.
#[tokio::test]
async fn an_id_that_is_none_is_refused_as_one() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let token = server.token_of(&server.admin);
    let group = &samples.group;
    for path in [
        "/groups/abc",
        "/groups/abc/members",
        "/groups/abc/owners/graph.user",
        "/directoryObjects/abc",
        "/applications/abc",
        "/applications/abc/owners",
        "/servicePrincipals/abc",
        "/servicePrincipals/abc/memberOf",
        "/directoryRoles/abc",
        "/directory/deletedItems/abc",
        &format!("/groups/{group}/members/abc/$ref"),
    ] {
        let refused = server.get(&token, &format!("/v1.0{path}")).await.expect(400);
        assert_eq!(
            (refused.code(), refused.message()),
            ("Request_BadRequest", "Invalid object identifier 'abc'."),
            "{path}"
        );
    }
    let body = json!({ "ids": [group] });
    let refused = server.post(&token, "/v1.0/groups/%7Bid%7D/checkMemberObjects", body).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let refused = server.delete(&token, &format!("/v1.0/groups/{group}/members/abc/$ref")).await.expect(400);
    assert_eq!(refused.message(), "Invalid object identifier 'abc'.");
    // People are found by their names, and what is no object of the directory has ids of other kinds.
    for path in ["/users/abc", "/users/abc/memberOf", "/auditLogs/signIns/abc", "/subscriptions/abc"] {
        let refused = server.get(&token, &format!("/v1.0{path}")).await.expect(404);
        assert_eq!(refused.code(), "Request_ResourceNotFound", "{path}");
    }
    let unknown = "/v1.0/groups/84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";
    server.get(&token, unknown).await.expect(404);
}

async fn delete_in_turn(server: &Server, token: &str, set: &str, bodies: [Value; 3]) -> Vec<String> {
    let mut ids = Vec::new();
    for body in bodies {
        let made = server.post(token, &format!("/v1.0/{set}"), body).await.expect(201).json;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    for place in [1, 0, 2] {
        server.clock.advance(5);
        server.delete(token, &format!("/v1.0/{set}/{}", ids[place])).await.expect(204);
    }
    vec![ids[1].clone(), ids[0].clone(), ids[2].clone()]
}

/// The example of graph-docs: api/directory-deleteditems-list.md.
#[tokio::test]
async fn what_was_deleted_is_sorted_and_filtered_by_when() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let group = |n: u8| {
        json!({ "displayName": format!("g{n}"), "mailNickname": format!("g{n}"), "mailEnabled": false,
        "securityEnabled": true })
    };
    let user = |n: u8| {
        json!({ "displayName": format!("u{n}"), "userPrincipalName": format!("u{n}@fabrikam.example"),
        "mailNickname": format!("u{n}"), "accountEnabled": true,
        "passwordProfile": { "password": "correct horse battery" } })
    };
    let application = |n: u8| json!({ "displayName": format!("a{n}") });
    let mut presences = Vec::new();
    for n in 4..7 {
        let made = server.post(&token, "/v1.0/applications", application(n)).await.expect(201).json;
        presences.push(json!({ "appId": made["appId"] }));
    }
    let presences: [Value; 3] = presences.try_into().unwrap();
    for (set, cast, bodies) in [
        ("groups", "group", [group(1), group(2), group(3)]),
        ("users", "user", [user(1), user(2), user(3)]),
        ("applications", "application", [application(1), application(2), application(3)]),
        ("servicePrincipals", "servicePrincipal", presences),
    ] {
        let expected = delete_in_turn(&server, &token, set, bodies).await;
        let root = format!("/v1.0/directory/deletedItems/microsoft.graph.{cast}");
        for (direction, backwards) in [("asc", false), ("desc", true)] {
            let mut wanted = expected.clone();
            if backwards {
                wanted.reverse();
            }
            for top in [1, 2, 999] {
                let list = format!(
                    "{root}?$count=true&$orderby=deletedDateTime%20{direction}&$select=id,deletedDateTime&$top={top}"
                );
                let (ids, count) = super::pages(&server, &token, &list).await;
                assert_eq!((ids, count), (wanted.clone(), 3), "{cast} {direction} {top}");
            }
        }
        let all =
            eventually(&server, &token, &format!("{root}?$select=id,deletedDateTime")).await.expect(200);
        let all = all.json["value"].as_array().unwrap().clone();
        let last = all.iter().find(|one| one["id"] == expected[2].as_str()).unwrap();
        let when = last["deletedDateTime"].as_str().unwrap();
        let late =
            server.get(&token, &format!("{root}?$filter=deletedDateTime%20ge%20{when}&$select=id")).await;
        let late = late.expect(200).json;
        assert_eq!(late["value"].as_array().unwrap().len(), 1, "{late}");
        // Of those that are there nobody has the time: all stand together.
        let live = format!("/v1.0/{set}?$count=true&$orderby=deletedDateTime&$select=id&$top=1");
        let (ids, count) = super::pages(&server, &token, &live).await;
        assert_eq!(i64::try_from(ids.len()).unwrap(), count, "{set}");
        let plain = format!("{root}?$orderby=deletedDateTime");
        assert_eq!(server.get(&token, &plain).await.expect(400).code(), "Request_UnsupportedQuery");
    }
}
