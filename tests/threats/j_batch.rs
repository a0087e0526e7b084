//! Threat J5: a batch as a way around what a single request comes up against.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::harness::{Reply, Server};

async fn batch(server: &Server, token: &str, requests: &Value) -> Reply {
    server.post(token, "/v1.0/$batch", json!({ "requests": requests })).await
}

fn step(id: &str, url: &str) -> Value {
    json!({ "id": id, "method": "GET", "url": url })
}

#[tokio::test]
async fn j5_a_malformed_batch_is_refused_as_a_whole_before_anything_runs() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let before = server.look().state();
    let delete = json!({ "id": "first", "method": "DELETE", "url": format!("/users/{}", server.member.id) });
    let with = |more: Vec<Value>| {
        let mut requests = vec![delete.clone()];
        requests.extend(more);
        json!(requests)
    };
    let waits = |id: &str, needs: &str| {
        let mut step = step(id, "/organization");
        step["dependsOn"] = json!([needs]);
        step
    };
    for (requests, told) in [
        (with((0..20).map(|n| step(&n.to_string(), "/organization")).collect()), "20"),
        (with(vec![step("FIRST", "/organization")]), "twice"),
        (with(vec![step("2", "/$batch")]), "batch"),
        (with(vec![step("2", "/%24batch")]), "batch"),
        (with(vec![step("2", "https://hospes.example/beta/$batch")]), "batch"),
        (with(vec![step("2", "https://graph.microsoft.com/v1.0/me")]), "host"),
        (with(vec![step("2", "http://169.254.169.254/latest")]), "host"),
        (with(vec![step("2", "//evil.example/v1.0/me")]), "address"),
        (with(vec![waits("2", "3"), waits("3", "2")]), "circle"),
        (with(vec![waits("2", "2")]), "circle"),
        (with(vec![waits("2", "nobody")]), "not in the batch"),
        (with(vec![json!({ "id": "2", "method": "POST", "url": "/users", "body": {} })]), "Content-Type"),
        (json!([]), "1 to 20"),
        (json!(null), "1 to 20"),
    ] {
        let reply = batch(&server, &token, &requests).await.expect(400);
        assert_eq!(reply.code(), "BadRequest");
        assert!(reply.message().contains(told), "{told}: {}", reply.message());
        assert!(reply.json.get("responses").is_none());
    }
    for bomb in [
        format!("{{\"requests\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000)),
        "{\"requests\":[],\"requests\":[]}".to_owned(),
        "[]".to_owned(),
        String::new(),
    ] {
        let request = Request::post("/v1.0/$batch").header("authorization", format!("Bearer {token}"));
        assert_eq!(server.raw(request.body(Body::from(bomb)).unwrap()).await.status, 400);
    }
    assert_eq!(server.look().state(), before, "not even the first request ran");
}

#[tokio::test]
async fn j5_a_part_runs_as_who_sent_the_batch_whatever_it_says() {
    let server = Server::start().await;
    let (admin, member) = (server.token_of(&server.admin), server.token_of(&server.member));
    let victim = server.add_person("victim", &[]).await.id;
    let mut delete = json!({ "id": "1", "method": "DELETE", "url": format!("/users/{victim}") });
    for name in ["Authorization", "authorization", "AUTHORIZATION"] {
        delete["headers"] = json!({ (name): format!("Bearer {admin}") });
        let reply = batch(&server, &member, &json!([delete, step("2", "/me")])).await.expect(200);
        assert_eq!(reply.json["responses"][0]["status"], 403);
        assert_eq!(reply.json["responses"][0]["body"]["error"]["code"], "Authorization_RequestDenied");
        assert_eq!(reply.json["responses"][1]["body"]["id"], server.member.id.to_string());
    }
    // A better token outside is not spoilt by a worse one inside.
    delete["headers"] = json!({ "Authorization": "Bearer nonsense", "Host": "evil.example" });
    let reply = batch(&server, &admin, &json!([delete])).await.expect(200);
    assert_eq!(reply.json["responses"][0]["status"], 204);
    // And one token is one caller: two are refused, as alone.
    let request = Request::post("/v1.0/$batch")
        .header("authorization", format!("Bearer {admin}"))
        .header("authorization", format!("Bearer {member}"));
    assert_eq!(server.raw(request.body(Body::from("{}")).unwrap()).await.status, 401);
}

