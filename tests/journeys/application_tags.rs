//! Applications and service principals that are changed with what was read in mind, as users and groups are.

use serde_json::{Value, json};

use super::objects::{only_if, tag};
use crate::harness::Server;

#[tokio::test]
async fn j12_an_application_that_was_changed_meanwhile_is_left_alone() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    for (collection, made) in [
        ("applications", json!({ "displayName": "Orders" })),
        ("servicePrincipals", json!({ "appId": server.make_bare("Stock").await })),
    ] {
        let made = server.post(&token, &format!("/v1.0/{collection}"), made).await.expect(201);
        let path = format!("/v1.0/{collection}/{}", made.json["id"].as_str().unwrap());
        let by_client = format!("/v1.0/{collection}(appId='{}')", made.json["appId"].as_str().unwrap());
        let read = server.get(&token, &path).await.expect(200);
        assert_eq!(tag(&made), tag(&read), "{collection}");
        assert_eq!(tag(&server.get(&token, &by_client).await), tag(&read), "{collection}");
        let change = |text: &str| json!({ "notes": text, "tags": [text] });
        let changed = only_if(&server, &token, "PATCH", &path, &tag(&read), change("one")).await.expect(204);
        assert_ne!(tag(&changed), tag(&read), "{collection}");
        assert_eq!(tag(&server.get(&token, &path).await), tag(&changed), "{collection}");
        for at in [&path, &by_client] {
            let stale = only_if(&server, &token, "PATCH", at, &tag(&read), change("lost")).await.expect(412);
            assert_eq!(stale.code(), "Request_PreconditionFailed", "{at}");
        }
        only_if(&server, &token, "PATCH", &path, "nonsense", change("lost")).await.expect(400);
        assert_eq!(server.get(&token, &path).await.json["tags"], json!(["one"]), "{collection}");
        only_if(&server, &token, "PATCH", &path, "*", change("two")).await.expect(204);
        only_if(&server, &token, "DELETE", &path, &tag(&changed), Value::Null).await.expect(412);
        let id = format!("/v1.0/directoryObjects/{}", made.json["id"].as_str().unwrap());
        only_if(&server, &token, "DELETE", &id, &tag(&changed), Value::Null).await.expect(412);
        // Whoever may not change it does not learn whether it changed.
        let mia = server.token_of(&server.member);
        only_if(&server, &mia, "PATCH", &path, &tag(&changed), change("x")).await.expect(403);
        let last = tag(&server.get(&token, &path).await);
        only_if(&server, &token, "DELETE", &path, &last, Value::Null).await.expect(204);
    }
}

#[tokio::test]
async fn j12_whatever_can_be_seen_of_an_application_changes_its_tag() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({})).await;
    let own = format!("/v1.0/applications/{}", app.id);
    let presence = format!("/v1.0/servicePrincipals/{}", app.principal);
    let mut before = (server.get(&token, &own).await, server.get(&token, &presence).await);
    let role = json!({ "id": "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f", "value": "Clerk", "displayName": "Clerk",
        "description": "Clerk", "isEnabled": true, "allowedMemberTypes": ["User"] });
    for (path, body) in [
        (own.clone(), json!({ "displayName": "Orders and more" })),
        (own.clone(), json!({ "web": { "redirectUris": ["https://orders.example/other"] } })),
        (own.clone(), json!({ "description": "For clerks" })),
        (own.clone(), json!({ "appRoles": [role] })),
        (own.clone(), json!({ "web": { "homePageUrl": "https://orders.example/" } })),
        (format!("{own}/addPassword"), json!({ "passwordCredential": { "displayName": "second" } })),
        (presence.clone(), json!({ "accountEnabled": false })),
        (presence.clone(), json!({ "appRoleAssignmentRequired": true })),
    ] {
        let method = if path.ends_with("addPassword") { "POST" } else { "PATCH" };
        let reply = server.call(&token, method, &path, body.clone()).await;
        assert!(reply.status.is_success(), "{body}: {}", reply.text);
        let after = (server.get(&token, &own).await, server.get(&token, &presence).await);
        for (before, after) in [(&before.0, &after.0), (&before.1, &after.1)] {
            assert!(before.json == after.json || tag(before) != tag(after), "{body} keeps a tag");
        }
        before = after;
    }
}
