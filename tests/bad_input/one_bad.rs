//! Requests that are right but for one parameter, at every endpoint of the sign-in: they get past the first checks, so what is
//! wrong reaches whatever stores, compares and shows it. The answer names the parameter where it holds a control character,
//! and is never a defect of ours (threats F1, RFC 6749 appendix A).

use http::Request;
use url::Url;
use url::form_urlencoded::Serializer;

use super::mutations::NASTY;
use crate::harness::{Browser, Dice, PASSWORD, Page, Server};
use crate::threats::d_sign_ins::{at_the_app, code, tokens};
use crate::threats::h_pages::signed_in;

const BACK: &str = "https://portal.example/callback";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// None of these is text.
const CONTROLS: &[&str] = &["\0", "a\0b", "\r\n", "x\r\nSet-Cookie: a=b", "\u{1b}[2J", "\u{7f}", "\u{85}"];
/// Letters that programs do send.
const LETTERS: &[&str] = &["é", "日本", "\u{1f600}", "a b+c/d=", "<x>&\"'"];
/// Odd values of each parameter that are drawn.
const DRAWN: usize = 12;

type Pairs = Vec<(String, String)>;

fn pairs(list: &[(&str, &str)]) -> Pairs {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn with(all: &Pairs, name: &str, value: &str) -> String {
    let mut changed: Pairs = all.iter().filter(|(other, _)| other != name).cloned().collect();
    changed.push((name.to_owned(), value.to_owned()));
    Serializer::new(String::new()).extend_pairs(changed).finish()
}

/// A right request to the authorization endpoint, with everything that may be said.
fn authorization(server: &Server) -> Pairs {
    pairs(&[
        ("client_id", &server.portal.client_id.to_string()),
        ("response_type", "code"),
        ("redirect_uri", BACK),
        ("scope", "openid"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("response_mode", "query"),
        ("prompt", "login"),
        ("login_hint", "mia@fabrikam.example"),
        ("domain_hint", "fabrikam.example"),
        ("id_token_hint", "a.b.c"),
        ("max_age", "60"),
        ("claims", "{}"),
        ("acr_values", "1"),
        ("ui_locales", "en"),
        ("client_info", "1"),
    ])
}

/// What an app or a reader is told.
fn said(page: &Page) -> String {
    match page.location().filter(|to| !to.starts_with('/')) {
        Some(to) => {
            assert!(
                to == BACK || to.starts_with(&format!("{BACK}?")) || to.starts_with(&format!("{BACK}#")),
                "{to}"
            );
            let url = Url::parse(&to.replace('#', "?")).unwrap();
            url.query_pairs().map(|(name, value)| [&*name, "=", &*value, "\n"].concat()).collect()
        }
        None => page.text(),
    }
}

fn sound(shown: &str, page: &Page) {
    assert!(page.status.as_u16() < 500, "{shown}: {} {}", page.status, page.html);
    assert!(!page.headers.contains_key("refresh"), "{shown}");
}

/// Asks by GET with one bad parameter after the other; `wrong` is what the page of a refusal is.
async fn spoil_address(server: &Server, browser: &Browser, path: &str, all: &Pairs, dice: &mut Dice) {
    for (name, _) in all {
        for value in CONTROLS {
            let page = browser.clone().get_once(server, &format!("{path}?{}", with(all, name, value))).await;
            let shown = format!("{path} {name}={value:?}");
            sound(&shown, &page);
            let told = said(&page);
            assert!(
                page.status == 400 || told.contains("error=invalid_request"),
                "{shown}: {} {told}",
                page.status
            );
            // Of a client or an address that nobody knows there is nothing more to say.
            let unknown =
                path.ends_with("authorize") && ["client_id", "redirect_uri"].contains(&name.as_str());
            assert!(
                unknown || told.contains(&format!("'{name}'")) || told.contains("claims must"),
                "{shown}: {told}"
            );
        }
        for value in (0..DRAWN).map(|_| dice.pick(NASTY)).collect::<Vec<_>>() {
            let page = browser.clone().get_once(server, &format!("{path}?{}", with(all, name, value))).await;
            sound(&format!("{path} {name}={value:?}"), &page);
            said(&page);
        }
    }
}

#[tokio::test]
async fn a_right_authorization_request_with_one_bad_parameter_is_told_which() {
    let server = Server::start().await;
    let mut dice = Dice::new(6);
    let all = authorization(&server);
    let path = format!("/{}/oauth2/v2.0/authorize", server.tenant);
    let good = Browser::new().get_once(&server, &format!("{path}?{}", with(&all, "state", "s"))).await;
    assert!(good.location().is_some_and(|to| to.contains("/sign-in/")), "{}", good.html);
    let (signed_in, _) = signed_in(&server).await;
    for browser in [Browser::new(), signed_in] {
        spoil_address(&server, &browser, &path, &all, &mut dice).await;
    }
    for letters in LETTERS {
        let page =
            Browser::new().get_once(&server, &format!("{path}?{}", with(&all, "state", letters))).await;
        assert!(page.location().is_some_and(|to| to.contains("/sign-in/")), "{letters}: {}", page.html);
    }
}

#[tokio::test]
async fn the_ends_of_sessions_and_admin_consent_name_the_bad_parameter() {
    let server = Server::start().await;
    let mut dice = Dice::new(7);
    let (signed_in, _) = signed_in(&server).await;
    let (desk, _) = server.at_portal(&server.admin).await;
    let client = server.portal.client_id.to_string();
    let leaving = pairs(&[
        ("id_token_hint", "a.b.c"),
        ("client_id", &client),
        ("post_logout_redirect_uri", BACK),
        ("state", "s"),
        ("logout_hint", "mia@fabrikam.example"),
        ("ui_locales", "en"),
    ]);
    let agreeing =
        pairs(&[("client_id", &client), ("redirect_uri", BACK), ("scope", "User.Read"), ("state", "s")]);
    for (browser, path, all) in [
        (&Browser::new(), "oauth2/v2.0/logout", &leaving),
        (&signed_in, "oauth2/v2.0/logout", &leaving),
        (&signed_in, "sign-out", &leaving),
        (&Browser::new(), "v2.0/adminconsent", &agreeing),
        (&desk, "v2.0/adminconsent", &agreeing),
        (&desk, "adminconsent", &agreeing),
    ] {
        spoil_address(&server, browser, &format!("/{}/{path}", server.tenant), all, &mut dice).await;
    }
    assert!(signed_in.session().is_some());
}

async fn post(server: &Server, endpoint: &str, body: String) -> (u16, serde_json::Value, String) {
    let request = Request::post(format!("/{}/oauth2/v2.0/{endpoint}", server.tenant))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into())
        .unwrap();
    let reply = server.raw(request).await;
    (reply.status.as_u16(), reply.json, reply.text)
}

#[tokio::test]
async fn right_grants_with_one_bad_parameter_are_told_which_and_are_not_used_up() {
    let server = Server::start().await;
    let mut dice = Dice::new(8);
    let (mut browser, _) = signed_in(&server).await;
    let issued = code(&at_the_app(&server, &mut browser).await);
    let right = [("grant_type", "authorization_code"), ("code", issued.as_str()), ("redirect_uri", BACK)];
    let (client, secret) = (server.portal.client_id.to_string(), server.portal.secret.clone().unwrap());
    let of_portal = [("client_id", client.as_str()), ("client_secret", secret.as_str()), ("scope", "openid")];
    let device = "14d82eec-204b-4c2f-b7e8-296a70dab67e";
    let requests = [
        ("token", pairs(&[right.as_slice(), &of_portal].concat())),
        (
            "token",
            pairs(
                &[&[("grant_type", "refresh_token"), ("refresh_token", "x")], of_portal.as_slice()].concat(),
            ),
        ),
        (
            "token",
            pairs(&[
                ("grant_type", "client_credentials"),
                ("client_id", &server.automation.client_id.to_string()),
                ("client_secret", server.automation.secret.as_deref().unwrap()),
                ("scope", "https://graph.microsoft.com/.default"),
                ("claims", "{}"),
            ]),
        ),
        ("token", pairs(&[("grant_type", "device_code"), ("device_code", "x"), ("client_id", device)])),
        ("devicecode", pairs(&[("client_id", device), ("scope", "openid offline_access")])),
    ];
    for (endpoint, all) in &requests {
        for (name, _) in all {
            for value in CONTROLS {
                let (status, json, text) = post(&server, endpoint, with(all, name, value)).await;
                let shown = format!("{endpoint} {name}={value:?}: {status} {text}");
                assert_eq!((status, json["error"].as_str()), (400, Some("invalid_request")), "{shown}");
                assert!(
                    json["error_description"].as_str().unwrap().contains(&format!("'{name}'")),
                    "{shown}"
                );
            }
            // A right code is used up by a wrong secret or address of its client.
            let drawn = if *name == "state" || all[0].1 == "authorization_code" { 0 } else { DRAWN };
            for value in (0..drawn).map(|_| dice.pick(NASTY)).collect::<Vec<_>>() {
                let (status, _, text) = post(&server, endpoint, with(all, name, value)).await;
                assert!(status < 500, "{endpoint} {name}={value:?}: {status} {text}");
            }
        }
    }
    let (status, _, text) = post(&server, "token", with(&requests[2].1, "x-client-SKU", "a\0b")).await;
    assert_eq!(status, 200, "what means nothing is ignored, whatever it holds: {text}");
    tokens(&server, &right).await.expect(200);
}

#[tokio::test]
async fn a_form_of_the_sign_in_with_one_bad_field_is_answered_with_a_page() {
    let server = Server::start().await;
    let mut dice = Dice::new(9);
    let mut browser = Browser::new();
    let asked = at_the_app(&server, &mut browser).await;
    let named = browser.submit(&server, &asked.form_to("/address"), &[("address", &server.member.upn)]).await;
    let device = browser.get(&server, "/devicelogin").await;
    let at_device = device.filled("/devicelogin", &[("user_code", "BCDFGHJKL")]);
    for (form, fields) in [
        (asked.form_to("/address"), vec![("address", server.member.upn.as_str())]),
        (named.form_to("/password"), vec![("password", PASSWORD)]),
        (at_device, vec![("user_code", "BCDFGHJKL")]),
    ] {
        let mut names: Vec<String> = form.fields.iter().map(|(name, _)| name.clone()).collect();
        names.extend(fields.iter().map(|(name, _)| (*name).to_owned()));
        let drawn: Vec<&str> = (0..DRAWN).map(|_| dice.pick(NASTY)).collect();
        for (name, value) in
            names.iter().flat_map(|name| CONTROLS.iter().chain(&drawn).map(move |v| (name, *v)))
        {
            let mut all: Vec<(&str, &str)> =
                fields.iter().copied().filter(|(other, _)| other != name).collect();
            all.push((name, value));
            let page = browser.clone().submit_once(&server, &form, &all).await;
            sound(&format!("{} {name}={value:?}", form.action), &page);
        }
    }
}
