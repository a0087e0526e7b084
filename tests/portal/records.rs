//! Looking back at the portal: the audit log with its filters, what happened to one guest, and the outbox with its button.

use hospes_actions::jobs::{self, End};
use hospes_domain::access::Role;
use serde_json::json;

use super::{link, offers, said};
use crate::harness::{Browser, Page, Server};

const ANA: &str = "ana@contoso.example";
const REFUSED: &str = "the mail server refused the mail (550)";

async fn shown(server: &Server, browser: &mut Browser, rest: &str) -> Page {
    let page = browser.get(server, &server.portal_path(rest)).await;
    assert_eq!(page.status, 200, "{rest}: {}", page.html);
    page
}

/// The first cells of a list, in order.
fn firsts(page: &Page) -> Vec<String> {
    let rows = page.html.split("<a class=\"who\"").skip(1).filter_map(|rest| rest.split_once('>'));
    rows.map(|(_, rest)| said(rest.split("</a>").next().unwrap_or_default())).collect()
}

/// Every due mail ends so.
async fn mails_end(server: &Server, end: End) {
    for job in jobs::lease(&server.app, 50).await.unwrap() {
        assert!(jobs::finish(&server.app, job, end.clone()).await.unwrap());
    }
}

#[tokio::test]
async fn the_log_is_narrowed_by_activity_person_result_and_days() {
    let server = Server::start().await;
    let (ana, _) = server.accepted_guest(ANA).await;
    let (bo, _) = server.accepted_guest("bo@northwind.example").await;
    let admin = server.token_of(&server.user_admin);
    server.patch(&admin, &format!("/v1.0/users/{ana}"), json!({ "jobTitle": "Auditor" })).await.expect(204);
    server.delete(&server.token_of(&server.member), &format!("/v1.0/users/{bo}")).await.expect(403);
    let (mut browser, _) = server.at_portal(&server.admin).await;
    let log = shown(&server, &mut browser, "/audit").await;
    assert!(firsts(&log).len() > 6, "{}", log.html);
    for (query, expected) in [
        ("activity=Update+user", vec!["Update user"]),
        ("result=failure", vec!["Delete user"]),
        (&format!("person={ana}&activity=Update+user"), vec!["Update user"]),
        (&format!("person={bo}&activity=Update+user"), vec![]),
        ("person=bo%40northwind&activity=Redeem+external+user+invite", vec!["Redeem external user invite"]),
        ("person=nobody%40here&result=success", vec![]),
        ("activity=Update+user&from=2000-01-01&to=2100-12-31", vec!["Update user"]),
        ("activity=Update+user&to=2000-01-01", vec![]),
    ] {
        let page = shown(&server, &mut browser, &format!("/audit?{query}")).await;
        assert_eq!(firsts(&page), expected, "{query}");
        assert!(!expected.is_empty() || page.text().contains("Nothing matches"), "{query}");
    }
    // The form keeps what was asked, and sends it by address.
    let form = log.filled("/audit", &[("activity", "Update user"), ("person", "ana")]);
    let asked = browser.submit(&server, &form, &[]).await;
    assert_eq!(firsts(&asked), ["Update user"], "{}", asked.html);
    assert!(asked.html.contains("value=\"ana\""), "{}", asked.html);

    let record = browser.get(&server, &link(&asked, "Update user")).await;
    let text = record.text();
    assert!(text.contains("jobTitle") && text.contains("#EXT#"), "{}", record.html);
    let failed = shown(&server, &mut browser, "/audit?result=failure").await;
    let record = browser.get(&server, &link(&failed, "Delete user")).await;
    assert!(record.text().contains("This was refused.") && record.text().contains("Nothing was changed."));
}

