//! "Invite external user" at the portal, step by step: what is done, what is left out, and that one form is one invitation.

use serde_json::json;

use super::{link, offers};
use crate::harness::{Browser, Page, Person, Server};

const ADDRESS: &str = "ana@contoso.example";
const FORM: &str = "/users/invite";

impl Server {
    /// The first step of the form, with this address.
    pub async fn inviting(&self, person: &Person, address: &str) -> (Browser, Page) {
        let (mut browser, page) = self.at_portal_page(person, FORM).await;
        assert_eq!(page.status, 200, "{}", page.html);
        let typed = page.filled(FORM, &[("invitedUserEmailAddress", address), ("do", "to-basics")]);
        let page = browser.submit(self, &typed, &[]).await;
        (browser, page)
    }
}

/// Presses one of the buttons of the form, with these fields typed before.
pub async fn press(
    server: &Server,
    browser: &mut Browser,
    page: &Page,
    button: &str,
    typed: &[(&str, &str)],
) -> Page {
    let mut with = typed.to_vec();
    with.push(("do", button));
    browser.submit(server, &page.filled(FORM, &with), &[]).await
}

#[tokio::test]
async fn a_user_administrator_invites_with_properties_and_assignments() {
    let server = Server::start().await;
    let (mut browser, users) = server.at_portal_page(&server.user_admin, "/users").await;
    let page = browser.get(&server, &link(&users, "Invite external user")).await;
    let typed = [
        ("invitedUserEmailAddress", ADDRESS),
        ("invitedUserDisplayName", "Ana Novak"),
        ("customizedMessageBody", "Welcome.\nThis opens the audit."),
        ("ccRecipients", "boss@contoso.example"),
        ("messageLanguage", "de-AT"),
    ];
    let page = press(&server, &mut browser, &page, "to-properties", &typed).await;
    let helpdesk = server.helpdesk.upn.clone();
    let typed = [
        ("givenName", "Ana"),
        ("surname", "Novak"),
        ("businessPhones", "+43 1 234"),
        ("usageLocation", "AT"),
        ("sponsors", helpdesk.as_str()),
    ];
    let page = press(&server, &mut browser, &page, "to-assignments", &typed).await;
    let group = format!("group.{}", server.group);
    let portal = &server.portal.service_principal;
    let role = format!("app.{}.{}", portal.id, portal.app_roles[0].id);
    let page = press(&server, &mut browser, &page, "to-review", &[(&group, "on"), (&role, "on")]).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let text = page.text();
    for said in [
        "A new guest is made",
        "Ana Novak",
        "+43 1 234",
        "hugo",
        "Spring audit",
        "Supplier Portal, Supplier",
        "Copy without the link",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(server.mails().await.is_empty(), "nothing is sent before Invite");
    let done = press(&server, &mut browser, &page, "invite", &[]).await;
    let text = done.text();
    assert!(text.contains("Invitation sent to ana@contoso.example") && !text.contains("Not done"), "{text}");
    assert!(offers(&done, "Invite another"));
    let mails = server.mails().await;
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, [ADDRESS, "boss@contoso.example"]);
    let profile = browser.get(&server, &link(&done, "Open the profile")).await;
    for said in ["Ana Novak", "Pending", "Spring audit", "Supplier Portal, Supplier", "Sponsor: <bdi>hugo"] {
        assert!(profile.text().contains(said), "{said}: {}", profile.html);
    }
    let id = profile.url.rsplit('/').next().unwrap().to_owned();
    let token = server.app_token().await;
    let user = server.get(&token, &format!("/v1.0/users/{id}")).await.expect(200).json;
    assert_eq!((&user["surname"], &user["businessPhones"]), (&json!("Novak"), &json!(["+43 1 234"])));
}

