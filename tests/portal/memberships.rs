//! The groups and applications of a user at the portal: direct and through groups, adding, removing.

use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use serde_json::{Value, json};

use super::{link, offers, posted, said};
use crate::harness::{Browser, Page, Server};

const ANA: &str = "ana@contoso.example";

async fn group(server: &Server, name: &str, role_assignable: bool) -> String {
    let new = json!({
        "displayName": name, "description": format!("For {name}"), "mailEnabled": false,
        "mailNickname": name.replace(' ', ""), "securityEnabled": true, "isAssignableToRole": role_assignable,
    });
    let made = server.post(&server.app_token().await, "/v1.0/groups", new).await.expect(201);
    made.json["id"].as_str().unwrap().to_owned()
}

async fn put(server: &Server, group: &str, member: &str) {
    let body = json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{member}") });
    let path = format!("/v1.0/groups/{group}/members/$ref");
    server.post(&server.app_token().await, &path, body).await.expect(204);
}

async fn give_role(server: &Server, principal: &str, role: Role) {
    let body = json!({ "principalId": principal, "roleDefinitionId": role.id(), "directoryScopeId": "/" });
    let path = "/v1.0/roleManagement/directory/roleAssignments";
    server.post(&server.token_of(&server.admin), path, body).await.expect(201);
}

async fn groups_of(server: &Server, id: &str) -> Vec<String> {
    let path = format!("/v1.0/users/{id}/memberOf/graph.group?$select=id");
    let found = server.get(&server.app_token().await, &path).await.expect(200).json;
    found["value"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn assignments_of(server: &Server, id: &str) -> Vec<Value> {
    let path = format!("/v1.0/users/{id}/appRoleAssignments");
    server.get(&server.app_token().await, &path).await.expect(200).json["value"].as_array().unwrap().clone()
}

async fn opened(server: &Server, id: &str, rest: &str) -> (Browser, Page) {
    server.at_portal_page(&server.user_admin, &format!("/users/{id}{rest}")).await
}

#[tokio::test]
async fn a_membership_is_searched_added_seen_and_removed() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let suppliers = group(&server, "Suppliers", false).await;
    let partners = group(&server, "All partners", false).await;
    put(&server, &partners, &suppliers).await;
    let (mut browser, tab) = opened(&server, &id, "/groups").await;
    assert!(tab.text().contains("In no group"), "{}", tab.html);
    let add = browser.get(&server, &link(&tab, "Add membership")).await;
    assert!(add.text().contains("Spring audit") && add.text().contains("Suppliers"), "{}", add.html);
    let path = server.portal_path(&format!("/users/{id}/groups/add?q=SUPP"));
    let add = browser.get(&server, &path).await;
    assert!(add.text().contains("Suppliers") && !add.text().contains("Spring audit"), "{}", add.html);

    let nothing = browser.submit(&server, &posted(&add, "/groups/add", &[]), &[]).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.text().contains("No group was chosen."), "{}", nothing.html);
    let form = posted(&add, "/groups/add", &[("group", &suppliers)]);
    for _ in 0..2 {
        let done = browser.submit(&server, &form, &[]).await;
        assert!(done.text().contains("The membership was added."), "{}", done.html);
        let text = said(&done.html);
        assert!(text.contains("Direct") && text.contains("Through Suppliers"), "{text}");
        assert!(text.contains("Groups 1"), "the tab counts direct ones: {text}");
    }
    assert_eq!(groups_of(&server, &id).await, [suppliers.as_str()], "posted twice, added once");
    let add = browser.get(&server, &path).await;
    assert!(add.text().contains("No group to choose"), "what it is in is no choice: {}", add.html);

    let tab = browser.get(&server, &server.portal_path(&format!("/users/{id}/groups"))).await;
    assert_eq!(tab.html.matches("/remove\"").count(), 1, "what comes through a group is not removed here");
    let page = browser.get(&server, &link(&tab, "Remove")).await;
    let text = said(&page.html);
    assert!(text.contains("from Suppliers?") && text.contains("Keep membership"), "{text}");
    let form = page.filled("/remove", &[]);
    for _ in 0..2 {
        let done = browser.submit(&server, &form, &[]).await;
        assert!(done.text().contains("The membership was removed."), "{}", done.html);
    }
    assert!(groups_of(&server, &id).await.is_empty());
}