#[tokio::test]
async fn the_log_goes_on_page_by_page_and_a_broken_address_begins_anew() {
    let server = Server::start().await;
    let token = server.app_token().await;
    for n in 0..60 {
        server.clock.advance(1);
        server.invite(&token, &format!("g{n:02}@contoso.example")).await;
    }
    let (mut browser, _) = server.at_portal(&server.admin).await;
    let first = shown(&server, &mut browser, "/audit?activity=Invite+external+user").await;
    assert_eq!(firsts(&first).len(), 50);
    server.invite(&token, "later@contoso.example").await;
    let second = browser.get(&server, &link(&first, "Next page")).await;
    assert_eq!(firsts(&second).len(), 10, "what came meanwhile moves nothing: {}", second.html);
    assert!(offers(&second, "First page") && !offers(&second, "Next page"));
    let broken = shown(&server, &mut browser, "/audit?activity=Invite+external+user&after=xyz").await;
    assert_eq!(firsts(&broken).len(), 50);
}

#[tokio::test]
async fn a_profile_tells_what_happened_to_the_guest() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let token = server.token_of(&server.admin);
    let member = json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") });
    server.clock.advance(1);
    server.post(&token, &format!("/v1.0/groups/{}/members/$ref", server.group), member).await.expect(204);
    for person in [&server.helpdesk, &server.user_admin, &server.admin] {
        let (mut browser, profile) = server.at_portal_page(person, &format!("/users/{id}")).await;
        let text = profile.text();
        assert!(text.contains("What happened") && text.contains("Added to a group"), "{}", profile.html);
        assert!(
            profile.html.contains("<li class=\"binding\"") && profile.html.contains("<li class=\"waits\"")
        );
        let history = browser.get(&server, &link(&profile, "Audit logs of this user")).await;
        assert!(history.text().contains("Redeemed the invitation"), "{}", history.html);
        let record = browser.get(&server, &link(&history, "Redeemed the invitation")).await;
        assert_eq!(record.status, 200, "{}", record.html);
        assert!(record.text().contains("Redeem external user invite") && record.text().contains(ANA));
    }
    // A record of somebody else is not in this history.
    let (other, _) = server.accepted_guest("bo@northwind.example").await;
    let (mut browser, profile) =
        server.at_portal_page(&server.helpdesk, &format!("/users/{other}/history")).await;
    let foreign = link(&profile, "Redeemed the invitation").replace(&other, &id);
    assert_eq!(browser.get(&server, &foreign).await.status, 404);
}

#[tokio::test]
async fn e4_whoever_may_not_look_back_is_told_what_it_takes() {
    let server = Server::start().await;
    let (id, mut guest) = server.accepted_guest(ANA).await;
    let (mut browser, log) = server.at_portal_page(&server.user_admin, "/audit").await;
    assert_eq!(log.status, 403);
    assert!(log.text().contains("It takes one of these roles") && log.text().contains("Global Reader"));
    assert!(log.text().contains("Nothing was changed."));
    shown(&server, &mut browser, &format!("/users/{id}/history")).await;
    let (mut browser, profile) = server.at_portal_page(&server.member, &format!("/users/{id}")).await;
    assert!(profile.text().contains("User Administrator"), "the profile says why there is no history");
    assert!(!profile.text().contains("Redeemed the invitation"));
    for rest in ["/audit", "/outbox", &format!("/users/{id}/history")] {
        assert_eq!(browser.get(&server, &server.portal_path(rest)).await.status, 403, "{rest}");
        assert_eq!(guest.get(&server, &server.portal_path(rest)).await.status, 403, "{rest}");
    }
}

