//! Resetting at the portal: what is shown beforehand, what is refused, and that one form is one reset.

use serde_json::json;

use crate::harness::{Browser, Page, Server};

const ADDRESS: &str = "ana@contoso.example";

async fn asked(server: &Server, id: &str) -> (Browser, Page) {
    server.at_portal_page(&server.user_admin, &format!("/users/{id}/reset")).await
}

#[tokio::test]
async fn looking_at_the_question_changes_nothing() {
    let server = Server::start().await;
    let (id, mut guest) = server.accepted_guest(ADDRESS).await;
    let (mut browser, page) = asked(&server, &id).await;
    let before = server.look().state();
    for said in ["What the reset does", "Keeps", "Ends at once", "Who is told", ADDRESS, "New-MgInvitation"] {
        assert!(page.text().contains(said), "{said}");
    }
    browser.submit(&server, &page.filled("/reset", &[("do", "preview")]), &[]).await;
    browser.get(&server, &page.url).await;
    assert_eq!(server.look().state(), before);
    assert!(server.greets(&mut guest, ADDRESS).await);
}

#[tokio::test]
async fn j11_a_form_posted_twice_is_one_reset_and_one_mail() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ADDRESS).await;
    server.mails().await;
    let (mut browser, page) = asked(&server, &id).await;
    let form = page.filled("/reset", &[("do", "reset")]);
    for _ in 0..3 {
        let done = browser.submit(&server, &form, &[]).await;
        assert!(done.text().contains("Redemption status was reset."), "{}", done.html);
    }
    assert_eq!(server.mails().await.iter().filter(|mail| mail.to == ADDRESS).count(), 1);
}

#[tokio::test]
async fn a3_the_link_is_shown_once_when_no_mail_takes_it() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ADDRESS).await;
    server.mails().await;
    let (mut browser, page) = asked(&server, &id).await;
    let mut form = page.filled("/reset", &[("do", "reset")]);
    form.fields.retain(|(name, _)| name != "sendInvitationMessage");
    let done = browser.submit(&server, &form, &[]).await;
    let text = done.text();
    let link = text.split_whitespace().find(|word| word.contains("/redeem?rd=")).expect("the link");
    let link = link.trim_start_matches("tabindex=\"0\">").split('<').next().unwrap().to_owned();
    assert!(server.mails().await.iter().all(|mail| mail.to != ADDRESS), "no mail to the guest");
    for rest in ["", "/properties", "/redemption", "/reset", "/edit"] {
        let page = browser.get(&server, &server.portal_path(&format!("/users/{id}{rest}"))).await;
        assert!(!page.html.contains("rd="), "{rest} shows the link");
    }
    let (mut guest, _) = server.redeem(&link, ADDRESS).await;
    assert!(server.greets(&mut guest, ADDRESS).await);
}

#[tokio::test]
async fn another_address_is_added_first_and_then_chosen() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ADDRESS).await;
    let (mut browser, page) = asked(&server, &id).await;
    for bad in ["", "nobody", "a@b@c.example"] {
        let form = page.filled("/reset", &[("newAddress", bad), ("do", "add-address")]);
        let again = browser.submit(&server, &form, &[]).await;
        assert_eq!(again.status, 422, "{bad:?}");
        assert!(again.html.contains("newAddress-problem"), "{}", again.html);
    }
    // Reset instead of Add address: the invitation must not go to the address that is being left.
    let form = page.filled("/reset", &[("newAddress", "ana@northwind.example"), ("do", "reset")]);
    let again = browser.submit(&server, &form, &[]).await;
    assert_eq!(again.status, 422, "{}", again.html);
    assert!(
        again.html.contains("newAddress-problem") && again.html.contains("value=\"ana@northwind.example\"")
    );
    let form = page.filled("/reset", &[("newAddress", "ana@northwind.example"), ("do", "add-address")]);
    let chosen = browser.submit(&server, &form, &[]).await;
    let filled = chosen.filled("/reset", &[("do", "reset")]);
    assert!(filled.fields.contains(&("address".into(), "ana@northwind.example".into())), "{}", chosen.html);
    let user = server.get(&server.app_token().await, &format!("/v1.0/users/{id}")).await.expect(200);
    assert_eq!(user.json["mail"], "ana@northwind.example", "saved as the page says");
    let done = browser.submit(&server, &filled, &[]).await;
    assert!(super::said(&done.html).contains("The invitation to ana@northwind.example is on its way."));
}

