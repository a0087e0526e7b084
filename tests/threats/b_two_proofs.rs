//! Threats B1, B6, G5 where the account at home has another address than the invited one: it takes the account and the
//! invited mailbox, in one flow and one browser.

use hospes_domain::access::Scope;
use serde_json::json;

use crate::harness::{Browser, Page, REDEEMED, Two, everybody};

/// A mailbox on a domain that no organisation of the server owns.
const INVITED: &str = "ana.private@mail.example";

/// From the link to the page that says the account has another address.
async fn signed_in(two: &Two, browser: &mut Browser, link: &str, account: &str) -> Page {
    let welcome = browser.get(&two.server, link).await;
    let asked = browser.submit(&two.server, &welcome.form_to("/redeem/another-account"), &[]).await;
    assert_eq!(asked.status, 200, "{}", asked.html);
    let form = asked.form_to("/redeem/account");
    let home = browser.submit(&two.server, &form, &[("address", account)]).await;
    two.at_home(browser, home, account).await
}

async fn invited(two: &Two) -> (String, String) {
    let token = two.server.app_token().await;
    let guest = two.server.invite(&token, INVITED).await;
    two.server.mails().await;
    guest
}

/// Types the code that was mailed last.
async fn type_code(two: &Two, browser: &mut Browser, page: &Page) -> Page {
    let code = two.server.code_for(INVITED).await;
    browser.submit(&two.server, &page.form_to("/redeem/code"), &[("code", &code)]).await
}

#[tokio::test]
async fn b1_the_account_and_the_invited_mailbox_together_redeem() {
    let two = Two::start().await;
    let (id, link) = invited(&two).await;
    let mut browser = Browser::new();
    let page = signed_in(&two, &mut browser, &link, &two.ana.upn).await;
    assert_eq!(page.status, 403, "{}", page.html);
    let text = page.text();
    assert!(text.contains(&two.ana.upn) && text.contains("a***@mail.example"), "{}", page.html);
    assert!(!text.contains(INVITED), "the invited address is masked");
    two.server.assert_still_pending(&id).await;
    let code = browser.submit(&two.server, &page.form_to("/redeem/mailbox"), &[]).await;
    two.server.assert_still_pending(&id).await;
    let consent = type_code(&two, &mut browser, &code).await;
    let text = consent.text();
    assert!(text.contains("You will sign in as") && text.contains(&two.ana.upn), "{}", consent.html);
    two.server.assert_still_pending(&id).await;
    let done = browser.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(done.status, 200, "{}", done.html);
    assert_eq!(two.server.state_of(&id).await, "Accepted");
    assert_eq!(two.server.successes(&id, REDEEMED).await, 1);

    // The history shows both: who the account is, and at which mailbox.
    let token = two.server.token_of(&two.server.user_admin);
    let bindings = two.server.get(&token, &format!("/v1.0/users/{id}/hospes.bindings")).await.expect(200);
    let binding = &bindings.json["value"][0];
    assert_eq!(binding["issuer"], format!("tenant:{}", two.home));
    assert_eq!(binding["subject"], json!(two.ana.id));
    assert_eq!(binding["signInName"], INVITED);
    assert_eq!(binding["proof"], "home+passcode");
    let (_, page) = two.server.at_portal_page(&two.server.user_admin, &format!("/users/{id}")).await;
    assert!(page.text().contains("Account at home, with a code to this mailbox"), "{}", page.html);
    let log = two.server.audit_of(&id).await;
    let record = log.iter().find(|record| record.activity == REDEEMED).unwrap();
    for detail in [("subject", two.ana.id.to_string()), ("account", two.ana.upn.clone())] {
        assert!(record.details.contains(&(detail.0.to_owned(), detail.1)), "{:?}", record.details);
    }

    // Either address leads home, and the account is the guest.
    for typed in [INVITED, &two.ana.upn] {
        let mut browser = Browser::new();
        let page = two.server.name_address(&mut browser, typed).await;
        let page = two.at_home(&mut browser, page, &two.ana.upn).await;
        assert!(page.url.contains("/myapps"), "{typed}: {}", page.html);
    }
}

#[tokio::test]
async fn b1_the_account_alone_redeems_nothing_and_the_mailbox_alone_binds_no_account() {
    let two = Two::start().await;
    let (id, link) = invited(&two).await;
    let mut browser = Browser::new();
    let page = signed_in(&two, &mut browser, &link, &two.ana.upn).await;
    let mut consent = page.form_to("/redeem/mailbox");
    consent.action = two.server.step("consent");
    assert_eq!(browser.submit(&two.server, &consent, &[]).await.status, 409);
    two.server.assert_still_pending(&id).await;
    // Who changes their mind and accepts with a code alone is a guest with that mailbox.
    let welcome = browser.get(&two.server, &link).await;
    let code = browser.submit(&two.server, &welcome.form_to("/redeem/accept"), &[]).await;
    let consent = type_code(&two, &mut browser, &code).await;
    assert!(!consent.text().contains(&two.ana.upn), "{}", consent.html);
    browser.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
    let token = two.server.token_of(&two.server.user_admin);
    let bindings = two.server.get(&token, &format!("/v1.0/users/{id}/hospes.bindings")).await.expect(200);
    assert_eq!(bindings.json["value"][0]["issuer"], "mail");
}

