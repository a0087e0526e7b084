//! Threats H: the pages in a browser that somebody hostile has a hand in.

use axum::body::Body;
use http::Request;
use serde_json::json;
use url::form_urlencoded::Serializer;

use crate::harness::{Browser, Form, Page, Server};

pub const ANA: &str = "ana@contoso.example";
pub const ORIGIN: &str = "https://hospes.example";
pub const PASSWORD: &str = "correct horse battery";

/// The page that asks for a member's password.
pub async fn password_form(server: &Server, browser: &mut Browser, upn: &str) -> Form {
    let asked = browser.get(server, &format!("/myapps/{}", server.tenant)).await;
    let page = browser.submit(server, &asked.form_to("/address"), &[("address", upn)]).await;
    page.form_to("/password")
}

/// A member's browser on My Apps.
pub async fn signed_in(server: &Server) -> (Browser, Page) {
    let mut browser = Browser::new();
    let form = password_form(server, &mut browser, &server.member.upn).await;
    let page = browser.submit(server, &form, &[("password", PASSWORD)]).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert!(page.url.contains("/myapps/"), "{}", page.url);
    (browser, page)
}

/// Every page with a form, and the browser that may post it.
pub async fn pages_with_forms(server: &Server) -> Vec<(Browser, Page)> {
    let token = server.token_of(&server.inviter);
    let (_, link) = server.invite(&token, ANA).await;
    server.mails().await;
    let mut pages = Vec::new();
    let mut guest = Browser::new();
    let welcome = guest.get(server, &link).await;
    pages.push((guest.clone(), welcome.clone()));
    let not_me = guest.get(server, &server.step("not-me")).await;
    pages.push((guest.clone(), not_me));
    let code_page = guest.submit(server, &welcome.form_to("/redeem/accept"), &[]).await;
    let code = server.code_for(ANA).await;
    pages.push((guest.clone(), code_page.clone()));
    let consent = guest.submit(server, &code_page.form_to("/redeem/code"), &[("code", &code)]).await;
    pages.push((guest.clone(), consent));

    let mut member = Browser::new();
    let address = member.get(server, &format!("/myapps/{}", server.tenant)).await;
    pages.push((member.clone(), address.clone()));
    let password =
        member.submit(server, &address.form_to("/address"), &[("address", &server.member.upn)]).await;
    pages.push((member.clone(), password.clone()));
    let my_apps = member.submit(server, &password.form_to("/password"), &[("password", PASSWORD)]).await;
    pages.push((member.clone(), my_apps));
    let sign_out = member.get(server, &format!("/{}/sign-out", server.tenant)).await;
    pages.push((member, sign_out));
    let (_, mut leaver) = server.accepted_guest("leaver@contoso.example").await;
    let leave = leaver.get(server, &format!("/myapps/{}/leave", server.tenant)).await;
    pages.push((leaver, leave));
    pages
}

