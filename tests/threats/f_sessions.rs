//! Threats F13 and F15 where one session takes another's place in a browser: the secret is always new, and what hangs on the
//! session, apps that wait to hear of its end and what they were given, is never left behind.

use hospes_domain::access::Role;
use hospes_domain::time::Clock;
use serde_json::{Value, json};

use super::d_sign_ins::{BACK, at_the_app, code, tokens};
use super::f_logout::{at_desk, desk};
use super::h_pages::signed_in;
use crate::harness::{Browser, HOME_DOMAIN, Page, Person, Server, Two, claims, codes_on, secret_on};

/// Notices to apps that wait to be sent: session and client of each.
fn notices(server: &Server) -> Vec<(String, String)> {
    let rows = server.look().rows("SELECT data FROM jobs WHERE kind = 'back-channel-logout'");
    let data = rows.iter().map(|row| serde_json::from_str::<Value>(&row[0]).unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    data.map(|data| (text(&data["session"]), text(&data["client"]))).collect()
}

/// Signs somebody in again in this browser, as an app demands it.
async fn again(server: &Server, browser: &mut Browser, person: &Person) -> Page {
    let query = "response_type=code&redirect_uri=https://portal.example/callback&scope=openid%20offline_access&state=s";
    let (tenant, client) = (server.tenant, &server.portal.client_id);
    let url = format!("/{tenant}/oauth2/v2.0/authorize?client_id={client}&{query}&prompt=login");
    server.through_password(browser, &url, person).await
}

async fn redeemed(server: &Server, page: &Page) -> Value {
    let code = code(page);
    tokens(server, &[("grant_type", "authorization_code"), ("code", &code), BACK]).await.expect(200).json
}

#[tokio::test]
async fn f13_f15_who_signs_in_again_has_another_secret_and_every_app_hears_of_the_one_end() {
    let server = Server::start().await;
    let app = desk(&server).await;
    let (mut browser, _) = signed_in(&server).await;
    let hint = at_desk(&server, &mut browser, &app).await;
    let before = browser.clone();
    server.clock.advance(3 * 3600);
    let page = again(&server, &mut browser, &server.member).await;
    assert_ne!(browser.session(), before.session(), "F13");
    assert!(!server.greets(&mut before.clone(), &server.member.upn).await, "the old secret is worth nothing");
    let second = claims(&redeemed(&server, &page).await["id_token"]);
    let first = claims(&Value::String(hint.clone()));
    assert_eq!(first["sid"], second["sid"], "one session, as apps see it");
    assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
    assert!(notices(&server).is_empty(), "nothing has ended");
    // Later than the first session could have lasted, the app of its beginning still hears.
    server.clock.advance(3 * 3600 + 1800);
    assert!(server.greets(&mut browser, &server.member.upn).await);
    let noted = format!("sessions WHERE used_at = {}", server.clock.now().0);
    while server.look().count(&noted) == 0 {
        tokio::task::yield_now().await;
    }
    server.clock.advance(2 * 3600);
    while hospes_actions::jobs::sweep(&server.app).await.unwrap() {}
    let url = format!("/{}/oauth2/v2.0/logout?id_token_hint={hint}", server.tenant);
    let page = browser.get(&server, &url).await;
    assert!(page.text().contains("signed out") && browser.session().is_none(), "{}", page.html);
    let sid = first["sid"].as_str().unwrap().to_owned();
    assert_eq!(notices(&server), [(sid, app.client_id.to_string())]);
}

#[tokio::test]
async fn f15_apps_hear_when_somebody_else_signs_in_in_the_same_browser() {
    let server = Server::start().await;
    let app = desk(&server).await;
    let (mut browser, _) = signed_in(&server).await;
    let first = claims(&Value::String(at_desk(&server, &mut browser, &app).await));
    let page = again(&server, &mut browser, &server.inviter).await;
    let second = claims(&redeemed(&server, &page).await["id_token"]);
    assert_ne!(first["sid"], second["sid"]);
    let sid = first["sid"].as_str().unwrap().to_owned();
    assert_eq!(notices(&server), [(sid, app.client_id.to_string())]);
}

/// Whoever accepts an invitation in a browser takes the place of whoever was signed in there: that session ends as if its
/// owner had signed out, and its apps hear of it both ways.
#[tokio::test]
async fn f13_f15_accepting_an_invitation_signs_out_whoever_used_the_browser_before() {
    let server = Server::start().await;
    let app = desk(&server).await;
    let token = server.app_token().await;
    let (_, link) = server.invite(&token, "ana@adatum.example").await;
    server.mails().await;
    let (mut browser, _) = signed_in(&server).await;
    let sid = claims(&Value::String(at_desk(&server, &mut browser, &app).await))["sid"].clone();
    let mut before = browser.clone();
    let consent = server.to_consent(&mut browser, &link, "ana@adatum.example").await;
    assert_eq!(server.look().count("sessions"), 1, "nothing ends before the guest agrees");
    let page = browser.submit_once(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let frame =
        format!("https://desk.example/out?iss=https%3A%2F%2Fhospes.example%2F{}%2Fv2.0", server.tenant);
    assert!(
        page.text().contains(&format!("<iframe src=\"{frame}&sid={}\"", sid.as_str().unwrap())),
        "{}",
        page.html
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("; frame-src https://desk.example"), "{policy}");
    assert_eq!(notices(&server), [(sid.as_str().unwrap().to_owned(), app.client_id.to_string())]);
    assert_eq!(server.look().count("sessions"), 1, "the guest's");
    assert!(!server.greets(&mut before, &server.member.upn).await);
    // On by itself after a moment, and by a button at once.
    let done = page.text().split_once("content=\"3; url=").unwrap().1.split_once('"').unwrap().0.to_owned();
    assert!(browser.get(&server, &done).await.html.contains("ana@adatum.example"));
}

/// The same where both organisations have agreed, so that nobody is asked: by the link, and on the way to an app.
#[tokio::test]
async fn f13_f15_so_does_a_redemption_that_asks_nothing() {
    let two = Two::start().await;
    two.agree().await;
    let server = &two.server;
    let app = desk(server).await;
    let bob = server.add_member_at(two.home, "bob", HOME_DOMAIN).await;
    let token = server.token_of(&server.inviter);
    let (_, link) = server.invite(&token, &two.ana.upn).await;
    server.invite(&token, &bob.upn).await;
    server.mails().await;
    let query = "response_type=code&redirect_uri=https://portal.example/callback&scope=openid&prompt=login";
    let to_app =
        format!("/{}/oauth2/v2.0/authorize?client_id={}&{query}", server.tenant, server.portal.client_id);
    for by_link in [true, false] {
        let (mut browser, _) = signed_in(server).await;
        let told = claims(&Value::String(at_desk(server, &mut browser, &app).await));
        let sid = told["sid"].as_str().unwrap().to_owned();
        let page = if by_link {
            two.to_consent(&mut browser, &link, &two.ana.upn).await
        } else {
            let page = browser.get(server, &to_app).await;
            let page = browser.submit(server, &page.form_to("/address"), &[("address", &bob.upn)]).await;
            two.at_home(&mut browser, page, &bob.upn).await
        };
        let frame = "<iframe src=\"https://desk.example/out?iss=https%3A%2F%2Fhospes.example%2F";
        assert!(page.text().contains(frame) && page.text().contains(&sid), "{by_link}: {}", page.html);
        assert!(notices(server).contains(&(sid, app.client_id.to_string())), "{by_link}");
    }
}

#[tokio::test]
async fn e8_ending_a_session_ends_what_apps_got_before_its_owner_signed_in_again() {
    let server = Server::start().await;
    let (mut browser, _) = signed_in(&server).await;
    let old = redeemed(&server, &at_the_app(&server, &mut browser).await).await;
    again(&server, &mut browser, &server.member).await;
    let page = browser.get(&server, &format!("/{}/sessions", server.tenant)).await;
    browser.submit(&server, &page.form_to("/sessions"), &[]).await;
    let refresh = old["refresh_token"].as_str().unwrap();
    let refused = tokens(&server, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await;
    assert_eq!(refused.expect(400).json["error"], "invalid_grant");
}

#[tokio::test]
async fn e8_a_second_factor_makes_no_session_outlive_the_first_one() {
    let server = Server::start().await;
    let hugo = server.helpdesk.clone();
    let mut browser = Browser::new();
    server.types_password(&mut browser, &hugo).await;
    server.clock.advance(3 * 3600);
    server.demand_factor(&[Role::HelpdeskAdministrator]).await;
    let before = browser.session();
    let asked = browser.get(&server, &format!("/myapps/{}", server.tenant)).await;
    let code = server.app_code(&secret_on(&asked));
    let printed = browser.submit(&server, &asked.form_to("/enrol"), &[("code", &code)]).await;
    assert_eq!(codes_on(&printed).len(), 10, "{}", printed.html);
    assert_ne!(browser.session(), before, "F13");
    server.clock.advance(3 * 3600);
    assert!(server.greets(&mut browser, &hugo.upn).await);
    let noted = format!("sessions WHERE used_at = {}", server.clock.now().0);
    while server.look().count(&noted) == 0 {
        tokio::task::yield_now().await;
    }
    server.clock.advance(2 * 3600 - 60);
    assert!(server.greets(&mut browser, &hugo.upn).await);
    server.clock.advance(60);
    assert!(!server.greets(&mut browser, &hugo.upn).await, "eight hours after the password was typed");
}

#[tokio::test]
async fn f13_a_factor_page_from_before_another_sign_in_adds_nothing() {
    let server = Server::start().await;
    let mut browser = Browser::new();
    server.types_password(&mut browser, &server.member).await;
    let page = browser.get(&server, &server.security("/authenticator")).await;
    let (secret, form) = (secret_on(&page), page.form_to("/security/authenticator"));
    again(&server, &mut browser, &server.member).await;
    let code = server.app_code(&secret);
    browser.submit(&server, &form, &[("code", &code)]).await;
    assert_eq!(server.look().count("second_factors"), 0);
    // The page that is answered twice adds one.
    let page = browser.get(&server, &server.security("/authenticator")).await;
    let (secret, form) = (secret_on(&page), page.form_to("/security/authenticator"));
    let code = server.app_code(&secret);
    for _ in 0..2 {
        browser.submit(&server, &form, &[("code", &code)]).await;
    }
    assert_eq!(server.look().count("second_factors"), 1);
}

#[tokio::test]
async fn f12_a_new_password_is_a_fresh_sign_in_for_the_app() {
    let server = Server::start().await;
    let token = server.token_of(&server.user_admin);
    let due = json!({ "passwordProfile": { "forceChangePasswordNextSignIn": true } });
    server.patch(&token, &format!("/v1.0/users/{}", server.member.id), due).await.expect(204);
    let mut browser = Browser::new();
    let page = again(&server, &mut browser, &server.member).await;
    server.clock.advance(600);
    let new = "lanterns over quiet water";
    let done =
        browser.submit(&server, &page.form_to("/new-password"), &[("password", new), ("again", new)]).await;
    let told = claims(&redeemed(&server, &done).await["id_token"]);
    assert_eq!(told["auth_time"].as_i64(), Some(server.clock.now().seconds()));
    // An app that wants a sign-in of the last minute is answered at once.
    let silent = format!("&prompt=none&max_age=60&client_id={}", server.portal.client_id);
    let query = "response_type=code&redirect_uri=https://portal.example/callback&scope=openid";
    let url = format!("/{}/oauth2/v2.0/authorize?{query}{silent}", server.tenant);
    code(&browser.get(&server, &url).await);
}
