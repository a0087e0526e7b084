//! Threats E2, E6, F1, F2 and F8 over the directory API: applications that reach for more than they were given.

use hospes_actions::setup::{NewApplication, Registered, register_application};
use hospes_domain::access::{Role, Scope};
use serde_json::json;

use crate::harness::Server;

async fn program(server: &Server, permissions: &[Scope]) -> (Registered, String) {
    let new = NewApplication {
        display_name: "Program".into(),
        secret: true,
        permissions: permissions.to_vec(),
        ..NewApplication::default()
    };
    let made = register_application(&server.app, server.tenant, new).await.unwrap();
    let client = made.client_id.to_string();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client.as_str()),
        ("client_secret", made.secret.as_deref().unwrap()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let reply = server.token_request(&server.tenant.to_string(), &fields).await.expect(200);
    let token = reply.json["access_token"].as_str().unwrap().to_owned();
    (made, token)
}

#[tokio::test]
async fn e2_nobody_becomes_an_application_that_holds_more() {
    let server = Server::start().await;
    let chief = server.add_person("carla", &[Role::ApplicationAdministrator]).await;
    let (program, by_program) = program(&server, &[Scope::ApplicationReadWriteAll, Scope::UserReadAll]).await;
    let strong = format!("/v1.0/applications(appId='{}')", server.automation.client_id);
    let presence = format!("/v1.0/servicePrincipals(appId='{}')", server.automation.client_id);
    let weak = format!("/v1.0/applications(appId='{}')", server.portal.client_id);
    for token in [server.token_of(&chief), by_program] {
        let before = server.look().state();
        let address = json!({ "web": { "redirectUris": ["https://carla.example/"] } });
        let key = json!({ "keyCredentials": [{ "key": include_str!("../../crates/domain/src/jose/x509_rsa.txt").trim() }] });
        for refused in [
            server.post(&token, &format!("{strong}/addPassword"), json!({})).await,
            server.patch(&token, &strong, address).await,
            server.patch(&token, &strong, key.clone()).await,
            server.patch(&token, &presence, key).await,
        ] {
            assert_eq!((refused.status.as_u16(), refused.code()), (403, "Authorization_RequestDenied"));
        }
        assert_eq!(server.look().state(), before);
        // What gives nobody anything is theirs to do.
        server.patch(&token, &strong, json!({ "notes": "Ours" })).await.expect(204);
        server.post(&token, &format!("{weak}/addPassword"), json!({})).await.expect(200);
    }
    let global = server.token_of(&server.admin);
    server.post(&global, &format!("{strong}/addPassword"), json!({})).await.expect(200);
    // One that holds the same is within reach of itself.
    let own = format!("/v1.0/applications(appId='{}')/addPassword", program.client_id);
    server.post(&server.token_of(&chief), &own, json!({})).await.expect(200);
}

#[tokio::test]
async fn e2_a_program_grants_on_behalf_of_people_only_what_it_holds() {
    let server = Server::start().await;
    let (program, token) =
        program(&server, &[Scope::DelegatedPermissionGrantReadWriteAll, Scope::UserReadAll]).await;
    let graph = server.samples().await.graph;
    let grant = |scope: &str| {
        json!({
            "clientId": program.service_principal.id, "consentType": "AllPrincipals", "resourceId": graph, "scope": scope,
        })
    };
    let more = server
        .post(&token, "/v1.0/oauth2PermissionGrants", grant("RoleManagement.ReadWrite.Directory"))
        .await;
    assert_eq!(more.expect(403).code(), "Authorization_RequestDenied");
    let made = server
        .post(&token, "/v1.0/oauth2PermissionGrants", grant("User.Read User.Read.All"))
        .await
        .expect(201);
    let path = format!("/v1.0/oauth2PermissionGrants/{}", made.json["id"].as_str().unwrap());
    server.patch(&token, &path, json!({ "scope": "User.Read Directory.ReadWrite.All" })).await.expect(403);
    server.patch(&token, &path, json!({ "scope": "User.Read" })).await.expect(204);
    let twice = server.post(&token, "/v1.0/oauth2PermissionGrants", grant("User.Read")).await.expect(409);
    assert_eq!(twice.code(), "Request_MultipleObjectsWithSameKeyValue");
    assert_eq!(twice.message(), "Permission entry already exists.");
}

