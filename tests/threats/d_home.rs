//! Threats D5 and I3 where somebody signs in at home: what was begun before a reset does not undo it.

use crate::harness::{Browser, HOME_DOMAIN, Two};

#[tokio::test]
async fn d5_a_sign_in_at_home_that_was_begun_before_a_reset_does_not_redeem_after_it() {
    for automatic in [true, false] {
        let two = Two::start().await;
        let (id, _) = two.guest().await;
        if automatic {
            two.agree().await;
        }
        let upn = &two.ana.upn;
        let mut browser = Browser::new();
        let waiting = two.server.name_address(&mut browser, upn).await;
        // Another name at home, which means nobody here, is no way round it.
        let mut other = Browser::new();
        let elsewhere = two.server.name_address(&mut other, &format!("nobody@{HOME_DOMAIN}")).await;
        let elsewhere = other.get(&two.server, &format!("{}?account=another", elsewhere.url)).await;
        two.reset(&id, upn).await;
        for (browser, page) in [(&mut browser, waiting), (&mut other, elsewhere)] {
            let after = two.at_home(browser, page, upn).await;
            assert_eq!(after.status, 409, "automatic {automatic}: {} {}", after.url, after.html);
            assert!(!two.server.greets(browser, upn).await, "automatic {automatic}");
            assert_eq!(two.server.state_of(&id).await, "PendingAcceptance");
        }
        // Begun again, it is a new proof.
        let again = two.server.name_address(&mut browser, upn).await;
        if automatic {
            assert!(again.url.contains("/myapps"), "{}: {}", again.url, again.html);
        } else {
            browser.submit(&two.server, &again.form_to("/redeem/consent"), &[]).await;
        }
        assert_eq!(two.user(&id).await["externalUserState"], "Accepted");
        assert!(two.server.greets(&mut browser, upn).await);
    }
}

#[tokio::test]
async fn a_guest_who_was_reset_and_types_another_name_of_the_account_learns_that_the_invitation_waits() {
    let two = Two::start().await;
    let (id, _) = two.guest().await;
    two.reset(&id, &two.ana.upn).await;
    // A name at home that means nobody here, such as the user principal name where the mailbox was invited.
    let mut browser = Browser::new();
    let page = two.server.name_address(&mut browser, &format!("a.name@{HOME_DOMAIN}")).await;
    let page = browser.get(&two.server, &format!("{}?account=another", page.url)).await;
    let told = two.at_home(&mut browser, page, &two.ana.upn).await;
    assert_eq!(told.status, 409, "{}", told.html);
    assert!(told.text().contains("Your invitation waits"), "{}", told.html);
    assert!(!told.html.contains(&two.ana.upn), "the page names no address");
    assert_eq!(two.server.state_of(&id).await, "PendingAcceptance");
    // What it says works.
    let consent = two.server.name_address(&mut browser, &two.ana.upn).await;
    browser.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(two.user(&id).await["externalUserState"], "Accepted");
}

#[tokio::test]
async fn an_agreement_that_ended_meanwhile_asks_the_guest_again() {
    let two = Two::start().await;
    two.agree().await;
    let token = two.server.app_token().await;
    let (id, _) = two.server.invite(&token, &two.ana.upn).await;
    let mut browser = Browser::new();
    let waiting = two.server.name_address(&mut browser, &two.ana.upn).await;
    let path = format!("/v1.0/policies/crossTenantAccessPolicy/partners/{}", two.home);
    two.server.delete(&two.server.token_of(&two.server.admin), &path).await.expect(204);
    let consent = two.at_home(&mut browser, waiting, &two.ana.upn).await;
    assert!(consent.url.ends_with("/redeem/consent"), "{}: {}", consent.url, consent.html);
    two.server.assert_still_pending(&id).await;
}
