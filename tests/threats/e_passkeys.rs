//! Threats E8, F13, G1 and I3 at passkeys: one signs its owner in without a name and without a password; nothing that
//! was removed, copied, replayed, made elsewhere or belongs to somebody else signs anybody in.

use hospes_actions::jobs::{AccountChange, MailContent};
use serde_json::json;

use crate::harness::{Authenticator, Browser, Page, Server};

async fn with_passkey(server: &Server) -> (Browser, Authenticator) {
    let (mut browser, mut key) = (server.member_browser(&server.member.upn).await, Authenticator::new());
    let page = server.add_passkey(&mut browser, &mut key).await;
    assert!(page.status == 200 && page.text().contains("Work laptop"), "{}", page.html);
    (browser, key)
}

/// Nobody is signed in, and the page says so.
fn refused(browser: &Browser, page: &Page) {
    assert_eq!(page.status, 422, "{}", page.html);
    assert!(page.text().contains("This passkey was not taken."), "{}", page.html);
    assert_eq!(browser.session(), None);
}

#[tokio::test]
async fn a_passkey_signs_its_owner_in_and_the_owner_is_told_of_it() {
    let server = Server::start().await;
    let (mut browser, mut key) = with_passkey(&server).await;
    let id = server.member.id.to_string();
    for _ in 0..2 {
        let (mut other, page) = server.passkey_sign_in(&mut key).await;
        assert!(page.url.contains("/myapps/") && page.text().contains("Passkey"), "{}", page.html);
        assert!(server.greets(&mut other, &server.member.upn).await);
    }
    assert_eq!(server.successes(&id, "User registered security info").await, 1, "I6");
    assert_eq!(server.successes(&id, "Sign in").await, 3, "I6");
    let by_passkey = "SELECT multi_factor, error_code FROM sign_ins WHERE method = 'passkey' ORDER BY at, id";
    assert_eq!(server.look().rows(by_passkey), [["1", "0"], ["1", "0"]], "two factors in one");
    let (mut other, _) = server.passkey_sign_in(&mut key).await;
    let list = other.get(&server, &format!("/{}/sessions", server.tenant)).await;
    assert!(list.text().contains("Passkey"), "and the list of sessions says so: {}", list.html);
    let page = browser.get(&server, &format!("/{}/security/passkeys", server.tenant)).await;
    assert!(page.text().contains("last used"), "{}", page.html);
    let page = browser.submit(&server, &page.form_to("/remove"), &[]).await;
    assert!(page.text().contains("You have none yet."), "{}", page.html);
    assert_eq!(server.successes(&id, "User deleted security info").await, 1, "I6");
    let told = |wanted| move |mail: &MailContent| matches!(mail, MailContent::AccountNotice { change, .. } if *change == wanted);
    let mails: Vec<MailContent> = server.mails().await.into_iter().map(|mail| mail.content).collect();
    for change in [AccountChange::PasskeyAdded, AccountChange::PasskeyRemoved] {
        assert_eq!(mails.iter().filter(|mail| told(change)(mail)).count(), 1, "{change:?}");
    }
}

