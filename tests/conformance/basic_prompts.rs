//! Plan "Basic OP", the modules about what the person is asked, and about parameters that change nothing.

use serde_json::json;

use super::{Plan, claims};

#[tokio::test]
async fn oidcc_display_locales_acr_and_unknown_parameters_change_nothing() {
    let mut plan = Plan::start().await;
    plan.signed_in(&[]).await;
    for given in [
        ("display", "page"),
        ("display", "popup"),
        ("ui_locales", "de pt"),
        ("claims_locales", "se"),
        ("acr_values", "1 2"),
        ("extra", "foobar"),
        ("claims", r#"{"id_token":{"name":{"essential":true}},"userinfo":{"name":{"essential":true}}}"#),
    ] {
        let got = plan.again(&[given]).await;
        plan.exchange(&got).await;
    }
}

#[tokio::test]
async fn oidcc_prompt_login_asks_again_and_the_new_sign_in_is_a_later_one() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[("max_age", "10000")]).await;
    let first = claims(&plan.exchange(&got).await["id_token"]);
    plan.server.clock.advance(2);
    let page = plan.open(&[("prompt", "login"), ("max_age", "10000")]).await;
    assert!(page.html.contains("<form"), "nobody was asked: {}", page.url);
    let page = plan.sign_in(page).await;
    let second = claims(&plan.exchange(&super::answer(&page)).await["id_token"]);
    assert_eq!(first["sub"], second["sub"]);
    assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
}

#[tokio::test]
async fn oidcc_prompt_none_without_and_with_a_session() {
    let mut plan = Plan::start().await;
    let got = plan.again(&[("prompt", "none")]).await;
    assert_eq!((got["error"].as_str(), got["state"].as_str()), ("login_required", "st&te=1"));
    let got = plan.signed_in(&[]).await;
    let first = claims(&plan.exchange(&got).await["id_token"]);
    let got = plan.again(&[("prompt", "none")]).await;
    let second = claims(&plan.exchange(&got).await["id_token"]);
    assert_eq!((&first["sub"], &first["auth_time"]), (&second["sub"], &second["auth_time"]));
}

#[tokio::test]
async fn oidcc_max_age_1_asks_again_and_10000_does_not() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[]).await;
    let first = claims(&plan.exchange(&got).await["id_token"]);
    plan.server.clock.advance(2);
    let got = plan.again(&[("max_age", "10000")]).await;
    let same = claims(&plan.exchange(&got).await["id_token"]);
    assert!(same["auth_time"].is_i64(), "auth_time is required with max_age");
    let page = plan.open(&[("max_age", "1")]).await;
    assert!(page.html.contains("<form"), "nobody was asked: {}", page.url);
    let page = plan.sign_in(page).await;
    let later = claims(&plan.exchange(&super::answer(&page)).await["id_token"]);
    assert_eq!((&first["sub"], &first["auth_time"]), (&same["sub"], &same["auth_time"]));
    assert!(later["auth_time"].as_i64() > first["auth_time"].as_i64());
}

/// The module asks again a moment after a second has gone by, which tells nothing in whole seconds.
#[tokio::test]
async fn max_age_is_counted_by_the_clock_and_0_is_a_new_sign_in() {
    let mut plan = Plan::start().await;
    plan.signed_in(&[]).await;
    plan.server.clock.advance_millis(900);
    assert!(plan.again(&[("prompt", "none"), ("max_age", "1")]).await.contains_key("code"));
    for max_age in ["0", "1"] {
        plan.server.clock.advance_millis(100);
        assert_eq!(plan.again(&[("prompt", "none"), ("max_age", max_age)]).await["error"], "login_required");
        let page = plan.open(&[("max_age", max_age)]).await;
        let got = super::answer(&plan.sign_in(page).await);
        plan.exchange(&got).await;
        plan.server.clock.advance(1);
    }
}

#[tokio::test]
async fn oidcc_id_token_hint_of_the_person_and_login_hint() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[]).await;
    let tokens = plan.exchange(&got).await;
    let hint = tokens["id_token"].as_str().unwrap().to_owned();
    let got = plan.again(&[("prompt", "none"), ("id_token_hint", &hint)]).await;
    let again = claims(&plan.exchange(&got).await["id_token"]);
    assert_eq!(again["sub"], claims(&tokens["id_token"])["sub"]);
    let mut other = Plan { browser: super::Browser::new(), ..plan };
    let page = other.open(&[("login_hint", "bob@example.com")]).await;
    assert!(page.text().contains("bob@example.com"), "the hint is not typed in: {}", page.html);
}

