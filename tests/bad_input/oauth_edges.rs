//! The rest of the table of [`super::oauth`]: every parameter that an endpoint of sign-in knows, each of them missing, empty,
//! doubled, long, over-long, with a zero byte, a list, and what belongs to another client; by GET and POST, by strangers and
//! by people who are signed in. Never a defect of ours, never a way to an address that nobody registered (threats F1, F8, F15).

use axum::body::Body;
use http::Request;

use super::oauth::{BACK, Pairs, encoded, good, pairs, post, told, twice, with, without};
use crate::harness::{Browser, Page, Server, Two};

/// What the authorization endpoint may tell an app: RFC 6749 section 4.1.2.1, OIDC Core section 3.1.2.6, the original's
/// `invalid_resource`, and the error code for a demand of OIDC Core section 5.5.1.1.
const TOLD: [&str; 10] = [
    "invalid_request",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "invalid_resource",
    "login_required",
    "consent_required",
    "request_not_supported",
    "request_uri_not_supported",
    "unmet_authentication_requirements",
];

/// A parameter in every way it can be wrong.
fn spoilt(all: &Pairs, name: &str) -> Vec<(&'static str, Pairs)> {
    vec![
        ("missing", without(all, name)),
        ("empty", with(all, name, "")),
        ("twice", twice(&with(all, name, "1"), name)),
        ("twice empty", twice(&with(all, name, ""), name)),
        ("long", with(all, name, &"x".repeat(5000))),
        ("over-long", with(all, name, &"x".repeat(20_000))),
        ("a zero byte", with(all, name, "a\u{0}b")),
        ("controls", with(all, name, "\u{1}\r\nLocation: https://evil.example\u{7f}\u{feff}")),
        ("another address", with(all, name, "https://evil.example/x")),
        ("JSON", with(all, name, r#"{"id_token":{"sub":{"value":"\u0000"}}}"#)),
        ("a list", with(all, &format!("{name}[]"), "1")),
    ]
}

const ASKED: [&str; 21] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "domain_hint",
    "id_token_hint",
    "claims",
    "acr_values",
    "ui_locales",
    "display",
    "code_challenge",
    "code_challenge_method",
    "client_info",
    "request",
    "request_uri",
];

#[tokio::test]
async fn every_parameter_of_an_authorization_request_in_every_wrong_way() {
    let two = Two::start().await;
    let server = &two.server;
    let signed_in = server.member_browser(&server.member.upn).await;
    let good = good(server);
    for name in ASKED {
        for (how, wrong) in spoilt(&good, name) {
            for (who, browser) in [("a stranger", &Browser::new()), ("a member", &signed_in)] {
                for tenant in [server.tenant.to_string(), "common".to_owned()] {
                    let url = format!("/{tenant}/oauth2/v2.0/authorize?{}", encoded(&wrong));
                    let page = browser.clone().get_once(server, &url).await;
                    let what = format!("{name} {how}, {who} at {tenant}: {} {}", page.status, page.url);
                    assert!(page.status.as_u16() < 500, "{what} {}", page.html);
                    // Under a shared name a page asks first which organisation is meant.
                    let error = told(&page);
                    assert!(error.as_deref().is_none_or(|error| TOLD.contains(&error)), "{what} {error:?}");
                    let addressed = !["client_id", "redirect_uri"].contains(&name);
                    if how.starts_with("twice") && tenant != "common" && addressed {
                        assert_eq!(error.as_deref(), Some("invalid_request"), "{what}");
                    }
                }
            }
            // By POST the browser asks again by GET, on this server.
            let request = Request::post(format!("/{}/oauth2/v2.0/authorize", server.tenant))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from(encoded(&wrong)))
                .unwrap();
            let page = Browser::new().send(server, request).await;
            let to = page.location();
            assert!(page.status.as_u16() < 500 && to.is_none_or(|to| to.starts_with('/')), "{name} {how}");
        }
    }
}

