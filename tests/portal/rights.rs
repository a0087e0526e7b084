//! Who may do what at the portal: the same as through the API, said before and after a button is pressed.

use serde_json::json;

use super::offers;
use crate::harness::{Browser, Server};

#[tokio::test]
async fn a_helpdesk_person_sees_email_read_only_with_the_reason_and_may_reset() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let (mut browser, form) = server.at_portal_page(&server.helpdesk, &format!("/users/{id}/edit")).await;
    let mail = form.html.split("<input id=\"mail\"").nth(1).unwrap().split('>').next().unwrap().to_owned();
    assert!(mail.contains("readonly") && mail.contains("mail-why"), "{mail}");
    assert!(form.text().contains("Read-only. "), "{}", form.html);
    assert!(form.text().contains("User Administrator"), "the reason names who may");
    // Typed all the same, it is not taken.
    let typed = form.filled("/edit", &[("mail", "eve@x.example"), ("do", "save")]);
    let again = browser.submit(&server, &typed, &[]).await;
    assert!(again.status == 422 && again.html.contains("mail-problem"), "{}", again.html);
    let token = server.app_token().await;
    let user = server.get(&token, &format!("/v1.0/users/{id}?$select=mail,otherMails")).await.expect(200);
    assert_eq!(user.json["mail"], "ana@contoso.example");
    let list = browser.submit(&server, &form.filled("/edit", &[("do", "other-emails")]), &[]).await;
    let line = browser.submit(&server, &list.filled("/edit", &[("do", "add-email")]), &[]).await;
    let kept = line.filled("/edit", &[("otherMails.0", "ana@northwind.example"), ("do", "keep-emails")]);
    let form = browser.submit(&server, &kept, &[]).await;
    let saved = browser.submit(&server, &form.filled("/edit", &[("do", "save")]), &[]).await;
    assert!(saved.text().contains("The properties were saved."), "{}", saved.html);
    let reset = browser.get(&server, &server.portal_path(&format!("/users/{id}/reset"))).await;
    let form = reset.filled("/reset", &[("newAddress", "new@northwind.example"), ("do", "add-address")]);
    let chosen = browser.submit(&server, &form, &[]).await;
    let form = chosen.filled("/reset", &[("do", "reset")]);
    assert!(form.fields.contains(&("address".into(), "new@northwind.example".into())), "{}", chosen.html);
    let done = browser.submit(&server, &form, &[]).await;
    assert!(done.text().contains("Redemption status was reset."), "{}", done.html);
    let user = server.get(&token, &format!("/v1.0/users/{id}?$select=mail,otherMails")).await.expect(200);
    assert_eq!(user.json["mail"], "ana@contoso.example", "the helpdesk added another e-mail instead");
    assert_eq!(user.json["otherMails"], json!(["ana@northwind.example", "new@northwind.example"]));
}

#[tokio::test]
async fn d1_whoever_the_role_does_not_reach_cannot_be_reset() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let token = server.token_of(&server.admin);
    let role = hospes_domain::access::Role::GlobalAdministrator.id();
    let body = json!({ "principalId": id, "roleDefinitionId": role, "directoryScopeId": "/" });
    server.post(&token, "/v1.0/roleManagement/directory/roleAssignments", body).await.expect(201);
    for person in [&server.helpdesk, &server.user_admin] {
        let (mut browser, profile) = server.at_portal_page(person, &format!("/users/{id}")).await;
        assert!(!offers(&profile, "Reset redemption status"), "{}", profile.html);
        assert!(profile.text().contains("Global Administrator"), "the profile says what it takes");
        let reset = server.portal_path(&format!("/users/{id}/reset"));
        let refused = browser.get(&server, &reset).await;
        assert_eq!(refused.status, 403);
        // The form of another guest, posted at this one.
        let (other, _) = server.accepted_guest(&format!("bo{}@contoso.example", person.id)).await;
        let form = browser.get(&server, &server.portal_path(&format!("/users/{other}/reset"))).await;
        let mut form = form.filled("/reset", &[("address", "ana@contoso.example"), ("do", "reset")]);
        form.action = reset;
        let refused = browser.submit(&server, &form, &[]).await;
        assert_eq!(refused.status, 403, "{}", refused.html);
    }
    let user = server.get(&token, &format!("/v1.0/users/{id}?$select=externalUserState")).await.expect(200);
    assert_eq!(user.json["externalUserState"], "Accepted");
}

