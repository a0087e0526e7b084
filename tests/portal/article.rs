//! The portal steps of the article as it is written (reference/reset-redemption.md section 4, column GA): whoever follows
//! them label by label ends with a guest who redeems with a new address and is the same person as before.

use super::link;
use crate::harness::{Browser, Caught, Server};

const OLD: &str = "jonas@contoso.example";
const NEW: &str = "jonas@northwind.example";

#[tokio::test]
async fn the_articles_steps_work_label_by_label() {
    let server = Server::start().await;
    let (id, mut guest) = server.accepted_guest(OLD).await;
    server.mails().await;
    // 1. Sign in. 2. Search for and select Azure Active Directory.
    let (mut browser, home) = server.at_portal(&server.user_admin).await;
    assert_eq!(home.status, 200, "{}", home.html);
    let found =
        browser.submit(&server, &home.filled("/search", &[("q", "Azure Active Directory")]), &[]).await;
    let directory = browser.get(&server, &link(&found, "Azure Active Directory")).await;
    // 3. Select Users. 4. Select the user's name.
    let menu = browser.get(&server, &link(&directory, "Users")).await;
    let profile = browser.get(&server, &link(&menu, "jonas")).await;
    assert!(profile.text().contains("My Feed") && profile.text().contains("B2B collaboration"));
    // 5. Edit properties; Email; Other emails, Add email, Add, Save; Save.
    let form = browser.get(&server, &link(&profile, "Edit properties")).await;
    let filled = form.filled("/edit", &[("mail", NEW), ("do", "other-emails")]);
    let list = browser.submit(&server, &filled, &[]).await;
    let one_more = browser.submit(&server, &list.filled("/edit", &[("do", "add-email")]), &[]).await;
    let typed = one_more.filled("/edit", &[("otherMails.0", "jl@northwind.example"), ("do", "keep-emails")]);
    let form = browser.submit(&server, &typed, &[]).await;
    assert!(form.text().contains("jl@northwind.example") && form.text().contains("Not saved yet"));
    let saved = browser.submit(&server, &form.filled("/edit", &[("do", "save")]), &[]).await;
    assert!(saved.text().contains("The properties were saved."), "{}", saved.html);
    // 6. Overview, My Feed, the link in the tile.
    let manage = browser.get(&server, &link(&saved, "Manage (resend invitation / reset status)")).await;
    assert!(manage.text().contains("Redemption status"));
    // 7. Reset invitation status? Yes.
    let asked = browser.submit(&server, &manage.filled("/redemption", &[("reset", "yes")]), &[]).await;
    assert!(asked.text().contains("Reset invitation status?"), "{}", asked.html);
    assert!(super::offers(&asked, "Yes") && super::offers(&asked, "No"));
    // 8. Yes.
    let done = browser.submit(&server, &asked.filled("/reset", &[("do", "reset")]), &[]).await;
    let text = done.text();
    for said in
        ["Redemption status was reset.", NEW, "Kept", "Ended", OLD, "Object id and user principal name"]
    {
        assert!(text.contains(said), "{said}: {}", done.html);
    }
    assert!(!text.contains("rd="), "the link travels by mail only");
    redeems_as_the_same(&server, &mut guest, &id).await;
}

async fn redeems_as_the_same(server: &Server, before: &mut Browser, id: &str) {
    assert!(!server.greets(before, OLD).await, "the old session has ended");
    let mails = server.mails().await;
    assert!(mails.iter().any(|mail| mail.to == OLD && mail.is_reset_notice()), "a notice to the old address");
    let link = mails
        .iter()
        .find(|mail| mail.to == NEW)
        .and_then(Caught::link)
        .expect("an invitation to the new one");
    let (mut guest, _) = server.redeem(&link, NEW).await;
    assert!(server.greets(&mut guest, NEW).await);
    let user = server.get(&server.app_token().await, &format!("/v1.0/users/{id}")).await.expect(200);
    assert_eq!(user.json["mail"], NEW);
    assert!(user.json["userPrincipalName"].as_str().unwrap().starts_with("jonas_contoso.example#EXT#"));
}

#[tokio::test]
async fn the_current_labels_lead_to_the_same_reset() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(OLD).await;
    let (mut browser, profile) = server.at_portal_page(&server.helpdesk, &format!("/users/{id}")).await;
    let asked = browser.get(&server, &link(&profile, "Reset redemption status")).await;
    assert!(super::offers(&asked, "Reset") && super::offers(&asked, "Cancel"));
    let done = browser.submit(&server, &asked.filled("/reset", &[("do", "reset")]), &[]).await;
    assert!(done.text().contains("Redemption status was reset."), "{}", done.html);
    assert!(server.mails().await.iter().any(|mail| mail.to == OLD));
}

#[tokio::test]
async fn every_name_the_directory_ever_had_is_found() {
    let server = Server::start().await;
    let (mut browser, home) = server.at_portal(&server.user_admin).await;
    for (words, label) in [
        ("Azure Active Directory", "Azure Active Directory"),
        ("azure ad", "Microsoft Entra ID"),
        ("Microsoft Entra ID", "Microsoft Entra ID"),
        ("users", "Users"),
        ("reset invitation status", "Reset redemption status"),
        ("Reset invitation status", "Reset invitation status"),
        ("Add email", "Add email"),
        ("My Feed", "My Feed"),
        ("Manage (resend invitation / reset status)", "Reset redemption status"),
    ] {
        let found = browser.submit(&server, &home.filled("/search", &[("q", words)]), &[]).await;
        let page = browser.get(&server, &link(&found, label)).await;
        assert_eq!(page.status, 200, "{words}");
    }
    let found = browser.submit(&server, &home.filled("/search", &[("q", &server.helpdesk.upn)]), &[]).await;
    assert!(found.text().contains(&server.helpdesk.upn), "people are found, too");
    let nothing = browser.submit(&server, &home.filled("/search", &[("q", "zzzz")]), &[]).await;
    assert!(nothing.text().contains("Nothing fits"));
}
