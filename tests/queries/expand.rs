//! What comes with objects: every relation that is offered, with the rights and the names of its own path.

use hospes_domain::access::{Role, Scope};
use serde_json::{Value, json};

use super::eventually;
use crate::harness::Server;

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") })
}

/// Relations of a user by their paths and by `$expand` are the same objects.
#[tokio::test]
async fn what_comes_with_an_object_is_what_its_path_shows() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let token = server.live_token(server.tenant, server.admin.id);
    let role = Role::GuestInviter.id();
    for (root, relations) in [
        (
            format!("/users/{}", samples.user),
            &[
                "directReports",
                "memberOf",
                "transitiveMemberOf",
                "ownedObjects",
                "sponsors",
                "appRoleAssignments",
            ][..],
        ),
        (format!("/users/{}", samples.owner.user), &["directReports", "ownedObjects"]),
        (
            format!("/groups/{}", samples.group),
            &[
                "members",
                "transitiveMembers",
                "owners",
                "memberOf",
                "transitiveMemberOf",
                "appRoleAssignments",
            ],
        ),
        (format!("/applications/{}", samples.application), &["owners"]),
        (format!("/applications(appId='{}')", samples.client), &["owners"]),
        (
            format!("/servicePrincipals/{}", samples.service_principal),
            &["owners", "memberOf", "transitiveMemberOf", "appRoleAssignments", "appRoleAssignedTo"],
        ),
        (format!("/directoryRoles/{role}"), &["members"]),
        (format!("/directoryRoles(roleTemplateId='{role}')"), &["members"]),
    ] {
        for relation in relations {
            let own = server.get(&token, &format!("/v1.0{root}/{relation}")).await.expect(200).json;
            let path = format!("/v1.0{root}?$select=id&$expand={relation}");
            let with = server.get(&token, &path).await.expect(200).json;
            assert_eq!(with[relation], own["value"], "{path}");
            let names = format!("/v1.0{root}?$expand={relation}($select=id)");
            let with = server.get(&token, &names).await.expect(200).json;
            for one in with[relation].as_array().unwrap() {
                let keys: Vec<&String> =
                    one.as_object().unwrap().keys().filter(|key| !key.contains('@')).collect();
                assert_eq!(keys, ["id"], "{names}");
            }
        }
    }
    // Of one object at most.
    let own = server.get(&token, &format!("/v1.0/users/{}/manager", samples.user)).await.expect(200).json;
    let with = format!("/v1.0/users/{}?$expand=manager", samples.user);
    let with = server.get(&token, &with).await.expect(200).json;
    assert_eq!((&with["manager"]["id"], &with["manager"]["displayName"]), (&own["id"], &own["displayName"]));
    assert_eq!(with["manager"]["@odata.type"], "#microsoft.graph.user");
    assert_eq!(with["@odata.context"], "https://hospes.example/v1.0/$metadata#users(manager())/$entity");
    let without = format!("/v1.0/users/{}?$expand=manager", server.member.id);
    assert_eq!(server.get(&token, &without).await.expect(200).json.get("manager"), None);
}

#[tokio::test]
async fn the_assignment_of_a_role_comes_with_who_and_which() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let root = "/v1.0/roleManagement/directory/roleAssignments";
    let list = format!("{root}?$expand=principal,roleDefinition($select=displayName)");
    let list = server.get(&token, &list).await.expect(200).json;
    let all = list["value"].as_array().unwrap();
    let of = |id: &str| all.iter().find(|one| one["principalId"] == id).unwrap();
    let admin = of(&server.admin.id.to_string());
    assert_eq!(admin["principal"]["id"], server.admin.id.to_string());
    assert_eq!(admin["roleDefinition"], json!({ "displayName": "Global Administrator" }));
    let one = format!("{root}/{}?$expand=principal", admin["id"].as_str().unwrap());
    let one = server.get(&token, &one).await.expect(200).json;
    assert_eq!(one["principal"]["@odata.type"], "#microsoft.graph.user");
    assert!(one["@odata.context"].as_str().unwrap().ends_with("roleAssignments(principal())/$entity"));
    let refused = server.get(&token, &format!("{root}?$expand=directoryScope")).await.expect(400);
    assert!(refused.message().contains("'directoryScope'"), "{}", refused.message());
}

