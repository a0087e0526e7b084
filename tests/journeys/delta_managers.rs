//! Who follows users with their managers hears of both: of whoever is given another manager, and of whose manager goes.

use serde_json::{Value, json};

use super::delta::{only, round};
use crate::harness::Server;

#[tokio::test]
async fn a_manager_who_comes_or_goes_is_told_to_whoever_follows_managers() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let (mia, hugo, ingrid) = (server.member.id, server.helpdesk.id, server.inviter.id);
    let path = format!("/v1.0/users/{mia}/manager/$ref");
    let manager = |id| json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{id}") });
    let told = |id, gone: bool| {
        let mut told = json!({ "@odata.type": "#microsoft.graph.user", "id": id });
        if gone {
            told["@removed"] = json!({ "reason": "deleted" });
        }
        told
    };
    server.put(&token, &path, manager(hugo)).await.expect(204);
    let (everybody, mut next) = round(&server, &token, "/v1.0/users/delta?$select=displayName,manager").await;
    let of_mia = everybody.iter().find(|user| user["id"] == mia.to_string()).unwrap();
    assert_eq!(of_mia["manager@delta"], json!([told(hugo, false)]));
    assert_eq!(everybody.iter().filter(|user| user.get("manager@delta").is_some()).count(), 1);
    let (_, names) = round(&server, &token, "/v1.0/users/delta?$select=displayName").await;

    server.put(&token, &path, manager(ingrid)).await.expect(204);
    let (change, after) = only(&server, &token, &next).await;
    assert_eq!((&change["id"], &change["displayName"]), (&json!(mia), &json!("mia")));
    assert_eq!(change["manager@delta"], json!([told(hugo, true), told(ingrid, false)]));
    next = after;
    server.put(&token, &path, manager(ingrid)).await.expect(204);
    assert_eq!(round(&server, &token, &next).await.0, [Value::Null; 0], "the same one again is no change");

    server.delete(&token, &format!("/v1.0/users/{ingrid}")).await.expect(204);
    let (changes, after) = round(&server, &token, &next).await;
    let of_mia = changes.iter().find(|user| user["id"] == mia.to_string()).unwrap();
    assert_eq!(of_mia["manager@delta"], json!([told(ingrid, true)]));
    next = after;
    let restore = format!("/v1.0/directory/deletedItems/{ingrid}/restore");
    server.post(&token, &restore, Value::Null).await.expect(200);
    let (changes, after) = round(&server, &token, &next).await;
    let of_mia = changes.iter().find(|user| user["id"] == mia.to_string()).unwrap();
    assert_eq!(of_mia["manager@delta"], json!([told(ingrid, false)]));

    server.delete(&token, &path).await.expect(204);
    assert_eq!(only(&server, &token, &after).await.0["manager@delta"], json!([told(ingrid, true)]));
    let (changes, _) = round(&server, &token, &names).await;
    assert!(changes.iter().all(|user| user["id"] != mia.to_string()), "who follows names hears of names");
}
