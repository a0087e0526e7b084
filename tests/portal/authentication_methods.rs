//! The tab "Authentication methods" of a user at the portal.

use super::{link, offers, said};
use crate::harness::{Owner, Server};

#[tokio::test]
async fn the_helpdesk_sees_how_a_user_signs_in_and_removes_a_passkey() {
    let server = Server::start().await;
    let Owner { user, app, passkey } = server.with_methods("olga").await;
    let (mut browser, page) = server.at_portal_page(&server.helpdesk, &format!("/users/{user}")).await;
    assert!(said(&page.html).contains("Work laptop, Passkey"), "{}", page.html);
    let tab = browser.get(&server, &link(&page, "Authentication methods")).await;
    let text = tab.text();
    for said in ["Password", "Phone", "Authenticator app", "Work laptop", "Passkey", "10 codes left"] {
        assert!(text.contains(said), "{said}: {}", tab.html);
    }
    assert!(!tab.html.contains("28c10230"), "a password cannot be removed");
    let at = |method: &str| format!("/authentication-methods/{method}/remove");
    assert!(tab.html.contains(&at(&app)) && tab.html.contains(&at(&passkey)), "{}", tab.html);

    let place = server.portal_path(&format!("/users/{user}{}", at(&passkey)));
    let question = browser.get(&server, &place).await;
    assert!(question.text().contains("cannot show Work laptop any more"), "{}", question.html);
    assert!(!said(&question.html).contains("Recovery codes"), "they are the app's");
    assert!(question.html.contains(&format!("/authentication/fido2Methods/{passkey}")), "{}", question.html);
    let done = browser.submit(&server, &question.form_to(&at(&passkey)), &[]).await;
    assert!(done.text().contains("The method was removed"), "{}", done.html);
    assert!(!done.text().contains("Work laptop"), "{}", done.html);
    // The same answer twice does it once.
    let again = browser.submit(&server, &question.form_to(&at(&passkey)), &[]).await;
    assert_eq!(again.status, 200, "{}", again.html);
    assert_eq!(server.successes(&user, "Admin deleted security info").await, 1);
    assert_eq!(browser.get(&server, &place).await.status, 404);

    let last = browser.get(&server, &server.portal_path(&format!("/users/{user}{}", at(&app)))).await;
    assert!(said(&last.html).contains("Recovery codes"), "they go with the last app");
    assert!(offers(&done, "Require to register again"));
    let question = browser.get(&server, &link(&done, "Require to register again")).await;
    assert!(question.text().contains("loses every second factor"), "{}", question.html);
}

#[tokio::test]
async fn a_global_reader_looks_and_has_no_button() {
    let server = Server::start().await;
    let Owner { user, passkey, .. } = server.with_methods("olga").await;
    let reader = server.add_person("reader", &[hospes_domain::access::Role::GlobalReader]).await;
    let at = format!("/users/{user}/authentication-methods");
    let (mut browser, tab) = server.at_portal_page(&reader, &at).await;
    assert!(tab.text().contains("Work laptop") && !tab.html.contains("/remove\""), "{}", tab.html);
    let refused = browser.get(&server, &server.portal_path(&format!("{at}/{passkey}/remove"))).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
}

#[tokio::test]
async fn the_tab_of_a_guest_says_that_the_account_at_home_goes_by_a_reset() {
    let server = Server::start().await;
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    let at = format!("/users/{guest}/authentication-methods");
    let (_, tab) = server.at_portal_page(&server.helpdesk, &at).await;
    assert!(tab.text().contains("Passcode by mail") && tab.text().contains("Nothing is set up here"));
    assert!(!offers(&tab, "Require to register again") && tab.html.contains("/redemption\""), "{}", tab.html);
}