#[tokio::test]
async fn h4_only_the_two_pages_that_need_it_may_load_a_script_and_only_ours() {
    let server = Server::start().await;
    let mut browser = server.member_browser(&server.member.upn).await;
    let mut stranger = Browser::new();
    let passkeys = format!("/{}/security/passkeys", server.tenant);
    let sign_in = stranger.get(&server, &format!("/myapps/{}", server.tenant)).await;
    let password =
        stranger.submit(&server, &sign_in.form_to("/address"), &[("address", "a@fabrikam.example")]).await;
    for (page, scripted) in [
        (sign_in, true),
        (password, false),
        (browser.get(&server, &passkeys).await, true),
        (browser.get(&server, &format!("/myapps/{}", server.tenant)).await, false),
        (browser.get(&server, &format!("/{}/security/password", server.tenant)).await, false),
    ] {
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert_eq!(policy.contains("script-src 'self'"), scripted, "{}: {policy}", page.url);
        assert_eq!(page.html.matches("<script").count(), usize::from(scripted), "{}", page.url);
        assert!(
            !policy.contains("unsafe") && page.unscripted().matches("<script").count() == 0,
            "{}",
            page.url
        );
    }
    let page = browser.get(&server, &passkeys).await;
    let script = page.html.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(script.starts_with("/assets/hospes-") && script.split('.').next_back() == Some("js"), "{script}");
    let file = browser.get(&server, &script).await;
    assert_eq!(file.headers["content-type"], "text/javascript; charset=utf-8");
    assert!(file.headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert!(page.html.contains("hidden"), "without a script its form is not shown");
}

#[tokio::test]
async fn f13_an_answer_is_good_once_in_the_flow_it_was_asked_in_and_from_our_own_pages() {
    let server = Server::start().await;
    let (_, mut key) = with_passkey(&server).await;
    // Given twice: in the same flow, and in another browser's.
    let (mut first, mut second) = (Browser::new(), Browser::new());
    let (form, options) = server.asked_for_passkey(&mut first).await;
    let (other_form, _) = server.asked_for_passkey(&mut second).await;
    let signed = key.signs(&options);
    let page = second.submit(&server, &other_form, &[("credential", &signed)]).await;
    refused(&second, &page);
    let replayer = first.clone();
    let page = first.submit(&server, &form, &[("credential", &signed)]).await;
    assert!(page.url.contains("/myapps/"), "{}", page.html);
    let mut replayer = replayer;
    let page = replayer.submit(&server, &form, &[("credential", &signed)]).await;
    refused(&replayer, &page);
    // Asked anew: what was asked before is forgotten.
    let mut third = Browser::new();
    let (form, old) = server.asked_for_passkey(&mut third).await;
    let page = third.get(&server, &form.action.replace("/passkey", "")).await;
    let (_, ask) = crate::harness::script_form(&page);
    third.submit_once(&server, &ask, &[]).await;
    let page = third.submit(&server, &form, &[("credential", &key.signs(&old))]).await;
    refused(&third, &page);
    // Late, and from another origin.
    let (form, options) = server.asked_for_passkey(&mut third).await;
    server.clock.advance(600);
    let page = third.submit(&server, &form, &[("credential", &key.signs(&options))]).await;
    refused(&third, &page);
    key.origin = "https://evil.hospes.example".into();
    let (browser, page) = server.passkey_sign_in(&mut key).await;
    refused(&browser, &page);
    let lines = "SELECT error_code FROM sign_ins WHERE method = 'passkey' AND refusal = 'passkey_wrong'";
    assert!(server.look().rows(lines).contains(&vec!["500121".to_owned()]), "its owner can see it");
    for nonsense in ["", "{}", "null", "[]", "\"x\"", &"x".repeat(5000)] {
        let (form, _) = server.asked_for_passkey(&mut third).await;
        let page = third.submit(&server, &form, &[("credential", nonsense)]).await;
        refused(&third, &page);
    }
}

#[tokio::test]
async fn e8_a_removed_passkey_is_gone_at_once_and_a_blocked_or_deleted_owner_stays_out() {
    let server = Server::start().await;
    let (_, mut key) = with_passkey(&server).await;
    let token = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{}", server.member.id);
    // Ending the sign-ins does not end the passkey; blocking does.
    server.post(&token, &format!("{path}/revokeSignInSessions"), json!(null)).await.expect(200);
    assert!(server.passkey_sign_in(&mut key).await.1.url.contains("/myapps/"));
    server.patch(&token, &path, json!({ "accountEnabled": false })).await.expect(204);
    let (browser, page) = server.passkey_sign_in(&mut key).await;
    assert_eq!((page.status.as_u16(), browser.session()), (403, None), "{}", page.html);
    server.patch(&token, &path, json!({ "accountEnabled": true })).await.expect(204);
    // Removed between the question and the answer.
    let mut owner = server.member_browser(&server.member.upn).await;
    let mut browser = Browser::new();
    let (form, options) = server.asked_for_passkey(&mut browser).await;
    let page = owner.get(&server, &format!("/{}/security/passkeys", server.tenant)).await;
    owner.submit(&server, &page.form_to("/remove"), &[]).await;
    let page = browser.submit(&server, &form, &[("credential", &key.signs(&options))]).await;
    refused(&browser, &page);
    let mut again = Authenticator::new();
    server.add_passkey(&mut owner, &mut again).await;
    server.delete(&token, &path).await.expect(204);
    let (browser, page) = server.passkey_sign_in(&mut again).await;
    refused(&browser, &page);
}

#[tokio::test]
async fn i3_a_copy_another_tenants_and_another_persons_passkey_sign_nobody_in() {
    let server = Server::start().await;
    let (_, mut key) = with_passkey(&server).await;
    // Another tenant of this server knows no such key.
    let (other, ..) = server.second_tenant("northwind.example").await;
    let mut browser = Browser::new();
    let page = browser.get(&server, &format!("/myapps/{other}")).await;
    let (form, ask) = crate::harness::script_form(&page);
    let options = browser.submit_once(&server, &ask, &[]).await;
    let page = browser.submit(&server, &form, &[("credential", &key.signs(&options.html))]).await;
    refused(&browser, &page);
    // Whoever the answer names has to be the owner.
    let owner = std::mem::replace(&mut key.owner, json!("AAAAAAAAAAAAAAAAAAAAAA"));
    let (browser, page) = server.passkey_sign_in(&mut key).await;
    refused(&browser, &page);
    key.owner = json!(null);
    let (browser, page) = server.passkey_sign_in(&mut key).await;
    refused(&browser, &page);
    key.owner = owner;
    assert!(server.passkey_sign_in(&mut key).await.1.url.contains("/myapps/"));
    // A counter that was further already: there are two of it.
    server.look().change("UPDATE passkeys SET value = replace(value, '\"counter\":', '\"counter\":9')");
    let (browser, page) = server.passkey_sign_in(&mut key).await;
    refused(&browser, &page);
}

#[tokio::test]
async fn passkeys_are_changed_by_members_who_have_just_signed_in_and_by_nobody_else() {
    let server = Server::start().await;
    let (mut browser, _) = with_passkey(&server).await;
    let path = format!("/{}/security/passkeys", server.tenant);
    let page = browser.get(&server, &path).await;
    let (form, ask) = crate::harness::script_form(&page);
    let removal = page.form_to("/remove");
    let before = server.look().rows("SELECT id FROM passkeys").len();
    // Somebody else has signed in here since the page was drawn.
    let other = server.member_browser(&server.helpdesk.upn).await;
    let session = format!("__Host-hospes-session-{}", server.tenant.0.simple());
    let theirs = other.cookies[&session].clone();
    let mut shared = browser.clone();
    shared.cookies.insert(session, theirs);
    assert_eq!(shared.submit_once(&server, &ask, &[]).await.status, 303);
    shared.submit(&server, &removal, &[]).await;
    // A name is needed, and what was made must be what was asked for.
    let options = browser.submit_once(&server, &ask, &[]).await;
    let made = Authenticator::new().makes(&options.html);
    for (name, credential) in [("", made.as_str()), ("x", "{}"), ("x", made.as_str())] {
        let page = browser.submit(&server, &form, &[("name", name), ("credential", credential)]).await;
        assert_eq!(page.status, 422, "{name}: the question is used up by the first answer");
    }
    assert_eq!(server.look().rows("SELECT id FROM passkeys").len(), before);
    // A sign-in from a while ago has to be made again.
    server.clock.advance(900);
    let page = browser.get(&server, &path).await;
    assert!(
        page.text().contains("You signed in a while ago.") && !page.html.contains("<script"),
        "{}",
        page.html
    );
    assert_eq!(browser.submit_once(&server, &ask, &[]).await.status, 303);
    browser.submit(&server, &removal, &[]).await;
    assert_eq!(server.look().rows("SELECT id FROM passkeys").len(), before);
    let page = browser.submit(&server, &page.form_to("/again"), &[]).await;
    let page = browser.submit(&server, &page.form_to("/address"), &[("address", &server.member.upn)]).await;
    let page =
        browser.submit(&server, &page.form_to("/password"), &[("password", crate::harness::PASSWORD)]).await;
    assert!(page.url.ends_with(&path) && page.html.contains("Add a passkey"), "{}", page.html);
    // Guests sign in with the identity they are bound to.
    let (_, mut guest) = server.accepted_guest("ana@contoso.example").await;
    let page = guest.get(&server, &path).await;
    assert_eq!(page.status, 400, "{}", page.html);
}

#[tokio::test]
async fn d5_whoever_becomes_a_guest_keeps_no_passkey() {
    let server = Server::start().await;
    let (_, mut key) = with_passkey(&server).await;
    let (elsewhere, token) = ("hugo@contoso.example", server.token_of(&server.admin));
    let path = format!("/v1.0/users/{}", server.member.id);
    server.patch(&token, &path, json!({ "mail": elsewhere })).await.expect(204);
    let body = json!({
        "invitedUserEmailAddress": elsewhere, "inviteRedirectUrl": "https://myapps.microsoft.com",
        "sendInvitationMessage": true, "invitedUser": { "id": server.member.id },
    });
    let made = server.post(&token, "/v1.0/invitations", body).await.expect(201);
    let (browser, page) = server.passkey_sign_in(&mut key).await;
    refused(&browser, &page);
    let link = made.json["inviteRedeemUrl"].as_str().unwrap().to_owned();
    server.mails().await;
    let mut guest = Browser::new();
    let consent = server.prove(&mut guest, &link, elsewhere).await;
    guest.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(server.look().rows("SELECT id FROM passkeys").len(), 0);
    let (browser, page) = server.passkey_sign_in(&mut key).await;
    refused(&browser, &page);
}

#[tokio::test]
async fn g1_whoever_is_guessed_at_gets_in_with_a_passkey() {
    let server = Server::start().await;
    let (_, mut key) = with_passkey(&server).await;
    for n in 0..10 {
        let mut guesser = Browser::at(&format!("198.18.{n}.1"));
        let form = server.name_address(&mut guesser, &server.member.upn).await.form_to("/password");
        for _ in 0..10 {
            guesser.submit_once(&server, &form, &[("password", "not this one")]).await;
        }
    }
    let (mut browser, page) = server.passkey_sign_in(&mut key).await;
    assert!(page.url.contains("/myapps/"), "{}", page.html);
    // And its browser is known from then on.
    browser = browser.without_session(server.tenant);
    let form = server.name_address(&mut browser, &server.member.upn).await.form_to("/password");
    let page = browser.submit(&server, &form, &[("password", crate::harness::PASSWORD)]).await;
    assert!(page.url.contains("/myapps/"), "{}", page.html);
}