#[tokio::test]
async fn e1_a_group_that_holds_roles_says_which_and_whom_it_takes() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let helpers = group(&server, "Helpers", true).await;
    give_role(&server, &helpers, Role::HelpdeskAdministrator).await;
    let (mut browser, add) = opened(&server, &id, "/groups/add").await;
    let text = said(&add.html);
    assert!(
        text.contains("Holds directory roles") && text.contains("Makes its members Helpdesk Administrator"),
        "{text}"
    );
    assert!(text.contains("Privileged Role Administrator"), "the reason names who may: {text}");
    let input = add
        .html
        .split("<input")
        .find(|tag| tag.contains(&helpers))
        .unwrap()
        .split('>')
        .next()
        .unwrap()
        .to_owned();
    assert!(input.contains(" disabled"), "{input}");
    // Posted all the same, it is refused.
    let refused = browser.submit(&server, &posted(&add, "/groups/add", &[("group", &helpers)]), &[]).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    assert!(groups_of(&server, &id).await.is_empty());

    let (mut admin, add) = server.at_portal_page(&server.admin, &format!("/users/{id}/groups/add")).await;
    let done = admin.submit(&server, &posted(&add, "/groups/add", &[("group", &helpers)]), &[]).await;
    assert!(said(&done.html).contains("Helpdesk Administrator"), "{}", done.html);
    let (mut browser, tab) = opened(&server, &id, "/groups").await;
    assert!(!offers(&tab, "Remove") && said(&tab.html).contains("needs a privileged role"), "{}", tab.html);
    let path = server.portal_path(&format!("/users/{id}/groups/{helpers}/remove"));
    assert_eq!(browser.get(&server, &path).await.status, 403);
    let page = admin.get(&server, &path).await;
    assert!(said(&page.html).contains("Directory roles through the group"), "{}", page.html);
    admin.submit(&server, &page.filled("/remove", &[]), &[]).await;
    assert!(groups_of(&server, &id).await.is_empty());
}

#[tokio::test]
async fn an_owner_without_a_role_puts_people_into_the_own_group_and_no_other() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let new = json!({
        "displayName": "Book club", "mailEnabled": false, "mailNickname": "books", "securityEnabled": true,
        "owners@odata.bind": [format!("https://hospes.example/v1.0/users/{}", server.member.id)],
    });
    let own =
        server.post(&server.app_token().await, "/v1.0/groups", new).await.expect(201).json["id"].clone();
    let own = own.as_str().unwrap();
    let (mut browser, add) = server.at_portal_page(&server.member, &format!("/users/{id}/groups/add")).await;
    assert!(add.text().contains("Book club") && !add.text().contains("Spring audit"), "{}", add.html);
    let other = server.group.to_string();
    let refused = browser.submit(&server, &posted(&add, "/groups/add", &[("group", &other)]), &[]).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    let done = browser.submit(&server, &posted(&add, "/groups/add", &[("group", own)]), &[]).await;
    assert!(done.text().contains("The membership was added."), "{}", done.html);
    assert_eq!(groups_of(&server, &id).await, [own]);
}

#[tokio::test]
async fn the_helpdesk_sees_groups_and_applications_with_the_reason_why_not() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    server.give_access(ObjectId::parse(&id).unwrap()).await;
    for (tab, words) in [("groups", "Add membership"), ("applications", "Add assignment")] {
        let (mut browser, page) =
            server.at_portal_page(&server.helpdesk, &format!("/users/{id}/{tab}")).await;
        assert!(!offers(&page, words) && !offers(&page, "Remove"), "{tab}: {}", page.html);
        let text = said(&page.html);
        assert!(text.contains("It takes one of these roles: User Administrator"), "{tab}: {text}");
        let add = browser.get(&server, &server.portal_path(&format!("/users/{id}/{tab}/add"))).await;
        assert_eq!(add.status, 403, "{tab}");
    }
}

#[tokio::test]
async fn an_assignment_is_chosen_in_two_steps_and_removed() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let app = server.portal.service_principal.id.to_string();
    let (mut browser, tab) = opened(&server, &id, "/applications").await;
    assert!(tab.text().contains("No applications"), "{}", tab.html);
    let choose = browser.get(&server, &link(&tab, "Add assignment")).await;
    assert!(
        !choose.text().contains("Microsoft Graph<"),
        "E2: the directory API is no choice: {}",
        choose.html
    );
    let found =
        browser.get(&server, &server.portal_path(&format!("/users/{id}/applications/add?q=supplier"))).await;
    let assign = browser.get(&server, &link(&found, "Choose")).await;
    assert!(assign.text().contains("Role in Supplier Portal"), "{}", assign.html);

    for wrong in [server.group.to_string(), "nonsense".to_owned()] {
        let again =
            browser.submit(&server, &assign.filled("/applications/add", &[("role", &wrong)]), &[]).await;
        assert_eq!(again.status, 422, "{wrong}: {}", again.html);
        assert!(again.text().contains("<title>Not assigned: "), "{}", again.html);
    }
    let form = assign.filled("/applications/add", &[]);
    assert!(form.fields.contains(&("app".into(), app.clone())), "{:?}", form.fields);
    for _ in 0..2 {
        let done = browser.submit(&server, &form, &[]).await;
        assert!(done.text().contains("The assignment was added."), "{}", done.html);
        assert!(said(&done.html).contains("Supplier"), "{}", done.html);
    }
    assert_eq!(assignments_of(&server, &id).await.len(), 1, "posted twice, assigned once");
    let found =
        browser.get(&server, &server.portal_path(&format!("/users/{id}/applications/add?q=supplier"))).await;
    assert!(!offers(&found, "Choose") && found.text().contains("assigned already"), "{}", found.html);

    let tab = browser.get(&server, &server.portal_path(&format!("/users/{id}/applications"))).await;
    let page = browser.get(&server, &link(&tab, "Remove")).await;
    assert!(said(&page.html).contains("leaves its My Apps") && said(&page.html).contains("Keep assignment"));
    let form = page.filled("/remove", &[]);
    for _ in 0..2 {
        let done = browser.submit(&server, &form, &[]).await;
        assert!(done.text().contains("The assignment was removed."), "{}", done.html);
    }
    assert!(assignments_of(&server, &id).await.is_empty());
}

