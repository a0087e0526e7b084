//! A domain gets an owner while guests at its addresses are on the way, or are there already (design section 5).

use crate::harness::{Browser, Server};

const DOMAIN: &str = "contoso.example";

#[tokio::test]
async fn a_code_typed_before_the_domain_had_an_owner_does_not_go_round_the_owner() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (id, link) = server.invite(&token, "ana@contoso.example").await;
    server.mails().await;
    let (mut browser, consent) = server.walk_to_consent(&link, "ana@contoso.example").await;
    server.second_tenant(DOMAIN).await;
    let page = browser.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert!(page.status.is_client_error(), "{}", page.html);
    server.assert_still_pending(&id).await;
    // From then on the link leads there.
    let welcome = Browser::new().get(&server, &link).await;
    assert!(welcome.text().contains("Sign in with your Contoso account"), "{}", welcome.html);
}

#[tokio::test]
async fn who_redeemed_with_a_code_stays_with_it_when_the_domain_gets_an_owner() {
    let server = Server::start().await;
    server.accepted_guest("ana@contoso.example").await;
    server.second_tenant(DOMAIN).await;
    let (mut browser, _) = server.sign_in("ana@contoso.example").await;
    assert!(server.greets(&mut browser, "ana@contoso.example").await);
}

#[tokio::test]
async fn a_colleague_whose_address_stands_on_a_guest_is_no_changed_identity() {
    let server = Server::start().await;
    let (home, _, _) = server.second_tenant(DOMAIN).await;
    let bob = server.add_member_at(home, "bob", DOMAIN).await;
    // Ana redeemed with a code elsewhere; her colleague's address is on file for her, and has proven nothing.
    let (ana, _) = server.accepted_guest("ana@adatum.example").await;
    let token = server.token_of(&server.user_admin);
    let body = serde_json::json!({ "otherMails": [bob.upn] });
    server.patch(&token, &format!("/v1.0/users/{ana}"), body).await.expect(204);
    let mut browser = Browser::new();
    let at_home = server.name_address(&mut browser, &bob.upn).await;
    let form = at_home.form_to("/password");
    let refused = browser.submit(&server, &form, &[("password", crate::harness::PASSWORD)]).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    assert!(refused.text().contains("no guest here"), "{}", refused.html);
}
