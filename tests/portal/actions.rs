//! Blocking, unblocking, signing out everywhere and deleting at the portal: a question, an answer, and what came of it.

use hospes_domain::ids::ObjectId;
use serde_json::json;

use super::{link, offers, posted, said};
use crate::harness::{Browser, Form, Page, Server};

const ANA: &str = "ana@contoso.example";

/// The question about a guest, asked by the administrator who manages users.
async fn asked(server: &Server, id: &str, deed: &str) -> (Browser, Page) {
    server.at_portal_page(&server.user_admin, &format!("/users/{id}/{deed}")).await
}

async fn answered(server: &Server, browser: &mut Browser, page: &Page, deed: &str) -> Page {
    browser.submit(server, &page.filled(&format!("/{deed}"), &[]), &[]).await
}

async fn enabled(server: &Server, id: &str) -> bool {
    server.user(id, "accountEnabled").await["accountEnabled"].as_bool().unwrap()
}

#[tokio::test]
async fn e8_a_blocked_guest_is_out_at_the_next_request_and_in_again_after_an_unblock() {
    let server = Server::start().await;
    let (id, mut guest) = server.accepted_guest(ANA).await;
    assert!(server.greets(&mut guest, ANA).await);
    let (mut browser, profile) = server.at_portal_page(&server.user_admin, &format!("/users/{id}")).await;
    let page = browser.get(&server, &link(&profile, "Block sign-in")).await;
    let text = said(&page.html);
    for told in [
        "signed out everywhere",
        "Who is told",
        "No mail goes out",
        "At any time, with Unblock sign-in",
        "Keep enabled",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(text.contains("Block sign-in of ") && text.contains(ANA), "{text}");
    assert!(enabled(&server, &id).await, "the question alone changes nothing");

    let done = answered(&server, &mut browser, &page, "block").await;
    assert!(done.text().contains("Sign-in is blocked."), "{}", done.html);
    assert!(offers(&done, "Unblock sign-in") && !offers(&done, "Block sign-in"), "{}", done.html);
    assert!(!enabled(&server, &id).await);
    assert!(!server.greets(&mut guest, ANA).await, "E8");
    assert!(done.html.contains("role=\"status\""));
    let again = browser.get(&server, &server.portal_path(&format!("/users/{id}"))).await;
    assert!(!again.text().contains("Sign-in is blocked."), "the flash stays until the next page only");

    let page = browser.get(&server, &link(&done, "Unblock sign-in")).await;
    assert!(said(&page.html).contains("Stays ended"));
    let done = answered(&server, &mut browser, &page, "unblock").await;
    assert!(done.text().contains("Sign-in is possible again."), "{}", done.html);
    assert!(enabled(&server, &id).await);
    assert!(!server.greets(&mut guest, ANA).await, "the session of before stays dead");
    let (mut fresh, _) = server.sign_in(ANA).await;
    assert!(server.greets(&mut fresh, ANA).await);
}

#[tokio::test]
async fn the_helpdesk_revokes_sessions_and_is_told_why_it_neither_blocks_nor_deletes() {
    let server = Server::start().await;
    let (id, mut guest) = server.accepted_guest(ANA).await;
    let (mut browser, profile) = server.at_portal_page(&server.helpdesk, &format!("/users/{id}")).await;
    assert!(!offers(&profile, "Block sign-in") && !offers(&profile, "Delete guest"), "{}", profile.html);
    let text = said(&profile.html);
    assert!(
        text.contains("Block sign-in is not open to you.") && text.contains("User Administrator"),
        "{text}"
    );
    for deed in ["block", "delete"] {
        let refused = browser.get(&server, &server.portal_path(&format!("/users/{id}/{deed}"))).await;
        assert_eq!(refused.status, 403, "{deed}");
        assert!(refused.text().contains("It takes one of these roles"), "{}", refused.html);
    }
    let page = browser.get(&server, &link(&profile, "Revoke sessions")).await;
    assert!(said(&page.html).contains("Keep sessions"));
    // The form of one question, posted at another.
    for deed in ["block", "delete"] {
        let mut form = page.filled("/revoke-sessions", &[]);
        form.action = server.portal_path(&format!("/users/{id}/{deed}"));
        assert_eq!(browser.submit(&server, &form, &[]).await.status, 403, "{deed}");
    }
    assert!(enabled(&server, &id).await && server.greets(&mut guest, ANA).await, "nothing was changed");
    let done = answered(&server, &mut browser, &page, "revoke-sessions").await;
    assert!(done.text().contains("signed out everywhere"), "{}", done.html);
    assert!(!server.greets(&mut guest, ANA).await);
    let (mut fresh, _) = server.sign_in(ANA).await;
    assert!(server.greets(&mut fresh, ANA).await, "signing in again is enough");
    assert_eq!(server.successes(&id, "Update StsRefreshTokenValidFrom Timestamp").await, 1, "I6");
}

#[tokio::test]
async fn a_member_without_a_role_is_offered_nothing_and_refused_everything() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let (mut browser, profile) = server.at_portal_page(&server.member, &format!("/users/{id}")).await;
    for words in ["Block sign-in", "Revoke sessions", "Delete guest"] {
        assert!(!offers(&profile, words), "{words}");
    }
    // A question every member may be asked, for its token: one's own sessions.
    let own = browser
        .get(&server, &server.portal_path(&format!("/users/{}/revoke-sessions", server.member.id)))
        .await;
    assert!(said(&own.html).contains("this is you"), "{}", own.html);
    let before = server.look().state();
    for deed in ["block", "unblock", "revoke-sessions", "delete", "groups/add", "applications/add"] {
        let path = server.portal_path(&format!("/users/{id}/{deed}"));
        assert_eq!(browser.get(&server, &path).await.status, 403, "{deed}");
        let with =
            [("group", server.group.to_string()), ("app", server.portal.service_principal.id.to_string())];
        let with = with.each_ref().map(|(name, value)| (*name, value.as_str()));
        let form = Form { action: path, ..own.filled("/revoke-sessions", &with) };
        assert_eq!(browser.submit(&server, &form, &[]).await.status, 403, "{deed}");
    }
    assert_eq!(browser.get(&server, &server.portal_path("/deleted")).await.status, 403);
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn nobody_blocks_or_deletes_a_user_who_has_changed_meanwhile() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    for deed in ["block", "delete"] {
        let (mut browser, page) = asked(&server, &id, deed).await;
        let token = server.token_of(&server.admin);
        server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "city": deed })).await.expect(204);
        let again = answered(&server, &mut browser, &page, deed).await;
        assert_eq!(again.status, 422, "{}", again.html);
        assert!(again.text().contains("<title>Not done: ") && again.text().contains("has been changed"));
        assert!(enabled(&server, &id).await, "{deed}");
    }
    // The question that was drawn anew is about the user of now.
    let (mut browser, page) = asked(&server, &id, "block").await;
    answered(&server, &mut browser, &page, "block").await;
    assert!(!enabled(&server, &id).await);
}

