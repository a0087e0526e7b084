//! A client follows the directory: everything in the first round, what changed in the later ones.

use std::collections::BTreeMap;

use hospes_domain::access::Scope;
use serde_json::{Value, json};

use crate::harness::{Reply, Server};

const DAY: i64 = 24 * 3600;

/// The path of a link, which has to be absolute and on the public host.
#[track_caller]
fn path(link: &Value) -> String {
    let link = link.as_str().expect("a link");
    link.strip_prefix("https://hospes.example").unwrap_or_else(|| panic!("{link}")).to_owned()
}

/// Follows a round to its end: every item, and the address of the next round.
pub(super) async fn round(server: &Server, token: &str, start: &str) -> (Vec<Value>, String) {
    let (mut items, mut at) = (Vec::new(), start.to_owned());
    for _ in 0..200 {
        let page = server.get(token, &at).await.expect(200).json;
        items.extend(page["value"].as_array().unwrap().iter().cloned());
        let (next, delta) = (&page["@odata.nextLink"], &page["@odata.deltaLink"]);
        assert_ne!(next.is_null(), delta.is_null(), "a page has one of the two links");
        if !delta.is_null() {
            return (items, path(delta));
        }
        at = path(next);
    }
    panic!("the round does not end");
}

/// The one item of a round.
pub(super) async fn only(server: &Server, token: &str, start: &str) -> (Value, String) {
    let (items, next) = round(server, token, start).await;
    assert_eq!(items.len(), 1, "{items:?}");
    (items[0].clone(), next)
}

pub(super) fn id_of(item: &Value) -> &str {
    item["id"].as_str().unwrap()
}

#[tokio::test]
async fn the_first_round_has_everybody_and_later_ones_what_changed() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let listed = server.get(&token, "/v1.0/users?$top=999").await.expect(200).json;
    let mut all: Vec<&str> = listed["value"].as_array().unwrap().iter().map(id_of).collect();
    all.sort_unstable();
    for start in
        ["/v1.0/users/delta?$top=2", "/beta/users/delta()?$top=3", "/v1.0/users/microsoft.graph.delta()"]
    {
        let (items, _) = round(&server, &token, start).await;
        let mut ids: Vec<&str> = items.iter().map(id_of).collect();
        ids.sort_unstable();
        assert_eq!(ids, all, "{start}");
        // What was never set is left out.
        assert!(items.iter().all(|item| item.get("displayName").is_some() && item.get("jobTitle").is_none()));
    }
    let (_, next) = round(&server, &token, "/v1.0/users/delta?$select=displayName,jobTitle,city").await;
    assert_eq!(round(&server, &token, &next).await.0, [json!(null); 0], "nothing is new");

    let id = server.member.id.to_string();
    let user = format!("/v1.0/users/{id}");
    server.patch(&token, &user, json!({ "jobTitle": "Auditor" })).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!((&item["jobTitle"], &item["id"], item.get("city")), (&json!("Auditor"), &json!(id), None));
    assert!(item.get("displayName").is_some(), "unchanged properties come along");
    // Emptied: shown as null. Not selected: not told. The same again: no change.
    server.patch(&token, &user, json!({ "jobTitle": null })).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(item.get("jobTitle"), Some(&Value::Null));
    server.patch(&token, &user, json!({ "department": "Sales" })).await.expect(204);
    server.patch(&token, &user, json!({ "city": null })).await.expect(204);
    let (items, next) = round(&server, &token, &next).await;
    assert!(items.is_empty(), "{items:?}");
    // A new user comes, once.
    let (guest, _) = server.invite(&token, "ana@contoso.example").await;
    let (item, _) = only(&server, &token, &next).await;
    assert_eq!(id_of(&item), guest);
}

#[tokio::test]
async fn deleted_restored_and_purged_users_are_told_apart() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (id, _) = server.invite(&token, "ana@contoso.example").await;
    let (_, next) = round(&server, &token, "/v1.0/users/delta").await;

    server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(item, json!({ "id": id, "@removed": { "reason": "changed" } }));
    assert!(!round(&server, &token, "/v1.0/users/delta").await.0.iter().any(|item| id_of(item) == id));

    let back = format!("/v1.0/directory/deletedItems/{id}/restore");
    server.post(&token, &back, Value::Null).await.expect(200);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!((id_of(&item), item.get("@removed")), (id.as_str(), None));
    assert_eq!(item["mail"], "ana@contoso.example");

    server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
    server.delete(&token, &format!("/v1.0/directory/deletedItems/{id}")).await.expect(204);
    let (item, _) = only(&server, &token, &next).await;
    assert_eq!(item, json!({ "id": id, "@removed": { "reason": "deleted" } }));
}

