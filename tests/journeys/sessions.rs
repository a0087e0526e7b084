//! Sessions that people see: where somebody is signed in, ending one, ending all, and what nobody uses.

use hospes_domain::session::NOTED_EVERY_SECONDS;
use hospes_domain::time::Clock;

use crate::harness::{Browser, PASSWORD, Page, Person, Server};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0";

fn list(server: &Server) -> String {
    format!("/{}/sessions", server.tenant)
}

fn panel(server: &Server) -> String {
    format!("/myapps/{}", server.tenant)
}

/// Signs a member in at My Apps.
async fn signs_in(server: &Server, mut browser: Browser, person: &Person) -> Browser {
    let page = browser.get(server, &panel(server)).await;
    let named = browser.submit(server, &page.form_to("/address"), &[("address", &person.upn)]).await;
    let page = browser.submit(server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    assert!(is_in(&page), "{}", page.html);
    browser
}

fn is_in(page: &Page) -> bool {
    page.text().contains("Your place here")
}

async fn still_in(server: &Server, browser: &mut Browser) -> bool {
    is_in(&browser.get(server, &panel(server)).await)
}

fn cards(page: &Page) -> usize {
    page.html.matches("<li class=\"card\">").count()
}

#[tokio::test]
async fn somebody_sees_where_they_are_signed_in_and_ends_one_of_them() {
    let server = Server::start().await;
    let mut here = signs_in(&server, Browser::at("192.0.2.7").calling_itself(FIREFOX), &server.member).await;
    server.clock.advance(60);
    let odd = "curl<script>alert(1)</script>/8";
    let mut there = signs_in(&server, Browser::at("198.51.100.9").calling_itself(odd), &server.member).await;
    signs_in(&server, Browser::new(), &server.helpdesk).await;
    let my_apps = here.get(&server, &panel(&server)).await;
    assert!(my_apps.html.contains(&format!("href=\"{}\"", list(&server))), "linked from My Apps");
    let page = here.get(&server, &list(&server)).await;
    assert_eq!(cards(&page), 2, "the person's own only: {}", page.html);
    for said in ["Firefox on Windows", "192.0.2.7", "198.51.100.9", "This one", "Password"] {
        assert!(page.text().contains(said), "{said}");
    }
    assert!(!page.html.contains("<script"), "h4: {}", page.html);
    // The other one stands first: it was used last.
    let form = page.form_to("/sessions");
    let after = here.submit(&server, &form, &[]).await;
    assert_eq!(cards(&after), 1);
    assert!(!still_in(&server, &mut there).await && still_in(&server, &mut here).await);
    assert_eq!(server.successes(&server.member.id.to_string(), "End user session").await, 1, "i6");
    // The same form again finds nothing to end; the person's own session ends on a farewell.
    assert_eq!(cards(&here.submit(&server, &form, &[]).await), 1);
    let farewell = here.submit(&server, &after.form_to("/sessions"), &[]).await;
    assert!(farewell.text().contains("You are signed out"), "{}", farewell.html);
    assert!(!still_in(&server, &mut here).await && here.session().is_none());
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else_by_its_id() {
    let server = Server::start().await;
    let mut victim = signs_in(&server, Browser::new(), &server.member).await;
    let mut other = signs_in(&server, Browser::new(), &server.inviter).await;
    let theirs = victim.get(&server, &list(&server)).await.filled("/sessions", &[]);
    let id = theirs.fields.iter().find(|(name, _)| name == "session").unwrap().1.clone();
    let own = other.get(&server, &list(&server)).await.form_to("/sessions");
    for wrong in [id.as_str(), "", "nonsense"] {
        let page = other.submit(&server, &own, &[("session", wrong)]).await;
        assert_eq!((page.status.as_u16(), cards(&page)), (200, 1), "{wrong}");
    }
    assert!(still_in(&server, &mut victim).await && still_in(&server, &mut other).await);
}

#[tokio::test]
async fn e8_signing_out_everywhere_ends_sessions_and_tokens_at_once() {
    let server = Server::start().await;
    let mut here = signs_in(&server, Browser::new(), &server.member).await;
    let mut there = signs_in(&server, Browser::new(), &server.member).await;
    let token = server.live_token(server.tenant, server.member.id);
    let form = here.get(&server, &list(&server)).await.form_to("/sessions/everywhere");
    let farewell = here.submit(&server, &form, &[]).await;
    assert!(farewell.text().contains("You are signed out"), "{}", farewell.html);
    for browser in [&mut here, &mut there] {
        assert!(!still_in(&server, browser).await);
    }
    server.get(&token, "/v1.0/me").await.expect(401);
    let id = server.member.id.to_string();
    assert_eq!(server.successes(&id, "Update StsRefreshTokenValidFrom Timestamp").await, 1, "i6");
    signs_in(&server, Browser::new(), &server.member).await;
}

#[tokio::test]
async fn f13_signing_out_everywhere_means_the_person_the_page_named() {
    let server = Server::start().await;
    let mut browser = signs_in(&server, Browser::new(), &server.member).await;
    let mut elsewhere = signs_in(&server, Browser::new(), &server.inviter).await;
    let form = browser.get(&server, &list(&server)).await.form_to("/sessions/everywhere");
    // Another window of the same browser signs somebody else in.
    let other = browser.without_session(server.tenant);
    let mut browser = signs_in(&server, other, &server.inviter).await;
    let page = browser.submit(&server, &form, &[]).await;
    assert!(page.text().contains(&server.inviter.upn), "shows whose sessions these are: {}", page.html);
    assert!(still_in(&server, &mut browser).await && still_in(&server, &mut elsewhere).await);
}

#[tokio::test]
async fn a_helpdesk_person_ends_one_session_of_a_user_in_the_portal() {
    let server = Server::start().await;
    let mut member =
        signs_in(&server, Browser::at("192.0.2.7").calling_itself(FIREFOX), &server.member).await;
    let mut second = signs_in(&server, Browser::new(), &server.member).await;
    let rest = format!("/users/{}/sessions", server.member.id);
    let (mut desk, page) = server.at_portal_page(&server.helpdesk, &rest).await;
    assert!(page.text().contains("Firefox on Windows") && page.text().contains("192.0.2.7"), "{}", page.html);
    assert_eq!(page.html.matches("name=\"session\"").count(), 2);
    let form = page.form_to("/sessions");
    let after = desk.submit(&server, &form, &[]).await;
    assert!(after.text().contains("The session has ended."), "{}", after.html);
    assert_eq!(after.html.matches("name=\"session\"").count(), 1);
    let ended = [still_in(&server, &mut member).await, still_in(&server, &mut second).await];
    assert_eq!(ended.iter().filter(|still| **still).count(), 1, "exactly one: {ended:?}");
    // Out of rank: neither the list nor the button.
    let above = format!("/portal/{}/users/{}/sessions", server.tenant, server.admin.id);
    assert_eq!(desk.get(&server, &above).await.status, 403);
    let mut foreign = after.form_to("/sessions");
    foreign.action = above;
    assert_eq!(desk.submit(&server, &foreign, &[]).await.status, 403);
}

#[tokio::test]
async fn e8_a_session_nobody_uses_ends_and_one_in_use_lasts_until_its_time() {
    let server = Server::start().await;
    let mut idle = signs_in(&server, Browser::new(), &server.member).await;
    let mut used = signs_in(&server, Browser::new(), &server.member).await;
    let mut hours = 0;
    while hours < 7 {
        server.clock.advance(3600);
        hours += 1;
        assert!(still_in(&server, &mut used).await, "hour {hours}");
        // Noting the use is nobody's request: wait until it is there.
        let noted = format!("sessions WHERE used_at = {}", server.clock.now().0);
        while server.look().count(&noted) == 0 {
            tokio::task::yield_now().await;
        }
    }
    assert!(!still_in(&server, &mut idle).await, "four hours without a use");
    server.clock.advance(3600);
    assert!(!still_in(&server, &mut used).await, "eight hours are the end, however busy");
}

#[tokio::test]
async fn a_look_within_minutes_writes_nothing() {
    let server = Server::start().await;
    let mut browser = signs_in(&server, Browser::new(), &server.member).await;
    server.clock.advance(NOTED_EVERY_SECONDS - 1);
    let before = server.look().state();
    for path in [panel(&server), list(&server)] {
        browser.get(&server, &path).await;
    }
    tokio::task::yield_now().await;
    assert_eq!(server.look().state(), before);
}
