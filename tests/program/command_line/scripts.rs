//! A script's day: invite, list, show, reset, groups, apps and the rest of the API, all in a pipe.

use serde_json::Value;

use super::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_in_a_pipe() {
    let desk = Desk::signed_in("cli-main").await;
    let said = desk.done(&["guest", "invite", "ana@adatum.test", "--name=Ana Lindt", "--message=Welcome."]);
    assert!(said.starts_with("Invited ana@adatum.test.") && said.contains("/redeem?"), "{said}");
    let quiet = desk.json(&["guest", "invite", "bo@adatum.test", "--no-mail"]);
    assert_eq!(
        (&quiet["status"], &quiet["sendInvitationMessage"]),
        (&"PendingAcceptance".into(), &false.into())
    );

    let table = desk.done(&["guest", "list"]);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines.len() == 3 && lines[0].starts_with("Name") && lines[1].starts_with("Ana Lindt"), "{table}");
    assert!(!table.contains('\u{1b}'), "no colour in a pipe");
    assert_eq!(desk.json(&["guest", "list", "--search=ana l"]).as_array().unwrap().len(), 1);
    assert_eq!(desk.json(&["guest", "list", "--state=accepted"]), Value::Array(Vec::new()));
    let short = desk.run(&["guest", "list", "--top=1", "--json"]);
    assert!(short.stderr.contains("--all") && short.stdout.matches("\"mail\"").count() == 1, "{short:?}");
    assert_eq!(desk.json(&["guest", "list", "--all"]).as_array().unwrap().len(), 2);
    let ana = desk.json(&["guest", "show", "ana@adatum.test"]);
    let (id, upn) = (ana["id"].as_str().unwrap(), ana["userPrincipalName"].as_str().unwrap());

    let reset = ["guest", "reset", "ana@adatum.test", "--email=ana@northwind.test"];
    desk.refused(&reset, 2, "--yes");
    assert_eq!(desk.json(&["guest", "show", id])["mail"], "ana@adatum.test", "nothing was changed");
    let said = desk.done(&[&reset[..], &["--yes"]].concat());
    assert!(said.contains("The e-mail address is ana@northwind.test now."), "{said}");
    let after = desk.json(&["guest", "show", upn]);
    assert_eq!((after["id"].as_str(), after["mail"].as_str()), (Some(id), Some("ana@northwind.test")));
    let again = desk.json(&["guest", "reset", id, "--yes"]);
    assert_eq!((&again["resetRedemption"], again["invitedUser"]["id"].as_str()), (&true.into(), Some(id)));
    desk.refused(&["guest", "reset", "ana@adatum.test", "-y"], 5, "hospes guest list");
    desk.refused(&["guest", "reset", "hugo@fabrikam.test", "-y"], 6, "not a guest");
    desk.refused(&["guest", "show", "Ana"], 2, "e-mail address");
    // The server speaks of what was typed, not of what the command made of it.
    let typed = "companyName eq";
    let alone = desk.run(&["api", "GET", "/users?$filter=companyName eq"]).stderr;
    let listed = desk.run(&["guest", "list", "--filter", typed]).stderr;
    let first = |text: &str| text.lines().next().unwrap().to_owned();
    assert_eq!(first(&listed), first(&alone));
    desk.refused(&["api", "GET", "/nothing"], 6, "docs/reference/routes.md");
    desk.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_apps_in_a_pipe() {
    let desk = Desk::signed_in("cli-groups").await;
    for address in ["ana@adatum.test", "bo@adatum.test"] {
        desk.done(&["guest", "invite", address, "--no-mail"]);
    }
    let made = desk.json(&["group", "create", "Auditors", "--description=Of the year"]);
    assert_eq!(desk.json(&["group", "show", "Auditors"])["id"], made["id"]);
    let said = desk.done(&["group", "add", "Auditors", "ana@adatum.test", "bo@adatum.test"]);
    assert_eq!(said.lines().count(), 2, "{said}");
    assert_eq!(desk.json(&["group", "members", "Auditors"]).as_array().unwrap().len(), 2);
    desk.done(&["group", "remove", "Auditors", "bo@adatum.test"]);
    desk.refused(&["group", "remove", "Auditors", "bo@adatum.test"], 5, "hospes group members");
    desk.refused(&["group", "show", "Nobody"], 5, "hospes group list");
    assert!(desk.done(&["guest", "show", "ana@adatum.test"]).contains("Auditors"));
    assert_eq!(desk.json(&["group", "list", "--search=Audi"])[0]["displayName"], "Auditors");
    desk.done(&["group", "create", "Auditors"]);
    desk.refused(&["group", "show", "Auditors"], 6, "by its id");

    let portal = "Supplier Portal";
    let app = desk.json(&["app", "show", portal]);
    assert_eq!(desk.json(&["app", "show", app["appId"].as_str().unwrap()])["id"], app["id"]);
    desk.done(&["app", "assign", portal, "ana@adatum.test"]);
    desk.refused(&["app", "assign", portal, "ana@adatum.test"], 6, "already exists");
    desk.done(&["app", "assign", portal, "--group=Suppliers", "--role=Supplier.Read"]);
    desk.refused(&["app", "assign", portal, "bo@adatum.test", "--role=Owner"], 5, "Supplier.Read");
    let assigned = desk.done(&["app", "assignments", portal]);
    assert!(assigned.contains("Suppliers") && assigned.contains("Supplier.Read"), "{assigned}");
    desk.done(&["app", "unassign", portal, "ana@adatum.test"]);
    desk.refused(&["app", "unassign", portal, "ana@adatum.test"], 5, "hospes app assignments");
    assert!(desk.done(&["app", "list"]).contains(portal));
    desk.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_request_can_be_sent_and_its_status_is_the_exit_code() {
    let desk = Desk::signed_in("cli-api").await;
    let ana = desk.json(&["guest", "invite", "ana@adatum.test", "--no-mail"]);
    let id = ana["invitedUser"]["id"].as_str().unwrap();
    let answer = desk.done(&["api", "get", "/users?$filter=mail eq 'ana@adatum.test'&$select=id"]);
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["value"][0]["id"], id);
    let counted = desk.done(&["api", "GET", "users/$count", "-H", "ConsistencyLevel: eventual"]);
    assert!(counted.trim().parse::<u32>().is_ok(), "{counted}");
    let user = format!("/users/{}", ana["invitedUser"]["userPrincipalName"].as_str().unwrap());
    let changed = desk.fed(&["api", "PATCH", &user, "--body=-"], r#"{"companyName":"Adatum"}"#, &[]);
    assert_eq!((changed.code, changed.stdout.as_str()), (Some(0), ""), "{changed:?}");
    assert_eq!(desk.json(&["guest", "show", id])["companyName"], "Adatum");
    std::fs::write(desk.path("body.json"), r#"{"companyName":7}"#).unwrap();
    desk.refused(&["api", "PATCH", &user, "--body=body.json"], 6, "request: ");
    desk.refused(&["api", "GET", "/nothing"], 6, "cause: BadRequest (400)");
    desk.refused(&["api", "BREW", "/users"], 2, "PATCH");
    desk.refused(&["api", "GET", "https://elsewhere.test/users"], 2, "signed in to");
    desk.refused(&["api", "GET", "/users", "-H", "Authorization: Bearer x"], 2, "hospes context");

    let roles: Value =
        serde_json::from_str(&desk.done(&["api", "GET", "/roleManagement/directory/roleDefinitions"]))
            .unwrap();
    let reader = roles["value"]
        .as_array()
        .unwrap()
        .iter()
        .find(|role| role["displayName"] == "Directory Readers")
        .unwrap();
    let body =
        serde_json::json!({ "principalId": id, "roleDefinitionId": reader["id"], "directoryScopeId": "/" });
    let given = desk.fed(
        &["api", "POST", "/roleManagement/directory/roleAssignments", "--body=-"],
        &body.to_string(),
        &[],
    );
    assert_eq!(given.code, Some(0), "{given:?}");
    desk.refused(&["guest", "reset", id, "--yes"], 4, "remedy: An application cannot do this");
    let half = desk.run(&["guest", "reset", id, "--yes", "--email=ana@northwind.test"]);
    assert_eq!(half.code, Some(4), "{half:?}");
    desk.server.stop().await;
}

#[test]
fn completions_know_the_commands_of_every_shell() {
    let site = super::super::Site::new("");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ended = site.run(&["completions", shell], &[]);
        assert!(ended.code == Some(0) && ended.stdout.contains("unassign"), "{shell}: {ended:?}");
    }
    assert_eq!(site.run(&["completions", "cmd"], &[]).code, Some(2));
}