#[tokio::test]
async fn what_was_typed_in_every_step_stays_on_the_way_there_and_back() {
    let server = Server::start().await;
    let (mut browser, page) = server.inviting(&server.user_admin, ADDRESS).await;
    let mut typed = page.filled(FORM, &[("customizedMessageBody", "One\nTwo"), ("do", "to-properties")]);
    typed.fields.retain(|(name, _)| name != "sendInvitationMessage");
    let page = browser.submit(&server, &typed, &[]).await;
    let page = press(
        &server,
        &mut browser,
        &page,
        "to-assignments",
        &[("jobTitle", "Auditor"), ("invitedUserType", "Member")],
    )
    .await;
    let group = format!("group.{}", server.group);
    let page =
        press(&server, &mut browser, &page, "find", &[(&group, "on"), ("search", "nothing like it")]).await;
    assert!(page.text().contains("Spring audit"), "what was chosen stays in sight: {}", page.html);
    assert!(page.text().contains("No application has that in its name."), "{}", page.html);
    let page = press(&server, &mut browser, &page, "to-properties", &[]).await;
    let has = |page: &Page, name: &str, value: &str| {
        let form = page.filled(FORM, &[]);
        assert!(form.fields.contains(&(name.to_owned(), value.to_owned())), "{name}: {:?}", form.fields);
    };
    has(&page, "jobTitle", "Auditor");
    has(&page, "invitedUserType", "Member");
    let page = press(&server, &mut browser, &page, "to-basics", &[]).await;
    has(&page, "invitedUserEmailAddress", ADDRESS);
    has(&page, "customizedMessageBody", "One\nTwo");
    has(&page, &group, "on");
    assert!(!page.html.contains("value=\"true\" checked"), "no mail was wanted");
    let page = press(&server, &mut browser, &page, "to-review", &[]).await;
    for said in ["Auditor", "Member", "Spring audit", "You get the link once"] {
        assert!(page.text().contains(said), "{said}: {}", page.html);
    }
}

#[tokio::test]
async fn j11_a_form_posted_twice_is_one_invitation_and_one_mail() {
    let server = Server::start().await;
    let (mut browser, page) = server.inviting(&server.user_admin, ADDRESS).await;
    let page = press(&server, &mut browser, &page, "to-properties", &[]).await;
    let page = press(&server, &mut browser, &page, "to-review", &[("city", "Graz")]).await;
    let form = page.filled(FORM, &[("do", "invite")]);
    for _ in 0..3 {
        let done = browser.submit(&server, &form, &[]).await;
        assert!(done.text().contains("Invitation sent to ana@contoso.example"), "{}", done.html);
        assert!(!done.text().contains("Not done"), "{}", done.html);
    }
    assert_eq!(server.mails().await.len(), 1);
    assert_eq!(server.look().count("invitations"), 1);
    let updates = server.look().rows("SELECT count(*) FROM audit WHERE activity = 'Update user'");
    assert_eq!(updates[0][0], "1");
}

#[tokio::test]
async fn a3_the_link_is_shown_once_and_only_when_no_mail_takes_it() {
    let server = Server::start().await;
    let (mut browser, page) = server.inviting(&server.user_admin, ADDRESS).await;
    let mut form = page.filled(FORM, &[("do", "invite")]);
    let sent = browser
        .submit(
            &server,
            &page.filled(
                FORM,
                &[("do", "invite"), ("invitedUserEmailAddress", "bo@contoso.example"), ("once", "another")],
            ),
            &[],
        )
        .await;
    assert!(!sent.html.contains("rd="), "a mail takes the link: {}", sent.html);
    server.mails().await;
    form.fields.retain(|(name, _)| name != "sendInvitationMessage");
    let done = browser.submit(&server, &form, &[]).await;
    let text = done.text();
    assert!(text.contains("ana@contoso.example was invited") && text.contains("No mail was sent"), "{text}");
    let shown = text.split_whitespace().find(|word| word.contains("/redeem?rd=")).expect("the link");
    let shown = shown.trim_start_matches("tabindex=\"0\">").split('<').next().unwrap().to_owned();
    assert!(server.mails().await.is_empty());
    let profile = link(&done, "Open the profile");
    for rest in ["", "/properties", "/redemption", "/reset"] {
        let page = browser.get(&server, &format!("{profile}{rest}")).await;
        assert!(!page.html.contains("rd="), "{rest} shows the link");
    }
    let (mut guest, _) = server.redeem(&shown, ADDRESS).await;
    assert!(server.greets(&mut guest, ADDRESS).await);
}