#[tokio::test]
async fn a_redemption_and_a_reset_are_noticed() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (id, link) = server.invite(&token, "ana@contoso.example").await;
    server.mails().await;
    let start = "/v1.0/users/delta?$select=externalUserState,identities";
    let (_, next) = round(&server, &token, start).await;
    server.redeem(&link, "ana@contoso.example").await;
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!((&item["externalUserState"], id_of(&item)), (&json!("Accepted"), id.as_str()));
    assert_eq!(item["identities"][0]["issuer"], "mail");
    server.reset(&token, &id, "ana@contoso.example").await.expect(201);
    let (item, _) = only(&server, &token, &next).await;
    assert_eq!(item["externalUserState"], "PendingAcceptance");
}

async fn minimal(server: &Server, token: &str, at: &str) -> Reply {
    let request = http::Request::get(at)
        .header("authorization", format!("Bearer {token}"))
        .header("prefer", "respond-async, return=minimal");
    server.raw(request.body(axum::body::Body::empty()).unwrap()).await
}

#[tokio::test]
async fn who_prefers_little_gets_only_what_changed() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let id = server.member.id.to_string();
    let (_, next) =
        round(&server, &token, "/v1.0/users/delta?$select=displayName,jobTitle,mobilePhone").await;
    let (_, all) = round(&server, &token, "/v1.0/users/delta?$deltatoken=latest").await;
    server
        .patch(&token, &format!("/v1.0/users/{id}"), json!({ "jobTitle": "Auditor", "city": "Graz" }))
        .await
        .expect(204);
    let page = minimal(&server, &token, &next).await.expect(200).json;
    assert_eq!(page["value"], json!([{ "id": id, "jobTitle": "Auditor" }]));
    let page = minimal(&server, &token, &all).await.expect(200).json;
    assert_eq!(page["value"], json!([{ "city": "Graz", "id": id, "jobTitle": "Auditor" }]));
}

#[tokio::test]
async fn from_now_on_and_of_some_only() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (items, next) = round(&server, &token, "/v1.0/users/delta?$deltaToken=latest").await;
    assert!(items.is_empty());
    let (member, helpdesk) = (server.member.id.to_string(), server.helpdesk.id.to_string());
    let some =
        format!("/v1.0/users/delta?$filter=id%20eq%20%27{member}%27+or+ID%20EQ%20%27{}%27", server.admin.id);
    let (items, of_some) = round(&server, &token, &some).await;
    assert_eq!(items.len(), 2);
    for id in [&member, &helpdesk] {
        server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "city": "Graz" })).await.expect(204);
    }
    assert_eq!(round(&server, &token, &next).await.0.len(), 2);
    let (item, _) = only(&server, &token, &of_some).await;
    assert_eq!(id_of(&item), member);
    // Page by page, in the size that was asked for at the beginning.
    let small = server.get(&token, "/v1.0/users/delta?$deltatoken=latest&$top=1").await.expect(200).json;
    for id in [&member, &helpdesk] {
        server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "city": "Wien" })).await.expect(204);
    }
    let page = server.get(&token, &path(&small["@odata.deltaLink"])).await.expect(200).json;
    assert_eq!((page["value"].as_array().unwrap().len(), page["@odata.nextLink"].is_string()), (1, true));
    assert_eq!(round(&server, &token, &path(&page["@odata.nextLink"])).await.0.len(), 1);
}

