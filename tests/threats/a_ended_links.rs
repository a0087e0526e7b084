//! Threats A, links that are over: used, late, of a blocked or deleted guest, replaced by a newer one.

use std::sync::Arc;

use hospes_domain::access::Scope;
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{Browser, Caught, INVITED, Page, REDEEMED, Server};

const ANA: &str = "ana@contoso.example";

fn assert_gone(page: &Page, words: &str) {
    assert_eq!(page.status, 410, "{}", page.html);
    assert!(page.text().contains(words), "{}", page.text());
}

const USED: &str = "already accepted";
const SUPERSEDED: &str = "newer invitation";
const ENDED: &str = "has ended";

#[tokio::test]
async fn a6_a_used_link_stays_used_whatever_happens_to_the_guest() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let mut early = Browser::new();
    let welcome = early.get(&server, &link).await;
    let (mut guest, _) = server.redeem(&link, ANA).await;
    assert_gone(&Browser::new().get(&server, &link).await, USED);
    assert_gone(&early.submit(&server, &welcome.form_to("/redeem/accept"), &[]).await, USED);
    assert!(server.mails().await.is_empty(), "a used link sent a code");
    assert_eq!(server.refusals(&id).await, ["link_used"], "the try on a genuine link is on record");
    server.assert_redeemed_once(&id).await;
    assert!(server.greets(&mut guest, ANA).await, "the guest's own session suffers no harm");

    let token = server.token_of(&server.user_admin);
    server.reset(&token, &id, ANA).await.expect(201);
    assert_gone(&Browser::new().get(&server, &link).await, USED);
    server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
    assert_gone(&Browser::new().get(&server, &link).await, USED);
    assert_gone(&early.submit(&server, &welcome.form_to("/redeem/accept"), &[]).await, USED);
}

#[tokio::test]
async fn a6_consenting_twice_binds_once() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let consent = server.prove(&mut browser, &link, ANA).await;
    let mut replay = browser.clone();
    assert_eq!(browser.submit(&server, &consent.form_to("/redeem/consent"), &[]).await.status, 200);
    let again = replay.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_gone(&again, USED);
    assert!(replay.session().is_none());
    server.assert_redeemed_once(&id).await;
}

const MONTH: i64 = 30 * 24 * 3600;

#[tokio::test]
async fn a7_time_is_compared_when_the_link_is_used() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    server.clock.advance(MONTH - 1);
    let mut browser = Browser::new();
    let welcome = browser.get(&server, &link).await;
    assert_eq!(welcome.status, 200);
    server.clock.advance(1);
    assert_gone(&Browser::new().get(&server, &link).await, ENDED);
    assert_gone(&browser.submit(&server, &welcome.form_to("/redeem/accept"), &[]).await, ENDED);
    assert!(server.mails().await.is_empty(), "an expired link sent a code");
    assert_eq!(server.refusals(&id).await, ["link_expired"]);
    server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn a7_a_flow_does_not_outlive_its_link() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    server.clock.advance(MONTH - 60);
    let mut browser = Browser::new();
    let consent = server.prove(&mut browser, &link, ANA).await;
    server.clock.advance(60);
    assert_gone(&browser.submit(&server, &consent.form_to("/redeem/consent"), &[]).await, ENDED);
    server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn a10_a_deleted_guest_is_not_redeemed_by_link_or_by_a_flow_that_had_begun() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let consent = server.prove(&mut browser, &link, ANA).await;
    let token = server.token_of(&server.user_admin);
    server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
    let page = Browser::new().get(&server, &link).await;
    assert_eq!(page.status, 403, "{}", page.html);
    assert!(!page.html.contains(SUPERSEDED), "nobody sent a newer one");
    let page = browser.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert!(page.status.is_client_error(), "{}", page.html);
    assert!(browser.session().is_none());
    assert_eq!(server.successes(&id, REDEEMED).await, 0);
    // Inviting the address again makes somebody new and does not revive the old link.
    let (again, new_link) = server.pending(ANA).await;
    assert_ne!(again, id);
    assert_eq!(Browser::new().get(&server, &link).await.status, 403);
    server.redeem(&new_link, ANA).await;
    server.assert_redeemed_once(&again).await;
}

