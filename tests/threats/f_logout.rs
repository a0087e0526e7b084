//! Threats F15: signing out, and who hears of it (OIDC RP-Initiated, Front-Channel and Back-Channel Logout 1.0).

use hospes_actions::setup::{NewApplication, Registered, register_application};
use hospes_actions::{jobs, logout};
use hospes_domain::application::ApplicationSettings;
use hospes_domain::jose::base64url;
use serde_json::Value;

use super::d_sign_ins::code;
use super::h_pages::signed_in;
use crate::harness::{Browser, PASSWORD, Page, Server};

const BACK: &str = "https://desk.example/cb";

pub(super) async fn desk(server: &Server) -> Registered {
    let settings = ApplicationSettings {
        logout_url: Some("https://desk.example/out".into()),
        back_channel_logout_url: Some("https://desk.example/back".into()),
        ..ApplicationSettings::default()
    };
    let new = NewApplication {
        display_name: "Desk".into(),
        redirect_uris: vec![BACK.into()],
        secret: true,
        settings,
        ..NewApplication::default()
    };
    register_application(&server.app, server.tenant, new).await.unwrap()
}

/// Signs in at the app; its id token.
pub(super) async fn at_desk(server: &Server, browser: &mut Browser, app: &Registered) -> String {
    let client = app.client_id.to_string();
    let query = format!("client_id={client}&response_type=code&redirect_uri={BACK}&scope=openid&state=s");
    let page = browser.get(server, &format!("/{}/oauth2/v2.0/authorize?{query}", server.tenant)).await;
    let code = code(&page);
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", &client),
        ("client_secret", app.secret.as_deref().unwrap()),
        ("code", &code),
        ("redirect_uri", BACK),
    ];
    let reply = server.token_request(&server.tenant.to_string(), &fields).await.expect(200);
    reply.json["id_token"].as_str().unwrap().to_owned()
}

async fn leave(server: &Server, browser: &mut Browser, query: &str) -> Page {
    browser.get_once(server, &format!("/{}/oauth2/v2.0/logout?{query}", server.tenant)).await
}

fn waiting(server: &Server) -> Vec<Vec<String>> {
    server.look().rows("SELECT data FROM jobs WHERE kind = 'back-channel-logout'")
}

