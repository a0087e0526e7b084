//! Groups over the directory API: changed, looked after, nested, deleted and back again.

use serde_json::{Value, json};

use crate::harness::{Browser, Server, claims};
use crate::queries::eventually;

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}") })
}

fn ids(list: &Value) -> Vec<String> {
    let mut ids: Vec<String> =
        list["value"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    ids.sort_unstable();
    ids
}

async fn group(server: &Server, name: &str, members: &[&str]) -> String {
    let bound: Vec<String> =
        members.iter().map(|id| format!("https://hospes.example/v1.0/directoryObjects/{id}")).collect();
    let body = json!({
        "displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true,
        "members@odata.bind": bound,
    });
    let made = server.post(&server.token_of(&server.admin), "/v1.0/groups", body).await.expect(201);
    made.json["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn e1_deleting_a_group_ends_at_once_what_came_with_it_and_a_restore_gives_it_back() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({ "groupMembershipClaims": "SecurityGroup" })).await;
    let inner = group(&server, "Buyers", &[&server.member.id.to_string()]).await;
    let outer = group(&server, "Everybody", &[&inner]).await;
    let mut browser = Browser::new();
    let start = server.request_of(&app, "openid profile offline_access", &[]);
    let page = server.through_password(&mut browser, &start, &server.member).await;
    let mut tokens = server.exchange(&app, &page).await.expect(200).json;
    let told = |tokens: &Value| {
        let all = claims(&tokens["id_token"])["groups"].clone();
        let all = all.as_array().cloned().unwrap_or_default();
        [&inner, &outer].map(|id| all.contains(&json!(id)))
    };
    assert_eq!(told(&tokens), [true, true]);
    let path = format!("/v1.0/groups/{inner}");
    for (delete, expected) in [(true, [false, false]), (false, [true, true])] {
        if delete {
            server.delete(&admin, &path).await.expect(204);
            server.get(&admin, &path).await.expect(404);
            server.delete(&admin, &path).await.expect(404);
            let members = format!("/v1.0/groups/{outer}/members");
            assert_eq!(ids(&server.get(&admin, &members).await.expect(200).json), [] as [&str; 0]);
        } else {
            let back = format!("/v1.0/directory/deletedItems/{inner}/restore");
            let restored = server.post(&admin, &back, Value::Null).await.expect(200).json;
            assert_eq!(
                (&restored["@odata.type"], &restored["displayName"], &restored["deletedDateTime"]),
                (&json!("#microsoft.graph.group"), &json!("Buyers"), &Value::Null)
            );
        }
        tokens = server.refresh(&app, tokens["refresh_token"].as_str().unwrap()).await.expect(200).json;
        assert_eq!(told(&tokens), expected);
    }
    server
        .post(&admin, &format!("/v1.0/directory/deletedItems/{inner}/restore"), Value::Null)
        .await
        .expect(404);
}

#[tokio::test]
async fn a_change_lets_up_to_twenty_in_or_nobody() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let path = format!("/v1.0/groups/{}", group(&server, "Team", &[]).await);
    let bound = |ids: &[String]| {
        let all: Vec<String> =
            ids.iter().map(|id| format!("https://graph.microsoft.com/v1.0/users/{id}")).collect();
        json!({ "members@odata.bind": all })
    };
    let people = [server.member.id.to_string(), server.helpdesk.id.to_string()];
    server.patch(&admin, &path, bound(&people)).await.expect(204);
    let mut expected = people.to_vec();
    expected.sort_unstable();
    let members = async || ids(&server.get(&admin, &format!("{path}/members")).await.expect(200).json);
    assert_eq!(members().await, expected);
    let nobody = "00000000-0000-4000-8000-000000000404".to_owned();
    let inviter = server.inviter.id.to_string();
    for (who, status) in [
        (vec![inviter.clone(), nobody], 404),
        (vec![inviter.clone(), people[0].clone()], 400),
        (vec![inviter.clone(), inviter.clone()], 400),
        (vec![inviter; 21], 400),
    ] {
        server.patch(&admin, &path, bound(&who)).await.expect(status);
        assert_eq!(members().await, expected);
    }
    // Owners likewise, as CLI for Microsoft 365 names them; all of it or nothing.
    let owners = async || ids(&server.get(&admin, &format!("{path}/owners")).await.expect(200).json);
    let of = |ids: &[&String]| -> Vec<String> {
        ids.iter().map(|id| format!("https://graph.microsoft.com/v1.0/users/{id}")).collect()
    };
    let both = json!({ "owners@odata.bind": of(&[&people[0], &people[1]]) });
    server.patch(&server.token_of(&server.member), &path, both.clone()).await.expect(403);
    server.patch(&admin, &path, both.clone()).await.expect(204);
    assert_eq!(owners().await, expected);
    let again = server.patch(&admin, &path, both).await.expect(400);
    assert!(again.message().contains("already exist for the following modified properties: 'owners'"));
    let inviter = server.inviter.id.to_string();
    let mixed =
        json!({ "members@odata.bind": of(&[&inviter]), "owners@odata.bind": of(&[&inviter, &people[0]]) });
    server.patch(&admin, &path, mixed).await.expect(400);
    assert_eq!((owners().await, members().await), (expected.clone(), expected.clone()));
    server.patch(&admin, &path, json!({ "displayName": "Crew", "description": null })).await.expect(204);
    assert_eq!(server.get(&admin, &path).await.expect(200).json["displayName"], "Crew");
    for (body, field) in [
        (json!({ "displayName": null }), "displayName"),
        (json!({ "mailEnabled": true }), "mailEnabled"),
        (json!({ "isAssignableToRole": true }), "isAssignableToRole"),
        (json!({ "mailNickname": "two words" }), "mailNickname"),
        (json!({ "owners@odata.bind": ["https://hospes.example/v1.0/users/x"] }), "owners@odata.bind"),
        (json!({ "tenant": "x" }), "tenant"),
    ] {
        let refused = server.patch(&admin, &path, body).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"], field, "{}", refused.text);
    }
    let body =
        json!({ "displayName": "x", "mailNickname": "x", "mailEnabled": true, "securityEnabled": true });
    let refused = server.post(&admin, "/v1.0/groups", body).await.expect(400);
    assert!(refused.message().contains("does not currently support writes of mail-enabled groups"));
}

#[tokio::test]
async fn the_last_owner_of_a_group_stays() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let id = group(&server, "Owned", &[]).await;
    let path = format!("/v1.0/groups/{id}/owners");
    let (mia, hugo) = (server.member.id.to_string(), server.helpdesk.id.to_string());
    let add = format!("{path}/$ref");
    server.post(&admin, &add, reference(&mia)).await.expect(204);
    let again = server.post(&admin, &add, reference(&mia)).await.expect(400);
    assert!(again.message().contains("already exist for the following modified properties: 'owners'"));
    server.post(&admin, &add, reference(&id)).await.expect(400);
    let last = server.delete(&admin, &format!("{path}/{mia}/$ref")).await.expect(400);
    assert!(last.message().contains("must have at least one owner, hence this owner cannot be removed"));
    server.delete(&admin, &format!("{path}/{hugo}/$ref")).await.expect(404);
    // Whoever owns a plain group looks after it without a role, its owners included.
    let own = server.token_of(&server.member);
    server.post(&own, &add, reference(&hugo)).await.expect(204);
    server.patch(&own, &format!("/v1.0/groups/{id}"), json!({ "description": "Ours" })).await.expect(204);
    server.delete(&own, &format!("{path}/{mia}/$ref")).await.expect(204);
    server.patch(&own, &format!("/v1.0/groups/{id}"), json!({ "description": "Theirs" })).await.expect(403);
    assert_eq!(ids(&server.get(&admin, &path).await.expect(200).json), std::slice::from_ref(&hugo));
    let owned = server.get(&admin, &format!("/v1.0/users/{hugo}/ownedObjects/microsoft.graph.group")).await;
    assert_eq!(ids(&owned.expect(200).json), [id]);
}

