//! What becomes of a subscription: led to another address, told late, ended with what it was made through; and posts where
//! there is no mail server.

use std::sync::Arc;

use hospes::worker::{Worker, WorkerOptions};
use hospes_actions::random::SystemRandom;
use hospes_actions::subscriptions;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::subscriptions::{Desk, HOUR, over_the_network, posts, subscribe, told};
use crate::harness::Server;

fn events(sent: &[(String, Value)]) -> Vec<&str> {
    let all = sent.iter().flat_map(|(_, body)| body["value"].as_array().unwrap());
    all.filter_map(|item| item["lifecycleEvent"].as_str()).collect()
}

#[tokio::test]
async fn a_subscription_moves_to_another_address_that_answers_for_itself() {
    let mut server = Server::start().await;
    let (old, new) = (Desk::default(), Desk::default());
    let (from, to) = (old.open().await, new.open().await);
    let token = server.app_token().await;
    over_the_network(&mut server, true);
    let made = subscribe(&server, &token, json!({ "notificationUrl": from })).await.expect(201).json;
    let path = format!("/v1.0/subscriptions/{}", made["id"].as_str().unwrap());
    *new.answer.lock().unwrap() = Some((200, "text/plain", "something else"));
    let unproven = json!({ "notificationUrl": to, "clientState": "for the new one" });
    let refused = server.patch(&token, &path, unproven).await.expect(400);
    assert!(refused.text.contains("notificationUrl") && refused.message().contains("not the token"));
    *new.answer.lock().unwrap() = None;
    let moved = json!({ "notificationUrl": to, "clientState": "for the new one" });
    let moved = server.patch(&token, &path, moved).await.expect(200).json;
    assert_eq!(
        (&moved["notificationUrl"], &moved["expirationDateTime"]),
        (&json!(to), &made["expirationDateTime"])
    );
    assert!(moved["clientState"].is_null());
    // A new end alone asks nobody.
    let asked = (*old.handshakes.lock().unwrap(), *new.handshakes.lock().unwrap());
    server.patch(&token, &path, json!({ "expirationDateTime": "2026-11-29T00:00:00Z" })).await.expect(200);
    // And nobody is asked for somebody else, or for an address that cannot be.
    let admin = server.token_of(&server.admin);
    server.patch(&admin, &path, json!({ "notificationUrl": to })).await.expect(404);
    server.patch(&token, &path, json!({ "notificationUrl": "receiver" })).await.expect(400);
    assert_eq!((*old.handshakes.lock().unwrap(), *new.handshakes.lock().unwrap()), asked);
    for (body, part) in [
        (json!({}), "expirationDateTime"),
        (json!({ "resource": "groups" }), "resource"),
        (json!({ "clientState": "x" }), "clientState"),
        (json!({ "notificationUrl": to, "lifecycleNotificationUrl": to }), "lifecycleNotificationUrl"),
    ] {
        let refused = server.patch(&token, &path, body).await.expect(400);
        assert!(refused.text.contains(part), "{part}: {}", refused.text);
    }
    server
        .patch(&token, &format!("/v1.0/users/{}", server.member.id), json!({ "city": "Graz" }))
        .await
        .expect(204);
    let sent = posts(&server).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].0, to, "told at the new address");
    assert_eq!(sent[0].1["value"][0]["clientState"], "for the new one");
}

#[tokio::test]
async fn receivers_hear_that_a_subscription_ended_with_its_application() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let lifecycle = json!({ "lifecycleNotificationUrl": "https://receiver.example/lifecycle" });
    let made = subscribe(&server, &token, lifecycle).await.expect(201).json;
    // Another one, whose receiver does not want to hear of it.
    subscribe(&server, &token, json!({})).await.expect(201);
    let admin = server.token_of(&server.admin);
    let automation = &server.automation.service_principal.id;
    server.delete(&admin, &format!("/v1.0/servicePrincipals/{automation}")).await.expect(204);
    assert_eq!(server.look().count("subscriptions"), 0);
    let sent = posts(&server).await;
    assert_eq!((sent.len(), sent[0].0.as_str()), (1, "https://receiver.example/lifecycle"));
    let item = &sent[0].1["value"][0];
    assert_eq!(
        (&item["lifecycleEvent"], &item["subscriptionId"], &item["clientState"], &item["resource"]),
        (&json!("subscriptionRemoved"), &made["id"], &json!("our secret"), &json!("users"))
    );
    assert!(sent[0].1["validationTokens"][0].is_string());
    assert!(!server.is_at_rest(b"our secret"), "the secret is sealed, also in what waits");
}

