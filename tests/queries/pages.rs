//! Pages of people who are found by words of their names, in the order of their names: with words twice in a name, with
//! people who were renamed or deleted, and with equal names.

use serde_json::json;

use super::{encoded, pages};
use crate::harness::Server;

#[tokio::test]
async fn a_search_in_the_order_of_names_shows_each_once_on_pages_of_any_size() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let names = [
        "Ana Anders",
        "ana anna",
        "Zoe Ana",
        "Bo Ana-Maria",
        "Ana",
        "ANA",
        "Ana Li",
        "Banana",
        "Li Anatol",
        "Önal Ana",
        "x ana",
        "Ana B",
        "anastasia",
        "An A",
    ];
    let mut expected: Vec<(String, String)> = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let body = json!({ "displayName": name, "userPrincipalName": format!("p{n}@fabrikam.example"),
            "accountEnabled": true, "mailNickname": format!("p{n}"),
            "passwordProfile": { "password": "a long enough password" } });
        let made = server.post(&token, "/v1.0/users", body).await.expect(201).json;
        let id = made["id"].as_str().unwrap().to_owned();
        let path = format!("/v1.0/users/{id}");
        match *name {
            "Ana Li" => server.delete(&token, &path).await.expect(204),
            "ANA" => server.patch(&token, &path, json!({ "displayName": "zz Ana" })).await.expect(204),
            "x ana" => server.patch(&token, &path, json!({ "displayName": "x" })).await.expect(204),
            "Ana B" => server.patch(&token, &path, json!({ "department": "ana" })).await.expect(204),
            _ => server.get(&token, &path).await.expect(200),
        };
        match *name {
            "Ana Li" | "Banana" | "x ana" | "An A" => {}
            "ANA" => expected.push(("zz ana".to_owned(), id)),
            name => expected.push((name.to_lowercase(), id)),
        }
    }
    expected.sort();
    for descending in [false, true] {
        let wanted: Vec<&String> = if descending {
            expected.iter().rev().map(|(_, id)| id).collect()
        } else {
            expected.iter().map(|(_, id)| id).collect()
        };
        for top in [1, 2, 3, 5, 10, 11, 999] {
            let path = format!(
                "/v1.0/users?$count=true&$select=id&$top={top}&$search={}&$orderby=displayName{}",
                encoded("\"displayName:ana\""),
                if descending { "%20desc" } else { "" }
            );
            let (found, count) = pages(&server, &token, &path).await;
            assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{path}");
            assert_eq!(usize::try_from(count).unwrap(), wanted.len());
        }
    }
    let two = format!(
        "/v1.0/users?$count=true&$select=id&$search={}&$orderby=displayName",
        encoded("\"displayName:an zo\"")
    );
    assert_eq!(pages(&server, &token, &two).await.0.len(), 1);
}
