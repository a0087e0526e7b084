//! Passwords from the first one an administrator gives to the one its owner chose: what is taken, when a new one is due,
//! what ends with the old one, and who is told.

use hospes_actions::jobs::{AccountChange, MailContent};
use hospes_domain::access::{Role, Scope};
use serde_json::{Value, json};

use crate::harness::{Browser, PASSWORD, Page, Server, codes_on, secret_on};
use crate::portal::link;

const CY: &str = "cy@fabrikam.example";
const FIRST: &str = "a long enough password";
const NEXT: &str = "seven quiet lanterns";

async fn create(server: &Server, profile: Value) -> String {
    let body = json!({
        "accountEnabled": true, "displayName": "Cy Twombly", "mailNickname": "cy", "userPrincipalName": CY,
        "mail": CY, "passwordProfile": profile,
    });
    let made = server.post(&server.token_of(&server.user_admin), "/v1.0/users", body).await.expect(201);
    made.json["id"].as_str().unwrap().to_owned()
}

async fn types(server: &Server, browser: &mut Browser, name: &str, password: &str) -> Page {
    let page = server.name_address(browser, name).await;
    browser.submit(server, &page.form_to("/password"), &[("password", password)]).await
}

/// Whether somebody gets in with that, in a browser that nobody has used.
async fn gets_in(server: &Server, name: &str, password: &str) -> bool {
    types(server, &mut Browser::new(), name, password).await.url.contains("/myapps/")
}

async fn notices(server: &Server, to: &str) -> usize {
    let mails = server.mails().await;
    let told = |content: &MailContent| {
        matches!(content, MailContent::AccountNotice { change: AccountChange::Password, .. })
    };
    mails.iter().filter(|mail| mail.to == to && told(&mail.content)).count()
}

#[tokio::test]
async fn a_given_password_is_replaced_before_anything_else_and_only_then_somebody_is_signed_in() {
    let server = Server::start().await;
    let id = create(&server, json!({ "password": FIRST })).await;
    let mut browser = Browser::new();
    let page = types(&server, &mut browser, CY, FIRST).await;
    assert!(page.text().contains("Choose a new password"), "{}", page.html);
    assert_eq!(browser.session(), None, "nobody is signed in yet");
    let form = page.form_to("/new-password");
    for (password, again, said) in [
        (NEXT, "something else", "The two are not the same."),
        (FIRST, FIRST, "This is the password that is to be replaced."),
        ("short", "short", "Give at least 8 characters"),
        ("Twombly-2026", "Twombly-2026", "little more than a name"),
        ("qwertyuiop", "qwertyuiop", "easy to guess"),
    ] {
        let page = browser.submit(&server, &form, &[("password", password), ("again", again)]).await;
        assert_eq!(page.status, 422, "{password}");
        assert!(page.text().contains(said), "{password}: {}", page.html);
        assert!(!page.html.contains(&format!("=\"{password}\"")), "what was typed is not shown");
    }
    let page = browser.submit(&server, &form, &[("password", NEXT), ("again", NEXT)]).await;
    assert!(page.url.contains("/myapps/") && page.text().contains(CY), "{}", page.html);
    assert!(gets_in(&server, CY, NEXT).await && !gets_in(&server, CY, FIRST).await);
    assert_eq!(server.successes(&id, "Change user password").await, 1, "I6");
    assert_eq!(server.successes(&id, "Sign in").await, 2, "I6: here and in the other browser");
    assert_eq!(notices(&server, CY).await, 1);
}

#[tokio::test]
async fn i3_a_password_given_meanwhile_or_a_block_ends_the_step_of_the_new_one() {
    let server = Server::start().await;
    let id = create(&server, json!({ "password": FIRST })).await;
    let token = server.token_of(&server.user_admin);
    for change in [
        json!({ "passwordProfile": { "password": "another long enough one" } }),
        json!({ "passwordProfile": { "password": FIRST } }),
        json!({ "accountEnabled": false }),
    ] {
        let mut browser = Browser::new();
        let current = if change["passwordProfile"]["password"] == json!(FIRST) {
            "another long enough one"
        } else {
            FIRST
        };
        let page = types(&server, &mut browser, CY, current).await;
        let form = page.form_to("/new-password");
        server.patch(&token, &format!("/v1.0/users/{id}"), change.clone()).await.expect(204);
        let page = browser.submit(&server, &form, &[("password", NEXT), ("again", NEXT)]).await;
        // The sign-in stands where it began: at the password.
        assert!(!page.html.contains("/new-password\""), "{change}: {}", page.html);
        page.form_to("/password");
        assert_eq!(browser.session(), None);
    }
    assert!(!gets_in(&server, CY, NEXT).await);
}

