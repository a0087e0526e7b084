//! Threats D: resetting the redemption of people one must not reset, and what a reset must end.

use hospes_actions::setup::{NewGroup, add_member, assign_role, create_group};
use hospes_domain::access::{Role, Scope};
use hospes_domain::ids::ObjectId;
use serde_json::json;

use crate::harness::{Browser, Caught, Reply, Server};

const OLD: &str = "jonas@contoso.example";
const NEW: &str = "jonas@adatum.example";

/// An accepted guest whose `mail` is already the new address.
async fn ready(server: &Server) -> (String, Browser) {
    let (id, browser) = server.accepted_guest(OLD).await;
    let token = server.token_of(&server.user_admin);
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "mail": NEW })).await.expect(204);
    (id, browser)
}

fn object(id: &str) -> ObjectId {
    ObjectId::parse(id).unwrap()
}

async fn state(server: &Server, id: &str) -> String {
    let token = server.app_token().await;
    let user = server.get(&token, &format!("/v1.0/users/{id}?$select=externalUserState")).await.expect(200);
    user.json["externalUserState"].as_str().unwrap_or("null").to_owned()
}

fn assert_refused(reply: &Reply) {
    assert_eq!(reply.status, 403, "{}", reply.text);
    assert_eq!((reply.code(), reply.message()), ("Forbidden", "Generic authorization exception."));
    let inner = &reply.json["error"]["innerError"];
    assert!(
        inner["missingPermission"].is_array() || inner["missingRole"].is_array(),
        "innerError names what is missing: {inner}"
    );
}

#[tokio::test]
async fn d1_helpdesk_does_not_reach_a_global_administrator_however_the_role_is_held() {
    for way in ["direct", "group", "nested"] {
        let server = Server::start().await;
        let (id, _) = ready(&server).await;
        let role = Role::GlobalAdministrator;
        if way == "direct" {
            assign_role(&server.app, server.tenant, object(&id), role).await.unwrap();
        } else {
            let new =
                NewGroup { display_name: "Admins".into(), role_assignable: true, ..NewGroup::default() };
            let group = create_group(&server.app, server.tenant, new).await.unwrap();
            assign_role(&server.app, server.tenant, group, role).await.unwrap();
            if way == "group" {
                add_member(&server.app, server.tenant, group, object(&id)).await.unwrap();
            } else {
                add_member(&server.app, server.tenant, server.group, object(&id)).await.unwrap();
                if add_member(&server.app, server.tenant, group, server.group).await.is_err() {
                    continue; // Groups cannot be nested into a role-assignable group at all.
                }
            }
        }
        for person in [&server.helpdesk, &server.user_admin] {
            assert_refused(&server.reset(&server.token_of(person), &id, NEW).await);
        }
        assert_eq!(state(&server, &id).await, "Accepted", "{way}");
        server.reset(&server.token_of(&server.admin), &id, NEW).await.expect(201);
    }
}

#[tokio::test]
async fn d2_an_application_never_resets_a_role_holder() {
    let server = Server::start().await;
    let (id, _) = ready(&server).await;
    let token = server.app_token().await;
    server.reset(&token, &id, NEW).await.expect(201);
    assign_role(&server.app, server.tenant, object(&id), Role::DirectoryReaders).await.unwrap();
    assert_refused(&server.reset(&token, &id, NEW).await);
}

#[tokio::test]
async fn d2_a_role_assignable_group_counts_even_without_a_role() {
    let server = Server::start().await;
    let (id, _) = ready(&server).await;
    let new = NewGroup { display_name: "Could be".into(), role_assignable: true, ..NewGroup::default() };
    let group = create_group(&server.app, server.tenant, new).await.unwrap();
    add_member(&server.app, server.tenant, group, object(&id)).await.unwrap();
    assert_refused(&server.reset(&server.app_token().await, &id, NEW).await);
    assert_refused(&server.reset(&server.token_of(&server.helpdesk), &id, NEW).await);
    assert_eq!(state(&server, &id).await, "Accepted");
}

#[tokio::test]
async fn d3_to_invite_is_not_enough() {
    let server = Server::start().await;
    let (id, _) = ready(&server).await;
    let only_invite = server.token_with(server.tenant, server.user_admin.id, 1, &[Scope::UserInviteAll]);
    let reply = server.reset(&only_invite, &id, NEW).await;
    assert_refused(&reply);
    assert!(reply.text.contains("User.ReadWrite.All"), "{}", reply.text);
    let inviter = server.reset(&server.token_of(&server.inviter), &id, NEW).await;
    assert_refused(&inviter);
    assert!(inviter.text.contains("Helpdesk Administrator"), "{}", inviter.text);
    assert_eq!(state(&server, &id).await, "Accepted");
}

