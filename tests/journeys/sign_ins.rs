//! The sign-in log: every sign-in of a person, every refusal of somebody who is known, found by what the refused page
//! shows, and nothing of strangers.

use hospes_actions::jobs;
use serde_json::Value;

use crate::harness::{Browser, PASSWORD, Page, Server, Two, answer};
use crate::threats::d_sign_ins::{BACK, at_the_app, code, tokens};

const ANA: &str = "ana@contoso.example";

/// Lines of the log of the tenant under test, newest first.
pub(super) async fn lines(server: &Server, filter: &str) -> Vec<Value> {
    let query =
        if filter.is_empty() { String::new() } else { format!("?$filter={}", filter.replace(' ', "%20")) };
    let token = server.token_of(&server.admin);
    let reply = server.get(&token, &format!("/beta/auditLogs/signIns{query}")).await.expect(200);
    reply.json["value"].as_array().unwrap().clone()
}

pub(super) fn codes(lines: &[Value]) -> Vec<u64> {
    lines.iter().map(|line| line["status"]["errorCode"].as_u64().unwrap()).collect()
}

/// Types a password on the way to My Apps.
async fn tries(server: &Server, browser: &mut Browser, name: &str, password: &str) -> Page {
    let named = server.name_address(browser, name).await;
    browser.submit(server, &named.form_to("/password"), &[("password", password)]).await
}

