//! A single-page app that got its token calls the directory API from its own origin (Fetch, "CORS protocol").

use axum::body::Body;
use http::{HeaderMap, Request};

use crate::harness::{Reply, Server};

const APP: &str = "https://app.example";

async fn before(server: &Server, path: &str, method: &str) -> Reply {
    let request = Request::options(path)
        .header("origin", APP)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,content-type,consistencylevel");
    server.raw(request.body(Body::empty()).unwrap()).await
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_page_of_any_origin_calls_the_directory_api_with_its_token_and_reads_what_it_needs() {
    let server = Server::start().await;
    for path in ["/v1.0/me", "/beta/me", "/v1.0/users/x/revokeSignInSessions", "/v1.0/no/such/thing"] {
        let reply = before(&server, path, "PATCH").await.expect(204);
        assert_eq!(text(&reply.headers, "access-control-allow-origin"), "*", "{path}");
        assert!(text(&reply.headers, "access-control-allow-methods").contains("PATCH"));
        assert_eq!(text(&reply.headers, "access-control-allow-headers"), "*, authorization");
        assert!(!reply.headers.contains_key("access-control-allow-credentials"), "h1: bearer tokens only");
        assert!(reply.text.is_empty());
    }
    let token = server.token_of(&server.member);
    for (token, status) in [(token.as_str(), 200), ("x", 401)] {
        let request = Request::get("/v1.0/me")
            .header("origin", APP)
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        let reply = server.raw(request).await.expect(status);
        assert_eq!(text(&reply.headers, "access-control-allow-origin"), "*", "{status}");
        let exposed = text(&reply.headers, "access-control-expose-headers").to_ascii_lowercase();
        for name in ["request-id", "client-request-id", "retry-after", "location", "etag"] {
            assert!(exposed.split(", ").any(|other| other == name), "{name}: {exposed}");
        }
        assert!(!reply.headers.contains_key("access-control-allow-credentials"));
    }
}

#[tokio::test]
async fn what_no_page_asks_is_answered_as_before() {
    let server = Server::start().await;
    let reply = server.get(&server.token_of(&server.member), "/v1.0/me").await.expect(200);
    assert!(!reply.headers.contains_key("access-control-allow-origin"));
    let plain = Request::options("/v1.0/me").body(Body::empty()).unwrap();
    server.raw(plain).await.expect(401);
    let page = Request::get("/myapps").header("origin", APP).body(Body::empty()).unwrap();
    assert!(
        !server.raw(page).await.headers.contains_key("access-control-allow-origin"),
        "pages are not for pages"
    );
}