#[tokio::test]
async fn a10_a_blocked_guest_is_not_redeemed() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let consent = server.prove(&mut browser, &link, ANA).await;
    let token = server.token_of(&server.user_admin);
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "accountEnabled": false })).await.expect(204);
    assert_eq!(Browser::new().get(&server, &link).await.status, 403);
    let page = browser.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert!(page.status.is_client_error(), "{}", page.html);
    assert!(browser.session().is_none());
    server.assert_still_pending(&id).await;
    // Nor by signing in at an app: no code is sent.
    server.ask_to_sign_in(&mut Browser::new(), ANA).await;
    assert!(server.mails().await.is_empty());
}

#[tokio::test]
async fn a11_inviting_again_keeps_the_guest_and_ends_the_older_link() {
    let server = Server::start().await;
    let (id, old) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let consent = server.prove(&mut browser, &old, ANA).await;
    server.clock.advance(60);
    // Another spelling of the mailbox is the same mailbox.
    let (same, new) = server.invite(&server.token_of(&server.inviter), "Ana@CONTOSO.example").await;
    assert_eq!(same, id);
    assert_ne!(old, new);
    assert_gone(&Browser::new().get(&server, &old).await, SUPERSEDED);
    let page = browser.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert!(page.status.is_client_error(), "a flow of the older link went on: {}", page.html);
    server.assert_still_pending(&id).await;
    server.mails().await;
    server.redeem(&new, "Ana@contoso.example").await;
    server.assert_redeemed_once(&id).await;
    assert_eq!(server.successes(&id, INVITED).await, 2);
}

#[tokio::test]
async fn a11_a_waiting_mail_never_carries_an_older_link() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let (_, _) = server.invite(&token, ANA).await;
    let (_, newest) = server.invite(&token, ANA).await;
    let links: Vec<_> = server.mails().await.iter().filter_map(Caught::link).collect();
    assert_eq!(links, [newest]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a11_ten_invitations_at_once_leave_one_guest_and_one_link() {
    let server = Arc::new(Server::start().await);
    let token = server.token_of(&server.inviter);
    let mut running = JoinSet::new();
    for _ in 0..10 {
        let (server, token) = (Arc::clone(&server), token.clone());
        running.spawn(async move {
            let body =
                json!({ "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://portal.example/" });
            server.post(&token, "/v1.0/invitations", body).await.expect(201).json
        });
    }
    let made = running.join_all().await;
    assert!(made.iter().all(|one| one["invitedUser"]["id"] == made[0]["invitedUser"]["id"]));
    let mut open = 0;
    for one in &made {
        let page = Browser::new().get(&server, one["inviteRedeemUrl"].as_str().unwrap()).await;
        match page.status.as_u16() {
            200 => open += 1,
            _ => assert_gone(&page, SUPERSEDED),
        }
    }
    assert_eq!(open, 1);
    let id = made[0]["invitedUser"]["id"].as_str().unwrap();
    assert_eq!(server.successes(id, INVITED).await, 10, "each has its audit record");
}

#[tokio::test]
async fn a11_inviting_again_at_another_address_needs_the_rank_of_a_reset() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    // Handed over to a successor; the predecessor's address is still on the user.
    let (admin, new) = (server.token_of(&server.user_admin), "bea@contoso.example");
    let change = json!({ "otherMails": [new] });
    server.patch(&admin, &format!("/v1.0/users/{id}"), change).await.expect(204);
    let reply = server.reset(&admin, &id, new).await.expect(201);
    let link = reply.json["inviteRedeemUrl"].as_str().unwrap().to_owned();
    server.mails().await;
    let before = server.look().state();
    let inviting = server.token_with(server.tenant, server.user_admin.id, 1, &[Scope::UserInviteAll]);
    for token in [server.token_of(&server.inviter), server.token_of(&server.member), inviting] {
        for named in [json!(null), json!({ "id": id })] {
            let body = json!({
                "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://portal.example/",
                "sendInvitationMessage": true, "invitedUser": named,
            });
            server.post(&token, "/v1.0/invitations", body).await.expect(403);
        }
    }
    assert_eq!(server.look().state(), before);
    assert!(server.mails().await.is_empty(), "the predecessor was invited back");
    // To remind the successor takes no more than to invite.
    server.clock.advance(3600);
    let (same, again) = server.invite(&server.token_of(&server.inviter), new).await;
    assert_eq!(same, id);
    assert_gone(&Browser::new().get(&server, &link).await, SUPERSEDED);
    server.mails().await;
    server.redeem(&again, new).await;
    assert_eq!(server.bound(&id).await, 1);
}
