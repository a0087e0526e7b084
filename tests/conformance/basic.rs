//! Plan "Basic OP", the modules about the exchange itself: code, tokens, userinfo, client authentication.

use axum::body::Body;
use hospes_domain::jose::base64url;
use http::Request;
use serde_json::Value;

use super::{CALLBACK, Plan, VERIFIER, claims, pkce};
use crate::harness::Page;

#[tokio::test]
async fn oidcc_server_a_code_becomes_a_signed_id_token_with_every_required_claim() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[]).await;
    assert_eq!(got["state"], "st&te=1");
    let tokens = plan.exchange(&got).await;
    assert_eq!(tokens["token_type"], "Bearer");
    assert!(tokens["expires_in"].as_i64().unwrap() > 0, "{tokens}");
    assert!(tokens.get("refresh_token").is_none(), "offline_access was not asked for");
    let discovered = plan.discovered().await;
    let told = claims(&tokens["id_token"]);
    assert_eq!(told["iss"], discovered["issuer"]);
    assert_eq!(told["aud"], plan.client.as_str());
    assert_eq!(told["nonce"], "n-0S6_WzA2Mj");
    assert!(
        told["exp"].as_i64() > told["iat"].as_i64() && told["sub"].as_str().is_some_and(|s| s.len() <= 255)
    );
}

#[tokio::test]
async fn the_signature_is_verified_by_a_library_that_issued_nothing_with_the_published_keys() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[]).await;
    let tokens = plan.exchange(&got).await;
    let (header, told) = plan.verified(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(header.typ.as_deref(), Some("JWT"));
    assert_eq!(told, claims(&tokens["id_token"]));
}

#[tokio::test]
async fn oidcc_response_type_missing_is_told_to_the_app() {
    let mut plan = Plan::start().await;
    let got = plan.again(&[("response_type", "")]).await;
    assert_eq!((got["error"].as_str(), got["state"].as_str()), ("invalid_request", "st&te=1"));
    let got = plan.again(&[("response_type", "token")]).await;
    assert_eq!(got["error"], "unsupported_response_type");
}

async fn userinfo(plan: &Plan, request: Request<Body>) -> Page {
    super::Browser::new().send(&plan.server, request).await
}

#[tokio::test]
async fn oidcc_userinfo_get_and_post_by_header_and_by_body_answer_alike() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[("scope", "openid profile email")]).await;
    let tokens = plan.exchange(&got).await;
    let token = tokens["access_token"].as_str().unwrap();
    let bearer = format!("Bearer {token}");
    let get = Request::get("/oidc/userinfo").header("authorization", &bearer).body(Body::empty()).unwrap();
    let post = Request::post("/oidc/userinfo").header("authorization", &bearer).body(Body::empty()).unwrap();
    let form = Request::post("/oidc/userinfo")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("access_token={token}")))
        .unwrap();
    for request in [get, post, form] {
        let way = format!("{request:?}");
        let page = userinfo(&plan, request).await;
        assert_eq!(page.status, 200, "{way}: {}", page.html);
        let told: Value = serde_json::from_str(&page.html).unwrap();
        assert_eq!(told["sub"], claims(&tokens["id_token"])["sub"]);
        assert_eq!(told["name"], "mia");
        assert_eq!(told["email"], plan.server.member.upn.as_str());
    }
    let in_the_query = format!("/oidc/userinfo?access_token={token}");
    let refused = userinfo(&plan, Request::get(in_the_query).body(Body::empty()).unwrap()).await;
    assert_eq!(refused.status, 401, "a token in an address ends up in logs");
}

#[tokio::test]
async fn oidcc_ensure_request_without_nonce_succeeds_and_the_token_has_none() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[("nonce", "")]).await;
    let tokens = plan.exchange(&got).await;
    assert!(claims(&tokens["id_token"]).get("nonce").is_none());
}

#[tokio::test]
async fn oidcc_scope_profile_email_and_all_in_any_order() {
    let mut plan = Plan::start().await;
    plan.signed_in(&[]).await;
    for (scope, name, email) in [
        ("openid profile", true, false),
        ("openid email", false, true),
        ("openid profile email", true, true),
        ("email profile openid", true, true),
        // Scopes of the standard that open nothing here are not asked about either.
        ("openid address", false, false),
        ("openid phone", false, false),
        ("openid profile email address phone", true, true),
    ] {
        let got = plan.again(&[("scope", scope)]).await;
        let told = claims(&plan.exchange(&got).await["id_token"]);
        assert_eq!(
            (told.get("name").is_some(), told.get("email").is_some()),
            (name, email),
            "{scope}: {told}"
        );
    }
}

#[tokio::test]
async fn oidcc_codereuse_refuses_the_second_use_and_ends_what_the_first_gave() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[("scope", "openid offline_access")]).await;
    let tokens = plan.exchange(&got).await;
    let refused = plan.code(&got).await.expect(400);
    assert_eq!(refused.json["error"], "invalid_grant");
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let refused = plan.token(&refresh).await.expect(400);
    assert_eq!(refused.json["error"], "invalid_grant", "RFC 6749 section 4.1.2");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let request = Request::get("/oidc/userinfo").header("authorization", bearer).body(Body::empty()).unwrap();
    assert_eq!(userinfo(&plan, request).await.status, 401, "the access token, where the plan only warns");
}

#[tokio::test]
async fn oidcc_codereuse_30seconds() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[("scope", "openid offline_access")]).await;
    let tokens = plan.exchange(&got).await;
    plan.server.clock.advance(30);
    assert_eq!(plan.code(&got).await.expect(400).json["error"], "invalid_grant");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    plan.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await.expect(400);
}