#[tokio::test]
async fn i7_a_dead_letter_is_sent_once_more_at_the_press_of_a_button() {
    let server = Server::start().await;
    let (_, link_of_ana) = server.invite(&server.app_token().await, ANA).await;
    mails_end(&server, End::Abandoned(REFUSED.to_owned())).await;
    let (mut browser, list) = server.at_portal_page(&server.helpdesk, "/outbox?state=abandoned").await;
    assert_eq!(firsts(&list), [ANA]);
    assert!(list.text().contains(REFUSED) && offers(&list, "Retry"), "{}", list.html);
    let ticket = link_of_ana.split("rd=").nth(1).unwrap();
    let due = browser.submit(&server, &list.form_to("/retry"), &[]).await;
    assert!(due.text().contains("The mail is due now.") && due.text().contains("Waiting"), "{}", due.html);
    for page in [&list, &due] {
        assert!(
            !page.html.contains(ticket) && !page.html.contains("/redeem"),
            "A3, I9: no link in the outbox"
        );
    }
    let sent = server.mails().await;
    assert_eq!(sent.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [ANA]);
    // The old page's button: the mail is through, so nothing is sent and the page says what to do.
    let through = browser.submit(&server, &list.form_to("/retry"), &[]).await;
    assert_eq!(through.status, 422, "{}", through.html);
    assert!(through.text().contains("Invite the guest again"), "{}", through.html);
    assert!(server.mails().await.is_empty());
    let list = shown(&server, &mut browser, "/outbox?q=ANA").await;
    assert_eq!(firsts(&list), [ANA]);
    assert!(!offers(&list, "Retry"), "only a row in trouble offers an action");
    // Who reads everything sees the button's refusal, and nothing is sent.
    let reader = server.add_person("reader", &[Role::GlobalReader]).await;
    server.invite(&server.app_token().await, "bo@northwind.example").await;
    mails_end(&server, End::Abandoned(REFUSED.to_owned())).await;
    let (mut browser, list) = server.at_portal_page(&reader, "/outbox?state=abandoned").await;
    let refused = browser.submit(&server, &list.form_to("/retry"), &[]).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    assert!(server.mails().await.is_empty());
}

#[tokio::test]
async fn h1_a_retry_from_elsewhere_does_nothing() {
    let server = Server::start().await;
    server.invite(&server.app_token().await, ANA).await;
    mails_end(&server, End::Abandoned(REFUSED.to_owned())).await;
    let (mut browser, list) = server.at_portal_page(&server.helpdesk, "/outbox").await;
    let before = server.look().state();
    let mut forged = list.form_to("/retry");
    forged.fields.retain(|(name, _)| name != "form_token");
    assert_eq!(browser.submit(&server, &forged, &[]).await.status, 403);
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn h4_h10_names_are_text_in_every_record_and_no_page_is_kept() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let name = "<script>alert(1)</script>\"><b>";
    let body = json!({
        "invitedUserEmailAddress": "x@contoso.example", "inviteRedirectUrl": "https://x.example",
        "invitedUserDisplayName": name, "sendInvitationMessage": true,
    });
    let made = server.post(&token, "/v1.0/invitations", body).await.expect(201).json;
    let id = made["invitedUser"]["id"].as_str().unwrap().to_owned();
    let admin = server.token_of(&server.admin);
    // Somebody whose own name is markup does something, in a group whose name is.
    let path = format!("/v1.0/users/{}", server.user_admin.id);
    server.patch(&admin, &path, json!({ "displayName": name })).await.expect(204);
    let group = json!({ "displayName": name, "mailEnabled": false, "mailNickname": "markup", "securityEnabled": true });
    let hostile = server.token_of(&server.user_admin);
    let made = server.post(&hostile, "/v1.0/groups", group).await.expect(201).json;
    let member = json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") });
    let members = format!("/v1.0/groups/{}/members/$ref", made["id"].as_str().unwrap());
    server.post(&hostile, &members, member).await.expect(204);
    mails_end(&server, End::Abandoned("<script>550</script>".to_owned())).await;

    let (mut browser, log) =
        server.at_portal_page(&server.admin, "/audit?activity=Add+member+to+group").await;
    let record = browser.get(&server, &link(&log, "Add member to group")).await;
    let outbox = shown(&server, &mut browser, "/outbox").await;
    let mail = browser.get(&server, &link(&outbox, "x@contoso.example")).await;
    let history = shown(&server, &mut browser, &format!("/users/{id}/history")).await;
    let profile = shown(&server, &mut browser, &format!("/users/{id}")).await;
    for page in [&log, &record, &outbox, &mail, &history, &profile] {
        assert!(
            !page.html.contains("<script") && !page.html.contains("\"><b>"),
            "{}: {}",
            page.url,
            page.html
        );
        assert!(page.text().contains("alert(1)"), "{} shows the name", page.url);
        assert_eq!(page.headers["cache-control"], "no-store", "{}", page.url);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !page.html.contains(" style="), "{}", page.url);
    }
    let written = shown(&server, &mut browser, "/audit?person=%3Cscript%3E%22%3E%3Cb%3E").await;
    assert!(!written.html.contains("<script") && !written.html.contains("\"><b>"), "{}", written.html);
}

