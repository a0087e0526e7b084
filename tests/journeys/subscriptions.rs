//! Somebody asks to be told of changes, and is: at an address that answered for itself, as long as they may know.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::post;
use hospes::outgoing::Network;
use hospes::smtp::{Mailer, Security, SmtpSettings};
use hospes::worker::{Outbox, Worker, WorkerOptions};
use hospes_actions::jobs::{self, End};
use hospes_actions::random::SystemRandom;
use hospes_actions::subscriptions::{self, Receivers};
use hospes_domain::access::{Role, Scope};
use hospes_domain::jose::base64url;
use hospes_web::{WebOptions, router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::harness::{Reply, Server};

pub(super) const HOUR: i64 = 3600;

pub(super) fn wanted(more: Value) -> Value {
    let mut body = json!({
        "changeType": "created,updated,deleted", "resource": "users", "clientState": "our secret",
        "notificationUrl": "https://receiver.example/changes", "expirationDateTime": "2026-11-30T00:00:00Z",
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub(super) async fn subscribe(server: &Server, token: &str, more: Value) -> Reply {
    server.post(token, "/v1.0/subscriptions", wanted(more)).await
}

/// What receivers would be posted now, by address; every job counts as sent.
pub(super) async fn posts(server: &Server) -> Vec<(String, Value)> {
    while subscriptions::dispatch(&server.app).await.unwrap() {}
    let mut sent = Vec::new();
    loop {
        let leased = jobs::lease(&server.app, 50).await.unwrap();
        if leased.is_empty() {
            return sent;
        }
        for job in leased {
            let post = subscriptions::post(&server.app, &job).await.unwrap();
            let end = if post.is_some() { End::Done } else { End::Pointless };
            sent.extend(post.map(|post| (post.url, serde_json::from_str(&post.body).unwrap())));
            assert!(jobs::finish(&server.app, job, end).await.unwrap());
        }
    }
}

/// Kind of change and id of every change that was told.
pub(super) async fn told(server: &Server) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sent = posts(server).await;
    let items = sent.iter().flat_map(|(_, body)| body["value"].as_array().unwrap());
    items.map(|item| (text(&item["changeType"]), text(&item["resourceData"]["id"]))).collect()
}

#[tokio::test]
async fn whoever_follows_users_is_told_of_each_change() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let made = subscribe(&server, &token, json!({ "latestSupportedTlsVersion": "v1_2" })).await.expect(201);
    let id = made.json["id"].as_str().unwrap();
    assert_eq!(made.headers["location"], format!("https://hospes.example/v1.0/subscriptions/{id}"));
    assert_eq!(made.json["@odata.context"], "https://hospes.example/v1.0/$metadata#subscriptions/$entity");
    assert_eq!(made.json["applicationId"], server.automation.client_id.to_string());
    assert!(told(&server).await.is_empty(), "what was before is not told");

    let (guest, link) = server.invite(&token, "ana@contoso.example").await;
    let sent = posts(&server).await;
    assert_eq!(sent.len(), 1);
    let (url, body) = &sent[0];
    assert_eq!(url, "https://receiver.example/changes");
    let expected = json!({
        "subscriptionId": id, "clientState": "our secret", "changeType": "created",
        "tenantId": server.tenant.to_string(), "subscriptionExpirationDateTime": "2026-11-30T00:00:00Z",
        "resource": format!("Users/{guest}"),
        "resourceData": { "@odata.type": "#Microsoft.Graph.User", "@odata.id": format!("Users/{guest}"), "id": guest },
    });
    assert_eq!(body["value"], json!([expected]));
    // Signed, for the application alone, and nothing that somebody could sign in or call with.
    let parts: Vec<&str> = body["validationTokens"][0].as_str().unwrap().split('.').collect();
    let claims: Value = serde_json::from_slice(&base64url::decode(parts[1]).unwrap()).unwrap();
    assert_eq!(
        (&claims["aud"], &claims["tid"]),
        (&made.json["applicationId"], &json!(server.tenant.to_string()))
    );
    assert_eq!(claims["iss"], format!("https://hospes.example/{}/v2.0", server.tenant));
    assert!(
        ["sub", "oid", "roles", "scp", "nonce"].iter().all(|name| claims.get(*name).is_none()),
        "{claims}"
    );
    let keys = server.app.keys(server.tenant).unwrap();
    let header: Value = serde_json::from_slice(&base64url::decode(parts[0]).unwrap()).unwrap();
    let published: Value = serde_json::from_slice(keys.jwks_json()).unwrap();
    assert!(published["keys"].as_array().unwrap().iter().any(|key| key["kid"] == header["kid"]));

    let updated = || vec![("updated".to_owned(), guest.clone())];
    server.mails().await;
    server.redeem(&link, "ana@contoso.example").await;
    assert_eq!(told(&server).await, updated(), "redeemed");
    server.reset(&token, &guest, "ana@contoso.example").await.expect(201);
    assert_eq!(told(&server).await, updated(), "reset");
    let user = format!("/v1.0/users/{guest}");
    server.patch(&token, &user, json!({ "city": "Graz" })).await.expect(204);
    server.patch(&token, &user, json!({ "city": "Wien" })).await.expect(204);
    assert_eq!(told(&server).await, updated(), "two changes, told together");
    server.delete(&token, &user).await.expect(204);
    assert_eq!(told(&server).await, [("deleted".to_owned(), guest.clone())]);
}

#[tokio::test]
async fn only_what_was_asked_for_is_told_and_only_until_the_end() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (member, helpdesk) = (server.member.id.to_string(), server.helpdesk.id.to_string());
    let one = json!({ "changeType": "updated", "resource": format!("/users/{member}") });
    let id = subscribe(&server, &token, one).await.expect(201).json["id"].as_str().unwrap().to_owned();
    for user in [&member, &helpdesk] {
        server.patch(&token, &format!("/v1.0/users/{user}"), json!({ "city": "Graz" })).await.expect(204);
    }
    assert_eq!(told(&server).await, [("updated".to_owned(), member.clone())]);
    let path = format!("/v1.0/subscriptions/{id}");
    let renewed = server
        .patch(&token, &path, json!({ "expirationDateTime": "2026-11-21T16:00:00Z" }))
        .await
        .expect(200);
    assert_eq!(renewed.json["expirationDateTime"], "2026-11-21T16:00:00Z");
    server.post(&token, &format!("{path}/reauthorize"), Value::Null).await.expect(204);
    server.patch(&token, &format!("/v1.0/users/{member}"), json!({ "city": "Wien" })).await.expect(204);
    server.clock.advance(2 * HOUR);
    let token = server.app_token().await;
    assert!(told(&server).await.is_empty(), "it is over");
    server.get(&token, &path).await.expect(404);
    assert_eq!(server.get(&token, "/v1.0/subscriptions").await.expect(200).json["value"], json!([]));
    jobs::sweep(&server.app).await.unwrap();
    assert_eq!(server.look().count("subscriptions"), 0);
}

#[tokio::test]
async fn i9_a_subscription_is_its_makers_and_its_secret_is_nobodys() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let made = subscribe(&server, &token, json!({})).await.expect(201);
    let path = format!("/v1.0/subscriptions/{}", made.json["id"].as_str().unwrap());
    for shown in [made, server.get(&token, &path).await, server.get(&token, "/beta/subscriptions").await] {
        assert!(!shown.text.contains("our secret"), "{}", shown.text);
    }
    assert!(!server.is_at_rest(b"our secret"), "the secret is sealed");
    let admin = server.token_of(&server.admin);
    for (method, body) in [
        ("GET", Value::Null),
        ("PATCH", json!({ "expirationDateTime": "2026-11-29T00:00:00Z" })),
        ("DELETE", Value::Null),
    ] {
        server.call(&admin, method, &path, body).await.expect(404);
    }
    assert_eq!(server.get(&admin, "/v1.0/subscriptions").await.expect(200).json["value"], json!([]));
    server.delete(&token, &path).await.expect(204);
    server.delete(&token, &path).await.expect(404);
    let audited = server
        .look()
        .rows("SELECT activity FROM audit WHERE result = 'success' AND activity LIKE '%subscription'");
    assert_eq!(audited.concat(), ["Add subscription", "Delete subscription"]);
}

