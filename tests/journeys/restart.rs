//! What was answered is still there after a stop and a start (I5): keys, links, sessions, unsent mail.

use crate::harness::Server;

#[tokio::test]
async fn a_restart_loses_nothing() {
    let mut server = Server::start().await;
    let (id, mut browser) = server.accepted_guest("ana@contoso.example").await;
    let token = server.app_token().await;
    let (_, link) = server.invite(&token, "ben@contoso.example").await;

    server.restart().await;

    server.get(&token, &format!("/v1.0/users/{id}")).await.expect(200);
    let apps = browser.get(&server, "/myapps").await;
    assert!(apps.text().contains("ana@contoso.example"), "still signed in: {}", apps.text());
    let mails = server.mails().await;
    assert!(
        mails.iter().any(|m| m.to == "ben@contoso.example" && m.link().as_deref() == Some(link.as_str()))
    );
    server.redeem(&link, "ben@contoso.example").await;
}