#[tokio::test]
async fn what_cannot_be_reset_says_why() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ADDRESS).await;
    let token = server.token_of(&server.admin);
    let (mut browser, page) = asked(&server, &id).await;
    let form = page.filled("/reset", &[("address", "stranger@x.example"), ("do", "reset")]);
    let again = browser.submit(&server, &form, &[]).await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("neither the user's Email nor one of Other emails"), "{}", again.html);
    let form = page.filled("/reset", &[("inviteRedirectUrl", "javascript:alert(1)"), ("do", "reset")]);
    let again = browser.submit(&server, &form, &[]).await;
    assert!(again.html.contains("inviteRedirectUrl-problem"), "{}", again.html);
    let member = server.portal_path(&format!("/users/{}/reset", server.member.id));
    let refused = browser.get(&server, &member).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Only guests have a redemption."));
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "accountEnabled": false })).await.expect(204);
    let changed = browser.submit(&server, &page.filled("/reset", &[("do", "reset")]), &[]).await;
    assert!(changed.text().contains("and sign-in is blocked"), "{}", changed.html);
    let blocked = browser.submit(&server, &changed.filled("/reset", &[("do", "reset")]), &[]).await;
    assert!(blocked.text().contains("Unblock sign-in first."), "{}", blocked.html);
}

#[tokio::test]
async fn a_pending_guest_gets_the_invitation_again() {
    let server = Server::start().await;
    let (id, old) = server.invite(&server.app_token().await, ADDRESS).await;
    server.mails().await;
    server.clock.advance(60);
    let (mut browser, page) =
        server.at_portal_page(&server.inviter, &format!("/users/{id}/redemption")).await;
    let sent = browser.submit(&server, &page.filled("/resend", &[]), &[]).await;
    assert!(sent.text().contains("The invitation was sent again."), "{}", sent.html);
    let mails = server.mails().await;
    assert_eq!(mails.iter().filter(|mail| mail.to == ADDRESS).count(), 1);
    assert_eq!(Browser::new().get(&server, &old).await.status, 410, "the older link has ended");
    server.redeem(&mails[0].link().unwrap(), ADDRESS).await;
    let again = browser.submit(&server, &page.filled("/resend", &[]), &[]).await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("The invitation has been accepted"), "{}", again.html);
}

#[tokio::test]
async fn who_was_changed_while_the_page_was_open_is_looked_at_again() {
    let server = Server::start().await;
    let (id, mut guest) = server.accepted_guest(ADDRESS).await;
    let (mut browser, page) = asked(&server, &id).await;
    let form = page.filled("/reset", &[("do", "reset")]);
    let token = server.token_of(&server.user_admin);
    let path = format!("/v1.0/users/{id}");
    server.patch(&token, &path, json!({ "mail": "ana@northwind.example" })).await.expect(204);
    server.mails().await;
    let before = server.look().state();
    let again = browser.submit(&server, &form, &[]).await;
    assert_eq!(again.status, 422, "{}", again.html);
    for said in ["changed while the page was open", "Email is ana@northwind.example now", "Accepted"] {
        assert!(again.text().contains(said), "{said}: {}", again.html);
    }
    let after = server.look().state();
    assert!(after.len() <= before.len() + 1, "nothing but the refused attempt on record");
    assert!(server.greets(&mut guest, ADDRESS).await && server.mails().await.is_empty());
    // Looked at, it is the administrator's decision.
    let form = again.filled("/reset", &[("address", "ana@northwind.example"), ("do", "reset")]);
    let done = browser.submit(&server, &form, &[]).await;
    assert!(done.text().contains("Redemption status was reset."), "{}", done.html);
}
