//! What clients read back, and read as an answer to what they asked: nothing asked for is passed over in silence
//! (reference/graph-conventions.md sections 1 and 4, reference/user-object.md sections 2 and 6).

use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::harness::{Reply, Server};

fn names(of: &serde_json::Value) -> Vec<&str> {
    of.as_object().unwrap().keys().map(String::as_str).filter(|name| !name.starts_with('@')).collect()
}

#[tokio::test]
async fn sponsors_come_with_their_guest_and_no_other_relation_is_passed_over() {
    let server = Server::start().await;
    let token = server.token_of(&server.user_admin);
    let (guest, _) = server.invite(&server.token_of(&server.inviter), "ana@contoso.example").await;
    for root in ["/v1.0", "/beta"] {
        let read = server.get(&token, &format!("{root}/users/{guest}?$expand=sponsors&$select=id")).await;
        let read = read.expect(200).json;
        assert_eq!(read["sponsors"][0]["id"], server.inviter.id.to_string());
        assert_eq!(read["sponsors"][0]["@odata.type"], "#microsoft.graph.user");
    }
    let group = server.group;
    let sample = server.portal.service_principal.id;
    for path in [
        format!("/users/{guest}?$expand=calendar"),
        "/me?$expand=calendar".to_owned(),
        "/users?$expand=sponsors($top=1)".to_owned(),
        format!("/groups/{group}?$expand=drive"),
        format!("/groups/{group}/owners?$expand=memberOf"),
        format!("/servicePrincipals/{sample}?$expand=ownedObjects"),
        format!("/directoryObjects/{group}?$expand=members"),
        "/organization?$expand=branding".to_owned(),
    ] {
        let admin = server.token_of(&server.admin);
        let refused = server.get(&admin, &format!("/v1.0{path}")).await.expect(400);
        assert_eq!(refused.code(), "Request_UnsupportedQuery", "{path}");
    }
}

#[tokio::test]
async fn the_organisation_and_owners_show_what_was_selected() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let read = server.get(&token, "/v1.0/organization?$select=id,verifiedDomains").await.expect(200).json;
    assert_eq!(names(&read["value"][0]), ["id", "verifiedDomains"]);
    assert!(read["@odata.context"].as_str().unwrap().ends_with("#organization(id,verifiedDomains)"));
    let one = format!("/v1.0/organization/{}?$select=displayName", server.tenant);
    let read = server.get(&token, &one).await.expect(200).json;
    assert_eq!((names(&read), &read["displayName"]), (vec!["displayName"], &json!("Fabrikam")));
    server.get(&token, "/v1.0/organization?$select=bogus").await.expect(400);

    let owner = format!("https://hospes.example/v1.0/users/{}", server.member.id);
    let group = json!({ "displayName": "Owned", "mailEnabled": false, "mailNickname": "owned",
        "securityEnabled": true, "owners@odata.bind": [owner] });
    let made = server.post(&token, "/v1.0/groups", group).await.expect(201).json;
    let path = format!("/v1.0/groups/{}/owners?$select=id", made["id"].as_str().unwrap());
    let owners = server.get(&token, &path).await.expect(200).json;
    assert_eq!(names(&owners["value"][0]), ["id"]);
}

#[tokio::test]
async fn a_nickname_can_be_changed_and_is_found_by_its_new_spelling() {
    let server = Server::start().await;
    let token = server.token_of(&server.user_admin);
    let path = format!("/v1.0/users/{}", server.member.id);
    server.patch(&token, &path, json!({ "mailNickname": "Mia.Berg" })).await.expect(204);
    let found = "/v1.0/users?$select=id,mailNickname&$filter=mailNickname%20eq%20'mia.berg'";
    let found = server.get(&token, found).await.expect(200).json;
    let wanted = json!([{ "id": server.member.id.to_string(), "mailNickname": "Mia.Berg" }]);
    assert_eq!(found["value"], wanted);
    for bad in [json!(null), json!(""), json!("a@b"), json!("a b"), json!("x".repeat(65))] {
        let refused = server.patch(&token, &path, json!({ "mailNickname": bad })).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"], "mailNickname", "{bad}");
    }
    server.patch(&server.token_of(&server.helpdesk), &path, json!({ "mailNickname": "x" })).await.expect(403);
}