#[tokio::test]
async fn roles_for_programs_are_no_choice_for_people() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let role = |n: u8, name: &str, kind: &str| {
        json!({
            "id": format!("84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5{n}"), "value": name, "displayName": name,
            "description": "", "isEnabled": true, "allowedMemberTypes": [kind],
        })
    };
    let roles = json!([role(1, "Payer", "User"), role(2, "Robot", "Application")]);
    let app = server.make_app("Bills", json!({ "appRoles": roles })).await;
    let only = json!({ "appRoles": [role(3, "Machine", "Application")] });
    let machines = server.make_app("Machines", only).await;
    let (mut browser, _) = opened(&server, &id, "/applications").await;
    for (app, wanted) in [(app.principal, Some("Payer")), (machines.principal, None)] {
        let path = server.portal_path(&format!("/users/{id}/applications/add?app={app}"));
        let assign = browser.get(&server, &path).await;
        assert!(wanted.is_none_or(|role| assign.text().contains(role)), "{}", assign.html);
        assert!(!assign.text().contains("Robot") && !assign.text().contains("Machine<"), "{}", assign.html);
        let done = browser.submit(&server, &assign.filled("/applications/add", &[]), &[]).await;
        assert!(done.text().contains("The assignment was added."), "{}", done.html);
    }
    let given = assignments_of(&server, &id).await;
    let roles: Vec<&Value> = given.iter().map(|one| &one["appRoleId"]).collect();
    assert!(roles.contains(&&json!("84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e51")) && roles.len() == 2, "{roles:?}");
    assert!(roles.contains(&&json!("00000000-0000-0000-0000-000000000000")), "default access: {roles:?}");
}

#[tokio::test]
async fn what_reaches_a_user_through_a_group_is_said_and_not_removed_from_the_user() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    server.give_access(ObjectId::parse(&id).unwrap()).await;
    let token = server.app_token().await;
    let (app, role) = (&server.portal.service_principal, server.portal.service_principal.app_roles[0].id);
    let body = json!({ "principalId": server.group.to_string(), "resourceId": app.id.to_string(), "appRoleId": role });
    let path = format!("/v1.0/servicePrincipals/{}/appRoleAssignedTo", app.id);
    let through = server.post(&token, &path, body).await.expect(201).json["id"].as_str().unwrap().to_owned();
    let (mut browser, tab) = opened(&server, &id, "/applications").await;
    let text = said(&tab.html);
    assert!(text.contains("Directly") && text.contains("Through Spring audit"), "{text}");
    assert_eq!(tab.html.matches("/remove\"").count(), 1, "{}", tab.html);
    let page = browser
        .get(&server, &server.portal_path(&format!("/users/{id}/applications/{through}/remove")))
        .await;
    assert_eq!(page.status, 404, "the group's assignment is not the user's");
    let page = browser.get(&server, &link(&tab, "Remove")).await;
    assert!(said(&page.html).contains("stays on its My Apps"), "{}", page.html);
    // The form of the user's own assignment, posted at the group's: nothing happens to it.
    let mut form = page.filled("/remove", &[]);
    form.action = server.portal_path(&format!("/users/{id}/applications/{through}/remove"));
    browser.submit(&server, &form, &[]).await;
    let left = server.get(&token, &path).await.expect(200).json;
    assert!(left.to_string().contains(&through), "{left}");
}

#[tokio::test]
async fn groups_and_users_of_another_tenant_do_not_exist_here() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let (_, stranger, automation) = server.second_tenant("contoso.example").await;
    let (mut browser, add) = opened(&server, &id, "/groups/add").await;
    let foreign = automation.service_principal.id.to_string();
    let again = browser.submit(&server, &posted(&add, "/groups/add", &[("group", &foreign)]), &[]).await;
    assert_eq!(again.status, 422, "{}", again.html);
    for rest in ["groups", "applications", "block", "delete", "groups/add", "applications/add"] {
        let page = browser.get(&server, &server.portal_path(&format!("/users/{}/{rest}", stranger.id))).await;
        assert_eq!(page.status, 404, "{rest}");
    }
    let path = server.portal_path(&format!("/users/{id}/applications/add?app={foreign}"));
    assert_eq!(browser.get(&server, &path).await.status, 404);
}
