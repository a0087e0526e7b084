//! Threats E: getting at more of the directory than one may.

use hospes_actions::setup::{NewApplication, NewGroup, assign_app_role, create_group, register_application};
use hospes_domain::access::{Role, Scope};
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::ids::ObjectId;
use serde_json::{Value, json};

use crate::harness::{Browser, Reply, Server};

const ANA: &str = "ana@contoso.example";

fn object(id: &str) -> ObjectId {
    ObjectId::parse(id).unwrap()
}

/// An accepted guest and its token with every permission.
pub async fn guest(server: &Server) -> (String, Browser, String) {
    let (id, browser) = server.accepted_guest(ANA).await;
    for generation in 1..9 {
        let token = server.token_with(server.tenant, object(&id), generation, Scope::ALL);
        if server.get(&token, "/v1.0/me").await.status == 200 {
            return (id, browser, token);
        }
    }
    panic!("no token of the guest is taken");
}

fn reference(id: impl std::fmt::Display) -> Value {
    json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") })
}

#[tokio::test]
async fn e1_an_owner_does_not_add_to_groups_that_carry_rights() {
    let server = Server::start().await;
    let (guest_id, _, guest) = guest(&server).await;
    let mia = server.token_of(&server.member);
    let owners = vec![server.member.id, object(&guest_id)];
    let group = async |name: &str, role_assignable| {
        let new = NewGroup {
            display_name: name.into(),
            role_assignable,
            owners: owners.clone(),
            ..NewGroup::default()
        };
        create_group(&server.app, server.tenant, new).await.unwrap()
    };
    let (privileged, bearing, ordinary) =
        (group("Privileged", true).await, group("Bearing", false).await, group("Ordinary", false).await);
    let portal = &server.portal.service_principal;
    assign_app_role(&server.app, server.tenant, bearing, portal.id, portal.app_roles[0].id).await.unwrap();
    let before = server.look().state();
    for (token, who) in [(&mia, server.member.id.to_string()), (&guest, guest_id.clone())] {
        for target in [privileged, bearing] {
            let reply =
                server.post(token, &format!("/v1.0/groups/{target}/members/$ref"), reference(&who)).await;
            assert_eq!(reply.status, 403, "{}", reply.text);
            assert_eq!(reply.code(), "Authorization_RequestDenied");
        }
        // Not by nesting either.
        let reply =
            server.post(token, &format!("/v1.0/groups/{bearing}/members/$ref"), reference(ordinary)).await;
        assert_eq!(reply.status, 403, "{}", reply.text);
    }
    assert_eq!(server.look().state(), before);
    server
        .post(&mia, &format!("/v1.0/groups/{ordinary}/members/$ref"), reference(server.member.id))
        .await
        .expect(204);
}

#[tokio::test]
async fn e2_an_application_does_not_grant_itself_more() {
    let server = Server::start().await;
    let new = NewApplication {
        display_name: "Greedy".into(),
        secret: true,
        permissions: vec![Scope::AppRoleAssignmentReadWriteAll, Scope::ApplicationReadAll],
        ..NewApplication::default()
    };
    let greedy = register_application(&server.app, server.tenant, new).await.unwrap();
    let (client, own) = (greedy.client_id.to_string(), greedy.service_principal.id);
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client.as_str()),
        ("client_secret", greedy.secret.as_deref().unwrap()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let reply = server.token_request(&server.tenant.to_string(), &fields).await.expect(200);
    let token = reply.json["access_token"].as_str().unwrap();
    let api =
        server.get(token, &format!("/v1.0/servicePrincipals(appId='{DIRECTORY_API}')")).await.expect(200);
    let api = api.json["id"].as_str().unwrap();
    let before = server.look().state();
    for scope in Scope::ALL.iter().filter(|scope| scope.app_role_id().is_some()) {
        let body = json!({ "principalId": own, "resourceId": api, "appRoleId": scope.app_role_id() });
        for path in [
            format!("/v1.0/servicePrincipals/{own}/appRoleAssignments"),
            format!("/v1.0/servicePrincipals/{api}/appRoleAssignedTo"),
        ] {
            let reply = server.post(token, &path, body.clone()).await;
            // A line that the first slice does not have is no way in either.
            assert!(matches!(reply.status.as_u16(), 403..=405), "{} {path}: {}", scope.name(), reply.text);
        }
    }
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn e3_read_only_properties_are_refused_by_name() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let admin = server.token_of(&server.admin);
    let before = server.look().state();
    for (name, value) in [
        ("id", json!("00000000-0000-0000-0000-000000000001")),
        ("externalUserState", json!("PendingAcceptance")),
        ("externalUserStateChangeDateTime", json!("2020-01-01T00:00:00Z")),
        ("creationType", json!(null)),
        ("createdDateTime", json!("2020-01-01T00:00:00Z")),
        ("deletedDateTime", json!("2020-01-01T00:00:00Z")),
        ("signInSessionsValidFromDateTime", json!("2020-01-01T00:00:00Z")),
        ("tenantId", json!("00000000-0000-0000-0000-000000000001")),
        ("tenant_id", json!("00000000-0000-0000-0000-000000000001")),
        ("identities", json!([])),
        ("proxyAddresses", json!(["SMTP:eve@evil.example"])),
        ("memberOf", json!([])),
        ("signInGeneration", json!(1)),
        ("passwordHash", json!("x")),
        ("EXTERNALUSERSTATE", json!("PendingAcceptance")),
    ] {
        // Together with a harmless one, which must not be changed either.
        let reply = server
            .patch(&admin, &format!("/v1.0/users/{id}"), json!({ "displayName": "Changed", name: value }))
            .await;
        assert_eq!(reply.status, 400, "{name}: {}", reply.text);
        assert!(reply.message().to_lowercase().contains(&name.to_lowercase()), "{name}: {}", reply.message());
    }
    assert_eq!(server.look().state(), before);
    let change = json!({ "userType": "Member", "userPrincipalName": "ana.new@fabrikam.example" });
    let helpdesk = server.token_of(&server.helpdesk);
    assert_eq!(server.patch(&helpdesk, &format!("/v1.0/users/{id}"), change.clone()).await.status, 403);
    server.patch(&admin, &format!("/v1.0/users/{id}"), change).await.expect(204);
    let user = server.get(&admin, &format!("/v1.0/users/{id}")).await.expect(200);
    assert_eq!(user.json["userPrincipalName"], "ana.new@fabrikam.example");
}

