//! Threats B where somebody signs in at home: what the two organisations say about each other counts on every path, and
//! what the host issued does not outlive the account at home by much.

use hospes_domain::access::Scope;
use serde_json::json;

use super::d_sign_ins::{BACK, at_the_app, code, tokens};
use crate::harness::{Browser, Two, everybody, partner};

/// A refresh token of the guest's at the app.
async fn refresh_token(two: &Two, browser: &mut Browser) -> String {
    let code = code(&at_the_app(&two.server, browser).await);
    let grant = [("grant_type", "authorization_code"), ("code", &*code), BACK];
    let issued = tokens(&two.server, &grant).await.expect(200);
    issued.json["refresh_token"].as_str().unwrap().to_owned()
}

fn refresh(token: &str) -> [(&str, &str); 2] {
    [("grant_type", "refresh_token"), ("refresh_token", token)]
}

#[tokio::test]
async fn b11_who_is_in_already_is_out_as_soon_as_the_door_is_shut() {
    let shut_by_host = json!({ "b2bCollaborationInbound": everybody("blocked") });
    let shut_by_home = json!({ "b2bCollaborationOutbound": everybody("blocked") });
    for (by_host, body, number) in [(true, shut_by_host, 500_213), (false, shut_by_home, 500_212)] {
        let two = Two::start().await;
        let (id, mut browser) = two.guest().await;
        let (first, later) =
            (refresh_token(&two, &mut browser).await, code(&at_the_app(&two.server, &mut browser).await));
        let access = two.server.live_token_with(two.server.tenant, id.parse().unwrap(), Scope::ALL);
        two.server.get(&access, "/v1.0/me").await.expect(200);
        let renewed = tokens(&two.server, &refresh(&first)).await.expect(200);
        let renewed = renewed.json["refresh_token"].as_str().unwrap().to_owned();
        let (at, of, token) = if by_host {
            (two.server.tenant, two.home, two.server.token_of(&two.server.admin))
        } else {
            (two.home, two.server.tenant, two.home_token())
        };
        partner(&two.server, &token, of, body).await;
        for grant in
            [vec![("grant_type", "authorization_code"), ("code", &*later), BACK], refresh(&renewed).to_vec()]
        {
            let refused = tokens(&two.server, &grant).await.expect(400);
            assert_eq!(refused.json["error_codes"], json!([number]), "{at}: {}", refused.text);
            assert_eq!(refused.json["error"], "invalid_grant");
        }
        two.server.get(&access, "/v1.0/me").await.expect(401);
        assert!(!two.server.greets(&mut browser, &two.ana.upn).await, "{at}");
        let page = at_the_app(&two.server, &mut browser).await;
        assert!(page.url.contains("/sign-in/"), "{}", page.url);
        // The door opens again, and what was not used up works.
        let path = format!("/v1.0/policies/crossTenantAccessPolicy/partners/{of}");
        two.server.delete(&token, &path).await.expect(204);
        two.server.get(&access, "/v1.0/me").await.expect(200);
        tokens(&two.server, &refresh(&renewed)).await.expect(200);
    }
}

#[tokio::test]
async fn a_refresh_token_of_somebody_from_home_ends_a_day_after_the_sign_in_there() {
    let two = Two::start().await;
    let (_, mut browser) = two.guest().await;
    let first = refresh_token(&two, &mut browser).await;
    two.server.clock.advance(23 * 3600);
    let renewed = tokens(&two.server, &refresh(&first)).await.expect(200);
    two.server.clock.advance(3600);
    let renewed = renewed.json["refresh_token"].as_str().unwrap();
    let refused = tokens(&two.server, &refresh(renewed)).await.expect(400);
    assert_eq!(refused.json["error_codes"], json!([700_082]), "{}", refused.text);
}
