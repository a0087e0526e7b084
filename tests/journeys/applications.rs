//! Applications over the directory API: registered, signed in to, changed, and gone.

use serde_json::json;

use crate::harness::{Browser, Server, claims};

const P256_CERTIFICATE: &str = include_str!("../../crates/domain/src/jose/x509_p256.txt");

#[tokio::test]
async fn an_app_is_registered_by_three_calls_and_people_sign_in_to_it() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({ "notes": "Sales", "tags": ["shop"] })).await;
    let path = format!("/v1.0/applications/{}", app.id);
    let shown = server.get(&admin, &path).await.expect(200);
    assert_eq!(shown.json["web"]["redirectUris"], json!(["https://orders.example/callback"]));
    assert_eq!(
        (&shown.json["signInAudience"], &shown.json["notes"]),
        (&json!("AzureADMyOrg"), &json!("Sales"))
    );
    let secret = &shown.json["passwordCredentials"][0];
    assert_eq!((&secret["secretText"], &secret["hint"]), (&json!(null), &json!(&app.secret[..3])));
    assert!(!shown.text.contains(&app.secret), "a secret is shown once");

    let mut browser = Browser::new();
    let start = server.request_of(&app, "openid profile offline_access", &[]);
    let page = server.through_password(&mut browser, &start, &server.member).await;
    let tokens = server.exchange(&app, &page).await.expect(200).json;
    assert_eq!(claims(&tokens["id_token"])["aud"], json!(app.client));

    // A second secret works beside the first; a removed one does not.
    let remove = format!("{path}/removePassword");
    server.post(&admin, &remove, json!({ "keyId": secret["keyId"] })).await.expect(204);
    let refused = server.refresh(&app, tokens["refresh_token"].as_str().unwrap()).await.expect(401);
    assert_eq!(refused.json["error_codes"], json!([7_000_215]));
    server.post(&admin, &remove, json!({ "keyId": secret["keyId"] })).await.expect(400);
}

#[tokio::test]
async fn an_app_that_is_switched_off_is_called_so_wherever_it_asks() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({})).await;
    let mut waiting = Browser::new();
    let start = server.request_of(&app, "openid", &[]);
    let page = waiting.get(&server, &start).await;
    let presence = format!("/v1.0/servicePrincipals(appId='{}')", app.client);
    server.patch(&admin, &presence, json!({ "accountEnabled": false })).await.expect(204);
    let page = waiting.submit(&server, &page.form_to("/address"), &[("address", &server.member.upn)]).await;
    let asked = Browser::new().get(&server, &start).await;
    for page in [page, asked] {
        assert_eq!(page.status, 400, "{}", page.html);
        assert!(page.text().contains("AADSTS7000112"), "{}", page.html);
    }
    let own = [("grant_type", "client_credentials"), ("scope", "https://graph.microsoft.com/.default")];
    let refused = server.as_app(&app, &own).await;
    assert_eq!(refused.json["error_codes"], json!([7_000_112]), "{}", refused.text);
    server.patch(&admin, &presence, json!({ "accountEnabled": true })).await.expect(204);
    let asked = Browser::new().get(&server, &start).await;
    assert_eq!(asked.status, 200, "{}", asked.html);
}

