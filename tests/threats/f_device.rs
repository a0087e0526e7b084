//! Threats F11: signing in on a device that shows a code (RFC 8628).

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use hospes_actions::setup::{NewApplication, register_application};
use hospes_domain::access::Scope;
use hospes_domain::application::ApplicationSettings;
use http::Request;
use url::form_urlencoded::Serializer;

use super::h_pages::{password_form, signed_in};
use crate::harness::{Browser, PASSWORD, Page, Reply, Server};

/// A server with a command-line client.
pub struct Stage {
    pub server: Server,
    pub client: String,
}

impl Stage {
    pub async fn new() -> Self {
        let server = Server::start().await;
        let client = command_line(&server, true).await;
        Self { server, client }
    }

    async fn begin_at(&self, name: &str) -> Reply {
        let fields = [("client_id", self.client.as_str()), ("scope", "openid offline_access User.Read")];
        begin(&self.server, name, &fields).await
    }

    pub async fn begin(&self) -> (String, String) {
        let reply = self.begin_at(&self.server.tenant.to_string()).await.expect(200);
        let text = |name: &str| reply.json[name].as_str().unwrap().to_owned();
        assert_eq!(text("verification_uri"), "https://hospes.example/devicelogin");
        assert!(text("message").contains(&text("user_code")));
        assert_eq!(
            (reply.json["interval"].as_i64(), reply.json["expires_in"].as_i64()),
            (Some(5), Some(900))
        );
        assert!(
            reply.json.get("verification_uri_complete").is_none(),
            "F11: nobody compares a code in a link"
        );
        (text("device_code"), text("user_code"))
    }

    async fn poll_as(&self, client: &str, device: &str) -> Reply {
        // msal sends the code under both names.
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let fields =
            [("grant_type", grant), ("client_id", client), ("device_code", device), ("code", device)];
        self.server.token_request(&self.server.tenant.to_string(), &fields).await
    }

    pub async fn poll(&self, device: &str) -> Reply {
        self.server.clock.advance(6);
        self.poll_as(&self.client, device).await
    }

    /// A device from its code to its tokens, let in by whoever is signed in.
    pub async fn signs_in(&self, browser: &mut Browser) -> Reply {
        let (device, code) = self.begin().await;
        self.lets_in(browser, &code).await;
        self.poll(&device).await.expect(200)
    }

    /// Whoever is signed in says yes.
    pub async fn lets_in(&self, browser: &mut Browser, code: &str) {
        let question = self.types(browser, code).await;
        let done = browser.submit(&self.server, &question.form_to("/allow-device"), &[]).await;
        assert!(done.text().contains("signed in"), "{}", done.html);
    }

    pub async fn renew(&self, token: &str) -> Reply {
        let fields =
            [("grant_type", "refresh_token"), ("client_id", &*self.client), ("refresh_token", token)];
        self.server.token_request(&self.server.tenant.to_string(), &fields).await
    }

    /// As far as the question.
    pub async fn types(&self, browser: &mut Browser, code: &str) -> Page {
        let page = browser.get(&self.server, "/devicelogin").await;
        browser.submit(&self.server, &page.form_to("/devicelogin"), &[("user_code", code)]).await
    }
}

async fn command_line(server: &Server, device_code: bool) -> String {
    let new = NewApplication {
        display_name: "Command line".into(),
        public_client: true,
        redirect_uris: vec!["http://localhost".into()],
        delegated: vec![Scope::UserRead],
        settings: ApplicationSettings { device_code, ..ApplicationSettings::default() },
        ..NewApplication::default()
    };
    register_application(&server.app, server.tenant, new).await.unwrap().client_id.to_string()
}

async fn begin(server: &Server, name: &str, fields: &[(&str, &str)]) -> Reply {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = Request::post(format!("/{name}/oauth2/v2.0/devicecode"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 4000))));
    server.raw(request).await
}