#[tokio::test]
async fn receivers_hear_that_a_subscription_ended_with_its_maker() {
    let server = Server::start().await;
    let reader = server.add_person("rita", &[]).await;
    let token = server.token_of(&reader);
    let lifecycle = json!({ "lifecycleNotificationUrl": "https://receiver.example/lifecycle" });
    subscribe(&server, &token, lifecycle).await.expect(201);
    let admin = server.token_of(&server.admin);
    server.delete(&admin, &format!("/v1.0/users/{}", reader.id)).await.expect(204);
    assert_eq!(events(&posts(&server).await), ["reauthorizationRequired"], "deleted, and may be restored");
    server.delete(&admin, &format!("/v1.0/directory/deletedItems/{}", reader.id)).await.expect(204);
    assert_eq!(events(&posts(&server).await), ["subscriptionRemoved"]);
}

/// A server that stood still for hours tells late rather than never.
#[tokio::test]
async fn i7_what_waits_while_the_server_does_not_run_is_told_late() {
    let server = Server::start().await;
    let token = server.app_token().await;
    subscribe(&server, &token, json!({})).await.expect(201);
    let member = server.member.id.to_string();
    server.patch(&token, &format!("/v1.0/users/{member}"), json!({ "city": "Graz" })).await.expect(204);
    while subscriptions::dispatch(&server.app).await.unwrap() {}
    server.clock.advance(9 * HOUR);
    assert_eq!(told(&server).await, [("updated".to_owned(), member)]);
}

/// E4: a guest sees less of others than changes, and would learn of the rest by waiting.
#[tokio::test]
async fn e4_a_guest_follows_itself_and_nobody_else() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let token = server.live_token(server.tenant, hospes_domain::ids::ObjectId::parse(&id).unwrap());
    let other = json!({ "resource": format!("users/{}", server.member.id) });
    subscribe(&server, &token, other).await.expect(403);
    subscribe(&server, &token, json!({ "resource": format!("users/{id}") })).await.expect(201);
}

/// What is told of a group by itself and of those in it.
async fn delta(server: &Server, name: &str) -> Vec<(String, Value)> {
    let sent = posts(server).await;
    let items = sent.iter().flat_map(|(_, body)| body["value"].as_array().unwrap());
    let told = |item: &Value| {
        assert_eq!(item["resource"], format!("Groups/{}", item["resourceData"]["id"].as_str().unwrap()));
        (item["changeType"].as_str().unwrap().to_owned(), item["resourceData"][name].clone())
    };
    items.map(told).collect()
}

#[tokio::test]
async fn whoever_follows_the_members_of_a_group_hears_who_came_and_who_left() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (hugo, _) = server.invite(&token, "hugo@contoso.example").await;
    let group = format!("/v1.0/groups/{}", server.group);
    let reference = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{hugo}") });
    let gone = json!([{ "id": hugo, "@removed": "deleted" }]);
    // The last owner stays.
    let chief = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{}", server.admin.id) });
    server.post(&token, &format!("{group}/owners/$ref"), chief).await.expect(204);
    for relation in ["members", "owners"] {
        let name = format!("{relation}@delta");
        let resource = format!("/groups/{}/{relation}", server.group);
        let made = subscribe(&server, &token, json!({ "resource": resource })).await.expect(201).json;
        assert_eq!(made["resource"], resource);
        server.patch(&token, &group, json!({ "description": "Not theirs" })).await.expect(204);
        assert!(delta(&server, &name).await.is_empty(), "what else changes about the group");
        server.post(&token, &format!("{group}/{relation}/$ref"), reference.clone()).await.expect(204);
        assert_eq!(delta(&server, &name).await, [("updated".to_owned(), json!([{ "id": hugo }]))]);
        server.delete(&token, &format!("{group}/{relation}/{hugo}/$ref")).await.expect(204);
        assert_eq!(delta(&server, &name).await, [("updated".to_owned(), gone.clone())]);
        let path = format!("/v1.0/subscriptions/{}", made["id"].as_str().unwrap());
        server.delete(&token, &path).await.expect(204);
    }
    // Who asked for no updates hears of who is new, or of who is gone.
    for (kind, heard) in [("created", json!([{ "id": hugo }])), ("deleted", gone.clone())] {
        let one = json!({ "resource": format!("groups/{}/members", server.group), "changeType": kind });
        let made = subscribe(&server, &token, one).await.expect(201).json["id"].as_str().unwrap().to_owned();
        server.post(&token, &format!("{group}/members/$ref"), reference.clone()).await.expect(204);
        let mut all = delta(&server, "members@delta").await;
        server.delete(&token, &format!("{group}/members/{hugo}/$ref")).await.expect(204);
        all.extend(delta(&server, "members@delta").await);
        assert_eq!(all, [(kind.to_owned(), heard)]);
        server.delete(&token, &format!("/v1.0/subscriptions/{made}")).await.expect(204);
    }
    // Somebody who is deleted leaves; so does everybody when the group goes.
    server.post(&token, &format!("{group}/members/$ref"), reference).await.expect(204);
    let mia = server.member.id.to_string();
    let mia_too = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{mia}") });
    server.post(&token, &format!("{group}/members/$ref"), mia_too).await;
    delta(&server, "members@delta").await;
    let resource = json!({ "resource": format!("groups/{}/members", server.group) });
    subscribe(&server, &token, resource).await.expect(201);
    server.delete(&token, &format!("/v1.0/users/{hugo}")).await.expect(204);
    assert_eq!(delta(&server, "members@delta").await, [("updated".to_owned(), gone)]);
    server.delete(&token, &group).await.expect(204);
    let all = delta(&server, "members@delta").await;
    assert!(all[0].1.as_array().unwrap().contains(&json!({ "id": mia, "@removed": "deleted" })), "{all:?}");
}

