//! Plan "Form Post OP": the answer travels in a form that the browser posts.

use super::{Plan, claims};
use crate::harness::Page;

/// The answer in a posted form, as the person's button or the browser sends it.
fn posted(page: &Page) -> super::Answer {
    assert_eq!(page.status, 200, "{}", page.html);
    submits_itself(page);
    let form = page.filled("/callback", &[]);
    assert_eq!((form.method.as_str(), form.action.as_str()), ("post", super::CALLBACK));
    form.fields.into_iter().filter(|(name, _)| !name.is_empty()).collect()
}

/// A script file of the server posts the one form on load, with nothing inline and nobody else's (Form Post Response Mode
/// section 1); the button stays where scripts are off.
fn submits_itself(page: &Page) {
    let script = &*hospes_web::pages::assets::FORM_POST_PATH;
    assert_eq!(
        page.html.matches(&format!("<script src=\"{script}\" defer></script>")).count(),
        1,
        "{}",
        page.html
    );
    assert!(!page.unscripted().contains("<script") && !page.html.contains(" onload"), "{}", page.html);
    assert_eq!(page.html.matches("<form ").count(), 1, "{}", page.html);
    assert!(page.html.contains("<button class=\"button primary\""), "{}", page.html);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("connect-src"), "{policy}");
    assert!(
        policy.contains("form-action 'self' https://portal.example;"),
        "the form may not be posted: {policy}"
    );
}

#[tokio::test]
async fn oidcc_server_by_form_post() {
    let mut plan = Plan::start().await;
    let page = plan.open(&[("response_mode", "form_post")]).await;
    let page = plan.sign_in(page).await;
    let got = posted(&page);
    assert_eq!(got["state"], "st&te=1", "escaped and read back");
    let script = plan.browser.get(&plan.server, &hospes_web::pages::assets::FORM_POST_PATH).await;
    assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");
    assert!(script.html.contains("form.submit()"), "{}", script.html);
    let tokens = plan.exchange(&got).await;
    assert_eq!(claims(&tokens["id_token"])["nonce"], "n-0S6_WzA2Mj");
}

#[tokio::test]
async fn oidcc_errors_by_form_post_and_by_fragment() {
    let mut plan = Plan::start().await;
    let page = plan.open(&[("response_mode", "form_post"), ("prompt", "none")]).await;
    assert_eq!(posted(&page)["error"], "login_required");
    let page = plan.open(&[("response_mode", "fragment"), ("prompt", "none")]).await;
    assert!(page.url.contains('#'), "{}", page.url);
    assert_eq!(super::answer(&page)["error"], "login_required");
}

impl Plan {
    /// A request by form post, whoever has to be asked first.
    async fn by_form(&mut self, given: &[(&str, &str)]) -> super::Answer {
        let page = self.open(&[given, &[("response_mode", "form_post")]].concat()).await;
        let asks = page.html.contains("/address\"");
        posted(&if asks { self.sign_in(page).await } else { page })
    }
}

/// The modules of the plan that "Basic OP" has, too: the answer differs in how it travels, and in nothing else.
#[tokio::test]
async fn the_modules_of_basic_op_by_form_post() {
    let mut plan = Plan::start().await;
    for (given, error) in [
        (("response_type", ""), "invalid_request"),
        (("prompt", "none"), "login_required"),
        (("prompt", "none login"), "invalid_request"),
        (("scope", "User.Fly"), "invalid_scope"),
        (("request", "e30.e30."), "request_not_supported"),
        (("request_uri", "https://evil.example/r"), "request_uri_not_supported"),
    ] {
        let got = plan.by_form(&[given]).await;
        assert_eq!((got["error"].as_str(), got["state"].as_str()), (error, "st&te=1"), "{given:?}");
        assert!(got["iss"].starts_with("https://hospes.example/"), "RFC 9207: {got:?}");
    }
    let got = plan.by_form(&[("scope", "openid offline_access"), ("nonce", "")]).await;
    let first = plan.exchange(&got).await;
    assert!(claims(&first["id_token"]).get("nonce").is_none());
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().unwrap())];
    plan.token(&refresh).await.expect(200);
    for given in [
        ("prompt", "none"),
        ("max_age", "10000"),
        ("display", "page"),
        ("ui_locales", "de"),
        ("acr_values", "1 2"),
        ("scope", "openid profile email address phone"),
        ("extra", "foobar"),
    ] {
        let got = plan.by_form(&[given]).await;
        let told = claims(&plan.exchange(&got).await["id_token"]);
        assert_eq!(told["sub"], claims(&first["id_token"])["sub"], "{given:?}");
    }
    plan.server.clock.advance(2);
    for given in [("prompt", "login"), ("max_age", "1")] {
        let got = plan.by_form(&[given]).await;
        let told = claims(&plan.exchange(&got).await["id_token"]);
        assert!(told["auth_time"].as_i64() > claims(&first["id_token"])["auth_time"].as_i64(), "{given:?}");
        plan.server.clock.advance(2);
    }
    let got = plan.by_form(&[]).await;
    plan.exchange(&got).await;
    assert_eq!(plan.code(&got).await.expect(400).json["error"], "invalid_grant", "oidcc-codereuse");
    let pkce = super::pkce();
    let got = plan.by_form(&[("code_challenge", &pkce), ("code_challenge_method", "S256")]).await;
    plan.code(&got).await.expect(400);
    // An address that nobody registered gets no form either.
    let wrong = [("response_mode", "form_post"), ("redirect_uri", "https://evil.example/cb")];
    let page = plan.open(&wrong).await;
    assert!(page.status == 400 && !page.html.contains("<form"), "{}", page.html);
}