#[tokio::test]
async fn oidcc_claims_essential_a_name_that_no_scope_opens() {
    let mut plan = Plan::start().await;
    for place in ["id_token", "userinfo"] {
        let asks = format!("{{\"{place}\":{{\"name\":{{\"essential\":true}}}}}}");
        let given = [("claims", asks.as_str()), ("prompt", "login")];
        let page = plan.open(&given).await;
        let got = super::answer(&plan.sign_in(page).await);
        let tokens = plan.exchange(&got).await;
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let request = Request::get("/oidc/userinfo").header("authorization", bearer);
        let page = userinfo(&plan, request.body(Body::empty()).unwrap()).await;
        let info: Value = serde_json::from_str(&page.html).unwrap();
        let told = (claims(&tokens["id_token"])["name"].clone(), info["name"].clone());
        let name = Value::from("mia");
        let expected = if place == "id_token" { (name, Value::Null) } else { (Value::Null, name) };
        assert_eq!(told, expected, "{place}");
    }
}

#[tokio::test]
async fn oidcc_ensure_registered_redirect_uri_an_unknown_one_is_a_page_and_never_a_redirect() {
    let mut plan = Plan::start().await;
    for wrong in [
        "https://portal.example/callback/",
        "https://evil.example/callback",
        "https://portal.example/callback?a=b",
    ] {
        let page = plan.open(&[("redirect_uri", wrong)]).await;
        assert!(page.status.is_client_error() && page.location().is_none(), "{wrong}: {}", page.url);
    }
}

#[tokio::test]
async fn oidcc_ensure_post_request_succeeds() {
    let mut plan = Plan::start().await;
    plan.signed_in(&[]).await;
    let url = plan.request(&[]);
    let (path, query) = url.split_once('?').unwrap();
    // A form of the app's site, as a browser posts it: without the cookies of this server.
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://portal.example")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from(query.to_owned()))
        .unwrap();
    let page = super::Browser::new().send(&plan.server, request).await;
    let next = page.location().unwrap_or_else(|| panic!("{}: {}", page.status, page.html));
    let page = plan.browser.get(&plan.server, &next).await;
    assert!(super::answer(&page).contains_key("code"));
}

#[tokio::test]
async fn oidcc_server_client_secret_post_and_basic() {
    let mut plan = Plan::start().await;
    plan.signed_in(&[]).await;
    let got = plan.again(&[]).await;
    plan.exchange(&got).await;
    let got = plan.again(&[]).await;
    let basic = {
        use base64::Engine as _;
        let pair = format!("{}:{}", plan.client, plan.secret);
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
    };
    let fields = [("grant_type", "authorization_code"), ("code", &*got["code"]), ("redirect_uri", CALLBACK)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post(format!("/{}/oauth2/v2.0/token", plan.server.tenant))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", basic)
        .body(Body::from(body))
        .unwrap();
    let page = super::Browser::new().send(&plan.server, request).await;
    assert_eq!(page.status, 200, "{}", page.html);
}

#[tokio::test]
async fn oidcc_refresh_token_the_new_id_token_is_of_the_same_person_and_sign_in() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[("scope", "openid offline_access")]).await;
    let first = plan.exchange(&got).await;
    plan.server.clock.advance(60);
    let refresh = first["refresh_token"].as_str().unwrap();
    let second =
        plan.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await.expect(200).json;
    let (before, after) = (claims(&first["id_token"]), claims(&second["id_token"]));
    for same in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(before[same], after[same], "{same} (OIDC Core section 12.2)");
    }
    assert!(after["iat"].as_i64() > before["iat"].as_i64());
    let other = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", "x")];
    assert_eq!(plan.token(&other).await.status, 400, "a parameter twice");
}

#[tokio::test]
async fn oidcc_ensure_request_with_valid_pkce_succeeds_and_a_wrong_verifier_fails() {
    let mut plan = Plan::start().await;
    plan.signed_in(&[]).await;
    let asked = pkce();
    let with = [("code_challenge", &*asked), ("code_challenge_method", "S256")];
    for (verifier, status) in [(VERIFIER, 200), ("A".repeat(43).as_str(), 400), ("", 400)] {
        let got = plan.again(&with).await;
        let mut fields =
            vec![("grant_type", "authorization_code"), ("code", &*got["code"]), ("redirect_uri", CALLBACK)];
        fields.extend((!verifier.is_empty()).then_some(("code_verifier", verifier)));
        let reply = plan.token(&fields).await;
        assert_eq!(reply.status, status, "{verifier}: {}", reply.text);
    }
}

#[tokio::test]
async fn oidcc_request_objects_are_refused_as_the_discovery_document_says() {
    let mut plan = Plan::start().await;
    let discovered = plan.discovered().await;
    assert_eq!(discovered["request_parameter_supported"], false);
    assert_eq!(discovered["request_uri_parameter_supported"], false);
    let got = plan.again(&[("request", "eyJhbGciOiJub25lIn0.e30.")]).await;
    assert_eq!(got["error"], "request_not_supported");
    let got = plan.again(&[("request_uri", "https://evil.example/object")]).await;
    assert_eq!(got["error"], "request_uri_not_supported", "threats F10");
    // oidcc-ensure-request-object-with-redirect-uri: what an object says of the address counts for nothing.
    let object = base64url::encode(r#"{"redirect_uri":"https://evil.example/cb","scope":"openid"}"#);
    let got = plan.again(&[("request", &format!("eyJhbGciOiJub25lIn0.{object}."))]).await;
    assert_eq!((got["error"].as_str(), got["state"].as_str()), ("request_not_supported", "st&te=1"));
}