#[tokio::test]
async fn e8_whoever_may_not_read_any_more_is_told_nothing() {
    let server = Server::start().await;
    let app = server.app_token().await;
    let reader = server.add_person("rita", &[Role::DirectoryReaders]).await;
    let token = server.token_of(&reader);
    let lifecycle = json!({ "lifecycleNotificationUrl": "https://receiver.example/lifecycle" });
    subscribe(&server, &token, lifecycle).await.expect(201);
    let member = format!("/v1.0/users/{}", server.member.id);
    server.patch(&app, &member, json!({ "city": "Graz" })).await.expect(204);
    // Enqueued while it was allowed, to be sent when it is not.
    while subscriptions::dispatch(&server.app).await.unwrap() {}
    let admin = server.token_of(&server.admin);
    server
        .patch(&admin, &format!("/v1.0/users/{}", reader.id), json!({ "accountEnabled": false }))
        .await
        .expect(204);
    let sent = posts(&server).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].1["value"][0]["lifecycleEvent"], "reauthorizationRequired");
    assert_eq!(sent[0].0, "https://receiver.example/lifecycle");
    server.patch(&app, &member, json!({ "city": "Wien" })).await.expect(204);
    assert!(posts(&server).await.is_empty(), "said once");

    // An application that loses its permission.
    let made = subscribe(&server, &app, json!({})).await.expect(201);
    server.look().change("DELETE FROM app_role_assignments WHERE principal_kind = 'ServicePrincipal'");
    server.patch(&admin, &member, json!({ "city": "Linz" })).await.expect(204);
    assert!(posts(&server).await.is_empty(), "{}", made.text);
}

