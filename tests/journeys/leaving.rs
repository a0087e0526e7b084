//! A guest leaves by its own wish (reference/roles-and-policies.md section 4).

use hospes_domain::access::{Role, Scope};
use hospes_domain::ids::ObjectId;
use serde_json::json;

use crate::harness::{Browser, Page, Server, Two, everybody};

const ANA: &str = "ana@contoso.example";
const LEFT: &str = "User left the organisation";

async fn panel(server: &Server, browser: &mut Browser) -> Page {
    browser.get(server, &format!("/myapps/{}", server.tenant)).await
}

fn question(server: &Server) -> String {
    format!("/myapps/{}/leave", server.tenant)
}

async fn let_guests_leave(server: &Server, allowed: bool) {
    let body = json!({ "allowExternalIdentitiesToLeave": allowed });
    let token = server.token_of(&server.admin);
    server.patch(&token, "/beta/policies/externalIdentitiesPolicy", body).await.expect(204);
}

#[tokio::test]
async fn a_guest_leaves_after_one_question_and_everything_ends() {
    let server = Server::start().await;
    let (id, mut browser) = server.accepted_guest(ANA).await;
    server.give_access(ObjectId::parse(&id).unwrap()).await;
    let (mut second, _) = server.sign_in(ANA).await;
    let token = (1..9).map(|generation| {
        server.token_with(server.tenant, ObjectId::parse(&id).unwrap(), generation, Scope::ALL)
    });
    let tokens: Vec<String> = token.collect();
    let link = panel(&server, &mut browser).await;
    assert!(link.html.contains(&format!("href=\"{}\"", question(&server))), "{}", link.html);
    let before = server.look().state();
    let page = browser.get(&server, &question(&server)).await;
    assert!(
        page.status == 200 && page.text().contains("<title>Leave Fabrikam ·") && page.text().contains(ANA)
    );
    assert!(page.text().contains("https://fabrikam.example/privacy"));
    assert_eq!(server.look().state(), before, "a9: asking changes nothing");

    let form = page.form_to("/leave");
    let farewell = browser.submit(&server, &form, &[]).await;
    assert_eq!(farewell.status, 200, "{}", farewell.html);
    assert!(farewell.text().contains("You have left Fabrikam") && farewell.text().contains("30 days"));
    let admin = server.token_of(&server.admin);
    server.get(&admin, &format!("/v1.0/users/{id}")).await.expect(404);
    for browser in [&mut browser, &mut second] {
        assert!(!server.greets(browser, ANA).await, "a session has outlived the guest");
    }
    for token in &tokens {
        server.get(token, "/v1.0/me").await.expect(401);
    }
    let records = server.audit_of(&id).await;
    let left: Vec<_> = records.iter().filter(|record| record.activity == LEFT).collect();
    assert_eq!(left.len(), 1, "i6: exactly one record");
    assert!(left[0].success);
    assert_eq!((left[0].actor_kind.as_str(), left[0].actor.unwrap().to_string()), ("guest", id.clone()));

    // The same form again finds nobody; the mailbox is free for a new invitation.
    let again = browser.submit(&server, &form, &[]).await;
    assert!(again.url.contains("/sign-in/"), "{}", again.url);
    let (fresh, _) = server.accepted_guest(ANA).await;
    assert_ne!(fresh, id);
}

#[tokio::test]
async fn where_guests_may_not_leave_the_page_says_whom_to_ask() {
    let server = Server::start().await;
    let (id, mut browser) = server.accepted_guest(ANA).await;
    let form = browser.get(&server, &question(&server)).await.form_to("/leave");
    let_guests_leave(&server, false).await;
    let policy =
        server.get(&server.token_of(&server.member), "/beta/policies/externalIdentitiesPolicy").await;
    assert_eq!(policy.expect(200).json["allowExternalIdentitiesToLeave"], false);
    let before = server.look().state();
    for page in [browser.get(&server, &question(&server)).await, browser.submit(&server, &form, &[]).await] {
        assert_eq!(page.status, 403, "{}", page.html);
        for said in ["administrator of Fabrikam", "https://fabrikam.example/privacy", "still signed in"] {
            assert!(page.text().contains(said), "{said}: {}", page.html);
        }
    }
    assert_eq!(server.look().state(), before);
    assert!(server.greets(&mut browser, ANA).await);
    let refused = server.audit_of(&id).await;
    let refused = refused.iter().filter(|record| record.activity == LEFT && !record.success);
    assert_eq!(refused.map(|record| record.reason.clone().unwrap()).collect::<Vec<_>>(), ["cannot_leave"]);
    let_guests_leave(&server, true).await;
    assert_eq!(browser.submit(&server, &form, &[]).await.status, 200);
}