#[tokio::test]
async fn registering_makes_no_presence_and_an_app_has_one() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let made = server.post(&admin, "/v1.0/applications", json!({ "displayName": "Bills" })).await.expect(201);
    let app_id = made.json["appId"].as_str().unwrap();
    let presence = format!("/v1.0/servicePrincipals(appId='{app_id}')");
    server.get(&admin, &presence).await.expect(404);
    let body = json!({ "appId": app_id, "appRoleAssignmentRequired": true });
    let present = server.post(&admin, "/v1.0/servicePrincipals", body.clone()).await.expect(201);
    assert_eq!(present.json["appRoleAssignmentRequired"], true);
    let twice = server.post(&admin, "/v1.0/servicePrincipals", body).await.expect(409);
    assert_eq!(twice.code(), "Request_MultipleObjectsWithSameKeyValue");
    let words = format!(
        "The service principal cannot be created, updated, or restored because the service principal name {app_id} is already in use."
    );
    assert_eq!(twice.message(), words);
    // Roles that are declared are those people are assigned.
    let role = json!([{
        "id": "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f", "value": "Bills.Pay", "displayName": "Payer",
        "description": "Pays", "allowedMemberTypes": ["User"], "isEnabled": true,
    }]);
    let app = format!("/v1.0/applications(appId='{app_id}')");
    server.patch(&admin, &app, json!({ "appRoles": role })).await.expect(204);
    let shown = server.get(&admin, &presence).await.expect(200).json;
    assert_eq!(shown["appRoles"][0]["value"], "Bills.Pay");
    assert_eq!(shown["appRoles"][0]["allowedMemberTypes"], json!(["User"]));
    let assign = json!({
        "principalId": server.member.id, "resourceId": shown["id"], "appRoleId": shown["appRoles"][0]["id"],
    });
    server.post(&admin, &format!("{presence}/appRoleAssignedTo"), assign).await.expect(201);
    // An enabled role is disabled before it goes, and its assignments go with it.
    let refused = server.patch(&admin, &app, json!({ "appRoles": [] })).await.expect(400);
    assert!(refused.message().contains("isEnabled"), "{}", refused.message());
    let mut disabled = role.clone();
    disabled[0]["isEnabled"] = json!(false);
    server.patch(&admin, &app, json!({ "appRoles": disabled })).await.expect(204);
    server.patch(&admin, &app, json!({ "appRoles": [] })).await.expect(204);
    let assigned = server.get(&admin, &format!("{presence}/appRoleAssignedTo")).await.expect(200).json;
    assert_eq!(assigned["value"], json!([]));
    server.delete(&admin, &presence).await.expect(204);
    assert_eq!(server.get(&admin, &app).await.expect(200).json["displayName"], "Bills");
}

#[tokio::test]
async fn a_certificate_is_kept_as_its_key_and_named_by_its_thumbprint() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({})).await;
    let path = format!("/v1.0/applications/{}", app.id);
    let key = json!({ "key": P256_CERTIFICATE.trim(), "type": "AsymmetricX509Cert", "usage": "Verify" });
    server.patch(&admin, &path, json!({ "keyCredentials": [key] })).await.expect(204);
    let shown = server.get(&admin, &path).await.expect(200).json;
    let kept = &shown["keyCredentials"][0];
    assert_eq!((&kept["key"], &kept["displayName"]), (&json!(null), &json!("orders")));
    assert_eq!(kept["customKeyIdentifier"].as_str().unwrap().len(), 40);
    // Sent back as it was read, it stays.
    server.patch(&admin, &path, json!({ "keyCredentials": [kept] })).await.expect(204);
    let again = server.get(&admin, &path).await.expect(200).json;
    assert_eq!(again["keyCredentials"], shown["keyCredentials"]);
    for wrong in [
        json!({ "key": "bm90IGEgY2VydGlmaWNhdGU=" }),
        json!({ "keyId": "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f" }),
        json!({ "key": P256_CERTIFICATE.trim(), "endDateTime": "2020-01-01T00:00:00Z" }),
    ] {
        server.patch(&admin, &path, json!({ "keyCredentials": [wrong] })).await.expect(400);
    }
    server.patch(&admin, &path, json!({ "keyCredentials": [] })).await.expect(204);
    assert_eq!(server.get(&admin, &path).await.expect(200).json["keyCredentials"], json!([]));
}

