//! What apps may do on behalf of people: asked for, agreed to, listed and taken back.

use hospes_domain::access::Role;
use serde_json::{Value, json};

use crate::harness::{Browser, MadeApp, PASSWORD, Server, answer, claims};

const READ: &str = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e51";
const SYNC: &str = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e52";
const DELETE: &str = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e53";

/// An app that exposes scopes and has a role for programs, and one that wants to use it.
async fn orders_and_desk(server: &Server) -> (MadeApp, MadeApp) {
    let scope = |id: &str, value: &str, kind: &str| {
        json!({
            "id": id, "value": value, "type": kind, "isEnabled": true, "adminConsentDisplayName": "Orders of everybody",
            "adminConsentDescription": "Reads every order.", "userConsentDisplayName": "Your orders",
            "userConsentDescription": "Reads what you ordered.",
        })
    };
    let more = json!({
        "identifierUris": ["api://orders"],
        "api": { "oauth2PermissionScopes": [scope(READ, "Orders.Read", "User"), scope(DELETE, "Orders.Delete", "Admin")] },
        "appRoles": [{ "id": SYNC, "value": "Orders.Sync", "displayName": "Sync", "allowedMemberTypes": ["Application"] }],
    });
    let orders = server.make_app("Orders", more).await;
    let needs = json!([{
        "resourceAppId": orders.client,
        "resourceAccess": [{ "id": READ, "type": "Scope" }, { "id": SYNC, "type": "Role" }],
    }]);
    let desk = server.make_app("Order Desk", json!({ "requiredResourceAccess": needs })).await;
    (orders, desk)
}

async fn grants_of(server: &Server, app: &MadeApp) -> Vec<Value> {
    let path = format!("/v1.0/oauth2PermissionGrants?$filter=clientId%20eq%20'{}'", app.principal);
    let found = server.get(&server.token_of(&server.admin), &path).await.expect(200).json;
    found["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_person_agrees_to_what_another_app_exposes_and_takes_it_back() {
    let server = Server::start().await;
    let (orders, desk) = orders_and_desk(&server).await;
    let mut browser = Browser::new();
    let start = server.request_of(&desk, "openid offline_access api://orders/Orders.Read", &[]);
    let asked = server.through_password(&mut browser, &start, &server.member).await;
    assert!(asked.text().contains("Orders: Your orders. Reads what you ordered."), "{}", asked.html);
    let page = browser.submit(&server, &asked.form_to("/accept"), &[]).await;
    let tokens = server.exchange(&desk, &page).await.expect(200).json;
    let access = claims(&tokens["access_token"]);
    assert_eq!((&access["aud"], &access["scp"]), (&json!(orders.client), &json!("openid Orders.Read")));
    let by_id = server.request_of(&desk, &format!("{}/Orders.Read", orders.client), &[("prompt", "none")]);
    answer(&browser.get(&server, &by_id).await, "code");
    let granted = grants_of(&server, &desk).await;
    assert_eq!((granted.len(), &granted[0]["scope"]), (1, &json!("Orders.Read")));
    assert_eq!(granted[0]["principalId"], json!(server.member.id));

    let panel = browser.get(&server, &format!("/myapps/{}", server.tenant)).await;
    assert!(panel.html.contains("/consents"), "My Apps leads to what was allowed");
    let allowed = browser.get(&server, &format!("/{}/consents", server.tenant)).await;
    assert!(
        allowed.text().contains("Order Desk") && allowed.text().contains("Orders.Read"),
        "{}",
        allowed.html
    );
    let after = browser.submit(&server, &allowed.form_to("/revoke"), &[]).await;
    assert!(after.text().contains("You have allowed no app anything"), "{}", after.html);
    let refused = server.refresh(&desk, tokens["refresh_token"].as_str().unwrap()).await.expect(400);
    assert_eq!(
        (&refused.json["error"], &refused.json["error_codes"]),
        (&json!("invalid_grant"), &json!([65_001]))
    );
    // The app asks again.
    assert!(browser.get(&server, &start).await.text().contains("Reads what you ordered."));
}

#[tokio::test]
async fn what_only_administrators_may_grant_and_what_does_not_exist_is_told_to_the_app() {
    let server = Server::start().await;
    let (_, desk) = orders_and_desk(&server).await;
    let mut browser = Browser::new();
    let delete = server.request_of(&desk, "api://orders/Orders.Delete", &[]);
    let asked = server.through_password(&mut browser, &delete, &server.member).await;
    assert_eq!(asked.status, 403);
    let text = asked.text();
    assert!(text.contains("needs an administrator’s approval") && text.contains("Orders.Delete"), "{text}");
    let silent = server.request_of(&desk, "api://orders/Orders.Delete", &[("prompt", "none")]);
    let told = browser.get(&server, &silent).await;
    assert!(answer(&told, "error_description").starts_with("AADSTS90094"), "{}", told.url);
    let back = browser.submit(&server, &asked.form_to("/decline"), &[]).await;
    assert_eq!(answer(&back, "error"), "consent_required");
    assert!(answer(&back, "error_description").starts_with("AADSTS90094"), "{}", back.url);
    // Somebody who may is asked on the way.
    let asked = browser.get(&server, &delete).await;
    let who = browser.submit(&server, &asked.form_to("/another-account"), &[]).await;
    let named = browser.submit(&server, &who.form_to("/address"), &[("address", &server.admin.upn)]).await;
    let asks = browser.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    assert!(asks.text().contains("Orders.Delete"), "{}", asks.html);
    let done = browser.submit(&server, &asks.form_to("/accept"), &[]).await;
    let tokens = server.exchange(&desk, &done).await.expect(200).json;
    assert_eq!(claims(&tokens["access_token"])["scp"], "Orders.Delete");
    for (scope, error) in [
        ("api://orders/Orders.Fly", "invalid_scope"),
        ("api://bills/Bills.Read", "invalid_resource"),
        ("https://graph.windows.net/.default", "invalid_resource"),
    ] {
        let page = browser.get(&server, &server.request_of(&desk, scope, &[])).await;
        assert_eq!(answer(&page, "error"), error, "{scope}");
    }
}

#[tokio::test]
async fn a_grant_that_is_taken_back_ends_at_once_at_the_directory_api() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Desk", json!({})).await;
    let mut browser = Browser::new();
    let start = server.request_of(&app, "openid offline_access User.Read", &[]);
    let asked = server.through_password(&mut browser, &start, &server.member).await;
    let page = browser.submit(&server, &asked.form_to("/accept"), &[]).await;
    let tokens = server.exchange(&app, &page).await.expect(200).json;
    let access = tokens["access_token"].as_str().unwrap();
    server.get(access, "/v1.0/me").await.expect(200);
    let grant = grants_of(&server, &app).await.remove(0);
    let path = format!("/v1.0/oauth2PermissionGrants/{}", grant["id"].as_str().unwrap());
    server.patch(&admin, &path, json!({ "scope": "User.Fly" })).await.expect(400);
    server.patch(&admin, &path, json!({ "scope": "User.ReadBasic.All" })).await.expect(204);
    assert_eq!(
        server.get(access, "/v1.0/me").await.status,
        403,
        "what the token names is not granted any more"
    );
    server.delete(&admin, &path).await.expect(204);
    server.get(&admin, &path).await.expect(404);
    let refused = server.refresh(&app, tokens["refresh_token"].as_str().unwrap()).await.expect(400);
    assert_eq!(refused.json["error_codes"], json!([65_001]));
}

