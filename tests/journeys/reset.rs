//! The four situations of the article, as far as passcode identities go (reference/reset-redemption.md
//! section 7), and its negative companions. Before and after, the app sees the same person.

use serde_json::{Value, json};

use crate::harness::{Browser, Reply, Server};

/// What must not change, read by Graph.
async fn kept(server: &Server, id: &str) -> Value {
    let token = server.app_token().await;
    let user = server
        .get(&token, &format!("/v1.0/users/{id}?$select=id,userPrincipalName,userType,creationType"))
        .await
        .expect(200);
    let groups = server.get(&token, &format!("/v1.0/users/{id}/memberOf?$select=id")).await.expect(200);
    let roles = server.get(&token, &format!("/v1.0/users/{id}/appRoleAssignments")).await.expect(200);
    json!({ "user": user.json, "groups": groups.json["value"], "roles": roles.json["value"] })
}

async fn select(server: &Server, id: &str, what: &str) -> Value {
    let token = server.app_token().await;
    server.get(&token, &format!("/v1.0/users/{id}?$select={what}")).await.expect(200).json
}

async fn set_mail(server: &Server, id: &str, address: &str) -> Reply {
    let token = server.token_of(&server.user_admin);
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "mail": address })).await
}

fn link_of(reply: &Reply) -> String {
    reply.json["inviteRedeemUrl"].as_str().unwrap().to_owned()
}

/// Sets the address, resets as a User Administrator, and redeems as somebody new.
async fn move_to(server: &Server, id: &str, address: &str) -> Browser {
    set_mail(server, id, address).await.expect(204);
    let token = server.token_of(&server.user_admin);
    let reply = server.reset(&token, id, address).await.expect(201);
    assert_eq!(reply.json["resetRedemption"], true);
    assert_eq!(reply.json["status"], "PendingAcceptance");
    assert_eq!(reply.json["invitedUser"]["id"], id);
    server.mails().await;
    server.redeem(&link_of(&reply), address).await.0
}

async fn moving(old: &str, new: &str) {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(old).await;
    server.give_access(hospes_domain::ids::ObjectId::parse(&id).unwrap()).await;
    let before = kept(&server, &id).await;
    server.clock.advance(60);
    move_to(&server, &id, new).await;
    assert_eq!(kept(&server, &id).await, before, "a reset kept everything");
    let after = select(&server, &id, "mail,identities,externalUserState,userPrincipalName").await;
    assert_eq!(after["externalUserState"], "Accepted");
    assert_eq!(after["mail"], new);
    assert!(after["identities"].as_array().unwrap().iter().any(|i| i["issuer"] == "mail"));
    assert!(
        after["userPrincipalName"].as_str().unwrap().starts_with(&old.replace('@', "_")),
        "the UPN is still built from the old address"
    );
}

#[tokio::test]
async fn situation_1_another_email() {
    moving("jonas@contoso.example", "jonas.lindqvist@contoso.example").await;
}

#[tokio::test]
async fn situation_2_the_same_address_again() {
    moving("jonas@contoso.example", "jonas@contoso.example").await;
}

#[tokio::test]
async fn situation_3_another_company() {
    moving("jonas@contoso.example", "jonas@adatum.example").await;
}

#[tokio::test]
async fn situation_4_handed_over_to_a_successor() {
    moving("jonas@contoso.example", "sofia@contoso.example").await;
}

#[tokio::test]
async fn while_pending_after_a_reset_the_guest_is_unbound_and_the_old_link_dead() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("jonas@contoso.example").await;
    server.clock.advance(60);
    set_mail(&server, &id, "jonas@adatum.example").await.expect(204);
    let token = server.token_of(&server.helpdesk);
    let first = server.reset(&token, &id, "jonas@adatum.example").await.expect(201);
    let state = select(&server, &id, "externalUserState,externalUserStateChangeDateTime,identities").await;
    assert_eq!(state["externalUserState"], "PendingAcceptance");
    assert_eq!(state["externalUserStateChangeDateTime"], "2026-11-21T14:23:00Z");
    assert!(state["identities"].as_array().unwrap().iter().all(|i| i["signInType"] == "userPrincipalName"));
    // Twice before the redemption: both answer 201, only the later link works (threats D7, D8).
    let second = server.reset(&token, &id, "jonas@adatum.example").await.expect(201);
    server.mails().await;
    let page = Browser::new().get(&server, &link_of(&first)).await;
    assert_eq!(page.status, 410, "{}", page.html);
    server.redeem(&link_of(&second), "jonas@adatum.example").await;
}