#[tokio::test]
async fn j5_each_part_is_audited_under_a_request_id_of_its_own() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let [one, two] = [server.add_person("one", &[]).await.id, server.add_person("two", &[]).await.id];
    let change = |id: &str, user: String| {
        json!({
            "id": id, "method": "PATCH", "url": format!("/users/{user}"),
            "headers": { "Content-Type": "application/json" }, "body": { "jobTitle": "Auditor" },
        })
    };
    let requests = json!([change("a", one.to_string()), change("b", two.to_string())]);
    let reply = batch(&server, &token, &requests).await.expect(200);
    let ids: Vec<&str> = reply.json["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| {
            assert_eq!(part["status"], 204, "{part}");
            part["headers"]["request-id"].as_str().unwrap()
        })
        .collect();
    let outer = reply.headers["request-id"].to_str().unwrap();
    assert!(ids[0] != ids[1] && !ids.contains(&outer), "{ids:?} {outer}");
    let log = server.get(&token, "/v1.0/auditLogs/directoryAudits?$top=50").await.expect(200);
    for (id, user) in ids.iter().zip([one, two]) {
        let records: Vec<&Value> = log.json["value"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|record| record.to_string().contains(id))
            .collect();
        assert_eq!(records.len(), 1, "{id}: {}", log.text);
        assert_eq!(records[0]["targetResources"][0]["id"], user.to_string());
    }
}

#[tokio::test]
async fn j5_a_part_sees_what_the_one_before_it_did_even_to_its_own_sign_in() {
    let server = Server::start().await;
    let token = server.live_token(server.tenant, server.member.id);
    let mut after = step("after", "/me");
    after["dependsOn"] = json!(["revoke"]);
    let requests = json!([after, { "id": "revoke", "method": "POST", "url": "/me/revokeSignInSessions" }]);
    let reply = batch(&server, &token, &requests).await.expect(200);
    assert_eq!(reply.json["responses"][1]["status"], 200, "{}", reply.text);
    assert_eq!(reply.json["responses"][0]["status"], 401, "{}", reply.text);
    assert!(reply.json["responses"][0]["headers"]["WWW-Authenticate"].is_string());
    assert_eq!(
        batch(&server, &token, &json!([step("1", "/me")])).await.expect(200).json["responses"][0]["status"],
        401
    );
}

#[tokio::test]
async fn j6_what_is_refused_unread_alone_is_refused_unread_in_a_batch() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let before = server.look().state();
    let mut packed = json!({ "id": "1", "method": "POST", "url": "/users", "body": "H4sIAAAAAAAAAw" });
    packed["headers"] = json!({ "Content-Type": "application/json", "Content-Encoding": "gzip" });
    let long = step("2", &format!("/users?{}", "x".repeat(50_000)));
    let mut method = step("3", "/users");
    method["method"] = "TRACE".into();
    let mut unknown = step("5", "/users");
    unknown["method"] = "PUT".into();
    let mut overridden = step("4", "/organization");
    overridden["headers"] = json!({ "X-HTTP-Method-Override": "DELETE" });
    let reply = batch(&server, &token, &json!([packed, long, method, overridden, unknown])).await.expect(200);
    let told: Vec<u64> = reply.json["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["status"].as_u64().unwrap())
        .collect();
    assert_eq!(told, [415, 414, 400, 200, 405]);
    assert_eq!(reply.json["responses"][4]["headers"]["Allow"], "GET, HEAD, POST");
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn j11_a_batch_that_is_sent_again_sends_no_second_mail() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let body = json!({ "requests": [{
        "id": "1", "method": "POST", "url": "/invitations", "headers": { "Content-Type": "application/json" },
        "body": {
            "invitedUserEmailAddress": "ana@contoso.example", "sendInvitationMessage": true,
            "inviteRedirectUrl": "https://myapps.microsoft.com",
        },
    }] });
    let mut users = Vec::new();
    for _ in 0..2 {
        let request = Request::post("/v1.0/$batch")
            .header("authorization", format!("Bearer {token}"))
            .header("client-request-id", "3b7b5f0c-6f0e-4d0a-9a2e-000000000001")
            .header("content-type", "application/json");
        let reply = server.raw(request.body(Body::from(body.to_string())).unwrap()).await.expect(200);
        let part = &reply.json["responses"][0];
        assert_eq!(part["status"], 201, "{part}");
        assert_eq!(part["headers"]["client-request-id"], "3b7b5f0c-6f0e-4d0a-9a2e-000000000001");
        assert!(part["headers"]["Location"].as_str().unwrap().contains("/v1.0/invitations/"));
        users.push(part["body"]["invitedUser"]["id"].clone());
    }
    assert_eq!(users[0], users[1]);
    assert_eq!(server.mails().await.len(), 1);
}
