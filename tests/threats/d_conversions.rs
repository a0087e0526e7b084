//! Threats D and I1 where somebody of the organisation becomes a guest: the password is good until the redemption,
//! and never again, however often the invitation or the redemption is repeated.

use serde_json::json;

use crate::harness::{Browser, Page, Server};

const NAME: &str = "ines@fabrikam.example";
const MAIL: &str = "ines@contoso.example";
const PASSWORD: &str = "a long enough password";

/// Somebody internal whose `mail` is outside.
async fn internal(server: &Server) -> String {
    let new = json!({
        "userPrincipalName": NAME, "displayName": "Ines", "mail": MAIL, "accountEnabled": true, "mailNickname": "ines",
        "passwordProfile": { "password": PASSWORD, "forceChangePasswordNextSignIn": false },
    });
    let reply = server.post(&server.token_of(&server.user_admin), "/v1.0/users", new).await.expect(201);
    reply.json["id"].as_str().unwrap().to_owned()
}

/// Invites that person from outside: the first time this converts, then it invites again. The link.
async fn convert(server: &Server, id: &str) -> String {
    let body = json!({
        "invitedUserEmailAddress": MAIL, "inviteRedirectUrl": "https://myapps.microsoft.com",
        "invitedUser": { "id": id }, "sendInvitationMessage": true,
    });
    let reply =
        server.post(&server.token_of(&server.user_admin), "/v1.0/invitations", body).await.expect(201);
    server.mails().await;
    reply.json["inviteRedeemUrl"].as_str().unwrap().to_owned()
}

async fn by_password(server: &Server) -> (Browser, Page) {
    let mut browser = Browser::new();
    let page = server.name_address(&mut browser, NAME).await;
    let page = browser.submit(server, &page.form_to("/password"), &[("password", PASSWORD)]).await;
    (browser, page)
}

async fn signs_in_by_password(server: &Server) -> bool {
    let (_, page) = by_password(server).await;
    page.status == 200 && page.url.contains("/myapps")
}

#[tokio::test]
async fn d5_the_password_of_a_converted_user_is_good_until_the_redemption_and_dead_after_it() {
    let server = Server::start().await;
    let id = internal(&server).await;
    let (mut before, page) = by_password(&server).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let link = convert(&server, &id).await;
    assert!(signs_in_by_password(&server).await, "until the redemption nothing changes for the person");
    server.redeem(&link, MAIL).await;
    assert!(!signs_in_by_password(&server).await);
    let page = before.get(&server, "/myapps").await;
    assert!(page.url.contains("/sign-in/"), "the password session outlived the redemption: {}", page.url);
}

#[tokio::test]
async fn d5_whoever_was_made_internal_is_not_invited_back() {
    let server = Server::start().await;
    let admin = server.token_of(&server.user_admin);
    let invited = json!({ "invitedUserEmailAddress": MAIL, "inviteRedirectUrl": "https://a.example" });
    let made = server.post(&admin, "/v1.0/invitations", invited.clone()).await.expect(201).json;
    let id = made["invitedUser"]["id"].as_str().unwrap().to_owned();
    server.redeem(made["inviteRedeemUrl"].as_str().unwrap(), MAIL).await;
    let internal = json!({ "userPrincipalName": NAME, "passwordProfile": { "password": PASSWORD } });
    let admin = server.token_of(&server.admin);
    let convert = format!("/beta/users/{id}/convertExternalToInternalMemberUser");
    server.post(&admin, &convert, internal).await.expect(200);
    let before = server.look().state();
    let mut back = invited;
    back["invitedUser"] = json!({ "id": id });
    let refused = server.post(&admin, "/v1.0/invitations", back).await.expect(412);
    assert!(refused.message().contains("cannot be converted back"), "{}", refused.text);
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn d5_an_invitation_sent_again_does_not_keep_the_password_for_the_next_reset() {
    let server = Server::start().await;
    let id = internal(&server).await;
    let first = convert(&server, &id).await;
    let again = convert(&server, &id).await;
    assert_eq!(Browser::new().get(&server, &first).await.status, 410);
    server.redeem(&again, MAIL).await;
    server.reset(&server.token_of(&server.user_admin), &id, MAIL).await.expect(201);
    assert!(!signs_in_by_password(&server).await, "a reset must not bring an old password back");
}

#[tokio::test]
async fn d5_a_reset_of_a_converted_user_who_has_not_redeemed_ends_the_password_too() {
    let server = Server::start().await;
    let id = internal(&server).await;
    convert(&server, &id).await;
    let reply = server.reset(&server.token_of(&server.user_admin), &id, MAIL).await.expect(201);
    assert!(!signs_in_by_password(&server).await, "whoever had the account before is out from the reset on");
    server.mails().await;
    server.redeem(reply.json["inviteRedeemUrl"].as_str().unwrap(), MAIL).await;
    assert!(!signs_in_by_password(&server).await);
}
