//! Threats B4, D5, F13, G1 and I3 at passkeys of guests: a second factor beside the account a guest redeemed with. One
//! never signs its guest in alone, is nobody else's, and ends with a reset like everything of the identity before.

use hospes_actions::jobs::MailContent;
use hospes_actions::setup::assign_role;
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use hospes_domain::second_factor::News;
use serde_json::json;

use crate::harness::{Authenticator, Browser, Page, Server, codes_on, script_form};

const ANA: &str = "ana@contoso.example";
const BO: &str = "bo@contoso.example";

/// A guest who has added a passkey: object id, browser and passkey.
async fn guest_with_passkey(server: &Server, address: &str) -> (String, Browser, Authenticator) {
    let (id, mut browser) = server.accepted_guest(address).await;
    let mut key = Authenticator::new();
    let before = browser.session();
    let page = server.add_passkey(&mut browser, &mut key).await;
    assert!(page.status == 200 && page.text().contains("Work laptop"), "{}", page.html);
    assert!(page.text().contains("It never signs you in alone"), "{}", page.html);
    assert_ne!(browser.session(), before, "F13: another session than the one without a second factor");
    assert!(server.greets(&mut browser, address).await, "which has shown it");
    (id, browser, key)
}

/// A browser in which the mailed code was right, and the page that asks for the second factor.
async fn asked(server: &Server, address: &str) -> (Browser, Page) {
    // Notices of before are not the code.
    server.mails().await;
    let (browser, page) = server.sign_in(address).await;
    assert!(page.text().contains("Show your second factor"), "{}", page.html);
    assert_eq!(browser.session(), None);
    (browser, page)
}

/// Shows a passkey there.
async fn show(server: &Server, browser: &mut Browser, page: &Page, key: &mut Authenticator) -> Page {
    let (form, ask) = script_form(page);
    let options = browser.submit_once(server, &ask, &[]).await;
    assert_eq!(options.status, 200, "{}", options.html);
    let signed = key.signs(&options.html);
    browser.submit(server, &form, &[("credential", &signed)]).await
}

#[tokio::test]
async fn a_guest_shows_a_passkey_after_the_first_factor() {
    let server = Server::start().await;
    let (id, _, mut key) = guest_with_passkey(&server, ANA).await;
    let told = server.mails().await;
    let added = |content: &MailContent| matches!(content, MailContent::SecurityNotice { news, .. } if *news == News::Added);
    assert_eq!(told.iter().filter(|mail| mail.to == ANA && added(&mail.content)).count(), 1);
    let (mut browser, page) = asked(&server, ANA).await;
    assert!(!page.html.contains("id=\"code\""), "there is no app to ask for");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "H4: {policy}");
    let page = show(&server, &mut browser, &page, &mut key).await;
    assert!(page.url.contains("/myapps/") && server.greets(&mut browser, ANA).await, "{}", page.html);
    let proofs = server.look().rows("SELECT DISTINCT amr FROM sessions WHERE method = 'passcode'");
    assert!(proofs.contains(&vec!["otp fido mfa".to_owned()]), "{proofs:?}");
    assert_eq!(server.successes(&id, "User registered security info").await, 1, "I6");
    // It is asked for at every sign-in, and what an administrator sees.
    asked(&server, ANA).await;
    let path = format!("/v1.0/users/{id}/authentication/methods");
    let seen = server.get(&server.token_of(&server.helpdesk), &path).await.expect(200).json;
    assert_eq!(seen["value"][0]["@odata.type"], "#microsoft.graph.fido2AuthenticationMethod");
}

#[tokio::test]
async fn b4_a_passkey_of_a_guest_never_signs_in_alone_and_is_nobody_elses() {
    let server = Server::start().await;
    let (_, _, mut of_ana) = guest_with_passkey(&server, ANA).await;
    let (_, _, mut of_bo) = guest_with_passkey(&server, BO).await;
    let (alone, page) = server.passkey_sign_in(&mut of_ana).await;
    assert_eq!((page.status.as_u16(), alone.session()), (422, None), "{}", page.html);

    // Another guest's, one that is asked for elsewhere, and an answer that was given before.
    let (mut browser, page) = asked(&server, ANA).await;
    let refused = show(&server, &mut browser, &page, &mut of_bo).await;
    assert_eq!((refused.status.as_u16(), browser.session()), (422, None), "{}", refused.html);
    assert!(refused.text().contains("This passkey was not taken"), "{}", refused.html);
    let mut stranger = Browser::new();
    let (_, options) = server.asked_for_passkey(&mut stranger).await;
    let (form, _) = script_form(&refused);
    let signed = of_ana.signs(&options);
    let refused = browser.submit(&server, &form, &[("credential", &signed)]).await;
    assert_eq!((refused.status.as_u16(), browser.session()), (422, None), "{}", refused.html);
    for nonsense in ["", "{}", "null"] {
        let refused = browser.submit(&server, &form, &[("credential", nonsense)]).await;
        assert_eq!(refused.status, 422, "{}", refused.html);
    }
    // G1: five answers in a sign-in, right or wrong.
    let over = browser.submit(&server, &form, &[("credential", "{}")]).await;
    assert_eq!((over.status.as_u16(), browser.session()), (429, None), "{}", over.html);

    // A member's passkey stands alone and is no second factor of the password.
    let mia = server.member.clone();
    let (mut own, ..) = server.with_app(&mia).await;
    server.add_passkey(&mut own, &mut Authenticator::new()).await;
    let (mut browser, page) = server.asked_for_factor(&mia).await;
    assert!(!page.html.contains("data-passkey=") && page.html.contains("id=\"code\""), "{}", page.html);
    let mut form = page.form_to("/second-factor");
    form.action.push_str("/passkey/options");
    let answer = browser.submit_once(&server, &form, &[]).await;
    assert_eq!(answer.status, 303, "no options: back to what is asked for. {}", answer.html);
}

