//! Who stands around a user over the directory API, and the smaller resources: managers, sponsors, objects by their ids,
//! guests who become members, the organisation.

use serde_json::{Value, json};

use crate::harness::{Browser, Server, certificate};

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{id}") })
}

#[tokio::test]
async fn a_manager_is_set_replaced_and_taken_away() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (mia, hugo) = (server.member.id.to_string(), server.helpdesk.id.to_string());
    let path = format!("/v1.0/users/{mia}/manager");
    let none = server.get(&admin, &path).await.expect(404);
    assert_eq!(none.code(), "Request_ResourceNotFound");
    server.put(&admin, &format!("{path}/$ref"), reference(&server.inviter.id.to_string())).await.expect(204);
    server.put(&admin, &format!("{path}/$ref"), reference(&hugo)).await.expect(204);
    let read = server.get(&admin, &path).await.expect(200).json;
    assert_eq!((&read["@odata.type"], &read["id"]), (&json!("#microsoft.graph.user"), &json!(hugo)));
    let reports = server.get(&admin, &format!("/v1.0/users/{hugo}/directReports")).await.expect(200).json;
    assert_eq!(reports["value"][0]["id"], json!(mia));
    let own = server.token_of(&server.member);
    assert_eq!(server.get(&own, "/v1.0/me/manager").await.expect(200).json["id"], json!(hugo));
    for (id, status) in [
        (mia.clone(), 400),
        (server.group.to_string(), 400),
        ("00000000-0000-4000-8000-000000000404".into(), 404),
    ] {
        server.put(&admin, &format!("{path}/$ref"), reference(&id)).await.expect(status);
    }
    // Whoever is deleted manages nobody, and does again when restored.
    server.delete(&admin, &format!("/v1.0/users/{hugo}")).await.expect(204);
    server.get(&admin, &path).await.expect(404);
    server
        .post(&admin, &format!("/v1.0/directory/deletedItems/{hugo}/restore"), Value::Null)
        .await
        .expect(200);
    server.get(&admin, &path).await.expect(200);
    server.delete(&admin, &format!("{path}/$ref")).await.expect(204);
    server.delete(&admin, &format!("{path}/$ref")).await.expect(404);
}

