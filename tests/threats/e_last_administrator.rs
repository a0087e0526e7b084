//! Threats E1 where the organisation would be left without anybody who can use the highest role: whoever is the last
//! Global Administrator able to sign in keeps role and way in, however the role is held, and only people count as others.

use std::sync::Arc;

use hospes_actions::setup::{NewGroup, add_member, assign_role, create_group};
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{Reply, Server, Two, everybody};

const ASSIGNMENTS: &str = "/v1.0/roleManagement/directory/roleAssignments";

fn blocked() -> Value {
    json!({ "accountEnabled": false })
}

/// A refusal that says why, after which everything is as it was.
#[track_caller]
fn refused(server: &Server, before: &[String], reply: &Reply, what: &str) {
    assert_eq!((reply.status.as_u16(), reply.code()), (409, "Conflict"), "{what}: {}", reply.text);
    assert!(reply.message().contains("last Global Administrator"), "{what}: {}", reply.message());
    let after = server.look().state();
    assert_eq!(after, *before, "{what}: {}", crate::harness::difference(before, &after));
}

/// The assignment by which somebody holds the highest role directly.
async fn assignment_of(server: &Server, token: &str, principal: ObjectId) -> String {
    let found = server.get(token, &format!("{ASSIGNMENTS}?$filter=principalId%20eq%20'{principal}'")).await;
    format!("{ASSIGNMENTS}/{}", found.expect(200).json["value"][0]["id"].as_str().unwrap())
}

async fn administrators(server: &Server, members: &[ObjectId]) -> ObjectId {
    let new = NewGroup {
        display_name: "Administrators".into(),
        role_assignable: true,
        members: members.to_vec(),
        ..NewGroup::default()
    };
    let group = create_group(&server.app, server.tenant, new).await.unwrap();
    assign_role(&server.app, server.tenant, group, Role::GlobalAdministrator).await.unwrap();
    group
}

#[tokio::test]
async fn e1_the_last_global_administrator_is_neither_blocked_nor_deleted() {
    let server = Server::start().await;
    let above = server.add_person("petra", &[Role::PrivilegedAuthenticationAdministrator]).await;
    let (path, token) = (format!("/v1.0/users/{}", server.admin.id), server.token_of(&above));
    let before = server.look().state();
    let block = json!({ "accountEnabled": false });
    for reply in [server.patch(&token, &path, block.clone()).await, server.delete(&token, &path).await] {
        assert_eq!((reply.status.as_u16(), reply.code()), (409, "Conflict"), "{}", reply.text);
        assert!(reply.message().contains("last Global Administrator"), "{}", reply.message());
    }
    assert_eq!(server.look().state(), before);
    // Somebody who is deleted or blocked does not count as another one.
    let other = server.add_person("greta", &[Role::GlobalAdministrator]).await;
    let greta = format!("/v1.0/users/{}", other.id);
    server.delete(&token, &greta).await.expect(204);
    server.delete(&token, &path).await.expect(409);
    let item = format!("/v1.0/directory/deletedItems/{}", other.id);
    server.post(&token, &format!("{item}/restore"), Value::Null).await.expect(200);
    server.patch(&token, &greta, block.clone()).await.expect(204);
    server.patch(&token, &path, block.clone()).await.expect(409);
    server.patch(&token, &greta, json!({ "accountEnabled": true })).await.expect(204);
    server.patch(&token, &path, block).await.expect(204);
}

#[tokio::test]
async fn e1_groups_applications_and_guests_who_never_came_are_no_other_administrators() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    administrators(&server, &[]).await;
    let role = Role::GlobalAdministrator;
    let application = server.automation.service_principal.id;
    assign_role(&server.app, server.tenant, application, role).await.unwrap();
    let (guest, _) = server.invite(&token, "ana@contoso.example").await;
    assign_role(&server.app, server.tenant, ObjectId::parse(&guest).unwrap(), role).await.unwrap();
    server.mails().await;
    let (path, own) =
        (format!("/v1.0/users/{}", server.admin.id), assignment_of(&server, &token, server.admin.id).await);
    let before = server.look().state();
    refused(&server, &before, &server.delete(&token, &own).await, "taking the role away");
    refused(&server, &before, &server.patch(&token, &path, blocked()).await, "blocking");
    refused(&server, &before, &server.delete(&token, &path).await, "deleting");
    // Those others lose the role whenever somebody wants it.
    for other in [application, ObjectId::parse(&guest).unwrap()] {
        let path = assignment_of(&server, &token, other).await;
        server.delete(&token, &path).await.expect(204);
    }
}

#[tokio::test]
async fn e1_whoever_is_the_last_one_through_a_group_stays_and_stays_in_it() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let greta = server.add_person("greta", &[]).await;
    let group = administrators(&server, &[greta.id]).await;
    // Greta can use the role, so Gloria need not.
    let own = assignment_of(&server, &token, server.admin.id).await;
    server.delete(&token, &own).await.expect(204);
    let (token, path) = (server.live_token(server.tenant, greta.id), format!("/v1.0/users/{}", greta.id));
    let membership = format!("/v1.0/groups/{group}/members/{}/$ref", greta.id);
    let through = assignment_of(&server, &token, group).await;
    let before = server.look().state();
    refused(&server, &before, &server.delete(&token, &through).await, "taking the role from the group");
    refused(&server, &before, &server.delete(&token, &membership).await, "taking out of the group");
    refused(&server, &before, &server.patch(&token, &path, blocked()).await, "blocking");
    refused(&server, &before, &server.delete(&token, &path).await, "deleting");
    // With another member all of it works, and a second way to the role counts as one.
    add_member(&server.app, server.tenant, group, server.admin.id).await.unwrap();
    server.delete(&token, &membership).await.expect(204);
    let token = server.live_token(server.tenant, server.admin.id);
    let membership = format!("/v1.0/groups/{group}/members/{}/$ref", server.admin.id);
    server.delete(&token, &membership).await.expect(409);
    assign_role(&server.app, server.tenant, server.admin.id, Role::GlobalAdministrator).await.unwrap();
    server.delete(&token, &membership).await.expect(204);
}

