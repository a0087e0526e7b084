//! Threat E9: whoever may change where something is sent must not get a secret sent there that they do not know. Hospes has
//! no such setting for administrators: what proves identities is built in, the mail server is the operator's and stands in no
//! table, and the one secret that is kept beside an address, that of a subscription, stays with the address it was given with.

use serde_json::{Value, json};

use crate::harness::Server;

const SECRET: &str = "known to the first receiver only";

#[tokio::test]
async fn e9_no_address_beside_a_kept_secret_can_be_changed() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let url = "https://receiver.example/changes";
    let wanted = json!({
        "changeType": "updated", "resource": "users", "clientState": SECRET, "notificationUrl": url,
        "lifecycleNotificationUrl": url, "expirationDateTime": "2026-11-21T16:00:00Z",
    });
    let made = server.post(&token, "/v1.0/subscriptions", wanted).await.expect(201).json;
    let path = format!("/v1.0/subscriptions/{}", made["id"].as_str().unwrap());
    let evil = "https://evil.example/changes";
    for (name, value) in [
        ("notificationUrl", evil),
        ("lifecycleNotificationUrl", evil),
        ("NotificationURL", evil),
        ("resource", "groups"),
        ("clientState", "mine"),
    ] {
        for more in [json!({}), json!({ "expirationDateTime": "2026-11-21T17:00:00Z" })] {
            let mut body = more;
            body[name] = json!(value);
            let refused = server.patch(&token, &path, body.clone()).await;
            assert_eq!(refused.status, 400, "{body}: {}", refused.text);
            if name == "notificationUrl" {
                assert!(refused.text.contains("clientState"), "it says what is missing: {}", refused.text);
            }
        }
    }
    for method in ["PUT", "POST"] {
        let refused = server.call(&token, method, &path, json!({ "notificationUrl": evil })).await;
        assert!(matches!(refused.status.as_u16(), 404 | 405), "{method}: {}", refused.text);
    }
    let kept = server.get(&token, &path).await.expect(200).json;
    assert_eq!((&kept["notificationUrl"], &kept["lifecycleNotificationUrl"]), (&json!(url), &json!(url)));
    assert_eq!(kept["expirationDateTime"], made["expirationDateTime"], "nothing of a refused change is kept");
    assert!(!server.is_at_rest(SECRET.as_bytes()));
    // Elsewhere at the same host the receiver is the same; another host gets what is sent along.
    let there = json!({ "notificationUrl": "https://receiver.example/v2" });
    server.patch(&token, &path, there).await.expect(200);
    let moved = json!({ "notificationUrl": evil, "clientState": "another" });
    assert_eq!(server.patch(&token, &path, moved).await.expect(200).json["notificationUrl"], evil);
}

#[tokio::test]
async fn e9_administrators_have_no_identity_provider_and_no_mail_server_to_point_elsewhere() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let listed = server.get(&token, "/v1.0/identity/identityProviders").await.expect(200).json;
    let providers = listed["value"].as_array().unwrap();
    assert!(!providers.is_empty());
    for provider in providers {
        let names: Vec<&String> = provider.as_object().unwrap().keys().collect();
        for name in names {
            let name = name.to_lowercase();
            assert!(
                !name.contains("secret") && !name.contains("url") && !name.contains("clientid"),
                "{provider}"
            );
        }
    }
    let path = format!("/v1.0/identity/identityProviders/{}", providers[0]["id"].as_str().unwrap());
    let before = server.look().state();
    let body = json!({ "clientId": "x", "clientSecret": SECRET, "metadataUrl": "https://evil.example" });
    for (method, path, body) in [
        ("POST", "/v1.0/identity/identityProviders", body.clone()),
        ("PATCH", &*path, body.clone()),
        ("PUT", &*path, body),
        ("DELETE", &*path, Value::Null),
    ] {
        let refused = server.call(&token, method, path, body).await;
        assert!(
            matches!(refused.status.as_u16(), 404 | 405),
            "{method}: {} {}",
            refused.status,
            refused.text
        );
    }
    assert_eq!(server.look().state(), before);
}
