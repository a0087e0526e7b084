//! Second factors of people: set up, asked for, recovered, demanded by role, taken away.

use hospes_actions::jobs::MailContent;
use hospes_actions::setup::{NewGroup, add_member, assign_role, create_group};
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use hospes_domain::second_factor::News;
use serde_json::{Value, json};

use crate::harness::{Browser, PASSWORD, Server, codes_on, secret_on};
use crate::portal::link;

const ANA: &str = "ana@contoso.example";

/// What the mails of late said about second factors, and to whom.
async fn news(server: &Server) -> Vec<(String, News)> {
    let mails = server.mails().await.into_iter();
    mails
        .filter_map(|mail| match mail.content {
            MailContent::SecurityNotice { news, .. } => Some((mail.to, news)),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_member_sets_up_an_app_and_signs_in_with_it() {
    let server = Server::start().await;
    let mia = server.member.clone();
    let mut browser = Browser::new();
    let apps = server.types_password(&mut browser, &mia).await;
    let before = browser.session();
    let page = browser.get(&server, &link(&apps, "Security: how you sign in")).await;
    assert!(page.text().contains("None yet") && page.text().contains("Password"), "{}", page.html);
    let page = browser.get(&server, &link(&page, "Add an authenticator app")).await;
    assert!(page.html.contains("<svg ") && page.html.contains("QR code of the secret"), "{}", page.html);
    let secret = secret_on(&page);
    assert!(!server.is_at_rest(secret.replace(' ', "").as_bytes()), "looking keeps nothing");

    // A wrong code keeps the secret that was scanned.
    let form = page.form_to("/security/authenticator");
    let wrong = server.wrong_app_code(&secret);
    let again = browser.submit(&server, &form, &[("name", "My phone"), ("code", &wrong)]).await;
    assert_eq!(again.status, 422, "{}", again.html);
    assert_eq!(secret_on(&again), secret);
    assert!(again.html.contains("id=\"code-problem\"") && again.html.contains("value=\"My phone\""));
    assert_eq!(server.look().count("second_factors"), 0);

    let form = again.form_to("/security/authenticator");
    let code = server.app_code(&secret);
    let printed = browser.submit(&server, &form, &[("name", "My phone"), ("code", &code)]).await;
    assert_eq!((printed.status.as_u16(), codes_on(&printed).len()), (200, 10), "{}", printed.html);
    assert_ne!(browser.session(), before, "F13: another session than the one without a second factor");
    assert_eq!(news(&server).await, [(mia.upn.clone(), News::Added)]);
    let page = browser.get(&server, &server.security("")).await;
    assert!(page.text().contains("My phone") && page.text().contains("10 recovery codes left"));
    for code in codes_on(&printed) {
        assert!(!server.is_at_rest(code.replace('-', "").as_bytes()), "a code is kept as a hash");
    }

    // Anywhere else the password is not enough any more, and the code that confirmed the app is used.
    let (mut other, asked) = server.asked_for_factor(&mia).await;
    assert_eq!(other.session(), None);
    let refused = other.submit(&server, &asked.form_to("/second-factor"), &[("code", &code)]).await;
    assert_eq!(refused.status, 422, "{}", refused.html);
    assert!(refused.text().contains("4 tries left"), "{}", refused.html);
    server.clock.advance(30);
    let code = server.app_code(&secret);
    let signed_in = other.submit(&server, &refused.form_to("/second-factor"), &[("code", &code)]).await;
    assert!(signed_in.url.contains("/myapps/") && server.greets(&mut other, &mia.upn).await);
    let id = mia.id.to_string();
    assert_eq!(server.successes(&id, "User registered security info").await, 1, "I6");
    let records = server.audit_of(&id).await;
    let refused = |reason: &str| records.iter().filter(|r| r.reason.as_deref() == Some(reason)).count();
    assert_eq!(refused("second_factor_wrong"), 1, "whoever came so far knew the password");
}

#[tokio::test]
async fn a_recovery_code_stands_in_once_and_its_owner_is_told() {
    let server = Server::start().await;
    let mia = server.member.clone();
    let (mut own, _, codes) = server.with_app(&mia).await;
    server.mails().await;
    let typed = codes[3].to_lowercase().replace('-', " ");
    for (round, expected) in [(0, 303), (1, 422)] {
        let (mut browser, asked) = server.asked_for_factor(&mia).await;
        let form = asked.form_to("/second-factor");
        let answer = browser.submit_once(&server, &form, &[("recovery", &typed)]).await;
        assert_eq!(answer.status.as_u16(), expected, "round {round}: {}", answer.html);
        assert_eq!(server.greets(&mut browser, &mia.upn).await, round == 0);
    }
    assert_eq!(news(&server).await, [(mia.upn.clone(), News::RecoveryUsed)]);
    let page = own.get(&server, &server.security("")).await;
    assert!(page.text().contains("9 recovery codes left"), "{}", page.html);

    // A new set ends the old one.
    let renewed = own.submit(&server, &page.form_to("/recovery-codes"), &[]).await;
    let fresh = codes_on(&renewed);
    assert_eq!((fresh.len(), news(&server).await), (10, vec![(mia.upn.clone(), News::RecoveryRenewed)]));
    let (mut browser, asked) = server.asked_for_factor(&mia).await;
    let form = asked.form_to("/second-factor");
    for (code, expected) in [(&codes[0], 422), (&fresh[0], 303)] {
        let answer = browser.submit_once(&server, &form, &[("recovery", code)]).await;
        assert_eq!(answer.status.as_u16(), expected, "{}", answer.html);
    }
}

#[tokio::test]
async fn whoever_holds_a_role_that_demands_one_sets_it_up_before_anything_opens() {
    let server = Server::start().await;
    let (mut browser, _) = server.at_portal(&server.helpdesk).await;
    let portal = server.portal_path("/users");
    assert!(browser.get(&server, &portal).await.url.ends_with(&portal));
    server.demand_factor(&[Role::HelpdeskAdministrator]).await;

    // The session there is does not open anything any more; the first factor need not be typed again.
    let before = browser.session();
    let asked = browser.get(&server, &portal).await;
    assert!(asked.url.contains("/sign-in/") && asked.text().contains("A role you hold"), "{}", asked.html);
    assert!(!server.greets(&mut browser, &server.helpdesk.upn).await);
    let secret = secret_on(&asked);
    let refused = browser.submit(&server, &asked.form_to("/enrol"), &[("code", "12345")]).await;
    assert_eq!((refused.status.as_u16(), secret_on(&refused)), (422, secret.clone()));
    let code = server.app_code(&secret);
    let printed = browser.submit(&server, &refused.form_to("/enrol"), &[("code", &code)]).await;
    assert_eq!(codes_on(&printed).len(), 10, "{}", printed.html);
    assert_ne!(browser.session(), before);
    let on = browser.get(&server, &link(&printed, "Go on")).await;
    assert!(on.url.ends_with(&portal), "on to where the way led: {}", on.url);

    // Nobody else is asked, and a new browser has to show the app.
    server.at_portal(&server.user_admin).await;
    let (mut other, asked) = server.asked_for_factor(&server.helpdesk).await;
    server.clock.advance(30);
    let code = server.app_code(&secret);
    let in_again = other.submit(&server, &asked.form_to("/second-factor"), &[("code", &code)]).await;
    assert!(in_again.url.contains("/myapps/"), "{}", in_again.url);
}

#[tokio::test]
async fn a_guest_who_holds_the_role_through_a_group_is_asked_too() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let new = NewGroup { display_name: "Readers".into(), role_assignable: true, ..NewGroup::default() };
    let group = create_group(&server.app, server.tenant, new).await.unwrap();
    assign_role(&server.app, server.tenant, group, Role::GlobalReader).await.unwrap();
    add_member(&server.app, server.tenant, group, ObjectId::parse(&id).unwrap()).await.unwrap();
    let (mut browser, _) = server.sign_in(ANA).await;
    assert!(server.greets(&mut browser, ANA).await);
    server.demand_factor(&[Role::GlobalReader]).await;
    assert!(!server.greets(&mut browser, ANA).await);
    let (mut fresh, page) = server.sign_in(ANA).await;
    assert!(page.text().contains("A role you hold") && fresh.session().is_none(), "{}", page.html);
    let code = server.app_code(&secret_on(&page));
    fresh.submit(&server, &page.form_to("/enrol"), &[("code", &code)]).await;
    assert!(server.greets(&mut fresh, ANA).await);
    // The session of before has to show it by now.
    let asked = browser.get(&server, &format!("/myapps/{}", server.tenant)).await;
    assert!(asked.text().contains("Show your second factor"), "{}", asked.html);
}

#[tokio::test]
async fn an_owner_removes_a_factor_but_not_the_last_one_while_a_role_demands_it() {
    let server = Server::start().await;
    let hugo = server.helpdesk.clone();
    let (mut browser, ..) = server.with_app(&hugo).await;
    server.demand_factor(&[Role::HelpdeskAdministrator]).await;
    let page = browser.get(&server, &server.security("")).await;
    assert!(!page.html.contains("/security/remove"), "the button is not offered");
    // A page that was drawn before the demand.
    let id = server.look().rows("SELECT id FROM second_factors")[0][0].clone();
    server.demand_factor(&[]).await;
    let drawn = browser.get(&server, &server.security("")).await;
    server.demand_factor(&[Role::HelpdeskAdministrator]).await;
    let refused = browser.submit(&server, &drawn.form_to("/security/remove"), &[]).await;
    assert_eq!(refused.status, 409, "{}", refused.html);
    assert!(refused.text().contains("this is the only one"), "{}", refused.html);
    assert_eq!(server.look().rows("SELECT id FROM second_factors"), [[id]]);

    // With another one it may go; then the other may not.
    let (_, page) = server.adds_app(&mut browser).await;
    assert!(codes_on(&page).is_empty() && page.text().contains("was added"), "recovery codes stay");
    let removed = browser.submit(&server, &page.form_to("/security/remove"), &[]).await;
    assert!(removed.text().contains("was removed"), "{}", removed.html);
    assert!(!removed.html.contains("/security/remove"));
    server.demand_factor(&[]).await;
    let page = browser.get(&server, &server.security("")).await;
    browser.submit(&server, &page.form_to("/security/remove"), &[]).await;
    assert_eq!((server.look().count("second_factors"), server.look().count("recovery_codes")), (0, 0));
    let told = news(&server).await;
    let removals = told.iter().filter(|(to, news)| *to == hugo.upn && *news == News::Removed).count();
    assert_eq!(removals, 2, "{told:?}");
    server.types_password(&mut Browser::new(), &hugo).await;
}

#[tokio::test]
async fn changes_take_a_sign_in_of_the_last_ten_minutes() {
    let server = Server::start().await;
    let mia = server.member.clone();
    let mut browser = Browser::new();
    server.types_password(&mut browser, &mia).await;
    server.clock.advance(601);
    let page = browser.get(&server, &server.security("")).await;
    assert!(page.text().contains("sign in again first") && !page.html.contains("/authenticator"));
    let asked = browser.get(&server, &server.security("/authenticator")).await;
    assert!(asked.url.contains("/sign-in/"), "{}", asked.url);
    assert!(asked.html.contains(&mia.upn), "the address is known already");
    let named = browser.submit(&server, &asked.form_to("/address"), &[("address", &mia.upn)]).await;
    let page = browser.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    assert!(page.url.ends_with("/security/authenticator"), "{}", page.url);
    // A page that was left open is as good as none.
    let (secret, form) = (secret_on(&page), page.form_to("/security/authenticator"));
    server.clock.advance(601);
    let code = server.app_code(&secret);
    let late = browser.submit(&server, &form, &[("code", &code)]).await;
    assert!(late.url.contains("/sign-in/") && server.look().count("second_factors") == 0, "{}", late.url);
}

#[tokio::test]
async fn an_administrator_requires_to_register_again() {
    let server = Server::start().await;
    let mia = server.member.clone();
    let (mut browser, ..) = server.with_app(&mia).await;
    server.mails().await;
    let path = format!("/v1.0/users/{}/hospes.removeSecondFactors", mia.id);
    let token = server.token_of(&server.helpdesk);
    server.post(&token, &path, Value::Null).await.expect(204);
    assert!(!server.greets(&mut browser, &mia.upn).await, "the session has ended, too");
    assert_eq!((server.look().count("second_factors"), server.look().count("recovery_codes")), (0, 0));
    assert_eq!(news(&server).await, [(mia.upn.clone(), News::RemovedByAdministrator)]);
    assert_eq!(server.successes(&mia.id.to_string(), "Admin deleted security info").await, 1);
    let mut again = Browser::new();
    server.types_password(&mut again, &mia).await;
    assert!(server.greets(&mut again, &mia.upn).await);

    // Nobody is rid of one's own with a token that was stolen; nobody reaches above.
    server.with_app(&server.admin).await;
    let admin = server.live_token(server.tenant, server.admin.id);
    let own = format!("/v1.0/users/{}/hospes.removeSecondFactors", server.admin.id);
    server.post(&admin, &own, Value::Null).await.expect(403);
    server.post(&token, &own, Value::Null).await.expect(403);
    assert_eq!(server.look().count("second_factors"), 1);
}

#[tokio::test]
async fn the_policy_names_roles_by_their_template_ids() {
    let server = Server::start().await;
    let (path, token) = ("/v1.0/policies/hospes.signInPolicy", server.token_of(&server.admin));
    let policy = server.get(&token, path).await.expect(200).json;
    assert_eq!(policy["secondFactorRoles"], json!([]), "nothing is demanded until somebody decides so");
    let before = server.look().state();
    for wrong in [json!(["62e90394-69f5-4237-9190-012177145e11"]), json!("all"), json!([Value::Null])] {
        let refused = server.patch(&token, path, json!({ "secondFactorRoles": wrong })).await.expect(400);
        assert!(refused.message().contains("secondFactorRoles"), "{}", refused.text);
    }
    assert_eq!(server.look().state(), before);
    let roles = json!([Role::GlobalAdministrator.id(), Role::GlobalReader.id()]);
    server.patch(&token, path, json!({ "secondFactorRoles": roles })).await.expect(204);
    let policy = server.get(&token, "/beta/policies/hospes.signInPolicy").await.expect(200).json;
    assert_eq!(policy["secondFactorRoles"], roles);
}
