//! Every page and every button of the portal, tried by every kind of person. The table names what each gets; a button is
//! pressed with the token of the person's own browser, so that only rights can stand in the way.

use std::collections::BTreeSet;

use crate::harness::{Browser, Reply, Server, difference};

/// Persons in the order of the columns.
const PERSONS: [&str; 6] = ["global", "user admin", "helpdesk", "inviter", "member", "guest"];

/// Method, path, and the status for each of [`PERSONS`]. What is posted is what the Global Administrator's own page would
/// send. The last person presses first, so the first may meet what the others have done: somebody who is deleted for good
/// by then (404), or five mails to one address (429). A helpdesk person may edit, but not the city (422); 303 leads back to a page after the deed.
const EXPECTED: &[(&str, &str, [u16; 6])] = &[
    ("GET", "/portal/{tenant}", [200, 200, 200, 200, 200, 403]),
    ("GET", "/portal/{tenant}/audit", [200, 403, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/audit/{record}", [200, 403, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/collaboration", [200, 200, 200, 200, 200, 403]),
    ("POST", "/portal/{tenant}/collaboration", [200, 403, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/deleted", [200, 200, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/deleted/{user}/purge", [200, 200, 403, 403, 403, 403]),
    ("POST", "/portal/{tenant}/deleted/{user}/purge", [303, 303, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/deleted/{user}/restore", [200, 200, 403, 403, 403, 403]),
    ("POST", "/portal/{tenant}/deleted/{user}/restore", [303, 303, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/outbox", [200, 200, 200, 200, 403, 403]),
    ("GET", "/portal/{tenant}/outbox/{mail}", [200, 200, 200, 200, 403, 403]),
    ("POST", "/portal/{tenant}/outbox/{mail}/retry", [422, 422, 422, 422, 403, 403]),
    ("GET", "/portal/{tenant}/sign-ins", [200, 403, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/sign-ins", [200, 200, 200, 403, 403, 403]),
    ("GET", "/portal/{tenant}/search", [200, 200, 200, 200, 200, 200]),
    ("GET", "/portal/{tenant}/sign-in-policy", [200, 200, 200, 200, 200, 403]),
    ("POST", "/portal/{tenant}/sign-in-policy", [200, 403, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users", [200, 200, 200, 200, 200, 403]),
    ("GET", "/portal/{tenant}/users.csv", [200, 200, 200, 200, 200, 403]),
    ("GET", "/portal/{tenant}/users/invite", [200, 200, 200, 200, 200, 200]),
    ("POST", "/portal/{tenant}/users/invite", [429, 200, 200, 200, 200, 200]),
    ("GET", "/portal/{tenant}/users/{user}", [200, 200, 200, 200, 200, 403]),
    ("GET", "/portal/{tenant}/users/{user}/applications", [200, 200, 200, 200, 200, 403]),
    ("GET", "/portal/{tenant}/users/{user}/applications/add", [200, 200, 403, 403, 403, 403]),
    ("POST", "/portal/{tenant}/users/{user}/applications/add", [303, 303, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/applications/{assignment}/remove", [200, 200, 403, 403, 403, 403]),
    (
        "POST",
        "/portal/{tenant}/users/{user}/applications/{assignment}/remove",
        [303, 303, 403, 403, 403, 403],
    ),
    ("GET", "/portal/{tenant}/users/{user}/authentication-methods", [200, 200, 200, 403, 403, 403]),
    (
        "GET",
        "/portal/{tenant}/users/{user}/authentication-methods/{method}/remove",
        [200, 200, 200, 403, 403, 403],
    ),
    (
        "POST",
        "/portal/{tenant}/users/{user}/authentication-methods/{method}/remove",
        [303, 303, 303, 403, 403, 403],
    ),
    ("GET", "/portal/{tenant}/users/{user}/block", [200, 200, 403, 403, 403, 403]),
    ("POST", "/portal/{tenant}/users/{user}/block", [303, 303, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/delete", [200, 200, 403, 403, 403, 403]),
    ("POST", "/portal/{tenant}/users/{user}/delete", [303, 303, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/edit", [200, 200, 200, 403, 403, 403]),
    ("POST", "/portal/{tenant}/users/{user}/edit", [303, 303, 422, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/groups", [200, 200, 200, 200, 200, 403]),
    ("GET", "/portal/{tenant}/users/{user}/groups/add", [200, 200, 403, 403, 403, 403]),
    ("POST", "/portal/{tenant}/users/{user}/groups/add", [303, 303, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/groups/{group}/remove", [200, 200, 403, 403, 403, 403]),
    ("POST", "/portal/{tenant}/users/{user}/groups/{group}/remove", [303, 303, 403, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/history", [200, 200, 200, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/history/{record}", [200, 200, 200, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/properties", [200, 200, 200, 200, 200, 403]),
    ("GET", "/portal/{tenant}/users/{user}/redemption", [200, 200, 200, 200, 200, 403]),
    ("POST", "/portal/{tenant}/users/{user}/resend", [429, 200, 200, 200, 200, 403]),
    ("GET", "/portal/{tenant}/users/{user}/register-again", [200, 200, 200, 403, 403, 403]),
    ("POST", "/portal/{tenant}/users/{user}/register-again", [303, 303, 303, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/reset", [200, 200, 200, 403, 403, 403]),
    // Whoever comes after the first opened the form before.
    ("POST", "/portal/{tenant}/users/{user}/reset", [422, 422, 200, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/revoke-sessions", [200, 200, 200, 403, 403, 403]),
    ("POST", "/portal/{tenant}/users/{user}/revoke-sessions", [303, 303, 303, 403, 403, 403]),
    ("GET", "/portal/{tenant}/users/{user}/sessions", [200, 200, 200, 403, 403, 403]),
    // The guest's own: everybody ends those.
    ("POST", "/portal/{tenant}/users/{user}/sessions", [303, 303, 303, 403, 403, 303]),
    ("GET", "/portal/{tenant}/users/{user}/unblock", [200, 200, 403, 403, 403, 403]),
    ("POST", "/portal/{tenant}/users/{user}/unblock", [303, 303, 403, 403, 403, 403]),
];

async fn browsers(server: &Server) -> (String, Vec<Browser>) {
    let (id, guest) = server.accepted_guest("ana@contoso.example").await;
    let mut all = Vec::new();
    for person in [&server.admin, &server.user_admin, &server.helpdesk, &server.inviter, &server.member] {
        all.push(server.at_portal(person).await.0);
    }
    all.push(guest);
    (id, all)
}

/// The assignment of a user, as its own page names it.
async fn assignment(server: &Server, user: &str) -> String {
    let (_, page) = server.at_portal_page(&server.admin, &format!("/users/{user}/applications")).await;
    let (before, _) = page.html.split_once("/remove\"").expect("a link to remove it");
    before.rsplit('/').next().unwrap().to_owned()
}

/// Ids that exist, for the names in a path.
async fn filled(server: &Server, user: &str) -> Vec<(&'static str, String)> {
    let token = server.app_token().await;
    let first = |reply: Reply| reply.json["value"][0]["id"].as_str().unwrap().to_owned();
    let record = first(server.get(&token, "/v1.0/auditLogs/directoryAudits?$top=1").await.expect(200));
    let mail = first(
        server.get(&token, "/v1.0/hospes.mails?$filter=kind%20eq%20'invitation'&$top=1").await.expect(200),
    );
    let own = server.get(&token, &format!("/v1.0/users/{user}/hospes.history?$top=1")).await.expect(200);
    let (gone, _) = server.invite(&token, "gone@contoso.example").await;
    server.delete(&token, &format!("/v1.0/users/{gone}")).await.expect(204);
    vec![
        ("{tenant}", server.tenant.to_string()),
        ("/deleted/{user}", format!("/deleted/{gone}")),
        ("/history/{record}", format!("/history/{}", first(own))),
        ("{user}", user.to_owned()),
        ("{record}", record),
        ("{mail}", mail),
        ("{group}", server.group.to_string()),
    ]
}

/// What the Global Administrator would post there: the form of the page, filled in, without its token.
async fn whole(server: &Server, browser: &mut Browser, template: &str, path: &str) -> Vec<(String, String)> {
    let shown = path.replace("/resend", "/redemption").replace("/retry", "");
    let shown = if template.ends_with("/applications/add") {
        // The second step, for an application nothing of which is assigned yet.
        format!("{shown}?app={}", server.automation.service_principal.id)
    } else {
        shown
    };
    let page = browser.get(server, &shown).await;
    let with: &[(&str, &str)] = match template.rsplit('/').next().unwrap() {
        "edit" => &[("city", "Wien"), ("do", "save")],
        "reset" => &[("do", "reset")],
        "invite" => &[("invitedUserEmailAddress", "new@northwind.example"), ("do", "invite")],
        "collaboration" => &[("value", "none")],
        "sign-in-policy" => &[("role.5d6b6bb7-de71-4623-b4af-96380a352509", "yes")],
        _ => &[],
    };
    let ending = path.rsplit('/').next().unwrap();
    let ending = if ending == "collaboration" { "collaboration#invites" } else { ending };
    if !page.html.contains(&format!("{ending}\"")) {
        return Vec::new();
    }
    let mut fields = page.filled(ending, with).fields;
    if template.ends_with("/groups/add") {
        fields.retain(|(name, _)| name != "group");
        fields.push(("group".to_owned(), server.group.to_string()));
    }
    fields.retain(|(name, _)| name != "form_token");
    fields
}

fn routes() -> Vec<(&'static str, &'static str)> {
    hospes_web::portal::ROUTES.iter().flat_map(|table| table.iter()).map(|r| (r.method, r.path)).collect()
}

#[test]
fn every_route_of_the_portal_stands_in_the_table() {
    let known: BTreeSet<_> = EXPECTED.iter().map(|(method, path, _)| (*method, *path)).collect();
    let there: BTreeSet<_> = routes().into_iter().filter(|(_, path)| path.contains("{tenant}")).collect();
    assert_eq!(known, there);
    assert_eq!(known.len(), EXPECTED.len(), "a line stands twice");
}

#[tokio::test]
async fn every_page_and_button_of_the_portal_is_tried_by_every_kind_of_person() {
    let mut wrong = Vec::new();
    for (method, template, expected) in EXPECTED {
        let server = Server::start().await;
        let (id, mut browsers) = browsers(&server).await;
        server.give_access(hospes_domain::ids::ObjectId::parse(&id).unwrap()).await;
        server.mails().await;
        let mut path = (*template).to_owned();
        if template.ends_with("/resend") {
            // Sent again to somebody who has not redeemed.
            let (pending, _) = server.invite(&server.app_token().await, "bo@contoso.example").await;
            path = path.replace("{user}", &pending);
        }
        if path.contains("{method}") {
            server.adds_app(browsers.last_mut().unwrap()).await;
            let apps = format!("/v1.0/users/{id}/authentication/softwareOathMethods");
            let apps = server.get(&server.app_token().await, &apps).await.expect(200);
            path = path.replace("{method}", apps.json["value"][0]["id"].as_str().unwrap());
        }
        for (name, value) in filled(&server, &id).await {
            path = path.replace(name, &value);
        }
        if path.contains("{assignment}") {
            path = path.replace("{assignment}", &assignment(&server, &id).await);
        }
        let mut strongest = browsers[0].clone();
        let body = if *method == "POST" {
            whole(&server, &mut strongest, template, &path).await
        } else {
            Vec::new()
        };
        // The weakest first: what the strong may do comes last.
        let mut got = [0; PERSONS.len()];
        for (column, mut browser) in browsers.into_iter().enumerate().rev() {
            let before = server.look().state();
            let page = if *method == "GET" {
                browser.get(&server, &path).await
            } else {
                let own = browser.get(&server, &server.portal_path("")).await;
                let mut form = own.form_to("/sign-out");
                form.action.clone_from(&path);
                form.fields.extend(body.clone());
                browser.submit_once(&server, &form, &[]).await
            };
            got[column] = page.status.as_u16();
            if page.status == 403 {
                let changed = difference(&before, &server.look().state());
                let more: Vec<_> = changed.lines().filter(|row| !row.starts_with("+ audit:")).collect();
                assert!(more.is_empty(), "{method} {template} as {}: {more:?}", PERSONS[column]);
            }
        }
        if got != *expected {
            wrong.push(format!("    (\"{method}\", \"{template}\", {got:?}),"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[tokio::test]
async fn nobody_of_another_organisation_sees_a_page() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let (other, _, _) = server.second_tenant("northwind.example").await;
    let (mut browser, _) = server.at_portal(&server.admin).await;
    for (_, template) in routes().into_iter().filter(|(method, _)| *method == "GET") {
        let path = template.replace("{tenant}", &other.to_string()).replace("{user}", &id);
        let page = browser.get_once(&server, &path).await;
        let led = page.location().unwrap_or_default();
        assert!(
            page.status == 303 && (led.contains("/sign-in/") || template == "/portal"),
            "{template}: {led}"
        );
    }
}