/// OIDC Core sections 3.1.2.2 and 5.5.1: an answer about that person, or none (threats F12).
#[tokio::test]
async fn a_request_for_one_person_is_never_answered_about_another() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[]).await;
    let tokens = plan.exchange(&got).await;
    let (hint, sub) =
        (tokens["id_token"].as_str().unwrap().to_owned(), claims(&tokens["id_token"])["sub"].clone());
    let asking = |sub: &serde_json::Value| json!({ "id_token": { "sub": { "value": sub } } }).to_string();
    for own in [("claims", &*asking(&sub)), ("id_token_hint", &*hint)] {
        for prompt in ["none", ""] {
            let got = plan.again(&[own, ("prompt", prompt)]).await;
            assert_eq!(claims(&plan.exchange(&got).await["id_token"])["sub"], sub);
        }
    }
    // Somebody else's browser, with the same requests; and a `sub` of nobody.
    let ursula = plan.server.user_admin.upn.clone();
    let mut other = Plan { browser: super::Browser::new(), ..plan };
    let page = other.open(&[]).await;
    let got = super::answer(&other.sign_in_as(page, &ursula).await);
    let own = claims(&other.exchange(&got).await["id_token"])["sub"].clone();
    assert_ne!(own, sub);
    let nobody = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    for wanted in [("claims", &*asking(&sub)), ("claims", &*asking(&nobody)), ("id_token_hint", &*hint)] {
        let refused = other.again(&[wanted, ("prompt", "none")]).await;
        assert_eq!((refused["error"].as_str(), refused["state"].as_str()), ("login_required", "st&te=1"));
        let page = other.open(&[wanted]).await;
        assert!(page.html.contains("<form"), "nobody was asked: {}", page.url);
        let refused = super::answer(&other.sign_in_as(page, &ursula).await);
        assert_eq!(refused["error"], "login_required", "{refused:?}");
        assert!(!refused.contains_key("code"));
    }
    let page = other.open(&[("claims", &asking(&sub))]).await;
    let got = super::answer(&other.sign_in(page).await);
    assert_eq!(
        claims(&other.exchange(&got).await["id_token"])["sub"],
        sub,
        "the right person is let through"
    );
    let both = other.again(&[("claims", &asking(&own)), ("id_token_hint", &hint), ("prompt", "none")]).await;
    assert_eq!(both["error"], "invalid_request", "two people at once");
}

/// Not of the plan: an option of MSAL.js for renewing in a frame, where nobody sees who answers. Whoever else has signed in
/// since must not be taken for the one whose session it was (threats F12).
#[tokio::test]
async fn a_silent_request_that_names_a_session_is_answered_about_no_other() {
    let mut plan = Plan::start().await;
    let got = plan.signed_in(&[]).await;
    let first = claims(&plan.exchange(&got).await["id_token"]);
    let sid = first["sid"].as_str().unwrap();
    let got = plan.again(&[("prompt", "none"), ("sid", sid)]).await;
    assert_eq!(claims(&plan.exchange(&got).await["id_token"])["sub"], first["sub"]);
    let ursula = plan.server.user_admin.upn.clone();
    let page = plan.open(&[("prompt", "login")]).await;
    let got = super::answer(&plan.sign_in_as(page, &ursula).await);
    let other = claims(&plan.exchange(&got).await["id_token"]);
    assert_ne!(other["sub"], first["sub"]);
    for wrong in [sid, "00000000-0000-4000-8000-000000000000", "x"] {
        let got = plan.again(&[("prompt", "none"), ("sid", wrong)]).await;
        assert_eq!((got["error"].as_str(), got["state"].as_str()), ("login_required", "st&te=1"), "{wrong}");
    }
    let got = plan.again(&[("prompt", "none"), ("sid", other["sid"].as_str().unwrap())]).await;
    assert!(got.contains_key("code"), "{got:?}");
    let got = plan.again(&[("sid", sid)]).await;
    assert!(got.contains_key("code"), "only where nobody sees who answers: {got:?}");
}

/// OIDC Core section 5.5.1.1.
#[tokio::test]
async fn an_essential_acr_that_no_token_has_is_a_failed_sign_in_and_a_voluntary_one_is_ignored() {
    let mut plan = Plan::start().await;
    plan.signed_in(&[]).await;
    for (acr, error) in [
        (json!(null), None),
        (json!({ "essential": true }), None),
        (json!({ "values": ["phr"] }), None),
        (json!({ "essential": true, "values": ["phr", "1"] }), Some("unmet_authentication_requirements")),
        (json!({ "essential": true, "value": "0" }), Some("unmet_authentication_requirements")),
    ] {
        let asks = json!({ "id_token": { "acr": acr } }).to_string();
        for prompt in ["", "none"] {
            let got = plan.again(&[("claims", &asks), ("prompt", prompt)]).await;
            assert_eq!(got.get("error").map(String::as_str), error, "{asks} {got:?}");
        }
    }
}

#[tokio::test]
async fn rfc_9207_every_answer_says_whose_it_is() {
    let mut plan = Plan::start().await;
    let discovered = plan.discovered().await;
    assert_eq!(discovered["authorization_response_iss_parameter_supported"], true);
    let issuer = discovered["issuer"].as_str().unwrap().to_owned();
    let refused = plan.again(&[("prompt", "none")]).await;
    assert_eq!(refused["iss"], issuer, "{refused:?}");
    let got = plan.signed_in(&[]).await;
    assert_eq!(got["iss"], issuer);
}
