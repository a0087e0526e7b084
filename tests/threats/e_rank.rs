//! Threats E1 and E3 where rank decides: blocking, names, addresses, telephones, passwords, deletion and restore, by
//! every role that may do any of it, on people of every weight; and that nothing but a role gives rank.

use hospes_actions::setup::{NewGroup, add_member, assign_role, create_group};
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use serde_json::{Value, json};

use crate::harness::{Person, Server};

/// Targets: what they hold.
const TARGETS: [(&str, &[Role]); 6] = [
    ("nothing", &[]),
    ("light", &[Role::ReportsReader]),
    ("helpdesk", &[Role::HelpdeskAdministrator]),
    ("authentication", &[Role::AuthenticationAdministrator]),
    ("global", &[Role::GlobalAdministrator]),
    ("group", &[]),
];

/// Who acts, and for each target whether sensitive actions succeed and whether those that come with passwords do.
const ACTORS: [(Role, &str, &str); 7] = [
    (Role::AuthenticationAdministrator, "yynynn", "yynynn"),
    (Role::UserAdministrator, "yyynnn", "yyynnn"),
    (Role::HelpdeskAdministrator, "nnnnnn", "yyynnn"),
    (Role::PasswordAdministrator, "nnnnnn", "ynnnnn"),
    (Role::PrivilegedAuthenticationAdministrator, "yyyyyy", "yyyyyy"),
    (Role::GlobalAdministrator, "yyyyyy", "yyyyyy"),
    (Role::DirectoryWriters, "nnnnnn", "nnnnnn"),
];

async fn target(server: &Server, name: &str, place: usize) -> Person {
    let (what, roles) = TARGETS[place];
    let person = server.add_person(&format!("{what}.{name}"), roles).await;
    if what == "group" {
        let new = NewGroup { display_name: "Could be".into(), role_assignable: true, ..NewGroup::default() };
        let group = create_group(&server.app, server.tenant, new).await.unwrap();
        add_member(&server.app, server.tenant, group, person.id).await.unwrap();
    }
    person
}

#[tokio::test]
async fn e1_each_acting_role_reaches_whom_the_tables_say() {
    let server = Server::start().await;
    for (role, sensitive, with_passwords) in ACTORS {
        let name = role.name().to_lowercase().replace(' ', ".");
        let token = server.token_of(&server.add_person(&name, &[role]).await);
        for (place, (what, _)) in TARGETS.iter().enumerate() {
            let person = target(&server, &name, place).await;
            let path = format!("/v1.0/users/{}", person.id);
            let told = format!("{} on {what}", role.name());
            let allowed = |cells: &str| cells.as_bytes()[place] == b'y';
            let upn = format!("new.{}", person.upn);
            for (change, yes) in [
                (json!({ "otherMails": ["x@contoso.example"] }), allowed(with_passwords)),
                (json!({ "mobilePhone": "+49 30 1" }), allowed(with_passwords)),
                (json!({ "businessPhones": ["+49 30 1"] }), allowed(with_passwords)),
                (json!({ "passwordProfile": { "password": "another long one" } }), allowed(with_passwords)),
                (json!({ "accountEnabled": false }), allowed(sensitive)),
                (json!({ "accountEnabled": true }), allowed(sensitive)),
                (json!({ "userPrincipalName": upn }), allowed(sensitive)),
            ] {
                let before = server.look().state();
                let reply = server.patch(&token, &path, change.clone()).await;
                assert_eq!(reply.status, if yes { 204 } else { 403 }, "{told} {change}: {}", reply.text);
                if !yes {
                    assert_eq!(reply.code(), "Authorization_RequestDenied");
                    assert_eq!(server.look().state(), before, "{told} {change}");
                }
            }
            let reply = server.delete(&token, &path).await;
            assert_eq!(reply.status, if allowed(sensitive) { 204 } else { 403 }, "{told}: {}", reply.text);
            if !allowed(sensitive) {
                server.delete(&server.token_of(&server.admin), &path).await.expect(204);
            }
            let item = format!("/v1.0/directory/deletedItems/{}", person.id);
            let expected = |good: u16| if allowed(sensitive) { good } else { 403 };
            let restored = server.post(&token, &format!("{item}/restore"), Value::Null).await;
            assert_eq!(restored.status, expected(200), "{told}: {}", restored.text);
            if allowed(sensitive) {
                server.delete(&token, &path).await.expect(204);
            }
            assert_eq!(server.delete(&token, &item).await.status, expected(204), "{told} for good");
        }
    }
}