#[tokio::test]
async fn an_administrator_agrees_for_everybody_and_the_app_is_told() {
    let server = Server::start().await;
    let (orders, desk) = orders_and_desk(&server).await;
    let chief = server.add_person("carla", &[Role::ApplicationAdministrator]).await;
    let query = format!("client_id={}&redirect_uri=https://orders.example/callback&state=s1", desk.client);
    let address = format!("/{}/v2.0/adminconsent?{query}&scope=api://orders/.default", server.tenant);
    let mut browser = Browser::new();
    let asked = server.through_password(&mut browser, &address, &chief).await;
    let text = asked.text();
    assert!(
        text.contains("Order Desk") && text.contains("Orders.Read") && text.contains("Orders.Sync"),
        "{text}"
    );
    let done = browser.submit(&server, &asked.form_to("/adminconsent/accept"), &[]).await;
    assert_eq!(answer(&done, "admin_consent"), "True");
    assert_eq!(
        (answer(&done, "tenant"), answer(&done, "state")),
        (server.tenant.to_string(), "s1".to_owned())
    );
    assert_eq!(answer(&done, "scope"), "Orders.Read Orders.Sync");
    assert_eq!(grants_of(&server, &desk).await[0]["consentType"], "AllPrincipals");
    let scope = format!("{}/.default", orders.client);
    let own =
        server.as_app(&desk, &[("grant_type", "client_credentials"), ("scope", &scope)]).await.expect(200);
    assert_eq!(claims(&own.json["access_token"])["roles"], json!(["Orders.Sync"]));
    // Nobody is asked any more.
    let start = server.request_of(&desk, "api://orders/.default", &[]);
    let page = server.through_password(&mut Browser::new(), &start, &server.member).await;
    let tokens = server.exchange(&desk, &page).await.expect(200).json;
    assert_eq!(claims(&tokens["access_token"])["scp"], "Orders.Read");
}

