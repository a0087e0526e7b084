//! Plan "Form Post OP": the answer travels in a form that the browser posts.

use super::{Plan, claims};
use crate::harness::Page;

/// The answer in a posted form, as the person's button or the browser sends it.
fn posted(page: &Page) -> super::Answer {
    assert_eq!(page.status, 200, "{}", page.html);
    let form = page.filled("/callback", &[]);
    assert_eq!((form.method.as_str(), form.action.as_str()), ("post", super::CALLBACK));
    form.fields.into_iter().filter(|(name, _)| !name.is_empty()).collect()
}

#[tokio::test]
async fn oidcc_server_by_form_post() {
    let mut plan = Plan::start().await;
    let page = plan.open(&[("response_mode", "form_post")]).await;
    let page = plan.sign_in(page).await;
    let got = posted(&page);
    assert_eq!(got["state"], "st&te=1", "escaped and read back");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    assert!(policy.contains("https://portal.example"), "the form may not be posted: {policy}");
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
