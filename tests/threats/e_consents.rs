//! Threat E2 on the pages of consent: an application that declares one thing while the page is made and another thing while
//! its reader makes up their mind.

use hospes_domain::access::{Role, Scope};
use serde_json::{Value, json};

use crate::harness::{Browser, Form, MadeApp, Page, Server, answer, claims};

const DIRECTORY: &str = "00000003-0000-0000-c000-000000000000";
const CHANGED: &str = "has changed since you read this page, so nothing was granted";

/// An entry of `requiredResourceAccess` about the directory API.
fn needs(on_behalf: &[Scope], own: &[Scope]) -> Value {
    let on_behalf = on_behalf.iter().map(|scope| json!({ "id": scope.delegated_id(), "type": "Scope" }));
    let own = own.iter().map(|scope| json!({ "id": scope.app_role_id().unwrap(), "type": "Role" }));
    let access: Vec<Value> = on_behalf.chain(own).collect();
    if access.is_empty() {
        json!([])
    } else {
        json!([{ "resourceAppId": DIRECTORY, "resourceAccess": access }])
    }
}

async fn declares(server: &Server, app: &MadeApp, on_behalf: &[Scope], own: &[Scope]) {
    let body = json!({ "requiredResourceAccess": needs(on_behalf, own) });
    let path = format!("/v1.0/applications/{}", app.id);
    server.patch(&server.token_of(&server.admin), &path, body).await.expect(204);
}

async fn harmless(server: &Server) -> MadeApp {
    server.make_app("Harmless", json!({ "requiredResourceAccess": needs(&[Scope::UserRead], &[]) })).await
}

fn for_everybody(server: &Server, app: &MadeApp) -> String {
    format!(
        "/{}/v2.0/adminconsent?client_id={}&redirect_uri=https://orders.example/callback&state=s1",
        server.tenant, app.client
    )
}

fn granted(server: &Server) -> Vec<String> {
    let mut rows =
        server.look().rows("SELECT client_id, scope FROM permission_grants ORDER BY client_id, scope");
    rows.extend(server.look().rows("SELECT principal_id, app_role_id FROM app_role_assignments ORDER BY id"));
    rows.concat()
}

/// Takes the token out of the form: the browser's own part of it, whom the page was for, and what they have read there.
fn parted(form: &mut Form) -> (String, String, String) {
    let at = form.fields.iter().position(|(name, _)| name == "form_token").unwrap();
    let (_, token) = form.fields.remove(at);
    let (own, about) = token.split_once('.').unwrap_or((&token, ""));
    let (person, read) = about.split_once(' ').unwrap_or_default();
    (own.to_owned(), person.to_owned(), read.to_owned())
}

/// The page came again and says why; nothing was granted.
fn assert_changed(page: &Page, server: &Server, before: &[String], now_listed: &str) {
    assert_eq!(page.status, 409, "{}", page.html);
    assert!(page.text().contains(CHANGED) && page.text().contains(now_listed), "{}", page.html);
    assert_eq!(granted(server), before);
}

const TAKEOVER: &[Scope] = &[Scope::DirectoryReadWriteAll, Scope::RoleManagementReadWriteDirectory];

#[tokio::test]
async fn e2_an_administrator_grants_the_list_that_was_shown_and_no_other() {
    let server = Server::start().await;
    let app = harmless(&server).await;
    let before = granted(&server);
    let mut browser = Browser::new();
    let shown = server.through_password(&mut browser, &for_everybody(&server, &app), &server.admin).await;
    assert!(shown.text().contains("User.Read") && !shown.text().contains(CHANGED), "{}", shown.html);
    for (on_behalf, own) in [
        (&[][..], TAKEOVER),
        (&[Scope::UserRead], &[Scope::DirectoryReadWriteAll]),
        (&[Scope::UserRead, Scope::DirectoryReadWriteAll], &[]),
        (&[Scope::DirectoryReadWriteAll], &[]),
    ] {
        declares(&server, &app, on_behalf, own).await;
        let again = browser.submit(&server, &shown.form_to("/adminconsent/accept"), &[]).await;
        assert_changed(&again, &server, &before, "Directory.ReadWrite.All");
    }
    // The refusal is on record, and the list that is shown now can be agreed to.
    let refused = "SELECT reason FROM audit WHERE activity = 'Consent to application' AND result = 'failure'";
    assert_eq!(server.look().rows(refused).len(), 4);
    let again = browser.get(&server, &for_everybody(&server, &app)).await;
    let done = browser.submit(&server, &again.form_to("/adminconsent/accept"), &[]).await;
    assert_eq!(answer(&done, "scope"), "Directory.ReadWrite.All");
}

