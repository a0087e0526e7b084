//! A client follows groups that are renamed, deleted, restored and deleted for good.

use serde_json::{Value, json};

use super::delta::{id_of, only, round};
use crate::harness::Server;

#[tokio::test]
async fn renamed_deleted_restored_and_purged_groups_are_told_apart() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let body = json!({
        "displayName": "Audit", "mailEnabled": false, "mailNickname": "audit", "securityEnabled": true,
        "members@odata.bind": [format!("https://hospes.example/v1.0/users/{}", server.member.id)],
    });
    let made = server.post(&token, "/v1.0/groups", body).await.expect(201).json;
    let id = id_of(&made).to_owned();
    let group = format!("/v1.0/groups/{id}");
    let (_, next) = round(&server, &token, "/v1.0/groups/delta?$select=displayName,members").await;

    server.patch(&token, &group, json!({ "description": "Of spring" })).await.expect(204);
    let (items, next) = round(&server, &token, &next).await;
    assert!(items.is_empty(), "the description was not selected: {items:?}");
    server.patch(&token, &group, json!({ "displayName": "Review" })).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(item, json!({ "displayName": "Review", "id": id }));

    server.delete(&token, &group).await.expect(204);
    let (item, next) = only(&server, &token, &next).await;
    assert_eq!(item, json!({ "id": id, "@removed": { "reason": "changed" } }));
    let back = format!("/v1.0/directory/deletedItems/{id}/restore");
    server.post(&token, &back, Value::Null).await.expect(200);
    let (item, next) = only(&server, &token, &next).await;
    let mia = json!([{ "@odata.type": "#microsoft.graph.user", "id": server.member.id.to_string() }]);
    assert_eq!((&item["displayName"], &item["members@delta"]), (&json!("Review"), &mia));
    server.delete(&token, &group).await.expect(204);
    server.delete(&token, &format!("/v1.0/directory/deletedItems/{id}")).await.expect(204);
    let (item, _) = only(&server, &token, &next).await;
    assert_eq!(item, json!({ "id": id, "@removed": { "reason": "deleted" } }));
}
