//! The directory API. Every line of its table of contents is tried with a request that is good in every other way.

use std::collections::BTreeSet;

use axum::body::Body;
use hospes_domain::ids::ObjectId;
use http::Request;

use super::graph_table::{EXPECTED, Line};
use crate::harness::{Reply, Routed, Sample, Server, graph_routes, is_newer};

fn line(route: Routed) -> &'static Line {
    EXPECTED.iter().find(|(method, path, ..)| (*method, *path) == (route.method, route.path)).unwrap()
}

pub(crate) async fn send(server: &Server, version: &str, token: Option<&str>, sample: &Sample) -> Reply {
    // Some lines are there under one version only.
    let version = if is_newer(sample.route.path) { "/beta" } else { version };
    let mut request = Request::builder().method(sample.route.method).uri(format!("{version}{}", sample.path));
    request = request.header("consistencylevel", "eventual").header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = if sample.body.is_null() { Body::empty() } else { Body::from(sample.body.to_string()) };
    server.raw(request.body(body).unwrap()).await
}

#[test]
fn every_line_of_the_directory_api_stands_in_the_table() {
    let known: BTreeSet<Routed> = EXPECTED.iter().map(|(method, path, ..)| Routed { method, path }).collect();
    let there: BTreeSet<Routed> = graph_routes().into_iter().collect();
    let missing: Vec<_> = there.difference(&known).collect();
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "missing in the table: {missing:#?}\nno longer there: {gone:#?}"
    );
    assert_eq!(known.len(), EXPECTED.len(), "a line stands twice");
}

#[tokio::test]
async fn without_a_good_token_every_line_answers_401() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let before = server.look().state();
    let good = server.token_of(&server.admin);
    let (head, tail) = good.rsplit_once('.').unwrap();
    let bad = [
        String::new(),
        "nonsense".into(),
        format!("{head}.AAAA"),
        format!("{head}."),
        format!("{tail}.{head}"),
    ];
    for route in graph_routes() {
        let sample = samples.of(route);
        for version in ["/v1.0", "/beta"] {
            let reply = send(&server, version, None, &sample).await;
            assert_eq!(
                (reply.status.as_u16(), reply.code()),
                (401, "InvalidAuthenticationToken"),
                "{route:?}"
            );
            assert_eq!(reply.message(), "Access token is empty.");
            assert!(reply.headers.contains_key("www-authenticate"), "{route:?}");
        }
        for token in &bad {
            let reply = send(&server, "/v1.0", Some(token), &sample).await;
            assert_eq!(
                (reply.status.as_u16(), reply.code()),
                (401, "InvalidAuthenticationToken"),
                "{route:?} {token:?}"
            );
        }
    }
    // What is not there does not show before the token is good.
    assert_eq!(server.raw(Request::get("/v1.0/nothing").body(Body::empty()).unwrap()).await.status, 401);
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn without_permissions_every_line_answers_403_and_says_which_is_missing() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let before = server.look().state();
    // Even the highest role does nothing through a program that was given nothing.
    let token = server.token_with(server.tenant, server.admin.id, 1, &[]);
    let mut wrong = Vec::new();
    for route in graph_routes() {
        let reply = send(&server, "/v1.0", Some(&token), &samples.of(route)).await;
        let missing = &reply.json["error"]["innerError"]["missingPermission"];
        let named = missing.as_array().is_some_and(|names| !names.is_empty());
        if reply.status != 403 || reply.json["error"]["code"] != "Authorization_RequestDenied" || !named {
            wrong.push(format!("{route:?}: {} {}", reply.status, &reply.text[..reply.text.len().min(300)]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn members_guests_and_strangers_get_what_the_table_says() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    let guest = ObjectId::parse(&guest).unwrap();
    let (other, stranger, _) = server.second_tenant("northwind.example").await;
    let people = [
        ("member", server.tenant, server.member.id),
        ("guest", server.tenant, guest),
        ("foreign", other, stranger.id),
    ];
    let mut wrong = Vec::new();
    for route in graph_routes() {
        let &(_, _, member, guest, foreign) = line(route);
        let sample = samples.of(route);
        for ((who, tenant, id), expected) in people.iter().zip([member, guest, foreign]) {
            // A line may end the sign-in of whoever calls.
            let token = server.live_token(*tenant, *id);
            let before = server.look().state();
            let reply = send(&server, "/v1.0", Some(&token), &sample).await;
            if reply.status.as_u16() != expected {
                let told = reply.json["error"]["message"].as_str().unwrap_or_default();
                wrong.push(format!(
                    "{who} {} {}: {} instead of {expected}: {told}",
                    route.method, route.path, reply.status
                ));
            }
            if !reply.status.is_success() || route.method == "GET" {
                assert_eq!(server.look().state(), before, "{who} {route:?}");
            }
            if reply.status == 403 {
                let inner = &reply.json["error"]["innerError"];
                assert!(
                    inner["missingRole"].is_array() || inner["missingPermission"].is_array(),
                    "{route:?}: {inner}"
                );
            }
            let body = reply.text.to_lowercase();
            assert!(
                *who != "foreign" || !body.contains("fabrikam") && !body.contains("hugo"),
                "{route:?} shows {}",
                reply.text
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
