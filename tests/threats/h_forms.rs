//! Threat H1: forms and cookies used from somewhere else.

use axum::body::Body;
use hospes_web::http::Access;
use http::Request;

use super::h_pages::{ORIGIN, OWN, pages_with_forms, post_with, signed_in};
use crate::harness::{Browser, Form, Server};

#[tokio::test]
async fn h1_forms_are_taken_only_from_our_own_pages_in_the_same_browser() {
    let server = Server::start().await;
    let pages = pages_with_forms(&server).await;
    let look = server.look();
    let before = look.state();
    let mut tried = 0;
    for (browser, page) in &pages {
        for form in crate::harness::forms(&page.html)
            .into_iter()
            .filter(|form| form.method.eq_ignore_ascii_case("post"))
        {
            let foreign: &[&[(&str, &str)]] = &[
                &[],
                &[("sec-fetch-site", "cross-site")],
                &[("sec-fetch-site", "same-site")],
                &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
                &[("origin", "https://evil.example")],
                &[("origin", "https://hospes.example.evil.example")],
                &[("origin", "http://hospes.example")],
                &[("origin", "null")],
                &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
                &[("referer", "https://hospes.example/t/redeem/welcome")],
            ];
            for headers in foreign {
                let answer = post_with(&server, browser, &form, headers).await;
                assert_eq!(answer.status, 403, "{} with {headers:?}: {}", form.action, answer.html);
            }
            // The right headers, but not this browser's form token.
            let other = Browser::new();
            let mut without = form.clone();
            without.fields.retain(|(name, _)| name != "form_token");
            let mut wrong = without.clone();
            wrong.fields.push(("form_token".into(), "A".repeat(43)));
            for (browser, form) in [(browser, &without), (browser, &wrong), (&other, &form)] {
                assert_eq!(post_with(&server, browser, form, OWN).await.status, 403, "{}", form.action);
            }
            // What a page elsewhere can send without asking: JSON dressed as text.
            for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x"] {
                let headers = [("sec-fetch-site", "same-origin"), ("origin", ORIGIN), ("content-type", kind)];
                let status = post_with(&server, browser, &form, &headers).await.status;
                assert!(matches!(status.as_u16(), 400 | 403 | 415), "{} as {kind}: {status}", form.action);
            }
            tried += 1;
        }
    }
    assert!(tried >= 9, "only {tried} forms found");
    assert_eq!(look.state(), before);
}

#[tokio::test]
async fn h1_every_unsafe_page_route_refuses_posts_from_elsewhere() {
    let server = Server::start().await;
    let before = server.look().state();
    let unsafe_routes =
        hospes_web::pages::ROUTES.iter().flat_map(|table| table.iter()).filter(|route| route.method != "GET");
    let mut tried = 0;
    for route in unsafe_routes {
        assert_eq!(route.access, Access::Browser, "{}", route.path);
        let path = route
            .path
            .replace("{tenant}", &server.tenant.to_string())
            .replace("{flow}", &uuid::Uuid::from_u128(7).to_string());
        let form = Form { action: path, ..Form::default() };
        for headers in
            [&[][..], &[("sec-fetch-site", "cross-site")], &[("origin", "https://evil.example")], OWN]
        {
            assert_eq!(
                post_with(&server, &Browser::new(), &form, headers).await.status,
                403,
                "{} {headers:?}",
                route.path
            );
        }
        tried += 1;
    }
    assert!(tried > 10, "only {tried} routes");
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn h1_the_directory_api_never_reads_cookies() {
    let server = Server::start().await;
    let (browser, _) = signed_in(&server).await;
    let before = server.look().state();
    for (method, path) in [
        ("GET", "/v1.0/me"),
        ("GET", "/v1.0/users"),
        ("POST", "/v1.0/invitations"),
        ("GET", "/oidc/userinfo"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .header("origin", ORIGIN);
        let page = browser.clone().send(&server, request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(page.status, 401, "{method} {path}");
        assert!(page.headers.get("set-cookie").is_none());
        // A page may read what it has a token for, and is never given the cookies of its reader.
        let allowed = page.headers.get("access-control-allow-origin");
        assert!(allowed.is_none_or(|origin| origin == "*" && path.starts_with("/v1.0/")), "{path}");
        assert!(page.headers.get("access-control-allow-credentials").is_none());
    }
    assert_eq!(server.look().state(), before);
}
