//! Whom a user manages, also through others, and what stands behind `/me`: all that stands behind `/users/{id}`.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::queries::{encoded, eventually};

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{id}") })
}

fn ids(body: &Value) -> Vec<&str> {
    let mut ids: Vec<&str> =
        body["value"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

fn sorted<'i>(wanted: &[&'i str]) -> Vec<&'i str> {
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    wanted
}

/// As published for `/beta` (graph-docs: api/user-get-transitivereports.md): counted, and narrowed to accounts in use.
#[tokio::test]
async fn reports_are_followed_down_and_nobody_twice() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let mut people = Vec::new();
    for name in ["boss", "left", "right", "leaf", "last"] {
        people.push(server.add_person(name, &[]).await.id.to_string());
    }
    let [boss, left, right, leaf, last] = [0, 1, 2, 3, 4].map(|place| people[place].as_str());
    let manage = async |user: &str, manager: &str| {
        let path = format!("/v1.0/users/{user}/manager/$ref");
        server.put(&token, &path, reference(manager)).await.expect(204);
    };
    for (user, manager) in [(left, boss), (right, boss), (leaf, left), (last, leaf)] {
        manage(user, manager).await;
    }
    let path = format!("/beta/users/{boss}/transitiveReports");
    let read = async |path: &str| eventually(&server, &token, path).await.expect(200).json;
    assert_eq!(ids(&read(&path).await), sorted(&[left, right, leaf, last]));
    assert_eq!(ids(&read(&format!("/v1.0/users/{boss}/directReports")).await), sorted(&[left, right]));
    let one = &read(&format!("{path}?$filter=id%20eq%20'{leaf}'&$select=id,mail")).await["value"][0];
    assert_eq!((&one["@odata.type"], &one["id"]), (&json!("#microsoft.graph.user"), &json!(leaf)));
    server
        .patch(&token, &format!("/v1.0/users/{last}"), json!({ "accountEnabled": false }))
        .await
        .expect(204);
    let count = async |path: &str| eventually(&server, &token, path).await.expect(200).text;
    assert_eq!(count(&format!("{path}/$count")).await, "4");
    let enabled = encoded("accountEnabled eq true");
    assert_eq!(count(&format!("{path}/$count?$filter={enabled}")).await, "3");
    let direct = format!("/v1.0/users/{left}/directReports");
    assert_eq!(ids(&read(&format!("{direct}?$count=true&$filter={enabled}")).await), [leaf]);
    let by_name = read(&format!("{path}?$count=true&$orderby=displayName&$top=2&$select=id")).await;
    assert_eq!((by_name["@odata.count"].as_i64(), ids(&by_name).len()), (Some(4), 2));
    let next = by_name["@odata.nextLink"].as_str().unwrap().replace("https://hospes.example", "");
    assert_eq!(ids(&read(&next).await).len(), 2);
    // It is of the newer version, and the number alone takes the header.
    server.get(&token, &path.replace("beta", "v1.0")).await.expect(404);
    let plain = server.get(&token, &format!("{path}/$count")).await.expect(400);
    assert_eq!(plain.message(), "$count is not currently supported.");

    // People may manage each other in a circle; whoever is deleted manages nobody until restored.
    manage(boss, last).await;
    assert_eq!(ids(&read(&path).await), sorted(&[left, right, leaf, last]));
    server.delete(&token, &format!("/v1.0/users/{leaf}")).await.expect(204);
    assert_eq!(ids(&read(&path).await), sorted(&[left, right]));
}

#[tokio::test]
async fn whatever_is_behind_a_user_is_behind_me() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let token = server.token_of(&server.admin);
    let admin = server.admin.id.to_string();
    server.put(&token, "/v1.0/me/manager/$ref", reference(&samples.other)).await.expect(204);
    server.post(&token, "/v1.0/me/sponsors/$ref", reference(&samples.other)).await.expect(204);
    let mut lines = 0;
    for route in hospes_web::graph::ROUTES.iter().filter(|route| route.method == "GET") {
        let Some(rest) = route.path.strip_prefix("/users/{id}/").filter(|rest| !rest.contains('{')) else {
            continue;
        };
        let [mine, same] = [format!("/beta/me/{rest}"), format!("/beta/users/{admin}/{rest}")];
        let (mine, same) = (server.get(&token, &mine).await, server.get(&token, &same).await);
        assert_eq!(mine.status, same.status, "{rest}: {}", mine.text);
        assert_eq!(mine.json["value"], same.json["value"], "{rest}");
        lines += 1;
    }
    assert!(lines > 20, "{lines} lines");
    for (path, status) in [
        ("beta/me/transitiveReports/microsoft.graph.user", 200),
        ("beta/me/transitiveReports/$ref", 200),
        ("v1.0/me/manager/$ref", 200),
        ("v1.0/me/sponsors/$ref", 200),
        ("v1.0/me/authentication/methods/28c10230-6103-485e-b985-444c60001490", 200),
        ("beta/me/invitedBy", 404),
        ("v1.0/me/nothing", 400),
        ("v1.0/me/delta", 400),
    ] {
        assert_eq!(server.get(&token, &format!("/{path}")).await.status, status, "{path}");
    }
    let id = &samples.other;
    server.delete(&token, &format!("/v1.0/me/sponsors/{id}/$ref")).await.expect(204);
    server.delete(&token, "/v1.0/me/manager/$ref").await.expect(204);
    server.get(&token, "/v1.0/me/manager").await.expect(404);
    let program = server.get(&server.app_token().await, "/beta/me/transitiveReports").await.expect(400);
    assert_eq!(program.message(), "/me request is only valid with delegated authentication flow.");
}

/// Who was invited may ask by whom, as whoever may read the guest does.
#[tokio::test]
async fn a_guest_with_a_role_reads_who_invited_them() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let token = server.token_of(&server.admin);
    let wanted = server.get(&token, &format!("/beta/users/{id}/invitedBy?$select=id")).await.expect(200);
    let guest = hospes_domain::ids::ObjectId::parse(&id).unwrap();
    let own = server.live_token(server.tenant, guest);
    let read = server.get(&own, "/beta/me/invitedBy?$select=id").await.expect(200);
    assert_eq!(read.json["id"], wanted.json["id"]);
    server.get(&own, "/v1.0/me/invitedBy").await.expect(404);
}
