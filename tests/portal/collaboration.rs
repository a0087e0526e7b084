//! "External collaboration settings" at the portal: who sees them, who changes them, what is said afterwards.

use serde_json::json;

use super::invite::press;
use super::link;
use crate::harness::{Browser, Page, Server, difference};

const PAGE: &str = "/collaboration";

async fn save(
    server: &Server,
    browser: &mut Browser,
    page: &Page,
    part: &str,
    with: &[(&str, &str)],
) -> Page {
    browser.submit(server, &page.filled(&format!("/collaboration#{part}"), with), &[]).await
}

async fn policy(server: &Server) -> serde_json::Value {
    let token = server.token_of(&server.admin);
    server.get(&token, "/v1.0/policies/authorizationPolicy").await.expect(200).json
}

#[tokio::test]
async fn a_global_administrator_changes_each_setting_and_is_told_what_is_different() {
    let server = Server::start().await;
    let (mut browser, home) = server.at_portal(&server.admin).await;
    let page = browser.get(&server, &link(&home, "Collaboration settings")).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let only = "Only users assigned to specific admin roles can invite guest users";
    let saved = save(&server, &mut browser, &page, "invites", &[("value", "adminsAndGuestInviters")]).await;
    assert!(saved.text().contains(&format!("Saved. Now: {only}.")), "{}", saved.html);
    assert!(saved.text().contains("Before: Anyone in the organization can invite"), "{}", saved.html);
    assert_eq!(policy(&server).await["allowInvitesFrom"], "adminsAndGuestInviters");
    let saved = save(&server, &mut browser, &saved, "access", &[("value", "restricted")]).await;
    assert!(saved.text().contains("Saved. Now: Guest user access is restricted"), "{}", saved.html);
    assert_eq!(policy(&server).await["guestUserRoleId"], "2af84b1e-32c8-42b7-82bc-daa82404023b");
    let saved = save(&server, &mut browser, &saved, "leaving", &[("value", "false")]).await;
    assert!(saved.text().contains("Saved. Now: No. Before: Yes."), "{}", saved.html);
    let same = save(&server, &mut browser, &saved, "leaving", &[]).await;
    assert!(same.text().contains("Nothing was changed: it stood so already."), "{}", same.html);
}

#[tokio::test]
async fn the_list_of_domains_is_typed_one_a_line_and_holds_for_invitations() {
    let server = Server::start().await;
    let (mut browser, page) = server.at_portal_page(&server.admin, PAGE).await;
    for (value, domains, said) in [
        ("block", "", "No domain was named."),
        ("allow", " \r\n ", "No domain was named."),
        ("block", "contoso.example\r\n*.evil.example", "'*.evil.example' is not a domain name."),
    ] {
        let refused =
            save(&server, &mut browser, &page, "domains", &[("value", value), ("domains", domains)]).await;
        assert_eq!(refused.status, 422, "{}", refused.html);
        assert!(
            refused.text().contains(said) && refused.html.contains("id=\"target-domains-problem\""),
            "{}",
            refused.html
        );
        let form = refused.filled("/collaboration#domains", &[]);
        assert!(form.fields.contains(&("value".into(), value.into())), "{:?}", form.fields);
        let kept = form.fields.iter().find(|(name, _)| name == "domains").unwrap();
        assert_eq!(kept.1.trim(), domains.trim(), "what was typed is kept");
    }
    assert_eq!(server.look().count("domain_lists"), 0);
    let typed = [("value", "block"), ("domains", "Evil.example\r\n\r\nbücher.example")];
    let saved = save(&server, &mut browser, &page, "domains", &typed).await;
    assert!(saved.text().contains("Added: evil.example, xn--bcher-kva.example."), "{}", saved.html);
    let saved =
        save(&server, &mut browser, &saved, "domains", &[("domains", "evil.example\nb.example")]).await;
    assert!(saved.text().contains("Added: b.example. Taken off: xn--bcher-kva.example."), "{}", saved.html);
    let (mut inviter, form) = server.inviting(&server.user_admin, "eve@evil.example").await;
    let refused = press(&server, &mut inviter, &form, "to-review", &[]).await;
    assert!(
        refused.status == 422 && refused.text().contains("Collaboration restrictions"),
        "{}",
        refused.html
    );
    let saved = save(&server, &mut browser, &saved, "domains", &[("value", "any")]).await;
    assert!(
        saved.text().contains("Every domain can be invited now. The list of 2 domains was taken away."),
        "{}",
        saved.html
    );
    let page = press(&server, &mut inviter, &form, "to-review", &[]).await;
    assert_eq!(page.status, 200, "{}", page.html);
}

