//! From the mailed link to a signed-in guest.

use crate::harness::{Browser, Server};

#[tokio::test]
async fn a_guest_redeems_with_the_mailed_code() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let (_, link) = server.invite(&token, "ana@contoso.example").await;
    let mails = server.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "ana@contoso.example");
    assert_eq!(mails[0].link().as_deref(), Some(link.as_str()));

    let (_, done) = server.redeem(&link, "ana@contoso.example").await;
    assert!(
        done.text().contains("ana@contoso.example"),
        "the page after redemption names the sign-in address"
    );
    assert!(done.url.ends_with("/redeem/done"));
}

#[tokio::test]
async fn a9_following_the_link_changes_nothing_and_burns_nothing() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let (_, link) = server.invite(&token, "ana@contoso.example").await;
    server.mails().await;
    for _ in 0..3 {
        let page = Browser::new().get(&server, &link).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("a***@contoso.example"), "only the masked address is shown");
        assert!(!page.text().contains("ana@contoso.example"));
        assert!(server.mails().await.is_empty(), "opening the link sent mail");
    }
    server.redeem(&link, "ana@contoso.example").await;
}

#[tokio::test]
async fn accepting_again_after_going_back_mails_no_second_code() {
    let server = Server::start().await;
    let (_, link) = server.invite(&server.app_token().await, "ana@contoso.example").await;
    server.mails().await;
    let mut browser = Browser::new();
    let welcome = browser.get(&server, &link).await;
    browser.submit(&server, &welcome.form_to("/redeem/accept"), &[]).await;
    let code = server.code_for("ana@contoso.example").await;
    let again = browser.get(&server, &server.step("welcome")).await;
    let page = browser.submit(&server, &again.form_to("/redeem/accept"), &[]).await;
    assert!(server.mails().await.is_empty());
    let consent = browser.submit(&server, &page.form_to("/redeem/code"), &[("code", &code)]).await;
    assert!(consent.url.ends_with("/redeem/consent"), "the code that was mailed still works");
}

#[tokio::test]
async fn accepting_again_with_a_dead_code_mails_a_new_one() {
    let server = Server::start().await;
    let (_, link) = server.invite(&server.app_token().await, "ana@contoso.example").await;
    server.mails().await;
    let (mut browser, page, code) = server.walk_to_code(&link, "ana@contoso.example").await;
    let wrong = if code == "00000000" { "00000001" } else { "00000000" };
    for _ in 0..5 {
        browser.submit(&server, &page.form_to("/redeem/code"), &[("code", wrong)]).await;
    }
    let reloaded = browser.get(&server, &server.step("code")).await;
    assert!(
        reloaded.text().contains("Ask for a new code"),
        "a dead code is not asked for: {}",
        reloaded.text()
    );
    let again = browser.get(&server, &server.step("welcome")).await;
    let page = browser.submit(&server, &again.form_to("/redeem/accept"), &[]).await;
    let fresh = server.code_for("ana@contoso.example").await;
    let consent = browser.submit(&server, &page.form_to("/redeem/code"), &[("code", &fresh)]).await;
    assert!(consent.url.ends_with("/redeem/consent"), "{}", consent.text());
}