#[tokio::test]
async fn e2_nothing_is_granted_from_the_page_that_says_that_nothing_changes() {
    let server = Server::start().await;
    let app = server.make_app("Harmless", json!({})).await;
    let before = granted(&server);
    let mut browser = Browser::new();
    let shown = server.through_password(&mut browser, &for_everybody(&server, &app), &server.admin).await;
    assert!(shown.text().contains("nothing changes but that it is present here"), "{}", shown.html);
    declares(&server, &app, &[], TAKEOVER).await;
    let again = browser.submit(&server, &shown.form_to("/adminconsent/accept"), &[]).await;
    assert_changed(&again, &server, &before, "RoleManagement.ReadWrite.Directory");
    // Without a change it works.
    declares(&server, &app, &[], &[]).await;
    let done = browser.submit(&server, &shown.form_to("/adminconsent/accept"), &[]).await;
    assert_eq!((answer(&done, "admin_consent"), answer(&done, "scope")), ("True".into(), String::new()));
    assert_eq!(granted(&server), before);
}

#[tokio::test]
async fn e2_what_the_form_brings_back_widens_no_grant() {
    let server = Server::start().await;
    let (app, other) = (harmless(&server).await, harmless(&server).await);
    let before = granted(&server);
    let mut browser = Browser::new();
    let shown = server.through_password(&mut browser, &for_everybody(&server, &app), &server.admin).await;
    let others = browser.get(&server, &for_everybody(&server, &other)).await;
    declares(&server, &app, &[], TAKEOVER).await;
    let wide = browser.get(&server, &for_everybody(&server, &app)).await;
    declares(&server, &app, &[Scope::UserRead], &[]).await;
    let read = |page: &Page| parted(&mut page.form_to("/adminconsent/accept")).2;
    let (narrow, wide, others) = (read(&shown), read(&wide), read(&others));
    let twice = format!("{narrow}{wide}");
    for forged in ["", "Directory.ReadWrite.All", wide.as_str(), others.as_str(), twice.as_str()] {
        let mut form = shown.form_to("/adminconsent/accept");
        let (own, person, _) = parted(&mut form);
        let again =
            browser.submit(&server, &form, &[("form_token", &format!("{own}.{person} {forged}"))]).await;
        assert_changed(&again, &server, &before, "User.Read");
    }
    // Only the form says what was read: the address of the page is anybody's to write.
    let mut form = shown.form_to("/adminconsent/accept");
    let (own, person, _) = parted(&mut form);
    form.action = format!("{}&read={narrow}&form_token={own}.{person}%20{narrow}", form.action);
    let unsaid = browser.submit(&server, &form, &[("form_token", &format!("{own}.{person} "))]).await;
    assert_changed(&unsaid, &server, &before, "User.Read");
    // A page that was for somebody else, or that does not say for whom, asks again.
    for about in [String::new(), format!(".{narrow}"), format!(".{} {narrow}", server.member.id)] {
        let page = browser.submit(&server, &form, &[("form_token", &format!("{own}{about}"))]).await;
        assert!(page.status == 200 && page.text().contains("for everybody at"), "{}", page.html);
        assert_eq!(granted(&server), before);
    }
    let done = browser.submit(&server, &shown.form_to("/adminconsent/accept"), &[]).await;
    assert_eq!(answer(&done, "scope"), "User.Read");
}

