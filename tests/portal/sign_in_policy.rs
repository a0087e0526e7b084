//! "Sign-in policy" at the portal, and a user's authentication methods there.

use serde_json::json;

use super::{link, offers, said};
use crate::harness::Server;

const HELPDESK: &str = "role.729827e3-9c14-49f7-bb1b-9608f156bbb8";

#[tokio::test]
async fn an_administrator_demands_a_second_factor_of_a_role() {
    let server = Server::start().await;
    let (mut browser, home) = server.at_portal(&server.admin).await;
    let page = browser.get(&server, &link(&home, "Sign-in policy")).await;
    let form = page.filled("/sign-in-policy", &[(HELPDESK, "yes")]);
    let saved = browser.submit(&server, &form, &[]).await;
    assert!(saved.text().contains("Saved. Added: Helpdesk Administrator."), "{}", saved.html);
    let token = server.token_of(&server.admin);
    let path = "/v1.0/policies/hospes.signInPolicy";
    let policy = server.get(&token, path).await.expect(200).json;
    assert_eq!(policy["secondFactorRoles"], json!([HELPDESK.trim_start_matches("role.")]));

    let same = browser.submit(&server, &saved.filled("/sign-in-policy", &[]), &[]).await;
    assert!(same.text().contains("Nothing was changed"), "{}", same.html);
    // The page of before somebody else changed it.
    server.patch(&token, path, json!({ "secondFactorRoles": [] })).await.expect(204);
    let stale = browser.submit(&server, &same.filled("/sign-in-policy", &[]), &[]).await;
    assert_eq!(stale.status.as_u16(), 409, "{}", stale.html);
    assert!(stale.text().contains("Somebody has changed the policy"), "{}", stale.html);
    let unknown = browser.submit(&server, &form, &[("role.1", "yes")]).await;
    assert_eq!(unknown.status, 422, "{}", unknown.html);
    assert_eq!(server.get(&token, path).await.expect(200).json["secondFactorRoles"], json!([]));
}

#[tokio::test]
async fn the_helpdesk_sees_a_users_factors_and_requires_to_register_again() {
    let server = Server::start().await;
    let mia = server.member.clone();
    let at = format!("/users/{}", mia.id);
    let (_, page) = server.at_portal_page(&server.helpdesk, &at).await;
    assert!(!page.html.contains("<h2>Authentication methods</h2>"), "there are none");
    let (mut own, ..) = server.with_app(&mia).await;
    let (mut browser, page) = server.at_portal_page(&server.helpdesk, &at).await;
    assert!(said(&page.html).contains("Phone, Authenticator app"), "{}", page.html);
    let question = browser.get(&server, &link(&page, "Require to register again")).await;
    assert!(question.text().contains("loses every second factor"), "{}", question.html);
    let done = browser.submit(&server, &question.form_to("/register-again"), &[]).await;
    assert!(done.text().contains("Every second factor was removed"), "{}", done.html);
    assert!(!offers(&done, "Require to register again"));
    assert!(!server.greets(&mut own, &mia.upn).await);
    // The same answer twice does it once.
    browser.submit(&server, &question.form_to("/register-again"), &[]).await;
    assert_eq!(server.successes(&mia.id.to_string(), "Admin deleted security info").await, 1);

    // An inviter sees no factors and has no button.
    server.with_app(&mia).await;
    let (_, page) = server.at_portal_page(&server.inviter, &at).await;
    assert!(!offers(&page, "Require to register again"), "{}", page.html);
}
