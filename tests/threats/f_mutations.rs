//! Threats F7: a token with anything changed is no token. Bits and characters of each part, other algorithms, parts of other
//! tokens, keys of other organisations, other kinds of token: none is taken anywhere.

use hospes_domain::jose::{Algorithm, base64url};
use hospes_domain::time::Clock;
use serde_json::{Value, json};

use super::d_sign_ins::{BACK, at_the_app, code, tokens};
use super::h_pages::signed_in;
use crate::harness::{Browser, Dice, Server};

const ROUNDS: usize = 300;

/// One change of a compact token; never none.
fn mutated(dice: &mut Dice, token: &str, others: &[String]) -> String {
    loop {
        let changed = change(dice, token, others);
        if changed != token {
            return changed;
        }
    }
}

fn change(dice: &mut Dice, token: &str, others: &[String]) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let at = dice.below(parts.len());
    match dice.below(8) {
        // One bit of what a part says.
        0 | 1 => {
            let mut bytes = base64url::decode(&parts[at]).unwrap_or_else(|| parts[at].clone().into_bytes());
            if !bytes.is_empty() {
                let byte = dice.below(bytes.len());
                bytes[byte] ^= 1 << dice.below(8);
            }
            parts[at] = base64url::encode(bytes);
        }
        // One character of how it is written; another spelling of the same bytes is none, too.
        2 => {
            let mut text: Vec<char> = parts[at].chars().collect();
            if !text.is_empty() {
                let place = dice.below(text.len());
                text[place] = dice.pick(&['A', 'B', 'z', '9', '-', '_', '=', '+', ' ', '\u{e9}']);
            }
            parts[at] = text.into_iter().collect();
        }
        // A part of another token.
        3 => {
            let other: Vec<&str> = others[dice.below(others.len())].split('.').collect();
            other[dice.below(other.len())].clone_into(&mut parts[at]);
        }
        // Another algorithm, or a key of one's own.
        4 => {
            let header =
                base64url::decode(&parts[0]).and_then(|text| serde_json::from_slice::<Value>(&text).ok());
            let mut header = header.unwrap_or_else(|| json!({}));
            let (name, value) = dice.pick(&[
                ("alg", "none"),
                ("alg", "HS256"),
                ("alg", "ES256"),
                ("alg", "PS256"),
                ("typ", "at+jwt"),
                ("kid", "../../etc/passwd"),
                ("jku", "https://evil.example/keys"),
                ("crit", "exp"),
            ]);
            header[name] = json!(value);
            parts[0] = base64url::encode(header.to_string());
            if dice.one_in(3) {
                parts.last_mut().unwrap().clear();
            }
        }
        // Longer, shorter, doubled.
        5 => {
            let length = dice.below(1 + parts[at].chars().count());
            parts[at] = parts[at].chars().take(length).collect();
        }
        6 => parts.push(parts[at].clone()),
        _ => return format!("{token}{}", others[dice.below(others.len())]),
    }
    parts.join(".")
}

async fn userinfo(server: &Server, token: &str) -> u16 {
    let request = http::Request::get("/oidc/userinfo");
    let Ok(value) = http::HeaderValue::from_bytes(format!("Bearer {token}").as_bytes()) else { return 401 };
    let request = request.header("authorization", value).body(axum::body::Body::empty()).unwrap();
    server.raw(request).await.status.as_u16()
}

