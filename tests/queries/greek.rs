//! Greek names in `$search`. Refuses nothing of its own: helpers are those of [`super::lists`].

use serde_json::json;

use super::lists::{found, searched};
use crate::harness::Server;

/// Accents are not written on capitals, and sigma is another letter where a word ends: neither keeps a Greek name from being
/// found, also in a directory that was put into words before.
#[tokio::test]
async fn greek_names_are_found_however_they_are_typed() {
    let mut server = Server::start().await;
    let token = server.token_of(&server.admin);
    let id = server.add_person("odysseus", &[]).await.id;
    let names =
        json!({ "displayName": "Οδυσσεύς Παπαδόπουλος", "surname": "Παπάς", "givenName": "ΠΑΠΑΣΤΑΥΡΟΣ" });
    server.patch(&token, &format!("/v1.0/users/{id}"), names).await.expect(204);
    let all = [
        "displayName:Οδυσσευ",
        "displayName:ΟΔΥΣΣΕΥΣ",
        "displayName:οδυσσεύσ",
        "displayName:Οδυσς",
        "displayName:παπαδοπουλοσ ΟΔΥΣ",
        "surname:παπάσ",
        "givenName:Παπας",
    ];
    for wanted in all {
        assert_eq!(found(&server, &token, &searched("users", wanted)).await.len(), 1, "{wanted}");
    }
    server.look().change("UPDATE search_words SET word = 'οδυσσεύσ' WHERE word = 'οδυσσευσ'");
    assert!(found(&server, &token, &searched("users", all[1])).await.is_empty());
    server.look().change("INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'User' FROM tenants");
    server.restart().await;
    for wanted in all {
        assert_eq!(found(&server, &token, &searched("users", wanted)).await.len(), 1, "{wanted}");
    }
}

/// What was deleted before is found again when it is restored.
#[tokio::test]
async fn a_greek_group_that_was_deleted_before_is_found_when_it_is_restored() {
    let mut server = Server::start().await;
    let token = server.token_of(&server.admin);
    let body = json!({ "displayName": "Όμιλος", "mailEnabled": false, "mailNickname": "omilos", "securityEnabled": true });
    let made = server.post(&token, "/v1.0/groups", body).await.expect(201).json;
    let id = made["id"].as_str().unwrap();
    server.delete(&token, &format!("/v1.0/groups/{id}")).await.expect(204);
    server.look().change("UPDATE search_words SET word = 'όμιλοσ' WHERE word = 'ομιλοσ'");
    server
        .look()
        .change("INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'DeletedGroup' FROM tenants");
    server.restart().await;
    let back = format!("/v1.0/directory/deletedItems/{id}/restore");
    server.post(&token, &back, json!({})).await.expect(200);
    for wanted in ["displayName:Όμιλος", "displayName:ΟΜΙΛΟΣ"] {
        assert_eq!(found(&server, &token, &searched("groups", wanted)).await, ["Όμιλος"], "{wanted}");
    }
}