#[tokio::test]
async fn somebody_who_was_invited_before_is_told_apart() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let (pending, _) = server.invite(&token, ADDRESS).await;
    server.accepted_guest("bo@contoso.example").await;
    server.mails().await;
    let (mut browser, page) = server.inviting(&server.user_admin, ADDRESS).await;
    let page = press(&server, &mut browser, &page, "to-properties", &[]).await;
    let review = press(&server, &mut browser, &page, "to-review", &[("city", "Graz")]).await;
    assert!(review.text().contains("has not accepted") && review.html.contains(&pending), "{}", review.html);
    let done = press(&server, &mut browser, &review, "invite", &[]).await;
    assert!(done.text().contains("Invitation sent again to ana@contoso.example"), "{}", done.html);
    assert!(link(&done, "Open the profile").ends_with(&pending));
    assert_eq!(server.mails().await.len(), 1);
    let user = server.get(&token, &format!("/v1.0/users/{pending}?$select=city")).await.expect(200).json;
    assert_eq!(user["city"], json!(null), "a user who was there keeps the properties it has");

    let (mut browser, page) = server.inviting(&server.user_admin, "bo@contoso.example").await;
    let review = press(&server, &mut browser, &page, "to-review", &[]).await;
    assert!(
        review.text().contains("Has accepted an invitation already.") && !offers(&review, "Invite"),
        "{}",
        review.html
    );
    let done = press(&server, &mut browser, &review, "invite", &[]).await;
    assert!(done.text().contains("bo@contoso.example has accepted already"), "{}", done.html);
    assert!(!done.html.contains("rd=") && server.mails().await.is_empty());
}

#[tokio::test]
async fn what_was_done_and_what_was_not_stand_side_by_side() {
    let server = Server::start().await;
    let (mut browser, page) = server.inviting(&server.user_admin, ADDRESS).await;
    let page = press(&server, &mut browser, &page, "to-assignments", &[]).await;
    let group = format!("group.{}", server.group);
    let portal = &server.portal.service_principal;
    let role = format!("app.{}.{}", portal.id, portal.app_roles[0].id);
    let page = press(&server, &mut browser, &page, "to-review", &[(&group, "on"), (&role, "on")]).await;
    let broken = server.break_writes("app_role_assignments", "INSERT");
    let done = press(&server, &mut browser, &page, "invite", &[]).await;
    drop(broken);
    let text = done.text();
    assert!(text.contains("Partly done: ") && text.contains("Not everything was done"), "{text}");
    let (undone, rest) = text.split_once("Done besides").unwrap();
    assert!(
        undone.contains("Application: Supplier Portal, Supplier") && rest.contains("Spring audit"),
        "{text}"
    );
    // The same form again finishes what is left, and sends nothing more.
    let done = press(&server, &mut browser, &page, "invite", &[]).await;
    assert!(
        !done.text().contains("Not done") && done.text().contains("Supplier Portal, Supplier"),
        "{}",
        done.html
    );
    assert_eq!(server.mails().await.len(), 1);
}

#[tokio::test]
async fn the_search_finds_the_form_by_its_names() {
    let server = Server::start().await;
    let (mut browser, _) = server.at_portal(&server.user_admin).await;
    for words in ["Invite external user", "new guest user", "new user"] {
        let asked = words.replace(' ', "+");
        let found = browser.get(&server, &server.portal_path(&format!("/search?q={asked}"))).await;
        let page = browser.get(&server, &link(&found, "Invite external user")).await;
        assert!(page.text().contains("Somebody from outside becomes a guest"), "{words}: {}", page.html);
    }
}