/// Terraform reads every assignment again by its address, and so does whoever follows `Location`.
#[tokio::test]
async fn an_app_role_assignment_can_be_read_where_it_was_made() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let (portal, guest) = (&server.portal.service_principal, server.member.id);
    let body = json!({ "principalId": guest.to_string(), "resourceId": portal.id.to_string(),
        "appRoleId": portal.app_roles[0].id.to_string() });
    let path = format!("/v1.0/users/{guest}/appRoleAssignments");
    let made = server.post(&token, &path, body).await.expect(201);
    let location = made.headers["location"].to_str().unwrap().strip_prefix("https://hospes.example").unwrap();
    let same = |read: Reply| {
        let mut read = read.expect(200).json;
        read["@odata.context"] = made.json["@odata.context"].clone();
        assert_eq!(read, made.json);
    };
    let id = made.json["id"].as_str().unwrap();
    same(server.get(&token, location).await);
    same(server.get(&token, &format!("{path}/{id}")).await);
    same(server.get(&token, &format!("/beta/servicePrincipals/{}/appRoleAssignedTo/{id}", portal.id)).await);
    let by_app = format!("/v1.0/servicePrincipals(appId='{}')/appRoleAssignedTo/{id}", portal.client_id);
    same(server.get(&token, &by_app).await);
    same(server.get(&server.token_of(&server.member), &format!("{path}/{id}")).await);

    let elsewhere = format!("/v1.0/users/{}/appRoleAssignments/{id}", server.inviter.id);
    let refused = server.get(&token, &elsewhere).await.expect(404);
    assert_eq!(refused.code(), "Request_ResourceNotFound");
    server.delete(&token, location).await.expect(204);
    assert!(server.get(&token, location).await.expect(404).message().contains(id));
}

#[tokio::test]
async fn a_name_on_a_foreign_domain_is_refused_in_the_words_scripts_look_for() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let body = json!({ "accountEnabled": true, "displayName": "X", "mailNickname": "x",
        "userPrincipalName": "x@elsewhere.example", "passwordProfile": { "password": "correct horse" } });
    let refused = server.post(&token, "/v1.0/users", body).await.expect(400);
    assert_eq!(
        (refused.code(), refused.message()),
        ("Request_BadRequest", "Property userPrincipalName is invalid.")
    );
    let detail = &refused.json["error"]["details"][0];
    assert_eq!((&detail["code"], &detail["target"]), (&json!("InvalidValue"), &json!("userPrincipalName")));
}

#[tokio::test]
async fn the_address_in_an_error_of_the_token_endpoint_leads_to_a_page() {
    let server = Server::start().await;
    let request = Request::post(format!("/{}/oauth2/v2.0/token", server.tenant))
        .header("content-type", "application/x-www-form-urlencoded");
    let refused = server.raw(request.body(Body::from("grant_type=nonsense&client_id=x")).unwrap()).await;
    let address = refused.expect(400).json["error_uri"].as_str().unwrap().to_owned();
    let path = address.strip_prefix("https://hospes.example").unwrap().to_owned();
    let page = server.raw(Request::get(&path).body(Body::empty()).unwrap()).await.expect(200);
    let number = path.split_once("code=").unwrap().1;
    assert!(page.text.contains(&format!("AADSTS{number}. ")));
    assert!(!page.text.contains("docs/"), "a browser cannot open a file of the repository");
    let known =
        server.raw(Request::get("/error?code=7000222").body(Body::empty()).unwrap()).await.expect(200);
    assert!(
        known.text.contains("secret has ended") && known.text.contains("create a new one"),
        "{}",
        known.text
    );
    let unknown = server.raw(Request::get("/error?code=4711").body(Body::empty()).unwrap()).await.expect(200);
    assert!(unknown.text.contains("This server gives no answer of that number."), "{}", unknown.text);
    for nothing in ["/error", "/error?code=<b>", "/error?code=99999999999"] {
        let request = Request::get(nothing.replace('<', "%3C").replace('>', "%3E"));
        server.raw(request.body(Body::empty()).unwrap()).await.expect(404);
    }
}

#[tokio::test]
async fn a_new_name_may_not_be_somebody_elses_address() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let mia = format!("/v1.0/users/{}", server.member.id);
    server.patch(&token, &mia, json!({ "mail": "reception@fabrikam.example" })).await.expect(204);
    let body = json!({
        "accountEnabled": true, "displayName": "Rex", "mailNickname": "rex", "userPrincipalName": "reception@fabrikam.example",
        "passwordProfile": { "password": "correct horse battery" },
    });
    let refused = server.post(&token, "/v1.0/users", body).await.expect(400);
    assert!(refused.message().contains("userPrincipalName"), "{}", refused.message());
    let hugo = format!("/v1.0/users/{}", server.helpdesk.id);
    server
        .patch(&token, &hugo, json!({ "userPrincipalName": "reception@fabrikam.example" }))
        .await
        .expect(400);
}
