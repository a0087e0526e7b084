//! What stands around the directory API: to whom it answers, and that it compares with its own table of contents.

use std::collections::BTreeSet;

use axum::body::Body;
use hospes_domain::access::Scope;
use hospes_web::http::Access;
use http::Request;

use crate::harness::{Reply, Server};

/// Method and path; what anybody gets, with a token that is none, and with a good one that may do nothing. A batch is
/// sent empty, which only those are told who may send one.
const EXPECTED: &[(&str, &str, u16, u16, u16)] = &[
    ("POST", "/v1.0/$batch", 401, 401, 400),
    ("POST", "/beta/$batch", 401, 401, 400),
    ("GET", "/v1.0/$metadata", 200, 200, 200),
    ("GET", "/beta/$metadata", 200, 200, 200),
    ("GET", "/v1.0", 200, 200, 200),
    ("GET", "/v1.0/", 200, 200, 200),
    ("GET", "/beta", 200, 200, 200),
    ("GET", "/beta/", 200, 200, 200),
    ("GET", "/metadata/endpoints", 200, 200, 200),
    ("GET", "/tenants", 401, 401, 200),
    ("GET", "/subscriptions", 401, 401, 200),
];

async fn ask(server: &Server, method: &str, path: &str, token: Option<&str>) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    server.raw(request.body(Body::empty()).unwrap()).await
}

#[test]
fn every_line_around_the_directory_api_stands_in_the_table() {
    let known: BTreeSet<_> = EXPECTED.iter().map(|(method, path, ..)| (*method, *path)).collect();
    let there: BTreeSet<_> = hospes_web::graph::AROUND.iter().map(|r| (r.method, r.path)).collect();
    assert_eq!(known, there);
    assert_eq!(known.len(), EXPECTED.len(), "a line stands twice");
}

#[tokio::test]
async fn each_answers_whom_it_is_for_and_changes_nothing() {
    let server = Server::start().await;
    let nothing = server.token_with(server.tenant, server.member.id, 1, &[]);
    let all = server.token_with(server.tenant, server.admin.id, 1, Scope::ALL);
    let before = server.look().state();
    for &(method, path, anybody, bad, good) in EXPECTED {
        let access = hospes_web::graph::AROUND.iter().find(|r| (r.method, r.path) == (method, path));
        assert_eq!(access.unwrap().access == Access::Public, anybody == 200, "{method} {path}");
        for (token, expected) in [
            (None, anybody),
            (Some("nonsense"), bad),
            (Some(nothing.as_str()), good),
            (Some(all.as_str()), good),
        ] {
            let reply = ask(&server, method, path, token).await;
            assert_eq!(reply.status.as_u16(), expected, "{method} {path} {token:?}: {}", reply.text);
            assert!(reply.headers.contains_key("request-id"), "{path}");
            if expected == 401 {
                assert_eq!(reply.code(), "InvalidAuthenticationToken");
                assert!(reply.headers.contains_key("www-authenticate"), "{path}");
            }
        }
        let other = if method == "GET" { "POST" } else { "GET" };
        let reply = ask(&server, other, path, Some(&all)).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (405, "Request_BadRequest"), "{other} {path}");
        assert!(
            reply.headers["allow"].to_str().unwrap().contains(method),
            "{path}: {:?}",
            reply.headers["allow"]
        );
    }
    assert_eq!(server.look().state(), before);
}
