//! Editing properties: what is typed is saved or kept on the page, never lost, never over somebody else's change.

use serde_json::json;

use super::link;
use crate::harness::{Browser, Page, Server};

async fn opened(server: &Server, person: &crate::harness::Person, id: &str) -> (Browser, Page) {
    server.at_portal_page(person, &format!("/users/{id}/edit")).await
}

async fn user(server: &Server, id: &str, what: &str) -> serde_json::Value {
    server.get(&server.app_token().await, &format!("/v1.0/users/{id}?$select={what}")).await.expect(200).json
}

#[tokio::test]
async fn everything_in_the_form_is_saved_at_once() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let (mut browser, form) = opened(&server, &server.user_admin, &id).await;
    let typed = [
        ("displayName", "Ana Novak"),
        ("surname", "Novak"),
        ("jobTitle", "Auditor"),
        ("businessPhones", "+43 1 234"),
        ("usageLocation", "AT"),
        ("preferredLanguage", "de-AT"),
        ("do", "save"),
    ];
    let saved = browser.submit(&server, &form.filled("/edit", &typed), &[]).await;
    assert!(saved.text().contains("The properties were saved."), "{}", saved.html);
    let now = user(&server, &id, "displayName,surname,jobTitle,businessPhones,usageLocation,mail").await;
    assert_eq!(now["displayName"], "Ana Novak");
    assert_eq!(now["businessPhones"], json!(["+43 1 234"]));
    assert_eq!((&now["jobTitle"], &now["usageLocation"]), (&json!("Auditor"), &json!("AT")));
    assert_eq!(now["mail"], "ana@contoso.example", "what was not touched stays");
    let (mut browser, form) = opened(&server, &server.user_admin, &id).await;
    browser.submit(&server, &form.filled("/edit", &[("jobTitle", ""), ("do", "save")]), &[]).await;
    assert_eq!(user(&server, &id, "jobTitle").await["jobTitle"], json!(null), "an emptied field is emptied");
}

#[tokio::test]
async fn a_refused_form_keeps_all_that_was_typed_and_changes_nothing() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let (mut browser, form) = opened(&server, &server.user_admin, &id).await;
    for (field, bad) in [
        ("mail", "ana@@contoso.example"),
        ("usageLocation", "Austria"),
        ("displayName", ""),
        ("mail", "greta@fabrikam.example\u{202e}"),
    ] {
        let typed = [("department", "Red <b>team</b>"), (field, bad), ("do", "save")];
        let again = browser.submit(&server, &form.filled("/edit", &typed), &[]).await;
        assert_eq!(again.status, 422, "{field}: {}", again.html);
        assert!(again.html.contains(&format!("id=\"{field}-problem\"")), "{field}: {}", again.html);
        assert!(
            again.html.contains("Red &#60;b&#62;team&#60;/b&#62;"),
            "what was typed is there, escaped (H4)"
        );
        assert!(again.text().contains("<title>Not saved: "));
    }
    assert_eq!(user(&server, &id, "department").await["department"], json!(null));
}

#[tokio::test]
async fn an_address_of_somebody_else_is_refused_without_saying_whose() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    server.accepted_guest("bo@contoso.example").await;
    let (mut browser, form) = opened(&server, &server.user_admin, &id).await;
    let typed = form.filled("/edit", &[("mail", "bo@contoso.example"), ("do", "save")]);
    let again = browser.submit(&server, &typed, &[]).await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("already exists"), "{}", again.html);
    assert_eq!(user(&server, &id, "mail").await["mail"], "ana@contoso.example");
}

#[tokio::test]
async fn j12_nobody_saves_over_a_change_made_meanwhile() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let (mut browser, form) = opened(&server, &server.user_admin, &id).await;
    let token = server.token_of(&server.admin);
    let theirs = json!({ "city": "Graz", "jobTitle": "Auditor", "otherMails": ["ana@northwind.example"] });
    server.patch(&token, &format!("/v1.0/users/{id}"), theirs).await.expect(204);
    let typed = form.filled("/edit", &[("city", "Wien"), ("department", "Audit"), ("do", "save")]);
    let again = browser.submit(&server, &typed, &[]).await;
    assert_eq!(again.status, 422);
    assert!(
        again.html.contains("city-problem") && again.text().contains("\u{201c}Graz\u{201d}"),
        "{}",
        again.html
    );
    assert!(
        again.html.contains("value=\"Wien\"") && again.html.contains("value=\"Audit\""),
        "nothing typed is lost"
    );
    assert_eq!(user(&server, &id, "city").await["city"], "Graz");
    // Whoever saves again knows; what others have changed elsewhere stays.
    let saved = browser.submit(&server, &again.filled("/edit", &[("do", "save")]), &[]).await;
    assert!(saved.text().contains("The properties were saved."), "{}", saved.html);
    let now = user(&server, &id, "city,department,jobTitle,otherMails").await;
    assert_eq!((&now["city"], &now["department"]), (&json!("Wien"), &json!("Audit")));
    assert_eq!(
        (&now["jobTitle"], &now["otherMails"]),
        (&json!("Auditor"), &json!(["ana@northwind.example"]))
    );
}