#[tokio::test]
async fn e6_tokens_serve_their_own_query_collection_and_organisation() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (_, next) = round(&server, &token, "/v1.0/users/delta?$select=displayName").await;
    let value = next.split_once("$deltatoken=").unwrap().1.to_owned();
    let refused = async |path: String, part: &str| {
        let reply = server.get(&token, &path).await.expect(400);
        assert!(reply.message().contains(part), "{path}: {}", reply.message());
    };
    refused(format!("/v1.0/users/delta?$skiptoken={value}"), "$skiptoken").await;
    refused(format!("/v1.0/groups/delta?$deltatoken={value}"), "$deltatoken").await;
    refused(format!("/v1.0/users/delta?$deltatoken={value}x"), "$deltatoken").await;
    refused("/v1.0/users/delta?$deltatoken=AAAA".into(), "$deltatoken").await;
    refused(format!("/v1.0/users/delta?$deltatoken={value}&$select=mail"), "$select").await;
    refused(
        format!("/v1.0/users/delta?$deltatoken={value}&$filter=id%20eq%20'{}'", server.admin.id),
        "$filter",
    )
    .await;
    refused(format!("/v1.0/users/delta?$deltatoken={value}&$skiptoken={value}"), "together").await;
    refused("/v1.0/users/delta?$orderby=displayName".into(), "$orderby").await;
    refused("/v1.0/users/delta?$expand=manager".into(), "$expand").await;
    refused("/v1.0/users/delta?$select=nope".into(), "nope").await;
    refused("/v1.0/users/delta?$filter=mail%20eq%20'a'".into(), "mail").await;
    refused("/v1.0/users/delta?$filter=id%20ne%20'a'".into(), "ne").await;
    refused(format!("/v1.0/users/delta?$filter=id%20eq%20'{}'%20and%20x", server.admin.id), "'and'").await;
    refused(format!("/v1.0/users/delta?$filter=id%20eq%20'{}'%20or", server.admin.id), "ends too early")
        .await;
    let many = vec![format!("id eq '{}'", server.admin.id); 50].join(" or ");
    server.get(&token, &format!("/v1.0/users/delta?$filter={}", many.replace(' ', "+"))).await.expect(200);
    let fifty =
        (0..51).map(|n| format!("id+eq+'{}'", uuid::Uuid::from_u128(n))).collect::<Vec<_>>().join("+or+");
    refused(format!("/v1.0/users/delta?$filter={fifty}"), "more than 50").await;

    let (other, stranger, _) = server.second_tenant("contoso.example").await;
    let foreign = server.live_token_with(other, stranger.id, Scope::ALL);
    server.get(&foreign, &next).await.expect(400);
    // The caller's rights are asked on every page anew.
    let poor = server.live_token_with(server.tenant, server.member.id, &[Scope::UserRead]);
    server.get(&poor, &next).await.expect(403);
}

#[tokio::test]
async fn who_comes_back_too_late_begins_anew() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let start = format!("/v1.0/users/delta?$select=id,mail&$filter=id+eq+'{}'", server.member.id);
    let (_, next) = round(&server, &token, &start).await;
    server.clock.advance(8 * DAY);
    let token = server.app_token().await;
    let reply = server.get(&token, &next).await.expect(410);
    assert_eq!(reply.code(), "syncStateNotFound");
    let again = path(&json!(reply.headers["location"].to_str().unwrap()));
    assert!(again.starts_with("/v1.0/users/delta?$deltatoken="), "{again}");
    let (items, next) = round(&server, &token, &again).await;
    assert_eq!(items.len(), 1, "the same query from its beginning: {items:?}");

    // Removed while the token was still good: told, not skipped.
    server.look().change(
        "INSERT INTO changes_forgotten (tenant_id, position) \
         SELECT tenant_id, max(position) + 1 FROM changes GROUP BY tenant_id",
    );
    assert_eq!(server.get(&token, &next).await.expect(410).code(), "syncStateNotFound");
    // An older state of the directory: what the token has seen is not there.
    server.look().change("DELETE FROM changes_forgotten; DELETE FROM changes");
    assert_eq!(server.get(&token, &next).await.expect(410).code(), "resyncRequired");
}

#[tokio::test]
async fn a_round_outlives_a_restart() {
    let mut server = Server::start().await;
    let token = server.app_token().await;
    let (_, next) = round(&server, &token, "/v1.0/users/delta").await;
    server.restart().await;
    let token = server.app_token().await;
    server
        .patch(&token, &format!("/v1.0/users/{}", server.member.id), json!({ "city": "Graz" }))
        .await
        .expect(204);
    only(&server, &token, &next).await;
}

