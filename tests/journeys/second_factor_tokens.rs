//! What apps hear of second factors: `amr`, and the errors of a request without a page and of a refresh.

use hospes_domain::access::Role;
use hospes_domain::jose::base64url;
use serde_json::{Value, json};

use crate::harness::{Browser, Page, Person, Reply, Server};

const QUERY: &str =
    "response_type=code&redirect_uri=https://portal.example/callback&scope=openid%20offline_access&state=s";

fn start(server: &Server, more: &str) -> String {
    format!("/{}/oauth2/v2.0/authorize?client_id={}&{QUERY}{more}", server.tenant, server.portal.client_id)
}

fn parameter(page: &Page, name: &str) -> String {
    let url = url::Url::parse(&page.url).unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.unwrap_or_else(|| panic!("no {name} in {url}")).1.into_owned()
}

async fn tokens(server: &Server, fields: &[(&str, &str)]) -> Reply {
    let client = server.portal.client_id.to_string();
    let own = [("client_id", client.as_str()), ("client_secret", server.portal.secret.as_deref().unwrap())];
    server.token_request(&server.tenant.to_string(), &[&own[..], fields].concat()).await
}

/// Tokens for whoever is signed in in that browser.
async fn sign_in_at_app(server: &Server, browser: &mut Browser) -> Value {
    let mut page = browser.get(server, &start(server, "")).await;
    if !page.url.starts_with("https://portal.example/") {
        page = browser.submit(server, &page.form_to("/accept"), &[]).await;
    }
    let code = parameter(&page, "code");
    let redirect = ("redirect_uri", "https://portal.example/callback");
    tokens(server, &[("grant_type", "authorization_code"), ("code", &code), redirect]).await.expect(200).json
}

fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&base64url::decode(payload).unwrap()).unwrap()
}

async fn refresh(server: &Server, tokens_of: &Value) -> Reply {
    let token = tokens_of["refresh_token"].as_str().unwrap();
    tokens(server, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

async fn silent(server: &Server, browser: &mut Browser) -> String {
    let answer = browser.get(server, &start(server, "&prompt=none")).await;
    assert_eq!(parameter(&answer, "error"), "interaction_required", "{}", answer.url);
    parameter(&answer, "error_description").split(':').next().unwrap().to_owned()
}

async fn by_password(server: &Server, person: &Person) -> Browser {
    let mut browser = Browser::new();
    server.types_password(&mut browser, person).await;
    browser
}

#[tokio::test]
async fn tokens_tell_how_a_person_was_proven() {
    let server = Server::start().await;
    let mia = server.member.clone();
    let mut browser = by_password(&server, &mia).await;
    let plain = sign_in_at_app(&server, &mut browser).await;
    for token in ["id_token", "access_token"] {
        assert_eq!(claims(&plain[token])["amr"], json!(["pwd"]), "{token}");
    }
    server.adds_app(&mut browser).await;
    let both = sign_in_at_app(&server, &mut browser).await;
    for token in ["id_token", "access_token"] {
        assert_eq!(claims(&both[token])["amr"], json!(["pwd", "otp", "mfa"]), "{token}");
    }
    let again = refresh(&server, &both).await.expect(200).json;
    assert_eq!(
        claims(&again["id_token"])["amr"],
        json!(["pwd", "otp", "mfa"]),
        "a refresh proves nothing new"
    );
    let (_, mut guest) = server.accepted_guest("ana@contoso.example").await;
    let mailed = sign_in_at_app(&server, &mut guest).await;
    assert_eq!(claims(&mailed["id_token"])["amr"], json!(["otp"]));
}

#[tokio::test]
async fn a_request_without_a_page_says_which_interaction_is_needed() {
    let server = Server::start().await;
    let mut hugo = by_password(&server, &server.helpdesk).await;
    sign_in_at_app(&server, &mut hugo).await;
    server.demand_factor(&[Role::HelpdeskAdministrator]).await;
    assert_eq!(silent(&server, &mut hugo).await, "AADSTS50079");

    let mut mia = by_password(&server, &server.member).await;
    sign_in_at_app(&server, &mut mia).await;
    let (_, secret, _) = server.with_app(&server.member).await;
    assert_eq!(silent(&server, &mut mia).await, "AADSTS50076");
    // Asked on a page, the person shows it and comes to the app with the session that was there.
    let asked = mia.get(&server, &start(&server, "")).await;
    let code = server.app_code(&secret);
    let at_app = mia.submit(&server, &asked.form_to("/second-factor"), &[("code", &code)]).await;
    assert!(at_app.url.starts_with("https://portal.example/callback"), "{}", at_app.url);
    let silently = mia.get(&server, &start(&server, "&prompt=none")).await;
    assert!(!parameter(&silently, "code").is_empty());
}

#[tokio::test]
async fn a_refresh_token_of_a_sign_in_with_less_is_refused_and_kept() {
    let server = Server::start().await;
    let mut mia = by_password(&server, &server.member).await;
    let before = sign_in_at_app(&server, &mut mia).await;
    server.with_app(&server.member).await;
    for _ in 0..2 {
        let refused = refresh(&server, &before).await.expect(400).json;
        assert_eq!(refused["error"], "interaction_required", "{refused}");
        assert_eq!(refused["error_codes"], json!([50076]), "{refused}");
    }
    let mut hugo = by_password(&server, &server.helpdesk).await;
    let of_hugo = sign_in_at_app(&server, &mut hugo).await;
    server.demand_factor(&[Role::HelpdeskAdministrator]).await;
    let refused = refresh(&server, &of_hugo).await.expect(400).json;
    assert_eq!(refused["error_codes"], json!([50079]), "{refused}");
    // It was not used up: what is demanded may be taken back.
    server.demand_factor(&[]).await;
    refresh(&server, &of_hugo).await.expect(200);
}