#[tokio::test]
async fn members_without_a_role_read_and_guests_do_not() {
    let server = Server::start().await;
    let (id, mut guest) = server.accepted_guest("ana@contoso.example").await;
    let (mut browser, home) = server.at_portal(&server.member).await;
    assert_eq!(home.status, 200);
    assert!(home.text().contains("No directory role"));
    let profile = browser.get(&server, &server.portal_path(&format!("/users/{id}"))).await;
    assert!(!offers(&profile, "Edit properties") && !offers(&profile, "Reset redemption status"));
    for rest in ["edit", "reset"] {
        let refused = browser.get(&server, &server.portal_path(&format!("/users/{id}/{rest}"))).await;
        assert_eq!(refused.status, 403, "{rest}");
        assert!(refused.text().contains("It takes one of these roles"), "{}", refused.html);
    }
    for rest in ["", "/users", &format!("/users/{id}"), &format!("/users/{id}/edit"), "/users?q=a"] {
        let refused = guest.get(&server, &server.portal_path(rest)).await;
        assert_eq!(refused.status, 403, "{rest}");
        assert!(!refused.text().contains(&server.helpdesk.upn), "{rest}");
    }
    let found = guest.get(&server, &server.portal_path("/search?q=fabrikam")).await;
    assert!(!found.text().contains(&server.helpdesk.upn), "search is no way round: {}", found.html);
}

#[tokio::test]
async fn h1_forms_from_elsewhere_are_refused_before_any_work() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let (mut browser, page) = server.at_portal_page(&server.user_admin, &format!("/users/{id}/reset")).await;
    let before = server.look().state();
    let mut forged = page.filled("/reset", &[("do", "reset")]);
    forged.fields.retain(|(name, _)| name != "form_token");
    assert_eq!(browser.submit(&server, &forged, &[]).await.status, 403);
    let mut stranger = Browser::new();
    let lost = stranger.submit_once(&server, &page.filled("/reset", &[("do", "reset")]), &[]).await;
    assert_eq!(lost.status, 403, "nobody is signed in there");
    assert!(lost.text().contains("Nothing was saved and nothing was changed."), "{}", lost.html);
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let request = http::Request::builder()
            .method("POST")
            .uri(server.portal_path(&format!("/users/{id}/reset")))
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from("do=reset"))
            .unwrap();
        assert_eq!(browser.send(&server, request).await.status, 403, "{name}");
    }
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn h2_h3_h10_pages_are_neither_framed_nor_cached() {
    let server = Server::start().await;
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    for rest in ["", "/users", "/search?q=a", &format!("/users/{}", server.member.id)] {
        let page = browser.get(&server, &server.portal_path(rest)).await;
        let header =
            |name: &str| page.headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
        assert_eq!(header("cache-control"), "no-store", "{rest}");
        let policy = header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{rest}");
        assert!(!page.html.contains("<script") && !page.html.contains(" style="), "{rest}");
    }
}

#[tokio::test]
async fn h4_names_are_text_everywhere() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let name = "<script>alert(1)</script>\"><b>";
    let body = json!({
        "invitedUserEmailAddress": "x@contoso.example", "inviteRedirectUrl": "https://x.example",
        "invitedUserDisplayName": name,
    });
    let id = server.post(&token, "/v1.0/invitations", body).await.expect(201).json["invitedUser"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    for rest in ["", "/properties", "/edit", "/redemption", "/reset"] {
        let page = browser.get(&server, &server.portal_path(&format!("/users/{id}{rest}"))).await;
        assert!(!page.html.contains("<script") && !page.html.contains("\"><b>"), "{rest}");
        assert!(page.text().contains("alert(1)"), "{rest} shows the name");
    }
    for rest in ["/users?q=alert", "/search?q=%3Cscript%3Ealert"] {
        let page = browser.get(&server, &server.portal_path(rest)).await;
        assert!(!page.html.contains("<script") && !page.html.contains("\"><b>"), "{rest}");
    }
}

#[tokio::test]
async fn e8_a_blocked_administrator_is_out_at_the_next_request() {
    let server = Server::start().await;
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    let token = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{}", server.user_admin.id);
    server.patch(&token, &path, json!({ "accountEnabled": false })).await.expect(204);
    let page = browser.get(&server, &server.portal_path("/users")).await;
    assert!(page.url.contains("/sign-in/"), "{}", page.url);
}

#[tokio::test]
async fn i8_a_session_of_one_tenant_opens_no_portal_of_another() {
    let server = Server::start().await;
    let (other, _, _) = server.second_tenant("contoso.example").await;
    let (mut browser, _) = server.at_portal(&server.admin).await;
    let page = browser.get(&server, &format!("/portal/{other}/users")).await;
    assert!(page.url.contains("/sign-in/"), "{}", page.url);
    let here = browser.get(&server, "/portal").await;
    assert!(here.url.ends_with(&server.portal_path("")), "{}", here.url);
}

#[tokio::test]
async fn the_menu_offers_what_the_role_opens() {
    let server = Server::start().await;
    for (person, lines) in [
        (&server.admin, &["Deleted users", "Audit logs", "Outbox"][..]),
        (&server.user_admin, &["Deleted users", "Outbox"]),
        (&server.helpdesk, &["Outbox"]),
        (&server.inviter, &["Outbox"]),
        (&server.member, &[]),
    ] {
        let (mut browser, home) = server.at_portal(person).await;
        for line in ["Deleted users", "Audit logs", "Outbox"] {
            assert_eq!(offers(&home, line), lines.contains(&line), "{line} for {}", person.upn);
            if lines.contains(&line) {
                assert_eq!(browser.get(&server, &super::link(&home, line)).await.status, 200, "{line}");
            }
        }
    }
}