#[tokio::test]
async fn an_answer_posted_twice_is_done_once_and_says_so_both_times() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    for (deed, said, activity, times) in [
        ("block", "Sign-in is blocked.", "Update user", 1),
        ("unblock", "Sign-in is possible again.", "Update user", 2),
        ("delete", "The user was deleted", "Delete user", 1),
    ] {
        let (mut browser, page) = asked(&server, &id, deed).await;
        for _ in 0..2 {
            let done = answered(&server, &mut browser, &page, deed).await;
            assert_eq!(done.status, 200, "{deed}: {}", done.html);
            assert!(done.text().contains(said), "{deed}: {}", done.html);
        }
        assert_eq!(server.successes(&id, activity).await, times, "{deed}");
    }
}

#[tokio::test]
async fn the_last_global_administrator_is_neither_blocked_nor_deleted() {
    let server = Server::start().await;
    let id = server.admin.id.to_string();
    let (mut browser, _) = server.at_portal(&server.admin).await;
    for deed in ["block", "delete"] {
        let page = browser.get(&server, &server.portal_path(&format!("/users/{id}/{deed}"))).await;
        assert!(said(&page.html).contains("this is you"), "{}", page.html);
        let again = answered(&server, &mut browser, &page, deed).await;
        assert_eq!(again.status, 422);
        assert!(again.text().contains("Assign it to somebody else first."), "{}", again.html);
    }
    assert!(enabled(&server, &id).await);
}