#[tokio::test]
async fn whoever_follows_groups_hears_who_came_too() {
    let server = Server::start().await;
    let token = server.app_token().await;
    subscribe(&server, &token, json!({ "resource": "groups" })).await.expect(201);
    let (hugo, group) = (server.helpdesk.id.to_string(), format!("/v1.0/groups/{}", server.group));
    let reference = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{hugo}") });
    server.post(&token, &format!("{group}/members/$ref"), reference).await.expect(204);
    server.patch(&token, &group, json!({ "description": "Ours" })).await.expect(204);
    assert_eq!(
        delta(&server, "members@delta").await,
        [("updated".to_owned(), json!([{ "id": hugo }]))],
        "told together"
    );
}

#[tokio::test]
async fn who_stands_around_a_user_or_a_group_is_a_change_of_it() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for resource in ["users", "groups"] {
        subscribe(&server, &token, json!({ "resource": resource, "changeType": "updated" }))
            .await
            .expect(201);
    }
    let (mia, hugo, group) =
        (server.member.id.to_string(), server.helpdesk.id.to_string(), server.group.to_string());
    let reference = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{hugo}") });
    let updated = |id: &str| vec![("updated".to_owned(), id.to_owned())];
    server.put(&token, &format!("/v1.0/users/{mia}/manager/$ref"), reference.clone()).await.expect(204);
    assert_eq!(told(&server).await, updated(&mia));
    server.post(&token, &format!("/v1.0/users/{mia}/sponsors/$ref"), reference.clone()).await.expect(204);
    assert_eq!(told(&server).await, updated(&mia));
    server.post(&token, &format!("/v1.0/groups/{group}/owners/$ref"), reference).await.expect(204);
    assert_eq!(told(&server).await, updated(&group));
}

#[tokio::test]
async fn a_server_without_mail_posts_and_keeps_its_mails() {
    let mut server = Server::start().await;
    let desk = Desk::default();
    let url = desk.open().await;
    let token = server.app_token().await;
    over_the_network(&mut server, true);
    subscribe(&server, &token, json!({ "notificationUrl": url })).await.expect(201);
    // What waits is older than the post, and is not in its way.
    server.invite(&token, "ana@contoso.example").await;
    let waiting = || server.look().rows("SELECT state, attempts FROM jobs WHERE kind = 'invitation'");
    assert_eq!(waiting(), [["waiting", "0"]]);
    let worker = Worker::new(WorkerOptions {
        development: true,
        app: server.app.clone(),
        outbox: None,
        random: Arc::new(SystemRandom),
    });
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(worker.run(stopped));
    while desk.heard.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(desk.heard.lock().unwrap()[0]["value"][0]["changeType"], "created");
    assert_eq!(waiting(), [["waiting", "0"]], "for a mail server");
}