#[tokio::test]
async fn what_was_issued_through_an_app_ends_with_it() {
    for way in ["disabled", "deleted", "without presence"] {
        let server = Server::start().await;
        let admin = server.token_of(&server.admin);
        let app = server.make_app("Orders", json!({})).await;
        let mut browser = Browser::new();
        let start = server.request_of(&app, "openid offline_access User.Read", &[]);
        let asked = server.through_password(&mut browser, &start, &server.member).await;
        let page = browser.submit(&server, &asked.form_to("/accept"), &[]).await;
        let tokens = server.exchange(&app, &page).await.expect(200).json;
        let access = tokens["access_token"].as_str().unwrap();
        server.get(access, "/v1.0/me").await.expect(200);
        let later = browser.get(&server, &start).await;
        match way {
            "disabled" => {
                let path = format!("/v1.0/servicePrincipals/{}", app.principal);
                server.patch(&admin, &path, json!({ "accountEnabled": false })).await.expect(204);
            }
            "deleted" => {
                server.delete(&admin, &format!("/v1.0/applications/{}", app.id)).await.expect(204);
            }
            _ => {
                server
                    .delete(&admin, &format!("/v1.0/servicePrincipals/{}", app.principal))
                    .await
                    .expect(204);
            }
        }
        assert_eq!(server.get(access, "/v1.0/me").await.status, 401, "{way}");
        let refused = server.refresh(&app, tokens["refresh_token"].as_str().unwrap()).await.expect(400);
        assert_eq!(refused.json["error"], "unauthorized_client", "{way}");
        assert_eq!(server.exchange(&app, &later).await.expect(400).json["error"], "unauthorized_client");
        assert_eq!(browser.get(&server, &start).await.status, 400, "{way}");
    }
}

#[tokio::test]
async fn what_terraform_sends_when_nobody_wrote_it_down_is_kept_or_left_alone() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let role = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";
    let role = json!({ "id": role, "value": "", "displayName": "Clerk", "description": "Clerks", "isEnabled": true,
        "allowedMemberTypes": ["User"] });
    let body = json!({ "displayName": "Orders", "appRoles": [role], "api": { "acceptMappedClaims": false,
        "knownClientApplications": [], "oauth2PermissionScopes": [], "requestedAccessTokenVersion": 1 } });
    let made = server.post(&admin, "/v1.0/applications", body).await.expect(201).json;
    let path = format!("/v1.0/applications/{}", made["id"].as_str().unwrap());
    let shown = server.get(&admin, &path).await.expect(200).json;
    assert_eq!(shown["api"]["requestedAccessTokenVersion"], json!(1));
    assert_eq!(
        (&shown["appRoles"][0]["value"], &shown["appRoles"][0]["displayName"]),
        (&json!(null), &json!("Clerk"))
    );
    for (asked, told) in [(json!(2), json!(2)), (json!(1), json!(1)), (json!(null), json!(2))] {
        let change = json!({ "api": { "requestedAccessTokenVersion": asked } });
        server.patch(&admin, &path, change).await.expect(204);
        assert_eq!(server.get(&admin, &path).await.json["api"]["requestedAccessTokenVersion"], told);
    }
    // Two without a value are no twins.
    let second = json!({ "id": "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e60", "displayName": "Chief", "description": "Chiefs",
        "allowedMemberTypes": ["User"] });
    server.patch(&admin, &path, json!({ "appRoles": [shown["appRoles"][0], second] })).await.expect(204);
}

#[tokio::test]
async fn tokens_say_nothing_of_a_role_without_a_value() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let of = |n: u8| format!("84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e6{n}");
    let role = |n: u8, value: serde_json::Value| json!({ "id": of(n), "value": value, "displayName": format!("Role {n}"), "allowedMemberTypes": ["User"] });
    let roles = json!([role(1, json!(null)), role(2, json!("Reader"))]);
    let app = server.make_app("Orders", json!({ "appRoles": roles })).await;
    let presence = format!("/v1.0/servicePrincipals(appId='{}')", app.client);
    let presence = server.get(&admin, &presence).await.expect(200).json["id"].clone();
    for n in [1, 2] {
        let assign = json!({ "principalId": server.member.id.to_string(), "resourceId": presence, "appRoleId": of(n) });
        let path = format!("/v1.0/users/{}/appRoleAssignments", server.member.id);
        server.post(&admin, &path, assign).await.expect(201);
    }
    let mut browser = Browser::new();
    let start = server.request_of(&app, "openid", &[]);
    let page = server.through_password(&mut browser, &start, &server.member).await;
    let tokens = server.exchange(&app, &page).await.expect(200).json;
    assert_eq!(claims(&tokens["id_token"])["roles"], json!(["Reader"]));
}
