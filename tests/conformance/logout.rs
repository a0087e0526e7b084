//! Plan "RP-Initiated Logout OP"; the notices to the apps of the session are in [`super::logout_notices`].

use url::form_urlencoded::Serializer;

use super::{CALLBACK, Plan};
use crate::harness::Page;

impl Plan {
    pub async fn logout(&mut self, given: &[(&str, &str)]) -> Page {
        let query = Serializer::new(String::new()).extend_pairs(given).finish();
        let url = format!("/{}/oauth2/v2.0/logout?{query}", self.server.tenant);
        self.browser.get(&self.server, &url).await
    }

    /// Signed in at the app; the id token.
    pub async fn hint(&mut self) -> String {
        let got = self.signed_in(&[]).await;
        self.exchange(&got).await["id_token"].as_str().unwrap().to_owned()
    }

    /// Whether nobody is signed in any more.
    pub async fn is_out(&mut self) -> bool {
        self.again(&[("prompt", "none")]).await.get("error").is_some_and(|e| e == "login_required")
    }
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_with_a_hint_ends_the_session_and_returns_with_the_state() {
    let mut plan = Plan::start().await;
    let hint = plan.hint().await;
    let page = plan
        .logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", CALLBACK), ("state", "st&te=1")])
        .await;
    assert_eq!(super::answer(&page).get("state").map(String::as_str), Some("st&te=1"));
    assert!(plan.is_out().await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_without_state() {
    let mut plan = Plan::start().await;
    let hint = plan.hint().await;
    let page = plan.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", CALLBACK)]).await;
    assert!(!super::answer(&page).contains_key("state"), "{}", page.url);
    assert!(plan.is_out().await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_addresses_and_bad_hints_never_lead_away() {
    for (hinted, to) in [
        (true, "https://evil.example/out"),
        (true, "https://portal.example/callback?a=b"),
        (false, "https://evil.example/out"),
    ] {
        let mut plan = Plan::start().await;
        let hint = plan.hint().await;
        let mut given = vec![("post_logout_redirect_uri", to)];
        given.extend(hinted.then_some(("id_token_hint", hint.as_str())));
        let page = plan.logout(&given).await;
        assert!(
            page.url.starts_with("https://hospes") || page.url.starts_with('/'),
            "{to} was followed: {}",
            page.url
        );
    }
    let mut plan = Plan::start().await;
    let hint = plan.hint().await;
    let changed = format!("{}AAAA", &hint[..hint.len() - 4]);
    let page = plan.logout(&[("id_token_hint", &changed), ("post_logout_redirect_uri", CALLBACK)]).await;
    assert!(page.html.contains("<form"), "a forged hint signs nobody out without a question: {}", page.url);
    assert!(!plan.is_out().await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_without_parameters_asks_and_then_says_so() {
    let mut plan = Plan::start().await;
    plan.hint().await;
    let page = plan.logout(&[]).await;
    assert!(page.html.contains("<form"), "{}", page.html);
    assert!(!plan.is_out().await, "a mere link signed the person out");
    let page = plan.logout(&[]).await;
    let page = plan.browser.submit(&plan.server, &page.form_to("/sign-out"), &[]).await;
    assert_eq!(page.status, 200);
    assert!(plan.is_out().await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint_asks_and_then_returns_with_the_state() {
    let mut plan = Plan::start().await;
    plan.hint().await;
    let page = plan.logout(&[("post_logout_redirect_uri", CALLBACK), ("state", "st&te=1")]).await;
    assert!(page.html.contains("<form") && !plan.is_out().await, "{}", page.html);
    let page = plan.logout(&[("post_logout_redirect_uri", CALLBACK), ("state", "st&te=1")]).await;
    let page = plan.browser.submit(&plan.server, &page.form_to("/sign-out"), &[]).await;
    assert_eq!(super::answer(&page).get("state").map(String::as_str), Some("st&te=1"));
    assert!(plan.is_out().await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri_and_only_state_stay_here() {
    for (hinted, state) in [(true, Some("s")), (true, None), (false, Some("s"))] {
        let mut plan = Plan::start().await;
        let hint = plan.hint().await;
        let mut given: Vec<(&str, &str)> = state.map(|state| ("state", state)).into_iter().collect();
        given.extend(hinted.then_some(("id_token_hint", hint.as_str())));
        let page = plan.logout(&given).await;
        assert!(page.status == 200 && !page.url.starts_with(CALLBACK), "{given:?}: {}", page.url);
        assert_eq!(plan.is_out().await, hinted, "without a hint the person is asked: {}", page.html);
    }
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    let mut plan = Plan::start().await;
    plan.hint().await;
    for bad in ["1", "eyJhbGciOiJub25lIn0.e30.", "a.b.c"] {
        let given = [("id_token_hint", bad), ("post_logout_redirect_uri", CALLBACK), ("state", "s")];
        let page = plan.logout(&given).await;
        assert!(page.html.contains("<form") && !page.url.starts_with(CALLBACK), "{bad}: {}", page.url);
    }
    assert!(!plan.is_out().await);
}

/// Section 2: a hint is taken when the app had a session of late, even when the token has expired. The person pressed
/// "sign out" in the app, and is not stranded because the session here was over before.
#[tokio::test]
async fn the_app_is_returned_to_when_the_session_is_over_already() {
    let mut plan = Plan::start().await;
    let hint = plan.hint().await;
    plan.server.clock.advance(9 * 3600);
    assert!(plan.is_out().await);
    let back = [("post_logout_redirect_uri", CALLBACK), ("state", "s")];
    let page = plan.logout(&[&back[..], &[("id_token_hint", hint.as_str())]].concat()).await;
    assert_eq!(super::answer(&page)["state"], "s");
    let page = plan.logout(&back).await;
    assert!(
        page.status == 200 && !page.url.starts_with(CALLBACK),
        "anybody can make such a link: {}",
        page.url
    );
}