#[tokio::test]
async fn d5_a_reset_ends_the_passkeys_of_a_guest() {
    let server = Server::start().await;
    let (id, mut before, mut key) = guest_with_passkey(&server, ANA).await;
    // A sign-in that has proven the first factor and was asked for the passkey.
    let (mut half, page) = asked(&server, ANA).await;
    let (form, ask) = script_form(&page);
    let options = half.submit_once(&server, &ask, &[]).await;
    let token = server.token_of(&server.user_admin);
    let preview = server.at_portal_page(&server.user_admin, &format!("/users/{id}/reset")).await.1;
    assert!(preview.text().contains("Second factors and recovery codes"), "{}", preview.html);
    let reset = server.reset(&token, &id, ANA).await.expect(201);
    assert_eq!(server.look().count("passkeys"), 0);
    assert!(!server.greets(&mut before, ANA).await);
    let late = half.submit(&server, &form, &[("credential", &key.signs(&options.html))]).await;
    assert_eq!(half.session(), None, "{}", late.html);
    server.mails().await;
    let (mut again, _) = server.redeem(reset.json["inviteRedeemUrl"].as_str().unwrap(), ANA).await;
    assert!(server.greets(&mut again, ANA).await, "nothing of before is asked for");
    let (alone, page) = server.passkey_sign_in(&mut key).await;
    assert_eq!((page.status.as_u16(), alone.session()), (422, None), "{}", page.html);
    // A passkey that is added now is another one; that of before is not taken in its place.
    server.add_passkey(&mut again, &mut Authenticator::new()).await;
    let (mut browser, page) = asked(&server, ANA).await;
    let refused = show(&server, &mut browser, &page, &mut key).await;
    assert_eq!((refused.status.as_u16(), browser.session()), (422, None), "{}", refused.html);
}

#[tokio::test]
async fn recovery_codes_stand_in_for_a_passkey_and_go_with_the_last_factor() {
    let server = Server::start().await;
    let (id, mut browser, _) = guest_with_passkey(&server, ANA).await;
    let page = browser.get(&server, &server.security("")).await;
    assert!(page.text().contains("Work laptop"), "{}", page.html);
    let codes = codes_on(&browser.submit(&server, &page.form_to("/recovery-codes"), &[]).await);
    assert_eq!(codes.len(), 10);
    let (mut other, page) = asked(&server, ANA).await;
    other.submit(&server, &page.form_to("/second-factor"), &[("recovery", &codes[0])]).await;
    assert!(server.greets(&mut other, ANA).await);

    // The last factor stays while a role demands one.
    let guest = ObjectId::parse(&id).unwrap();
    assign_role(&server.app, server.tenant, guest, Role::GlobalReader).await.unwrap();
    server.demand_factor(&[Role::GlobalReader]).await;
    // Who is given a role signs in again.
    let (mut browser, page) = asked(&server, ANA).await;
    browser.submit(&server, &page.form_to("/second-factor"), &[("recovery", &codes[1])]).await;
    let passkeys = format!("/{}/security/passkeys", server.tenant);
    let page = browser.get(&server, &passkeys).await;
    let kept = browser.submit(&server, &page.form_to("/remove"), &[]).await;
    assert!(kept.status == 422 && kept.text().contains("this is the only one"), "{}", kept.html);
    assert_eq!(server.look().count("passkeys"), 1);
    server.demand_factor(&[]).await;
    let page = browser.get(&server, &passkeys).await;
    browser.submit(&server, &page.form_to("/remove"), &[]).await;
    assert_eq!((server.look().count("passkeys"), server.look().count("recovery_codes")), (0, 0));
    server.mails().await;
    let (mut fresh, _) = server.sign_in(ANA).await;
    assert!(server.greets(&mut fresh, ANA).await, "nothing more is asked for");
}

#[tokio::test]
async fn an_administrator_helps_a_guest_whose_passkey_is_lost() {
    let server = Server::start().await;
    let (id, mut browser, mut key) = guest_with_passkey(&server, ANA).await;
    let path = format!("/v1.0/users/{id}/hospes.removeSecondFactors");
    server.post(&server.token_of(&server.helpdesk), &path, json!(null)).await.expect(204);
    assert!(!server.greets(&mut browser, ANA).await && server.look().count("passkeys") == 0);
    server.mails().await;
    let (mut fresh, _) = server.sign_in(ANA).await;
    assert!(server.greets(&mut fresh, ANA).await);
    let page = server.add_passkey(&mut fresh, &mut Authenticator::new()).await;
    assert!(page.text().contains("Work laptop"), "{}", page.html);
    let (mut browser, page) = asked(&server, ANA).await;
    let refused = show(&server, &mut browser, &page, &mut key).await;
    assert_eq!((refused.status.as_u16(), browser.session()), (422, None), "{}", refused.html);
}
