//! Who is refused at "Invite external user", what is refused in it, and that a refusal keeps what was typed and changes
//! nothing.

use serde_json::json;

use super::invite::press;
use super::offers;
use crate::harness::{Browser, Server, difference};

const ADDRESS: &str = "ana@contoso.example";
const FORM: &str = "/users/invite";

async fn let_invite(server: &Server, who: &str) {
    let token = server.token_of(&server.admin);
    let body = json!({ "allowInvitesFrom": who });
    server.patch(&token, "/v1.0/policies/authorizationPolicy", body).await.expect(204);
}

#[tokio::test]
async fn who_may_invite_is_what_the_settings_say() {
    let server = Server::start().await;
    let everybody = ["gloria", "ursula", "hugo", "ingrid", "mia"];
    let people = [&server.admin, &server.user_admin, &server.helpdesk, &server.inviter, &server.member];
    for (setting, may) in [
        ("everyone", &everybody[..]),
        ("adminsGuestInvitersAndAllMembers", &everybody),
        ("adminsAndGuestInviters", &["gloria", "ursula", "ingrid"]),
        ("none", &[]),
    ] {
        let_invite(&server, setting).await;
        for (name, person) in everybody.iter().zip(people) {
            let (mut browser, users) = server.at_portal_page(person, "/users").await;
            let may = may.contains(name);
            assert_eq!(offers(&users, "Invite external user"), may, "{setting}, {name}");
            let page = browser.get(&server, &server.portal_path(FORM)).await;
            assert_eq!(page.status.as_u16(), if may { 200 } else { 403 }, "{setting}, {name}: {}", page.html);
            if !may {
                let cause = if setting == "none" {
                    "Invitations are switched off"
                } else {
                    "This organisation lets only some people invite."
                };
                let remedy =
                    if setting == "none" { "Change Guest invite settings first." } else { "Guest Inviter" };
                assert!(
                    page.text().contains(cause) && page.text().contains(remedy),
                    "{setting}: {}",
                    page.html
                );
                assert!(users.text().contains(remedy), "the list says why: {}", users.html);
            }
        }
    }
}

#[tokio::test]
async fn a_guest_inviter_invites_and_is_shown_only_what_the_role_reaches() {
    let server = Server::start().await;
    let (mut browser, page) = server.inviting(&server.inviter, ADDRESS).await;
    let page = press(&server, &mut browser, &page, "to-properties", &[]).await;
    let text = page.text();
    assert!(text.contains("left out") && text.contains("User Administrator"), "{text}");
    assert!(
        !page.html.contains("name=\"givenName\"") && page.html.contains("name=\"sponsors\""),
        "{}",
        page.html
    );
    assert!(!page.html.contains("value=\"Member\""), "{}", page.html);
    let page = press(&server, &mut browser, &page, "to-assignments", &[]).await;
    assert!(
        !page.html.contains("type=\"checkbox\"") && page.text().contains("Groups Administrator"),
        "{}",
        page.html
    );
    // What is typed by hand all the same is refused, or left out.
    let group = format!("group.{}", server.group);
    let refused = press(&server, &mut browser, &page, "invite", &[(&group, "on")]).await;
    assert_eq!(refused.status, 422, "{}", refused.html);
    let refused = press(&server, &mut browser, &page, "invite", &[("invitedUserType", "Member")]).await;
    assert_eq!(refused.status, 422, "{}", refused.html);
    assert_eq!(server.look().count("invitations"), 0);
    let done = press(&server, &mut browser, &page, "invite", &[("givenName", "Eve")]).await;
    assert!(done.text().contains("Invitation sent to ana@contoso.example"), "{}", done.html);
    let token = server.app_token().await;
    let found = server
        .get(&token, "/v1.0/users?$filter=mail%20eq%20'ana@contoso.example'&$select=givenName,userType")
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&found["value"][0]["givenName"], &found["value"][0]["userType"]),
        (&json!(null), &json!("Guest"))
    );
}