/// A post of a form, with exactly these headers beside its cookies.
pub async fn post_with(server: &Server, browser: &Browser, form: &Form, headers: &[(&str, &str)]) -> Page {
    let body = Serializer::new(String::new()).extend_pairs(&form.fields).finish();
    let mut request = Request::post(&form.action).body(Body::from(body)).unwrap();
    let usual = ("content-type", "application/x-www-form-urlencoded");
    for (name, value) in [usual].iter().chain(headers) {
        request.headers_mut().insert(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    browser.clone().send(server, request).await
}

pub const OWN: &[(&str, &str)] = &[("origin", ORIGIN), ("sec-fetch-site", "same-origin")];

/// Every kind of answer a browser can get: pages, redirects, refusals, other surfaces.
async fn answers(server: &Server) -> Vec<Page> {
    let mut all: Vec<Page> = pages_with_forms(server).await.into_iter().map(|(_, page)| page).collect();
    let mut browser = Browser::new();
    let tenant = server.tenant;
    for path in [
        "/",
        "/redeem",
        "/redeem?rd=x",
        &server.step("welcome"),
        &server.step("code"),
        &server.step("done"),
        "/nothing",
        "/myapps",
        "/v1.0/me",
        "/v1.0/nothing",
        &format!("/{tenant}/sign-out"),
        "/x/sign-in/y",
        &format!("/{tenant}/oauth2/v2.0/authorize"),
        &format!("/{tenant}/oauth2/v2.0/authorize?client_id=x&redirect_uri=https://evil.example"),
    ] {
        all.push(browser.get_once(server, path).await);
    }
    let form = Form { action: server.step("accept"), ..Form::default() };
    all.push(post_with(server, &browser, &form, &[]).await);
    all
}

#[tokio::test]
async fn h2_no_page_can_be_framed() {
    let server = Server::start().await;
    for page in answers(&server).await {
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{}: {policy}", page.url);
        assert_eq!(page.headers["x-frame-options"], "DENY", "{}", page.url);
    }
}

#[tokio::test]
async fn h3_cookies_are_locked_to_this_host() {
    let server = Server::start().await;
    let mut names = std::collections::BTreeSet::new();
    let token = server.token_of(&server.inviter);
    let (_, link) = server.invite(&token, ANA).await;
    server.mails().await;
    // Walks by single steps, so that the cookies of redirects are seen too.
    let mut browser = Browser::new();
    let mut answers = vec![browser.get_once(&server, &link).await];
    let welcome = browser.get(&server, &link).await;
    answers.push(browser.submit_once(&server, &welcome.form_to("/redeem/accept"), &[]).await);
    let code_page = browser.get(&server, &server.step("code")).await;
    let code = server.code_for(ANA).await;
    let consent = browser.submit(&server, &code_page.form_to("/redeem/code"), &[("code", &code)]).await;
    answers.push(browser.submit_once(&server, &consent.form_to("/redeem/consent"), &[]).await);
    let mut member = Browser::new();
    answers.push(member.get_once(&server, &format!("/myapps/{}", server.tenant)).await);
    let form = password_form(&server, &mut member, &server.member.upn).await;
    answers.push(member.submit_once(&server, &form, &[("password", PASSWORD)]).await);
    for answer in answers {
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let lower = cookie.to_ascii_lowercase();
            names.insert(cookie.split('=').next().unwrap().to_owned());
            assert!(cookie.starts_with("__Host-"), "{cookie}");
            for part in ["; secure", "; httponly", "; samesite=lax", "; path=/"] {
                assert!(lower.contains(part), "{cookie} lacks {part}");
            }
            assert!(!lower.contains("domain"), "{cookie}");
        }
    }
    assert!(
        names.iter().any(|name| name.starts_with("__Host-hospes-session-")) && names.len() >= 4,
        "{names:?}"
    );
}

#[tokio::test]
async fn h4_names_and_messages_are_text_on_every_page() {
    const MARKUP: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}";
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    for id in [server.inviter.id, server.member.id] {
        let change = json!({ "displayName": MARKUP, "companyName": "<b>co</b>" });
        server.patch(&admin, &format!("/v1.0/users/{id}"), change).await.expect(204);
    }
    let body = json!({
        "invitedUserEmailAddress": ANA,
        "invitedUserDisplayName": MARKUP,
        "inviteRedirectUrl": "https://landing.example/?q=%3Cscript%3E",
        "sendInvitationMessage": true,
        "invitedUserMessageInfo": { "customizedMessageBody": MARKUP },
    });
    let token = server.token_of(&server.inviter);
    let made = server.post(&token, "/v1.0/invitations", body).await.expect(201);
    let link = made.json["inviteRedeemUrl"].as_str().unwrap();
    server.mails().await;
    let mut guest = Browser::new();
    let welcome = guest.get(&server, link).await;
    assert!(welcome.text().contains(MARKUP), "the inviter's name and words are shown as they are");
    let code_page = guest.submit(&server, &welcome.form_to("/redeem/accept"), &[]).await;
    let code = server.code_for(ANA).await;
    let consent = guest.submit(&server, &code_page.form_to("/redeem/code"), &[("code", &code)]).await;
    let done = guest.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    let panel = guest.get(&server, &format!("/myapps/{}", server.tenant)).await;
    assert!(panel.text().contains(MARKUP), "the guest's own name is shown as it is");
    let mut member = Browser::new();
    let asked = member.get(&server, &format!("/myapps/{}", server.tenant)).await;
    let typed = member
        .submit(&server, &asked.form_to("/address"), &[("address", "\"><script>alert(3)</script>@x.example")])
        .await;
    let queried = member.get(&server, "/redeem?rd=%22%3E%3Cscript%3Ealert(4)%3C/script%3E").await;
    for page in [welcome, code_page, consent, done, panel, typed, queried] {
        for tag in ["<script", "<img src=x", "onerror=alert(2)>", "<b>co"] {
            assert!(!page.unscripted().contains(tag), "{} holds {tag}", page.url);
        }
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{}: {policy}",
            page.url
        );
        let scripted = page.html != page.unscripted();
        assert_eq!(policy.contains("script-src 'self';"), scripted, "{}: {policy}", page.url);
        assert_eq!(policy.matches("script-src").count(), usize::from(scripted), "{}: {policy}", page.url);
    }
}

