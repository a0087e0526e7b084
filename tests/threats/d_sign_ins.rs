//! Threats D5: what was begun or issued at an app before a reset is worth nothing after it, though the address and
//! the person behind it stay the same.

use serde_json::Value;

use crate::harness::{Browser, Page, Reply, Server};

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
