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