#[tokio::test]
async fn a3_i9_neither_log_nor_history_nor_outbox_holds_a_link_or_code() {
    let server = Server::start().await;
    let (id, first) = server.invite(&server.app_token().await, ANA).await;
    server.mails().await;
    let (_, _, code) = server.walk_to_code(&first, ANA).await;
    let (mut browser, _) = server.at_portal(&server.admin).await;
    let mut secrets = vec![first.split("rd=").nth(1).unwrap().to_owned(), code];
    let again = server.reset(&server.token_of(&server.admin), &id, ANA).await.expect(201).json;
    secrets.push(again["inviteRedeemUrl"].as_str().unwrap().split("rd=").nth(1).unwrap().to_owned());
    let mut paths = vec!["/audit".to_owned(), "/outbox".to_owned(), format!("/users/{id}/history")];
    for rest in paths.clone() {
        let page = shown(&server, &mut browser, &rest).await;
        let inner = page.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let below = server.portal_path(&format!("{rest}/"));
        paths.extend(
            inner
                .filter(|url| url.starts_with(&below))
                .map(|url| url[server.portal_path("").len()..].to_owned()),
        );
    }
    assert!(paths.len() > 8, "{paths:?}");
    for rest in &paths {
        let page = shown(&server, &mut browser, rest).await;
        for secret in &secrets {
            assert!(!page.html.contains(secret.as_str()), "{rest} holds {secret}");
        }
    }
}

#[tokio::test]
async fn a_request_is_found_by_its_number() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let refused = server.get(&token, "/v1.0/users?$filter=nonsense").await.expect(400);
    let body = json!({ "invitedUserEmailAddress": "ana@contoso.example", "inviteRedirectUrl": "https://portal.example/" });
    let invited = server.post(&token, "/v1.0/invitations", body).await.expect(201);
    let number = invited.headers["request-id"].to_str().unwrap().to_owned();
    let (mut browser, home) = server.at_portal(&server.admin).await;
    let digits = number.replace('-', "");
    let as_on_a_page = format!("{} {} {}", &digits[..4], &digits[4..8], &digits[8..12]);
    for asked in [number.clone(), number.to_uppercase(), as_on_a_page] {
        let found = browser.submit(&server, &home.filled("/search", &[("q", &asked)]), &[]).await;
        let log = browser.get(&server, &link(&found, "Audit logs of this request")).await;
        assert!(log.text().contains("Invite external user"), "{asked}: {}", log.html);
        assert_eq!(log.html.matches("class=\"who\"").count(), 1, "{}", log.html);
    }
    // Nothing is on record of a request that only read, and who may not read the log is not led there.
    let nothing = refused.headers["request-id"].to_str().unwrap();
    let log = browser.get(&server, &server.portal_path(&format!("/audit?request={nothing}"))).await;
    assert!(log.text().contains("Nothing matches"), "{}", log.html);
    let (mut browser, home) = server.at_portal(&server.inviter).await;
    let found = browser.submit(&server, &home.filled("/search", &[("q", &number)]), &[]).await;
    assert!(!found.text().contains("Audit logs of this request"), "{}", found.html);
}