#[tokio::test]
async fn e4_a_guest_does_not_list_the_directory() {
    let server = Server::start().await;
    let (id, _, guest) = guest(&server).await;
    for path in [
        "/v1.0/users",
        "/v1.0/users?$filter=mail%20eq%20'mia@fabrikam.example'",
        "/v1.0/users?$top=1&$select=id",
        "/beta/users",
        "/v1.0/groups",
        "/v1.0/groups?$filter=displayName%20eq%20'Spring%20audit'",
        "/v1.0/roleManagement/directory/roleAssignments",
    ] {
        let reply = server.get(&guest, path).await;
        assert_eq!(reply.status, 403, "{path}: {}", reply.text);
        assert_eq!(reply.code(), "Authorization_RequestDenied");
        assert!(!reply.text.contains("mia@"));
    }
    let mut count = http::Request::get("/v1.0/users/$count").body(axum::body::Body::empty()).unwrap();
    count.headers_mut().insert("consistencylevel", "eventual".parse().unwrap());
    count.headers_mut().insert("authorization", format!("Bearer {guest}").parse().unwrap());
    assert_eq!(server.raw(count).await.status, 403);

    // Itself wholly, others only as far as names and addresses.
    let admin = server.token_of(&server.admin);
    let secrets = json!({ "jobTitle": "Secret title", "mobilePhone": "+49 30 1234", "department": "Secret department", "employeeId": "E77" });
    server.patch(&admin, &format!("/v1.0/users/{}", server.member.id), secrets.clone()).await.expect(204);
    server.patch(&admin, &format!("/v1.0/users/{id}"), secrets).await.expect(204);
    let own = server.get(&guest, &format!("/v1.0/users/{id}")).await.expect(200);
    assert_eq!(own.json["jobTitle"], "Secret title");
    for path in ["/v1.0/me/memberOf", &format!("/v1.0/users/{id}/memberOf"), "/v1.0/organization"] {
        server.get(&guest, path).await.expect(200);
    }
    assert_eq!(server.get(&guest, &format!("/v1.0/users/{}/memberOf", server.member.id)).await.status, 403);
    for select in ["", "?$select=id,jobTitle,mobilePhone,department,employeeId,otherMails,createdDateTime"] {
        let other =
            server.get(&guest, &format!("/v1.0/users/{}{select}", server.member.id)).await.expect(200);
        assert!(
            !other.text.contains("Secret") && !other.text.contains("+49") && !other.text.contains("E77"),
            "{}",
            other.text
        );
    }
    let other = server.get(&guest, &format!("/v1.0/users/{}", server.member.id)).await.expect(200);
    assert_eq!(other.json["displayName"], "mia");
    // A role given to a guest works fully.
    hospes_actions::setup::assign_role(&server.app, server.tenant, object(&id), Role::DirectoryReaders)
        .await
        .unwrap();
    server.get(&guest, "/v1.0/users").await.expect(200);
}

