//! Threats G1, G2 and E5 at the password: guessing is slow wherever it comes from, strangers shut nobody out of a browser
//! that is known, and names that are nobody's look like the others (docs/decisions/0017-passwords.md).

use crate::harness::{Browser, PASSWORD, Page, Server};

async fn types(server: &Server, browser: &mut Browser, name: &str, password: &str) -> Page {
    let page = server.name_address(browser, name).await;
    browser.submit(server, &page.form_to("/password"), &[("password", password)]).await
}

/// How many of so many wrong tries from there are compared.
async fn guesses(server: &Server, from: &str, name: &str, tries: usize) -> usize {
    let mut browser = Browser::at(from);
    let page = server.name_address(&mut browser, name).await;
    let form = page.form_to("/password");
    let mut compared = 0;
    for _ in 0..tries {
        let page = browser.submit_once(server, &form, &[("password", "not this one")]).await;
        assert!(page.status == 422 || page.status == 429, "{}", page.html);
        compared += usize::from(page.status == 422);
    }
    compared
}

/// Signs in and leaves only what says that the browser is known.
async fn known_browser(server: &Server, name: &str, from: &str) -> Browser {
    let mut browser = Browser::at(from);
    let page = types(server, &mut browser, name, PASSWORD).await;
    assert!(page.url.contains("/myapps/"), "{}", page.html);
    browser.without_session(server.tenant)
}

async fn gets_in(server: &Server, browser: &Browser, name: &str) -> bool {
    types(server, &mut browser.clone(), name, PASSWORD).await.url.contains("/myapps/")
}

#[tokio::test]
async fn g1_whatever_strangers_do_the_known_browser_of_their_victim_gets_in() {
    let server = Server::start().await;
    let name = server.member.upn.clone();
    let own = known_browser(&server, &name, "203.0.113.9").await;
    // One network, on both of its ends.
    assert_eq!(guesses(&server, "198.51.100.1", &name, 7).await, 7);
    assert_eq!(guesses(&server, "198.51.100.200", &name, 7).await, 3);
    assert!(gets_in(&server, &Browser::at("192.0.2.1"), &name).await, "another network is not shut out");
    assert!(gets_in(&server, &own, &name).await);
    // Many networks: a hundred tries an hour in all.
    let mut compared = 10;
    for n in 0..12 {
        compared += guesses(&server, &format!("198.18.{n}.1"), &name, 11).await;
    }
    assert_eq!(compared, 100);
    assert!(!gets_in(&server, &Browser::at("192.0.2.1"), &name).await, "no stranger gets a try any more");
    assert!(gets_in(&server, &own, &name).await, "the known browser does");
    // The victim's own network is no different, and neither is the attacker's behind the same proxy.
    let elsewhere = Browser { from: "198.18.0.1:1".parse().ok(), ..own.clone() };
    assert!(gets_in(&server, &elsewhere, &name).await, "known wherever it is");
    assert!(
        gets_in(&server, &Browser::at("192.0.2.1"), &server.helpdesk.upn).await,
        "others are not touched"
    );
    server.clock.advance(3600);
    assert!(gets_in(&server, &Browser::at("192.0.2.1"), &name).await);
}

#[tokio::test]
async fn g1_a_known_browser_is_known_for_its_person_its_password_and_its_organisation() {
    let server = Server::start().await;
    let (name, other) = (server.member.upn.clone(), server.helpdesk.upn.clone());
    let own = known_browser(&server, &name, "203.0.113.9").await;
    for n in 0..10 {
        guesses(&server, &format!("198.18.{n}.1"), &name, 10).await;
        guesses(&server, &format!("198.19.{n}.1"), &other, 10).await;
    }
    assert!(gets_in(&server, &own, &name).await);
    assert!(!gets_in(&server, &own, &other).await, "of one person, not of another");
    // Changed, or sealed by another organisation: as good as none.
    let cookie = format!("__Host-hospes-device-{}", server.tenant.0.simple());
    let mut forged = own.clone();
    forged.cookies.get_mut(&cookie).unwrap().replace_range(5..6, "!");
    assert!(!gets_in(&server, &forged, &name).await);
    // A known browser has ten tries, too.
    let mut stolen = own.clone();
    let form = server.name_address(&mut stolen, &name).await.form_to("/password");
    for n in 0..12 {
        let page = stolen.submit_once(&server, &form, &[("password", "not this one")]).await;
        assert_eq!(page.status, if n < 10 { 422 } else { 429 }, "try {n}");
    }
    server.clock.advance(900);
    let token = server.token_of(&server.admin);
    let body = serde_json::json!({ "passwordProfile": { "password": "seven quiet lanterns" } });
    server.patch(&token, &format!("/v1.0/users/{}", server.member.id), body).await.expect(204);
    let page = types(&server, &mut own.clone(), &name, "seven quiet lanterns").await;
    assert_eq!(page.status, 429, "with a new password no browser is known");
}

#[tokio::test]
async fn g1_one_password_at_many_names_is_stopped_by_network() {
    let server = Server::start().await;
    let mut compared = 0;
    for n in 0..12 {
        compared += guesses(&server, "198.51.100.7", &format!("name{n}@fabrikam.example"), 10).await;
    }
    assert_eq!(compared, 100);
    assert!(!gets_in(&server, &Browser::at("198.51.100.8"), &server.member.upn).await);
    assert!(gets_in(&server, &Browser::at("192.0.2.1"), &server.member.upn).await);
}

#[tokio::test]
async fn e5_a_name_that_is_nobodys_is_counted_and_answered_like_one_that_is_somebodys() {
    let server = Server::start().await;
    let mut seen = Vec::new();
    for name in [server.member.upn.as_str(), "nobody@fabrikam.example"] {
        let mut all = Vec::new();
        for n in 0..12 {
            all.push(guesses(&server, &format!("198.18.{n}.1"), name, 11).await);
        }
        let mut browser = Browser::at("192.0.2.1");
        let page = types(&server, &mut browser, name, "not this one").await;
        let text = page.text().replace(name, "");
        let reference = page.html.split("reference").next().unwrap().len();
        seen.push((all, page.status, text.len(), reference));
        server.clock.advance(3600);
    }
    assert_eq!(seen[0].0, seen[1].0);
    assert_eq!(seen[0].1, seen[1].1);
    assert_eq!(seen[0].2, seen[1].2, "the same page");
}