#[tokio::test]
async fn every_parameter_of_a_token_request_that_no_grant_needs() {
    let server = Server::start().await;
    let (client, secret) = (server.portal.client_id.to_string(), server.portal.secret.clone().unwrap());
    let (other, its) = (server.automation.client_id.to_string(), server.automation.secret.clone().unwrap());
    let mut browser = server.member_browser(&server.member.upn).await;
    let query = encoded(&with(&good(&server), "scope", "openid offline_access"));
    let start = format!("/{}/oauth2/v2.0/authorize?{query}", server.tenant);
    let code = crate::harness::answer(&browser.get(&server, &start).await, "code");
    let all = pairs(&[
        ("grant_type", "authorization_code"),
        ("client_id", &client),
        ("client_secret", &secret),
        ("code", &code),
        ("redirect_uri", BACK),
    ]);
    for name in
        ["scope", "claims", "client_assertion", "client_assertion_type", "client_info", "code_verifier"]
    {
        for (how, wrong) in spoilt(&all, name) {
            // The verifier is missing, so nothing is given; but nothing may be said of that before who asks is known.
            let reply = post(&server, "token", "", &with(&wrong, "code", "x")).await;
            let error = reply.json["error"].as_str().unwrap_or_default().to_owned();
            assert!(matches!(reply.status.as_u16(), 400 | 401), "{name} {how}: {}", reply.text);
            assert!(super::oauth::KNOWN.contains(&&*error), "{name} {how}: {}", reply.text);
            assert!(!how.starts_with("twice") || error == "invalid_request", "{name} {how}: {}", reply.text);
        }
    }
    // What was issued to one client is nothing to another, and stays good.
    let theirs = |all: &Pairs| with(&with(all, "client_id", &other), "client_secret", &its);
    let good = with(&all, "code_verifier", super::oauth::VERIFIER);
    let refused = post(&server, "token", "", &theirs(&good)).await.expect(400);
    assert_eq!(refused.json["error"], "invalid_grant");
    let issued = post(&server, "token", "", &good).await.expect(200);
    let refresh = issued.json["refresh_token"].as_str().unwrap();
    let again = with(&with(&all, "grant_type", "refresh_token"), "refresh_token", refresh);
    let again = without(&without(&again, "code"), "redirect_uri");
    let refused = post(&server, "token", "", &theirs(&again)).await.expect(400);
    assert_eq!(refused.json["error"], "invalid_grant");
    post(&server, "token", "", &again).await.expect(200);
}

#[tokio::test]
async fn every_parameter_of_a_device_request() {
    let stage = crate::threats::f_device::Stage::new().await;
    let all = pairs(&[("client_id", &stage.client), ("scope", "openid")]);
    for name in ["client_id", "scope", "client_secret", "client_assertion", "claims", "unknown"] {
        for (how, wrong) in spoilt(&all, name) {
            let reply = post(&stage.server, "devicecode", "", &wrong).await;
            let error = reply.json["error"].as_str().unwrap_or_default().to_owned();
            let needed = ["client_id", "scope"].contains(&name);
            let fine = reply.status == 200 && (!needed || how == "a list");
            assert!(fine || super::oauth::KNOWN.contains(&&*error), "{name} {how}: {}", reply.text);
            assert!(reply.status.as_u16() < 500, "{name} {how}: {}", reply.text);
            assert!(!how.starts_with("twice") || error == "invalid_request", "{name} {how}: {}", reply.text);
        }
    }
}