#[tokio::test]
async fn h5_links_come_from_the_public_address_whatever_the_request_says() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let body = json!({ "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://myapps.microsoft.com", "sendInvitationMessage": true });
    let post = || {
        Request::post("/v1.0/invitations")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::from(body.to_string()))
            .unwrap()
    };
    let before = server.look().state();
    for host in [
        "evil.example",
        "hospes.example.evil.example",
        "hospes.example:8443",
        "hospes.example@evil.example",
        "",
    ] {
        let mut request = post();
        request.headers_mut().insert("host", host.parse().unwrap());
        let reply = server.raw(request).await;
        assert!(matches!(reply.status.as_u16(), 400 | 421), "{host}: {}", reply.status);
    }
    assert_eq!(server.look().state(), before);
    let mut request = post();
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-port", "81"),
        ("x-forwarded-prefix", "/evil"),
        ("forwarded", "for=1.2.3.4;host=evil.example;proto=http"),
        ("x-original-url", "/evil"),
        ("x-host", "evil.example"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let made = server.raw(request).await.expect(201);
    assert!(!made.text.contains("evil") && made.headers["location"].to_str().unwrap().starts_with(ORIGIN));
    assert!(made.json["inviteRedeemUrl"].as_str().unwrap().starts_with(&format!("{ORIGIN}/redeem?")));
    assert!(server.mails().await[0].link().unwrap().starts_with(&format!("{ORIGIN}/")));
    let request = Request::get(format!("/{}/v2.0/.well-known/openid-configuration", server.tenant))
        .header("x-forwarded-host", "evil.example");
    let discovery = server.raw(request.body(Body::empty()).unwrap()).await.expect(200);
    assert!(!discovery.text.contains("evil"));
}

#[tokio::test]
async fn h6_a_forged_forwarding_header_does_not_dodge_a_limit() {
    let server = Server::start().await;
    let mut locked = false;
    for n in 0..40 {
        let mut browser = Browser::new();
        let mut form = password_form(&server, &mut browser, &server.member.upn).await;
        form.fields.push(("password".into(), "wrong password".into()));
        let from = format!("203.0.113.{n}");
        let forged = [
            OWN,
            &[("x-forwarded-for", from.as_str()), ("x-real-ip", &from), ("forwarded", "for=198.51.100.1")],
        ]
        .concat();
        let answer = post_with(&server, &browser, &form, &forged).await;
        if answer.status == 429 {
            locked = true;
            break;
        }
        assert_eq!(answer.status, 422, "{}", answer.html);
    }
    assert!(locked, "forty wrong passwords from forty pretended places were all compared");
    let mut browser = Browser::new();
    let form = password_form(&server, &mut browser, &server.member.upn).await;
    let page = browser.submit(&server, &form, &[("password", PASSWORD)]).await;
    assert_eq!(page.status, 429, "the lock holds for the right password too");
}

#[tokio::test]
async fn h10_nothing_private_is_kept_by_a_cache() {
    let server = Server::start().await;
    for page in answers(&server).await {
        let cache = page.headers["cache-control"].to_str().unwrap();
        assert!(cache.contains("no-store"), "{} {}: {cache}", page.status, page.url);
    }
    let token = server.app_token().await;
    for path in ["/v1.0/users", "/v1.0/organization", "/v1.0/users/nobody"] {
        let cache = server.get(&token, path).await.headers["cache-control"].to_str().unwrap().to_owned();
        assert!(
            cache.contains("no-store") || cache.contains("no-cache") && cache.contains("private"),
            "{path}: {cache}"
        );
    }
}

#[tokio::test]
async fn h10_the_back_button_after_signing_out_shows_nothing() {
    let server = Server::start().await;
    let (mut browser, panel) = signed_in(&server).await;
    let held = browser.cookies.clone();
    assert!(panel.text().contains("mia"), "{}", panel.text());
    let asked = browser.get(&server, &format!("/{}/sign-out", server.tenant)).await;
    let gone = browser.submit(&server, &asked.form_to("/sign-out"), &[]).await;
    assert_eq!(gone.status, 200, "{}", gone.html);
    // Even with the old cookies put back.
    for cookies in [browser.cookies.clone(), held] {
        let mut later = Browser::new();
        later.cookies = cookies;
        let page = later.get(&server, &format!("/myapps/{}", server.tenant)).await;
        assert!(page.url.contains("/sign-in/"), "asked to sign in, not shown {}", page.url);
    }
}