#[tokio::test]
async fn f15_apps_of_the_session_hear_of_its_end_in_frames_and_from_server_to_server() {
    let server = Server::start().await;
    let app = desk(&server).await;
    let (mut browser, _) = signed_in(&server).await;
    let hint = at_desk(&server, &mut browser, &app).await;
    let page = leave(
        &server,
        &mut browser,
        &format!("id_token_hint={hint}&post_logout_redirect_uri={BACK}&state=a%26b"),
    )
    .await;
    assert_eq!(page.status, 200, "{}", page.html);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-src https://desk.example") && !policy.contains('*'), "{policy}");
    let issuer = format!("https%3A%2F%2Fhospes.example%2F{}%2Fv2.0", server.tenant);
    assert!(page.text().contains(&format!("https://desk.example/out?iss={issuer}&sid=")), "{}", page.html);
    assert!(page.text().contains(&format!("url={BACK}?state=a%26b")), "{}", page.html);
    assert!(browser.session().is_none());
    let jobs = waiting(&server);
    assert_eq!(jobs.len(), 1);
    let data: Value = serde_json::from_str(&jobs[0][0]).unwrap();
    assert_eq!(data["client"], app.client_id.to_string());
    let leased = jobs::lease(&server.app, 8).await.unwrap();
    let job = leased.iter().find(|job| job.kind() == "back-channel-logout").unwrap();
    let notice = logout::notice(&server.app, job).await.unwrap().unwrap();
    assert_eq!(notice.url, "https://desk.example/back");
    let part = |token: &str, n: usize| -> Value {
        serde_json::from_slice(&base64url::decode(token.split('.').nth(n).unwrap()).unwrap()).unwrap()
    };
    let (header, told, signed_in) = (part(&notice.token, 0), part(&notice.token, 1), part(&hint, 1));
    assert_eq!(header["typ"], "logout+jwt");
    for same in ["iss", "aud", "sub", "sid"] {
        assert_eq!(told[same], signed_in[same], "{same}");
    }
    assert!(told["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
    assert!(told["jti"].is_string() && told["exp"].is_i64() && told.get("nonce").is_none());
    let mails = server.get(&server.token_of(&server.admin), "/v1.0/hospes.mails").await.expect(200);
    assert!(!mails.text.contains("back-channel"), "a notice to a server is no mail");
}

#[tokio::test]
async fn f15_nobody_is_signed_out_without_asking_and_nobody_is_sent_anywhere_unregistered() {
    let server = Server::start().await;
    let app = desk(&server).await;
    let portal = server.portal.client_id.to_string();
    let (mut browser, _) = signed_in(&server).await;
    let hint = at_desk(&server, &mut browser, &app).await;
    let access = server.token_of(&server.member);
    let mut forged = hint.clone();
    forged.replace_range(hint.len() - 2.., if hint.ends_with("AA") { "BB" } else { "AA" });
    for query in [
        String::new(),
        format!("post_logout_redirect_uri={BACK}&state=x"),
        format!("id_token_hint={forged}&post_logout_redirect_uri={BACK}"),
        format!("id_token_hint={access}"),
        format!("id_token_hint={hint}&id_token_hint={hint}"),
        format!("id_token_hint={hint}&client_id={portal}&post_logout_redirect_uri={BACK}"),
        format!("id_token_hint={hint}&client_id=nonsense"),
        format!("logout_hint={}", server.member.upn),
    ] {
        let page = leave(&server, &mut browser, &query).await;
        assert!(page.status == 200 && page.html.contains("/sign-out"), "{query}: {}", page.html);
        assert!(browser.session().is_some(), "{query}");
    }
    assert!(waiting(&server).is_empty());
    for elsewhere in [
        "https://evil.example",
        "https://desk.example/cb/",
        "https://portal.example/callback",
        "//evil.example",
    ] {
        let (mut browser, _) = signed_in(&server).await;
        let hint = at_desk(&server, &mut browser, &app).await;
        let query = format!("id_token_hint={hint}&post_logout_redirect_uri={elsewhere}");
        let page = leave(&server, &mut browser, &query).await;
        assert!(page.status == 200 && page.location().is_none(), "{elsewhere}");
        assert!(!page.html.contains(&format!("url={elsewhere}")), "{elsewhere}: {}", page.html);
    }
}

#[tokio::test]
async fn f15_a_right_id_token_of_another_member_ends_nobodys_session_without_asking() {
    let server = Server::start().await;
    let app = desk(&server).await;
    let (mut mine, _) = signed_in(&server).await;
    at_desk(&server, &mut mine, &app).await;
    let other = server.add_person("bo", &[]).await;
    let mut theirs = Browser::new();
    let named = server.name_address(&mut theirs, &other.upn).await;
    theirs.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    let strange = at_desk(&server, &mut theirs, &app).await;
    for more in ["", "&post_logout_redirect_uri=https://desk.example/cb&state=x"] {
        let page = leave(&server, &mut mine, &format!("id_token_hint={strange}{more}")).await;
        assert!(page.status == 200 && page.html.contains("/sign-out"), "{more}: {}", page.html);
        assert!(page.location().is_none() && mine.session().is_some(), "{more}");
    }
    assert!(waiting(&server).is_empty(), "nobody's session has ended");
    let page = leave(&server, &mut theirs, &format!("id_token_hint={strange}")).await;
    assert!(page.status == 200 && theirs.session().is_none(), "its owner's ends at once");
}

#[tokio::test]
async fn apps_hear_of_sessions_that_an_administrator_ended() {
    let server = Server::start().await;
    let app = desk(&server).await;
    let admin = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{}", server.member.id);
    let (mut browser, _) = signed_in(&server).await;
    at_desk(&server, &mut browser, &app).await;
    server.patch(&admin, &path, serde_json::json!({ "displayName": "Mia Maier" })).await.expect(204);
    assert!(waiting(&server).is_empty(), "nothing has ended");
    server.post(&admin, &format!("{path}/revokeSignInSessions"), serde_json::json!({})).await;
    assert_eq!(waiting(&server).len(), 1);
    let (mut browser, _) = signed_in(&server).await;
    at_desk(&server, &mut browser, &app).await;
    server.patch(&admin, &path, serde_json::json!({ "accountEnabled": false })).await.expect(204);
    assert_eq!(waiting(&server).len(), 2);
}
