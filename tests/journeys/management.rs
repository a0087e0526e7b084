//! What command lines ask before they use the directory API, and the description of the surface over HTTP.

use hospes_domain::access::Scope;
use serde_json::json;

use crate::harness::Server;

/// What Terraform's provider reads (reference/wire-contract.md section 6) and Azure CLI registers a cloud by.
#[tokio::test]
async fn the_endpoints_lead_back_to_this_server() {
    let server = Server::start().await;
    for path in [
        "/metadata/endpoints?api-version=2022-09-01",
        "/metadata/endpoints?api-version=2015-01-01",
        "/metadata/endpoints",
        // Azure CLI, told `--endpoint-resource-manager https://hospes.example/`.
        "//metadata/endpoints?api-version=2022-09-01",
    ] {
        let reply =
            server.raw(http::Request::get(path).body(axum::body::Body::empty()).unwrap()).await.expect(200);
        assert!(reply.headers["content-type"].to_str().unwrap().starts_with("application/json"));
        for (name, value) in [
            ("resourceManager", "https://hospes.example/"),
            ("microsoftGraphResourceId", "https://hospes.example/"),
            ("graph", "https://hospes.example"),
        ] {
            assert_eq!(reply.json[name], value);
        }
        let authentication = json!({
            "loginEndpoint": "https://hospes.example", "audiences": ["https://hospes.example/"], "tenant": "common",
            "identityProvider": "AAD",
        });
        assert_eq!(reply.json["authentication"], authentication);
        assert!(!reply.json["name"].as_str().unwrap().is_empty() && reply.json["suffixes"] == json!({}));
    }
}

/// Sections 5 and 3: `az login` asks for a token of the management resource, then these two.
#[tokio::test]
async fn a_sign_in_of_a_command_line_finds_its_tenant_and_no_subscription() {
    let server = Server::start().await;
    let tenant = server.tenant.to_string();
    let secret = server.automation.secret.as_ref().unwrap();
    for scope in ["https://hospes.example/.default", "https://hospes.example//.default"] {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &server.automation.client_id.to_string()),
            ("client_secret", secret),
            ("scope", scope),
            ("claims", r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#),
        ];
        let token = server.token_request(&tenant, &form).await.expect(200).json["access_token"].clone();
        let token = token.as_str().unwrap();
        let found = server.get(token, "/subscriptions?api-version=2022-12-01").await.expect(200);
        assert_eq!(found.json, json!({ "value": [] }));
        let found = server.get(token, "/tenants?api-version=2022-12-01").await.expect(200).json;
        assert_eq!(found["value"][0]["id"], format!("/tenants/{tenant}"));
        assert_eq!(found["value"][0]["tenantId"], tenant);
        assert_eq!(found["value"][0]["displayName"], "Fabrikam");
    }
    // Who may not read the organisation still learns where it is.
    let bare = server.token_with(server.tenant, server.member.id, 1, &[]);
    let found = server.get(&bare, "/tenants").await.expect(200).json;
    assert_eq!(found["value"][0]["tenantId"], tenant);
    assert!(found["value"][0].get("displayName").is_none());
    // Nobody's token stays good because nothing much is asked.
    let live = server.live_token(server.tenant, server.member.id);
    server.post(&live, "/v1.0/me/revokeSignInSessions", serde_json::Value::Null).await.expect(200);
    server.get(&live, "/tenants").await.expect(401);
    server.get(&live, "/subscriptions").await.expect(401);
}

#[tokio::test]
async fn the_description_and_the_service_document_are_served() {
    let server = Server::start().await;
    let token = server.token_with(server.tenant, server.member.id, 1, Scope::ALL);
    for version in ["v1.0", "beta"] {
        for path in [format!("/{version}/$metadata"), format!("/{version}/%24Metadata")] {
            let reply = server.get(&token, &path).await.expect(200);
            assert!(reply.headers["content-type"].to_str().unwrap().starts_with("application/xml"));
            assert_eq!(reply.headers["odata-version"], "4.0");
            for text in ["<EntityType Name=\"user\"", "Name=\"externalUserState\"", "<Singleton Name=\"me\""]
            {
                assert!(reply.text.contains(text), "{text}");
            }
        }
        for path in [format!("/{version}"), format!("/{version}/")] {
            let reply = server.get(&token, &path).await.expect(200).json;
            assert_eq!(reply["@odata.context"], format!("https://hospes.example/{version}/$metadata"));
            let users = json!({ "name": "users", "kind": "EntitySet", "url": "users" });
            assert!(reply["value"].as_array().unwrap().contains(&users), "{reply}");
        }
    }
}
