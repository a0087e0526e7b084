//! Threats B1, B10 and B17 where an account at another organisation of this server is the identity: it is one guest, however
//! many addresses it has, and signs in as itself only.

use hospes_actions::setup::{NewMember, create_member};
use serde_json::json;
use zeroize::Zeroizing;

use crate::harness::{Browser, HOME_DOMAIN, PASSWORD, Two};

#[tokio::test]
async fn b10_an_account_that_was_invited_at_two_addresses_is_one_guest() {
    let two = Two::start().await;
    let (name, mail) = (format!("milan@{HOME_DOMAIN}"), format!("milan.novak@{HOME_DOMAIN}"));
    let milan = NewMember {
        upn: name.clone(),
        display_name: "Milan".to_owned(),
        mail: Some(mail.clone()),
        password: Some(Zeroizing::new(PASSWORD.to_owned())),
        ..NewMember::default()
    };
    create_member(&two.server.app, two.home, milan).await.unwrap();
    let token = two.server.app_token().await;
    let (first, link) = two.server.invite(&token, &mail).await;
    let mut browser = Browser::new();
    let consent = two.to_consent(&mut browser, &link, &name).await;
    let done = browser.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(done.status, 200, "{}", done.html);

    let (second, link) = two.server.invite(&token, &name).await;
    assert_ne!(first, second, "the host cannot know that it is the same person");
    let mut again = Browser::new();
    let consent = two.to_consent(&mut again, &link, &name).await;
    let refused = again.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(refused.status, 409, "{}", refused.html);
    for said in ["is a guest here already", "sign in as you did then", "to use another address"] {
        assert!(refused.text().contains(said), "{said}: {}", refused.text());
    }
    two.server.assert_still_pending(&second).await;
    let log = two.server.audit_of(&second).await;
    assert!(log.iter().any(|record| record.reason.as_deref() == Some("identity_taken")), "{log:?}");
    assert!(two.server.greets(&mut browser, &mail).await, "the first guest is untouched");
}

#[tokio::test]
async fn b17_other_mails_of_a_guest_who_signs_in_at_home_are_contact_data() {
    let two = Two::start().await;
    let (id, _) = two.guest().await;
    two.server.mails().await;
    let (token, other) = (two.server.token_of(&two.server.user_admin), "ana@adatum.example");
    let path = format!("/v1.0/users/{id}");
    two.server.patch(&token, &path, json!({ "otherMails": [other] })).await.expect(204);
    assert_eq!(two.server.user(&id, "otherMails").await["otherMails"], json!([other]));
    assert!(two.server.mails().await.is_empty(), "nothing is announced that never comes");
    let entries = two.server.look().rows("SELECT address FROM sign_in_addresses");
    assert!(!entries.iter().any(|row| row[0] == other), "{entries:?}");
    two.server.ask_to_sign_in(&mut Browser::new(), other).await;
    assert!(two.server.mails().await.is_empty(), "no code is sent there");
    // It stays what it is: taken away without a trace, and nothing in the way of somebody who is invited at it.
    two.server.patch(&token, &path, json!({ "otherMails": [] })).await.expect(204);
    let (invited, _) = two.server.invite(&token, other).await;
    assert_ne!(invited, id);
}