#[tokio::test]
async fn admin_consent_can_be_declined_and_is_for_administrators_and_registered_addresses() {
    let server = Server::start().await;
    let (_, desk) = orders_and_desk(&server).await;
    let at = |to: &str| {
        format!("/{}/adminconsent?client_id={}&redirect_uri={to}&state=s", server.tenant, desk.client)
    };
    let before = server.look().rows("SELECT scope FROM permission_grants");
    let callback = at("https://orders.example/callback");
    let mut members = Browser::new();
    let page = server.through_password(&mut members, &callback, &server.member).await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains("needs an administrator’s approval"), "{}", page.html);
    // The page leads back to the app, which hears what it hears of an administrator's "no".
    let back = members.submit(&server, &page.form_to("/adminconsent/cancel"), &[]).await;
    assert_eq!(
        (answer(&back, "error"), answer(&back, "admin_consent")),
        ("permission_denied".into(), "True".into())
    );
    // And to another account.
    let asked = members.get(&server, &format!("{callback}&prompt=select_account")).await;
    let named = members.submit(&server, &asked.form_to("/address"), &[("address", &server.admin.upn)]).await;
    let asked = members.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    assert!(asked.text().contains("for everybody at"), "{}", asked.html);
    for evil in ["https://evil.example/", "https://orders.example/callback/..", "javascript:alert(1)"] {
        let page = Browser::new().get(&server, &at(evil)).await;
        assert_eq!(page.status, 400, "F1: {evil}");
    }
    let mut browser = Browser::new();
    let asked = server.through_password(&mut browser, &callback, &server.admin).await;
    let done = browser.submit(&server, &asked.form_to("/adminconsent/cancel"), &[]).await;
    assert_eq!(
        (answer(&done, "error"), answer(&done, "admin_consent")),
        ("permission_denied".into(), "True".into())
    );
    assert_eq!(server.look().rows("SELECT scope FROM permission_grants"), before);
}

#[tokio::test]
async fn f13_consent_counts_for_the_person_the_page_named_and_what_it_listed() {
    let server = Server::start().await;
    let (_, desk) = orders_and_desk(&server).await;
    let mut browser = Browser::new();
    let start = server.request_of(&desk, "api://orders/Orders.Read", &[]);
    let asked = server.through_password(&mut browser, &start, &server.member).await;
    // Another window of the same browser signs somebody else in.
    let again = server.request_of(&desk, "openid", &[("prompt", "login")]);
    server.through_password(&mut browser, &again, &server.inviter).await;
    let page = browser.submit(&server, &asked.form_to("/accept"), &[]).await;
    assert!(page.text().contains(&server.inviter.upn), "asks whoever is signed in now: {}", page.html);
    assert!(grants_of(&server, &desk).await.is_empty(), "nobody has agreed to anything");
    answer(&browser.submit(&server, &page.form_to("/accept"), &[]).await, "code");
    assert_eq!(grants_of(&server, &desk).await[0]["principalId"], json!(server.inviter.id));
    // Taking it back is the same.
    let allowed = browser.get(&server, &format!("/{}/consents", server.tenant)).await;
    let again = server.request_of(&desk, "api://orders/Orders.Read", &[("prompt", "login")]);
    let asked = server.through_password(&mut browser, &again, &server.member).await;
    answer(&browser.submit(&server, &asked.form_to("/accept"), &[]).await, "code");
    let page = browser.submit(&server, &allowed.form_to("/revoke"), &[]).await;
    assert!(page.text().contains(&server.member.upn), "{}", page.html);
    assert_eq!(grants_of(&server, &desk).await.len(), 2, "nobody has taken anything back");
}

#[tokio::test]
async fn e2_an_administrator_grants_what_the_page_listed_and_nothing_declared_since() {
    let server = Server::start().await;
    let (orders, desk) = orders_and_desk(&server).await;
    let callback = "redirect_uri=https://orders.example/callback";
    let address = format!("/{}/adminconsent?client_id={}&{callback}", server.tenant, desk.client);
    let mut browser = Browser::new();
    let asked = server.through_password(&mut browser, &address, &server.admin).await;
    assert!(!asked.text().contains("Orders.Delete"), "{}", asked.html);
    let more = json!([{
        "resourceAppId": orders.client,
        "resourceAccess": [{ "id": READ, "type": "Scope" }, { "id": DELETE, "type": "Scope" }, { "id": SYNC, "type": "Role" }],
    }]);
    let path = format!("/v1.0/applications/{}", desk.id);
    let change = json!({ "requiredResourceAccess": more });
    server.patch(&server.token_of(&server.admin), &path, change).await.expect(204);
    let page = browser.submit(&server, &asked.form_to("/adminconsent/accept"), &[]).await;
    assert_eq!(page.status, 409, "{}", page.html);
    assert!(page.text().contains("Orders.Delete"), "asks again: {}", page.html);
    assert!(grants_of(&server, &desk).await.is_empty(), "nothing is granted that was not listed");
    // The same for somebody else than the page named.
    server
        .through_password(
            &mut browser,
            &server.request_of(&desk, "openid", &[("prompt", "login")]),
            &server.member,
        )
        .await;
    let refused = browser.submit(&server, &page.form_to("/adminconsent/accept"), &[]).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    assert!(grants_of(&server, &desk).await.is_empty());
}