#[tokio::test]
async fn members_and_memberships_are_followed_through_groups() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (mia, hugo) = (server.member.id.to_string(), server.helpdesk.id.to_string());
    let inner = group(&server, "Inner", &[&mia]).await;
    let middle = group(&server, "Middle", &[&inner, &hugo, &mia]).await;
    let outer = group(&server, "Outer", &[&middle]).await;
    let sorted = |mut ids: Vec<&String>| {
        ids.sort_unstable();
        ids.into_iter().cloned().collect::<Vec<_>>()
    };
    for (path, expected) in [
        (format!("groups/{outer}/transitiveMembers"), vec![&inner, &middle, &mia, &hugo]),
        (format!("groups/{outer}/transitiveMembers/graph.user"), vec![&mia, &hugo]),
        (format!("groups/{outer}/transitiveMembers/microsoft.graph.group"), vec![&inner, &middle]),
        (format!("groups/{outer}/transitiveMembers/graph.servicePrincipal"), vec![]),
        (format!("groups/{inner}/memberOf"), vec![&middle]),
        (format!("groups/{inner}/memberOf/microsoft.graph.group"), vec![&middle]),
        (format!("groups/{inner}/transitiveMemberOf"), vec![&middle, &outer]),
        (format!("groups/{inner}/transitiveMemberOf/graph.group"), vec![&middle, &outer]),
    ] {
        let read = server.get(&admin, &format!("/v1.0/{path}")).await.expect(200);
        assert_eq!(ids(&read.json), sorted(expected), "{path}");
        assert!(read.json["value"].as_array().unwrap().iter().all(|one| one["@odata.type"].is_string()));
    }
    // Page by page, each once.
    let mut path = format!("/v1.0/groups/{outer}/transitiveMembers?$top=1&$select=id");
    let mut seen = Vec::new();
    loop {
        let page = server.get(&admin, &path).await.expect(200).json;
        seen.extend(ids(&page));
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        path = next.trim_start_matches("https://hospes.example").to_owned();
    }
    seen.sort_unstable();
    assert_eq!(seen, sorted(vec![&inner, &middle, &mia, &hugo]));
}

