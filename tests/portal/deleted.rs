//! A guest is deleted at the portal, looked for, restored, and in the end deleted permanently.

use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;

use super::{link, offers, said};
use crate::harness::{Browser, Page, Server};

const ANA: &str = "ana@contoso.example";
const DAY: i64 = 24 * 3600;

/// Deletes a user at the portal.
async fn delete(server: &Server, id: &str) -> (Browser, Page) {
    let (mut browser, profile) = server.at_portal_page(&server.user_admin, &format!("/users/{id}")).await;
    let page = browser.get(server, &link(&profile, "Delete guest")).await;
    assert!(page.html.contains("button danger"), "{}", page.html);
    let done = browser.submit(server, &page.filled("/delete", &[]), &[]).await;
    (browser, done)
}

async fn list(server: &Server, browser: &mut Browser, query: &str) -> Page {
    browser.get(server, &server.portal_path(&format!("/deleted{query}"))).await
}

#[tokio::test]
async fn a_deleted_guest_is_out_found_among_the_deleted_and_restored_with_everything() {
    let server = Server::start().await;
    let (id, mut guest) = server.accepted_guest(ANA).await;
    server.give_access(ObjectId::parse(&id).unwrap()).await;
    let (mut browser, profile) = server.at_portal_page(&server.user_admin, &format!("/users/{id}")).await;
    let page = browser.get(&server, &link(&profile, "Delete guest")).await;
    let text = said(&page.html);
    for told in [
        "until 21 December 2026",
        "Kept for 30 days",
        "1 group",
        "Invitation links",
        "Keep guest",
        "No mail goes out",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let done = browser.submit(&server, &page.filled("/delete", &[]), &[]).await;
    assert!(done.text().contains("The user was deleted"), "{}", done.html);
    assert!(!server.greets(&mut guest, ANA).await, "E8");

    let deleted = browser.get(&server, &link(&done, "Deleted users")).await;
    let text = said(&deleted.html);
    for told in ["1 deleted user", ANA, "21 Nov 2026, 14:22", "21 Dec 2026", "30 days left"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let page = browser.get(&server, &link(&deleted, "Restore")).await;
    let text = said(&page.html);
    for told in
        ["Comes back", "1 group", "Passcode by mail", "Stays ended", "Invitation links", "Keep deleted"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    let form = page.filled("/restore", &[]);
    for _ in 0..2 {
        let back = browser.submit(&server, &form, &[]).await;
        assert!(back.text().contains("The user was restored"), "{}", back.html);
        assert!(
            said(&back.html).contains("Groups 1") && said(&back.html).contains("Applications 1"),
            "{}",
            back.html
        );
    }
    assert_eq!(server.successes(&id, "Restore user").await, 1, "posted twice, done once");
    assert!(!server.greets(&mut guest, ANA).await, "A10: the session of before stays dead");
    let (mut fresh, _) = server.sign_in(ANA).await;
    assert!(server.greets(&mut fresh, ANA).await);
    assert!(list(&server, &mut browser, "").await.text().contains("Nobody was deleted"));
}

#[tokio::test]
async fn a10_the_link_of_a_deleted_guest_is_dead_and_stays_dead_after_a_restore() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let (id, url) = server.invite(&token, ANA).await;
    server.mails().await;
    assert_eq!(Browser::new().get(&server, &url).await.status, 200);
    let (mut browser, _) = delete(&server, &id).await;
    assert_ne!(Browser::new().get(&server, &url).await.status, 200, "the link outlived its guest");
    let page = browser.get(&server, &server.portal_path(&format!("/deleted/{id}/restore"))).await;
    browser.submit(&server, &page.filled("/restore", &[]), &[]).await;
    assert_eq!(server.state_of(&id).await, "PendingAcceptance");
    assert_ne!(Browser::new().get(&server, &url).await.status, 200, "a restore revived the link");
}

#[tokio::test]
async fn a_restore_that_would_take_an_address_from_somebody_is_not_offered_and_not_done() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let (mut browser, _) = delete(&server, &id).await;
    let path = server.portal_path(&format!("/deleted/{id}/restore"));
    let early = browser.get(&server, &path).await;
    assert!(offers(&early, "Restore guest"));
    // Meanwhile the address is invited again.
    let token = server.token_of(&server.inviter);
    server.invite(&token, ANA).await;
    let late = browser.get(&server, &path).await;
    assert!(!offers(&late, "Restore guest"), "{}", late.html);
    assert!(late.text().contains(ANA) && late.text().contains("in use by another object"), "{}", late.html);
    let before = server.look().rows("SELECT id FROM users WHERE deleted_at IS NOT NULL").len();
    let refused = browser.submit(&server, &early.filled("/restore", &[]), &[]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("<title>Not done: "), "{}", refused.html);
    assert_eq!(server.look().rows("SELECT id FROM users WHERE deleted_at IS NOT NULL").len(), before);
}

#[tokio::test]
async fn deleting_permanently_asks_once_more_and_leaves_nothing_to_restore() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let (mut browser, _) = delete(&server, &id).await;
    let deleted = list(&server, &mut browser, "").await;
    let page = browser.get(&server, &link(&deleted, "Delete permanently")).await;
    let text = said(&page.html);
    for told in
        ["nobody can undo that", "Audit log", "Ends for good", "until 21 December 2026", "Keep restorable"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(page.html.contains("button danger"));
    let form = page.filled("/purge", &[]);
    let mut twice = browser.clone();
    let done = browser.submit(&server, &form, &[]).await;
    let before = server.look().state();
    let again = twice.submit(&server, &form, &[]).await;
    assert!(again.status == 200 && again.text().contains("is gone from this list already"), "{}", again.html);
    assert_eq!(server.look().state(), before);
    assert!(
        done.text().contains("deleted permanently") && done.text().contains("Nobody was deleted"),
        "{}",
        done.html
    );
    assert_eq!(server.successes(&id, "Hard Delete user").await, 1);
    for rest in ["restore", "purge"] {
        let page = browser.get(&server, &server.portal_path(&format!("/deleted/{id}/{rest}"))).await;
        assert_eq!(page.status, 404, "{rest}");
    }
    for wrong in [server.member.id.to_string(), "nothing".to_owned()] {
        let page = browser.get(&server, &server.portal_path(&format!("/deleted/{wrong}/restore"))).await;
        assert_eq!(page.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn the_list_of_the_deleted_is_searched_and_ends_after_thirty_days() {
    let server = Server::start().await;
    for n in 0..3 {
        let (id, _) = server.pending(&format!("guest{n}@contoso.example")).await;
        server.clock.advance(60);
        server.delete(&server.token_of(&server.user_admin), &format!("/v1.0/users/{id}")).await.expect(204);
    }
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    let all = list(&server, &mut browser, "").await;
    let text = all.text();
    assert!(text.contains("3 deleted users"), "{text}");
    let at = |n: usize| text.find(&format!("guest{n}@contoso.example")).unwrap();
    assert!(at(2) < at(1) && at(1) < at(0), "the one deleted last stands first");
    let found = list(&server, &mut browser, "?q=guest1").await.text();
    assert!(found.contains("guest1@contoso.example") && !found.contains("guest0@contoso.example"), "{found}");
    assert!(list(&server, &mut browser, "?q=nobody").await.text().contains("Nobody matches"));
    assert!(list(&server, &mut browser, "?after=nonsense").await.text().contains("3 deleted users"));
    server.clock.advance(30 * DAY);
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    assert!(list(&server, &mut browser, "").await.text().contains("Nobody was deleted"));
}

#[tokio::test]
async fn many_deleted_users_come_page_by_page() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for n in 0..52 {
        let new = serde_json::json!({
            "userPrincipalName": format!("p{n}@fabrikam.example"), "displayName": format!("P{n}"),
            "accountEnabled": true, "mailNickname": format!("p{n}"),
            "passwordProfile": { "password": "a long enough password" },
        });
        let id =
            server.post(&token, "/v1.0/users", new).await.expect(201).json["id"].as_str().unwrap().to_owned();
        server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
    }
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    let first = list(&server, &mut browser, "").await;
    let next = browser.get(&server, &link(&first, "Next page")).await;
    let rows = |page: &Page| page.html.matches("<th scope=\"row\">").count();
    assert_eq!((rows(&first), rows(&next)), (50, 2));
    assert!(offers(&next, "First page") && !offers(&next, "Next page"));
}

#[tokio::test]
async fn who_reads_the_deleted_is_told_why_it_cannot_restore_them() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    delete(&server, &id).await;
    let reader = server.add_person("reader", &[Role::GlobalReader]).await;
    let (mut browser, page) = server.at_portal_page(&reader, "/deleted").await;
    assert!(page.text().contains(ANA), "{}", page.html);
    for rest in ["restore", "purge"] {
        let refused = browser.get(&server, &server.portal_path(&format!("/deleted/{id}/{rest}"))).await;
        assert_eq!(refused.status, 403, "{rest}");
        assert!(refused.text().contains("User Administrator"), "{}", refused.html);
    }
    let (_, refused) = server.at_portal_page(&server.helpdesk, "/deleted").await;
    assert_eq!(refused.status, 403);
    assert!(!refused.text().contains(ANA));
}

#[tokio::test]
async fn i8_the_deleted_of_one_tenant_are_nobody_in_another() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    delete(&server, &id).await;
    let (other, _, _) = server.second_tenant("contoso.example").await;
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    let page = browser.get(&server, &format!("/portal/{other}/deleted/{id}/restore")).await;
    assert!(page.url.contains("/sign-in/"), "{}", page.url);
}
