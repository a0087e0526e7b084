//! What a new user and a new group have to say: a script that works here works there.

use serde_json::{Value, json};

use crate::harness::Server;

fn user() -> Value {
    json!({
        "accountEnabled": true, "displayName": "Cyril", "mailNickname": "cyril",
        "userPrincipalName": "cyril@fabrikam.example", "passwordProfile": { "password": "Quite-long-4-you!" },
    })
}

fn group() -> Value {
    json!({ "displayName": "Audit", "mailNickname": "audit", "mailEnabled": false, "securityEnabled": true })
}

/// The body without the property, and with nothing in it.
fn without(body: &Value, name: &str) -> Vec<Value> {
    let mut absent = body.clone();
    absent.as_object_mut().unwrap().remove(name);
    let mut null = body.clone();
    null[name] = Value::Null;
    let mut bodies = vec![absent, null];
    if body[name].is_string() {
        let mut empty = body.clone();
        empty[name] = "".into();
        bodies.push(empty);
    }
    bodies
}

#[tokio::test]
async fn what_the_original_demands_of_a_new_object_is_demanded_in_its_words() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let before = server.look().state();
    for (path, resource, whole, names) in [
        (
            "/v1.0/users",
            "User",
            user(),
            ["accountEnabled", "displayName", "mailNickname", "userPrincipalName"],
        ),
        ("/beta/groups", "Group", group(), ["displayName", "mailEnabled", "mailNickname", "securityEnabled"]),
    ] {
        for name in names {
            for body in without(&whole, name) {
                let said = body.to_string();
                let refused = server.post(&token, path, body).await.expect(400);
                let error = &refused.json["error"];
                let words = format!("A value is required for property '{name}' of resource '{resource}'.");
                assert_eq!(
                    (&error["code"], &error["message"]),
                    (&json!("Request_BadRequest"), &json!(words)),
                    "{said}"
                );
                assert_eq!(error["details"][0]["target"], name, "{said}");
            }
        }
    }
    assert_eq!(server.look().state(), before);
    server.post(&token, "/v1.0/users", user()).await.expect(201);
    server.post(&token, "/v1.0/groups", group()).await.expect(201);
}

/// Also whoever is to be a guest: such a guest was not invited, so nobody else vouches for them.
#[tokio::test]
async fn a_new_user_has_a_password() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    for user_type in ["Member", "Guest"] {
        let mut bodies = without(&user(), "passwordProfile");
        for profile in
            [json!({}), json!({ "password": null }), json!({ "forceChangePasswordNextSignIn": true })]
        {
            let mut body = user();
            body["passwordProfile"] = profile;
            bodies.push(body);
        }
        for mut body in bodies {
            body["userType"] = user_type.into();
            let said = body.to_string();
            let error = server.post(&token, "/v1.0/users", body).await.expect(400).json["error"].clone();
            assert_eq!(error["message"], "A password must be specified to create a new user.", "{said}");
            assert_eq!(
                (&error["code"], &error["details"][0]["target"]),
                (&json!("Request_BadRequest"), &json!("passwordProfile"))
            );
        }
    }
}

/// One property after another, from nothing to a user: each refusal says what to send next.
#[tokio::test]
async fn refusals_lead_to_a_body_that_is_taken() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    for (path, whole) in [("/v1.0/users", user()), ("/v1.0/groups", group())] {
        let mut body = json!({});
        for _ in 0..whole.as_object().unwrap().len() {
            let refused = server.post(&token, path, body.clone()).await.expect(400).json;
            let missing = refused["error"]["details"][0]["target"].as_str().unwrap();
            body[missing] = whole[missing].clone();
        }
        server.post(&token, path, body).await.expect(201);
    }
}