#[tokio::test]
async fn what_was_deleted_is_listed_by_kind_and_together() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let team = group(&server, "Team", &[]).await;
    let app = server.make_app("Orders", json!({})).await;
    let person = server.add_person("gone", &[]).await.id.to_string();
    for path in [format!("groups/{team}"), format!("applications/{}", app.id), format!("users/{person}")] {
        server.delete(&admin, &format!("/v1.0/{path}")).await.expect(204);
    }
    let list = async |path: &str| {
        server.get(&admin, &format!("/v1.0/directory/deletedItems{path}")).await.expect(200).json
    };
    let groups = list("/microsoft.graph.group?$filter=displayName%20eq%20'team'").await;
    assert_eq!(ids(&groups), std::slice::from_ref(&team));
    assert!(groups["value"][0]["deletedDateTime"].is_string());
    let apps = list("/graph.application").await;
    assert_eq!((ids(&apps), &apps["value"][0]["displayName"]), (vec![app.id.clone()], &json!("Orders")));
    let presences = list("/graph.servicePrincipal").await;
    let presence = ids(&presences).remove(0);
    let all = list("").await;
    let mut expected = vec![team.clone(), app.id.clone(), presence.clone(), person];
    expected.sort_unstable();
    assert_eq!(ids(&all), expected);
    assert!(all["value"].as_array().unwrap().iter().all(|one| one["deletedDateTime"].is_string()));
    // The presence does not come before its application; then it does, and people sign in again.
    let restore = async |id: &str| {
        server.post(&admin, &format!("/v1.0/directory/deletedItems/{id}/restore"), Value::Null).await
    };
    restore(&presence).await.expect(409);
    restore(&app.id).await.expect(200);
    restore(&presence).await.expect(200);
    let mut browser = Browser::new();
    let start = server.request_of(&app, "openid", &[]);
    let page = server.through_password(&mut browser, &start, &server.member).await;
    server.exchange(&app, &page).await.expect(200);
    let path = format!("/v1.0/directory/deletedItems/{team}");
    server.delete(&admin, &path).await.expect(204);
    for gone in [server.get(&admin, &path).await, restore(&team).await] {
        gone.expect(404);
    }
}

#[tokio::test]
async fn a_group_is_found_by_the_name_it_has_now_and_while_it_is_there() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let id = group(&server, "Lanterns", &[]).await;
    let path = format!("/v1.0/groups/{id}");
    let found = async |word: &str| {
        let search = format!("/v1.0/groups?$count=true&$search=%22displayName:{word}%22");
        let list = eventually(&server, &admin, &search).await.expect(200).json;
        assert_eq!(list["@odata.count"], json!(ids(&list).len()), "{list}");
        ids(&list) == std::slice::from_ref(&id)
    };
    assert!(found("lanterns").await);
    server.patch(&admin, &path, json!({ "displayName": "Torches" })).await.expect(204);
    assert!(found("torches").await && !found("lanterns").await);
    server.delete(&admin, &path).await.expect(204);
    assert!(!found("torches").await);
    let back = format!("/v1.0/directory/deletedItems/{id}/restore");
    server.post(&admin, &back, Value::Null).await.expect(200);
    assert!(found("torches").await);
}