/// What a refusal says, without what differs from one request to the next.
fn told(reply: &Reply, id: &str) -> String {
    let error = &reply.json["error"];
    format!("{} {} {}", reply.status, error["code"], error["message"]).replace(id, "ID")
}

#[tokio::test]
async fn e6_ids_of_another_tenant_look_like_ids_nobody_has() {
    let server = Server::start().await;
    let (_, stranger, automation) = server.second_tenant("contoso.example").await;
    let own = create_group(
        &server.app,
        server.tenant,
        NewGroup { display_name: "Own".into(), ..NewGroup::default() },
    )
    .await
    .unwrap();
    let token = server.token_of(&server.admin);
    let unknown = uuid::Uuid::from_u128(0xDEAD_BEEF).to_string();
    let role = Role::UserAdministrator.id();
    let before = server.look().state();
    for (method, path, body) in [
        ("GET", "/v1.0/users/{x}", Value::Null),
        ("PATCH", "/v1.0/users/{x}", json!({ "displayName": "x" })),
        ("DELETE", "/v1.0/users/{x}", Value::Null),
        ("GET", "/v1.0/users/{x}/memberOf", Value::Null),
        ("GET", "/v1.0/users/{x}/appRoleAssignments", Value::Null),
        ("GET", "/v1.0/groups/{x}", Value::Null),
        ("GET", "/v1.0/groups/{x}/members", Value::Null),
        ("POST", "/v1.0/groups/{x}/members/$ref", reference(server.member.id)),
        ("POST", "/v1.0/groups/{g}/members/$ref", reference("{x}")),
        (
            "POST",
            "/v1.0/groups/{g}/members/$ref",
            json!({ "@odata.id": "https://graph.microsoft.com/v1.0/{t}/users/{x}" }),
        ),
        ("DELETE", "/v1.0/groups/{g}/members/{x}/$ref", Value::Null),
        ("GET", "/v1.0/servicePrincipals/{x}", Value::Null),
        ("GET", "/v1.0/organization/{x}", Value::Null),
        (
            "POST",
            "/v1.0/roleManagement/directory/roleAssignments",
            json!({ "principalId": "{x}", "roleDefinitionId": role, "directoryScopeId": "/" }),
        ),
        (
            "POST",
            "/v1.0/invitations",
            json!({ "invitedUserEmailAddress": "new@adatum.example", "inviteRedirectUrl": "https://myapps.microsoft.com", "invitedUser": { "id": "{x}" }, "resetRedemption": true }),
        ),
    ] {
        let foreign_id = if path.starts_with("/v1.0/servicePrincipals") {
            automation.service_principal.id
        } else {
            stranger.id
        }
        .to_string();
        let mut answers = Vec::new();
        for id in [&foreign_id, &unknown] {
            let fill = |text: &str| {
                text.replace("{x}", id)
                    .replace("{g}", &own.to_string())
                    .replace("{t}", &server.tenant.to_string())
            };
            let body = serde_json::from_str(&fill(&body.to_string())).unwrap();
            let reply = server.call(&token, method, &fill(path), body).await;
            assert_eq!(reply.status, 404, "{method} {path} {id}: {}", reply.text);
            answers.push(told(&reply, id));
        }
        assert_eq!(answers[0], answers[1], "{method} {path}");
    }
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn e6_a_paging_link_is_of_its_tenant_and_its_query() {
    let server = Server::start().await;
    let (other, stranger, _) = server.second_tenant("contoso.example").await;
    let (ours, theirs) =
        (server.token_of(&server.admin), server.token_with(other, stranger.id, 1, Scope::ALL));
    let page = server.get(&ours, "/v1.0/users?$top=2").await.expect(200);
    let next = page.json["@odata.nextLink"]
        .as_str()
        .unwrap()
        .strip_prefix("https://hospes.example")
        .unwrap()
        .to_owned();
    server.get(&ours, &next).await.expect(200);
    let stolen = server.get(&theirs, &next).await.expect(400);
    assert!(!stolen.text.contains("fabrikam"));
    let token = next
        .split("$skiptoken=")
        .nth(1)
        .or_else(|| next.split("%24skiptoken=").nth(1))
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    for path in [
        format!("/v1.0/groups?$skiptoken={token}"),
        format!("/v1.0/users?$filter=userType%20eq%20'Guest'&$skiptoken={token}"),
        // One other bit in the last character, which holds two of the seal.
        format!(
            "/v1.0/users?$skiptoken={}{}",
            &token[..token.len() - 1],
            if token.ends_with('A') { 'Q' } else { 'A' }
        ),
        format!("/v1.0/users?$skiptoken={}", &token[1..]),
    ] {
        assert_eq!(server.get(&ours, &path).await.status, 400, "{path}");
    }
}
