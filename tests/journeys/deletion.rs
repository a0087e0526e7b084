//! A guest is deleted, looked for, restored, and in the end deleted for good: by hand or because 30 days are over.

use std::collections::BTreeSet;

use hospes_actions::jobs;
use hospes_domain::ids::ObjectId;
use serde_json::{Value, json};

use crate::harness::{Reply, Server};

const ANA: &str = "ana@contoso.example";
const SECOND: &str = "ana@home.example";
const DAY: i64 = 24 * 3600;
const ITEMS: &str = "/v1.0/directory/deletedItems";

async fn delete(server: &Server, id: &str) -> Reply {
    server.delete(&server.token_of(&server.user_admin), &format!("/v1.0/users/{id}")).await
}

async fn restore(server: &Server, id: &str) -> Reply {
    let token = server.token_of(&server.user_admin);
    server.post(&token, &format!("{ITEMS}/{id}/restore"), Value::Null).await
}

async fn listed(server: &Server, query: &str) -> Value {
    let token = server.token_of(&server.user_admin);
    server.get(&token, &format!("{ITEMS}/microsoft.graph.user{query}")).await.expect(200).json
}

fn ids(list: &Value) -> Vec<&str> {
    list["value"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect()
}

/// What a restore gives back.
async fn kept(server: &Server, id: &str) -> Value {
    let token = server.app_token().await;
    let select = "id,userPrincipalName,mail,otherMails,proxyAddresses,identities,userType,creationType,accountEnabled,\
                  externalUserState,externalUserStateChangeDateTime,createdDateTime";
    let user = server.get(&token, &format!("/v1.0/users/{id}?$select={select}")).await.expect(200).json;
    let groups = server.get(&token, &format!("/v1.0/users/{id}/memberOf?$select=id")).await.expect(200).json;
    let roles = server.get(&token, &format!("/v1.0/users/{id}/appRoleAssignments")).await.expect(200).json;
    json!({ "user": user, "groups": groups["value"], "roles": roles["value"] })
}

#[tokio::test]
async fn a_deleted_guest_is_found_restored_and_signs_in_as_before() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    server.give_access(ObjectId::parse(&id).unwrap()).await;
    let token = server.token_of(&server.user_admin);
    let more = json!({ "otherMails": [SECOND] });
    server.patch(&token, &format!("/v1.0/users/{id}"), more).await.expect(204);
    server.mails().await;
    server.sign_in(SECOND).await;
    let before = kept(&server, &id).await;
    delete(&server, &id).await.expect(204);

    server.get(&token, &format!("/v1.0/users/{id}")).await.expect(404);
    delete(&server, &id).await.expect(404);
    let found = server.get(&token, &format!("{ITEMS}/{id}")).await.expect(200).json;
    assert_eq!(found["@odata.type"], "#microsoft.graph.user");
    assert_eq!(found["@odata.context"], "https://hospes.example/v1.0/$metadata#directoryObjects/$entity");
    assert_eq!((&found["mail"], &found["deletedDateTime"]), (&json!(ANA), &json!("2026-11-21T14:22:00Z")));
    let list = listed(&server, "").await;
    assert_eq!(list["@odata.context"], "https://hospes.example/v1.0/$metadata#users");
    assert_eq!(ids(&list), [id.as_str()]);
    assert_eq!(list["value"][0]["deletedDateTime"], "2026-11-21T14:22:00Z");

    let back = restore(&server, &id).await.expect(200).json;
    assert_eq!((&back["id"], &back["deletedDateTime"]), (&json!(id), &Value::Null));
    assert_eq!(kept(&server, &id).await, before);
    assert!(ids(&listed(&server, "").await).is_empty());
    server.get(&token, &format!("{ITEMS}/{id}")).await.expect(404);
    restore(&server, &id).await.expect(404);
    for address in [ANA, SECOND] {
        let (mut browser, _) = server.sign_in(address).await;
        assert!(server.greets(&mut browser, ANA).await, "{address} signs in as before");
    }
    assert_eq!(
        (server.successes(&id, "Delete user").await, server.successes(&id, "Restore user").await),
        (1, 1)
    );
}