#[tokio::test]
async fn a_refusal_keeps_what_was_typed_and_changes_nothing() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let definition = json!({ "B2BManagementPolicy": { "InvitationsAllowedAndBlockedDomainsPolicy": { "BlockedDomains": ["blocked.example"] } } });
    let list = json!({ "displayName": "x", "definition": [definition.to_string()] });
    server.post(&token, "/v1.0/policies/b2bManagementPolicies", list).await.expect(201);
    let (mut browser, page) = server.inviting(&server.user_admin, ADDRESS).await;
    let page = press(&server, &mut browser, &page, "to-properties", &[]).await;
    let page = press(&server, &mut browser, &page, "to-assignments", &[("jobTitle", "Auditor")]).await;
    let group = format!("group.{}", server.group);
    let page = press(&server, &mut browser, &page, "to-review", &[(&group, "on")]).await;
    let before = server.look().state();
    let helpdesk = server.helpdesk.upn.clone();
    for (field, value, at, said) in [
        ("invitedUserEmailAddress", "ana at contoso", "invitedUserEmailAddress", "not an e-mail address"),
        ("invitedUserEmailAddress", "", "invitedUserEmailAddress", "Not taken"),
        ("invitedUserEmailAddress", "ana@blocked.example", "invitedUserEmailAddress", "blocked.example"),
        (
            "invitedUserEmailAddress",
            "new@fabrikam.example",
            "invitedUserEmailAddress",
            "domain of this organisation",
        ),
        ("invitedUserEmailAddress", &helpdesk, "invitedUserEmailAddress", "can already sign in with it"),
        ("inviteRedirectUrl", "javascript:alert(1)", "inviteRedirectUrl", "absolute http or https"),
        ("ccRecipients", "nobody", "ccRecipients", "not an e-mail address"),
        ("messageLanguage", "not a language", "messageLanguage", "name of a language"),
        ("usageLocation", "Austria", "usageLocation", "at most 2 characters"),
        ("sponsors", "nobody@fabrikam.example", "sponsors", "nobody@fabrikam.example"),
    ] {
        for button in ["to-review", "invite"] {
            let again = press(&server, &mut browser, &page, button, &[(field, value)]).await;
            assert_eq!(again.status, 422, "{value}: {}", again.html);
            let text = again.text();
            assert!(text.contains(&format!("id=\"{at}-problem\"")) && text.contains(said), "{value}: {text}");
            assert!(text.contains("<title>Not taken: "), "{value}: {text}");
            let form = again.filled(FORM, &[]);
            for (name, kept) in [
                (field, value),
                ("jobTitle", "Auditor"),
                (group.as_str(), "on"),
                ("sendInvitationMessage", "true"),
            ] {
                assert!(
                    form.fields.contains(&(name.to_owned(), kept.to_owned())) || kept.is_empty(),
                    "{value}: {name} in {:?}",
                    form.fields
                );
            }
        }
    }
    let after = server.look().state();
    assert!(after == before, "{}", difference(&before, &after));
}

#[tokio::test]
async fn more_than_twenty_assignments_and_vanished_ones_are_refused() {
    let server = Server::start().await;
    let (mut browser, page) = server.inviting(&server.user_admin, ADDRESS).await;
    let page = press(&server, &mut browser, &page, "to-assignments", &[]).await;
    let names: Vec<String> = (1..=21).map(|n| format!("group.{}", uuid::Uuid::from_u128(n))).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "on")).collect();
    let refused = press(&server, &mut browser, &page, "to-review", &many).await;
    assert!(refused.status == 422 && refused.text().contains("20 are the most"), "{}", refused.html);
    let refused = press(&server, &mut browser, &page, "invite", &many[..1]).await;
    assert!(refused.status == 422 && refused.text().contains("is not there any more"), "{}", refused.html);
    let page = press(&server, &mut browser, &refused, "to-review", &[]).await;
    assert_eq!(page.status, 200, "it has been taken off: {}", page.html);
}

#[tokio::test]
async fn h1_a_form_from_elsewhere_is_refused() {
    let server = Server::start().await;
    let (mut browser, page) = server.inviting(&server.user_admin, ADDRESS).await;
    let (mut other, _) = server.at_portal(&server.admin).await;
    let before = server.look().state();
    let mut forged = page.filled(FORM, &[("do", "invite")]);
    forged.fields.retain(|(name, _)| name != "form_token");
    assert_eq!(browser.submit_once(&server, &forged, &[]).await.status, 403);
    // The form of one person in the browser of another.
    assert_eq!(other.submit_once(&server, &page.filled(FORM, &[("do", "invite")]), &[]).await.status, 403);
    // Nobody is signed in.
    let mut stranger = Browser::new();
    assert_eq!(stranger.submit_once(&server, &page.filled(FORM, &[("do", "invite")]), &[]).await.status, 403);
    let after = server.look().state();
    assert!(after == before, "{}", difference(&before, &after));
}

#[tokio::test]
async fn h4_markup_in_names_stays_text() {
    const MARKUP: &str = "<script>alert(1)</script>\"'";
    let server = Server::start().await;
    let token = server.app_token().await;
    let group =
        json!({ "displayName": MARKUP, "mailEnabled": false, "mailNickname": "x", "securityEnabled": true });
    let group = server.post(&token, "/v1.0/groups", group).await.expect(201).json;
    let (mut browser, page) = server.inviting(&server.user_admin, ADDRESS).await;
    let typed = [("invitedUserDisplayName", MARKUP), ("customizedMessageBody", MARKUP)];
    let page = press(&server, &mut browser, &page, "to-properties", &typed).await;
    let page =
        press(&server, &mut browser, &page, "to-assignments", &[("department", MARKUP), ("sponsors", "")])
            .await;
    assert!(page.text().contains(MARKUP) && !page.html.contains("<script"), "{}", page.html);
    let key = format!("group.{}", group["id"].as_str().unwrap());
    let review = press(&server, &mut browser, &page, "to-review", &[(&key, "on")]).await;
    let done = press(&server, &mut browser, &review, "invite", &[]).await;
    let wrong = press(&server, &mut browser, &review, "invite", &[("sponsors", MARKUP)]).await;
    for page in [&review, &done, &wrong] {
        assert!(page.text().contains(MARKUP) && !page.html.contains("<script"), "{}", page.html);
    }
    assert_eq!(done.headers["cache-control"], "no-store");
}