#[tokio::test]
async fn e1_an_application_touches_nobody_who_holds_anything() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for (place, (what, _)) in TARGETS.iter().enumerate() {
        let person = target(&server, "app", place).await;
        let path = format!("/v1.0/users/{}", person.id);
        let yes = *what == "nothing";
        let expected = |good: u16| if yes { good } else { 403 };
        for change in [
            json!({ "accountEnabled": true }),
            json!({ "mail": "x@contoso.example" }),
            json!({ "otherMails": [] }),
            json!({ "passwordProfile": { "password": "another long one" } }),
        ] {
            let reply = server.patch(&token, &path, change.clone()).await;
            assert_eq!(reply.status, expected(204), "{what} {change}: {}", reply.text);
        }
        let revoke = format!("{path}/revokeSignInSessions");
        assert_eq!(server.post(&token, &revoke, Value::Null).await.status, expected(200));
        assert_eq!(server.delete(&token, &path).await.status, expected(204));
        if !yes {
            server.delete(&server.token_of(&server.admin), &path).await.expect(204);
        }
        let item = format!("/v1.0/directory/deletedItems/{}", person.id);
        assert_eq!(
            server.post(&token, &format!("{item}/restore"), Value::Null).await.status,
            expected(200),
            "the roles held at the deletion count"
        );
    }
}

#[tokio::test]
async fn e1_neither_owning_a_group_nor_being_oneself_gives_rank() {
    let server = Server::start().await;
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    let guest = ObjectId::parse(&guest).unwrap();
    let owners = vec![server.member.id, guest];
    let new = NewGroup { display_name: "Theirs".into(), owners, ..NewGroup::default() };
    let group = create_group(&server.app, server.tenant, new).await.unwrap();
    let other = server.add_person("otto", &[]).await;
    add_member(&server.app, server.tenant, group, other.id).await.unwrap();
    for (who, id) in [("member", server.member.id), ("guest", guest)] {
        let token = server.live_token(server.tenant, id);
        let before = server.look().state();
        for target in [id, other.id] {
            let path = format!("/v1.0/users/{target}");
            for change in [
                json!({ "accountEnabled": true }),
                json!({ "accountEnabled": false }),
                json!({ "businessPhones": ["1"] }),
                json!({ "otherMails": ["eve@evil.example"] }),
                json!({ "mail": "eve@evil.example" }),
                json!({ "passwordProfile": { "password": "another long one" } }),
                json!({ "userPrincipalName": "eve@fabrikam.example" }),
                json!({ "userType": "Member" }),
            ] {
                let reply = server.patch(&token, &path, change.clone()).await;
                assert_eq!(reply.status, 403, "{who} {change}: {}", reply.text);
            }
            server.delete(&token, &path).await.expect(403);
            let item = format!("/v1.0/directory/deletedItems/{target}");
            server.post(&token, &format!("{item}/restore"), Value::Null).await.expect(403);
            server.delete(&token, &item).await.expect(403);
        }
        assert_eq!(server.look().state(), before, "{who}");
    }
}

#[tokio::test]
async fn e1_whoever_manages_people_or_groups_does_not_hand_out_roles() {
    let server = Server::start().await;
    let new = NewGroup { display_name: "Privileged".into(), role_assignable: true, ..NewGroup::default() };
    let group = create_group(&server.app, server.tenant, new).await.unwrap();
    assign_role(&server.app, server.tenant, group, Role::GlobalAdministrator).await.unwrap();
    for role in Role::ALL {
        let person = server.add_person(&role.name().to_lowercase().replace(' ', "."), &[*role]).await;
        let token = server.token_of(&person);
        let manages = [Role::PrivilegedRoleAdministrator, Role::GlobalAdministrator].contains(role);
        let before = server.look().state();
        let reference =
            json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{}", person.id) });
        let joined = server.post(&token, &format!("/v1.0/groups/{group}/members/$ref"), reference).await;
        let body = json!({
            "principalId": server.member.id, "roleDefinitionId": role.id(), "directoryScopeId": "/",
        });
        let assigned = server.post(&token, "/v1.0/roleManagement/directory/roleAssignments", body).await;
        let made = json!({
            "displayName": "Mine", "mailEnabled": false, "mailNickname": "mine", "securityEnabled": true,
            "isAssignableToRole": true,
        });
        let created = server.post(&token, "/v1.0/groups", made).await;
        let answers = [joined.status.as_u16(), assigned.status.as_u16(), created.status.as_u16()];
        assert_eq!(answers, if manages { [204, 201, 201] } else { [403; 3] }, "{}", role.name());
        assert_eq!(server.look().state() == before, !manages, "{}", role.name());
    }
}

#[tokio::test]
async fn b17_contact_data_of_those_who_may_not_reset_is_no_way_to_sign_in() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let path = format!("/v1.0/users/{id}");
    for (role, signs_in) in [
        (Role::AuthenticationAdministrator, false),
        (Role::PasswordAdministrator, false),
        (Role::HelpdeskAdministrator, true),
    ] {
        let name = role.name().to_lowercase().replace(' ', ".");
        let token = server.token_of(&server.add_person(&name, &[role]).await);
        let address = format!("{name}@home.example");
        server.patch(&token, &path, json!({ "otherMails": [address] })).await.expect(204);
        assert_eq!(server.user(&id, "otherMails").await["otherMails"], json!([address]));
        assert_eq!(!server.mails().await.is_empty(), signs_in, "{name}: the known addresses are told");
        server.ask_to_sign_in(&mut crate::harness::Browser::new(), &address).await;
        assert_eq!(server.mails().await.iter().any(|mail| mail.to == address), signs_in, "{name}");
    }
}