#[tokio::test]
async fn a_user_has_five_sponsors_at_most() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (guest, _) = server.invite(&server.app_token().await, "ana@contoso.example").await;
    let path = format!("/v1.0/users/{guest}/sponsors");
    let mut all = vec![server.group.to_string()];
    for n in 0..4 {
        all.push(server.add_person(&format!("sponsor{n}"), &[]).await.id.to_string());
    }
    for id in &all {
        server.post(&admin, &format!("{path}/$ref"), reference(id)).await.expect(204);
    }
    let twice = server.post(&admin, &format!("{path}/$ref"), reference(&all[0])).await.expect(400);
    assert!(twice.message().contains("One or more added object references already exist"));
    let sixth = server.post(&admin, &format!("{path}/$ref"), reference(&server.member.id.to_string())).await;
    assert!(sixth.expect(400).message().contains("five sponsors"));
    server.delete(&admin, &format!("{path}/{}/$ref", all[1])).await.expect(204);
    server.delete(&admin, &format!("{path}/{}/$ref", all[1])).await.expect(404);
    server.post(&admin, &format!("{path}/$ref"), reference(&server.member.id.to_string())).await.expect(204);
    assert_eq!(server.get(&admin, &path).await.expect(200).json["value"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn objects_are_found_by_their_ids_whatever_they_are() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({})).await;
    let ids = json!([
        server.member.id,
        server.group,
        server.portal.service_principal.id,
        app.id,
        server.tenant,
        server.member.id
    ]);
    let ask = async |types: Value| {
        let body = json!({ "ids": ids, "types": types });
        let found = server.post(&admin, "/v1.0/directoryObjects/getByIds", body).await.expect(200).json;
        let kinds = found["value"].as_array().unwrap().iter().map(|one| one["@odata.type"].as_str().unwrap());
        kinds.map(|kind| kind.trim_start_matches("#microsoft.graph.").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ask(Value::Null).await, ["user", "group", "servicePrincipal", "application"]);
    assert_eq!(ask(json!(["directoryObjectPartnerReference", "group", "User"])).await, ["user", "group"]);
    assert_eq!(ask(json!(["device"])).await, [] as [&str; 0]);
    let of_pnp = json!({ "ids": ids, "type": 0 });
    let found = server.post(&admin, "/v1.0/directoryObjects/getByIds", of_pnp).await.expect(200).json;
    assert_eq!(found["value"].as_array().unwrap().len(), 4);
    for bad in [json!([]), json!(["x"]), json!(vec![server.group.to_string(); 1001]), json!("x")] {
        let refused =
            server.post(&admin, "/v1.0/directoryObjects/getByIds", json!({ "ids": bad })).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"], "ids", "{}", refused.text);
    }
}

#[tokio::test]
async fn b17_a_guest_becomes_a_member_and_signs_in_with_a_password_from_then_on() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (id, mut guest) = server.accepted_guest("ana@contoso.example").await;
    server.give_access(hospes_domain::ids::ObjectId::parse(&id).unwrap()).await;
    let user = format!(
        "/v1.0/users/{id}?$select=userPrincipalName,userType,creationType,externalUserState,identities,proxyAddresses,mail"
    );
    let before = server.get(&admin, &user).await.expect(200).json;
    let action = format!("/users/{id}/convertExternalToInternalMemberUser");
    let body = json!({
        "userPrincipalName": "ana.new@fabrikam.example",
        "passwordProfile": { "password": "seven quiet lanterns", "forceChangePasswordNextSignIn": false },
    });
    server.post(&admin, &format!("/v1.0{action}"), body.clone()).await.expect(404);
    for (bad, field) in [
        (json!({ "passwordProfile": { "password": "seven quiet lanterns" } }), "userPrincipalName"),
        (
            json!({ "userPrincipalName": "ana@elsewhere.example", "passwordProfile": { "password": "seven quiet lanterns" } }),
            "userPrincipalName",
        ),
        (json!({ "userPrincipalName": "ana.new@fabrikam.example" }), "passwordProfile.password"),
    ] {
        let refused = server.post(&admin, &format!("/beta{action}"), bad).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"], field, "{}", refused.text);
    }
    assert_eq!(server.get(&admin, &user).await.expect(200).json, before);
    let done = server.post(&admin, &format!("/beta{action}"), body.clone()).await.expect(200).json;
    assert_eq!(done["userPrincipalName"], "ana.new@fabrikam.example");
    let after = server.get(&admin, &user).await.expect(200).json;
    assert_eq!(
        (&after["userType"], &after["creationType"], &after["externalUserState"], &after["mail"]),
        (&json!("Member"), &Value::Null, &Value::Null, &before["mail"])
    );
    let old = format!("smtp:{}", before["userPrincipalName"].as_str().unwrap());
    assert!(after["proxyAddresses"].as_array().unwrap().contains(&json!(old)), "{after}");
    assert_eq!(after["identities"].as_array().unwrap().len(), 1, "{after}");
    // The session of the guest is over; the password lets in; the groups are still there.
    let page = guest.get(&server, &format!("/myapps/{}", server.tenant)).await;
    assert!(!page.text().contains("Supplier Portal"), "{}", page.html);
    let person = crate::harness::Person {
        id: hospes_domain::ids::ObjectId::parse(&id).unwrap(),
        upn: "ana.new@fabrikam.example".into(),
    };
    let groups = server.get(&admin, &format!("/v1.0/users/{id}/memberOf")).await.expect(200).json;
    assert_eq!(groups["value"].as_array().unwrap().len(), 1);
    let mut browser = Browser::new();
    let start = browser.get(&server, &format!("/myapps/{}", server.tenant)).await;
    let asked = browser.submit(&server, &start.form_to("/address"), &[("address", &person.upn)]).await;
    let inside =
        browser.submit(&server, &asked.form_to("/password"), &[("password", "seven quiet lanterns")]).await;
    assert!(inside.text().contains("Supplier Portal"), "{}", inside.html);
    let again = server.post(&admin, &format!("/beta{action}"), body).await.expect(400);
    assert!(again.message().contains("internal already"), "{}", again.text);
    let history = server.get(&admin, &format!("/v1.0/users/{id}/hospes.bindings")).await.expect(200);
    assert!(history.text.contains("converted"), "{}", history.text);
}

#[tokio::test]
async fn the_organisation_says_where_its_privacy_statement_is() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let path = format!("/v1.0/organization/{}", server.tenant);
    let says = async || server.get(&admin, &path).await.expect(200).json["privacyProfile"].clone();
    let with = |url: Value| json!({ "privacyProfile": { "statementUrl": url, "contactEmail": null } });
    server.patch(&admin, &path, with(json!("https://fabrikam.example/privacy"))).await.expect(204);
    assert_eq!(says().await["statementUrl"], "https://fabrikam.example/privacy");
    for (body, field) in [
        (with(json!("javascript:alert(1)")), "privacyProfile.statementUrl"),
        (with(json!("http://fabrikam.example/")), "privacyProfile.statementUrl"),
        (json!({ "displayName": "Other" }), "displayName"),
        (json!({ "nothing": "x" }), "nothing"),
    ] {
        let refused = server.patch(&admin, &path, body).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"], field, "{}", refused.text);
    }
    server.patch(&admin, &path, json!({ "privacyProfile": null })).await.expect(204);
    assert_eq!(says().await, Value::Null);
}

