//! Threats B: who may redeem and who may sign in. No e-mail string is believed. How addresses are read is
//! in `b_addresses`.

use hospes_actions::jobs::MailContent;
use hospes_actions::setup::assign_role;
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use serde_json::json;

use crate::harness::{Browser, Server};

const ANA: &str = "ana@contoso.example";
const BEN: &str = "ben@contoso.example";
const EVE: &str = "eve@evil.example";

/// How many mails anybody gets who asks to sign in with that address; the pages are the same either way.
async fn codes_for(server: &Server, address: &str) -> usize {
    let page = server.ask_to_sign_in(&mut Browser::new(), address).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert!(page.form_to("/code").action.contains("/sign-in/"));
    server.mails().await.iter().filter(|mail| mail.code().is_some()).count()
}

async fn set(server: &Server, id: &str, change: serde_json::Value) {
    let token = server.token_of(&server.user_admin);
    server.patch(&token, &format!("/v1.0/users/{id}"), change).await.expect(204);
}

#[tokio::test]
async fn b1_being_signed_in_as_somebody_else_redeems_nothing() {
    let server = Server::start().await;
    let (eve, mut browser) = server.accepted_guest(EVE).await;
    let session = browser.session().unwrap();
    let (id, link) = server.pending(ANA).await;
    let welcome = browser.get(&server, &link).await;
    assert!(welcome.text().contains("a***@contoso.example"), "the invited address is named, masked");
    assert!(!welcome.text().contains(ANA));
    let code_page = browser.submit(&server, &welcome.form_to("/redeem/accept"), &[]).await;
    let mails = server.mails().await;
    assert_eq!(
        mails.iter().map(|m| m.to.as_str()).collect::<Vec<_>>(),
        [ANA],
        "the proof is asked of the invited mailbox"
    );
    let mut consent = code_page.form_to("/redeem/code");
    consent.action = server.step("consent");
    assert_eq!(browser.submit(&server, &consent.clone(), &[]).await.status, 409);
    server.assert_still_pending(&id).await;
    assert_eq!(browser.session().unwrap(), session, "she stays who she was");
    assert_eq!(server.bound(&eve).await, 1);

    // A proof of her own mailbox, made while signing in, is no proof of the invited one.
    let mut other = browser.clone();
    other.cookies.retain(|name, _| !name.contains("session"));
    let sign_in = server.ask_to_sign_in(&mut other, EVE).await;
    assert_eq!(sign_in.status, 200);
    let code = server.code_for(EVE).await;
    let page = browser.submit(&server, &code_page.form_to("/redeem/code"), &[("code", &code)]).await;
    assert_eq!(page.status, 422, "{}", page.html);
    server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn b4_after_a_reset_the_old_address_finds_nobody() {
    let server = Server::start().await;
    let (id, mut before) = server.accepted_guest(ANA).await;
    set(&server, &id, json!({ "mail": "ana@adatum.example", "otherMails": [ANA] })).await;
    server.mails().await;
    let token = server.token_of(&server.user_admin);
    let reply = server.reset(&token, &id, "ana@adatum.example").await.expect(201);
    server.mails().await;
    assert_eq!(codes_for(&server, ANA).await, 0, "while the reset waits");
    let (after, _) =
        server.redeem(reply.json["inviteRedeemUrl"].as_str().unwrap(), "ana@adatum.example").await;
    assert_eq!(codes_for(&server, ANA).await, 0, "the predecessor's mailbox in otherMails signs nobody in");
    assert!(
        !server.greets(&mut before, ANA).await && !server.greets(&mut before, "ana@adatum.example").await
    );
    assert!(server.greets(&mut after.clone(), "ana@adatum.example").await);
    assert_eq!(server.bound(&id).await, 1);
}

#[tokio::test]
async fn b4_the_same_address_for_a_new_guest_is_another_identity() {
    let server = Server::start().await;
    let (old, mut before) = server.accepted_guest(ANA).await;
    let token = server.token_of(&server.user_admin);
    server.delete(&token, &format!("/v1.0/users/{old}")).await.expect(204);
    assert!(!server.greets(&mut before, ANA).await, "a deleted guest's session");
    assert_eq!(codes_for(&server, ANA).await, 0);
    server.clock.advance(3600);
    let (new, link) = server.pending(ANA).await;
    assert_ne!(new, old);
    let (mut after, _) = server.redeem(&link, ANA).await;
    server.assert_redeemed_once(&new).await;
    assert!(server.greets(&mut after, ANA).await);
    assert!(!server.greets(&mut before, ANA).await, "the old session was relinked to the new guest");
}

#[tokio::test]
async fn b10_nobody_registers_themselves() {
    let server = Server::start().await;
    let before = server.head_count().await;
    assert_eq!(codes_for(&server, "squatter@contoso.example").await, 0);
    let mut browser = Browser::new();
    let page = server.ask_to_sign_in(&mut browser, "squatter@contoso.example").await;
    let tried = browser.submit(&server, &page.form_to("/code"), &[("code", "12345678")]).await;
    assert_eq!(tried.status, 422);
    assert!(browser.session().is_none());
    assert_eq!(server.head_count().await, before);
}

#[tokio::test]
async fn b10_who_holds_the_address_before_does_not_inherit_the_invitation() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let member = |name: &str, extra: (&str, serde_json::Value)| {
        let mut body = json!({
            "accountEnabled": true, "displayName": name, "mailNickname": name,
            "userPrincipalName": format!("{name}@fabrikam.example"),
            "passwordProfile": { "password": "correct horse battery" },
        });
        body[extra.0] = extra.1;
        body
    };
    // As `mail`: the address is taken, and says so.
    server.post(&token, "/v1.0/users", member("early", ("mail", json!(ANA)))).await.expect(201);
    let before = server.look().state();
    let body = json!({ "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://portal.example/", "sendInvitationMessage": true });
    let refused = server.post(&token, "/v1.0/invitations", body).await;
    assert!(refused.status.is_client_error(), "{}", refused.text);
    assert_eq!(server.look().state(), before);
    assert!(server.mails().await.is_empty());

    // As `otherMails`: contact data. The guest is somebody new, and the squatter stays what he was.
    let other = "bea@contoso.example";
    let squatter = server
        .post(&token, "/v1.0/users", member("squatter", ("otherMails", json!([other]))))
        .await
        .expect(201);
    let squatter = squatter.json["id"].as_str().unwrap().to_owned();
    let (guest, link) = server.pending(other).await;
    assert_ne!(guest, squatter);
    server.redeem(&link, other).await;
    server.assert_redeemed_once(&guest).await;
    assert_eq!(server.bound(&squatter).await, 0);
    assert_eq!(server.state_of(&squatter).await, "null");
}

