//! Thousands of spoiled requests to every route of the directory API: none is answered with a defect of ours, and
//! none that is refused has changed anything.

use axum::body::Body;
use http::Request;
use serde_json::Value;

use super::mutations::{NASTY, encoded, spoiled};
use crate::harness::{Dice, Person, Reply, Routed, Sample, Samples, Server, difference, graph_routes};

const ROUNDS: usize = 60;

fn request(dice: &mut Dice, token: &str, sample: &Sample, samples: &Samples) -> Request<Body> {
    let mut path = sample.path.clone();
    // Deletions never get a good key, so that there is something left for the rest.
    if sample.route.path.contains("{id}") && (dice.one_in(3) || sample.route.method == "DELETE") {
        let key = encoded(dice.pick(NASTY));
        path = samples.path(&sample.route.path.replacen("{id}", &key, 1 + dice.below(2)));
    }
    if dice.one_in(4) {
        let name = dice.pick(&[
            "$filter",
            "$select",
            "$top",
            "$orderby",
            "$skiptoken",
            "$count",
            "$search",
            "$expand",
            "%24filter",
            "x",
            "",
        ]);
        path = format!("{path}?{name}={}", encoded(dice.pick(NASTY)));
    }
    let version = dice.pick(&["/v1.0", "/beta"]);
    // Now and then another method; never one that could take a good key away.
    let method = if dice.one_in(12) {
        dice.pick(&["PUT", "OPTIONS", "POST", "PATCH", "SPY"])
    } else {
        sample.route.method
    };
    let mut request = Request::builder().method(method).uri(format!("{version}{path}"));
    request = request.header("authorization", format!("Bearer {token}"));
    let kinds = [
        "application/json",
        "application/json;odata.metadata=minimal",
        "text/json",
        "",
        "text/plain",
        "application/xml",
        "\u{ff}",
    ];
    let kind = if dice.one_in(6) { dice.pick(&kinds) } else { kinds[0] };
    if !dice.one_in(6) {
        request = request.header("content-type", http::HeaderValue::from_bytes(kind.as_bytes()).unwrap());
    }
    if dice.one_in(5) {
        request = request.header("consistencylevel", "eventual").header("client-request-id", "\u{fe}x");
    }
    let body = if sample.body.is_null() { dice.bytes(50) } else { spoiled(dice, &sample.body) };
    request.body(Body::from(body)).unwrap()
}

/// What every answer owes, whatever was asked.
fn check(route: Routed, shown: &str, reply: &Reply) {
    let status = reply.status.as_u16();
    assert!(status < 500 || status == 501, "{route:?} {shown}: {status} {}", reply.text);
    assert!(reply.headers.contains_key("request-id"), "{route:?} {shown}");
    if status < 400 {
        return;
    }
    let error = &reply.json["error"];
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    assert!(
        is_text(&error["code"]) && is_text(&error["message"]),
        "{route:?} {shown}: {status} {}",
        reply.text
    );
    assert!(
        is_text(&error["innerError"]["request-id"]) && is_text(&error["innerError"]["date"]),
        "{}",
        reply.text
    );
    let message = error["message"].as_str().unwrap();
    assert!(!message.chars().any(char::is_control) && message.len() < 2000, "{route:?} {shown}: {message:?}");
}

#[tokio::test]
async fn no_spoiled_request_is_a_defect_or_changes_anything_when_refused() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let look = server.look();
    let mut dice = Dice::new(20_261_121);
    let (mut asked, mut accepted) = (0, 0);
    let mut before = look.state();
    for round in 0..ROUNDS {
        // Beyond the limits of invitations per second, so that those do not answer for the handlers.
        server.clock.advance(60);
        let live = |person: &Person| server.live_token(server.tenant, person.id);
        let tokens = [live(&server.admin), server.app_token().await, live(&server.member)];
        for route in graph_routes() {
            let token = if dice.one_in(20) { "nonsense" } else { &tokens[dice.below(tokens.len())] };
            let request = request(&mut dice, token, &samples.of(route), &samples);
            let shown = format!("round {round} {} {}", request.method(), request.uri());
            let reads = request.method() == "GET";
            let reply = server.raw(request).await;
            check(route, &shown, &reply);
            asked += 1;
            if reply.status.is_success() && !reads {
                accepted += 1;
                before = look.state();
                continue;
            }
            if !reads || round % 10 == 0 {
                let after = look.state();
                assert!(
                    after == before,
                    "{route:?} {shown} {} changed\n{}",
                    reply.status,
                    difference(&before, &after)
                );
            }
        }
    }
    assert_eq!(look.state(), before, "a reading request has changed something");
    assert!(asked >= ROUNDS * 10 && accepted * 2 < asked, "{accepted} of {asked} were accepted");
}

#[tokio::test]
async fn good_samples_are_good() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let mut routes = graph_routes();
    // What takes something away comes last.
    routes.sort_by_key(|route| (route.method == "DELETE", route.path.matches('/').count() < 3));
    for route in routes {
        let sample = samples.of(route);
        let token = server.live_token(server.tenant, server.admin.id);
        // Some lines are there under one version only.
        let version = if crate::harness::is_newer(route.path) { "/beta" } else { "/v1.0" };
        let mut request = Request::builder().method(route.method).uri(format!("{version}{}", sample.path));
        request =
            request.header("authorization", format!("Bearer {token}")).header("consistencylevel", "eventual");
        let body = if sample.body.is_null() { Body::empty() } else { Body::from(sample.body.to_string()) };
        let reply = server.raw(request.body(body).unwrap()).await;
        let told = reply.json["error"]["message"].as_str().unwrap_or_default();
        // What another sample has made already, or taken away; one assignment stands for all paths to it.
        let there = told.contains("already exist")
            || route.method != "POST"
                && route.path.contains("appRoleAssign")
                && route.path.ends_with("/{id}");
        assert!(
            reply.status.is_success() || there,
            "{route:?} {}: {} {}",
            sample.path,
            reply.status,
            reply.text
        );
    }
}