#[tokio::test]
async fn whoever_may_not_change_a_setting_sees_what_holds_and_who_decides() {
    let server = Server::start().await;
    let (_, open) = server.at_portal_page(&server.admin, PAGE).await;
    for person in [&server.user_admin, &server.helpdesk, &server.member] {
        let (mut browser, page) = server.at_portal_page(person, PAGE).await;
        let text = page.text();
        assert_eq!(page.status, 200, "{text}");
        for said in [
            "Anyone in the organization can invite",
            "limited access to properties",
            "decided by a Global Administrator",
            "External Identity Provider Administrator",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(!page.html.contains("type=\"radio\"") && !page.html.contains("<textarea"), "{text}");
        let before = server.look().state();
        let own = page.form_to("/sign-out").fields;
        for (part, value) in
            [("invites", "none"), ("access", "restricted"), ("leaving", "false"), ("domains", "block")]
        {
            let mut form =
                open.filled(&format!("/collaboration#{part}"), &[("value", value), ("domains", "x.example")]);
            form.fields.retain(|(name, _)| name != "form_token");
            form.fields.extend(own.clone());
            let refused = browser.submit(&server, &form, &[]).await;
            assert_eq!(refused.status, 403, "{part}: {}", refused.html);
        }
        let after = server.look().state();
        assert!(after == before, "{}", difference(&before, &after));
    }
}

#[tokio::test]
async fn guests_do_not_read_the_settings() {
    let server = Server::start().await;
    let (_, mut guest) = server.accepted_guest("ana@contoso.example").await;
    let page = guest.get(&server, &server.portal_path(PAGE)).await;
    assert!(page.status == 403 && page.text().contains("Directory Readers"), "{}", page.html);
}

#[tokio::test]
async fn j12_nobody_saves_over_a_setting_that_was_changed_meanwhile() {
    let server = Server::start().await;
    let (mut browser, page) = server.at_portal_page(&server.admin, PAGE).await;
    let token = server.token_of(&server.admin);
    let body = json!({ "allowInvitesFrom": "none" });
    server.patch(&token, "/v1.0/policies/authorizationPolicy", body).await.expect(204);
    let refused = save(&server, &mut browser, &page, "invites", &[("value", "adminsAndGuestInviters")]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("Somebody has changed this setting"), "{}", refused.html);
    assert_eq!(policy(&server).await["allowInvitesFrom"], "none");
    let saved = save(&server, &mut browser, &refused, "invites", &[]).await;
    assert!(
        saved.text().contains("Saved. Now: Only users assigned"),
        "what was chosen was kept: {}",
        saved.html
    );
}

#[tokio::test]
async fn h1_settings_are_taken_from_own_forms_only() {
    let server = Server::start().await;
    let (mut browser, page) = server.at_portal_page(&server.admin, PAGE).await;
    let mut forged = page.filled("/collaboration#invites", &[("value", "none")]);
    forged.fields.retain(|(name, _)| name != "form_token");
    assert_eq!(browser.submit_once(&server, &forged, &[]).await.status, 403);
    assert_eq!(policy(&server).await["allowInvitesFrom"], "everyone");
}