#[tokio::test]
async fn every_way_to_send_a_wrong_token_to_userinfo() {
    let server = Server::start().await;
    let good = server.token_with(server.tenant, server.member.id, 1, &[]);
    let long = "x".repeat(40_000);
    let bearer = |token: &str| format!("Bearer {token}");
    let headers: [&[String]; 9] = [
        &[],
        &["Bearer".to_owned()],
        &[bearer("")],
        &[bearer("x.y.z")],
        &[bearer(&long)],
        &[format!("Basic {good}")],
        &[bearer(&format!("{good}\u{e9}"))],
        &[bearer(&good), bearer(&good)],
        &[format!("{good} {good}")],
    ];
    for header in headers {
        for method in ["GET", "POST"] {
            let mut request = Request::builder().method(method).uri("/oidc/userinfo?access_token=x");
            for value in header {
                request =
                    request.header("authorization", http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            let reply = server.raw(request.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.status, 401, "{method} {header:?}: {}", reply.text);
            let told = reply.headers["www-authenticate"].to_str().unwrap();
            // RFC 6750 section 3.1: of a token that is not there nothing is wrong.
            let given = header.len() == 1 && header[0].starts_with("Bearer x");
            assert!(told.starts_with("Bearer realm=") && (!given || told.contains("error=")), "{told}");
            assert!(!header.is_empty() || !told.contains("error="), "{told}");
        }
    }
    // A token without `openid` is for something else.
    let fields = |list: &[(&str, &str)]| encoded(&pairs(list));
    for (body, status, error) in [
        (fields(&[]), 401, "invalid_token"),
        (fields(&[("access_token", "")]), 401, "invalid_token"),
        (fields(&[("access_token", "x\u{0}")]), 401, "invalid_token"),
        (fields(&[("access_token", &long)]), 401, "invalid_token"),
        (fields(&[("access_token", &good), ("access_token", &good)]), 400, "invalid_request"),
        (fields(&[("access_token", &good)]), 403, "insufficient_scope"),
    ] {
        let request = Request::post("/oidc/userinfo")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let reply = server.raw(request).await;
        assert_eq!(reply.status.as_u16(), status, "{}", reply.text);
        assert_eq!(reply.json["error"], error, "{}", reply.text);
    }
}

/// Where a page leads a browser, if anywhere: on this server, or to the registered address.
fn stays_or_goes_home(page: &Page, what: &str) {
    assert!(page.status.as_u16() < 500, "{what}: {}", page.html);
    if let Some(to) = page.location() {
        assert!(to.starts_with('/') || to.starts_with(&format!("{BACK}?")), "{what}: {to}");
    }
}

#[tokio::test]
async fn every_parameter_of_admin_consent_and_of_logout() {
    let server = Server::start().await;
    let client = server.portal.client_id.to_string();
    let admin = server.member_browser(&server.admin.upn).await;
    let consent = pairs(&[
        ("client_id", &client),
        ("redirect_uri", BACK),
        ("scope", "https://graph.microsoft.com/User.Read"),
        ("state", "s"),
    ]);
    let logout = pairs(&[("client_id", &client), ("post_logout_redirect_uri", BACK), ("state", "s")]);
    let ask = async |path: &str, wrong: &Pairs, what: &str| {
        for browser in [&Browser::new(), &admin] {
            let url = format!("/{}/{path}?{}", server.tenant, encoded(wrong));
            let page = browser.clone().get_once(&server, &url).await;
            stays_or_goes_home(&page, what);
            assert!(
                path.ends_with("logout") || page.location().is_none_or(|to| to.starts_with('/')),
                "{what}"
            );
        }
    };
    for path in ["v2.0/adminconsent", "adminconsent"] {
        for name in ["client_id", "redirect_uri", "scope", "state", "unknown"] {
            for (how, wrong) in spoilt(&consent, name) {
                ask(path, &wrong, &format!("{path} {name} {how}")).await;
            }
        }
        let other = with(&consent, "client_id", &server.automation.client_id.to_string());
        ask(path, &other, "another client's address").await;
    }
    for name in
        ["client_id", "post_logout_redirect_uri", "state", "id_token_hint", "logout_hint", "ui_locales"]
    {
        for (how, wrong) in spoilt(&logout, name) {
            ask("oauth2/v2.0/logout", &wrong, &format!("logout {name} {how}")).await;
        }
    }
}
