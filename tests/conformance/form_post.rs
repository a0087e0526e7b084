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
