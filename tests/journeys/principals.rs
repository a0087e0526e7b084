//! What a service principal owns, and secrets that are made at it.

use serde_json::{Value, json};

use crate::harness::{MadeApp, Reply, Server};
use crate::queries::eventually;

async fn signs_in(server: &Server, app: &MadeApp, secret: &Value) -> Reply {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", app.client.as_str()),
        ("client_secret", secret.as_str().unwrap()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    server.token_request(&server.tenant.to_string(), &fields).await
}

#[tokio::test]
async fn what_a_service_principal_owns_is_listed_by_kind() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let owner = server.make_app("Robot", json!({})).await;
    let owned = server.make_app("Orders", json!({})).await;
    let reference =
        json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{}", owner.principal) });
    for list in [
        format!("groups/{}/owners", server.group),
        format!("applications/{}/owners", owned.id),
        format!("servicePrincipals/{}/owners", owned.principal),
    ] {
        server.post(&admin, &format!("/v1.0/{list}/$ref"), reference.clone()).await.expect(204);
    }
    let group = server.group.to_string();
    let ids = async |path: String| -> Vec<String> {
        let found = server.get(&admin, &path).await.expect(200).json;
        let mut ids: Vec<String> = found["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    let mut all = vec![group.clone(), owned.id.clone(), owned.principal.clone()];
    all.sort();
    let path = format!("/v1.0/servicePrincipals/{}/ownedObjects", owner.principal);
    assert_eq!(ids(path.clone()).await, all);
    assert_eq!(ids(format!("/v1.0/servicePrincipals(appId='{}')/ownedObjects", owner.client)).await, all);
    for (kind, id) in [
        ("graph.group", &group),
        ("microsoft.graph.application", &owned.id),
        ("graph.servicePrincipal", &owned.principal),
    ] {
        assert_eq!(ids(format!("{path}/{kind}")).await, [id.as_str()], "{kind}");
    }
    let expanded = format!("/v1.0/servicePrincipals/{}?$expand=ownedObjects", owner.principal);
    let expanded = server.get(&admin, &expanded).await.expect(200).json;
    assert_eq!(expanded["ownedObjects"].as_array().unwrap().len(), 3);
    let kinds: Vec<&Value> =
        expanded["ownedObjects"].as_array().unwrap().iter().map(|one| &one["@odata.type"]).collect();
    assert!(kinds.contains(&&json!("#microsoft.graph.application")), "{kinds:?}");
    assert_eq!(ids(format!("/v1.0/servicePrincipals/{}/ownedObjects", owned.principal)).await, [""; 0]);
}

/// `Get-MgGroupOwnerAsUser` and the like.
#[tokio::test]
async fn owners_are_narrowed_to_a_kind() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (robot, orders) =
        (server.make_app("Robot", json!({})).await, server.make_app("Orders", json!({})).await);
    let mia = server.member.id.to_string();
    for list in [
        format!("groups/{}/owners", server.group),
        format!("applications/{}/owners", orders.id),
        format!("servicePrincipals/{}/owners", orders.principal),
    ] {
        for id in [&mia, &robot.principal] {
            let body = json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") });
            server.post(&admin, &format!("/v1.0/{list}/$ref"), body).await.expect(204);
        }
        let ids = async |cast: &str| -> Vec<Value> {
            let found = server.get(&admin, &format!("/v1.0/{list}/{cast}")).await.expect(200).json;
            found["value"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
        };
        let users = ids("graph.user").await;
        assert!(users.contains(&json!(mia)) && !users.contains(&json!(robot.principal)), "{list}");
        assert_eq!(ids("microsoft.graph.servicePrincipal").await, [json!(robot.principal)], "{list}");
        let counted =
            eventually(&server, &admin, &format!("/v1.0/{list}/graph.servicePrincipal/$count")).await;
        assert_eq!(counted.expect(200).text, "1", "{list}");
    }
}

#[tokio::test]
async fn a_secret_made_at_the_presence_signs_the_application_in() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Robot", json!({})).await;
    let (own, presence) =
        (format!("/v1.0/applications/{}", app.id), format!("/v1.0/servicePrincipals/{}", app.principal));
    let body = json!({ "passwordCredential": { "displayName": "rbac" } });
    let made = server.post(&admin, &format!("{presence}/addPassword"), body).await.expect(200).json;
    assert_eq!(made["displayName"], "rbac");
    signs_in(&server, &app, &made["secretText"]).await.expect(200);
    signs_in(&server, &app, &json!(app.secret)).await.expect(200);
    // Each says its own, and neither the secret.
    let at_presence = server.get(&admin, &presence).await.expect(200);
    assert_eq!(at_presence.json["passwordCredentials"][0]["keyId"], made["keyId"]);
    assert_eq!(at_presence.json["passwordCredentials"].as_array().unwrap().len(), 1);
    assert!(!at_presence.text.contains(made["secretText"].as_str().unwrap()));
    let at_application = server.get(&admin, &own).await.expect(200).json;
    assert_eq!(at_application["passwordCredentials"].as_array().unwrap().len(), 1);
    assert_ne!(at_application["passwordCredentials"][0]["keyId"], made["keyId"]);
    // Neither ends the other's.
    let key = json!({ "keyId": made["keyId"] });
    server.post(&admin, &format!("{own}/removePassword"), key.clone()).await.expect(400);
    server.post(&admin, &format!("{presence}/removePassword"), key.clone()).await.expect(204);
    server.post(&admin, &format!("{presence}/removePassword"), key).await.expect(400);
    signs_in(&server, &app, &made["secretText"]).await.expect(401);
    signs_in(&server, &app, &json!(app.secret)).await.expect(200);
    // The directory API signs in nowhere.
    let graph = "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')/addPassword";
    server.post(&admin, graph, Value::Null).await.expect(400);
}

#[tokio::test]
async fn secrets_of_the_presence_go_and_come_back_with_it() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Robot", json!({})).await;
    let presence = format!("/v1.0/servicePrincipals/{}", app.principal);
    let made = server.post(&admin, &format!("{presence}/addPassword"), Value::Null).await.expect(200).json;
    server.delete(&admin, &presence).await.expect(204);
    assert_ne!(signs_in(&server, &app, &made["secretText"]).await.status, 200);
    let deleted = format!("/v1.0/directory/deletedItems/{}", app.principal);
    server.post(&admin, &format!("{deleted}/restore"), Value::Null).await.expect(200);
    signs_in(&server, &app, &made["secretText"]).await.expect(200);
    // A new presence begins without the secrets of the one before.
    server.delete(&admin, &presence).await.expect(204);
    let again =
        server.post(&admin, "/v1.0/servicePrincipals", json!({ "appId": app.client })).await.expect(201);
    assert_eq!(again.json["passwordCredentials"], json!([]));
    signs_in(&server, &app, &made["secretText"]).await.expect(401);
    signs_in(&server, &app, &json!(app.secret)).await.expect(200);
    server.delete(&admin, &deleted).await.expect(204);
    assert_eq!(server.look().count("deleted_principal_secrets"), 0);
}