#[tokio::test]
async fn groups_tell_who_came_and_who_left() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (guest, _) = server.invite(&token, "ana@contoso.example").await;
    let group = server.group.to_string();
    let (items, next) = round(&server, &token, "/v1.0/groups/delta").await;
    assert!(items.iter().any(|item| id_of(item) == group && item["displayName"].is_string()));
    let (_, names) = round(&server, &token, "/v1.0/groups/delta?$select=displayName").await;

    let reference = json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{guest}") });
    server.post(&token, &format!("/v1.0/groups/{group}/members/$ref"), reference).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    let there = json!([{ "@odata.type": "#microsoft.graph.user", "id": guest }]);
    assert_eq!((id_of(&item), &item["members@delta"]), (group.as_str(), &there));
    assert!(round(&server, &token, &names).await.0.is_empty(), "members were not selected");
    let (items, _) = round(&server, &token, "/v1.0/groups/delta?$select=members").await;
    assert!(items.iter().any(|item| *item == json!({ "id": group, "members@delta": there })), "{items:?}");

    // Who is deleted is in no group until restored; who is taken out is out.
    let gone =
        json!([{ "@odata.type": "#microsoft.graph.user", "id": guest, "@removed": { "reason": "deleted" } }]);
    server.delete(&token, &format!("/v1.0/users/{guest}")).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(item["members@delta"], gone);
    server
        .post(&token, &format!("/v1.0/directory/deletedItems/{guest}/restore"), Value::Null)
        .await
        .expect(200);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(item["members@delta"], there);
    server.delete(&token, &format!("/v1.0/groups/{group}/members/{guest}/$ref")).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(item["members@delta"], gone);
    let body =
        json!({ "displayName": "New", "mailEnabled": false, "mailNickname": "new", "securityEnabled": true });
    let made = server.post(&token, "/v1.0/groups", body).await.expect(201).json;
    let (item, _) = only(&server, &token, &next).await;
    assert_eq!((id_of(&item), &item["displayName"]), (id_of(&made), &json!("New")));
}

/// A replica made of nothing but rounds, with its own idea of who is there.
#[derive(Default)]
struct Replica(BTreeMap<String, Value>);

impl Replica {
    fn apply(&mut self, items: Vec<Value>) {
        for item in items {
            let id = id_of(&item).to_owned();
            if item.get("@removed").is_some() {
                self.0.remove(&id);
            } else {
                let known = self.0.entry(id).or_insert_with(|| json!({}));
                for (name, value) in item.as_object().unwrap() {
                    known[name] = value.clone();
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_replica_equals_the_directory_after_many_writers() {
    const SELECT: &str = "id,displayName,mail,city,accountEnabled,externalUserState";
    let server = std::sync::Arc::new(Server::start().await);
    let token = server.app_token().await;
    let mut replica = Replica::default();
    let (items, mut next) =
        round(&server, &token, &format!("/v1.0/users/delta?$select={SELECT}&$top=7")).await;
    replica.apply(items);
    let writers: Vec<_> = (0..6).map(|n| tokio::spawn(write(server.clone(), token.clone(), n))).collect();
    while writers.iter().any(|writer| !writer.is_finished()) {
        let (items, then) = round(&server, &token, &next).await;
        replica.apply(items);
        next = then;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    replica.apply(round(&server, &token, &next).await.0);
    let mut there = BTreeMap::new();
    let mut at = format!("/v1.0/users?$select={SELECT}&$top=999");
    loop {
        let page = server.get(&token, &at).await.expect(200).json;
        for user in page["value"].as_array().unwrap() {
            there.insert(id_of(user).to_owned(), user.clone());
        }
        match &page["@odata.nextLink"] {
            Value::Null => break,
            link => at = path(link),
        }
    }
    for known in replica.0.values_mut() {
        // Never set, so never told.
        for name in SELECT.split(',').filter(|name| *name != "id") {
            if known.get(name).is_none() {
                known[name] = Value::Null;
            }
        }
    }
    let missed: Vec<_> = there.iter().filter(|(id, user)| replica.0.get(*id) != Some(*user)).collect();
    assert!(missed.is_empty() && replica.0.len() == there.len(), "missed or stale: {missed:?}");
}

/// Invites, renames, empties, blocks, deletes and restores guests of its own.
async fn write(server: std::sync::Arc<Server>, token: String, writer: usize) {
    for n in 0..8 {
        let (id, _) = server.invite(&token, &format!("guest{n}-{writer}@contoso.example")).await;
        let user = format!("/v1.0/users/{id}");
        for body in [json!({ "city": "Graz" }), json!({ "displayName": format!("G{n}"), "city": null })] {
            server.patch(&token, &user, body).await.expect(204);
        }
        if n % 2 == 0 {
            server.patch(&token, &user, json!({ "accountEnabled": false })).await.expect(204);
        }
        if n % 3 == 0 {
            server.delete(&token, &user).await.expect(204);
            if n % 6 == 0 {
                server
                    .post(&token, &format!("/v1.0/directory/deletedItems/{id}/restore"), Value::Null)
                    .await
                    .expect(200);
            }
        }
    }
}