#[tokio::test]
async fn many_come_with_many_twenty_of_each_and_pages_stay_short() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let group = server.group;
    for n in 0..22 {
        let id = server.add_person(&format!("member{n:02}"), &[]).await.id.to_string();
        server.post(&token, &format!("/v1.0/groups/{group}/members/$ref"), reference(&id)).await.expect(204);
    }
    let list = format!("/v1.0/groups?$expand=members&$filter=id%20eq%20'{group}'");
    let list = server.get(&token, &list).await.expect(200).json;
    let members = list["value"][0]["members"].as_array().unwrap();
    assert_eq!(members.len(), 20);
    let first = server.get(&token, &format!("/v1.0/groups/{group}/members?$top=20")).await.expect(200).json;
    assert_eq!(json!(members), first["value"]);
    // A page of objects that come with others holds a hundred at most.
    for n in 0..90 {
        server.add_person(&format!("more{n:02}"), &[]).await;
    }
    let page = server.get(&token, "/v1.0/users?$top=999&$expand=manager($select=id)").await.expect(200).json;
    assert_eq!(page["value"].as_array().unwrap().len(), 100);
    assert!(page["@odata.nextLink"].is_string());
    let all = server.get(&token, "/v1.0/users?$top=999").await.expect(200).json;
    assert!(all["value"].as_array().unwrap().len() > 100);
}

/// E4: what a path refuses, `$expand` refuses, too.
#[tokio::test]
async fn e4_what_a_path_refuses_does_not_come_either() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    let token = server.live_token(server.tenant, hospes_domain::ids::ObjectId::parse(&guest).unwrap());
    let mia = server.member.id;
    for (path, status) in [
        (format!("/users/{mia}?$expand=manager"), 200),
        (format!("/users/{mia}?$expand=directReports"), 200),
        (format!("/users/{mia}?$expand=ownedObjects"), 403),
        (format!("/users/{mia}?$expand=memberOf"), 403),
        ("/me?$expand=memberOf,ownedObjects,sponsors,manager".to_owned(), 200),
        (format!("/groups/{}?$expand=members,owners,transitiveMembers", samples.group), 200),
        (format!("/groups/{}?$expand=memberOf", samples.group), 403),
        (format!("/applications/{}?$expand=owners", samples.application), 403),
        (format!("/servicePrincipals/{}?$expand=owners", samples.service_principal), 403),
        (format!("/servicePrincipals/{}?$expand=memberOf", samples.service_principal), 403),
        (format!("/servicePrincipals/{}?$expand=appRoleAssignments", samples.service_principal), 200),
    ] {
        assert_eq!(server.get(&token, &format!("/v1.0{path}")).await.status, status, "{path}");
    }
    // Of the manager a guest sees what it sees of anybody.
    let admin = server.token_of(&server.admin);
    server
        .patch(&admin, &format!("/v1.0/users/{mia}"), json!({ "jobTitle": "Secret title" }))
        .await
        .expect(204);
    let manager = format!("/v1.0/users/{}/manager/$ref", samples.user);
    server.put(&admin, &manager, reference(&mia.to_string())).await.expect(204);
    let path = format!("/v1.0/users/{}?$expand=manager($select=id,displayName,jobTitle)", samples.user);
    let read = server.get(&token, &path).await.expect(200);
    assert_eq!(
        (&read.json["manager"]["displayName"], &read.json["manager"]["jobTitle"]),
        (&json!("mia"), &Value::Null)
    );
    // And a program without the permission gets none of it.
    let reader = server.token_with(server.tenant, server.admin.id, 1, &[Scope::UserReadAll]);
    server.get(&reader, &format!("/v1.0/users/{mia}?$expand=appRoleAssignments")).await.expect(403);
    let advanced = eventually(&server, &admin, "/v1.0/users?$count=true&$expand=manager").await;
    assert_eq!((advanced.status.as_u16(), advanced.code()), (400, "Request_UnsupportedQuery"));
}