/// What a refused page shows as its reference.
pub(super) fn reference(page: &Page) -> String {
    let text = page.html.split_once("<dt>Reference</dt><dd class=\"identifier\">").unwrap().1;
    text.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_wrong_password_and_the_right_one_have_a_line_each() {
    let server = Server::start().await;
    let mut browser = Browser::at("192.0.2.7").calling_itself("Mozilla/5.0 (X11; Linux) Firefox/141.0");
    tries(&server, &mut browser, &server.member.upn, "not it").await;
    server.clock.advance(1);
    tries(&server, &mut browser, &server.member.upn, PASSWORD).await;
    let found = lines(&server, "").await;
    assert_eq!(codes(&found), [0, 50_126], "newest first");
    let id = server.member.id.to_string();
    for line in &found {
        for (name, value) in [
            ("userId", id.as_str()),
            ("userPrincipalName", &server.member.upn),
            ("appDisplayName", "My Apps"),
            ("ipAddress", "192.0.2.7"),
            ("clientAppUsed", "Browser"),
            ("authenticationRequirement", "singleFactorAuthentication"),
            ("userType", "member"),
            ("homeTenantId", &server.tenant.to_string()),
            ("resourceTenantId", &server.tenant.to_string()),
        ] {
            assert_eq!(line[name], value, "{name}: {line}");
        }
        assert!(line["isInteractive"] == true && line["appId"].is_null(), "{line}");
        assert_eq!(line["deviceDetail"]["browser"], "Firefox on Linux");
        uuid::Uuid::parse_str(line["id"].as_str().unwrap()).unwrap();
        assert_eq!(line["correlationId"], line["id"], "a browser calls its requests nothing: {line}");
    }
    assert!(found[0]["status"]["failureReason"].is_null());
    assert!(found[1]["status"]["failureReason"].as_str().unwrap().contains("do not belong together"));
    let one = format!("/v1.0/auditLogs/signIns/{}", found[1]["id"].as_str().unwrap());
    let read = server.get(&server.token_of(&server.admin), &one).await.expect(200);
    assert_eq!(read.json["correlationId"], found[1]["correlationId"]);
    let upn = server.member.upn.to_uppercase();
    for (filter, expected) in [
        (format!("userId eq '{id}'"), vec![0, 50_126]),
        ("status/errorCode ne 0".to_owned(), vec![50_126]),
        ("status/errorCode eq 0".to_owned(), vec![0]),
        (format!("userPrincipalName eq '{upn}'"), vec![0, 50_126]),
        (format!("correlationId eq '{}'", found[0]["correlationId"].as_str().unwrap()), vec![0]),
        (format!("createdDateTime ge {}", found[0]["createdDateTime"].as_str().unwrap()), vec![0]),
        (format!("appId eq '{}'", server.portal.client_id), vec![]),
    ] {
        assert_eq!(codes(&lines(&server, &filter).await), expected, "{filter}");
    }
    let token = server.token_of(&server.admin);
    for wrong in ["status/errorCode eq 'x'", "status eq 0", "userAgent eq 'x'", "status/failureReason eq 'x'"]
    {
        let path = format!("/v1.0/auditLogs/signIns?$filter={}", wrong.replace(' ', "%20"));
        server.get(&token, &path).await.expect(400);
    }
    let first = server.get(&token, "/v1.0/auditLogs/signIns?$top=1").await.expect(200);
    assert_eq!(codes(first.json["value"].as_array().unwrap()), [0]);
    let next = first.json["@odata.nextLink"].as_str().unwrap().replace("https://hospes.example", "");
    let second = server.get(&token, &next).await.expect(200);
    assert_eq!(codes(second.json["value"].as_array().unwrap()), [50_126]);
}

#[tokio::test]
async fn what_the_refused_page_shows_finds_the_line_and_the_remedy() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let id = server.member.id;
    let mut browser = Browser::at("192.0.2.7").calling_itself("<img src=x onerror=alert(1)>");
    let named = server.name_address(&mut browser, &server.member.upn).await;
    server
        .patch(&token, &format!("/v1.0/users/{id}"), serde_json::json!({ "accountEnabled": false }))
        .await
        .expect(204);
    let refused = browser.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    let reference = reference(&refused);
    let (mut desk, home) = server.at_portal(&server.admin).await;
    assert!(home.html.contains("/sign-ins\""), "the menu leads there");
    let found = desk.get(&server, &server.portal_path(&format!("/sign-ins?reference={reference}"))).await;
    for said in
        ["The account is blocked.", "Ask the organisation.", "AADSTS50057, disabled", "192.0.2.7", &reference]
    {
        assert!(found.text().contains(said), "{said}: {}", found.html);
    }
    assert!(!found.html.contains("<img"), "h4: {}", found.html);
    assert_eq!(found.html.matches("<tr>\n<th scope=\"row\">").count(), 1, "that line only");
    let other = desk.get(&server, &server.portal_path("/sign-ins?reference=0000-0000-0000")).await;
    assert!(other.text().contains("Nothing matches"));
    // By person, outcome and day; and on the profile, for the helpdesk, too.
    let mail = &server.member.upn;
    for (query, expected) in [
        (format!("person={mail}&outcome=failure"), 1),
        (format!("person={mail}&outcome=success"), 0),
        ("outcome=success".to_owned(), 1),
        ("to=2020-01-01".to_owned(), 0),
        (format!("app={}", server.portal.client_id), 0),
    ] {
        let page = desk.get(&server, &server.portal_path(&format!("/sign-ins?{query}"))).await;
        assert_eq!(page.html.matches("<tr>\n<th scope=\"row\">").count(), expected, "{query}");
    }
    let (_, profile) = server.at_portal_page(&server.helpdesk, &format!("/users/{id}/sign-ins")).await;
    assert!(profile.text().contains("The account is blocked."), "{}", profile.html);
}

