//! Threats J11: an answer gets lost and the client asks again. Nobody is invited twice and nobody is written to twice.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::harness::{Reply, Server};

const ONE: &str = "6f3c0e0e-0000-4000-8000-000000000001";
const OTHER: &str = "6f3c0e0e-0000-4000-8000-000000000002";
const ANA: &str = "ana@contoso.example";
const DAY: i64 = 24 * 3600;

fn invitation() -> Value {
    json!({
        "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://myapps.microsoft.com",
        "sendInvitationMessage": true,
    })
}

async fn send(server: &Server, token: &str, request_id: Option<&str>, body: Value) -> Reply {
    let mut request = Request::post("/v1.0/invitations")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    if let Some(id) = request_id {
        request = request.header("client-request-id", id);
    }
    server.raw(request.body(Body::from(body.to_string())).unwrap()).await.expect(201)
}

async fn anas(server: &Server) -> usize {
    let app = server.app_token().await;
    let users = server.get(&app, &format!("/v1.0/users?$filter=mail%20eq%20'{ANA}'")).await.expect(200).json;
    users["value"].as_array().unwrap().len()
}

#[tokio::test]
async fn j11_a_retried_invitation_makes_no_second_user_and_no_second_mail() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let first = send(&server, &token, Some(ONE), invitation()).await.json;
    assert_eq!(server.mails().await.len(), 1);
    let retried = send(&server, &token, Some(ONE), invitation()).await.json;
    assert_eq!(retried, first, "the lost answer is given again");
    assert!(server.mails().await.is_empty(), "a retry sends nothing");

    // Whoever asks anew, or names no request, gets the same user, a new link and a mail.
    for request in [Some(OTHER), None, None] {
        let again = send(&server, &token, request, invitation()).await.json;
        assert_eq!(again["invitedUser"], first["invitedUser"], "the same pending user");
        assert_ne!(again["inviteRedeemUrl"], first["inviteRedeemUrl"]);
        assert_eq!(server.mails().await.len(), 1, "somebody who asks anew gets a mail");
    }
    // Another request by the same number is no retry: whoever wants a mail gets it.
    let quiet =
        json!({ "invitedUserEmailAddress": "bea@contoso.example", "inviteRedirectUrl": "https://a.example" });
    let unsent = send(&server, &token, Some(ONE), quiet.clone()).await.json;
    assert!(server.mails().await.is_empty());
    assert_eq!(send(&server, &token, Some(ONE), quiet.clone()).await.json, unsent);
    let mut loud = quiet;
    loud["sendInvitationMessage"] = json!(true);
    let again = send(&server, &token, Some(ONE), loud).await.json;
    assert_eq!((&again["invitedUser"]["id"], server.mails().await.len()), (&unsent["invitedUser"]["id"], 1));
    // The same number of somebody else is another request.
    let other = server.token_of(&server.user_admin);
    send(&server, &token, Some(ONE), invitation()).await;
    assert_eq!(server.mails().await.len(), 1);
    server.clock.advance(3600);
    let other = send(&server, &other, Some(ONE), invitation()).await.json;
    assert_eq!((server.mails().await.len(), &other["invitedUser"]), (1, &first["invitedUser"]));
    assert_eq!(anas(&server).await, 1);
}

#[tokio::test]
async fn j11_the_number_of_a_request_is_good_for_a_day() {
    let server = Server::start().await;
    let first = send(&server, &server.token_of(&server.inviter), Some(ONE), invitation()).await.json;
    server.mails().await;
    server.clock.advance(DAY - 1);
    let late = send(&server, &server.token_of(&server.inviter), Some(ONE), invitation()).await.json;
    assert_eq!(late, first);
    assert!(server.mails().await.is_empty(), "within 24 hours");
    server.clock.advance(1);
    let anew = send(&server, &server.token_of(&server.inviter), Some(ONE), invitation()).await.json;
    assert_eq!(anew["invitedUser"], first["invitedUser"]);
    assert_ne!(anew["inviteRedeemUrl"], first["inviteRedeemUrl"]);
    assert_eq!(server.mails().await.len(), 1, "after 24 hours it is a request of its own");
    assert_eq!(anas(&server).await, 1);
}

#[tokio::test]
async fn j11_the_answer_may_get_lost_in_a_crash() {
    let mut server = Server::start().await;
    let first = send(&server, &server.token_of(&server.inviter), Some(ONE), invitation()).await.json;
    server.crash().await;
    let retried = send(&server, &server.token_of(&server.inviter), Some(ONE), invitation()).await.json;
    assert_eq!(retried, first);
    assert_eq!(server.mails().await.len(), 1, "the mail of the first, and no second");
    assert_eq!(anas(&server).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn j11_retries_that_overtake_each_other_are_one_request() {
    let server = std::sync::Arc::new(Server::start().await);
    let token = server.token_of(&server.inviter);
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (server, token) = (std::sync::Arc::clone(&server), token.clone());
        running.spawn(async move { send(&server, &token, Some(ONE), invitation()).await.json });
    }
    let answers = running.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(server.mails().await.len(), 1);
    assert_eq!(anas(&server).await, 1);
}

#[tokio::test]
async fn j11_a_retried_reset_resets_once() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let token = server.token_of(&server.helpdesk);
    let mut body = invitation();
    body["invitedUser"] = json!({ "id": id });
    body["resetRedemption"] = json!(true);
    let first = send(&server, &token, Some(ONE), body.clone()).await.json;
    let mails = server.mails().await.len();
    assert!(mails > 0);
    let before = server.look().state();
    assert_eq!(send(&server, &token, Some(ONE), body).await.json, first);
    assert!(server.mails().await.is_empty());
    let left = server.look().state();
    assert_eq!(left, before, "{}", crate::harness::difference(&before, &left));
}

#[tokio::test]
async fn j11_a_reset_retried_after_the_redemption_leaves_the_guest_in_peace() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    server.clock.advance(60);
    let token = server.token_of(&server.helpdesk);
    let mut body = invitation();
    body["invitedUser"] = json!({ "id": id });
    body["resetRedemption"] = json!(true);
    let first = send(&server, &token, Some(ONE), body.clone()).await.json;
    server.mails().await;
    let (mut browser, _) = server.redeem(first["inviteRedeemUrl"].as_str().unwrap(), ANA).await;
    let before = server.look().state();
    let retried = send(&server, &token, Some(ONE), body.clone()).await.json;
    assert_eq!((&retried["id"], &retried["status"]), (&first["id"], &json!("Completed")));
    assert_eq!(retried["invitedUser"]["id"], id);
    assert!(server.mails().await.is_empty(), "a retry sends nothing");
    let left = server.look().state();
    assert_eq!(left, before, "{}", crate::harness::difference(&before, &left));
    assert!(server.greets(&mut browser, ANA).await);

    // Another request, another caller and the next day are resets of their own.
    for (who, request, wait) in
        [(&server.helpdesk, OTHER, 60), (&server.user_admin, OTHER, 60), (&server.user_admin, OTHER, DAY)]
    {
        server.clock.advance(wait);
        let reset = send(&server, &server.token_of(who), Some(request), body.clone()).await.json;
        assert_eq!(reset["status"], "PendingAcceptance", "{request}");
        server.mails().await;
        server.redeem(reset["inviteRedeemUrl"].as_str().unwrap(), ANA).await;
    }
}