#[tokio::test]
async fn e2_a_person_grants_the_list_that_was_shown_and_no_other() {
    let server = Server::start().await;
    let chief = server.add_person("carla", &[Role::GlobalAdministrator]).await;
    let everything = "https://graph.microsoft.com/.default";
    for (person, more) in
        [(&server.member, Scope::UserReadBasicAll), (&chief, Scope::RoleManagementReadWriteDirectory)]
    {
        let app = harmless(&server).await;
        let before = granted(&server);
        let mut browser = Browser::new();
        let start = server.request_of(&app, &format!("openid {everything}"), &[]);
        let shown = server.through_password(&mut browser, &start, person).await;
        assert!(shown.text().contains("User.Read"), "{}", shown.html);
        declares(&server, &app, &[Scope::UserRead, more], &[]).await;
        let again = browser.submit(&server, &shown.form_to("/accept"), &[]).await;
        assert_changed(&again, &server, &before, more.name());
        let mut forged = shown.form_to("/accept");
        let (own, id, _) = parted(&mut forged);
        for read in ["", more.name()] {
            let token = format!("{own}.{id} {read}");
            let page = browser.submit(&server, &forged, &[("form_token", &token)]).await;
            assert_changed(&page, &server, &before, more.name());
        }
        // The first page is good again once its list is.
        declares(&server, &app, &[Scope::UserRead], &[]).await;
        let done = browser.submit(&server, &shown.form_to("/accept"), &[]).await;
        let tokens = server.exchange(&app, &done).await.expect(200).json;
        assert_eq!(claims(&tokens["access_token"])["scp"], "openid User.Read");
    }
}

#[tokio::test]
async fn e2_a_person_whose_page_is_no_question_any_more_is_refused_on_record() {
    let refusals = |server: &Server| {
        let sql = "SELECT reason FROM audit WHERE activity = 'Consent to application' AND result = 'failure'";
        server.look().rows(sql).concat()
    };
    // Nothing is left to agree to, or it takes an administrator by now.
    for (more, asks_on) in [(None, false), (Some(Scope::DirectoryReadWriteAll), true)] {
        let server = Server::start().await;
        let app = harmless(&server).await;
        let start = server.request_of(&app, "openid https://graph.microsoft.com/.default", &[]);
        let mut browser = Browser::new();
        let shown = server.through_password(&mut browser, &start, &server.member).await;
        let before = granted(&server);
        declares(&server, &app, more.as_slice(), &[]).await;
        let again = browser.submit(&server, &shown.form_to("/accept"), &[]).await;
        assert_eq!(again.text().contains("needs an administrator’s approval"), asks_on, "{}", again.html);
        assert_eq!((granted(&server), refusals(&server)), (before, vec!["stale".to_owned()]), "I6");
    }
}

#[tokio::test]
async fn e2_who_may_not_agree_for_everybody_is_refused_on_record() {
    let server = Server::start().await;
    let app = harmless(&server).await;
    let before = granted(&server);
    let mut browser = Browser::new();
    let page = server.through_password(&mut browser, &for_everybody(&server, &app), &server.member).await;
    let mut form = page.form_to("/adminconsent/cancel");
    form.action = form.action.replace("/cancel", "/accept");
    let (own, ..) = parted(&mut form);
    let token = format!("{own}.{} read", server.member.id);
    let refused = browser.submit(&server, &form, &[("form_token", &token)]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("needs an administrator’s approval"), "{}", refused.html);
    assert!(!refused.text().contains("invited you"), "a member was invited by nobody");
    assert_eq!(granted(&server), before);
    let refused = "SELECT reason FROM audit WHERE activity = 'Consent to application' AND result = 'failure'";
    assert_eq!(server.look().rows(refused), [["not_allowed"]]);
}

#[tokio::test]
async fn e2_the_page_says_what_a_program_could_do_by_itself() {
    let server = Server::start().await;
    let app = server.make_app("Harmless", json!({ "requiredResourceAccess": needs(&[], TAKEOVER) })).await;
    let shown =
        server.through_password(&mut Browser::new(), &for_everybody(&server, &app), &server.admin).await;
    for scope in TAKEOVER {
        let said = format!("{}<span class=\"identifier\">{}</span>", scope.own_meaning(), scope.name());
        assert!(shown.html.contains(&said), "{}", shown.html);
    }
}
