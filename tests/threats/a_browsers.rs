//! Threats A, what browsers do with a link: at once, by scanners, leaking, planted in somebody else's.

use std::sync::Arc;

use axum::body::Body;
use http::Request;
use tokio::task::JoinSet;

use crate::harness::{Browser, Form, Page, REDEEMED, Server, Two};

const ANA: &str = "ana@contoso.example";

/// The name of the cookie of a redemption.
fn redeem(server: &Server) -> String {
    format!("__Host-hospes-redeem-{}", server.tenant.0.simple())
}

/// Posts the same form from many copies of browsers at the same time.
async fn at_once(server: &Arc<Server>, browsers: Vec<(Browser, Form)>) -> Vec<(Browser, Page)> {
    let mut running = JoinSet::new();
    for (mut browser, form) in browsers {
        let server = Arc::clone(server);
        running.spawn(async move {
            let page = browser.submit_once(&server, &form, &[]).await;
            (browser, page)
        });
    }
    running.join_all().await
}

/// One is let in; everybody else gets the page of the link's state and no session.
fn assert_one_wins(answers: &[(Browser, Page)]) {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|(browser, _)| browser.session().is_some());
    assert_eq!(won.len(), 1);
    assert_eq!(won[0].1.status, 303);
    for (_, page) in lost {
        assert!(matches!(page.status.as_u16(), 409 | 410), "{}: {}", page.status, page.html);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a8_fifty_clicks_at_once_bind_once() {
    let server = Arc::new(Server::start().await);
    let (id, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let form = server.prove(&mut browser, &link, ANA).await.form_to("/redeem/consent");
    let copies = (0..50).map(|_| (browser.clone(), form.clone())).collect();
    assert_one_wins(&at_once(&server, copies).await);
    server.assert_redeemed_once(&id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a8_several_browsers_with_their_own_proofs_bind_once() {
    let server = Arc::new(Server::start().await);
    let (id, link) = server.pending(ANA).await;
    let mut browsers = Vec::new();
    for _ in 0..5 {
        let mut browser = Browser::new();
        let consent = server.prove(&mut browser, &link, ANA).await;
        browsers.push((browser, consent.form_to("/redeem/consent")));
    }
    assert_one_wins(&at_once(&server, browsers).await);
    server.assert_redeemed_once(&id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a8_two_clicks_on_accept_leave_one_way_in() {
    let server = Arc::new(Server::start().await);
    let (id, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let form = browser.get(&server, &link).await.form_to("/redeem/accept");
    let answers = at_once(&server, vec![(browser.clone(), form.clone()), (browser, form)]).await;
    let codes = server.mails().await;
    assert_eq!(codes.len(), 2, "each click has its own flow and code");
    let mut redeemed = 0;
    for (mut browser, _) in answers {
        let page = browser.get(&server, &server.step("code")).await;
        if page.status != 200 {
            continue; // The other click has redeemed meanwhile.
        }
        for mail in &codes {
            let consent = browser
                .submit(&server, &page.form_to("/redeem/code"), &[("code", &mail.code().unwrap())])
                .await;
            if consent.status == 200 {
                browser.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
                redeemed += 1;
                break;
            }
        }
    }
    assert_eq!(redeemed, 1);
    server.assert_redeemed_once(&id).await;
}

#[tokio::test]
async fn a9_scanners_change_nothing_by_get_or_head() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let before = server.look().state();
    let mut scanner = Browser::new();
    scanner.get(&server, &link).await;
    let path = link.trim_start_matches("https://hospes.example");
    let steps = ["welcome", "not-me", "accept", "code", "code/again", "consent", "cancel", "done"];
    let steps = steps.map(|step| server.step(step));
    for path in std::iter::once(path).chain(steps.iter().map(String::as_str)) {
        for method in ["GET", "HEAD"] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let page = scanner.send(&server, request).await;
            assert!(!page.status.is_server_error(), "{method} {path}: {}", page.status);
            assert!(scanner.session().is_none());
        }
    }
    assert_eq!(server.look().state(), before, "looking wrote something");
    assert!(server.mails().await.is_empty());
    server.assert_still_pending(&id).await;
    server.redeem(&link, ANA).await;
}

#[tokio::test]
async fn a9_a_post_without_the_pages_own_token_does_nothing() {
    let server = Server::start().await;
    let (_, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let welcome = browser.get(&server, &link).await;
    let before = server.look().state();
    let right = welcome.form_to("/redeem/accept");
    let bare = Form { fields: Vec::new(), ..right.clone() };
    let strangers = Browser::new().get(&server, &link).await.form_to("/redeem/accept");
    for form in [&bare, &strangers] {
        assert_eq!(browser.submit_once(&server, form, &[]).await.status, 403);
    }
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let body = format!("form_token={}", right.fields[0].1);
        let request = Request::post(server.step("accept"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value)
            .body(Body::from(body))
            .unwrap();
        assert_eq!(browser.send(&server, request).await.status, 403, "{name}: {value}");
    }
    assert_eq!(server.look().state(), before);
    assert!(server.mails().await.is_empty());
}

#[tokio::test]
async fn a12_the_ticket_leaves_the_address_at_once_and_no_page_gives_it_away() {
    let server = Server::start().await;
    let (_, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let first = browser.get_once(&server, &link).await;
    assert_eq!(first.status, 303);
    assert_eq!(first.location().as_deref(), Some(&*server.step("welcome")), "a clean address");
    let set: Vec<String> =
        first.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
    assert!(set.iter().any(|cookie| cookie.starts_with(&format!("{}=", redeem(&server)))), "{set:?}");
    for cookie in &set {
        let kept = ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"].iter().all(|flag| cookie.contains(flag));
        assert!(cookie.starts_with("__Host-") && kept && !cookie.contains("Domain"), "{cookie}");
    }
    let ticket: String = link.split("ticket%3D").nth(1).unwrap().split('%').next().unwrap().to_owned();
    assert_eq!(ticket.len(), 70);
    assert!(!browser.cookies[&redeem(&server)].contains(&ticket), "the cookie is sealed");

    let welcome = browser.get(&server, &server.step("welcome")).await;
    let code = browser.submit(&server, &welcome.form_to("/redeem/accept"), &[]).await;
    let digits = server.code_for(ANA).await;
    let consent = browser.submit(&server, &code.form_to("/redeem/code"), &[("code", &digits)]).await;
    let done = browser.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    let generic = Browser::new().get(&server, "/redeem?rd=x").await;
    for page in [&first, &welcome, &code, &consent, &done, &generic] {
        let header = |name: &str| page.headers.get(name).map(|v| v.to_str().unwrap());
        assert_eq!(header("referrer-policy"), Some("no-referrer"), "{}", page.url);
        assert_eq!(header("cache-control"), Some("no-store"), "{}", page.url);
        assert!(!page.html.contains(&ticket) && !page.html.contains(&digits), "{}", page.url);
        if page.status != 303 {
            assert_nothing_of_others(page);
        }
    }
}

/// No script, and every picture, style and form of the page is our own.
fn assert_nothing_of_others(page: &Page) {
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    assert!(!page.html.contains("<script"));
    for tag in page
        .html
        .split('<')
        .filter(|tag| ["link", "img", "form", "iframe"].iter().any(|name| tag.starts_with(name)))
    {
        let address = ["href=\"", "src=\"", "action=\""].iter().find_map(|name| tag.split(name).nth(1));
        assert!(address.is_none_or(|address| address.starts_with('/')), "{tag}");
    }
}

#[tokio::test]
async fn a13_the_pages_name_host_inviter_and_address_before_anybody_agrees() {
    let server = Server::start().await;
    let (_, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let welcome = browser.get(&server, &link).await;
    for said in ["Fabrikam", "fabrikam.example", "ingrid", "a***@contoso.example"] {
        assert!(welcome.text().contains(said), "{said}: {}", welcome.text());
    }
    let consent = server.prove(&mut browser, &link, ANA).await;
    for said in ["Fabrikam", "fabrikam.example", ANA] {
        assert!(consent.text().contains(said), "{said}: {}", consent.text());
    }
}

#[tokio::test]
async fn a13_a_flow_belongs_to_the_browser_that_began_it() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let mut own = Browser::new();
    let code_page = server.begin(&mut own, &link).await;
    let code = server.code_for(ANA).await;
    // Another browser with its own cookies, and one with the form of the first: neither is in the flow.
    let mut other = Browser::new();
    assert_eq!(other.get(&server, &server.step("code")).await.status, 409);
    assert_eq!(
        other.submit(&server, &code_page.form_to("/redeem/code"), &[("code", &code)]).await.status,
        403
    );
    let others_page = other.get(&server, &link).await;
    let mut form = others_page.form_to("/redeem/accept");
    form.action = server.step("code");
    assert_eq!(other.submit(&server, &form, &[("code", &code)]).await.status, 409);
    server.assert_still_pending(&id).await;
    let consent = own.submit(&server, &code_page.form_to("/redeem/code"), &[("code", &code)]).await;
    own.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    server.assert_redeemed_once(&id).await;
}

#[tokio::test]
async fn a13_a_planted_link_takes_over_neither_flow_nor_session() {
    let server = Server::start().await;
    let (eve, planted) = server.pending("eve@evil.example").await;
    let (ana, link) = server.pending(ANA).await;
    let mut victim = Browser::new();
    let consent = server.prove(&mut victim, &link, ANA).await;
    // The attacker makes the victim's browser open the attacker's link in between.
    let welcome = victim.get(&server, &planted).await;
    assert!(welcome.text().contains("e***@evil.example"), "the page names whose invitation it is");
    let page = victim.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(page.status, 409, "a proof made for one link counted for another: {}", page.html);
    for id in [&eve, &ana] {
        server.assert_still_pending(id).await;
    }
    // Her own link leads on as before.
    let consent = server.prove(&mut victim, &link, ANA).await;
    let done = victim.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert!(done.text().contains(ANA));
    server.assert_redeemed_once(&ana).await;
    // And now that she is signed in, the planted link does not sign her in as anybody else.
    let session = victim.session().unwrap();
    server.begin(&mut victim, &planted).await;
    assert_eq!(victim.session().unwrap(), session);
    assert!(server.greets(&mut victim, ANA).await);
}

#[tokio::test]
async fn a13_each_redemption_begins_a_session_of_its_own() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let name = format!("__Host-hospes-session-{}", server.tenant.0.simple());
    browser.cookies.insert(name, format!("{}.planted", server.tenant));
    let first = server.begin(&mut browser, &link).await;
    let cookie = browser.cookies[&redeem(&server)].clone();
    browser.submit(&server, &first.form_to("/redeem/code/again"), &[]).await;
    assert_ne!(browser.cookies[&redeem(&server)], "", "still in the flow");
    let mut fresh = Browser::new();
    server.begin(&mut fresh, &link).await;
    assert_ne!(fresh.cookies[&redeem(&server)], cookie, "two browsers never hold the same cookie");
    server.mails().await;
    let (guest, _) = server.redeem(&link, ANA).await;
    assert!(!guest.session().unwrap().ends_with(".planted"));
    // Reset and redeemed again: the first session is over, the second is another.
    let token = server.token_of(&server.user_admin);
    let reply = server.reset(&token, &id, ANA).await.expect(201);
    server.mails().await;
    server.clock.advance(3600);
    let (again, _) = server.redeem(reply.json["inviteRedeemUrl"].as_str().unwrap(), ANA).await;
    assert_ne!(again.session().unwrap(), guest.session().unwrap());
    assert_eq!(server.successes(&id, REDEEMED).await, 2);
}

#[tokio::test]
async fn a13_invitations_of_two_organisations_go_on_beside_each_other_in_one_browser() {
    let two = Two::start().await;
    let (server, guest) = (&two.server, "ana@adatum.example");
    let (here, link) = server.invite(&server.app_token().await, guest).await;
    let (_, other) = server.invite(&two.home_token(), guest).await;
    server.mails().await;
    let mut browser = Browser::new();
    let consent = server.prove(&mut browser, &link, guest).await;
    let code_page = server.begin(&mut browser, &other).await;
    assert!(code_page.url.contains(&two.home.to_string()), "{}", code_page.url);
    let done = browser.submit(server, &consent.form_to("/redeem/consent"), &[]).await;
    assert!(done.status == 200 && done.text().contains("Fabrikam"), "{}", done.html);
    assert_eq!(server.state_of(&here).await, "Accepted");
    let code = server.code_for(guest).await;
    let consent = browser.submit(server, &code_page.form_to("/redeem/code"), &[("code", &code)]).await;
    let done = browser.submit(server, &consent.form_to("/redeem/consent"), &[]).await;
    assert!(done.status == 200 && done.text().contains("Contoso"), "{}", done.html);
    assert!(server.greets(&mut browser, guest).await);
}
