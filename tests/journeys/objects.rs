//! Groups that are changed with what was read in mind, objects that are deleted by their id alone, and texts that are
//! filtered by.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::harness::{Reply, Server};
use crate::queries::{encoded, eventually};

pub(super) async fn only_if(
    server: &Server,
    token: &str,
    method: &str,
    path: &str,
    tag: &str,
    body: Value,
) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("if-match", tag);
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    server.raw(request.body(body).unwrap()).await
}

pub(super) fn tag(reply: &Reply) -> String {
    reply.headers["etag"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn j12_a_group_that_was_changed_meanwhile_is_left_alone() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let body = json!({ "displayName": "Audit", "mailEnabled": false, "mailNickname": "audit", "securityEnabled": true });
    let made = server.post(&token, "/v1.0/groups", body).await.expect(201);
    let path = format!("/v1.0/groups/{}", made.json["id"].as_str().unwrap());
    let read = server.get(&token, &path).await.expect(200);
    assert_eq!(tag(&made), tag(&read));
    let change = |name: &str| json!({ "displayName": name });
    let changed = only_if(&server, &token, "PATCH", &path, &tag(&read), change("Review")).await.expect(204);
    assert_ne!(tag(&changed), tag(&read));
    let stale = only_if(&server, &token, "PATCH", &path, &tag(&read), change("Lost")).await.expect(412);
    assert_eq!(stale.code(), "Request_PreconditionFailed");
    assert_eq!(server.get(&token, &path).await.json["displayName"], "Review");
    only_if(&server, &token, "PATCH", &path, &tag(&changed), change("Summary")).await.expect(204);
    // Who is in it is part of what was read.
    let before = tag(&server.get(&token, &path).await);
    let member = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{}", server.member.id) });
    server.post(&token, &format!("{path}/members/$ref"), member).await.expect(204);
    only_if(&server, &token, "DELETE", &path, &before, Value::Null).await.expect(412);
    // The tag that a change with members gives is the newest.
    let more = format!("https://hospes.example/v1.0/users/{}", server.helpdesk.id);
    let body = json!({ "description": "For the books", "members@odata.bind": [more] });
    let changed = server.patch(&token, &path, body).await.expect(204);
    assert_eq!(tag(&changed), tag(&server.get(&token, &path).await));
    only_if(&server, &token, "PATCH", &path, "nonsense", change("x")).await.expect(400);
    only_if(&server, &token, "DELETE", &path, "*", Value::Null).await.expect(204);
    // Whoever may not change a group does not learn whether it changed.
    let mia = server.token_of(&server.member);
    let other = format!("/v1.0/groups/{}", server.group);
    only_if(&server, &mia, "PATCH", &other, "W/\"0\"", change("x")).await.expect(403);
}

#[tokio::test]
async fn an_object_is_deleted_by_its_id_whatever_it_is() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({})).await;
    let person = server.add_person("leaver", &[]).await.id.to_string();
    let (principal, group) = (server.portal.service_principal.id.to_string(), server.group.to_string());
    let object = |id: &str| format!("/v1.0/directoryObjects/{id}");
    for (id, kind) in
        [(&app.id, "application"), (&person, "user"), (&principal, "servicePrincipal"), (&group, "group")]
    {
        let read = server.get(&token, &object(id)).await.expect(200);
        assert_eq!(read.json["@odata.type"], format!("#microsoft.graph.{kind}"));
        server.delete(&token, &object(id)).await.expect(204);
        server.delete(&token, &object(id)).await.expect(404);
        let gone = server.get(&token, &format!("/v1.0/directory/deletedItems/{id}")).await.expect(200);
        assert_eq!(gone.json["@odata.type"], format!("#microsoft.graph.{kind}"));
        let back = format!("/v1.0/directory/deletedItems/{id}/restore");
        server.post(&token, &back, Value::Null).await.expect(200);
    }
    let stale = only_if(&server, &token, "DELETE", &object(&group), "W/\"0\"", Value::Null).await;
    assert_eq!(stale.status, 412);
    let deleted = server.look().rows(
        "SELECT activity FROM audit WHERE result = 'success' AND (activity LIKE 'Delete %' OR activity LIKE 'Remove %')",
    );
    assert_eq!(
        deleted.concat(),
        ["Delete application", "Delete user", "Remove service principal", "Delete group"]
    );
    // The last administrator stays, however the object is named.
    let refused = server.delete(&token, &object(&server.admin.id.to_string())).await;
    assert!(refused.expect(409).message().contains("last Global Administrator"));
}

#[tokio::test]
async fn the_manager_is_told_by_its_address_alone() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{}/manager/$ref", server.member.id);
    server.get(&token, &path).await.expect(404);
    let boss = server.helpdesk.id;
    let body = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{boss}") });
    server.put(&token, &path, body).await.expect(204);
    let read = server.get(&token, &path).await.expect(200).json;
    assert_eq!(read["@odata.id"], format!("https://hospes.example/v1.0/directoryObjects/{boss}"));
    assert_eq!(read["@odata.context"], "https://hospes.example/v1.0/$metadata#$ref");
    assert_eq!(read.get("displayName"), None);
}

