//! Threats J: what is sent to the directory API to break it rather than to use it.

use axum::body::{Body, Bytes};
use http::Request;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::harness::{Reply, Server};

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

async fn filtered(server: &Server, token: &str, filter: &str) -> Reply {
    server.get(token, &format!("/v1.0/users?$filter={}", encoded(filter))).await
}

/// A raw body, which need not be JSON.
fn post(token: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn j1_a_filter_cannot_carry_anything_but_a_filter() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for filter in [
        "' or 1 eq 1",
        "mail eq '' or 1 eq 1",
        "mail eq 'x' or '1'='1'",
        "mail eq 'x'; DROP TABLE users; --",
        "mail eq 'x' -- ",
        "mail eq 'x' /* y */",
        "mail eq 'x",
        "mail eq \"x\"",
        "mail eq 'a\0b'",
        "1 eq 1",
        "true",
        "mail eq mail",
        "mail eq (select mail from users)",
        "startsWith(mail,'a') union select 1",
        "\u{0}",
    ] {
        let reply = filtered(&server, &token, filter).await;
        assert_eq!(reply.status, 400, "{filter}: {}", reply.text);
        assert!(
            matches!(reply.code(), "BadRequest" | "Request_BadRequest" | "Request_UnsupportedQuery"),
            "{filter}"
        );
        assert!(reply.json.get("value").is_none(), "{filter} got data");
    }
    // Quotes and wildcards of SQL are ordinary text inside a literal.
    for literal in ["x'' or ''1''=''1", "%", "_", "\\", "ia@", "*"] {
        for filter in [format!("mail eq '{literal}'"), format!("startsWith(mail,'{literal}')")] {
            let found = filtered(&server, &token, &filter).await.expect(200);
            assert_eq!(found.json["value"], json!([]), "{filter}");
        }
    }
    assert_eq!(
        filtered(&server, &token, "startsWith(mail,'mi')").await.json["value"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn j2_huge_filters_and_addresses_are_refused_unread() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let term = "mail eq 'a'";
    let terms = |n: usize| vec![term; n].join(" or ");
    for filter in [
        format!("{}{term}{}", "(".repeat(10_000), ")".repeat(10_000)),
        "(".repeat(20_000),
        format!("{}{term}", "not ".repeat(10_000)),
        format!("{}{term}{}", "(".repeat(33), ")".repeat(33)),
        terms(3_000),
        terms(101),
        format!("mail in ({})", vec!["'a'"; 4_000].join(",")),
        format!("mail eq '{}'", "a".repeat(60_000)),
    ] {
        let reply = filtered(&server, &token, &filter).await;
        assert!(matches!(reply.status.as_u16(), 400 | 414), "{} {}", reply.status, &filter[..40]);
        assert!(reply.text.len() < 4096, "the refusal does not repeat what it refuses");
    }
    filtered(&server, &token, &terms(20)).await.expect(200);
    // Longer addresses do not even get through the HTTP library.
    let path = format!("/v1.0/{}", "x/".repeat(30_000));
    assert_eq!(server.get(&token, &path).await.status, 414);
}

#[tokio::test]
async fn j3_pages_are_bounded_whatever_is_asked() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for query in [
        "$top=-1".to_owned(),
        "$top=0".into(),
        "$top=1e9".into(),
        "$top=999999999".into(),
        "$top=99999999999999999999999".into(),
        "$top=".into(),
        "$top=%2B5x".into(),
        "$top=5&$top=6".into(),
        "$top=5&%24TOP=6".into(),
        "$skip=9999999999".into(),
        "$expand=memberOf($expand=members)".into(),
        "$search=%22displayName:*%22".into(),
        "$orderby=displayName%20sideways".into(),
        format!("$select={}", vec!["id"; 10_000].join(",")),
        format!("$select={}", "x".repeat(10_000)),
        "$skiptoken=bm90aGluZw".into(),
        "$skiptoken=%27%20or%201".into(),
        "$count=maybe".into(),
        "$format=xml".into(),
        "$apply=aggregate(id)".into(),
    ] {
        let reply = server.get(&token, &format!("/v1.0/users?{query}")).await;
        let shown = &query[..query.len().min(60)];
        // A page size beyond the limit may be capped, and doubles in a selection may be folded.
        if reply.status == 200 {
            assert!(
                query.starts_with("$top=9") || query.starts_with("$select=id"),
                "{shown} was accepted: {}",
                reply.text
            );
            assert!(reply.json["value"].as_array().unwrap().len() <= 999);
        } else {
            assert_eq!(reply.status, 400, "{shown}: {}", reply.text);
        }
    }
    let all =
        server.get(&token, "/v1.0/users?$top=999").await.expect(200).json["value"].as_array().unwrap().len();
    let page = server.get(&token, "/v1.0/users?$top=2").await.expect(200);
    assert_eq!(page.json["value"].as_array().unwrap().len(), 2);
    assert!(all > 2 && page.json["@odata.nextLink"].is_string());
}

#[tokio::test]
async fn j4_hidden_properties_cannot_be_guessed_by_filter_or_order() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for name in [
        "password_hash",
        "passwordHash",
        "passwordProfile",
        "passwordProfile/password",
        "sign_in_generation",
        "signInGeneration",
        "tenant_id",
        "upn_key",
        "client_request_id",
        "sessions_valid_from",
        "securityIdentifier",
        "inviteRedeemUrl",
        "nothing",
    ] {
        for filter in [
            format!("{name} eq 'x'"),
            format!("startsWith({name},'$')"),
            format!("not({name} eq null)"),
            format!("{name} ge 1"),
        ] {
            assert_eq!(filtered(&server, &token, &filter).await.status, 400, "{filter}");
        }
        assert_eq!(
            server.get(&token, &format!("/v1.0/users?$orderby={}", encoded(name))).await.status,
            400,
            "{name}"
        );
    }
    // What may be selected never holds a secret, even by its published name.
    let mia = server.member.id;
    let user = server.get(&token, &format!("/v1.0/users/{mia}?$select=id,passwordProfile")).await;
    assert!(user.status == 400 || user.json["passwordProfile"].is_null(), "{}", user.text);
    assert!(!user.text.contains("argon2"));
}