#[tokio::test]
async fn e2_owned_by_reaches_ones_own_applications_only() {
    let server = Server::start().await;
    let (_, token) = program(&server, &[Scope::ApplicationReadWriteOwnedBy, Scope::ApplicationReadAll]).await;
    let made = server.post(&token, "/v1.0/applications", json!({ "displayName": "Own" })).await.expect(201);
    let own = format!("/v1.0/applications/{}", made.json["id"].as_str().unwrap());
    server.patch(&token, &own, json!({ "notes": "x" })).await.expect(204);
    server.post(&token, &format!("{own}/addPassword"), json!({})).await.expect(200);
    let other = format!("/v1.0/applications(appId='{}')", server.portal.client_id);
    server.patch(&token, &other, json!({ "notes": "x" })).await.expect(403);
    server.delete(&token, &other).await.expect(403);
    server.delete(&token, &own).await.expect(204);
}

#[tokio::test]
async fn e2_owned_by_reads_what_one_owns_and_nothing_else() {
    let server = Server::start().await;
    let (_, token) = program(&server, &[Scope::ApplicationReadWriteOwnedBy]).await;
    let made =
        server.post(&token, "/v1.0/applications", json!({ "displayName": "Own" })).await.expect(201).json;
    let body = json!({ "appId": made["appId"] });
    server.post(&token, "/v1.0/servicePrincipals", body).await.expect(201);
    let client = made["appId"].as_str().unwrap();
    for set in ["applications", "servicePrincipals"] {
        let own = format!("/v1.0/{set}(appId='{client}')");
        assert_eq!(server.get(&token, &own).await.expect(200).json["displayName"], "Own");
        let owners = server.get(&token, &format!("{own}/owners")).await.expect(200).json;
        assert_eq!(owners["value"].as_array().unwrap().len(), 1);
        // What is somebody else's and what is nobody's look the same.
        for other in [server.portal.client_id.to_string(), "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f".to_owned()]
        {
            let other = format!("/v1.0/{set}(appId='{other}')");
            server.get(&token, &other).await.expect(403);
            server.get(&token, &format!("{other}/owners")).await.expect(403);
        }
        server.get(&token, &format!("/v1.0/{set}")).await.expect(403);
    }
}

#[tokio::test]
async fn e5_assigning_an_app_role_takes_reading_applications_too() {
    let server = Server::start().await;
    let body = json!({
        "principalId": server.member.id, "resourceId": server.portal.service_principal.id,
        "appRoleId": server.portal.service_principal.app_roles[0].id,
    });
    let path = format!("/v1.0/users/{}/appRoleAssignments", server.member.id);
    let (_, token) = program(&server, &[Scope::AppRoleAssignmentReadWriteAll]).await;
    let refused = server.post(&token, &path, body.clone()).await.expect(403);
    assert!(refused.text.contains("Application.Read.All"), "{}", refused.text);
    for reading in [Scope::ApplicationReadAll, Scope::DirectoryReadAll] {
        let (_, token) = program(&server, &[Scope::AppRoleAssignmentReadWriteAll, reading]).await;
        let made = server.post(&token, &path, body.clone()).await.expect(201).json;
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        server.delete(&token, &one).await.expect(204);
    }
}

#[tokio::test]
async fn e2_nobody_takes_the_name_of_another_resource_or_changes_the_servers_own() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    server.make_app("Orders", json!({ "identifierUris": ["api://orders"] })).await;
    for name in [
        "api://orders",
        "api://00000003-0000-0000-c000-000000000000",
        "https://graph.microsoft.com",
        "https://hospes.example",
        "https://contoso.example/orders",
    ] {
        let body = json!({ "displayName": "Thief", "identifierUris": [name] });
        server.post(&admin, "/v1.0/applications", body).await.expect(400);
    }
    let command_line = "/v1.0/applications(appId='14d82eec-204b-4c2f-b7e8-296a70dab67e')";
    server.delete(&admin, command_line).await.expect(400);
    server
        .patch(&admin, command_line, json!({ "publicClient": { "redirectUris": ["evil://x"] } }))
        .await
        .expect(400);
    let api = "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')";
    server.patch(&admin, api, json!({ "accountEnabled": false })).await.expect(400);
    server.delete(&admin, api).await.expect(400);
}

