//! Automatic redemption: where two organisations have agreed for their people, a guest is told and not asked
//! (reference/redemption.md section 1).

use serde_json::{Value, json};

use crate::harness::{Browser, Sent, Two};

fn consent(direction: &str, given: bool) -> Value {
    json!({ "automaticUserConsentSettings": { direction: given } })
}

async fn agreed() -> Two {
    let two = Two::start().await;
    two.host_says(consent("inboundAllowed", true)).await;
    two.home_says(consent("outboundAllowed", true)).await;
    two
}

fn is_notice(sent: &Sent) -> bool {
    for part in [&sent.letter.mail.text, &sent.letter.mail.html] {
        assert_ne!(part.contains("There is nothing to accept"), part.contains("Accept invitation"), "{part}");
    }
    sent.letter.mail.text.contains("There is nothing to accept")
}

#[tokio::test]
async fn the_guest_gets_a_notice_and_is_asked_nothing_on_the_way() {
    let two = agreed().await;
    let (id, link) = two.server.invite(&two.server.token_of(&two.server.inviter), &two.ana.upn).await;
    let sent = two.server.letters().await;
    assert!(sent.len() == 1 && is_notice(&sent[0]), "{}", sent[0].all());
    assert_eq!((sent[0].to.as_str(), sent[0].letter.from_name.as_str()), (two.ana.upn.as_str(), "Fabrikam"));
    assert_eq!(sent[0].letter.mail.subject, "ingrid opened Fabrikam to you");
    for said in [link.as_str(), "sign in at Contoso", "My Apps", "This was not meant for me"] {
        assert!(sent[0].letter.mail.text.contains(said), "{said}: {}", sent[0].letter.mail.text);
    }
    // The link opens a page that asks for nothing either, and has the way out.
    let mut browser = Browser::new();
    let welcome = browser.get(&two.server, &link).await;
    assert!(
        !welcome.text().contains("Accept") && welcome.text().contains("nothing to accept"),
        "{}",
        welcome.html
    );
    assert!(welcome.text().contains("This was not meant for me"));
    two.server.assert_still_pending(&id).await;
    let done = two.to_consent(&mut browser, &link, &two.ana.upn).await;
    assert!(done.url.ends_with("/redeem/done"), "{}", done.url);
    assert_eq!(two.user(&id).await["externalUserState"], "Accepted");
}

#[tokio::test]
async fn what_counts_is_what_both_have_agreed_on_when_the_mail_is_sent() {
    let two = agreed().await;
    let token = two.server.token_of(&two.server.inviter);
    two.server.invite(&token, &two.ana.upn).await;
    // The home organisation thinks again before the mail goes out.
    let path = format!("/v1.0/policies/crossTenantAccessPolicy/partners/{}", two.server.tenant);
    two.server.patch(&two.home_token(), &path, consent("outboundAllowed", false)).await.expect(204);
    let sent = two.server.letters().await;
    assert!(sent.len() == 1 && !is_notice(&sent[0]), "{}", sent[0].all());
    let bob = two.server.add_member_at(two.home, "bob", crate::harness::HOME_DOMAIN).await;
    two.server.invite(&token, &bob.upn).await;
    two.server.patch(&two.home_token(), &path, consent("outboundAllowed", true)).await.expect(204);
    let sent = two.server.letters().await;
    assert!(sent.len() == 1 && is_notice(&sent[0]), "{}", sent[0].all());
    // Others are asked as ever.
    two.server.invite(&token, "carla@adatum.example").await;
    assert!(!is_notice(&two.server.letters().await[0]));
}

#[tokio::test]
async fn a_reset_is_announced_the_same_way() {
    let two = agreed().await;
    let token = two.server.token_of(&two.server.user_admin);
    let (id, link) = two.server.invite(&token, &two.ana.upn).await;
    two.to_consent(&mut Browser::new(), &link, &two.ana.upn).await;
    two.server.letters().await;
    two.server.reset(&token, &id, &two.ana.upn).await.expect(201);
    let sent = two.server.letters().await;
    assert!(sent.iter().any(is_notice));
}
