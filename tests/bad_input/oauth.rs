//! Every parameter of the sign-in endpoints missing, given twice, over-long, of the wrong kind, or another client's: the
//! error of the standard, in the dialect of the endpoint; never a defect of ours, never a redirect to an address that nobody
//! registered (threats F1, F3, F6, F8, F10).

use hospes_actions::setup::{NewApplication, register_application};
use hospes_domain::application::ApplicationSettings;
use http::Request;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::harness::{Browser, Page, Reply, Server};

pub const BACK: &str = "https://portal.example/callback";
/// What [`CHALLENGE`] was made of (RFC 7636 appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub type Pairs = Vec<(String, String)>;

pub fn pairs(list: &[(&str, &str)]) -> Pairs {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub fn without(all: &Pairs, name: &str) -> Pairs {
    all.iter().filter(|(other, _)| other != name).cloned().collect()
}

pub fn with(all: &Pairs, name: &str, value: &str) -> Pairs {
    let mut changed = without(all, name);
    changed.push((name.to_owned(), value.to_owned()));
    changed
}

pub fn twice(all: &Pairs, name: &str) -> Pairs {
    let mut changed = all.clone();
    let value = all.iter().find(|(other, _)| other == name).map_or("x", |(_, value)| value);
    changed.push((name.to_owned(), value.to_owned()));
    changed
}

pub fn encoded(all: &Pairs) -> String {
    Serializer::new(String::new()).extend_pairs(all).finish()
}

async fn authorize(server: &Server, all: &Pairs) -> Page {
    let url = format!("/{}/oauth2/v2.0/authorize?{}", server.tenant, encoded(all));
    Browser::new().get_once(server, &url).await
}

/// What the app is told, if it is told anything; it is told nowhere else.
pub fn told(page: &Page) -> Option<String> {
    assert!(page.status.as_u16() < 500, "{}: {}", page.url, page.html);
    let to = page.location().filter(|to| !to.starts_with('/'))?;
    assert!(to == BACK || to.starts_with(&format!("{BACK}?")) || to.starts_with(&format!("{BACK}#")), "{to}");
    let url = Url::parse(&to.replace('#', "?")).unwrap();
    let all: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let of = |name: &str| all.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
    assert!(of("iss").is_some_and(|iss| iss.starts_with("https://hospes.example/")), "RFC 9207: {to}");
    of("error")
}

/// That the request was taken: a refusal leads to no page of the sign-in.
fn asks_who_it_is(server: &Server, page: &Page, what: &str) {
    let to = page.location().unwrap_or_default();
    let sign_in = format!("/{}/sign-in/", server.tenant);
    assert!(to.starts_with(&sign_in), "{what}: {} {to} {}", page.status, page.html);
}

/// A request that is right.
pub fn good(server: &Server) -> Pairs {
    let client = server.portal.client_id.to_string();
    pairs(&[
        ("client_id", &client),
        ("response_type", "code"),
        ("redirect_uri", BACK),
        ("scope", "openid"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("response_mode", "query"),
    ])
}

#[tokio::test]
async fn the_authorization_endpoint_says_what_is_wrong_to_the_app_or_to_nobody() {
    let server = Server::start().await;
    let good = good(&server);
    asks_who_it_is(&server, &authorize(&server, &good).await, "the sign-in page");
    let long = "x".repeat(5000);
    let automation = server.automation.client_id.to_string();
    // A page, because nobody knows yet whose address it is.
    for (what, wrong) in [
        ("no client", without(&good, "client_id")),
        ("two clients", twice(&good, "client_id")),
        ("no such client", with(&good, "client_id", "7d4c8f6e-0000-4000-8000-000000000000")),
        ("a client that is no id", with(&good, "client_id", &long)),
        ("another client", with(&good, "client_id", &automation)),
        ("no address", without(&good, "redirect_uri")),
        ("two addresses", twice(&good, "redirect_uri")),
        ("another address", with(&good, "redirect_uri", "https://evil.example/callback")),
        ("a longer address", with(&good, "redirect_uri", &format!("{BACK}/{long}"))),
        ("no address at all", with(&good, "redirect_uri", "javascript:alert(1)")),
    ] {
        let page = authorize(&server, &wrong).await;
        assert!(page.status == 400 && page.location().is_none(), "{what}: {} {}", page.status, page.html);
    }
    for (wrong, expected) in [
        (without(&good, "response_type"), "invalid_request"),
        (with(&good, "response_type", "token"), "unsupported_response_type"),
        (with(&good, "response_type", "id_token"), "unsupported_response_type"),
        (with(&good, "response_type", "code id_token"), "unsupported_response_type"),
        (with(&good, "response_mode", "web_message"), "invalid_request"),
        (without(&good, "scope"), "invalid_request"),
        (with(&good, "scope", "User.Fly"), "invalid_scope"),
        (with(&good, "prompt", "create"), "invalid_request"),
        (with(&good, "prompt", "none login"), "invalid_request"),
        (with(&good, "prompt", "none"), "login_required"),
        (with(&good, "max_age", "-1"), "invalid_request"),
        (with(&good, "max_age", "soon"), "invalid_request"),
        (without(&good, "code_challenge"), "invalid_request"),
        (with(&good, "code_challenge", "short"), "invalid_request"),
        (with(&good, "code_challenge_method", "plain"), "invalid_request"),
        (without(&good, "code_challenge_method"), "invalid_request"),
        (with(&good, "request", "e30.e30."), "request_not_supported"),
        (with(&good, "request", &"e30.".repeat(3000)), "request_not_supported"),
        (with(&good, "request_uri", "https://evil.example/r"), "request_uri_not_supported"),
    ] {
        assert_eq!(told(&authorize(&server, &wrong).await).as_deref(), Some(expected), "{wrong:?}");
    }
}

#[tokio::test]
async fn what_is_doubled_or_too_long_is_told_and_what_is_unknown_is_ignored() {
    let server = Server::start().await;
    let (good, long) = (good(&server), "x".repeat(5000));
    for name in ["response_type", "scope", "state", "nonce", "prompt", "code_challenge", "max_age", "unknown"]
    {
        let base =
            if good.iter().any(|(other, _)| other == name) { good.clone() } else { with(&good, name, "1") };
        assert_eq!(
            told(&authorize(&server, &twice(&base, name)).await).as_deref(),
            Some("invalid_request"),
            "{name}"
        );
    }
    for name in
        ["scope", "nonce", "prompt", "code_challenge", "login_hint", "domain_hint", "acr_values", "unknown"]
    {
        let page = authorize(&server, &with(&good, name, &long)).await;
        assert_eq!(told(&page).as_deref(), Some("invalid_request"), "{name}");
    }
    for (name, value) in [
        ("acr_values", "urn:x"),
        ("ui_locales", "fr-CA xx"),
        ("display", "popup"),
        ("domain_hint", "nowhere.example"),
        ("login_hint", "<x>@y"),
        ("id_token_hint", "x.y.z"),
        ("claims", "{}"),
        ("x-client-SKU", "msal"),
    ] {
        let page = authorize(&server, &with(&good, name, value)).await;
        asks_who_it_is(&server, &page, &format!("{name} is tolerated"));
    }
    for mode in ["fragment", "query"] {
        let wrong = with(&with(&good, "response_mode", mode), "prompt", "none");
        let to = authorize(&server, &wrong).await.location().unwrap();
        assert!(to.starts_with(&format!("{BACK}{}", if mode == "query" { '?' } else { '#' })), "{to}");
    }
}

pub async fn post(server: &Server, endpoint: &str, query: &str, all: &Pairs) -> Reply {
    let request = Request::post(format!("/{}/oauth2/v2.0/{endpoint}{query}", server.tenant))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(all).into())
        .unwrap();
    server.raw(request).await
}

#[tokio::test]
async fn the_token_and_device_endpoints_answer_with_the_errors_of_the_standard() {
    let server = Server::start().await;
    let (portal, other) = (&server.portal, &server.automation);
    let (client, secret) = (portal.client_id.to_string(), portal.secret.clone().unwrap());
    let long = "x".repeat(20_000);
    let grants = [
        pairs(&[
            ("grant_type", "authorization_code"),
            ("code", "x"),
            ("redirect_uri", BACK),
            ("code_verifier", CHALLENGE),
        ]),
        pairs(&[("grant_type", "refresh_token"), ("refresh_token", "x")]),
        pairs(&[("grant_type", "client_credentials"), ("scope", "https://graph.microsoft.com/.default")]),
        pairs(&[("grant_type", "device_code"), ("device_code", "x")]),
        pairs(&[("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", "x")]),
    ];
    for grant in grants {
        let mut all = grant.clone();
        all.extend(pairs(&[("client_id", &client), ("client_secret", &secret)]));
        for (name, _) in all.clone() {
            for (how, changed) in [
                ("missing", without(&all, &name)),
                ("empty", with(&all, &name, "")),
                ("twice", twice(&all, &name)),
                ("long", with(&all, &name, &long)),
                ("binary", with(&all, &name, "\u{0}\u{feff}é")),
                ("a token of nobody", with(&all, &name, &format!("{}.{}", server.tenant, "A".repeat(43)))),
            ] {
                let reply = post(&server, "token", "", &changed).await;
                let status = reply.status.as_u16();
                // What a grant does not need may well be missing or odd.
                let fine = status == 200 && grant[0].1 == "client_credentials" && how != "long";
                assert!(fine || status == 400 || status == 401, "{name} {how}: {status} {}", reply.text);
                let error = reply.json["error"].as_str().unwrap_or_default();
                assert!(fine || KNOWN.contains(&error), "{name} {how}: {}", reply.text);
                let told = how != "twice" && how != "long" || error == "invalid_request";
                assert!(told, "{name} {how}: {}", reply.text);
                assert!(!reply.text.contains(&secret), "{name} {how}");
            }
        }
        // Another client's name with this one's secret.
        let swapped = with(&all, "client_id", &other.client_id.to_string());
        let reply = post(&server, "token", "", &swapped).await;
        let expected =
            if grant[0].1.ends_with("device_code") { "bad_verification_code" } else { "invalid_client" };
        assert_eq!(reply.json["error"], expected, "{}", reply.text);
        for name in ["client_secret", "client_assertion", "code", "refresh_token", "device_code"] {
            let reply = post(&server, "token", &format!("?{name}=x"), &all).await;
            assert_eq!(reply.json["error"], "invalid_request", "F8: {name} in the address");
        }
    }
    let new = NewApplication {
        display_name: "Device".into(),
        public_client: true,
        settings: ApplicationSettings { device_code: true, ..ApplicationSettings::default() },
        ..NewApplication::default()
    };
    let device = register_application(&server.app, server.tenant, new).await.unwrap().client_id.to_string();
    let all = pairs(&[("client_id", &device), ("scope", "openid")]);
    post(&server, "devicecode", "", &all).await.expect(200);
    for (wrong, expected) in [
        (without(&all, "client_id"), "invalid_request"),
        (without(&all, "scope"), "invalid_request"),
        (twice(&all, "scope"), "invalid_request"),
        (with(&all, "scope", &long), "invalid_request"),
        (with(&all, "scope", &"openid ".repeat(600)), "invalid_request"),
        (with(&all, "client_id", &long), "invalid_request"),
        (with(&all, "client_id", "x"), "unauthorized_client"),
        (with(&all, "client_id", &client), "invalid_client"),
        (with(&all, "client_secret", "x"), "invalid_client"),
    ] {
        let reply = post(&server, "devicecode", "", &wrong).await;
        assert_eq!(reply.json["error"], expected, "{}", reply.text);
    }
}

/// Error names of RFC 6749 section 5.2, RFC 8628 section 3.5 and the original's token endpoint.
pub const KNOWN: [&str; 8] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "invalid_resource",
    "unauthorized_client",
    "unsupported_grant_type",
    "bad_verification_code",
];

#[tokio::test]
async fn the_logout_endpoint_asks_or_ends_whatever_it_is_given() {
    let server = Server::start().await;
    let long = "x".repeat(20_000);
    for name in
        ["id_token_hint", "client_id", "logout_hint", "post_logout_redirect_uri", "state", "ui_locales"]
    {
        for value in ["", "x", "https://evil.example", "\u{0}\r\nLocation: https://evil.example", &long] {
            for all in [pairs(&[(name, value)]), twice(&pairs(&[(name, value)]), name)] {
                let url = format!("/{}/oauth2/v2.0/logout?{}", server.tenant, encoded(&all));
                let page = Browser::new().get_once(&server, &url).await;
                let status = page.status.as_u16();
                assert!(matches!(status, 200 | 400 | 414), "{name}: {status}");
                assert!(page.location().is_none() && !page.headers.contains_key("refresh"), "{name}");
            }
        }
    }
}