#[tokio::test]
async fn receivers_are_warned_before_the_end_and_told_what_they_missed() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let lifecycle = json!({
        "lifecycleNotificationUrl": "https://receiver.example/lifecycle", "expirationDateTime": "2026-11-22T20:00:00Z",
    });
    subscribe(&server, &token, lifecycle).await.expect(201);
    assert!(!subscriptions::warn(&server.app).await.unwrap());
    server.clock.advance(6 * HOUR);
    while subscriptions::warn(&server.app).await.unwrap() {}
    let sent = posts(&server).await;
    assert_eq!(
        (sent.len(), &sent[0].1["value"][0]["lifecycleEvent"]),
        (1, &json!("reauthorizationRequired"))
    );
    // What happened was removed before it was told.
    let token = server.app_token().await;
    server
        .patch(&token, &format!("/v1.0/users/{}", server.member.id), json!({ "city": "Graz" }))
        .await
        .expect(204);
    server.look().change(
        "INSERT INTO changes_forgotten (tenant_id, position) SELECT tenant_id, max(position) FROM changes GROUP BY tenant_id",
    );
    let sent = posts(&server).await;
    assert_eq!((sent.len(), &sent[0].1["value"][0]["lifecycleEvent"]), (1, &json!("missed")));
}

#[tokio::test]
async fn what_cannot_be_subscribed_to_is_named() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let before = server.look().state();
    for (more, part) in [
        (json!({ "changeType": "renamed" }), "changeType"),
        (json!({ "changeType": null }), "changeType"),
        (json!({ "resource": "me/messages" }), "resource"),
        (json!({ "notificationUrl": "receiver" }), "notificationUrl"),
        (json!({ "expirationDateTime": "2026-11-21T14:00:00Z" }), "expirationDateTime"),
        (json!({ "expirationDateTime": "2027-01-21T14:00:00Z" }), "41760 minutes"),
        (json!({ "expirationDateTime": null }), "expirationDateTime"),
        (json!({ "clientState": "x".repeat(129) }), "clientState"),
        (json!({ "includeResourceData": true }), "includeResourceData"),
        (json!({ "latestSupportedTlsVersion": "v1_0" }), "latestSupportedTlsVersion"),
        (json!({ "encryptionCertificate": "x" }), "encryptionCertificate"),
        (json!({ "nonsense": 1 }), "nonsense"),
    ] {
        let reply = subscribe(&server, &token, more).await.expect(400);
        assert!(reply.text.contains(part), "{part}: {}", reply.text);
    }
    let poor = server.live_token_with(server.tenant, server.member.id, &[Scope::GroupReadAll]);
    subscribe(&server, &poor, json!({})).await.expect(403);
    subscribe(&server, &poor, json!({ "resource": "groups" })).await.expect(201);
    let after = server.look().state();
    let new: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
    assert!(new.iter().all(|row| row.starts_with("audit") || row.starts_with("subscriptions")), "{new:?}");
}

/// Status, media type and text; the token where the text is empty.
pub(super) type Answer = (u16, &'static str, &'static str);

/// A receiver on this machine: what it was posted, and what it answers to handshakes.
#[derive(Clone, Default)]
pub(super) struct Desk {
    pub(super) heard: Arc<Mutex<Vec<Value>>>,
    pub(super) answer: Arc<Mutex<Option<Answer>>>,
    pub(super) handshakes: Arc<Mutex<usize>>,
}