#[tokio::test]
async fn b10_an_unproven_mail_of_another_guest_does_not_open_his_account_to_its_owner() {
    let server = Server::start().await;
    let (eve, _) = server.accepted_guest(EVE).await;
    // An administrator wrote Ana's address on Eve.
    set(&server, &eve, json!({ "mail": ANA })).await;
    assert_eq!(codes_for(&server, ANA).await, 0, "an unproven mail signed somebody in");
    let body = json!({ "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://portal.example/", "sendInvitationMessage": true });
    let reply = server.post(&server.token_of(&server.inviter), "/v1.0/invitations", body).await;
    if reply.status == 201 {
        // As the original: the guest who holds the address has redeemed already; nothing is sent.
        assert_eq!(reply.json["status"], "Completed");
        let link = reply.json["inviteRedeemUrl"].as_str().unwrap();
        assert_eq!(Browser::new().get(&server, link).await.status, 410);
    }
    assert!(server.mails().await.is_empty());
    assert_eq!(server.bound(&eve).await, 1);
    assert_eq!(codes_for(&server, EVE).await, 1);
}

#[tokio::test]
async fn b17_mail_is_no_sign_in_address_and_no_identity() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let identities = server.user(&id, "identities").await["identities"].clone();
    set(&server, &id, json!({ "mail": EVE })).await;
    assert_eq!(server.user(&id, "mail").await["mail"], EVE);
    assert_eq!(server.user(&id, "identities").await["identities"], identities, "the bound identity changed");
    assert_eq!(codes_for(&server, EVE).await, 0, "the new mail signs in before a reset");
    let (mut own, _) = server.sign_in(ANA).await;
    assert!(server.greets(&mut own, ANA).await, "the bound one does as before");
}

#[tokio::test]
async fn b17_other_mails_of_before_the_redemption_stay_contact_data() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    set(&server, &id, json!({ "otherMails": [EVE] })).await;
    server.redeem(&link, ANA).await;
    assert_eq!(codes_for(&server, EVE).await, 0);
    // Writing the same list again adds nothing.
    set(&server, &id, json!({ "otherMails": [EVE] })).await;
    assert_eq!(codes_for(&server, EVE).await, 0);
    assert_eq!(server.user(&id, "otherMails").await["otherMails"], json!([EVE]));
}

