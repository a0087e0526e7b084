//! A client follows who manages whom and who owns what: set, replaced, deleted, restored.

use serde_json::{Value, json};

use super::delta::{id_of, only, round};
use crate::harness::Server;

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") })
}

fn there(id: &str) -> Value {
    json!({ "@odata.type": "#microsoft.graph.user", "id": id })
}

fn gone(id: &str) -> Value {
    json!({ "@odata.type": "#microsoft.graph.user", "id": id, "@removed": { "reason": "deleted" } })
}

/// What a relation of one object says, in the order of ids.
fn said(item: &Value, relation: &str) -> Vec<Value> {
    let mut all = item[format!("{relation}@delta")].as_array().cloned().unwrap_or_default();
    all.sort_by_key(|one| one["id"].as_str().unwrap().to_owned());
    all
}

fn sorted(mut all: Vec<Value>) -> Vec<Value> {
    all.sort_by_key(|one| one["id"].as_str().unwrap().to_owned());
    all
}

#[tokio::test]
async fn whoever_follows_users_hears_of_their_managers() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let mia = server.member.id.to_string();
    // Without roles, so that the application may delete them.
    let hugo = server.add_person("boss", &[]).await.id.to_string();
    let ines = server.add_person("successor", &[]).await.id.to_string();
    let path = format!("/v1.0/users/{mia}/manager/$ref");
    server.put(&token, &path, reference(&hugo)).await.expect(204);

    let start = "/v1.0/users/delta?$select=displayName,manager";
    let (items, next) = round(&server, &token, start).await;
    let first = items.iter().find(|item| id_of(item) == mia).unwrap();
    assert_eq!(said(first, "manager"), [there(&hugo)]);
    assert!(items.iter().filter(|item| id_of(item) != mia).all(|item| said(item, "manager").is_empty()));
    let (_, names) = round(&server, &token, "/v1.0/users/delta?$select=displayName").await;

    server.put(&token, &path, reference(&ines)).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(
        (id_of(&item), said(&item, "manager")),
        (mia.as_str(), sorted(vec![gone(&hugo), there(&ines)]))
    );
    // The same one again is no change.
    server.put(&token, &path, reference(&ines)).await.expect(204);
    let (items, next) = round(&server, &token, &next).await;
    assert!(items.is_empty(), "{items:?}");
    // Whoever is deleted manages nobody, until restored.
    server.delete(&token, &format!("/v1.0/users/{ines}")).await.expect(204);
    let (items, next) = round(&server, &token, &next).await;
    let item = items.iter().find(|item| id_of(item) == mia).unwrap();
    assert_eq!(said(item, "manager"), [gone(&ines)]);
    let back = format!("/v1.0/directory/deletedItems/{ines}/restore");
    server.post(&token, &back, Value::Null).await.expect(200);
    let (items, next) = round(&server, &token, &next).await;
    let item = items.iter().find(|item| id_of(item) == mia).unwrap();
    assert_eq!(said(item, "manager"), [there(&ines)]);
    server.delete(&token, &path).await.expect(204);
    let (item, _) = only(&server, &token, &next).await;
    assert_eq!(said(&item, "manager"), [gone(&ines)]);
    // Who follows names alone heard of the deletion and the restore.
    let (items, _) = round(&server, &token, &names).await;
    assert!(items.iter().all(|item| id_of(item) == ines && item.get("manager@delta").is_none()), "{items:?}");
}

#[tokio::test]
async fn whoever_follows_groups_hears_of_their_owners() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let mia = server.member.id.to_string();
    let hugo = server.add_person("owner", &[]).await.id.to_string();
    let body = json!({
        "displayName": "Audit", "mailEnabled": false, "mailNickname": "audit", "securityEnabled": true,
        "owners@odata.bind": [format!("https://hospes.example/v1.0/users/{mia}")],
    });
    let id = id_of(&server.post(&token, "/v1.0/groups", body).await.expect(201).json).to_owned();
    let start = format!("/v1.0/groups/delta?$select=displayName,owners&$filter=id%20eq%20'{id}'");
    let (item, next) = only(&server, &token, &start).await;
    assert_eq!((said(&item, "owners"), item.get("members@delta")), (vec![there(&mia)], None));

    let owners = format!("/v1.0/groups/{id}/owners");
    server.post(&token, &format!("{owners}/$ref"), reference(&hugo)).await.expect(204);
    server.delete(&token, &format!("{owners}/{mia}/$ref")).await.expect(204);
    // Members are not followed here.
    server.post(&token, &format!("/v1.0/groups/{id}/members/$ref"), reference(&mia)).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(said(&item, "owners"), sorted(vec![gone(&mia), there(&hugo)]));
    assert_eq!(item.get("members@delta"), None);
    // A deleted owner looks after nothing, until restored.
    server.delete(&token, &format!("/v1.0/users/{hugo}")).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(said(&item, "owners"), [gone(&hugo)]);
    let back = format!("/v1.0/directory/deletedItems/{hugo}/restore");
    server.post(&token, &back, Value::Null).await.expect(200);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(said(&item, "owners"), [there(&hugo)]);
    // An application may own a group, too.
    let principal = server.portal.service_principal.id.to_string();
    server.post(&token, &format!("{owners}/$ref"), reference(&principal)).await.expect(204);
    let (item, _) = only(&server, &token, &next).await;
    let expected = json!([{ "@odata.type": "#microsoft.graph.servicePrincipal", "id": principal }]);
    assert_eq!(item["owners@delta"], expected);
    // A group that comes back comes with its owners.
    let group = format!("/v1.0/groups/{id}");
    let (_, all) = round(&server, &token, &start).await;
    server.delete(&token, &group).await.expect(204);
    server.post(&token, &format!("/v1.0/directory/deletedItems/{id}/restore"), Value::Null).await.expect(200);
    let (item, _) = only(&server, &token, &all).await;
    assert_eq!(said(&item, "owners").len(), 2, "{item}");
}