#[tokio::test]
async fn f7_no_mutated_token_is_accepted_anywhere() {
    let server = Server::start().await;
    let (mut browser, _) = signed_in(&server).await;
    let used = code(&at_the_app(&server, &mut browser).await);
    let first = [("grant_type", "authorization_code"), ("code", &*used), BACK];
    let json = tokens(&server, &first).await.expect(200).json;
    let text = |name: &str| json[name].as_str().unwrap().to_owned();
    let (id, access, refresh) = (text("id_token"), text("access_token"), text("refresh_token"));
    let (other, stranger, _) = server.second_tenant("contoso.example").await;
    let foreign = server.token_with(other, stranger.id, 1, hospes_domain::access::Scope::ALL);
    let now = server.clock.now().seconds();
    let keys = server.app.keys(server.tenant).unwrap();
    let logout = json!({ "iss": format!("https://hospes.example/{}/v2.0", server.tenant), "aud": server.portal.client_id,
        "sub": "x", "iat": now, "exp": now + 120, "jti": "1", "oid": server.member.id, "tid": server.tenant,
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} } });
    let logout = keys
        .signing(Algorithm::Rs256, server.app.now())
        .sign_as("logout+jwt", logout.to_string().as_bytes())
        .unwrap();
    let others = [id.clone(), access.clone(), refresh.clone(), foreign.clone(), logout.clone(), used];

    // Whole tokens of another kind.
    for token in [&id, &logout, &refresh, &foreign] {
        let graph = server.get(token, "/v1.0/me").await.status.as_u16();
        assert!(*token == foreign || (graph, userinfo(&server, token).await) == (401, 401));
    }
    for token in [&access, &logout, &refresh, &foreign] {
        assert!(asks(&server, &browser, token).await, "no hint: {token}");
    }

    let mut dice = Dice::new(15);
    for _ in 0..ROUNDS {
        let bad = mutated(&mut dice, &access, &others);
        let taken = bad == foreign || others.contains(&bad);
        assert!(taken || userinfo(&server, &bad).await == 401, "{bad}");
        if let Ok(value) = http::HeaderValue::from_bytes(format!("Bearer {bad}").as_bytes()) {
            let request = http::Request::get("/v1.0/me").header("authorization", value);
            let reply = server.raw(request.body(axum::body::Body::empty()).unwrap()).await;
            assert!(taken || reply.status == 401, "{bad}");
        }
        let bad = mutated(&mut dice, &refresh, &others);
        let fields = [("grant_type", "refresh_token"), ("refresh_token", bad.as_str())];
        assert!(matches!(tokens(&server, &fields).await.status.as_u16(), 400 | 401), "{bad}");
        let bad = mutated(&mut dice, &id, &others);
        let client = server.portal.client_id.to_string();
        let assertion = [
            ("grant_type", "client_credentials"),
            ("client_id", client.as_str()),
            ("scope", "https://graph.microsoft.com/.default"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", bad.as_str()),
        ];
        let reply = server.token_request(&server.tenant.to_string(), &assertion).await;
        assert_eq!(reply.status, 401, "{bad}: {}", reply.text);
    }
    for _ in 0..60 {
        let bad = mutated(&mut dice, &id, &others);
        assert!(others.contains(&bad) || asks(&server, &browser, &bad).await, "{bad}");
    }
    assert!(!asks(&server, &browser, &id).await, "the id token itself is a hint");
    let good = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    tokens(&server, &good).await.expect(200);
    assert_eq!(userinfo(&server, &access).await, 200, "and the good ones are still good");
}

#[tokio::test]
async fn f4_no_mutated_code_is_redeemed_and_none_of_them_burns_the_good_one() {
    let server = Server::start().await;
    let (mut browser, _) = signed_in(&server).await;
    let good = code(&at_the_app(&server, &mut browser).await);
    let mut dice = Dice::new(16);
    for _ in 0..100 {
        let bad = mutated(&mut dice, &good, std::slice::from_ref(&good));
        let fields = [("grant_type", "authorization_code"), ("code", bad.as_str()), BACK];
        let reply = tokens(&server, &fields).await.expect(400);
        assert_ne!(reply.json["error"], "server_error", "{bad}");
    }
    tokens(&server, &[("grant_type", "authorization_code"), ("code", &good), BACK]).await.expect(200);
}

/// A device's code and what a browser holds are as good as tokens.
#[tokio::test]
async fn f7_f13_no_mutated_device_code_and_no_mutated_cookie_is_accepted() {
    let stage = super::f_device::Stage::new().await;
    let (mut browser, _) = signed_in(&stage.server).await;
    let (good, code) = stage.begin().await;
    stage.lets_in(&mut browser, &code).await;
    let mut dice = Dice::new(17);
    for _ in 0..60 {
        let bad = mutated(&mut dice, &good, std::slice::from_ref(&good));
        let reply = stage.poll(&bad).await.expect(400);
        let error = reply.json["error"].as_str().unwrap();
        assert!(matches!(error, "bad_verification_code" | "invalid_request"), "{bad}: {error}");
    }
    let session = browser.session().unwrap();
    let name = browser.cookies.iter().find(|(_, value)| **value == session).unwrap().0.clone();
    for _ in 0..60 {
        let bad = mutated(&mut dice, &session, std::slice::from_ref(&session));
        if http::HeaderValue::from_bytes(bad.as_bytes()).is_err() || bad.contains([' ', '\u{e9}']) {
            continue;
        }
        let mut other = browser.clone();
        other.cookies.insert(name.clone(), bad.clone());
        assert!(!stage.server.greets(&mut other, &stage.server.member.upn).await, "{bad}");
    }
    assert!(stage.server.greets(&mut browser, &stage.server.member.upn).await);
    stage.poll(&good).await.expect(200);
}

/// Whether the sign-out asks first: the hint was worth nothing.
async fn asks(server: &Server, browser: &Browser, hint: &str) -> bool {
    let query =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("id_token_hint", hint).finish();
    let url = format!("/{}/oauth2/v2.0/logout?{query}", server.tenant);
    let page = browser.clone().get_once(server, &url).await;
    page.html.contains("/sign-out")
}
