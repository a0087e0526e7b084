//! Plan "Basic OP", the modules about what the person is asked, and about parameters that change nothing.

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
