//! "All users": what is in the address is what the list shows.

use super::{link, said};
use crate::harness::{Browser, Page, Server};

/// Names in the list, in order.
fn names(page: &Page) -> Vec<String> {
    let rows = page.html.split("<a class=\"who\"").skip(1).filter_map(|rest| rest.split_once('>'));
    rows.map(|(_, rest)| said(rest.split("</a>").next().unwrap_or_default())).collect()
}

async fn shown(server: &Server, browser: &mut Browser, rest: &str) -> Page {
    let page = browser.get(server, &server.portal_path(rest)).await;
    assert_eq!(page.status, 200, "{}", page.html);
    page
}

#[tokio::test]
async fn search_filters_and_order_are_in_the_address() {
    let server = Server::start().await;
    server.accepted_guest("ana@contoso.example").await;
    let token = server.app_token().await;
    server.invite(&token, "bo@northwind.example").await;
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    let page = shown(&server, &mut browser, "/users?type=guest").await;
    assert_eq!(names(&page), ["ana", "bo"]);
    assert!(page.text().contains("2 users that match."), "{}", page.html);
    let everybody = browser.get(&server, &link(&page, "User type: Guest")).await;
    assert_eq!(names(&everybody).len(), 7, "the chip removes its filter: {:?}", names(&everybody));
    for (query, expected) in [
        ("state=PendingAcceptance", vec!["bo"]),
        ("state=accepted", vec!["ana"]),
        ("state=changed", vec![]),
        ("q=NORTHWIND", vec!["bo"]),
        ("q=@contoso", vec!["ana"]),
        ("type=guest&sort=-name", vec!["bo", "ana"]),
        ("type=guest&status=blocked", vec![]),
        ("q=%25", vec![]),
        ("q=_na", vec![]),
    ] {
        let page = shown(&server, &mut browser, &format!("/users?{query}")).await;
        assert_eq!(names(&page), expected, "{query}");
        if expected.is_empty() {
            assert!(page.text().contains("Nobody matches"), "{query}");
        }
    }
    let id = server.helpdesk.id;
    assert_eq!(names(&shown(&server, &mut browser, &format!("/users?q={id}")).await).len(), 1);
}

#[tokio::test]
async fn pages_follow_one_another_and_a_broken_address_begins_anew() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for n in 0..60 {
        server.clock.advance(1);
        server.invite(&token, &format!("g{n:02}@contoso.example")).await;
    }
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    let first = shown(&server, &mut browser, "/users?type=Guest").await;
    assert_eq!(names(&first).len(), 50);
    let second = browser.get(&server, &link(&first, "Next page")).await;
    let mut all = names(&first);
    all.extend(names(&second));
    let mut sorted = all.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((all.len(), &all), (60, &sorted), "nobody twice, nobody left out");
    assert_eq!(names(&browser.get(&server, &link(&second, "First page")).await), names(&first));
    let after = second.url.split_once("after=").unwrap().1.to_owned();
    for broken in [format!("/users?type=Guest&after={after}x"), format!("/users?type=Member&after={after}")] {
        let page = shown(&server, &mut browser, &broken).await;
        assert!(!super::offers(&page, "First page"), "{broken}");
    }
}

#[tokio::test]
async fn h8_the_file_holds_the_whole_list_and_no_formula() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for (n, name) in
        ["=1+1", "+43 1", "-2", "@SUM(A1)", "Ana, \"the\" guest", "Łukasz"].into_iter().enumerate()
    {
        let body = serde_json::json!({
            "invitedUserEmailAddress": format!("g{n}@contoso.example"), "invitedUserDisplayName": name,
            "inviteRedirectUrl": "https://x.example",
        });
        server.post(&token, "/v1.0/invitations", body).await.expect(201);
    }
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    let page = shown(&server, &mut browser, "/users?type=Guest&sort=-name").await;
    let file = browser.get(&server, &link(&page, "Download users")).await;
    assert_eq!(file.status, 200);
    let header = |name: &str| file.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(header("cache-control"), "no-store");
    assert!(header("content-disposition").starts_with("attachment; filename=\"users-"));
    let lines: Vec<&str> = file.html.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 7, "a head and all guests, no members: {lines:?}");
    assert!(lines[0].starts_with("displayName,userPrincipalName,mail,"), "{}", lines[0]);
    for cell in ["'=1+1,", "'+43 1,", "'-2,", "'@SUM(A1),", "\"Ana, \"\"the\"\" guest\",", "Łukasz,"] {
        assert!(lines.iter().any(|line| line.starts_with(cell)), "{cell}: {lines:?}");
    }
    assert!(!file.html.contains("rd="), "no link is in it (A3)");
}

#[tokio::test]
async fn only_rows_in_trouble_offer_an_action() {
    let server = Server::start().await;
    server.accepted_guest("ana@contoso.example").await;
    let token = server.app_token().await;
    server.invite(&token, "bo@northwind.example").await;
    server.clock.advance(3 * 86_400);
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    let page = shown(&server, &mut browser, "/users?type=Guest").await;
    assert_eq!(page.html.matches(">Resend<").count(), 1);
    assert!(page.text().contains("Pending, 3 days") && page.text().contains("Accepted"));
}
