//! Threats D1 to D3: every directory role a target can hold, in every way it can be held, against everybody who
//! resets. The table of expectations is that of reference/roles-and-policies.md section 1.

use std::sync::Arc;

use hospes_actions::setup::{NewGroup, add_member, assign_role, create_group};
use hospes_domain::access::{Role, Scope};
use hospes_domain::ids::ObjectId;
use serde_json::{Value, json};

use crate::harness::Server;

fn object(id: &str) -> ObjectId {
    ObjectId::parse(id).unwrap()
}

/// Whom the helpdesk reaches, and whom a User Administrator reaches besides.
const OF_HELPDESK: &[Role] = &[
    Role::DirectoryReaders,
    Role::GuestInviter,
    Role::HelpdeskAdministrator,
    Role::MessageCenterReader,
    Role::PasswordAdministrator,
    Role::ReportsReader,
    Role::UsageSummaryReportsReader,
    Role::UserExperienceSuccessManager,
];
const OF_USER_ADMINISTRATOR: &[Role] = &[Role::GroupsAdministrator, Role::UserAdministrator];

/// A pending guest; beyond the limits of invitations.
async fn guest(server: &Server, name: &str) -> (String, String) {
    server.clock.advance(60);
    let address = format!("{}@contoso.example", name.to_lowercase().replace(' ', "."));
    (server.pending(&address).await.0, address)
}

/// A group that may hold roles, with one.
async fn group_of(server: &Server, role: Role, owners: Vec<ObjectId>) -> ObjectId {
    let name = format!("{}s", role.name());
    let new = NewGroup { display_name: name, role_assignable: true, owners, ..NewGroup::default() };
    let group = create_group(&server.app, server.tenant, new).await.unwrap();
    assign_role(&server.app, server.tenant, group, role).await.unwrap();
    group
}

/// Who may reset, as the API answers: helpdesk, User Administrator, application, Global Administrator.
async fn resets(server: &Server, id: &str, address: &str) -> [u16; 4] {
    let callers = [Some(&server.helpdesk), Some(&server.user_admin), None, Some(&server.admin)];
    let mut answers = [0; 4];
    for (answer, person) in answers.iter_mut().zip(callers) {
        // Five mails an hour go to one address.
        server.clock.advance(900);
        let token = match person {
            Some(person) => server.token_of(person),
            None => server.app_token().await,
        };
        let before = server.look().state();
        let reply = server.reset(&token, id, address).await;
        *answer = reply.status.as_u16();
        if *answer != 201 {
            assert_eq!((reply.code(), reply.message()), ("Forbidden", "Generic authorization exception."));
            assert!(reply.json["error"]["innerError"]["missingRole"].is_array(), "{}", reply.text);
            assert_eq!(server.look().state(), before, "a refused reset changed something");
        }
    }
    answers
}

fn expected(role: Role) -> [u16; 4] {
    let helpdesk = OF_HELPDESK.contains(&role);
    let answer = |yes: bool| if yes { 201 } else { 403 };
    [answer(helpdesk), answer(helpdesk || OF_USER_ADMINISTRATOR.contains(&role)), 403, 201]
}

#[tokio::test]
async fn d1_d2_every_role_held_directly() {
    let server = Server::start().await;
    let (id, address) = guest(&server, "nobody").await;
    assert_eq!(resets(&server, &id, &address).await, [201; 4], "somebody without any role");
    for role in Role::ALL {
        let (id, address) = guest(&server, role.name()).await;
        assign_role(&server.app, server.tenant, object(&id), *role).await.unwrap();
        assert_eq!(resets(&server, &id, &address).await, expected(*role), "{}", role.name());
    }
}

#[tokio::test]
async fn d1_d2_every_role_held_through_a_group_or_owned_by_way_of_one() {
    let server = Server::start().await;
    for role in Role::ALL {
        // Whoever could be given the group's next role is out of reach, however light the present one.
        let (member, address) = guest(&server, &format!("member {}", role.name())).await;
        let group = group_of(&server, *role, Vec::new()).await;
        add_member(&server.app, server.tenant, group, object(&member)).await.unwrap();
        assert_eq!(resets(&server, &member, &address).await, [403, 403, 403, 201], "member {}", role.name());
        let (owner, address) = guest(&server, &format!("owner {}", role.name())).await;
        group_of(&server, *role, vec![object(&owner)]).await;
        assert_eq!(resets(&server, &owner, &address).await, [403, 403, 403, 201], "owner {}", role.name());
    }
}