#[tokio::test]
async fn groups_applications_and_presences_are_filtered_by_their_descriptions() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let group = format!("/v1.0/groups/{}", server.group);
    let app = server.make_app("Orders", json!({ "description": "Orders of Müller" })).await;
    let principal = format!("/v1.0/servicePrincipals/{}", server.portal.service_principal.id);
    server.patch(&token, &group, json!({ "description": "Who looks at the BOOKS" })).await.expect(204);
    server.patch(&token, &principal, json!({ "description": "Asked for by sales" })).await.expect(204);
    let found = async |set: &str, filter: &str| {
        let read = server.get(&token, &format!("/v1.0/{set}?$filter={}", encoded(filter))).await.expect(200);
        let ids =
            read.json["value"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let group_id = server.group.to_string();
    assert_eq!(
        found("groups", "description eq 'who looks at the books'").await,
        std::slice::from_ref(&group_id)
    );
    assert_eq!(found("groups", "startsWith(description,'Who')").await, [group_id]);
    assert_eq!(
        found("applications", "startsWith(description,'orders of MÜ')").await,
        std::slice::from_ref(&app.id)
    );
    let principal_id = server.portal.service_principal.id.to_string();
    assert_eq!(found("servicePrincipals", "description in ('x','asked FOR by sales')").await, [principal_id]);
    // What has none equals nothing but null, and only in an advanced query.
    let none = format!("/v1.0/groups?$count=true&$filter={}", encoded("description eq null"));
    let none = eventually(&server, &token, &none).await.expect(200).json;
    assert!(!none.to_string().contains("BOOKS"), "{none}");
    let plain = format!("/v1.0/groups?$filter={}", encoded("description ne 'x'"));
    assert_eq!(server.get(&token, &plain).await.expect(400).code(), "Request_UnsupportedQuery");
    // It follows the object out and back.
    server.patch(&token, &group, json!({ "description": "Others" })).await.expect(204);
    assert!(found("groups", "startsWith(description,'Who')").await.is_empty());
    server.delete(&token, &group).await.expect(204);
    assert_eq!(found("directory/deletedItems/graph.group", "description eq 'others'").await.len(), 1);
    let back = format!("/v1.0/directory/deletedItems/{}/restore", server.group);
    server.post(&token, &back, Value::Null).await.expect(200);
    assert_eq!(found("groups", "description eq 'others'").await.len(), 1);
}

#[tokio::test]
async fn words_of_reports_and_of_what_was_deleted_are_found() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let boss = server.helpdesk.id;
    let path = format!("/v1.0/users/{}", server.member.id);
    server.patch(&token, &path, json!({ "displayName": "Mia Berg" })).await.expect(204);
    let manager = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{boss}") });
    server.put(&token, &format!("{path}/manager/$ref"), manager).await.expect(204);
    let search = encoded("\"displayName:berg\"");
    let reports = format!("/v1.0/users/{boss}/directReports?$search={search}");
    let read = eventually(&server, &token, &reports).await.expect(200).json;
    assert_eq!(read["value"][0]["displayName"], "Mia Berg");
    server.delete(&token, &path).await.expect(204);
    let read = eventually(&server, &token, &reports).await.expect(200).json;
    assert_eq!(read["value"], json!([]));
    let deleted = format!("/v1.0/directory/deletedItems?$search={search}");
    let read = eventually(&server, &token, &deleted).await.expect(200).json;
    assert_eq!(read["value"][0]["displayName"], "Mia Berg");
}

#[tokio::test]
async fn grants_are_found_from_whom_they_are_for() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let samples = server.samples().await;
    let mia = server.member.id;
    let body = json!({
        "clientId": samples.service_principal, "consentType": "Principal", "principalId": mia,
        "resourceId": samples.graph, "scope": "User.Read",
    });
    let made = server.post(&token, "/v1.0/oauth2PermissionGrants", body).await.expect(201).json;
    let ids = async |token: &str, path: &str| {
        let read = server.get(token, &format!("/v1.0{path}/oauth2PermissionGrants")).await.expect(200).json;
        let all = read["value"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        all.collect::<Vec<_>>()
    };
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(ids(&token, &format!("/users/{mia}")).await, std::slice::from_ref(&id));
    assert_eq!(ids(&server.token_of(&server.member), "/me").await, std::slice::from_ref(&id));
    assert_eq!(ids(&token, &format!("/servicePrincipals(appId='{}')", samples.client)).await, [id]);
    assert!(ids(&token, &format!("/users/{}", server.helpdesk.id)).await.is_empty());
    let filter = encoded("resourceId eq '00000000-0000-4000-8000-000000000404'");
    let none = format!("/v1.0/users/{mia}/oauth2PermissionGrants?$filter={filter}");
    assert_eq!(server.get(&token, &none).await.expect(200).json["value"], json!([]));
}