#[tokio::test]
async fn who_sets_the_password_says_whether_it_stays() {
    let server = Server::start().await;
    let stays = json!({ "password": FIRST, "forceChangePasswordNextSignIn": false });
    let id = create(&server, stays.clone()).await;
    assert!(gets_in(&server, CY, FIRST).await);
    let token = server.token_of(&server.user_admin);
    let path = format!("/v1.0/users/{id}");
    for (profile, due) in [
        (json!({ "forceChangePasswordNextSignIn": true }), true),
        (json!({ "forceChangePasswordNextSignIn": false }), false),
        (json!({ "forceChangePasswordNextSignInWithMfa": true }), true),
        (stays, false),
        (json!({ "password": FIRST }), true),
    ] {
        server.patch(&token, &path, json!({ "passwordProfile": profile.clone() })).await.expect(204);
        assert_eq!(gets_in(&server, CY, FIRST).await, !due, "{profile}");
    }
    let weak = json!({ "passwordProfile": { "password": "Fabrikam2026" } });
    let refused = server.patch(&token, &path, weak).await.expect(400);
    assert!(
        refused.text.contains("passwordProfile.password") && refused.message().contains("name"),
        "{}",
        refused.text
    );
    assert_eq!(notices(&server, CY).await, 2, "told of each new password");
}

#[tokio::test]
async fn a_member_changes_the_password_on_a_page_and_every_other_sign_in_ends() {
    let server = Server::start().await;
    let name = server.member.upn.clone();
    let (mut here, mut elsewhere) = (Browser::new(), Browser::new());
    let page = types(&server, &mut here, &name, PASSWORD).await;
    assert!(page.html.contains("/security/password"), "My Apps leads there: {}", page.html);
    types(&server, &mut elsewhere, &name, PASSWORD).await;
    let path = format!("/{}/security/password", server.tenant);
    let form = here.get(&server, &path).await.form_to("/security/password");
    for (current, new, said) in [
        ("not this one", NEXT, "The present password is another one."),
        (PASSWORD, PASSWORD, "This is the password that is to be replaced."),
        (PASSWORD, "12345678", "easy to guess"),
    ] {
        let page =
            here.submit(&server, &form, &[("current", current), ("password", new), ("again", new)]).await;
        assert_eq!(page.status, 422, "{said}");
        assert!(page.text().contains(said), "{said}: {}", page.html);
    }
    let page =
        here.submit(&server, &form, &[("current", PASSWORD), ("password", NEXT), ("again", NEXT)]).await;
    assert!(page.text().contains("Your password is changed"), "{}", page.html);
    assert!(server.greets(&mut here, &name).await, "this browser stays signed in");
    assert!(!server.greets(&mut elsewhere, &name).await, "I3: the other one does not");
    assert!(gets_in(&server, &name, NEXT).await && !gets_in(&server, &name, PASSWORD).await);
    let id = server.member.id.to_string();
    let records = server.audit_of(&id).await;
    let changes: Vec<bool> = records
        .iter()
        .filter(|record| record.activity == "Change user password")
        .map(|record| record.success)
        .collect();
    assert_eq!(
        (changes.len(), changes.iter().filter(|success| **success).count()),
        (4, 1),
        "I6: {changes:?}"
    );
    assert!(records.iter().all(|record| !format!("{record:?}").contains("lanterns")), "I9");
    assert_eq!(notices(&server, &name).await, 1);
}

#[tokio::test]
async fn a_program_changes_the_password_for_whoever_knows_the_present_one() {
    let server = Server::start().await;
    let token = server.token_with(server.tenant, server.member.id, 1, &[Scope::UserReadWrite]);
    let call = |current: &str, new: &str| json!({ "currentPassword": current, "newPassword": new });
    let path = "/v1.0/me/changePassword";
    for (body, field) in [
        (call("not this one", NEXT), "currentPassword"),
        (call(PASSWORD, "password1"), "newPassword"),
        (json!({ "newPassword": NEXT }), "currentPassword"),
        (json!({ "currentPassword": PASSWORD }), "newPassword"),
        (json!({ "currentPassword": PASSWORD, "newPassword": NEXT, "more": 1 }), "more"),
    ] {
        let refused = server.post(&token, path, body).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"].as_str().unwrap().trim_matches('\''), field);
    }
    server.post(&token, path, call(PASSWORD, NEXT)).await.expect(204);
    server.get(&token, "/v1.0/me").await.expect(401);
    assert!(gets_in(&server, &server.member.upn, NEXT).await);
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    let token = server.live_token(server.tenant, hospes_domain::ids::ObjectId::parse(&guest).unwrap());
    let refused = server.post(&token, path, call(PASSWORD, NEXT)).await.expect(400);
    assert!(refused.message().contains("no password here"), "{}", refused.text);
}

