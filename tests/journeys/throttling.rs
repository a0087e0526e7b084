//! Limits as the original publishes them, for whoever tests how a program bears them.

use axum::body::Body;
use hospes_actions::dns::{OperatorsWord, Proofs};
use hospes_web::{WebOptions, router};
use http::Request;
use serde_json::{Value, json};

use crate::harness::{Reply, Server};

async fn throttled() -> Server {
    let mut server = Server::start().await;
    let options = WebOptions { throttling: true, proofs: Proofs::by(OperatorsWord), ..WebOptions::default() };
    server.router = router(server.app.clone(), options);
    server
}

const REPORT: &str = "/v1.0/auditLogs/directoryAudits?$top=1";

fn seconds(reply: &Reply) -> u32 {
    reply.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_how_long_to_wait_and_gets_in_then() {
    let server = throttled().await;
    let token = server.app_token().await;
    for n in 1..=5 {
        let reply = server.get(&token, REPORT).await.expect(200);
        assert_eq!(reply.headers["x-ms-resource-unit"], "1");
        let told =
            reply.headers.get("x-ms-throttle-limit-percentage").map(|v| v.to_str().unwrap().to_owned());
        let expected = [None, None, None, Some("0.80"), Some("1.00")][n - 1];
        assert_eq!(told.as_deref(), expected);
    }
    let before = server.look().state();
    let reply = server.get(&token, REPORT).await.expect(429);
    assert_eq!(reply.code(), "TooManyRequests");
    let client = server.automation.client_id;
    assert_eq!(
        reply.headers["x-ms-throttle-scope"].to_str().unwrap(),
        format!("Tenant_Application/ReadWrite/{client}/{}", server.tenant)
    );
    assert_eq!(reply.headers["x-ms-throttle-information"], "ResourceUnitLimitExceeded");
    assert_eq!(reply.headers["x-ms-throttle-limit-percentage"], "1.20");
    assert_eq!(server.look().state(), before);
    // Waiting as told is enough, and no second too long.
    server.clock.advance(i64::from(seconds(&reply)) - 1);
    server.get(&token, REPORT).await.expect(429);
    server.clock.advance(1);
    server.get(&token, REPORT).await.expect(200);
    // Everything else goes on, and so do others.
    server.get(&token, "/v1.0/users").await.expect(200);
    let (_, _, other) = server.second_tenant("northwind.example").await;
    assert_ne!(other.client_id, client);
}

#[tokio::test]
async fn invitations_have_a_limit_of_the_tenant_and_nothing_is_done_beyond_it() {
    let server = throttled().await;
    let token = server.app_token().await;
    // A question costs as much as an invitation.
    for _ in 0..150 {
        server.get(&token, "/v1.0/invitations").await.expect(200);
    }
    let before = server.look().state();
    let body = json!({ "invitedUserEmailAddress": "ana@contoso.example", "inviteRedirectUrl": "https://myapps.microsoft.com" });
    for token in [token, server.token_of(&server.inviter)] {
        let reply = server.post(&token, "/v1.0/invitations", body.clone()).await.expect(429);
        let scope = reply.headers["x-ms-throttle-scope"].to_str().unwrap().to_owned();
        assert!(scope.starts_with("Tenant/") && seconds(&reply) == 1, "{scope}");
    }
    assert_eq!(server.look().state(), before);
    server.clock.advance(1);
    server.post(&server.token_of(&server.inviter), "/v1.0/invitations", body).await.expect(201);
}

#[tokio::test]
async fn the_limit_of_invitations_always_holds_and_says_whose_it_is() {
    for server in [Server::start().await, throttled().await] {
        let token = server.app_token().await;
        let invite = |n: u32| json!({ "invitedUserEmailAddress": format!("guest{n}@contoso.example"), "inviteRedirectUrl": "https://a.example" });
        let mut last = None;
        for n in 1..=151 {
            last = Some(server.post(&token, "/v1.0/invitations", invite(n)).await);
        }
        let refused = last.unwrap().expect(429);
        let scope = format!("Tenant/ReadWrite/{}/{}", server.automation.client_id, server.tenant);
        assert_eq!(refused.headers["x-ms-throttle-scope"], scope.as_str());
        assert!(refused.headers.contains_key("x-ms-throttle-information") && seconds(&refused) >= 1);
    }
}

#[tokio::test]
async fn each_part_of_a_batch_is_counted_and_refused_by_itself() {
    let server = throttled().await;
    let token = server.app_token().await;
    let path = REPORT.strip_prefix("/v1.0").unwrap();
    let requests: Vec<Value> = (0..10)
        .map(|n| json!({ "id": n.to_string(), "method": "GET", "url": if n < 7 { path } else { "/organization" } }))
        .collect();
    let reply = server.post(&token, "/v1.0/$batch", json!({ "requests": requests })).await.expect(200);
    let parts = reply.json["responses"].as_array().unwrap();
    let of = |status: u16| parts.iter().filter(|part| part["status"] == status).count();
    assert_eq!((of(200), of(429)), (8, 2), "{}", reply.text);
    let refused = parts.iter().find(|part| part["status"] == 429).unwrap();
    assert_eq!(refused["headers"]["Retry-After"], "2");
    assert_eq!(refused["body"]["error"]["code"], "TooManyRequests");
    assert!(refused["headers"]["x-ms-throttle-scope"].is_string());
}

#[tokio::test]
async fn without_the_option_nobody_is_counted() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for _ in 0..20 {
        let reply = server.get(&token, REPORT).await.expect(200);
        assert!(reply.headers.get("x-ms-throttle-limit-percentage").is_none());
        assert_eq!(reply.headers["x-ms-resource-unit"], "1");
    }
    assert_eq!(server.get(&token, "/v1.0/users").await.headers["x-ms-resource-unit"], "2");
    // Who is not known is told nothing.
    let reply = server.raw(Request::get("/v1.0/users").body(Body::empty()).unwrap()).await.expect(401);
    assert!(reply.headers.get("x-ms-resource-unit").is_none());
}