#[tokio::test]
async fn d1_nobody_blocks_or_deletes_above_their_rank() {
    let server = Server::start().await;
    let (mut browser, own) = asked(&server, &server.member.id.to_string(), "block").await;
    let before = server.look().state();
    for deed in ["block", "revoke-sessions", "delete"] {
        let path = server.portal_path(&format!("/users/{}/{deed}", server.admin.id));
        let refused = browser.get(&server, &path).await;
        assert_eq!(refused.status, 403, "{deed}");
        assert!(refused.text().contains("Global Administrator"), "{}", refused.html);
        let form = Form { action: path, ..own.filled("/block", &[]) };
        assert_eq!(browser.submit(&server, &form, &[]).await.status, 403, "{deed}");
    }
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn h1_every_answer_is_taken_only_from_its_own_page() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    server.give_access(ObjectId::parse(&id).unwrap()).await;
    let (gone, _) = server.accepted_guest("gone@contoso.example").await;
    server.delete(&server.token_of(&server.user_admin), &format!("/v1.0/users/{gone}")).await.expect(204);
    let (mut browser, apps) =
        server.at_portal_page(&server.user_admin, &format!("/users/{id}/applications")).await;
    let assignment = link(&apps, "Remove").rsplit('/').nth(1).unwrap().to_owned();
    let before = server.look().state();
    for rest in [
        format!("/users/{id}/block"),
        format!("/users/{id}/unblock"),
        format!("/users/{id}/revoke-sessions"),
        format!("/users/{id}/delete"),
        format!("/users/{id}/groups/add"),
        format!("/users/{id}/groups/{}/remove", server.group),
        format!("/users/{id}/applications/add"),
        format!("/users/{id}/applications/{assignment}/remove"),
        format!("/deleted/{gone}/restore"),
        format!("/deleted/{gone}/purge"),
    ] {
        let form = Form { action: server.portal_path(&rest), method: "post".into(), fields: Vec::new() };
        assert_eq!(browser.submit_once(&server, &form, &[]).await.status, 403, "{rest} without a token");
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let request = http::Request::builder()
                .method("POST")
                .uri(server.portal_path(&rest))
                .header(name, value)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(axum::body::Body::empty())
                .unwrap();
            assert_eq!(browser.send(&server, request).await.status, 403, "{rest} {name}");
        }
    }
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn h4_names_of_people_groups_and_applications_are_text_on_every_question() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let name = "<script>alert(1)</script>\"><b>";
    let (id, _) = server.accepted_guest(ANA).await;
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "displayName": name })).await.expect(204);
    let group = json!({
        "displayName": name, "description": name, "mailEnabled": false, "mailNickname": "x", "securityEnabled": true,
    });
    let group =
        server.post(&token, "/v1.0/groups", group).await.expect(201).json["id"].as_str().unwrap().to_owned();
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    let at = |rest: &str| server.portal_path(&format!("/users/{id}{rest}"));
    let add = browser.get(&server, &at("/groups/add")).await;
    let added = browser.submit(&server, &posted(&add, "/groups/add", &[("group", &group)]), &[]).await;
    assert!(added.text().contains("The membership was added."), "{}", added.html);
    let mut paths: Vec<String> = [
        "",
        "/block",
        "/revoke-sessions",
        "/delete",
        "/groups",
        "/groups/add",
        "/applications",
        "/applications/add",
    ]
    .map(at)
    .to_vec();
    paths.push(at(&format!("/groups/{group}/remove")));
    paths.push(at(&format!("/applications/add?app={}", server.portal.service_principal.id)));
    for path in &paths {
        let page = browser.get(&server, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.html.contains("<script") && !page.html.contains("\"><b>"), "{path}");
        assert!(page.text().contains("alert(1)"), "{path} shows the name");
    }
    server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
    for rest in ["/deleted".to_owned(), format!("/deleted/{id}/restore"), format!("/deleted/{id}/purge")] {
        let page = browser.get(&server, &server.portal_path(&rest)).await;
        assert!(!page.html.contains("<script") && !page.html.contains("\"><b>"), "{rest}");
        assert!(page.text().contains("alert(1)"), "{rest} shows the name");
    }
}
