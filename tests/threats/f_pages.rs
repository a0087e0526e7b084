//! Threats F8 and F14 where a page in a browser redeems the code itself: it proves nothing but where it stands, so only
//! pages of registered single-page apps may, and servers and programs may not through a page.

use axum::body::Body;
use hospes_actions::setup::{NewApplication, register_application};
use http::Request;
use url::form_urlencoded::Serializer;

use super::d_sign_ins::code;
use super::h_pages::signed_in;
use crate::harness::{Browser, Reply, Server};

const PAGE: &str = "https://page.example";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An app with a page and a server of its own; and the browser of a member.
struct Stage {
    server: Server,
    client: String,
    secret: String,
    browser: Browser,
}

impl Stage {
    async fn new() -> Self {
        let server = Server::start().await;
        let new = NewApplication {
            display_name: "Orders".into(),
            redirect_uris: vec![format!("{PAGE}/cb"), "https://orders.example/cb".into()],
            secret: true,
            ..NewApplication::default()
        };
        let app = register_application(&server.app, server.tenant, new).await.unwrap();
        server
            .look()
            .change("UPDATE redirect_uris SET platform = 'spa' WHERE uri = 'https://page.example/cb'");
        let (browser, _) = signed_in(&server).await;
        Self { server, client: app.client_id.to_string(), secret: app.secret.unwrap(), browser }
    }

    async fn code(&mut self, back: &str) -> String {
        let query = format!(
            "client_id={}&response_type=code&redirect_uri={back}&scope=openid%20offline_access&code_challenge={CHALLENGE}&code_challenge_method=S256",
            self.client
        );
        let url = format!("/{}/oauth2/v2.0/authorize?{query}", self.server.tenant);
        code(&self.browser.get(&self.server, &url).await)
    }

    async fn ask(&self, origin: Option<&str>, fields: &[(&str, &str)]) -> Reply {
        let mut all = vec![("client_id", self.client.as_str())];
        all.extend_from_slice(fields);
        let body = Serializer::new(String::new()).extend_pairs(all).finish();
        let mut request = Request::post(format!("/{}/oauth2/v2.0/token", self.server.tenant))
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        self.server.raw(request.body(Body::from(body)).unwrap()).await
    }

    async fn redeem(&self, origin: Option<&str>, back: &str, code: &str, secret: bool) -> Reply {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", back),
            ("code_verifier", VERIFIER),
        ];
        if secret {
            fields.push(("client_secret", &self.secret));
        }
        self.ask(origin, &fields).await
    }
}

fn number(reply: &Reply) -> u64 {
    reply.json["error_codes"][0].as_u64().unwrap_or_default()
}

#[tokio::test]
async fn f8_a_page_redeems_its_own_codes_from_its_own_origin_without_a_secret() {
    let mut stage = Stage::new().await;
    let back = format!("{PAGE}/cb");
    let of_page = stage.code(&back).await;
    for (origin, secret, expected) in [
        (None, false, 9_002_327),
        (None, true, 9_002_327),
        (Some("https://evil.example"), false, 9_002_326),
        (Some("https://orders.example"), false, 9_002_326),
        (Some("null"), false, 9_002_326),
        (Some(PAGE), true, 9_002_326),
    ] {
        let reply = stage.redeem(origin, &back, &of_page, secret).await;
        assert_eq!(number(&reply), expected, "{origin:?} {secret}: {}", reply.text);
        let read = reply.headers.get("access-control-allow-origin");
        assert_eq!(read.is_some(), origin == Some(PAGE), "{origin:?}");
    }
    let reply = stage.redeem(Some(PAGE), &back, &of_page, false).await.expect(200);
    assert_eq!(reply.headers["access-control-allow-origin"], PAGE);
    assert!(reply.headers.get_all("vary").iter().any(|vary| vary == "Origin"));

    let of_server = stage.code("https://orders.example/cb").await;
    let back = "https://orders.example/cb";
    for (origin, secret, expected) in [
        (Some(PAGE), false, 9_002_326),
        (Some("https://orders.example"), false, 9_002_326),
        (None, false, 7_000_218),
    ] {
        let reply = stage.redeem(origin, back, &of_server, secret).await;
        assert_eq!(number(&reply), expected, "{origin:?}: {}", reply.text);
    }
    stage.redeem(None, back, &of_server, true).await.expect(200);
}

#[tokio::test]
async fn a_page_is_signed_in_for_a_day_however_often_it_asks() {
    let mut stage = Stage::new().await;
    let back = format!("{PAGE}/cb");
    let code = stage.code(&back).await;
    let mut reply = stage.redeem(Some(PAGE), &back, &code, false).await.expect(200);
    for hours in [10, 10, 3] {
        stage.server.clock.advance(hours * 3600);
        let refresh = reply.json["refresh_token"].as_str().unwrap().to_owned();
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        assert_eq!(number(&stage.ask(None, &fields).await), 9_002_327);
        reply = stage.ask(Some(PAGE), &fields).await.expect(200);
    }
    stage.server.clock.advance(3600);
    let refresh = reply.json["refresh_token"].as_str().unwrap().to_owned();
    let late = stage.ask(Some(PAGE), &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    assert_eq!(
        (number(&late), late.json["error"].as_str()),
        (700_084, Some("invalid_grant")),
        "{}",
        late.text
    );
}

#[tokio::test]
async fn browsers_are_told_before_they_ask_and_everybody_reads_what_everybody_may_know() {
    let stage = Stage::new().await;
    let tenant = stage.server.tenant;
    let ask = async |method: &str, path: String, origin: &str| {
        let request = Request::builder().method(method).uri(path).header("origin", origin);
        let request = request.header("access-control-request-method", "POST").body(Body::empty()).unwrap();
        let reply = stage.server.raw(request).await;
        reply.headers.get("access-control-allow-origin").map(|allowed| allowed.to_str().unwrap().to_owned())
    };
    for path in
        [format!("/{tenant}/oauth2/v2.0/token"), "/common/oauth2/v2.0/token".into(), "/oidc/userinfo".into()]
    {
        assert_eq!(ask("OPTIONS", path.clone(), PAGE).await.as_deref(), Some(PAGE), "{path}");
        for other in
            ["https://evil.example", "null", "https://page.example.evil.example", "https://page.exampl", ""]
        {
            assert_eq!(ask("OPTIONS", path.clone(), other).await, None, "{path} {other}");
        }
    }
    for path in
        [format!("/{tenant}/discovery/v2.0/keys"), format!("/{tenant}/v2.0/.well-known/openid-configuration")]
    {
        // Libraries that add a header of their own make the browser ask first.
        for method in ["GET", "OPTIONS"] {
            let allowed = ask(method, path.clone(), "https://anybody.example").await;
            assert_eq!(allowed.as_deref(), Some("*"), "{method} {path}");
        }
    }
}