fn bombs() -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str, levels: usize| {
        format!("{{\"displayName\":{}1{}}}", open.repeat(levels), close.repeat(levels))
    };
    vec![
        deep("[", "]", 65).into(),
        deep("[", "]", 100_000).into(),
        deep("{\"a\":", "}", 100_000).into(),
        "[".repeat(100_000).into(),
        "{\"a\":".repeat(100_000).into(),
        br#"{"displayName":"a","displayName":"b"}"#.to_vec(),
        br#"{"displayName":"a","DISPLAYNAME":"b"}"#.to_vec(),
        br#"{"displayName":"a","display\u004eame":"b"}"#.to_vec(),
        br#"{"passwordProfile":{"password":"a","password":"b"}}"#.to_vec(),
        br#"{"displayName":1e400}"#.to_vec(),
        format!("{{\"displayName\":1{}}}", "0".repeat(100_000)).into(),
        br#"{"displayName":"\ud800"}"#.to_vec(),
        br#"{"displayName":"\udc00\ud800"}"#.to_vec(),
        b"{\"displayName\":\"\xed\xa0\x80\"}".to_vec(),
        b"{\"displayName\":\"\xff\xfe\"}".to_vec(),
        b"\xef\xbb\xbf\xef\xbb\xbf{}".to_vec(),
        b"{\"displayName\":\"a\nb\"}".to_vec(),
        b"{} {}".to_vec(),
        b"null".to_vec(),
        b"".to_vec(),
    ]
}

#[tokio::test]
async fn j6_json_bombs_are_refused_and_change_nothing() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let look = server.look();
    let before = look.state();
    for bomb in bombs() {
        let shown = String::from_utf8_lossy(&bomb[..bomb.len().min(60)]).into_owned();
        for path in ["/v1.0/users", "/v1.0/invitations", "/beta/groups"] {
            let reply = server.raw(post(&token, path, bomb.clone())).await;
            assert_eq!(reply.status, 400, "{path} {shown}: {}", reply.text);
            assert!(reply.message().len() < 500);
        }
    }
    assert_eq!(look.state(), before);
}

#[tokio::test]
async fn j6_large_and_compressed_bodies_are_refused() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let before = server.look().state();
    let large = format!("{{\"displayName\":\"{}\"}}", "x".repeat(1024 * 1024));
    // With a length that says so, and without one.
    let unmeasured = Body::new(Full::new(Bytes::from(large.clone())).map_frame(|frame| frame));
    for body in [Body::from(large), unmeasured] {
        let reply = server.raw(post(&token, "/v1.0/users", body)).await;
        assert_eq!(reply.status, 413, "{}", reply.text);
        assert!(reply.message().contains("1 MiB"), "{}", reply.message());
    }
    for encoding in ["gzip", "deflate", "br", "zstd", "identity, gzip", "x-unknown"] {
        let mut request = post(&token, "/v1.0/users", &b"\x1f\x8b\x08\0\0\0\0\0"[..]);
        request.headers_mut().insert("content-encoding", encoding.parse().unwrap());
        assert_eq!(server.raw(request).await.status, 415, "{encoding}");
    }
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn j7_a_method_is_what_the_request_line_says() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let before = server.look().state();
    let mia = format!("/v1.0/users/{}", server.member.id);
    for name in ["x-http-method-override", "x-http-method", "x-method-override", "_method"] {
        let request =
            Request::get(&mia).header("authorization", format!("Bearer {token}")).header(name, "DELETE");
        assert_eq!(
            server.raw(request.body(Body::empty()).unwrap()).await.status,
            200,
            "{name} is not looked at"
        );
        let mut request = post(&token, &mia, "{\"displayName\":\"x\"}");
        request.headers_mut().insert(name, "PATCH".parse().unwrap());
        assert_eq!(server.raw(request).await.status, 405, "{name} does not make a PATCH of a POST");
    }
    assert_eq!(server.get(&token, &format!("{mia}?_method=DELETE")).await.status, 200);
    for method in ["TRACE", "CONNECT", "PROPFIND", "SPY", "get"] {
        let reply = server.call(&token, method, &mia, Value::Null).await;
        assert!(matches!(reply.status.as_u16(), 400 | 405), "{method}: {}", reply.status);
        assert!(!reply.text.contains(&token), "{method} shows the request again");
    }
    for method in ["PUT", "OPTIONS"] {
        assert_eq!(
            server.call(&token, method, &mia, json!({ "displayName": "x" })).await.status,
            405,
            "{method}"
        );
    }
    let request = Request::get(&mia).header("authorization", format!("Bearer {token}"));
    let reply = server.raw(request.body(Body::from("{\"displayName\":\"x\"}")).unwrap()).await.expect(200);
    assert_eq!(reply.json["displayName"], "mia", "a body of a GET means nothing");
    assert_eq!(server.look().state(), before);
}