fn error(reply: &Reply) -> &str {
    reply.json["error"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn f11_a_device_signs_in_after_its_owner_has_seen_who_asks_and_said_yes() {
    let stage = Stage::new().await;
    let (device, code) = stage.begin().await;
    assert_eq!(error(&stage.poll(&device).await), "authorization_pending");
    assert_eq!(error(&stage.poll_as(&stage.client, &device).await), "slow_down");
    assert_eq!(error(&stage.poll(&device).await), "slow_down", "five seconds more");
    let (mut browser, _) = signed_in(&stage.server).await;
    let grouped = format!("{} {}", &code[..4].to_lowercase(), &code[4..]);
    let question = stage.types(&mut browser, &grouped).await;
    for told in [
        "Command line",
        "Fabrikam",
        "192.0.2.7",
        &stage.server.member.upn,
        "Only continue if you started this",
    ] {
        assert!(question.text().contains(told), "{told}: {}", question.html);
    }
    stage.server.clock.advance(20);
    assert_eq!(
        error(&stage.poll(&device).await),
        "authorization_pending",
        "F11: typing the code is not enough"
    );
    let done = browser.submit(&stage.server, &question.form_to("/allow-device"), &[]).await;
    assert!(done.text().contains("signed in"), "{}", done.html);
    stage.server.clock.advance(20);
    let other = stage.server.portal.client_id.to_string();
    assert_eq!(error(&stage.poll_as(&other, &device).await), "bad_verification_code", "another client");
    let reply = stage.poll(&device).await.expect(200);
    assert!(reply.json["id_token"].is_string() && reply.json["refresh_token"].is_string(), "{}", reply.text);
    assert_eq!(error(&stage.poll(&device).await), "bad_verification_code", "once");
    let renewed = [
        ("grant_type", "refresh_token"),
        ("client_id", stage.client.as_str()),
        ("refresh_token", reply.json["refresh_token"].as_str().unwrap()),
    ];
    stage.server.token_request(&stage.server.tenant.to_string(), &renewed).await.expect(200);
    let log =
        stage.server.look().rows("SELECT activity FROM audit WHERE activity = 'Sign in on another device'");
    assert_eq!(log.len(), 1);
}

#[tokio::test]
async fn f11_a_device_is_turned_away_forgotten_and_not_let_in_where_nobody_wants_codes() {
    let stage = Stage::new().await;
    let (mut browser, _) = signed_in(&stage.server).await;
    let (device, code) = stage.begin().await;
    let question = stage.types(&mut browser, &code).await;
    browser.submit(&stage.server, &question.form_to("/refuse-device"), &[]).await;
    assert_eq!(error(&stage.poll(&device).await), "authorization_declined");
    let again = stage.types(&mut browser, &code).await;
    assert_eq!(again.status, 422, "a code is decided once");

    let (device, code) = stage.begin().await;
    stage.server.clock.advance(900);
    assert_eq!(error(&stage.poll(&device).await), "expired_token");
    assert_eq!(stage.types(&mut browser, &code).await.status, 422);

    let shy = command_line(&stage.server, false).await;
    let tenant = stage.server.tenant.to_string();
    let refused =
        begin(&stage.server, &tenant, &[("client_id", &shy), ("scope", "openid")]).await.expect(400);
    assert_eq!(error(&refused), "unauthorized_client", "off unless somebody wants it");
}

#[tokio::test]
async fn f11_codes_cannot_be_guessed() {
    let stage = Stage::new().await;
    let (_, code) = stage.begin().await;
    let mut browser = Browser::new();
    for n in 0..5 {
        let page = stage.types(&mut browser, "BBBBBBBBB").await;
        assert_eq!(page.status, 422, "try {n}");
    }
    assert_eq!(stage.types(&mut browser, &code).await.status, 429, "five tries in a browser");
    let from: SocketAddr = "198.51.100.9:1".parse().unwrap();
    for _ in 0..20 {
        let mut fresh = Browser { from: Some(from), ..Browser::new() };
        assert_eq!(stage.types(&mut fresh, "BBBBBBBBB").await.status, 422);
    }
    let mut fresh = Browser { from: Some(from), ..Browser::new() };
    assert_eq!(stage.types(&mut fresh, &code).await.status, 429, "twenty from one source");
}

#[tokio::test]
async fn d5_a_device_code_dies_when_its_owners_sign_ins_do() {
    let stage = Stage::new().await;
    let (mut browser, _) = signed_in(&stage.server).await;
    let (device, code) = stage.begin().await;
    let question = stage.types(&mut browser, &code).await;
    browser.submit(&stage.server, &question.form_to("/allow-device"), &[]).await;
    let admin = stage.server.token_of(&stage.server.admin);
    let path = format!("/v1.0/users/{}/revokeSignInSessions", stage.server.member.id);
    stage.server.post(&admin, &path, serde_json::json!({})).await;
    assert_eq!(error(&stage.poll(&device).await), "invalid_grant");
}

#[tokio::test]
async fn under_a_shared_name_whoever_signs_in_says_where() {
    let stage = Stage::new().await;
    stage.server.second_tenant("contoso.example").await;
    let reply = stage.begin_at("organizations").await.expect(200);
    let text = |name: &str| reply.json[name].as_str().unwrap().to_owned();
    let (device, code) = (text("device_code"), text("user_code"));
    let (mut browser, _) = signed_in(&stage.server).await;
    let asked = stage.types(&mut browser, &code).await;
    assert!(asked.html.contains("name=\"organisation\""), "{}", asked.html);
    let form = asked.form_to("/devicelogin");
    let elsewhere = browser
        .submit(&stage.server, &form, &[("user_code", &code), ("organisation", "contoso.example")])
        .await;
    assert_eq!(elsewhere.status, 422, "nobody has registered the app there");
    let question = browser
        .submit(&stage.server, &form, &[("user_code", &code), ("organisation", "fabrikam.example")])
        .await;
    let done = browser.submit(&stage.server, &question.form_to("/allow-device"), &[]).await;
    assert!(done.text().contains("signed in"), "{}", done.html);
    let fields =
        [("grant_type", "device_code"), ("client_id", stage.client.as_str()), ("device_code", &*device)];
    stage.server.token_request(&stage.server.tenant.to_string(), &fields).await.expect(400);
    let reply = stage.server.token_request("organizations", &fields).await.expect(200);
    assert!(reply.json["access_token"].is_string());
}

#[tokio::test]
async fn f11_f13_a_device_signs_in_as_the_person_the_question_named() {
    let stage = Stage::new().await;
    let (mut browser, _) = signed_in(&stage.server).await;
    let (device, code) = stage.begin().await;
    let question = stage.types(&mut browser, &code).await;
    assert!(question.text().contains(&stage.server.member.upn), "{}", question.html);
    // Another window of the same browser signs somebody else in.
    browser = browser.without_session(stage.server.tenant);
    let form = password_form(&stage.server, &mut browser, &stage.server.inviter.upn).await;
    browser.submit(&stage.server, &form, &[("password", PASSWORD)]).await;
    let again = browser.submit(&stage.server, &question.form_to("/allow-device"), &[]).await;
    assert!(again.text().contains(&stage.server.inviter.upn), "asks again: {}", again.html);
    assert_eq!(error(&stage.poll(&device).await), "authorization_pending");
    browser.submit(&stage.server, &again.form_to("/allow-device"), &[]).await;
    stage.poll(&device).await.expect(200);
}

/// What takes an administrator is no dead end on the way to a device: there is no app to go back to.
#[tokio::test]
async fn f11_a_device_that_asks_for_what_takes_an_administrator_is_turned_away_or_let_in_by_one() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let fields = [("client_id", stage.client.as_str()), ("scope", "openid Directory.ReadWrite.All")];
    let reply = begin(server, &server.tenant.to_string(), &fields).await.expect(200);
    let text = |name: &str| reply.json[name].as_str().unwrap().to_owned();
    let (mut browser, _) = signed_in(server).await;
    let page = stage.types(&mut browser, &text("user_code")).await;
    assert_eq!(page.status, 403, "{}", page.html);
    assert!(page.text().contains("Directory.ReadWrite.All"), "{}", page.html);
    assert!(
        page.text().contains("Turn the device away") && !page.text().contains("Back to"),
        "{}",
        page.html
    );
    let done = browser.submit(server, &page.form_to("/decline"), &[]).await;
    assert!(done.text().contains("The device is not signed in"), "{}", done.html);
    assert_eq!(error(&stage.poll(&text("device_code")).await), "authorization_declined");
    let line =
        server.look().rows("SELECT error_code, app_name FROM sign_ins ORDER BY at DESC, error_code DESC");
    assert_eq!(line[0], ["90094", "Command line"], "the log says who turned it away and why");
}

#[tokio::test]
async fn a_person_who_turns_a_device_away_has_a_line_in_the_log() {
    let stage = Stage::new().await;
    let (mut browser, _) = signed_in(&stage.server).await;
    let (_, code) = stage.begin().await;
    let question = stage.types(&mut browser, &code).await;
    stage.server.clock.advance(1);
    browser.submit(&stage.server, &question.form_to("/refuse-device"), &[]).await;
    let lines =
        stage.server.look().rows("SELECT error_code, app_name, user_name FROM sign_ins ORDER BY at DESC");
    assert_eq!(lines[0], ["65004", "Command line", "mia"]);
}
