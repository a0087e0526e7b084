//! Aliases of members: an organisation of the server vouches for them as it does for the mailbox, and for nothing else
//! (reference/redemption.md sections 1 and 7, threats B1, B2).

use serde_json::json;

use crate::harness::{Browser, Two};

const ALIAS: &str = "a.berg@contoso.example";

/// Gives a member at home these `otherMails`.
async fn set(two: &Two, token: &str, id: impl std::fmt::Display, mails: &[&str]) -> u16 {
    let path = format!("/v1.0/users/{id}");
    two.server.patch(token, &path, json!({ "otherMails": mails })).await.status.as_u16()
}

#[tokio::test]
async fn an_invitation_to_an_alias_is_redeemed_with_the_account_it_belongs_to() {
    let two = Two::start().await;
    let token = two.server.app_token().await;
    let (id, link) = two.server.invite(&token, ALIAS).await;
    // Nobody has it at home yet.
    let mut browser = Browser::new();
    let refused = two.to_consent(&mut browser, &link, ALIAS).await;
    assert!(refused.status == 422 && refused.url.contains(&two.home.to_string()), "{}", refused.html);
    two.server.assert_still_pending(&id).await;
    assert_eq!(set(&two, &two.home_token(), two.ana.id, &[ALIAS]).await, 204);
    let mut browser = two.redeem(&link, ALIAS).await;
    assert!(two.server.greets(&mut browser, ALIAS).await);
    // And signs in with it, whether or not the browser knows the account at home.
    let page = two.sign_in(&mut Browser::new(), ALIAS).await;
    assert!(page.url.contains("/myapps") && page.text().contains(ALIAS), "{}", page.html);
    let mut known = browser.without_session(two.server.tenant);
    let page = two.server.name_address(&mut known, ALIAS).await;
    assert!(page.url.contains("/myapps"), "{}: {}", page.url, page.html);
}

#[tokio::test]
async fn a_pending_guest_at_an_alias_is_found_on_the_way_to_an_app() {
    let two = Two::start().await;
    assert_eq!(set(&two, &two.home_token(), two.ana.id, &[ALIAS]).await, 204);
    let (id, _) = two.server.invite(&two.server.app_token().await, ALIAS).await;
    let mut browser = Browser::new();
    let consent = two.sign_in(&mut browser, &two.ana.upn).await;
    browser.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(two.user(&id).await["externalUserState"], "Accepted");
}

#[tokio::test]
async fn b1_an_alias_is_one_members_alone_and_takes_the_rank_of_a_mailbox() {
    let two = Two::start().await;
    let bob = two.server.add_member_at(two.home, "bob", "contoso.example").await;
    let admin = two.home_token();
    assert_eq!(set(&two, &admin, two.ana.id, &[ALIAS]).await, 204);
    for taken in [ALIAS, "ANA@contoso.example"] {
        assert_eq!(set(&two, &admin, bob.id, &[taken]).await, 400, "{taken}");
    }
    // Somebody who may set passwords may note where people can be reached, and not whom the organisation speaks for.
    let (member, helpdesk) = (&two.server.member, two.server.token_of(&two.server.helpdesk));
    assert_eq!(set(&two, &helpdesk, member.id, &["mia@elsewhere.example"]).await, 204);
    let both = ["mia@elsewhere.example", "finance@fabrikam.example"];
    assert_eq!(set(&two, &helpdesk, member.id, &both).await, 403);
    // Once it is the mailbox of somebody else, too, it proves nothing for either as an alias.
    let (id, link) = two.server.invite(&two.server.app_token().await, ALIAS).await;
    let path = format!("/v1.0/users/{}", bob.id);
    two.server.patch(&admin, &path, json!({ "mail": ALIAS })).await.expect(204);
    let mut browser = Browser::new();
    let page = browser.get(&two.server, &link).await;
    let page = browser.submit(&two.server, &page.form_to("/redeem/accept"), &[]).await;
    let page = browser.get(&two.server, &format!("{}?account=another", page.url)).await;
    let refused = two.at_home(&mut browser, page, &two.ana.upn).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    two.server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn b1_an_address_noted_before_its_domain_was_proven_is_no_alias_until_it_is_written_again() {
    let two = Two::start().await;
    let (admin, noted) = (two.home_token(), "finance@newbrand.example");
    assert_eq!(set(&two, &admin, two.ana.id, &[noted]).await, 204);
    two.server.clock.advance(60);
    let body = json!({ "id": "newbrand.example" });
    two.server.post(&admin, "/v1.0/domains", body).await.expect(201);
    two.server.post(&admin, "/v1.0/domains/newbrand.example/verify", json!({})).await.expect(200);
    let (id, link) = two.server.invite(&two.server.app_token().await, noted).await;
    let mut browser = Browser::new();
    let refused = two.to_consent(&mut browser, &link, noted).await;
    assert_eq!(refused.status, 422, "nobody has that name at home: {}", refused.html);
    two.server.assert_still_pending(&id).await;
    // Somebody of the rank says so now.
    two.server.clock.advance(60);
    assert_eq!(set(&two, &admin, two.ana.id, &[]).await, 204);
    assert_eq!(set(&two, &admin, two.ana.id, &[noted]).await, 204);
    let mut browser = two.redeem(&link, noted).await;
    assert!(two.server.greets(&mut browser, noted).await);
}

#[tokio::test]
async fn g1_all_names_of_one_person_share_its_tries() {
    let two = Two::start().await;
    assert_eq!(set(&two, &two.home_token(), two.ana.id, &[ALIAS]).await, 204);
    let mut last = String::new();
    for n in 0..11 {
        let name = if n % 2 == 0 { ALIAS } else { two.ana.upn.as_str() };
        let mut browser = Browser::new();
        let page = browser.get(&two.server, &format!("/myapps/{}", two.home)).await;
        let page = browser.submit(&two.server, &page.form_to("/address"), &[("address", name)]).await;
        let form = page.form_to("/password");
        last = browser.submit(&two.server, &form, &[("password", "wrong by far")]).await.text();
    }
    assert!(last.contains("Too many") || last.contains("too many"), "{last}");
}

#[tokio::test]
async fn b1_a_new_member_gets_no_alias_that_somebody_else_has_noted() {
    let two = Two::start().await;
    let token = two.home_token();
    let alias = "sales@contoso.example";
    let new = |name: &str| {
        json!({
            "accountEnabled": true, "displayName": name, "mailNickname": name,
            "userPrincipalName": format!("{name}@contoso.example"), "otherMails": [alias],
            "passwordProfile": { "password": "correct horse battery" },
        })
    };
    let first = two.server.post(&token, "/v1.0/users", new("bea")).await.expect(201);
    let refused = two.server.post(&token, "/v1.0/users", new("cem")).await.expect(400);
    assert!(refused.message().contains("otherMails already exists"), "{}", refused.text);
    // As a change of somebody who is there already.
    let path = format!("/v1.0/users/{}", two.ana.id);
    let patched = two.server.patch(&token, &path, json!({ "otherMails": [alias] })).await;
    assert_eq!((patched.status, patched.code()), (refused.status, refused.code()), "{}", patched.text);
    two.server
        .delete(&token, &format!("/v1.0/users/{}", first.json["id"].as_str().unwrap()))
        .await
        .expect(204);
}
