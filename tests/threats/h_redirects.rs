//! Threat H7: being led to somewhere nobody agreed to.

use axum::body::Body;
use http::Request;
use serde_json::json;
use url::form_urlencoded::byte_serialize;

use super::h_pages::{ANA, ORIGIN};
use crate::harness::{Browser, Server};

#[tokio::test]
async fn h7_bad_redirect_addresses_are_refused_at_creation() {
    let server = Server::start().await;
    let mut taken = Vec::new();
    let token = server.token_of(&server.inviter);
    let before = server.look().state();
    for bad in [
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "http:\\\\evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://a.example/",
        "https://user@evil.example/",
        "https://user:pw@evil.example/",
        "https://@evil.example/",
        "https://a.example\\@evil.example/",
        "https://a.example/\r\nSet-Cookie: x=y",
        "https://a.example/\nx",
        "https://a.example/\u{0}",
        "https://a.example/\t",
        " https://a.example/",
        "https://a.example/ ",
        "java\nscript:alert(1)",
        "https://",
        "https://?x",
        "/relative",
        "relative",
        "",
        "https://[::1",
        "https://a b/",
    ] {
        let body = json!({ "invitedUserEmailAddress": ANA, "inviteRedirectUrl": bad, "sendInvitationMessage": true });
        let reply = server.post(&token, "/v1.0/invitations", body).await;
        if reply.status != 400 || !reply.message().contains("inviteRedirectUrl") {
            taken.push(bad);
        }
    }
    assert!(taken.is_empty(), "accepted, or refused without naming the property: {taken:?}");
    assert_eq!(server.look().state(), before);
    assert!(server.mails().await.is_empty());
}

#[tokio::test]
async fn h7_after_redemption_only_the_stored_address_counts() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let body = json!({ "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://landing.example/welcome?x=1", "sendInvitationMessage": true });
    let made = server.post(&token, "/v1.0/invitations", body).await.expect(201);
    let link = made.json["inviteRedeemUrl"].as_str().unwrap();
    server.mails().await;
    let evil: String = byte_serialize(b"https://evil.example/").collect();
    let mut guest = Browser::new();
    let tricks = format!("{link}&returnUrl={evil}&redirect_uri={evil}&inviteRedirectUrl={evil}");
    let welcome = guest.get(&server, &tricks).await;
    assert!(
        welcome.text().contains("landing.example"),
        "the page names where the guest will land: {}",
        welcome.text()
    );
    let fields = [
        ("returnUrl", "https://evil.example/"),
        ("inviteRedirectUrl", "https://evil.example/"),
        ("back", "//evil.example"),
    ];
    let code_page = guest.submit(&server, &welcome.form_to("/redeem/accept"), &fields).await;
    let code = server.code_for(ANA).await;
    let consent = guest
        .submit(
            &server,
            &code_page.form_to("/redeem/code"),
            &[&[("code", code.as_str())], &fields[..]].concat(),
        )
        .await;
    let done = guest.submit(&server, &consent.form_to("/redeem/consent"), &fields).await;
    assert_eq!(done.status, 200, "{}", done.html);
    assert!(done.html.contains("https://landing.example/welcome?x=1"), "{}", done.html);
    let more = guest.get(&server, &format!("{}?returnUrl={evil}", server.step("done"))).await;
    for page in [welcome, code_page, consent, done, more] {
        assert!(!page.html.contains("evil.example"), "{}", page.url);
        assert!(page.location().is_none_or(|to| !to.contains("evil.example")), "{}", page.url);
    }
}

#[tokio::test]
async fn h7_no_path_makes_a_redirect_to_another_host() {
    let server = Server::start().await;
    for tenant in [
        "",
        "%2Fevil.example",
        "%5Cevil.example",
        "%2F%2Fevil.example",
        "evil.example",
        "https:%2F%2Fevil.example",
        "%09%2Fevil.example",
    ] {
        for (method, rest) in [
            ("POST", "oauth2/v2.0/logout"),
            ("POST", "oauth2/v2.0/authorize"),
            ("GET", "oauth2/v2.0/logout?post_logout_redirect_uri=https://evil.example/"),
            (
                "GET",
                "oauth2/v2.0/authorize?client_id=x&redirect_uri=https://evil.example/&response_type=code",
            ),
            ("GET", "sign-out?post_logout_redirect_uri=https://evil.example/"),
            ("GET", "sign-in/x"),
        ] {
            let request = Request::builder().method(method).uri(format!("/{tenant}/{rest}"));
            let page = Browser::new()
                .send(&server, request.body(Body::from("redirect_uri=https://evil.example/")).unwrap())
                .await;
            let Some(to) = page.location() else { continue };
            let host = url::Url::parse(ORIGIN).unwrap().join(&to).unwrap().origin().ascii_serialization();
            assert_eq!(host, ORIGIN, "{method} /{tenant}/{rest} leads to {to}");
        }
    }
}