#[tokio::test]
async fn d4_neither_the_guest_nor_a_group_owner_resets() {
    let server = Server::start().await;
    let (id, _) = ready(&server).await;
    // A redemption raises the guest's sign-in generation to 2.
    let own = server.token_with(server.tenant, object(&id), 2, Scope::ALL);
    assert_refused(&server.reset(&own, &id, NEW).await);
    let new = NewGroup { display_name: "Hers".into(), owners: vec![server.member.id], ..NewGroup::default() };
    let group = create_group(&server.app, server.tenant, new).await.unwrap();
    add_member(&server.app, server.tenant, group, object(&id)).await.unwrap();
    assert_refused(&server.reset(&server.token_of(&server.member), &id, NEW).await);
}

#[tokio::test]
async fn d5_a_bearer_token_of_before_is_dead_at_once() {
    let server = Server::start().await;
    let (id, mut browser) = ready(&server).await;
    let before = server.token_with(server.tenant, object(&id), 2, Scope::ALL);
    server.get(&before, "/v1.0/me").await.expect(200);
    let page = browser.get(&server, "/myapps").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains(OLD), "signed in as {OLD}: {}", page.text());
    server.reset(&server.token_of(&server.helpdesk), &id, NEW).await.expect(201);
    server.get(&before, "/v1.0/me").await.expect(401);
    let page = browser.get(&server, "/myapps").await;
    assert!(!page.text().contains(OLD), "the session outlived the reset");
}

#[tokio::test]
async fn d5_a_code_of_before_is_dead_even_for_the_same_address() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (id, link) = server.invite(&token, OLD).await;
    server.mails().await;
    let (mut browser, code_page, code) = server.walk_to_code(&link, OLD).await;
    server.reset(&server.token_of(&server.helpdesk), &id, OLD).await.expect(201);
    let after = browser.submit(&server, &code_page.form_to("/redeem/code"), &[("code", &code)]).await;
    assert_ne!(after.status, 200, "{}", after.html);
    assert_eq!(state(&server, &id).await, "PendingAcceptance");
}

#[tokio::test]
async fn d6_a_proven_flow_that_loses_the_race_binds_nothing() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (id, link) = server.invite(&token, OLD).await;
    server.mails().await;
    let (mut browser, consent) = server.walk_to_consent(&link, OLD).await;
    server.reset(&server.token_of(&server.helpdesk), &id, OLD).await.expect(201);
    let after = browser.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert!(after.status.is_client_error(), "{}", after.html);
    assert_eq!(state(&server, &id).await, "PendingAcceptance");
}

#[tokio::test]
async fn d6_redeem_and_reset_at_once_never_leave_the_old_identity_bound() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (id, link) = server.invite(&token, OLD).await;
    server.mails().await;
    let (mut browser, consent) = server.walk_to_consent(&link, OLD).await;
    let helpdesk = server.token_of(&server.helpdesk);
    let form = consent.form_to("/redeem/consent");
    let (reset, _) =
        tokio::join!(server.reset(&helpdesk, &id, OLD), browser.submit_once(&server, &form, &[]));
    reset.expect(201);
    assert_eq!(state(&server, &id).await, "PendingAcceptance");
}

#[tokio::test]
async fn d7_two_resets_at_once_leave_one_working_link() {
    let server = Server::start().await;
    let (id, _) = ready(&server).await;
    let token = server.token_of(&server.user_admin);
    let patch = json!({ "otherMails": ["third@adatum.example"] });
    server.patch(&token, &format!("/v1.0/users/{id}"), patch).await.expect(204);
    let (a, b) =
        tokio::join!(server.reset(&token, &id, NEW), server.reset(&token, &id, "third@adatum.example"));
    let (a, b) = (a.expect(201), b.expect(201));
    let mut open = 0;
    for reply in [a, b] {
        let link = reply.json["inviteRedeemUrl"].as_str().unwrap().to_owned();
        open += usize::from(Browser::new().get(&server, &link).await.status == 200);
    }
    assert_eq!(open, 1, "exactly the later link works");
}

#[tokio::test]
async fn d8_the_old_link_and_a_used_link_get_the_page_of_their_state() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (id, old_link) = server.invite(&token, OLD).await;
    server.mails().await;
    server.redeem(&old_link, OLD).await;
    assert_eq!(Browser::new().get(&server, &old_link).await.status, 410);
    let reply = server.reset(&server.token_of(&server.helpdesk), &id, OLD).await.expect(201);
    server.mails().await;
    assert_eq!(Browser::new().get(&server, &old_link).await.status, 410);
    let new_link = reply.json["inviteRedeemUrl"].as_str().unwrap();
    server.redeem(new_link, OLD).await;
    assert_eq!(Browser::new().get(&server, new_link).await.status, 410);
}

