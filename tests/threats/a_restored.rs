//! Threats A10 after a restore: nothing that was worth something before the deletion is worth anything again.

use hospes_domain::ids::ObjectId;
use serde_json::Value;

use crate::harness::{Browser, Reply, Server};

const ANA: &str = "ana@contoso.example";

async fn delete(server: &Server, id: &str) {
    server.delete(&server.token_of(&server.user_admin), &format!("/v1.0/users/{id}")).await.expect(204);
}

async fn restore(server: &Server, id: &str) -> Reply {
    let path = format!("/v1.0/directory/deletedItems/{id}/restore");
    server.post(&server.token_of(&server.user_admin), &path, Value::Null).await
}

#[tokio::test]
async fn a10_a_restore_revives_no_link_and_no_flow_that_had_begun() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let consent = server.prove(&mut browser, &link, ANA).await;
    delete(&server, &id).await;
    restore(&server, &id).await.expect(200);
    assert_eq!(Browser::new().get(&server, &link).await.status, 410);
    let page = browser.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert!(page.status.is_client_error(), "{}", page.html);
    server.assert_still_pending(&id).await;
    // Nor by signing in at an app: there is no invitation until somebody sends one.
    server.ask_to_sign_in(&mut Browser::new(), ANA).await;
    assert!(server.mails().await.is_empty());
    let (same, fresh) = server.pending(ANA).await;
    assert_eq!(same, id);
    server.redeem(&fresh, ANA).await;
    server.assert_redeemed_once(&id).await;
}

#[tokio::test]
async fn a10_a_restore_revives_no_session_and_no_token() {
    let server = Server::start().await;
    let (id, mut browser) = server.accepted_guest(ANA).await;
    let before = server.live_token(server.tenant, ObjectId::parse(&id).unwrap());
    delete(&server, &id).await;
    restore(&server, &id).await.expect(200);
    server.get(&before, "/v1.0/me").await.expect(401);
    assert!(!server.greets(&mut browser, ANA).await);
    server.assert_redeemed_once(&id).await;
    let (mut again, _) = server.sign_in(ANA).await;
    assert!(server.greets(&mut again, ANA).await, "the bound identity is what it was");
}

#[tokio::test]
async fn a10_b10_a_restore_takes_nothing_from_whoever_has_the_address_by_now() {
    let server = Server::start().await;
    let (old, _) = server.accepted_guest(ANA).await;
    delete(&server, &old).await;
    // In all three ways somebody new can hold it: invited, redeemed, and as an address that signs in.
    let (new, link) = server.pending(ANA).await;
    assert_ne!(old, new);
    let refused = async || {
        let before = server.look().state();
        let reply = restore(&server, &old).await.expect(409);
        assert_eq!(reply.code(), "Conflict");
        assert!(reply.message().contains(ANA) && reply.message().contains("mail"), "{}", reply.message());
        assert!(!reply.text.contains(&new), "says whose it is: {}", reply.text);
        assert_eq!(server.look().state(), before, "a refused restore changed something");
    };
    refused().await;
    let (mut browser, _) = server.redeem(&link, ANA).await;
    refused().await;
    assert!(server.greets(&mut browser, ANA).await, "the new guest suffers no harm");
    // Once the other one is gone it is free again.
    delete(&server, &new).await;
    restore(&server, &old).await.expect(200);
    restore(&server, &new).await.expect(409);
    assert_eq!(server.bound(&old).await, 1);
}

#[tokio::test]
async fn a10_a_group_or_a_colleague_may_have_got_the_name_meanwhile() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let id = server.member.id.to_string();
    delete(&server, &id).await;
    // An account may be made anew under the name; the old one then comes back once the new one is gone.
    let again = serde_json::json!({
        "userPrincipalName": server.member.upn, "displayName": "Another Mia", "accountEnabled": true, "mailNickname": "mia",
        "passwordProfile": { "password": "a long enough password" },
    });
    let anew = server.post(&admin, "/v1.0/users", again).await.expect(201);
    let anew = anew.json["id"].as_str().unwrap().to_owned();
    assert!(restore(&server, &id).await.expect(409).message().contains("userPrincipalName"));
    delete(&server, &anew).await;
    let path = format!("/v1.0/users/{}", server.inviter.id);
    server.patch(&admin, &path, serde_json::json!({ "mail": server.member.upn })).await.expect(204);
    let reply = restore(&server, &id).await.expect(409);
    assert!(reply.message().contains("userPrincipalName"), "{}", reply.message());
    server.patch(&admin, &path, serde_json::json!({ "mail": "ingrid@fabrikam.example" })).await.expect(204);
    restore(&server, &id).await.expect(200);
}

#[tokio::test]
async fn a10_d4_a_restore_after_a_reset_leads_nobody_back_to_the_predecessor() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let (admin, next) = (server.token_of(&server.user_admin), "bea@contoso.example");
    let change = serde_json::json!({ "otherMails": [next] });
    server.patch(&admin, &format!("/v1.0/users/{id}"), change).await.expect(204);
    server.clock.advance(60);
    server.reset(&admin, &id, next).await.expect(201);
    server.mails().await;
    delete(&server, &id).await;
    restore(&server, &id).await.expect(200);
    let inviting = |address: &str| {
        serde_json::json!({
            "invitedUserEmailAddress": address, "inviteRedirectUrl": "https://portal.example/",
            "invitedUser": { "id": id },
        })
    };
    let inviter = server.token_of(&server.inviter);
    let before = server.look().state();
    server.post(&inviter, "/v1.0/invitations", inviting(ANA)).await.expect(403);
    assert_eq!(server.look().state(), before);
    // Whom the last invitation named may be reminded by whoever may invite.
    server.post(&inviter, "/v1.0/invitations", inviting(next)).await.expect(201);
}
