//! Greek names in `$search`. Refuses nothing of its own: helpers are those of [`super::lists`].

use serde_json::json;

use super::lists::{found, searched};
use super::{encoded, eventually};
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

/// Of sigma there is one wherever texts are compared: by a table, in memory, by a beginning, an end or the whole. Accents count.
#[tokio::test]
async fn texts_are_compared_with_one_sigma_and_with_their_accents() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let id = server.add_person("odysseus", &[]).await.id;
    let names = json!({ "displayName": "ΟΔΥΣΣΕΥΣ Β", "surname": "Παπάς", "jobTitle": "Straße İ" });
    server.patch(&token, &format!("/v1.0/users/{id}"), names).await.expect(204);
    let group = json!({ "displayName": "Φίλος", "mailEnabled": false, "mailNickname": "filos", "securityEnabled": true });
    let group = server.post(&token, "/v1.0/groups", group).await.expect(201).json["id"].clone();
    let link = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{id}") });
    let group = group.as_str().unwrap();
    server.post(&token, &format!("/v1.0/groups/{group}/members/$ref"), link).await.expect(204);
    let memberships = format!("users/{id}/memberOf");
    for (list, filter, expected) in [
        ("users", "startsWith(displayName,'ΟΔΥΣ')", 1),
        ("users", "startsWith(displayName,'οδυς')", 1),
        ("users", "displayName eq 'οδυσσευς β'", 1),
        ("users", "displayName in ('x','οδυσσευσ Β')", 1),
        ("users", "startsWith(displayName,'ΟΔΎΣ')", 0),
        ("users", "surname eq 'ΠΑΠΆΣ'", 1),
        ("users", "surname eq 'παπάσ'", 1),
        ("users", "surname eq 'παπας'", 0),
        ("users", "surname ge 'ΠΑΠΆΣ' and surname le 'Παπάς'", 1),
        ("users", "startsWith(jobTitle,'STRASS')", 0),
        ("users", "startsWith(jobTitle,'STRAẞE')", 1),
        (memberships.as_str(), "startsWith(displayName,'ΦΊΛΟΣ')", 1),
        (memberships.as_str(), "displayName eq 'φίλοσ'", 1),
        (memberships.as_str(), "displayName eq 'ΦΙΛΟΣ'", 0),
        ("groups", "displayName eq 'ΦΊΛΟΣ'", 1),
    ] {
        let path = format!("/v1.0/{list}?$count=true&$filter={}", encoded(filter));
        let reply = eventually(&server, &token, &path).await.expect(200);
        assert_eq!(reply.json["@odata.count"], expected, "{list} {filter}");
    }
}

/// Names that were folded with two sigmas are found once the migration has been over them.
#[tokio::test]
async fn names_that_were_folded_before_are_found_after_the_migration() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let id = server.add_person("odysseus", &[]).await.id;
    let names = json!({ "displayName": "ΟΔΥΣΣΕΥΣ", "surname": "Παπάς", "city": "Ναύπλιο" });
    server.patch(&token, &format!("/v1.0/users/{id}"), names).await.expect(204);
    server.look().change(
        "UPDATE users SET display_name_key = 'οδυσσευς', surname_key = 'παπάς' WHERE city = 'Ναύπλιο'",
    );
    let asked = |filter: &str| format!("/v1.0/users?$count=true&$filter={}", encoded(filter));
    let all = ["displayName eq 'Οδυσσευς'", "startsWith(displayName,'οδυσσευΣ')", "surname eq 'ΠΑΠΆΣ'"];
    for filter in all {
        assert!(found(&server, &token, &asked(filter)).await.is_empty(), "{filter}");
    }
    let migration = include_str!("../../crates/store/migrations/0032_one_sigma.sql");
    for statement in migration.split(';').filter(|statement| !statement.trim().is_empty()) {
        server.look().change(statement);
    }
    for filter in all {
        assert_eq!(found(&server, &token, &asked(filter)).await, ["ΟΔΥΣΣΕΥΣ"], "{filter}");
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
