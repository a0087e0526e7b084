//! What bounds a question, and what a question cannot say (reference/threats.md J1 to J4).

use serde_json::json;

use super::{encoded, eventually};
use crate::harness::Server;

#[tokio::test]
async fn j1_a_search_cannot_carry_anything_but_a_search() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for search in [
        "mia",
        "\"mia\"",
        "displayName:mia",
        "\"displayName:mia",
        "\"displayName:mia\" OR 1=1",
        "\"displayName:mia\"; DROP TABLE users",
        "\"displayName:mia\" UNION SELECT 1",
        "\"displayName:a\0\"",
        "\"displayName:\"",
        "\"\"",
        "(",
    ] {
        let reply = eventually(&server, &token, &format!("/v1.0/users?$search={}", encoded(search))).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (400, "BadRequest"), "{search}: {}", reply.text);
        assert!(reply.json.get("value").is_none(), "{search} got data");
    }
    // What is a wildcard elsewhere is text here.
    for text in ["%", "_", "*", "mi%", "m_a", "' OR '1'='1", "\\\"", "\\\\"] {
        let path = format!("/v1.0/users?$search={}", encoded(&format!("\"displayName:{text}\"")));
        let found = eventually(&server, &token, &path).await.expect(200);
        assert_eq!(found.json["value"], json!([]), "{text}");
    }
    let path = format!("/v1.0/users?$search={}", encoded("\"displayName:MI\""));
    assert_eq!(eventually(&server, &token, &path).await.json["value"][0]["displayName"], "mia");
}

#[tokio::test]
async fn j2_a_huge_search_or_expand_is_refused_unread() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let clauses = |n: usize| vec!["\"mail:a\""; n].join(" OR ");
    for search in [
        format!("{}\"mail:a\"{}", "(".repeat(4_000), ")".repeat(4_000)),
        "(".repeat(20_000),
        clauses(101),
        format!("\"displayName:{}\"", ". a ".repeat(5_000)),
        format!("\"mail:{}\"", "a".repeat(9_000)),
    ] {
        let reply = eventually(&server, &token, &format!("/v1.0/users?$search={}", encoded(&search))).await;
        assert!(matches!(reply.status.as_u16(), 400 | 414), "{}: {}", &search[..30], reply.status);
        assert!(reply.text.len() < 4096, "the refusal does not repeat what it refuses");
    }
    eventually(&server, &token, &format!("/v1.0/users?$search={}", encoded(&clauses(100)))).await.expect(200);
    for (times, status) in [(10, 200), (11, 400)] {
        let counts = vec!["otherMails/$count eq 1"; times].join(" or ");
        let path = format!("/v1.0/users?$count=true&$filter={}", encoded(&counts));
        assert_eq!(eventually(&server, &token, &path).await.status, status, "{times}");
    }
    let nested = format!("{}memberOf{}", "memberOf($expand=".repeat(300), ")".repeat(300));
    let reply = server.get(&token, &format!("/v1.0/users?$expand={nested}")).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text.len() < 4096);
}

#[tokio::test]
async fn j3_relations_do_not_go_round_in_circles_and_are_cut() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let admin = server.token_of(&server.admin);
    let group = server.group;
    for number in 0..25 {
        let made = server.post(&admin, "/v1.0/users", json!({
            "displayName": format!("p{number}"), "userPrincipalName": format!("p{number}@fabrikam.example"),
            "accountEnabled": true, "mailNickname": format!("p{number}"),
            "passwordProfile": { "password": "a long enough password" },
        }));
        let id = made.await.expect(201).json["id"].as_str().unwrap().to_owned();
        let member = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{id}") });
        server.post(&admin, &format!("/v1.0/groups/{group}/members/$ref"), member).await.expect(204);
    }
    let read =
        server.get(&token, &format!("/v1.0/groups/{group}?$expand=members($select=id)")).await.expect(200);
    let members = read.json["members"].as_array().unwrap();
    assert_eq!(members.len(), 20, "at most twenty of a relation");
    assert_eq!(members[0].as_object().unwrap().len(), 2, "{}: its id and its type", members[0]);
    assert_eq!(
        read.json["@odata.context"],
        "https://hospes.example/v1.0/$metadata#groups(members(id))/$entity"
    );
    for (path, name) in [
        ("/groups?$expand=members($expand=memberOf)", "'$expand'"),
        ("/users?$expand=memberOf($expand=members($expand=memberOf))", "'$expand'"),
        ("/users?$expand=memberOf($levels=max)", "'$levels'"),
        ("/users?$expand=manager/manager", "'manager/manager'"),
        ("/users?$expand=*", "'*'"),
    ] {
        let reply = server.get(&token, &format!("/v1.0{path}")).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (400, "Request_UnsupportedQuery"), "{path}");
        assert!(reply.message().contains(name), "{}", reply.message());
    }
}

#[tokio::test]
async fn j4_hidden_properties_cannot_be_guessed_by_search_count_or_relation() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for name in ["passwordProfile", "password_hash", "upn_key", "signInActivity", "identities", "nothing"] {
        for query in [
            format!("$search={}", encoded(&format!("\"{name}:a\""))),
            format!("$count=true&$filter={}", encoded(&format!("{name}/$count eq 0"))),
            format!("$count=true&$filter={}", encoded(&format!("{name}/all(x:x eq 'a')"))),
            format!("$count=true&$filter={}", encoded(&format!("endsWith({name},'a')"))),
            format!("$expand={name}"),
        ] {
            let reply = eventually(&server, &token, &format!("/v1.0/users?{query}")).await;
            assert_eq!(reply.status, 400, "{query}: {}", reply.text);
        }
    }
    for log in ["auditLogs/directoryAudits", "auditLogs/signIns", "oauth2PermissionGrants", "directoryRoles"]
    {
        let reply = eventually(&server, &token, &format!("/v1.0/{log}?$search=%22displayName:a%22")).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (400, "Request_UnsupportedQuery"), "{log}");
    }
    for query in ["$search=%22keyCredentials:a%22", "$count=true&$filter=passwordCredentials/$count%20ne%200"]
    {
        let reply = eventually(&server, &token, &format!("/v1.0/applications?{query}")).await;
        assert_eq!(reply.status, 400, "{query}: {}", reply.text);
    }
}