#[tokio::test]
async fn b6_a_code_of_another_browser_proves_nothing_for_the_account() {
    let two = Two::start().await;
    let (id, link) = invited(&two).await;
    // The mailbox's owner has a code in a browser of their own.
    let mut owner = Browser::new();
    let welcome = owner.get(&two.server, &link).await;
    owner.submit(&two.server, &welcome.form_to("/redeem/accept"), &[]).await;
    let code = two.server.code_for(INVITED).await;
    let mut browser = Browser::new();
    let page = signed_in(&two, &mut browser, &link, &two.ana.upn).await;
    let asked = browser.submit(&two.server, &page.form_to("/redeem/mailbox"), &[]).await;
    let refused = browser.submit(&two.server, &asked.form_to("/redeem/code"), &[("code", &code)]).await;
    assert_eq!(refused.status, 422, "{}", refused.html);
    two.server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn a_reset_between_the_two_proofs_ends_the_way() {
    let two = Two::start().await;
    let (id, link) = invited(&two).await;
    let mut browser = Browser::new();
    let page = signed_in(&two, &mut browser, &link, &two.ana.upn).await;
    let asked = browser.submit(&two.server, &page.form_to("/redeem/mailbox"), &[]).await;
    let code = two.server.code_for(INVITED).await;
    two.reset(&id, INVITED).await;
    let lost = browser.submit(&two.server, &asked.form_to("/redeem/code"), &[("code", &code)]).await;
    assert!(lost.status.is_client_error() && !lost.html.contains("/redeem/consent"), "{}", lost.html);
    two.server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn g5_an_owner_of_the_invited_domain_decides_alone_from_the_moment_there_is_one() {
    let two = Two::start().await;
    let (id, link) = invited(&two).await;
    let mut browser = Browser::new();
    let page = signed_in(&two, &mut browser, &link, &two.ana.upn).await;
    let code = browser.submit(&two.server, &page.form_to("/redeem/mailbox"), &[]).await;
    let consent = type_code(&two, &mut browser, &code).await;
    let (third, admin, _) = two.server.second_tenant("adatum.example").await;
    let token = two.server.token_with(third, admin.id, 1, Scope::ALL);
    two.server.post(&token, "/v1.0/domains", json!({ "id": "mail.example" })).await.expect(201);
    two.server.post(&token, "/v1.0/domains/mail.example/verify", json!(null)).await.expect(200);
    let refused = browser.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    two.server.assert_still_pending(&id).await;
    // Nor is there another account to choose any more.
    let welcome = Browser::new().get(&two.server, &link).await;
    assert!(!welcome.html.contains("/redeem/another-account"), "{}", welcome.html);
}

#[tokio::test]
async fn b11_an_organisation_that_is_shut_out_or_listed_sends_nobody_through_another_mailbox() {
    for listed in [false, true] {
        let two = Two::start().await;
        let (id, link) = invited(&two).await;
        let mut browser = Browser::new();
        let page = signed_in(&two, &mut browser, &link, &two.ana.upn).await;
        let code = browser.submit(&two.server, &page.form_to("/redeem/mailbox"), &[]).await;
        let consent = type_code(&two, &mut browser, &code).await;
        if listed {
            two.server.block_domains(&["contoso.example"]).await;
        } else {
            two.host_says(json!({ "b2bCollaborationInbound": everybody("blocked") })).await;
        }
        let refused = browser.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
        assert_eq!(refused.status, 403, "{}", refused.html);
        two.server.assert_still_pending(&id).await;
        let welcome = browser.get(&two.server, &link).await;
        let asked = browser.submit(&two.server, &welcome.form_to("/redeem/another-account"), &[]).await;
        for (typed, status) in [("ana", 422), ("ana@nowhere.example", 422), ("mia@fabrikam.example", 422)] {
            let form = asked.form_to("/redeem/account");
            let page = browser.submit(&two.server, &form, &[("address", typed)]).await;
            assert_eq!(page.status, status, "{typed}: {}", page.html);
        }
    }
}

#[tokio::test]
async fn an_account_that_is_a_guest_already_is_told_so_and_nothing_is_bound() {
    let two = Two::start().await;
    two.guest().await;
    let (id, link) = invited(&two).await;
    let mut browser = Browser::new();
    let page = signed_in(&two, &mut browser, &link, &two.ana.upn).await;
    let code = browser.submit(&two.server, &page.form_to("/redeem/mailbox"), &[]).await;
    let consent = type_code(&two, &mut browser, &code).await;
    let refused = browser.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(refused.status, 409, "{}", refused.html);
    two.server.assert_still_pending(&id).await;
}
