//! Threats D5: what was begun or issued at an app before a reset is worth nothing after it, though the address and
//! the person behind it stay the same.

use serde_json::Value;

use super::f_device::Stage;
use crate::harness::{Browser, Page, Reply, Server, claims};

const ANA: &str = "ana@contoso.example";
pub const BACK: (&str, &str) = ("redirect_uri", "https://portal.example/callback");

pub async fn tokens(server: &Server, fields: &[(&str, &str)]) -> Reply {
    let (client, secret) = (server.portal.client_id.to_string(), server.portal.secret.clone().unwrap());
    let mut all = vec![("client_id", client.as_str()), ("client_secret", secret.as_str())];
    all.extend_from_slice(fields);
    server.token_request(&server.tenant.to_string(), &all).await
}

pub async fn at_the_app(server: &Server, browser: &mut Browser) -> Page {
    let query = "response_type=code&redirect_uri=https://portal.example/callback&scope=openid%20offline_access&state=s";
    let client = &server.portal.client_id;
    browser.get(server, &format!("/{}/oauth2/v2.0/authorize?client_id={client}&{query}", server.tenant)).await
}

pub fn code(page: &Page) -> String {
    let url = url::Url::parse(&page.url).unwrap();
    let found = url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
    found.unwrap_or_else(|| panic!("no code in {url}: {}", page.html))
}

async fn reset(server: &Server, id: &str) -> Value {
    let reply = server.reset(&server.token_of(&server.helpdesk), id, ANA).await.expect(201);
    server.mails().await;
    reply.json
}

#[tokio::test]
async fn d5_a_code_and_a_refresh_token_die_with_the_reset_and_stay_dead_after_the_next_redemption() {
    let server = Server::start().await;
    let (id, mut browser) = server.accepted_guest(ANA).await;
    let first = code(&at_the_app(&server, &mut browser).await);
    let issued =
        tokens(&server, &[("grant_type", "authorization_code"), ("code", &first), BACK]).await.expect(200);
    let refresh = issued.json["refresh_token"].as_str().unwrap();
    let later = code(&at_the_app(&server, &mut browser).await);
    let made = reset(&server, &id).await;
    let code_of_before = [("grant_type", "authorization_code"), ("code", &*later), BACK];
    let refresh_of_before = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let refused = tokens(&server, &code_of_before).await.expect(400);
    assert_eq!(refused.json["error"], "invalid_grant", "{}", refused.text);
    tokens(&server, &refresh_of_before).await.expect(400);
    server.redeem(made["inviteRedeemUrl"].as_str().unwrap(), ANA).await;
    let refused = tokens(&server, &refresh_of_before).await.expect(400);
    assert_eq!(refused.json["error"], "invalid_grant", "{}", refused.text);
    let page = at_the_app(&server, &mut browser).await;
    assert!(page.url.contains("/sign-in/"), "the session of before answered the app: {}", page.url);
}

#[tokio::test]
async fn d5_a_code_that_was_mailed_to_sign_in_dies_with_the_reset() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let mut browser = Browser::new();
    let page = server.ask_to_sign_in(&mut browser, ANA).await;
    let digits = server.code_for(ANA).await;
    reset(&server, &id).await;
    let after = browser.submit(&server, &page.form_to("/code"), &[("code", &digits)]).await;
    assert_eq!(after.status, 422, "neither a sign-in nor a redemption: {}", after.html);
    assert!(!server.greets(&mut browser, ANA).await);
    assert_eq!(server.state_of(&id).await, "PendingAcceptance");
}

/// A guest keeps `oid` and `sub` whatever the grant and whoever the new identity is; what was begun before is worth nothing.
#[tokio::test]
async fn d5_a_device_knows_the_same_guest_after_the_reset_and_what_it_had_before_is_dead() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let (id, mut browser) = server.accepted_guest(ANA).await;
    let given = stage.signs_in(&mut browser).await;
    let before = [&given.json["id_token"], &given.json["access_token"]].map(claims);
    let (waiting, unanswered) = stage.begin().await;
    let (let_in, code) = stage.begin().await;
    stage.lets_in(&mut browser, &code).await;

    let successor = "bruno@adatum.example";
    let admin = server.token_of(&server.user_admin);
    let mail = serde_json::json!({ "mail": successor });
    server.patch(&admin, &format!("/v1.0/users/{id}"), mail).await.expect(204);
    let made = server.reset(&admin, &id, successor).await.expect(201).json;
    server.mails().await;
    let dead = async || {
        let refresh = given.json["refresh_token"].as_str().unwrap();
        assert_eq!(stage.renew(refresh).await.expect(400).json["error"], "invalid_grant");
        let access = given.json["access_token"].as_str().unwrap();
        assert_eq!(server.get(access, "/v1.0/me").await.status, 401);
    };
    dead().await;
    let page = stage.types(&mut browser, &unanswered).await;
    assert!(page.url.contains("/sign-in/"), "the session of before decides nothing: {}", page.url);
    assert_eq!(stage.poll(&waiting).await.expect(400).json["error"], "authorization_pending");

    let (mut browser, _) = server.redeem(made["inviteRedeemUrl"].as_str().unwrap(), successor).await;
    dead().await;
    assert_eq!(stage.poll(&let_in).await.expect(400).json["error"], "invalid_grant", "let in before");
    let given = stage.signs_in(&mut browser).await;
    let after = [&given.json["id_token"], &given.json["access_token"]].map(claims);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before["oid"], id.as_str());
        assert_eq!((&before["oid"], &before["sub"]), (&after["oid"], &after["sub"]));
        assert_ne!(before["sid"], after["sid"]);
    }
    assert_ne!(before[0]["email"], after[0]["email"], "it is another person");
    stage.renew(given.json["refresh_token"].as_str().unwrap()).await.expect(200);
}

/// No grant takes a password, and what a program is does not depend on anybody's redemption.
#[tokio::test]
async fn there_is_no_password_grant_and_a_program_is_the_same_after_a_reset() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let asked = [("grant_type", "password"), ("username", ANA), ("password", "x"), ("scope", "openid")];
    assert_eq!(tokens(&server, &asked).await.expect(400).json["error"], "unsupported_grant_type");
    let old = server.app_token().await;
    reset(&server, &id).await;
    let new = server.app_token().await;
    let of = |token: &str| claims(&Value::String(token.to_owned()));
    assert_eq!((&of(&old)["oid"], &of(&old)["sub"]), (&of(&new)["oid"], &of(&new)["sub"]));
    for token in [&old, &new] {
        server.get(token, "/v1.0/users").await.expect(200);
    }
}
