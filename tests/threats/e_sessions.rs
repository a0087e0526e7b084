//! Threats E8 and I3 where somebody ends sign-ins on purpose: revoking, blocking, deleting. Codes that are on their way
//! die with everything else.

use hospes_domain::access::{Role, Scope};
use hospes_domain::ids::ObjectId;
use serde_json::{Value, json};

use crate::harness::{Browser, Server};

const ANA: &str = "ana@contoso.example";

async fn revoke(server: &Server, token: &str, who: &str) -> u16 {
    let reply = server.post(token, &format!("/v1.0/{who}/revokeSignInSessions"), Value::Null).await;
    reply.status.as_u16()
}

#[tokio::test]
async fn e8_revoking_ends_sessions_and_tokens_at_once_and_nothing_else() {
    let server = Server::start().await;
    let (id, mut browser) = server.accepted_guest(ANA).await;
    let own = server.live_token(server.tenant, ObjectId::parse(&id).unwrap());
    for (version, name) in [("v1.0", "revokeSignInSessions"), ("beta", "invalidateAllRefreshTokens")] {
        let token = server.token_of(&server.helpdesk);
        let path = format!("/{version}/users/{id}/{name}");
        server.clock.advance(60);
        let since = server.user(&id, "signInSessionsValidFromDateTime").await;
        let reply = server.post(&token, &path, Value::Null).await.expect(200);
        let context = format!("https://hospes.example/{version}/$metadata#Edm.Boolean");
        assert_eq!(reply.json, json!({ "@odata.context": context, "value": true }));
        server.get(&own, "/v1.0/me").await.expect(401);
        assert!(!server.greets(&mut browser, ANA).await, "the session outlived it");
        assert_ne!(server.user(&id, "signInSessionsValidFromDateTime").await, since);
    }
    assert_eq!(server.successes(&id, "Update StsRefreshTokenValidFrom Timestamp").await, 2, "I6");
    assert_eq!(server.state_of(&id).await, "Accepted");
    let (mut again, _) = server.sign_in(ANA).await;
    assert!(server.greets(&mut again, ANA).await, "whoever proves the mailbox again is in again");
}

#[tokio::test]
async fn e8_everybody_revokes_their_own_and_nobody_above_them() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let scopes = &[Scope::UserRevokeSessionsAll];
    for (who, person) in [("guest", ObjectId::parse(&id).unwrap()), ("member", server.member.id)] {
        for way in ["me".to_owned(), format!("users/{person}")] {
            let token = server.live_token(server.tenant, person);
            assert_eq!(revoke(&server, &token, &way).await, 200, "{who} {way}");
            assert_eq!(
                server.get(&token, "/v1.0/me").await.status,
                401,
                "{who} {way}: it works on oneself, too"
            );
        }
        let token = server.live_token(server.tenant, person);
        let before = server.look().state();
        for above in [&server.admin, &server.helpdesk, &server.inviter] {
            assert_eq!(revoke(&server, &token, &format!("users/{}", above.id)).await, 403, "{who}");
        }
        assert_eq!(server.look().state(), before);
    }
    for (role, expected) in [
        (Role::HelpdeskAdministrator, 200),
        (Role::AuthenticationAdministrator, 200),
        (Role::UserAdministrator, 200),
        (Role::PrivilegedAuthenticationAdministrator, 200),
        (Role::PasswordAdministrator, 403),
        (Role::GlobalReader, 403),
    ] {
        let name = format!("by.{}", role.name().to_lowercase().replace(' ', "."));
        let person = server.add_person(&name, &[role]).await;
        let token = server.token_with(server.tenant, person.id, 1, scopes);
        assert_eq!(revoke(&server, &token, &format!("users/{id}")).await, expected, "{name}");
        let highest = if role == Role::PrivilegedAuthenticationAdministrator { 200 } else { 403 };
        assert_eq!(revoke(&server, &token, &format!("users/{}", server.admin.id)).await, highest, "{name}");
    }
    let reading =
        server.token_with(server.tenant, server.member.id, 5, &[Scope::UserReadAll, Scope::UserReadWrite]);
    assert!(matches!(revoke(&server, &reading, "me").await, 401 | 403), "without the permission");
    assert_eq!(revoke(&server, &server.app_token().await, "me").await, 400, "an application is nobody");
}

/// A code that was mailed for a sign-in and not typed yet, and the page that asks for it.
async fn mailed(server: &Server) -> (Browser, crate::harness::Page, String) {
    let mut browser = Browser::new();
    let page = server.ask_to_sign_in(&mut browser, ANA).await;
    let code = server.code_for(ANA).await;
    (browser, page, code)
}

#[tokio::test]
async fn e8_a_code_on_its_way_dies_with_a_block_a_revocation_and_a_deletion() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let token = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{id}");
    for way in ["nothing", "block", "revoke", "delete"] {
        server.clock.advance(3600);
        let token = if way == "nothing" { token.clone() } else { server.token_of(&server.admin) };
        let (mut browser, page, code) = mailed(&server).await;
        match way {
            "block" => {
                for enabled in [false, true] {
                    server.patch(&token, &path, json!({ "accountEnabled": enabled })).await.expect(204);
                }
            }
            "revoke" => {
                server.post(&token, &format!("{path}/revokeSignInSessions"), Value::Null).await.expect(200);
            }
            "delete" => {
                server.delete(&token, &path).await.expect(204);
                let restore = format!("/v1.0/directory/deletedItems/{id}/restore");
                server.post(&token, &restore, Value::Null).await.expect(200);
            }
            _ => {}
        }
        browser.submit(&server, &page.form_to("/code"), &[("code", &code)]).await;
        assert_eq!(server.greets(&mut browser, ANA).await, way == "nothing", "{way}");
    }
}

#[tokio::test]
async fn e8_a_blocked_guest_neither_redeems_nor_signs_in_until_unblocked() {
    let server = Server::start().await;
    let (id, mut browser) = server.accepted_guest(ANA).await;
    let token = server.token_of(&server.user_admin);
    let path = format!("/v1.0/users/{id}");
    server.patch(&token, &path, json!({ "accountEnabled": false })).await.expect(204);
    assert!(!server.greets(&mut browser, ANA).await);
    server.ask_to_sign_in(&mut Browser::new(), ANA).await;
    assert!(server.mails().await.is_empty(), "a code was sent to somebody who is blocked");
    let reset = server.reset(&token, &id, ANA).await;
    assert_eq!(reset.status, 412, "{}", reset.text);
    server.patch(&token, &path, json!({ "accountEnabled": true })).await.expect(204);
    assert!(!server.greets(&mut browser, ANA).await, "what was issued before stays dead");
    let (mut again, _) = server.sign_in(ANA).await;
    assert!(server.greets(&mut again, ANA).await);
}