#[tokio::test]
async fn an_app_is_named_and_a_session_that_was_there_has_a_line_of_its_own() {
    let server = Server::start().await;
    let (id, mut browser) = server.accepted_guest(ANA).await;
    let begun = lines(&server, &format!("userId eq '{id}'")).await;
    assert_eq!(codes(&begun), [0]);
    assert_eq!(begun[0]["appDisplayName"], "Invitation acceptance");
    assert!(begun[0]["homeTenantId"].is_null() && begun[0]["userPrincipalName"] == ANA, "{}", begun[0]);
    server.clock.advance(1);
    let issued = code(&at_the_app(&server, &mut browser).await);
    let app = format!("appId eq '{}'", server.portal.client_id);
    let found = lines(&server, &app).await;
    assert_eq!(codes(&found), [0]);
    assert_eq!(found[0]["resourceDisplayName"], found[0]["appDisplayName"]);

    // Redeeming the code and renewing tokens are the same sign-in; only what is refused is new.
    let given =
        tokens(&server, &[("grant_type", "authorization_code"), ("code", &issued), BACK]).await.expect(200);
    let refresh = given.json["refresh_token"].as_str().unwrap();
    tokens(&server, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await.expect(200);
    assert_eq!(lines(&server, &app).await.len(), 1);
    server.clock.advance(60);
    tokens(&server, &[("grant_type", "authorization_code"), ("code", &issued), BACK]).await.expect(400);
    tokens(&server, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await.expect(400);
    let found = lines(&server, &format!("{app} and status/errorCode ne 0")).await;
    let mut numbers = codes(&found);
    numbers.sort_unstable();
    assert_eq!(numbers, [54_005, 70_000]);
    assert!(found.iter().all(|line| line["isInteractive"] == false && line["userId"] == id.as_str()));
}

#[tokio::test]
async fn a_new_sign_in_on_the_way_to_an_app_has_one_line() {
    let server = Server::start().await;
    let mut browser = Browser::new();
    let page = at_the_app(&server, &mut browser).await;
    let named = browser.submit(&server, &page.form_to("/address"), &[("address", &server.member.upn)]).await;
    let done = browser.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    code(&done);
    let found = lines(&server, "").await;
    assert_eq!(codes(&found), [0]);
    assert_eq!(found[0]["appId"], server.portal.client_id.to_string());
}

#[tokio::test]
async fn an_account_that_is_chosen_has_a_line_as_one_that_is_taken_without_asking() {
    let server = Server::start().await;
    let app = server.make_app("Orders", serde_json::json!({})).await;
    let mut browser = Browser::new();
    let start = server.request_of(&app, "openid", &[]);
    answer(&server.through_password(&mut browser, &start, &server.member).await, "code");
    server.clock.advance(1);
    let choose = server.request_of(&app, "openid", &[("prompt", "select_account")]);
    let page = browser.get(&server, &choose).await;
    let named = browser.submit(&server, &page.form_to("/address"), &[("address", &server.member.upn)]).await;
    answer(&named, "code");
    let found = lines(&server, &format!("appId eq '{}'", app.client)).await;
    assert_eq!(codes(&found), [0, 0], "one for each code");
}

#[tokio::test]
async fn a_program_has_a_line_only_when_it_is_refused() {
    let server = Server::start().await;
    server.app_token().await;
    assert!(lines(&server, "").await.is_empty(), "a token for a program writes nothing");
    let client = server.automation.client_id.to_string();
    let wrong = [
        ("grant_type", "client_credentials"),
        ("client_id", client.as_str()),
        ("client_secret", "guess"),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    for _ in 0..80 {
        server.token_request(&server.tenant.to_string(), &wrong).await.expect(401);
    }
    let found = lines(&server, &format!("appId eq '{client}'")).await;
    assert_eq!(found.len(), 60, "k14: more in an hour say nothing new");
    let line = &found[0];
    assert_eq!((codes(&found)[0], line["servicePrincipalName"].is_string()), (7_000_215, true), "{line}");
    assert!(line["userId"] == "" && line["userDisplayName"].is_null());
    assert!(line["status"]["additionalDetails"].as_str().unwrap().contains("current secrets"));
    server.clock.advance(3600);
    server.token_request(&server.tenant.to_string(), &wrong).await.expect(401);
    assert_eq!(
        lines(&server, &format!("appId eq '{client}'")).await.len(),
        61,
        "an hour later there is room"
    );
    let unknown = [wrong[0], ("client_id", "11111111-1111-4111-8111-111111111111"), wrong[2], wrong[3]];
    server.token_request(&server.tenant.to_string(), &unknown).await.expect(400);
    assert_eq!(lines(&server, "").await.len(), 61, "of a program nobody knows there is no line");
}

#[tokio::test]
async fn a_guest_from_another_organisation_stands_in_both_logs() {
    let two = Two::start().await;
    let (id, _) = two.guest().await;
    let server = &two.server;
    let here = lines(server, &format!("userId eq '{id}'")).await;
    let home = server.get(&two.home_token(), "/v1.0/auditLogs/signIns").await.expect(200).json;
    let there = home["value"].as_array().unwrap();
    assert!(!here.is_empty() && !there.is_empty());
    for line in here.iter().chain(there) {
        assert_eq!(line["status"]["errorCode"], 0, "{line}");
        assert_eq!(line["homeTenantId"], two.home.to_string(), "{line}");
        assert_eq!(line["resourceTenantId"], server.tenant.to_string(), "{line}");
    }
    assert_eq!(
        (there[0]["userId"].as_str(), here[0]["userId"].as_str()),
        (Some(two.ana.id.to_string().as_str()), Some(id.as_str()))
    );
    assert_eq!(there[0]["appDisplayName"], "Fabrikam", "home sees where its person went");
}

#[tokio::test]
async fn an_account_made_anew_at_home_and_a_wrong_code_are_on_record() {
    let mut two = Two::start().await;
    let (id, _) = two.guest().await;
    two.make_anew().await;
    let mut browser = Browser::new();
    let refused = two.sign_in(&mut browser, ANA).await;
    assert!(refused.status == 403 || refused.status == 409, "{}", refused.html);
    let found = lines(&two.server, &format!("userId eq '{id}' and status/errorCode ne 0")).await;
    assert_eq!(codes(&found), [50_197]);
    assert!(found[0]["status"]["additionalDetails"].as_str().unwrap().contains("resets the guest"));
    let whole: String = reference(&refused).replace('-', "").to_lowercase();
    assert!(found[0]["correlationId"].as_str().unwrap().replace('-', "").starts_with(&whole));

    let server = Server::start().await;
    let (id, _) = server.accepted_guest("bo@northwind.example").await;
    let mut browser = Browser::new();
    let page = server.ask_to_sign_in(&mut browser, "bo@northwind.example").await;
    let right = server.code_for("bo@northwind.example").await;
    let wrong = if right == "00000000" { "00000001" } else { "00000000" };
    browser.submit(&server, &page.form_to("/code"), &[("code", wrong)]).await;
    let found = lines(&server, &format!("userId eq '{id}' and status/errorCode ne 0")).await;
    assert_eq!(codes(&found), [50_126]);
    assert!(found[0]["status"]["failureReason"].as_str().unwrap().contains("code is not the one"));
}

#[tokio::test]
async fn whoever_is_not_assigned_has_a_line_that_says_so() {
    let server = Server::start().await;
    let (id, mut browser) = server.accepted_guest(ANA).await;
    server.look().change("UPDATE service_principals SET assignment_required = TRUE");
    let page = at_the_app(&server, &mut browser).await;
    assert_eq!(page.status, 403, "{}", page.html);
    let found = lines(&server, &format!("userId eq '{id}' and status/errorCode eq 50105")).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["appId"], server.portal.client_id.to_string());
}

#[tokio::test]
async fn k14_e5_strangers_leave_no_line_and_time_removes_the_others() {
    let server = Server::start().await;
    for n in 0..12 {
        let mut browser = Browser::new();
        tries(&server, &mut browser, &format!("nobody{n}@fabrikam.example"), "a guess").await;
        let mut browser = Browser::new();
        let page = server.ask_to_sign_in(&mut browser, &format!("nobody{n}@contoso.example")).await;
        if page.html.contains("/code\"") {
            browser.submit(&server, &page.form_to("/code"), &[("code", "00000000")]).await;
        }
    }
    assert_eq!(server.look().count("sign_ins"), 0);
    let mut browser = Browser::new();
    for _ in 0..100 {
        tries(&server, &mut browser, &server.member.upn, "a guess").await;
    }
    let found = lines(&server, "").await;
    assert_eq!(found.len(), 60, "a guess is worth a line, not each of thousands");
    assert!(codes(&found).contains(&50_053), "the lock is among them");
    server.clock.advance(30 * 24 * 3600 + 1);
    while jobs::sweep(&server.app).await.unwrap() {}
    assert_eq!(server.look().count("sign_ins"), 0, "kept for 30 days");
}