#[tokio::test]
async fn d9_an_address_of_somebody_else_is_refused_without_saying_whose() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(OLD).await;
    let (other, _) = server.accepted_guest("sofia@adatum.example").await;
    let token = server.token_of(&server.user_admin);
    let patch = server
        .patch(&token, &format!("/v1.0/users/{id}"), json!({ "otherMails": ["sofia@adatum.example"] }))
        .await;
    if patch.status == 204 {
        let reply = server.reset(&token, &id, "sofia@adatum.example").await;
        assert!(reply.status == 400 || reply.status == 409, "{}", reply.text);
        assert!(!reply.text.contains(&other), "{}", reply.text);
    } else {
        assert!(patch.status == 400 || patch.status == 409, "{}", patch.text);
        assert!(!patch.text.contains(&other), "{}", patch.text);
    }
    assert_eq!(state(&server, &id).await, "Accepted");
    assert_eq!(state(&server, &other).await, "Accepted");
}

#[tokio::test]
async fn d10_internal_foreign_deleted_and_unknown_targets() {
    let server = Server::start().await;
    let token = server.token_of(&server.user_admin);
    let internal = server.reset(&token, &server.member.id.to_string(), "mia@fabrikam.example").await;
    assert_eq!(internal.status, 400, "{}", internal.text);
    let (_, foreign, _) = server.second_tenant("northwind.example").await;
    let (deleted, _) = server.accepted_guest(OLD).await;
    server.delete(&token, &format!("/v1.0/users/{deleted}")).await.expect(204);
    for id in [foreign.id.to_string(), deleted, "7b0e6a9c-0f3e-4f0a-9f7e-1c2d3e4f5a6b".to_owned()] {
        let reply = server.reset(&token, &id, OLD).await.expect(404);
        assert_eq!(reply.code(), "Request_ResourceNotFound");
        assert_eq!(
            reply.message(),
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            )
        );
    }
}

#[tokio::test]
async fn d10_an_external_member_may_be_reset() {
    let server = Server::start().await;
    let (id, _) = ready(&server).await;
    let token = server.token_of(&server.user_admin);
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "userType": "Member" })).await.expect(204);
    server.reset(&token, &id, NEW).await.expect(201);
    assert_eq!(state(&server, &id).await, "PendingAcceptance");
}

#[tokio::test]
async fn d11_reset_redemption_is_a_boolean_and_never_creates_somebody() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(OLD).await;
    let token = server.token_of(&server.user_admin);
    for odd in [json!("true"), json!(1), json!([true])] {
        let body = json!({
            "invitedUserEmailAddress": OLD, "inviteRedirectUrl": "https://myapps.microsoft.com",
            "invitedUser": { "id": id }, "resetRedemption": odd,
        });
        server.post(&token, "/v1.0/invitations", body).await.expect(400);
    }
    let body = json!({
        "invitedUserEmailAddress": OLD, "inviteRedirectUrl": "https://myapps.microsoft.com",
        "invitedUser": { "id": id }, "resetRedemption": false, "sendInvitationMessage": true,
    });
    let reply = server.post(&token, "/v1.0/invitations", body).await.expect(201);
    assert_eq!(reply.json["status"], "Completed");
    assert!(server.mails().await.is_empty(), "an accepted guest gets no mail");
    assert_eq!(state(&server, &id).await, "Accepted");
}

#[tokio::test]
async fn d13_two_resets_in_a_day_leave_an_alert_and_both_identities_in_the_audit_log() {
    let server = Server::start().await;
    let (id, _) = ready(&server).await;
    let token = server.token_of(&server.user_admin);
    let reply = server.reset(&token, &id, NEW).await.expect(201);
    server.mails().await;
    server.clock.advance(60);
    server.redeem(reply.json["inviteRedeemUrl"].as_str().unwrap(), NEW).await;
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "mail": OLD })).await.expect(204);
    server.reset(&token, &id, OLD).await.expect(201);
    let told: Vec<String> =
        server.mails().await.into_iter().filter(Caught::is_reset_notice).map(|m| m.to).collect();
    assert_eq!(told, [NEW]);
    let records = hospes_actions::audit::about(&server.app, server.tenant, object(&id)).await.unwrap();
    let resets: Vec<_> = records.iter().filter(|r| r.activity.contains("reset invitation status")).collect();
    assert_eq!(resets.len(), 2, "one record a reset");
    let newest = &resets[0];
    let detail = |name: &str| newest.details.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
    assert_eq!((detail("oldSignInName"), detail("newAddress")), (Some(NEW), Some(OLD)));
    assert!(detail("alert").is_some());
    assert_eq!(newest.actor, Some(server.user_admin.id));
}

#[tokio::test]
async fn d14_the_last_step_without_the_code_binds_nothing() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (id, link) = server.invite(&token, OLD).await;
    server.mails().await;
    let mut browser = Browser::new();
    let welcome = browser.get(&server, &link).await;
    let code_page = browser.submit(&server, &welcome.form_to("/redeem/accept"), &[]).await;
    let mut form = code_page.form_to("/redeem/code");
    form.action = server.step("consent");
    let after = browser.submit(&server, &form, &[]).await;
    assert!(after.status.is_client_error(), "{}", after.html);
    assert!(browser.get(&server, &server.step("consent")).await.status.is_client_error());
    assert_eq!(state(&server, &id).await, "PendingAcceptance");
}