#[tokio::test]
async fn d1_a_role_does_not_hide_in_nested_groups() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let (id, address) = guest(&server, "nested").await;
    add_member(&server.app, server.tenant, server.group, object(&id)).await.unwrap();
    let before = server.look().state();
    for role in [Role::GlobalAdministrator, Role::GuestInviter] {
        // A group in a group that holds a role: nobody makes one, so nobody can hold a role that way.
        let group = group_of(&server, role, Vec::new()).await;
        let reference =
            json!({ "@odata.id": format!("https://hospes.example/v1.0/groups/{}", server.group) });
        let path = format!("/v1.0/groups/{group}/members/$ref");
        server.post(&token, &path, reference).await.expect(400);
        // Nor does a group hold one that was not made for it.
        let body =
            json!({ "principalId": server.group, "roleDefinitionId": role.id(), "directoryScopeId": "/" });
        server.post(&token, "/v1.0/roleManagement/directory/roleAssignments", body).await.expect(400);
    }
    let made: Vec<String> = server.look().state().into_iter().filter(|row| !before.contains(row)).collect();
    assert!(made.iter().all(|row| !row.starts_with("group_members")), "{made:?}");
    assert_eq!(resets(&server, &id, &address).await, [201; 4]);
}

#[tokio::test]
async fn d3_no_role_resets_without_the_permission_and_no_permission_without_the_role() {
    let server = Server::start().await;
    let (id, address) = guest(&server, "target").await;
    let before = server.look().state();
    for role in Role::ALL {
        let person = server.add_person(&role.name().to_lowercase().replace(' ', "."), &[*role]).await;
        let invite =
            server.token_with(server.tenant, person.id, 1, &[Scope::UserInviteAll, Scope::UserReadAll]);
        let reply = server.reset(&invite, &id, &address).await.expect(403);
        assert!(reply.text.contains("User.ReadWrite.All"), "{}: {}", role.name(), reply.text);
        let resets = [Role::HelpdeskAdministrator, Role::UserAdministrator, Role::GlobalAdministrator];
        if resets.contains(role) {
            continue;
        }
        let reply = server.reset(&server.token_of(&person), &id, &address).await.expect(403);
        assert!(reply.text.contains("Helpdesk Administrator"), "{}: {}", role.name(), reply.text);
    }
    let after = server.look().state();
    let changed = before.iter().filter(|row| !after.contains(row)).collect::<Vec<_>>();
    assert!(changed.is_empty(), "{changed:?}");
}

/// Assigns a role through the API.
async fn assign(server: &Server, id: &str, role: Role) {
    let body = json!({ "principalId": id, "roleDefinitionId": role.id(), "directoryScopeId": "/" });
    let token = server.token_of(&server.admin);
    server.post(&token, "/v1.0/roleManagement/directory/roleAssignments", body).await.expect(201);
}

async fn generation(server: &Server, id: &str) -> Value {
    server.user(id, "signInSessionsValidFromDateTime,externalUserState").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d2_a_role_that_comes_between_check_and_commit_counts() {
    let server = Arc::new(Server::start().await);
    let (mut before_it, mut after_it) = (0, 0);
    for n in 0..12 {
        let (id, address) = guest(&server, &format!("racer {n}")).await;
        let untouched = generation(&server, &id).await;
        server.clock.advance(1);
        let app = server.app_token().await;
        let (reply, ()) = tokio::join!(
            {
                let (server, id) = (Arc::clone(&server), id.clone());
                async move { server.reset(&app, &id, &address).await }
            },
            assign(&server, &id, Role::DirectoryReaders)
        );
        // Either the reset was through before there was a role, or it has done nothing at all.
        match reply.status.as_u16() {
            201 => {
                before_it += 1;
                assert_ne!(generation(&server, &id).await, untouched);
            }
            403 => {
                after_it += 1;
                assert_eq!(generation(&server, &id).await, untouched, "a refused reset changed something");
            }
            other => panic!("{other}: {}", reply.text),
        }
        server.clock.advance(900);
        let again = server.reset(&server.app_token().await, &id, &format!("racer.{n}@contoso.example")).await;
        assert_eq!(again.status, 403, "the role is there now: {}", again.text);
    }
    assert_eq!(before_it + after_it, 12);
}

#[tokio::test]
async fn d2_a_password_is_hashed_for_a_while_and_the_role_that_comes_meanwhile_counts() {
    let server = Server::start().await;
    let change = json!({ "passwordProfile": { "password": "a long enough password" } });
    for n in 0..6 {
        let person = server.add_person(&format!("target{n}"), &[]).await;
        let path = format!("/v1.0/users/{}", person.id);
        let app = server.app_token().await;
        let before =
            server.look().rows(&format!("SELECT sign_in_generation FROM users WHERE upn = '{}'", person.upn));
        let id = person.id.to_string();
        let (reply, ()) = tokio::join!(
            server.patch(&app, &path, change.clone()),
            assign(&server, &id, Role::DirectoryReaders)
        );
        let after =
            server.look().rows(&format!("SELECT sign_in_generation FROM users WHERE upn = '{}'", person.upn));
        assert_eq!(reply.status == 204, before != after, "{}", reply.text);
        assert!(matches!(reply.status.as_u16(), 204 | 403), "{}", reply.text);
    }
}
