//! Certificates that are kept at the presence of an application, beside those of the application.

use serde_json::{Value, json};

use super::objects::tag;
use crate::harness::{MadeApp, Server, certificate};

async fn robot(server: &Server) -> (MadeApp, String, String) {
    let app = server.make_app("Robot", json!({})).await;
    let paths =
        (format!("/v1.0/applications/{}", app.id), format!("/v1.0/servicePrincipals/{}", app.principal));
    (app, paths.0, paths.1)
}

fn ids(object: &Value) -> Vec<String> {
    let list = object["keyCredentials"].as_array().unwrap().iter();
    list.map(|key| key["keyId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_certificate_of_the_presence_is_kept_listed_and_signs_the_application_in() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (app, own, presence) = robot(&server).await;
    server.signs_in_by_key(&app.client).await.expect(401);
    let change = json!({ "keyCredentials": [certificate(true), certificate(false)] });
    server.patch(&admin, &presence, change).await.expect(204);
    server.signs_in_by_key(&app.client).await.expect(200);
    let shown = server.get(&admin, &presence).await.expect(200).json;
    let first = &shown["keyCredentials"][0];
    assert_eq!((ids(&shown).len(), &first["key"], &first["usage"]), (2, &Value::Null, &json!("Verify")));
    let listed =
        format!("/v1.0/servicePrincipals?$filter=appId%20eq%20'{}'&$select=keyCredentials", app.client);
    let listed = server.get(&admin, &listed).await.expect(200).json;
    assert_eq!(listed["value"][0]["keyCredentials"], shown["keyCredentials"]);
    assert_eq!(
        server.get(&admin, &own).await.expect(200).json["keyCredentials"],
        json!([]),
        "each says its own"
    );
    // What was read and is sent back stays; who is left out goes.
    server.patch(&admin, &presence, json!({ "keyCredentials": shown["keyCredentials"] })).await.expect(204);
    assert_eq!(ids(&server.get(&admin, &presence).await.json), ids(&shown));
    server.patch(&admin, &presence, json!({ "keyCredentials": [] })).await.expect(204);
    server.signs_in_by_key(&app.client).await.expect(401);
    // The application's own goes on when that of the presence is gone, which may be the same.
    let (at_own, at_presence) =
        (format!("applications/{}", app.id), format!("servicePrincipals/{}", app.principal));
    server.certify(&at_own).await;
    server.certify(&at_presence).await;
    server.signs_in_by_key(&app.client).await.expect(200);
    server.patch(&admin, &presence, json!({ "keyCredentials": [] })).await.expect(204);
    server.signs_in_by_key(&app.client).await.expect(200);
    for wrong in [json!({ "key": "bm90IGEgY2VydGlmaWNhdGU=" }), json!({ "keyId": first["keyId"] })] {
        let refused = server.patch(&admin, &presence, json!({ "keyCredentials": [wrong] })).await.expect(400);
        assert!(refused.message().contains("keyCredentials"), "{}", refused.text);
    }
}

#[tokio::test]
async fn a_presence_is_made_with_its_certificates() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (app, _, presence) = robot(&server).await;
    server.delete(&admin, &presence).await.expect(204);
    let body = json!({ "appId": app.client, "keyCredentials": [certificate(true)] });
    let made = server.post(&admin, "/v1.0/servicePrincipals", body).await.expect(201);
    assert_eq!(ids(&made.json).len(), 1);
    server.signs_in_by_key(&app.client).await.expect(200);
}

#[tokio::test]
async fn f9_a_program_renews_the_certificate_of_its_presence_by_showing_that_it_has_one() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (app, own, presence) = robot(&server).await;
    let first = server.certify(&format!("servicePrincipals/{}", app.principal)).await;
    let token = server.signs_in_by_key(&app.client).await.expect(200).json["access_token"].clone();
    let token = token.as_str().unwrap();
    let ask = async |token: &str, path: &str, proof: String| {
        let body = json!({ "keyCredential": certificate(false), "proof": proof });
        server.post(token, &format!("{path}/addKey"), body).await
    };
    for bad in [server.proof(&app.id, 600), server.proof(&app.principal, 3600), "x".into()] {
        let refused = ask(token, &presence, bad).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"], "proof", "{}", refused.text);
    }
    // The application has none, so nobody can show one of its.
    ask(token, &own, server.proof(&app.id, 600)).await.expect(400);
    ask(&server.token_of(&server.member), &presence, server.proof(&app.principal, 600)).await.expect(403);
    let by_client = format!("/v1.0/servicePrincipals(appId='{}')", app.client);
    let good = server.proof(&app.principal, 600);
    let made = ask(token, &by_client, good.clone()).await.expect(200).json;
    assert_eq!((&made["type"], &made["key"]), (&json!("AsymmetricX509Cert"), &Value::Null));
    assert_eq!(ids(&server.get(&admin, &presence).await.json).len(), 2);
    // Each proof once.
    let remove = format!("{presence}/removeKey");
    server.post(token, &remove, json!({ "keyId": made["keyId"], "proof": good })).await.expect(400);
    let last = json!({ "keyId": first, "proof": server.proof(&app.client, 590) });
    server.post(token, &remove, last).await.expect(204);
    server.signs_in_by_key(&app.client).await.expect(401);
    // The directory API signs in nowhere.
    let graph = "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')";
    ask(&admin, graph, server.proof(&app.client, 580)).await.expect(400);
}

#[tokio::test]
async fn certificates_of_the_presence_go_and_come_back_with_it() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (app, _, presence) = robot(&server).await;
    server.certify(&format!("servicePrincipals/{}", app.principal)).await;
    server.delete(&admin, &presence).await.expect(204);
    assert_ne!(server.signs_in_by_key(&app.client).await.status, 200);
    let deleted = format!("/v1.0/directory/deletedItems/{}", app.principal);
    assert_eq!(server.get(&admin, &deleted).await.expect(200).json["keyCredentials"], json!([]));
    server.post(&admin, &format!("{deleted}/restore"), Value::Null).await.expect(200);
    server.signs_in_by_key(&app.client).await.expect(200);
    // A new presence begins without those of the one before.
    server.delete(&admin, &presence).await.expect(204);
    let again =
        server.post(&admin, "/v1.0/servicePrincipals", json!({ "appId": app.client })).await.expect(201);
    assert_eq!(again.json["keyCredentials"], json!([]));
    server.signs_in_by_key(&app.client).await.expect(401);
    server.delete(&admin, &deleted).await.expect(204);
    assert_eq!(server.look().count("deleted_principal_certificates"), 0);
}

#[tokio::test]
async fn j12_a_change_of_certificates_changes_the_tag() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (app, _, presence) = robot(&server).await;
    let before = tag(&server.get(&admin, &presence).await.expect(200));
    server.certify(&format!("servicePrincipals/{}", app.principal)).await;
    assert_ne!(tag(&server.get(&admin, &presence).await.expect(200)), before);
}