#[tokio::test]
async fn the_list_of_the_deleted_is_filtered_sorted_and_paged_like_that_of_users() {
    let server = Server::start().await;
    let mut gone = Vec::new();
    for n in 0..5 {
        let (id, _) = server.pending(&format!("guest{n}@contoso.example")).await;
        server.clock.advance(60);
        delete(&server, &id).await.expect(204);
        gone.push(id);
    }
    let mut found = BTreeSet::new();
    let mut query = "?$top=2".to_owned();
    loop {
        let page = listed(&server, &query).await;
        found.extend(ids(&page).into_iter().map(str::to_owned));
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        query = format!("?{}", next.split_once('?').unwrap().1);
    }
    assert_eq!(found, gone.iter().cloned().collect());
    let one =
        listed(&server, "?$filter=mail%20eq%20'guest3@contoso.example'&$select=id,deletedDateTime").await;
    assert_eq!(ids(&one), [gone[3].as_str()]);
    assert_eq!(one["value"][0].as_object().unwrap().len(), 2, "{one}");
    let since = listed(&server, "?$filter=deletedDateTime%20ge%202026-11-21T14:25:00Z").await;
    assert_eq!(ids(&since).len(), 3, "{since}");
    let request =
        http::Request::get(format!("{ITEMS}/graph.user?$count=true&$orderby=deletedDateTime%20desc&$top=1"))
            .header("authorization", format!("Bearer {}", server.token_of(&server.user_admin)))
            .header("consistencylevel", "eventual");
    let newest = server.raw(request.body(axum::body::Body::empty()).unwrap()).await.expect(200).json;
    assert_eq!((ids(&newest), &newest["@odata.count"]), (vec![gone[4].as_str()], &json!(5)));
    let people =
        server.get(&server.token_of(&server.user_admin), "/v1.0/users?$top=999").await.expect(200).json;
    assert!(ids(&people).iter().all(|id| !found.contains(*id)), "the deleted are in no other list");
}

/// Every row that names the user, but the logs and the history of identities. The sign-in log ends by itself, and until
/// then nobody covers tracks by deleting an account; the log of changes, whose rows are an id and nothing about anybody,
/// tells for a week that the user is gone.
fn rows_of(server: &Server, id: &str) -> Vec<String> {
    let plain = id.replace('-', "");
    let about = |row: &String| row.contains(&plain) || row.contains(id);
    let kept = ["audit:", "sign_ins:", "purged_bindings:", "changes:"];
    let stays = |row: &String| kept.iter().any(|table| row.starts_with(table));
    server.look().dump().into_iter().filter(|row| about(row) && !stays(row)).collect()
}

#[tokio::test]
async fn purging_leaves_no_row_but_audit_and_the_history_of_identities() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    server.give_access(ObjectId::parse(&id).unwrap()).await;
    let token = server.token_of(&server.user_admin);
    let change = json!({ "otherMails": [SECOND], "mail": "ana@adatum.example" });
    server.patch(&token, &format!("/v1.0/users/{id}"), change).await.expect(204);
    server.mails().await;
    server.sign_in(SECOND).await;
    server.delete(&token, &format!("{ITEMS}/{id}")).await.expect(404);
    delete(&server, &id).await.expect(204);
    // A cast in front of the id says of which kind it is to be (Office365-REST-Python-Client).
    let of_kind = |kind: &str| format!("{ITEMS}/microsoft.graph.{kind}/{id}");
    assert_eq!(server.get(&token, &of_kind("user")).await.expect(200).json["id"], id.as_str());
    server.get(&token, &of_kind("group")).await.expect(404);
    server.delete(&token, &of_kind("administrativeUnit")).await.expect(404);
    let global = server.token_of(&server.admin);
    for kind in ["group", "application", "servicePrincipal"] {
        server.delete(&global, &of_kind(kind)).await.expect(404);
        server.post(&global, &format!("{}/restore", of_kind(kind)), Value::Null).await.expect(404);
    }
    server.delete(&server.token_of(&server.user_admin), &of_kind("application")).await.expect(403);
    server.post(&token, &format!("{}/restore", of_kind("user")), Value::Null).await.expect(200);
    delete(&server, &id).await.expect(204);
    server.delete(&token, &of_kind("user")).await.expect(204);
    server.delete(&token, &format!("{ITEMS}/{id}")).await.expect(404);
    restore(&server, &id).await.expect(404);
    // Codes, flows and counters end by themselves within two days.
    server.clock.advance(3 * DAY);
    while jobs::sweep(&server.app).await.unwrap() {}
    assert_eq!(rows_of(&server, &id), Vec::<String>::new());

    let records = server.audit_of(&id).await;
    let purged = records.iter().find(|record| record.activity == "Hard Delete user").unwrap();
    assert_eq!(purged.actor, Some(server.user_admin.id));
    assert!(purged.details.iter().any(|(name, value)| name == "oldSignInName" && value == ANA));
    assert!(records.iter().any(|record| record.activity == "Redeem external user invite"), "the log is kept");
    let token = server.token_of(&server.user_admin);
    let history = server.get(&token, &format!("/v1.0/users/{id}/hospes.bindings")).await.expect(200).json;
    assert_eq!(history["value"].as_array().unwrap().len(), 1, "{history}");
    assert!(history.to_string().contains("purged"), "{history}");
    // The address is free for somebody new, and so is the name.
    let (again, link) = server.pending(ANA).await;
    assert_ne!(again, id);
    let name = server.user(&again, "userPrincipalName").await["userPrincipalName"].clone();
    assert_eq!(name, "ana_contoso.example#EXT#@fabrikam.example");
    server.redeem(&link, ANA).await;
}