#[tokio::test]
async fn roles_have_templates_and_are_active() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let all = server.get(&admin, "/v1.0/directoryRoleTemplates").await.expect(200).json;
    let inviter = "95e79109-95c0-4d8e-aee3-d01accf2d47b";
    assert!(
        all["value"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["id"] == inviter && one.get("roleTemplateId").is_none())
    );
    let one = server.get(&admin, &format!("/v1.0/directoryRoleTemplates/{inviter}")).await.expect(200).json;
    assert_eq!(one["displayName"], "Guest Inviter");
    for _ in 0..2 {
        let active = server
            .post(&admin, "/v1.0/directoryRoles", json!({ "roleTemplateId": inviter }))
            .await
            .expect(201);
        assert_eq!(active.json["roleTemplateId"], inviter);
    }
    server.post(&admin, "/v1.0/directoryRoles", json!({ "roleTemplateId": server.tenant })).await.expect(400);
    let members = format!("/v1.0/directoryRoles(roleTemplateId='{inviter}')/members");
    let held = server.get(&admin, &members).await.expect(200).json;
    assert_eq!(held["value"][0]["id"], json!(server.inviter.id));
}

#[tokio::test]
async fn owned_by_goes_with_owning() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({})).await;
    let path = format!("/v1.0/applications/{}", app.id);
    let owners = format!("{path}/owners");
    // Whoever registered it owns it.
    let first = server.get(&admin, &owners).await.expect(200).json;
    assert_eq!(first["value"][0]["id"], json!(server.admin.id));
    let own = server.token_with(
        server.tenant,
        server.admin.id,
        1,
        &[hospes_domain::access::Scope::ApplicationReadWriteOwnedBy],
    );
    server.patch(&own, &path, json!({ "notes": "Mine" })).await.expect(204);
    server
        .post(&admin, &format!("{owners}/$ref"), reference(&server.member.id.to_string()))
        .await
        .expect(204);
    server.post(&admin, &format!("{owners}/$ref"), reference(&server.group.to_string())).await.expect(400);
    server.delete(&admin, &format!("{owners}/{}/$ref", server.admin.id)).await.expect(204);
    server.patch(&own, &path, json!({ "notes": "Mine" })).await.expect(403);
    // Owning takes the place of no role.
    let mia = server.token_of(&server.member);
    server.patch(&mia, &path, json!({ "notes": "Mine" })).await.expect(403);
    let owned = server.get(&mia, "/v1.0/me/ownedObjects").await.expect(200).json;
    assert_eq!(owned["value"][0]["@odata.type"], "#microsoft.graph.application");
    assert_eq!(owned["value"][0]["passwordCredentials"].as_array().unwrap().len(), 1);
    // Not even the hint of a secret, to a program that may read people only.
    let mine = format!("/v1.0/users/{}/ownedObjects", server.member.id);
    let people = [hospes_domain::access::Scope::UserReadAll];
    let seen = server.token_with(server.tenant, server.member.id, 1, &people);
    let owned = server.get(&seen, &mine).await.expect(200).json;
    assert_eq!(owned["value"][0]["passwordCredentials"], json!([]));
}

#[tokio::test]
async fn f9_a_program_renews_its_own_certificate_by_showing_that_it_has_one() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Robot", json!({})).await;
    let first = server.certify(&format!("applications/{}", app.id)).await;
    let own = [("grant_type", "client_credentials"), ("scope", "https://graph.microsoft.com/.default")];
    let token = server.as_app(&app, &own).await.expect(200).json["access_token"].as_str().unwrap().to_owned();
    let path = format!("/v1.0/applications/{}", app.id);
    let ask = async |token: &str, proof: String| {
        let body = json!({ "keyCredential": certificate(false), "proof": proof });
        server.post(token, &format!("{path}/addKey"), body).await
    };
    let other = server.make_app("Other", json!({})).await;
    let good = server.proof(&app.id, 600);
    let (head, tail) = good.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", tail.chars().rev().collect::<String>());
    for bad in [
        server.proof(&other.id, 600),
        server.proof(&app.id, 3600),
        server.proof(&app.id, -400),
        forged,
        "x".into(),
    ] {
        let refused = ask(&token, bad).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"], "proof", "{}", refused.text);
    }
    // Nobody else gets in with it: not another program, and nobody who may not write applications.
    let others =
        server.as_app(&other, &own).await.expect(200).json["access_token"].as_str().unwrap().to_owned();
    ask(&others, good.clone()).await.expect(403);
    ask(&server.token_of(&server.member), good.clone()).await.expect(403);
    let made = ask(&token, good.clone()).await.expect(200).json;
    assert_eq!((&made["type"], &made["key"]), (&json!("AsymmetricX509Cert"), &Value::Null));
    // Once, although the certificate is gone again.
    let remove = format!("{path}/removeKey");
    let body = json!({ "keyId": made["keyId"], "proof": server.proof(&app.id, 580) });
    server.post(&token, &remove, body).await.expect(204);
    assert!(ask(&token, good).await.expect(400).message().contains("has been used"));
    let last = json!({ "keyId": first, "proof": server.proof(&app.id, 570) });
    server.post(&token, &remove, last).await.expect(204);
    assert_eq!(server.get(&admin, &path).await.expect(200).json["keyCredentials"], json!([]));
    ask(&token, server.proof(&app.id, 560)).await.expect(400);
}
