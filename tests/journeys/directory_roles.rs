//! `/directoryRoles`, as older scripts give and take directory roles (reference/roles-and-policies.md section 1): the same
//! assignments as under `/roleManagement/directory`, by the same rules.

use hospes_actions::setup::{NewGroup, create_group};
use hospes_domain::access::{Role, Scope};
use hospes_domain::ids::ObjectId;
use serde_json::{Value, json};

use crate::harness::Server;

fn reference(id: impl std::fmt::Display) -> Value {
    json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}") })
}

fn members_of(role: Role) -> String {
    format!("/v1.0/directoryRoles/{}/members", role.id())
}

async fn ids(server: &Server, token: &str, role: Role) -> Vec<String> {
    let listed = server.get(token, &members_of(role)).await.expect(200).json;
    listed["value"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_script_finds_a_role_by_its_template_and_gives_it_to_somebody() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let template = Role::GuestInviter.id();
    let all = server.get(&token, "/v1.0/directoryRoles").await.expect(200).json;
    assert_eq!(all["value"].as_array().unwrap().len(), Role::ALL.len(), "all of them are activated");
    let filters =
        [format!("roleTemplateId%20eq%20'{template}'"), "displayName%20eq%20'Guest%20Inviter'".into()];
    for filter in filters {
        let found =
            server.get(&token, &format!("/v1.0/directoryRoles?$filter={filter}")).await.expect(200).json;
        assert_eq!(found["value"].as_array().unwrap().len(), 1, "{filter}");
        assert_eq!(found["value"][0]["roleTemplateId"], template.to_string());
    }
    for path in [format!("/{template}"), format!("(roleTemplateId='{template}')")] {
        let role = server.get(&token, &format!("/beta/directoryRoles{path}")).await.expect(200).json;
        assert_eq!((&role["displayName"], &role["id"]), (&json!("Guest Inviter"), &json!(template)));
    }
    server.get(&token, "/v1.0/directoryRoles/6f44cc71-086a-46d0-aadc-cb531cdf264f").await.expect(404);

    let (path, mia) = (members_of(Role::GuestInviter), server.member.id);
    server.post(&token, &format!("{path}/$ref"), reference(mia)).await.expect(204);
    let before = server.look().state();
    let twice = server.post(&token, &format!("{path}/$ref"), reference(mia)).await.expect(400);
    assert!(twice.message().contains("already exist"), "{}", twice.text);
    assert_eq!(server.look().state(), before);
    // By the template, in both spellings, the members are the same.
    for path in ["(roleTemplateId='{}')", "/roleTemplateId={}"] {
        let path = format!("/v1.0/directoryRoles{}/members", path.replace("{}", &template.to_string()));
        let one = format!("{path}/{mia}/$ref");
        server.get(&token, &one).await.expect(200);
        server.delete(&token, &one).await.expect(204);
        server.get(&token, &one).await.expect(404);
        server.post(&token, &format!("{path}/$ref"), reference(mia)).await.expect(204);
    }
    let members = ids(&server, &token, Role::GuestInviter).await;
    assert!(members.contains(&mia.to_string()) && members.contains(&server.inviter.id.to_string()));
    let newer = format!("/v1.0/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'{mia}'");
    assert_eq!(server.get(&token, &newer).await.expect(200).json["value"].as_array().unwrap().len(), 1);

    server.delete(&token, &format!("{path}/{mia}/$ref")).await.expect(204);
    server.delete(&token, &format!("{path}/{mia}/$ref")).await.expect(404);
    assert!(!ids(&server, &token, Role::GuestInviter).await.contains(&mia.to_string()));
}

#[tokio::test]
async fn the_rules_are_those_of_assignments() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let new = NewGroup { display_name: "Plain".into(), ..NewGroup::default() };
    let plain = create_group(&server.app, server.tenant, new).await.unwrap();
    let refs = format!("{}/$ref", members_of(Role::GuestInviter));
    let before = server.look().state();
    server.post(&token, &refs, reference(plain)).await.expect(400);
    server.post(&token, &refs, reference("6f44cc71-086a-46d0-aadc-cb531cdf264f")).await.expect(404);
    server.post(&server.token_of(&server.user_admin), &refs, reference(server.member.id)).await.expect(403);
    let own = format!("{}/{}/$ref", members_of(Role::GlobalAdministrator), server.admin.id);
    server.delete(&server.token_of(&server.user_admin), &own).await.expect(403);
    let last = server.delete(&token, &own).await.expect(409);
    assert!(last.message().contains("last Global Administrator"), "{}", last.text);
    assert_eq!(server.look().state(), before);
    let odd = server.get(&token, &format!("{}?$top=1", members_of(Role::GuestInviter))).await.expect(400);
    assert!(odd.message().contains("always whole"), "{}", odd.text);
}

#[tokio::test]
async fn e4_a_program_that_reads_roles_reads_nothing_of_people_but_that_they_hold_them() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{}", server.inviter.id);
    server.patch(&token, &path, json!({ "jobTitle": "Auditor" })).await.expect(204);
    let members = format!("{}?$select=id,displayName,jobTitle", members_of(Role::GuestInviter));
    let scoped = |scopes: &[Scope]| server.token_with(server.tenant, ObjectId(server.member.id.0), 1, scopes);
    for (scopes, name, title) in [
        (&[Scope::RoleManagementReadDirectory][..], Value::Null, Value::Null),
        (&[Scope::RoleManagementReadDirectory, Scope::UserReadAll], json!("ingrid"), json!("Auditor")),
    ] {
        let one = &server.get(&scoped(scopes), &members).await.expect(200).json["value"][0];
        assert_eq!((&one["displayName"], &one["jobTitle"]), (&name, &title), "{scopes:?}");
        assert_eq!(one["id"], server.inviter.id.to_string());
    }
}