#[tokio::test]
async fn after_thirty_days_the_server_purges_by_itself_and_says_so() {
    let server = Server::start().await;
    let (early, _) = server.accepted_guest(ANA).await;
    let (late, _) = server.pending("bea@contoso.example").await;
    delete(&server, &early).await.expect(204);
    server.clock.advance(60);
    delete(&server, &late).await.expect(204);
    server.clock.advance(30 * DAY - 61);
    while jobs::sweep(&server.app).await.unwrap() {}
    assert_eq!(ids(&listed(&server, "").await).len(), 2, "not a second early");

    // What is over is over, even before the sweep.
    server.clock.advance(1);
    assert_eq!(ids(&listed(&server, "").await), [late.as_str()]);
    restore(&server, &early).await.expect(404);
    while jobs::sweep(&server.app).await.unwrap() {}
    assert_eq!(rows_of(&server, &early), Vec::<String>::new());
    let records = server.audit_of(&early).await;
    let purged: Vec<_> = records.iter().filter(|record| record.activity == "Hard Delete user").collect();
    assert_eq!((purged.len(), purged[0].actor_kind.as_str(), purged[0].actor), (1, "server", None));
    restore(&server, &late).await.expect(200);
}

#[tokio::test]
async fn many_are_purged_a_bounded_number_at_a_time_and_each_is_on_record() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let mut gone = Vec::new();
    for n in 0..30 {
        let new = json!({
            "userPrincipalName": format!("p{n}@fabrikam.example"), "displayName": "P",
            "accountEnabled": true, "mailNickname": format!("p{n}"),
            "passwordProfile": { "password": "a long enough password" },
        });
        let id = server.post(&token, "/v1.0/users", new).await.expect(201).json["id"].clone();
        let id = id.as_str().unwrap().to_owned();
        server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
        gone.push(id);
    }
    server.clock.advance(31 * DAY);
    assert!(jobs::sweep(&server.app).await.unwrap(), "there is more than one transaction takes");
    let left = server.look().rows("SELECT id FROM users WHERE deleted_at IS NOT NULL").len();
    assert!(left > 0 && left < 30, "{left}");
    while jobs::sweep(&server.app).await.unwrap() {}
    assert!(server.look().rows("SELECT id FROM users WHERE deleted_at IS NOT NULL").is_empty());
    for id in gone {
        assert_eq!(server.successes(&id, "Hard Delete user").await, 1);
    }
}

#[tokio::test]
async fn the_deleted_are_for_those_who_could_restore_them_or_read_everything() {
    use hospes_domain::access::{Role, Scope};
    let server = Server::start().await;
    let (id, _) = server.pending(ANA).await;
    delete(&server, &id).await.expect(204);
    for (name, roles, expected) in [
        ("reader", vec![Role::GlobalReader], 200),
        ("authentication", vec![Role::AuthenticationAdministrator], 200),
        ("helpdesk", vec![Role::HelpdeskAdministrator], 403),
        ("directory", vec![Role::DirectoryReaders], 403),
    ] {
        let person = server.add_person(name, &roles).await;
        let token = server.token_with(server.tenant, person.id, 1, &[Scope::UserReadAll]);
        for path in [format!("{ITEMS}/graph.user"), format!("{ITEMS}/{id}")] {
            assert_eq!(server.get(&token, &path).await.status, expected, "{name} {path}");
        }
        server.post(&token, &format!("{ITEMS}/{id}/restore"), Value::Null).await.expect(403);
    }
    let (_, stranger, _) = server.second_tenant("northwind.example").await;
    let token = server.live_token(server.tenant, server.user_admin.id);
    for (wrong, status) in [
        (stranger.id.to_string(), 404),
        (server.member.id.to_string(), 404),
        ("nothing".to_owned(), 400),
        (server.member.upn.clone(), 400),
    ] {
        server.get(&token, &format!("{ITEMS}/{wrong}")).await.expect(status);
        server.post(&token, &format!("{ITEMS}/{wrong}/restore"), Value::Null).await.expect(status);
        server.delete(&token, &format!("{ITEMS}/{wrong}")).await.expect(status);
    }
}