#[tokio::test]
async fn g2_the_present_password_is_tried_ten_times_and_then_not_compared() {
    let server = Server::start().await;
    let token = server.token_of(&server.member);
    let call = |current: &str| json!({ "currentPassword": current, "newPassword": NEXT });
    for _ in 0..10 {
        server.post(&token, "/v1.0/me/changePassword", call("not this one")).await.expect(400);
    }
    let refused = server.post(&token, "/v1.0/me/changePassword", call(PASSWORD)).await.expect(429);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(gets_in(&server, &server.member.upn, PASSWORD).await, "signing in has tries of its own");
    server.clock.advance(900);
    server.post(&token, "/v1.0/me/changePassword", call(PASSWORD)).await.expect(204);
}

/// The newest line of the sign-in log: method, whether with two factors, error.
fn newest_line(server: &Server) -> Vec<String> {
    let lines =
        server.look().rows("SELECT method, multi_factor, error_code FROM sign_ins ORDER BY at DESC, id DESC");
    lines.into_iter().next().unwrap()
}

#[tokio::test]
async fn f13_a_second_factor_is_shown_before_a_new_password_is_chosen_and_both_before_the_session() {
    let server = Server::start().await;
    let mia = server.member.clone();
    let (_, secret, _) = server.with_app(&mia).await;
    let token = server.token_of(&server.user_admin);
    let due = json!({ "passwordProfile": { "forceChangePasswordNextSignIn": true } });
    server.patch(&token, &format!("/v1.0/users/{}", mia.id), due).await.expect(204);

    let (mut browser, page) = server.asked_for_factor(&mia).await;
    let asked = page.url.clone();
    assert_eq!(browser.session(), None);
    let factor = page.form_to("/second-factor");
    // The new password cannot be given before the factor.
    let mut early = page.form_to("/second-factor");
    early.action = early.action.replace("/second-factor", "/new-password");
    let page = browser.submit(&server, &early, &[("password", NEXT), ("again", NEXT)]).await;
    assert!(page.url == asked && browser.session().is_none(), "{}", page.html);
    assert!(page.html.contains("/second-factor\""), "{}", page.html);

    let code = server.app_code(&secret);
    let page = browser.submit(&server, &factor, &[("code", &code)]).await;
    assert!(page.text().contains("Choose a new password") && page.url == asked, "{}", page.html);
    assert_eq!(browser.session(), None, "nobody is signed in yet");
    let form = page.form_to("/new-password");
    let page = browser.submit(&server, &form, &[("password", NEXT), ("again", NEXT)]).await;
    assert!(page.url.contains("/myapps/"), "{}", page.html);
    assert_eq!(newest_line(&server), ["password", "1", "0"], "with two factors");
    // Such a session is enough where a second factor is owed.
    assert!(browser.get(&server, &server.security("")).await.text().contains("Second factors"));
}

#[tokio::test]
async fn who_has_to_register_a_factor_and_to_choose_a_password_does_both_in_that_order() {
    let server = Server::start().await;
    let hugo = server.helpdesk.clone();
    server.demand_factor(&[Role::HelpdeskAdministrator]).await;
    let token = server.live_token(server.tenant, server.admin.id);
    let due = json!({ "passwordProfile": { "forceChangePasswordNextSignIn": true } });
    server.patch(&token, &format!("/v1.0/users/{}", hugo.id), due).await.expect(204);
    let mut browser = Browser::new();
    let page = server.types_password(&mut browser, &hugo).await;
    assert!(page.text().contains("A role you hold"), "{}", page.html);
    let code = server.app_code(&secret_on(&page));
    let printed = browser.submit(&server, &page.form_to("/enrol"), &[("code", &code)]).await;
    assert!(printed.text().contains(&hugo.upn) && browser.session().is_none(), "{}", printed.html);
    assert_eq!(codes_on(&printed).len(), 10);
    let page = browser.get(&server, &link(&printed, "Go on")).await;
    let page =
        browser.submit(&server, &page.form_to("/new-password"), &[("password", NEXT), ("again", NEXT)]).await;
    assert!(page.url.contains("/myapps/"), "{}", page.html);
    assert_eq!(server.successes(&hugo.id.to_string(), "Sign in").await, 1, "I6: one sign-in");
}