#[tokio::test]
async fn the_old_address_is_told_and_not_told_where_to() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("jonas@contoso.example").await;
    set_mail(&server, &id, "jonas@adatum.example").await.expect(204);
    let token = server.token_of(&server.user_admin);
    server.reset(&token, &id, "jonas@adatum.example").await.expect(201);
    let mails = server.mails().await;
    let notice = mails.iter().find(|m| m.is_reset_notice()).expect("a notice");
    assert_eq!(notice.to, "jonas@contoso.example");
    assert!(mails.iter().any(|m| m.to == "jonas@adatum.example" && m.link().is_some()));
    assert_eq!(mails.len(), 2);
}

#[tokio::test]
async fn an_address_not_on_the_user_is_refused_with_the_original_text() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("jonas@contoso.example").await;
    let token = server.token_of(&server.user_admin);
    let reply = server.reset(&token, &id, "new@adatum.example").await.expect(400);
    assert_eq!(reply.code(), "BadRequest");
    assert_eq!(
        reply.message(),
        "The email you\u{2019}re using to invite this user doesn\u{2019}t match any emails on the user object. Please add this email to the user object and try again."
    );
    assert_eq!(select(&server, &id, "externalUserState").await["externalUserState"], "Accepted");
}

#[tokio::test]
async fn an_address_in_other_mails_will_do() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("jonas@contoso.example").await;
    let token = server.token_of(&server.helpdesk);
    let patch = json!({ "otherMails": ["jonas@adatum.example"] });
    server.patch(&token, &format!("/v1.0/users/{id}"), patch).await.expect(204);
    let reply = server.reset(&token, &id, "jonas@adatum.example").await.expect(201);
    server.mails().await;
    server.redeem(&link_of(&reply), "jonas@adatum.example").await;
    assert_eq!(
        select(&server, &id, "mail").await["mail"],
        "jonas@contoso.example",
        "mail is not changed by the call"
    );
}

#[tokio::test]
async fn reset_without_an_id_is_refused() {
    let server = Server::start().await;
    let token = server.token_of(&server.user_admin);
    let body = json!({
        "invitedUserEmailAddress": "new@adatum.example", "inviteRedirectUrl": "https://myapps.microsoft.com", "resetRedemption": true,
    });
    let reply = server.post(&token, "/v1.0/invitations", body).await.expect(400);
    assert!(reply.message().contains("invitedUser.id"), "{}", reply.message());
    let users = server
        .get(&server.app_token().await, "/v1.0/users?$filter=mail%20eq%20'new@adatum.example'")
        .await
        .expect(200);
    assert_eq!(users.json["value"].as_array().unwrap().len(), 0, "no user was created instead");
}

#[tokio::test]
async fn every_proven_address_of_before_is_told_and_no_unproven_one() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("jonas@contoso.example").await;
    let token = server.token_of(&server.user_admin);
    let more: Vec<String> = (0..9).map(|n| format!("jonas{n}@home.example")).collect();
    let patch = json!({ "otherMails": more });
    server.patch(&token, &format!("/v1.0/users/{id}"), patch).await.expect(204);
    server.mails().await;
    let (proven, waiting) = more.split_at(8);
    for (n, address) in proven.iter().enumerate() {
        server.clock.advance(if n == 4 { 3600 } else { 1 });
        server.sign_in(address).await;
    }
    set_mail(&server, &id, "jonas@adatum.example").await.expect(204);
    server.reset(&token, &id, "jonas@adatum.example").await.expect(201);
    let mails = server.mails().await;
    let told: Vec<&str> = mails.iter().filter(|m| m.is_reset_notice()).map(|m| m.to.as_str()).collect();
    assert!(told.contains(&"jonas@contoso.example"));
    assert!(proven.iter().all(|address| told.contains(&address.as_str())), "{told:?}");
    assert!(!told.contains(&waiting[0].as_str()), "{told:?}");
}