#[tokio::test]
async fn changes_of_two_people_to_different_fields_are_both_kept() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let (mut browser, form) = opened(&server, &server.user_admin, &id).await;
    let token = server.token_of(&server.admin);
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "jobTitle": "Auditor" })).await.expect(204);
    let saved =
        browser.submit(&server, &form.filled("/edit", &[("city", "Wien"), ("do", "save")]), &[]).await;
    assert!(saved.text().contains("The properties were saved."), "{}", saved.html);
    let now = user(&server, &id, "city,jobTitle").await;
    assert_eq!((&now["city"], &now["jobTitle"]), (&json!("Wien"), &json!("Auditor")));
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_says_that_nothing_was_saved() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let (mut browser, form) = opened(&server, &server.user_admin, &id).await;
    browser.cookies.retain(|name, _| !name.contains("session"));
    let lost = browser.submit(&server, &form.filled("/edit", &[("city", "Wien"), ("do", "save")]), &[]).await;
    assert_eq!(lost.status, 403);
    assert!(lost.text().contains("Nothing was saved and nothing was changed."), "{}", lost.html);
    assert_eq!(link(&lost, "Sign in"), server.portal_path(""));
    assert_eq!(user(&server, &id, "city").await["city"], json!(null));
}

#[tokio::test]
async fn the_list_of_other_emails_is_part_of_the_form() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let (mut browser, form) = opened(&server, &server.user_admin, &id).await;
    let to_list = form.filled("/edit", &[("city", "Linz"), ("do", "other-emails")]);
    let list = browser.submit(&server, &to_list, &[]).await;
    let line = browser.submit(&server, &list.filled("/edit", &[("do", "add-email")]), &[]).await;
    let bad = line.filled("/edit", &[("otherMails.0", "not an address"), ("do", "keep-emails")]);
    let refused = browser.submit(&server, &bad, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.html.contains("value=\"not an address\"") && refused.html.contains("email-1-problem"));
    let cancelled = browser.submit(&server, &refused.filled("/edit", &[("do", "drop-emails")]), &[]).await;
    assert!(cancelled.html.contains("value=\"Linz\""), "the form is as it was left: {}", cancelled.html);
    assert!(!cancelled.text().contains("not an address"));
    let line = browser.submit(&server, &list.filled("/edit", &[("do", "add-email")]), &[]).await;
    let good = line.filled("/edit", &[("otherMails.0", "ana@northwind.example"), ("do", "keep-emails")]);
    let form = browser.submit(&server, &good, &[]).await;
    assert_eq!(user(&server, &id, "otherMails").await["otherMails"], json!([]), "nothing is saved yet");
    browser.submit(&server, &form.filled("/edit", &[("do", "save")]), &[]).await;
    let now = user(&server, &id, "otherMails,city").await;
    assert_eq!(now["otherMails"], json!(["ana@northwind.example"]));
    assert_eq!(now["city"], "Linz");
    let form = browser.get(&server, &server.portal_path(&format!("/users/{id}/edit"))).await;
    let list = browser.submit(&server, &form.filled("/edit", &[("do", "other-emails")]), &[]).await;
    let emptied = list.filled("/edit", &[("otherMails.0", ""), ("do", "keep-emails")]);
    let form = browser.submit(&server, &emptied, &[]).await;
    browser.submit(&server, &form.filled("/edit", &[("do", "save")]), &[]).await;
    assert_eq!(user(&server, &id, "otherMails").await["otherMails"], json!([]));
}

#[tokio::test]
async fn a_form_that_changes_nothing_writes_nothing() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let (mut browser, form) = opened(&server, &server.user_admin, &id).await;
    let before = server.look().state();
    let page = browser.submit(&server, &form.filled("/edit", &[("do", "save")]), &[]).await;
    assert_eq!(link(&page, "Edit properties"), server.portal_path(&format!("/users/{id}/edit")));
    assert_eq!(server.look().state(), before);
}