#[tokio::test]
async fn b17_an_added_address_is_announced_and_signs_in_once_its_mailbox_is_proven() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let new = "ana@home.example";
    set(&server, &id, json!({ "otherMails": [new] })).await;
    let told = server.mails().await;
    assert_eq!(
        told.iter().map(|m| m.to.as_str()).collect::<Vec<_>>(),
        [ANA],
        "the known address is told, the new one is not"
    );
    let (mut browser, _) = server.sign_in(new).await;
    assert!(server.greets(&mut browser, ANA).await || server.greets(&mut browser, new).await);
    assert_eq!(server.bound(&id).await, 1, "another way in, not another identity");
    // Taken off the list it signs in no more; a reset ends what is left.
    set(&server, &id, json!({ "otherMails": [] })).await;
    assert_eq!(codes_for(&server, new).await, 0);
    server.clock.advance(3600);
    let token = server.token_of(&server.user_admin);
    server.reset(&token, &id, ANA).await.expect(201);
    server.mails().await;
    assert!(!server.greets(&mut browser, ANA).await);
    assert_eq!(codes_for(&server, new).await, 0);
}

#[tokio::test]
async fn b17_a_waiting_address_is_worth_nothing_after_a_week_or_once_its_guest_holds_a_role() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let new = "ana@home.example";
    set(&server, &id, json!({ "otherMails": [new] })).await;
    server.mails().await;
    let guest = ObjectId::parse(&id).unwrap();
    assign_role(&server.app, server.tenant, guest, Role::UserAdministrator).await.unwrap();
    assert_eq!(codes_for(&server, new).await, 0, "who added it needed the rank for the guest as it was");
    let (id, _) = server.accepted_guest(BEN).await;
    let late = "ben@home.example";
    set(&server, &id, json!({ "otherMails": [late] })).await;
    server.mails().await;
    server.clock.advance(7 * 24 * 3600);
    assert_eq!(codes_for(&server, late).await, 0);
}

#[tokio::test]
async fn b17_of_many_addresses_each_is_announced() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let list =
        |from: u8| (from..from + 9).map(|c| format!("{}@home.example", char::from(c))).collect::<Vec<_>>();
    // The more addresses are known, the more are told: here as many as ever are.
    set(&server, &id, json!({ "otherMails": list(b'a') })).await;
    server.mails().await;
    set(&server, &id, json!({ "otherMails": list(b'k') })).await;
    let told = server.mails().await;
    for added in list(b'k') {
        let masked = format!("{}***@home.example", &added[..1]);
        let announced = told
            .iter()
            .filter(|mail| mail.to == ANA)
            .any(|mail| matches!(&mail.content, MailContent::AddressAdded { added, .. } if *added == masked));
        assert!(announced, "{added} may sign in, and {ANA} was not told");
    }
    // Announcements are mails, too: no more than twenty new addresses in an hour (threats G6).
    let token = server.token_of(&server.user_admin);
    let fresh: Vec<String> = ["x", "y", "z"].iter().map(|name| format!("{name}@home.example")).collect();
    let all = [list(b'k'), fresh].concat();
    let more = json!({ "otherMails": all });
    let refused = server.patch(&token, &format!("/v1.0/users/{id}"), more).await.expect(429);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(server.mails().await.is_empty());
}

#[tokio::test]
async fn b17_addresses_need_the_rank_of_a_reset() {
    use hospes_actions::setup::assign_role;
    use hospes_domain::access::{Role, Scope};
    use hospes_domain::ids::ObjectId;
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let path = format!("/v1.0/users/{id}");
    let (mail, other) = (json!({ "mail": EVE }), json!({ "otherMails": [EVE] }));
    let owner = server.add_person("otto", &[]).await;
    let before = server.look().state();
    for person in [&server.inviter, &server.member, &owner] {
        for change in [&mail, &other] {
            server.patch(&server.token_of(person), &path, change.clone()).await.expect(403);
        }
    }
    let scope = server.token_with(server.tenant, server.user_admin.id, 1, &[Scope::UserInviteAll]);
    server.patch(&scope, &path, mail.clone()).await.expect(403);
    server.patch(&server.token_of(&server.helpdesk), &path, mail.clone()).await.expect(403);
    assert_eq!(server.look().state(), before, "a refused change left something");

    // On somebody who holds a high role, the rank must reach that role; an application never does.
    assign_role(&server.app, server.tenant, ObjectId::parse(&id).unwrap(), Role::GlobalAdministrator)
        .await
        .unwrap();
    for token in
        [server.token_of(&server.user_admin), server.token_of(&server.helpdesk), server.app_token().await]
    {
        for change in [&mail, &other] {
            server.patch(&token, &path, change.clone()).await.expect(403);
        }
    }
    assert_eq!(server.user(&id, "mail").await["mail"], ANA);
    server.patch(&server.token_of(&server.admin), &path, other).await.expect(204);
}
