//! Spoiled requests to the pages and the sign-in endpoints: refused as a page or in RFC 6749's words, never a defect.

use axum::body::Body;
use http::Request;
use url::form_urlencoded::Serializer;

use super::mutations::{NASTY, encoded};
use crate::harness::{Browser, Dice, Page, Server, difference};

const ROUNDS: usize = 25;
const ORIGIN: &str = "https://hospes.example";
const FIELDS: &[&str] = &[
    "code",
    "address",
    "password",
    "form_token",
    "grant_type",
    "client_id",
    "client_secret",
    "scope",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "response_type",
    "response_mode",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "login_hint",
    "claims",
    "request",
    "post_logout_redirect_uri",
    "id_token_hint",
    "rd",
    "tenant",
    "user",
    "ticket",
    "ver",
    "authorization_endpoint",
    "api-version",
    "client_assertion",
    "",
];

/// Method and path of every route that is not the directory API's.
fn routes() -> Vec<(&'static str, &'static str)> {
    let pages = hospes_web::pages::ROUTES
        .iter()
        .flat_map(|table| table.iter())
        .map(|route| (route.method, route.path));
    pages.chain(hospes_web::oidc::ROUTES.iter().map(|route| (route.method, route.path))).collect()
}

/// Values that are right where they belong, so that a request gets beyond the first check now and then.
fn good(server: &Server) -> Vec<String> {
    let client = server.portal.client_id.to_string();
    let known = [
        "authorization_code",
        "client_credentials",
        "refresh_token",
        "code",
        "openid profile",
        "query",
        "form_post",
        "none",
        "S256",
    ];
    let mut values: Vec<String> = known.iter().map(|value| (*value).to_owned()).collect();
    values.extend([
        client,
        server.portal.secret.clone().unwrap(),
        "https://portal.example/callback".into(),
        server.member.upn.clone(),
    ]);
    values.push("https://graph.microsoft.com/.default".into());
    values
}

fn pairs(dice: &mut Dice, good: &[String]) -> String {
    let mut text = Serializer::new(String::new());
    for _ in 0..dice.below(6) {
        let value = if dice.one_in(2) { good[dice.below(good.len())].as_str() } else { dice.pick(NASTY) };
        text.append_pair(dice.pick(FIELDS), value);
    }
    text.finish()
}

fn path(dice: &mut Dice, server: &Server, template: &str) -> String {
    let tenant = if dice.one_in(3) { encoded(dice.pick(NASTY)) } else { server.tenant.to_string() };
    let flow = if dice.one_in(2) { encoded(dice.pick(NASTY)) } else { uuid::Uuid::from_u128(7).to_string() };
    template.replace("{tenant}", &tenant).replace("{flow}", &flow)
}

fn request(
    dice: &mut Dice,
    server: &Server,
    browser: &mut Browser,
    (method, template): (&str, &str),
) -> Request<Body> {
    let good = good(server);
    let mut target = path(dice, server, template);
    if dice.one_in(2) {
        target = format!("{target}?{}", pairs(dice, &good));
    }
    let mut request = Request::builder()
        .method(method)
        .uri(target)
        .header("sec-fetch-site", "same-origin")
        .header("origin", ORIGIN);
    if !dice.one_in(5) {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    if dice.one_in(3) {
        request = request.header(
            "authorization",
            dice.pick(&[
                "Bearer x",
                "Basic Og==",
                "Basic /w==",
                "Bearer a.b.c",
                "Bearer eyJ0aWQiOiJ4In0.e30.x",
                "x",
            ]),
        );
    }
    let of_tenant = |kind: &str| format!("__Host-hospes-{kind}-{}", server.tenant.0.simple());
    let (session, flow, redeem) = (of_tenant("session"), of_tenant("flow"), of_tenant("redeem"));
    let name = dice.pick(&[session.as_str(), &flow, &redeem, "__Host-hospes-browser"]);
    let value = match dice.below(4) {
        0 => "x".repeat(43),
        1 => format!("{}.{}", server.tenant, "A".repeat(43)),
        2 => format!("{}.", uuid::Uuid::nil()),
        _ => "..,=".to_owned(),
    };
    browser.cookies.insert(name.to_owned(), value);
    let body = match dice.below(5) {
        0 => Body::from(dice.bytes(100)),
        1 => Body::from("{\"a\":1}"),
        _ => Body::from(pairs(dice, &good)),
    };
    request.body(body).unwrap()
}

fn check(shown: &str, page: &Page) {
    let status = page.status.as_u16();
    assert!(status < 500, "{shown}: {status} {}", page.html);
    assert!(
        page.headers.contains_key("request-id") && page.headers.contains_key("content-security-policy"),
        "{shown}"
    );
    if let Some(to) = page.location() {
        assert!(
            to.starts_with('/') && !to.starts_with("//")
                || to.starts_with(ORIGIN)
                || to.starts_with("https://portal.example/callback"),
            "{shown} leads to {to}"
        );
    }
    if status >= 400
        && page
            .headers
            .get("content-type")
            .is_some_and(|kind| kind.to_str().unwrap().starts_with("application/json"))
    {
        let error: serde_json::Value = serde_json::from_str(&page.html).unwrap();
        assert!(
            error["error"].is_string() && error["error_description"].is_string(),
            "{shown}: {}",
            page.html
        );
    }
    let is_html =
        page.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
    assert!(!is_html || !page.unscripted().contains("<script"), "{shown}: {}", page.html);
}

#[tokio::test]
async fn no_spoiled_form_or_address_is_a_defect() {
    let server = Server::start().await;
    let mut dice = Dice::new(4711);
    let look = server.look();
    let directory = |rows: Vec<String>| -> Vec<String> {
        // A visitor may begin a sign-in; that is the only trace anybody unproven leaves.
        rows.into_iter().filter(|row| !row.starts_with("sign_in_flows:")).collect()
    };
    let before = directory(look.state());
    for round in 0..ROUNDS {
        for route in routes() {
            let mut browser = Browser::new();
            if dice.one_in(2) {
                browser.get_once(&server, "/redeem?rd=x").await;
            }
            let request = request(&mut dice, &server, &mut browser, route);
            let shown = format!("round {round} {} {}", request.method(), request.uri());
            let page = browser.send(&server, request).await;
            check(&shown, &page);
            if route.0 == "POST" {
                let after = directory(look.state());
                assert!(after == before, "{shown}: {} changed\n{}", page.status, difference(&before, &after));
            }
        }
    }
    assert_eq!(directory(look.state()), before);
}