#[tokio::test]
async fn f1_f2_an_address_that_is_no_exact_place_is_refused_by_name_and_changes_nothing() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let path = format!("/v1.0/applications(appId='{}')", server.portal.client_id);
    let before = server.look().rows("SELECT uri FROM redirect_uris ORDER BY uri");
    for (platform, uri) in [
        ("web", "http://portal.example/cb"),
        ("web", "https://*.portal.example/cb"),
        ("web", "https://portal.example/cb#x"),
        ("web", "javascript:alert(1)"),
        ("spa", "com.contoso.app://auth"),
        ("publicClient", "data:text/html,x"),
        ("publicClient", "javascript://x/%0aalert(1)"),
    ] {
        let refused =
            server.patch(&admin, &path, json!({ platform: { "redirectUris": [uri] } })).await.expect(400);
        let target = &refused.json["error"]["details"][0]["target"];
        assert_eq!(*target, json!(format!("{platform}.redirectUris")), "{uri}");
    }
    assert_eq!(server.look().rows("SELECT uri FROM redirect_uris ORDER BY uri"), before);
}

#[tokio::test]
async fn f8_public_clients_get_no_secret_and_secrets_are_bounded() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let body =
        json!({ "displayName": "Phone", "publicClient": { "redirectUris": ["com.contoso.phone://auth"] } });
    let made = server.post(&admin, "/v1.0/applications", body).await.expect(201);
    assert_eq!(made.json["isFallbackPublicClient"], true);
    let path = format!("/v1.0/applications/{}/addPassword", made.json["id"].as_str().unwrap());
    server.post(&admin, &path, json!({})).await.expect(400);
    let app = server.make_app("Orders", json!({})).await;
    let path = format!("/v1.0/applications/{}/addPassword", app.id);
    for life in ["2020-01-01T00:00:00Z", "3000-01-01T00:00:00Z", "tomorrow"] {
        let body = json!({ "passwordCredential": { "endDateTime": life } });
        server.post(&admin, &path, body).await.expect(400);
    }
    // One that begins later does not work yet.
    let later = json!({ "passwordCredential": { "startDateTime": "2027-01-01T00:00:00Z" } });
    let made = server.post(&admin, &path, later).await.expect(200);
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", app.client.as_str()),
        ("client_secret", made.json["secretText"].as_str().unwrap()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let refused = server.token_request(&server.tenant.to_string(), &fields).await.expect(401);
    assert_eq!(refused.json["error_codes"], json!([7_000_215]));
}

#[tokio::test]
async fn e6_applications_and_grants_of_another_tenant_are_not_there() {
    let server = Server::start().await;
    let (other, stranger, _) = server.second_tenant("contoso.example").await;
    let foreign = server.token_with(other, stranger.id, 1, Scope::ALL);
    let samples = server.samples().await;
    let before = server.look().state();
    for (method, path) in [
        ("GET", format!("/v1.0/applications/{}", samples.application)),
        ("PATCH", format!("/v1.0/applications/{}", samples.application)),
        ("DELETE", format!("/v1.0/servicePrincipals/{}", samples.service_principal)),
        ("DELETE", format!("/v1.0/oauth2PermissionGrants/{}", samples.grant)),
        ("POST", format!("/v1.0/applications/{}/addPassword", samples.application)),
    ] {
        let body = if method == "PATCH" { json!({ "notes": "x" }) } else { json!({}) };
        let reply = server.call(&foreign, method, &path, body).await;
        assert_eq!(
            (reply.status.as_u16(), reply.code()),
            (404, "Request_ResourceNotFound"),
            "{method} {path}"
        );
    }
    let after: Vec<String> = server.look().state();
    let changed: Vec<&String> = after.iter().filter(|row| !before.contains(row)).collect();
    assert!(changed.iter().all(|row| row.starts_with("audit")), "{changed:?}");
}