#[tokio::test]
async fn a_role_keeps_no_guest_and_no_member_leaves() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let guest = ObjectId::parse(&id).unwrap();
    hospes_actions::setup::assign_role(&server.app, server.tenant, guest, Role::UserAdministrator)
        .await
        .unwrap();
    let (mut browser, _) = server.sign_in(ANA).await;
    let form = browser.get(&server, &question(&server)).await.form_to("/leave");
    assert_eq!(browser.submit(&server, &form, &[]).await.status, 200);
    assert_eq!(server.successes(&id, LEFT).await, 1);

    let mut member = Browser::new();
    let password = server.name_address(&mut member, &server.member.upn).await;
    let page = member
        .submit(&server, &password.form_to("/password"), &[("password", "correct horse battery")])
        .await;
    assert!(page.text().contains("My Apps"), "{}", page.html);
    assert!(!page.html.contains("/leave\""), "members are not offered what they cannot do");
    let refused = member.get(&server, &question(&server)).await;
    assert!(refused.status == 403 && refused.text().contains("Only guests leave"), "{}", refused.html);
}

#[tokio::test]
async fn a_guest_whose_organisation_is_shut_out_can_still_leave_and_do_nothing_else() {
    for signed_in in [true, false] {
        let two = Two::start().await;
        let server = &two.server;
        let (id, before) = two.guest().await;
        two.host_says(json!({ "b2bCollaborationInbound": everybody("blocked") })).await;
        let mut browser = if signed_in { before } else { Browser::new() };
        let mut page = browser.get(server, &question(server)).await;
        if !signed_in {
            // The page that says so offers it, and the sign-in for it opens no other door.
            let refused = two.sign_in(&mut browser, &two.ana.upn).await;
            assert_eq!(refused.status, 403, "{}", refused.html);
            assert!(refused.html.contains(&question(server)), "{}", refused.html);
            page = browser.get(server, &question(server)).await;
            page = browser.submit(server, &page.form_to("/address"), &[("address", &two.ana.upn)]).await;
            assert!(page.html.contains(&question(server)), "it leads there: {} {}", page.url, page.html);
            page = browser.get(server, &question(server)).await;
        }
        assert!(page.text().contains("<title>Leave Fabrikam ·"), "{signed_in}: {} {}", page.url, page.html);
        let apps = panel(server, &mut browser).await;
        assert!(!apps.url.ends_with(&server.tenant.to_string()), "{}", apps.html);
        assert!(!server.greets(&mut browser, &two.ana.upn).await);
        let farewell = browser.submit(server, &page.form_to("/leave"), &[]).await;
        assert!(farewell.text().contains("You have left Fabrikam"), "{}", farewell.html);
        assert_eq!(server.successes(&id, LEFT).await, 1);
    }
}

#[tokio::test]
async fn one_persons_yes_is_not_anothers() {
    let server = Server::start().await;
    let (_, mut browser) = server.accepted_guest(ANA).await;
    let form = browser.get(&server, &question(&server)).await.form_to("/leave");
    // Somebody else signs in with the same browser before the page is answered.
    let (_, other) = server.accepted_guest("bo@contoso.example").await;
    let session = format!("__Host-hospes-session-{}", server.tenant.0.simple());
    browser.cookies.insert(session.clone(), other.cookies[&session].clone());
    let page = browser.submit(&server, &form, &[]).await;
    assert!(page.status == 200 && page.text().contains("<title>Leave Fabrikam ·"), "{}", page.html);
    assert!(page.text().contains("bo@contoso.example"), "asked anew");
    assert!(server.greets(&mut browser, "bo@contoso.example").await);
    // Nobody signed in: first who it is, then the question.
    let mut stranger = Browser::new();
    let address = stranger.get(&server, &question(&server)).await;
    stranger.submit(&server, &address.form_to("/address"), &[("address", ANA)]).await;
}

#[tokio::test]
async fn the_last_administrator_does_not_leave_either() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let guest = ObjectId::parse(&id).unwrap();
    let role = Role::GlobalAdministrator;
    hospes_actions::setup::assign_role(&server.app, server.tenant, guest, role).await.unwrap();
    let (mut browser, _) = server.sign_in(ANA).await;
    let token = server.live_token(server.tenant, guest);
    let path = format!("/v1.0/users/{}", server.admin.id);
    server.patch(&token, &path, json!({ "accountEnabled": false })).await.expect(204);
    let form = browser.get(&server, &question(&server)).await.form_to("/leave");
    let refused = browser.submit(&server, &form, &[]).await;
    assert!(
        refused.status == 403 && refused.text().contains("last Global Administrator"),
        "{}",
        refused.html
    );
    assert!(server.greets(&mut browser, ANA).await);
}
