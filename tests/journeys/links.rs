//! What older tools ask before they change something: links instead of objects, the organisation in front of the path, roles
//! and people by other keys, and what a group or an application is in.

use hospes_domain::access::Scope;
use serde_json::{Value, json};

use crate::harness::Server;

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") })
}

/// Tools that keep members and owners as they are written down ask for the link first, and take 404 for "is gone already".
#[tokio::test]
async fn a_member_or_owner_is_looked_up_by_its_link() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (mia, hugo) = (server.member.id.to_string(), server.helpdesk.id.to_string());
    let principal = server.portal.service_principal.id;
    let filter = format!("/v1.0/applications?$filter=appId%20eq%20'{}'", server.portal.client_id);
    let application = server.get(&admin, &filter).await.expect(200).json["value"][0]["id"].clone();
    let application = application.as_str().unwrap();
    let role = "95e79109-95c0-4d8e-aee3-d01accf2d47b";
    for list in [
        format!("groups/{}/members", server.group),
        format!("groups/{}/owners", server.group),
        format!("applications/{application}/owners"),
        format!("servicePrincipals/{principal}/owners"),
        format!("directoryRoles/{role}/members"),
    ] {
        server.post(&admin, &format!("/v1.0/{list}/$ref"), reference(&mia)).await.expect(204);
        for version in ["v1.0", "beta"] {
            let link = format!("/{version}/{list}/{mia}/$ref?$select=id,url");
            let found = server.get(&admin, &link).await.expect(200).json;
            let root = format!("https://hospes.example/{version}");
            let wanted = json!({
                "@odata.context": format!("{root}/$metadata#$ref"), "@odata.id": format!("{root}/directoryObjects/{mia}"),
            });
            assert_eq!(found, wanted, "{list}");
            let none = server.get(&admin, &format!("/{version}/{list}/{hugo}/$ref")).await.expect(404);
            assert_eq!(none.code(), "Request_ResourceNotFound", "{list}");
        }
    }
    let manager = format!("/v1.0/users/{mia}/manager/$ref");
    server.get(&admin, &manager).await.expect(404);
    server.put(&admin, &manager, reference(&hugo)).await.expect(204);
    let found = server.get(&admin, &manager).await.expect(200).json;
    assert_eq!(found["@odata.id"], format!("https://hospes.example/v1.0/directoryObjects/{hugo}"));
}

#[tokio::test]
async fn the_organisation_of_the_token_may_stand_in_front_of_the_path() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (other, ada, _) = server.second_tenant("contoso.example").await;
    let foreign = server.token_with(other, ada.id, 1, Scope::ALL);
    for before in
        [server.tenant.to_string(), server.tenant.to_string().to_uppercase(), "myorganization".into()]
    {
        let path = format!("/beta/{before}/users/{}", server.member.id);
        assert_eq!(server.get(&admin, &path).await.expect(200).json["id"], json!(server.member.id));
        let page = server.get(&admin, &format!("/v1.0/{before}/users?$top=1")).await.expect(200).json;
        let next = page["@odata.nextLink"].as_str().unwrap().strip_prefix("https://hospes.example").unwrap();
        server.get(&admin, next).await.expect(200);
    }
    // Another organisation is a name nobody knows, for whoever is in one and for whoever is in the other.
    server.get(&admin, &format!("/v1.0/{other}/users")).await.expect(400);
    server.get(&foreign, &format!("/v1.0/{}/users", server.tenant)).await.expect(400);
}

#[tokio::test]
async fn people_and_roles_are_found_by_their_other_keys() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (id, _) = server.invite(&server.app_token().await, "ana@contoso.example").await;
    let name = "ana_contoso.example%23EXT%23%40fabrikam.example";
    let path = format!("/v1.0/users(userPrincipalName='{name}')");
    assert_eq!(server.get(&admin, &path).await.expect(200).json["id"], json!(id));
    server.patch(&admin, &path, json!({ "jobTitle": "Auditor" })).await.expect(204);
    server.get(&admin, &format!("{path}/memberOf")).await.expect(200);
    for path in [
        "roleTemplateId=95e79109-95c0-4d8e-aee3-d01accf2d47b",
        "roleTemplateId='95e79109-95c0-4d8e-aee3-d01accf2d47b'",
    ] {
        let role = server.get(&admin, &format!("/v1.0/directoryRoles/{path}")).await.expect(200).json;
        assert_eq!(role["displayName"], "Guest Inviter");
    }
}

#[tokio::test]
async fn an_object_of_any_kind_is_deleted_by_its_id() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let principal = server.portal.service_principal.id;
    let filter = format!("/v1.0/applications?$filter=appId%20eq%20'{}'", server.portal.client_id);
    let application = server.get(&admin, &filter).await.expect(200).json["value"][0]["id"].clone();
    let application = application.as_str().unwrap().to_owned();
    for (id, kind) in [
        (server.member.id.to_string(), "user"),
        (server.group.to_string(), "group"),
        (principal.to_string(), "servicePrincipal"),
        (application, "application"),
    ] {
        let path = format!("/v1.0/directoryObjects/{id}");
        let found = server.get(&admin, &path).await.expect(200).json;
        assert_eq!(found["@odata.type"], format!("#microsoft.graph.{kind}"));
        server.delete(&admin, &path).await.expect(204);
        server.get(&admin, &path).await.expect(404);
        server.get(&admin, &format!("/v1.0/directory/deletedItems/{id}")).await.expect(200);
    }
}

#[tokio::test]
async fn a_group_and_an_application_say_what_they_are_in() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let outer = json!({
        "displayName": "Outer", "mailNickname": "outer", "mailEnabled": false, "securityEnabled": true,
    });
    let outer = server.post(&admin, "/v1.0/groups", outer).await.expect(201).json["id"].clone();
    let outer = outer.as_str().unwrap();
    let principal = server.portal.service_principal.id.to_string();
    let group = server.group.to_string();
    for member in [&group, &principal] {
        server
            .post(&admin, &format!("/v1.0/groups/{outer}/members/$ref"), reference(member))
            .await
            .expect(204);
    }
    for path in [format!("groups/{group}"), format!("servicePrincipals/{principal}")] {
        for (verb, body) in [
            ("getMemberGroups", json!({ "securityEnabledOnly": true })),
            ("getMemberObjects", json!({ "securityEnabledOnly": false })),
            ("checkMemberGroups", json!({ "groupIds": [outer, group] })),
            ("checkMemberObjects", json!({ "ids": [outer, group] })),
        ] {
            let found = server.post(&admin, &format!("/v1.0/{path}/{verb}"), body).await.expect(200).json;
            assert_eq!(found["value"], json!([outer]), "{path}/{verb}");
        }
    }
    // A group is no application, and neither is a person.
    let body = json!({ "securityEnabledOnly": true });
    for path in [
        format!("servicePrincipals/{group}"),
        format!("groups/{principal}"),
        format!("groups/{}", server.member.id),
    ] {
        server.post(&admin, &format!("/v1.0/{path}/getMemberGroups"), body.clone()).await.expect(404);
    }
}