async fn receive(
    State(desk): State<Desk>,
    Query(query): Query<Vec<(String, String)>>,
    body: Bytes,
) -> (StatusCode, [(&'static str, &'static str); 1], String) {
    if let Some((_, token)) = query.iter().find(|(name, _)| name == "validationToken") {
        *desk.handshakes.lock().unwrap() += 1;
        let (status, media, text) = desk.answer.lock().unwrap().unwrap_or((200, "text/plain", ""));
        let text = if text.is_empty() { token.clone() } else { text.to_owned() };
        return (StatusCode::from_u16(status).unwrap(), [("content-type", media)], text);
    }
    desk.heard.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
    (StatusCode::ACCEPTED, [("content-type", "text/plain")], String::new())
}

impl Desk {
    pub(super) async fn open(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/changes", post(receive)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        format!("http://{address}/changes?ours=1")
    }
}

pub(super) fn over_the_network(server: &mut Server, development: bool) {
    let receivers = Receivers::by(Network { development });
    server.router = router(server.app.clone(), WebOptions { receivers, ..WebOptions::default() });
}

#[tokio::test]
async fn j9_an_address_answers_for_itself_first_and_none_inside_the_network_is_asked() {
    let mut server = Server::start().await;
    let desk = Desk::default();
    let url = desk.open().await;
    let token = server.app_token().await;
    over_the_network(&mut server, true);
    for (answer, part) in [
        ((500, "text/plain", ""), "answered 500"),
        ((202, "text/plain", ""), "answered 202"),
        ((200, "application/json", ""), "text/plain"),
        ((200, "text/plain", "something else"), "not the token"),
    ] {
        *desk.answer.lock().unwrap() = Some(answer);
        let reply = subscribe(&server, &token, json!({ "notificationUrl": url })).await.expect(400);
        assert!(reply.message().contains(part) && reply.text.contains("notificationUrl"), "{}", reply.text);
    }
    *desk.answer.lock().unwrap() = None;
    subscribe(&server, &token, json!({ "notificationUrl": url, "lifecycleNotificationUrl": url }))
        .await
        .expect(201);
    // Nobody is asked for somebody who may not, or for what cannot be.
    let asked = *desk.handshakes.lock().unwrap();
    assert_eq!(asked, 5);
    let poor = server.live_token_with(server.tenant, server.member.id, &[Scope::GroupReadAll]);
    subscribe(&server, &poor, json!({ "notificationUrl": url })).await.expect(403);
    subscribe(&server, &token, json!({ "notificationUrl": url, "resource": "x" })).await.expect(400);
    over_the_network(&mut server, false);
    let https = url.replace("http:", "https:");
    for inside in
        [url.as_str(), &https, "https://127.0.0.1/x", "https://169.254.169.254/latest", "https://[::1]/"]
    {
        let reply = subscribe(&server, &token, json!({ "notificationUrl": inside })).await.expect(400);
        assert!(reply.message().contains("Subscription validation request failed"), "{}", reply.text);
    }
    assert_eq!(*desk.handshakes.lock().unwrap(), asked);
}

#[tokio::test]
async fn the_worker_posts_what_changed() {
    let mut server = Server::start().await;
    let desk = Desk::default();
    let url = desk.open().await;
    let token = server.app_token().await;
    over_the_network(&mut server, true);
    subscribe(&server, &token, json!({ "notificationUrl": url })).await.expect(201);
    let mailer = Mailer::new(SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: 9,
        security: Security::PlainLoopback,
        login: None,
        authority: None,
        patience: Duration::from_millis(300),
    });
    let worker = Worker::new(WorkerOptions {
        development: true,
        app: server.app.clone(),
        outbox: Some(Outbox { mailer: mailer.unwrap(), sender: "invitations@fabrikam.example".to_owned() }),
        random: Arc::new(SystemRandom),
    });
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(worker.run(stopped));
    let member = server.member.id.to_string();
    server.patch(&token, &format!("/v1.0/users/{member}"), json!({ "city": "Graz" })).await.expect(204);
    while desk.heard.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    stop.send(true).unwrap();
    running.await.unwrap();
    let heard = desk.heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0]["value"][0]["resourceData"]["id"], member);
    assert_eq!(server.look().rows("SELECT state FROM jobs WHERE kind = 'change-notification'"), [["done"]]);
}
