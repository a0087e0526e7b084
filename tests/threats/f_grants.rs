//! Threats F4 and F5: whatever came of a grant ends when its code or a refresh token comes twice, access tokens too; what
//! the same person was given otherwise goes on.

use axum::body::Body;
use hospes_actions::jobs;
use http::Request;

use super::d_sign_ins::{BACK, code, tokens};
use super::f_device::Stage;
use super::h_pages::signed_in;
use crate::harness::{Browser, Page, Reply, Server, claims};

/// `openid` and what is asked for beside it.
async fn at_the_app(server: &Server, browser: &mut Browser, more: &str) -> Page {
    let client = &server.portal.client_id;
    let query = format!("response_type=code&redirect_uri={}&scope=openid%20User.Read{more}&state=s", BACK.1);
    let start = format!("/{}/oauth2/v2.0/authorize?client_id={client}&{query}", server.tenant);
    let page = browser.get(server, &start).await;
    if page.url.starts_with(BACK.1) {
        return page;
    }
    browser.submit(server, &page.form_to("/accept"), &[]).await
}

async fn exchange(server: &Server, code: &str) -> Reply {
    tokens(server, &[("grant_type", "authorization_code"), ("code", code), BACK]).await
}

async fn renew(server: &Server, token: &str) -> Reply {
    tokens(server, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

fn text(reply: &Reply, name: &str) -> String {
    reply.json[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", reply.text)).to_owned()
}

/// What the directory API and UserInfo answer to an access token.
async fn doors(server: &Server, token: &str) -> [u16; 2] {
    let graph = server.get(token, "/v1.0/me").await.status.as_u16();
    let request = Request::get("/oidc/userinfo").header("authorization", format!("Bearer {token}"));
    let userinfo = server.raw(request.body(Body::empty()).unwrap()).await;
    if userinfo.status == 401 {
        assert!(userinfo.headers["www-authenticate"].to_str().unwrap().contains("invalid_token"));
    }
    [graph, userinfo.status.as_u16()]
}

fn revocations(server: &Server) -> usize {
    server.look().rows("SELECT id FROM audit WHERE activity = 'Revoke tokens after reuse'").len()
}

#[tokio::test]
async fn f4_a_code_that_comes_twice_ends_the_access_token_it_gave_and_no_other() {
    for more in ["", "%20offline_access"] {
        let server = Server::start().await;
        let (mut browser, _) = signed_in(&server).await;
        let stolen = code(&at_the_app(&server, &mut browser, more).await);
        let given = text(&exchange(&server, &stolen).await.expect(200), "access_token");
        let other = code(&at_the_app(&server, &mut browser, more).await);
        let other = text(&exchange(&server, &other).await.expect(200), "access_token");
        let program = server.app_token().await;
        assert_eq!((doors(&server, &given).await, doors(&server, &other).await), ([200; 2], [200; 2]));
        for _ in 0..2 {
            let refused = exchange(&server, &stolen).await.expect(400);
            assert_eq!(refused.json["error"], "invalid_grant");
            assert_eq!(doors(&server, &given).await, [401; 2], "{more}: what the code gave");
            assert_eq!(doors(&server, &other).await, [200; 2], "{more}: another grant of the same person");
        }
        server.get(&program, "/v1.0/users").await.expect(200);
        assert_eq!(revocations(&server), 1, "the administrator is told once");
    }
}

#[tokio::test]
async fn f5_a_refresh_token_that_comes_twice_ends_every_access_token_of_its_family() {
    let server = Server::start().await;
    let (mut browser, _) = signed_in(&server).await;
    let first = code(&at_the_app(&server, &mut browser, "%20offline_access").await);
    let first = exchange(&server, &first).await.expect(200);
    let second = renew(&server, &text(&first, "refresh_token")).await.expect(200);
    let third = renew(&server, &text(&second, "refresh_token")).await.expect(200);
    let other = code(&at_the_app(&server, &mut browser, "%20offline_access").await);
    let other = exchange(&server, &other).await.expect(200);
    let family = [&first, &second, &third].map(|reply| text(reply, "access_token"));
    for token in &family {
        assert_eq!(doors(&server, token).await, [200; 2]);
    }
    renew(&server, &text(&first, "refresh_token")).await.expect(400);
    for token in &family {
        assert_eq!(doors(&server, token).await, [401; 2]);
    }
    renew(&server, &text(&third, "refresh_token")).await.expect(400);
    assert_eq!(doors(&server, &text(&other, "access_token")).await, [200; 2]);
    renew(&server, &text(&other, "refresh_token")).await.expect(200);
}

#[tokio::test]
async fn f5_what_a_device_was_given_ends_with_its_family_too() {
    let stage = Stage::new().await;
    let (mut browser, _) = signed_in(&stage.server).await;
    let given = stage.signs_in(&mut browser).await;
    let other = stage.signs_in(&mut browser).await;
    let renewed = stage.renew(&text(&given, "refresh_token")).await.expect(200);
    stage.server.clock.advance(11);
    stage.renew(&text(&given, "refresh_token")).await.expect(400);
    for reply in [&given, &renewed] {
        assert_eq!(doors(&stage.server, &text(reply, "access_token")).await, [401; 2]);
    }
    assert_eq!(doors(&stage.server, &text(&other, "access_token")).await, [200; 2]);
}

#[tokio::test]
async fn k14_an_ended_grant_is_forgotten_once_its_last_access_token_has_expired() {
    let server = Server::start().await;
    let (mut browser, _) = signed_in(&server).await;
    let stolen = code(&at_the_app(&server, &mut browser, "").await);
    let given = text(&exchange(&server, &stolen).await.expect(200), "access_token");
    exchange(&server, &stolen).await.expect(400);
    let rows = || server.look().count("revoked_grants");
    server.clock.advance(3600);
    while jobs::sweep(&server.app).await.unwrap() {}
    assert_eq!((rows(), doors(&server, &given).await), (1, [401; 2]), "clocks may differ by a minute");
    server.clock.advance(2 * 3600);
    while jobs::sweep(&server.app).await.unwrap() {}
    assert_eq!((rows(), doors(&server, &given).await), (0, [401; 2]));
}

/// A grant is a name for the server alone: it opens nothing, and is not the refresh token.
#[tokio::test]
async fn f4_the_name_of_a_grant_is_no_secret_of_it() {
    let server = Server::start().await;
    let (mut browser, _) = signed_in(&server).await;
    let given = code(&at_the_app(&server, &mut browser, "%20offline_access").await);
    let reply = exchange(&server, &given).await.expect(200);
    let told = claims(&reply.json["access_token"]);
    let grant = told["hgr"].as_str().unwrap();
    let spelled = format!("{}.{grant}", server.tenant);
    renew(&server, &spelled).await.expect(400);
    exchange(&server, &spelled).await.expect(400);
    assert_eq!(doors(&server, &text(&reply, "access_token")).await, [200; 2]);
    assert!(claims(&reply.json["id_token"]).get("hgr").is_none());
}
