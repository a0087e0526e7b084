//! What a directory role is for and what it grants, as scripts read it from the definitions.

use serde_json::json;

use crate::harness::Server;

const ROLES: &str = "roleManagement/directory/roleDefinitions";
const READERS: &str = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";

#[tokio::test]
async fn a_role_says_what_it_is_for_what_it_grants_and_what_it_inherits() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let all = server.get(&token, &format!("/v1.0/{ROLES}")).await.expect(200).json;
    let all = all["value"].as_array().unwrap();
    for role in all {
        let (name, text) = (role["displayName"].as_str().unwrap(), role["description"].as_str().unwrap());
        assert!(text != name && text.ends_with('.'), "{role}");
        assert!(role.get("isPrivileged").is_none() && role["rolePermissions"].is_array(), "{role}");
    }
    let inviter = all.iter().find(|role| role["displayName"] == "Guest Inviter").unwrap();
    let actions = json!(["microsoft.directory/users/inviteGuest"]);
    assert_eq!(inviter["rolePermissions"][0]["allowedResourceActions"], actions);

    let built_in = format!("/v1.0/{ROLES}?$filter=isBuiltIn%20eq%20true");
    let found = server.get(&token, &built_in).await.expect(200).json;
    assert_eq!(found["value"].as_array().unwrap().len(), all.len());
    let own = server.get(&token, &built_in.replace("true", "false")).await.expect(200).json;
    assert_eq!(own["value"], json!([]));

    let id = inviter["id"].as_str().unwrap();
    let path = format!("/{ROLES}/{id}?$expand=inheritsPermissionsFrom");
    for root in ["/v1.0", "/beta"] {
        let read = server.get(&token, &format!("{root}{path}")).await.expect(200).json;
        assert_eq!(read["inheritsPermissionsFrom"][0]["id"], READERS);
        let listed = server.get(&token, &format!("{root}/{ROLES}?$expand=inheritsPermissionsFrom")).await;
        let listed = listed.expect(200).json;
        let readers = listed["value"].as_array().unwrap().iter().find(|role| role["id"] == READERS).unwrap();
        assert_eq!(readers["inheritsPermissionsFrom"], json!([]));
    }
    let newer = server.get(&token, &format!("/beta/{ROLES}/{id}")).await.expect(200).json;
    assert_eq!(newer["isPrivileged"], false);
    let privileged = format!("/beta/{ROLES}/{}?$select=isPrivileged", "62e90394-69f5-4237-9190-012177145e10");
    assert_eq!(server.get(&token, &privileged).await.expect(200).json["isPrivileged"], true);
    server.get(&token, &format!("/v1.0/{ROLES}?$select=isPrivileged")).await.expect(400);

    let role = server.get(&token, &format!("/v1.0/directoryRoles/{id}")).await.expect(200).json;
    assert_eq!(role["description"], inviter["description"]);
}
