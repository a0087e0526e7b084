//! Plan "RP-Initiated Logout OP"; the notices to the other apps of the session are in plan "Back-Channel Logout OP".

use url::form_urlencoded::Serializer;

use super::{CALLBACK, Plan};
use crate::harness::Page;

impl Plan {
    async fn logout(&mut self, given: &[(&str, &str)]) -> Page {
        let query = Serializer::new(String::new()).extend_pairs(given).finish();
        let url = format!("/{}/oauth2/v2.0/logout?{query}", self.server.tenant);
        self.browser.get(&self.server, &url).await
    }

    /// Signed in at the app; the id token.
    async fn hint(&mut self) -> String {
        let got = self.signed_in(&[]).await;
        self.exchange(&got).await["id_token"].as_str().unwrap().to_owned()
    }

    /// Whether nobody is signed in any more.
    async fn is_out(&mut self) -> bool {
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