#[tokio::test]
async fn e1_the_last_administrator_is_neither_reset_nor_converted() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let convert = json!({
        "invitedUserEmailAddress": "gloria@home.example", "inviteRedirectUrl": "https://myapps.microsoft.com",
        "invitedUser": { "id": server.admin.id.to_string() },
    });
    let path = format!("/v1.0/users/{}", server.admin.id);
    server.patch(&token, &path, json!({ "mail": "gloria@home.example" })).await.expect(204);
    server.mails().await;
    let before = server.look().state();
    refused(&server, &before, &server.post(&token, "/v1.0/invitations", convert).await, "converting");

    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let guest = ObjectId::parse(&id).unwrap();
    assign_role(&server.app, server.tenant, guest, Role::GlobalAdministrator).await.unwrap();
    let token = server.live_token(server.tenant, guest);
    server.delete(&token, &path).await.expect(204);
    server.mails().await;
    let before = server.look().state();
    let reply = server.reset(&token, &id, "ana@contoso.example").await;
    refused(&server, &before, &reply, "resetting");
    assert!(server.mails().await.is_empty());
}

/// Which Global Administrators can sign in here: enabled, with the role, by themselves or through a group.
async fn left(server: &Server, people: &[ObjectId]) -> usize {
    let mut left = 0;
    for id in people {
        let token = server.live_token(server.tenant, *id);
        let reply = server.get(&token, "/v1.0/me/transitiveMemberOf").await;
        let holds = |reply: &Reply| {
            let held = reply.json["value"].as_array().unwrap().iter();
            held.clone().any(|one| one["displayName"] == "Global Administrator")
        };
        left += usize::from(reply.status == 200 && holds(&reply));
    }
    left
}

#[tokio::test]
async fn e1_cross_tenant_access_does_not_shut_out_the_last_administrator() {
    let two = Two::start().await;
    let server = &two.server;
    let (id, _) = two.guest().await;
    let ana = ObjectId::parse(&id).unwrap();
    assign_role(&server.app, server.tenant, ana, Role::GlobalAdministrator).await.unwrap();
    let sam = server.add_person("sam", &[Role::SecurityAdministrator]).await;
    let token = server.token_of(&sam);
    let policy = "/v1.0/policies/crossTenantAccessPolicy";
    let (default, partners) = (format!("{policy}/default"), format!("{policy}/partners"));
    let partner = format!("{partners}/{}", two.home);
    let shut = json!({ "b2bCollaborationInbound": everybody("blocked") });
    let open = json!({ "b2bCollaborationInbound": everybody("allowed") });
    let mut new = shut.clone();
    new["tenantId"] = json!(two.home);
    // As long as somebody else comes in, the door may be shut.
    server.patch(&token, &default, shut.clone()).await.expect(204);
    server.patch(&token, &default, open.clone()).await.expect(204);
    let gloria = format!("/v1.0/users/{}", server.admin.id);
    let above = server.add_person("petra", &[Role::PrivilegedAuthenticationAdministrator]).await;
    server.patch(&server.token_of(&above), &gloria, blocked()).await.expect(204);
    let before = server.look().state();
    refused(server, &before, &server.patch(&token, &default, shut.clone()).await, "the default");
    refused(server, &before, &server.post(&token, &partners, new).await, "a new partner");
    // An exception for her organisation, which then must stay.
    let mut exception = open.clone();
    exception["tenantId"] = json!(two.home);
    server.post(&token, &partners, exception).await.expect(201);
    server.patch(&token, &default, shut.clone()).await.expect(204);
    let before = server.look().state();
    refused(server, &before, &server.patch(&token, &partner, shut.clone()).await, "her partner");
    refused(server, &before, &server.delete(&token, &partner).await, "the exception");
    server
        .patch(&token, &partner, json!({ "b2bCollaborationOutbound": everybody("blocked") }))
        .await
        .expect(204);
    server.patch(&server.token_of(&above), &gloria, json!({ "accountEnabled": true })).await.expect(204);
    server.patch(&token, &partner, shut).await.expect(204);
}

/// Each counts on the other; only one of them may go.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn e1_of_administrators_who_go_at_once_one_stays() {
    for round in 0..4 {
        let server = Arc::new(Server::start().await);
        let greta = server.add_person("greta", &[]).await;
        let group = administrators(&server, &[greta.id]).await;
        let petra = server.add_person("petra", &[Role::PrivilegedRoleAdministrator]).await;
        let (token, own) = (
            server.token_of(&petra),
            assignment_of(&server, &server.token_of(&petra), server.admin.id).await,
        );
        let gloria = server.token_of(&server.admin);
        let membership = format!("/v1.0/groups/{group}/members/{}/$ref", greta.id);
        let mut running = JoinSet::new();
        for (token, path) in [(token, own), (gloria, membership)] {
            let server = Arc::clone(&server);
            running.spawn(async move { server.delete(&token, &path).await.status.as_u16() });
        }
        let mut came = running.join_all().await;
        came.sort_unstable();
        // Whoever lost the role first is no administrator when the other request is judged.
        assert!(came == [204, 409] || came == [204, 403], "round {round}: {came:?}");
        assert_eq!(left(&server, &[server.admin.id, greta.id]).await, 1, "round {round}");
    }
}
