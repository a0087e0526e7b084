//! What a body asks for happens or is refused by name: nothing that was sent is overlooked.

use hospes_domain::access::Scope;
use serde_json::{Value, json};

use crate::harness::{MadeApp, Server};

fn link(id: &str) -> String {
    format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")
}

async fn works(server: &Server, app: &MadeApp, secret: &str) -> bool {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", app.client.as_str()),
        ("client_secret", secret),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    server.token_request(&server.tenant.to_string(), &fields).await.status == 200
}

#[tokio::test]
async fn an_emptied_list_of_secrets_revokes_them_all() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({})).await;
    for place in [format!("applications/{}", app.id), format!("servicePrincipals/{}", app.principal)] {
        let place = format!("/v1.0/{place}");
        let mut texts = Vec::new();
        for name in ["first", "second"] {
            let body = json!({ "passwordCredential": { "displayName": name } });
            let made = server.post(&admin, &format!("{place}/addPassword"), body).await.expect(200).json;
            texts.push(made["secretText"].as_str().unwrap().to_owned());
        }
        // Sent back as they were read, all stay; those left out go.
        let mut shown = server.get(&admin, &place).await.expect(200).json["passwordCredentials"].take();
        server.patch(&admin, &place, json!({ "passwordCredentials": shown })).await.expect(204);
        let again = server.get(&admin, &place).await.expect(200).json;
        assert_eq!(again["passwordCredentials"], shown, "{place}");
        shown.as_array_mut().unwrap().retain(|one| one["displayName"] == "second");
        server.patch(&admin, &place, json!({ "passwordCredentials": shown })).await.expect(204);
        assert!(!works(&server, &app, &texts[0]).await && works(&server, &app, &texts[1]).await, "{place}");
        // None is made so.
        for (wrong, field) in [
            (json!([{ "displayName": "third" }]), "passwordCredentials.keyId"),
            (json!([{ "keyId": "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f" }]), "passwordCredentials"),
            (json!([{ "keyId": shown[0]["keyId"], "secretText": "x" }]), "passwordCredentials.secretText"),
        ] {
            let refused =
                server.patch(&admin, &place, json!({ "passwordCredentials": wrong })).await.expect(400);
            assert_eq!(refused.json["error"]["details"][0]["target"], field, "{}", refused.text);
            assert!(refused.text.contains("addPassword"), "{}", refused.text);
        }
        server.patch(&admin, &place, json!({ "displayName": "Orders of all" })).await.expect(204);
        assert!(works(&server, &app, &texts[1]).await, "{place}");
        server.patch(&admin, &place, json!({ "passwordCredentials": [] })).await.expect(204);
        assert!(!works(&server, &app, &texts[1]).await, "{place}");
        let shown = server.get(&admin, &place).await.expect(200).json;
        assert_eq!(shown["passwordCredentials"], json!([]));
    }
}

#[tokio::test]
async fn what_is_bound_to_something_new_is_linked_to_it() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let member = server.member.id.to_string();
    let domain = server.member.upn.split('@').nth(1).unwrap();
    let user = |name: &str, more: Value| {
        let mut body = json!({
            "displayName": name, "userPrincipalName": format!("{name}@{domain}"), "mailNickname": name,
            "accountEnabled": true, "passwordProfile": { "password": "Quite-long-4-you!" },
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let bound = json!({ "manager@odata.bind": link(&member), "sponsors@odata.bind": [link(&member)] });
    let made = server.post(&admin, "/v1.0/users", user("cyril", bound)).await.expect(201);
    let path = format!("/v1.0/users/{}", made.json["id"].as_str().unwrap());
    assert_eq!(server.get(&admin, &format!("{path}/manager")).await.expect(200).json["id"], member);
    let sponsors = server.get(&admin, &format!("{path}/sponsors")).await.expect(200).json;
    assert_eq!(sponsors["value"][0]["id"], member);
    // The tag of the answer is that of what was made.
    assert_eq!(made.headers["etag"], server.get(&admin, &path).await.expect(200).headers["etag"]);
    // One that cannot be linked: nothing is made.
    let nobody = link("84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f");
    for (bound, status) in [
        (json!({ "manager@odata.bind": nobody }), 404),
        (json!({ "manager@odata.bind": link(&server.group.to_string()) }), 400),
        (json!({ "sponsors@odata.bind": [nobody] }), 404),
        (json!({ "sponsors@odata.bind": [link(&member), link(&member)] }), 400),
    ] {
        server.post(&admin, "/v1.0/users", user("dora", bound)).await.expect(status);
    }
    server.get(&admin, &format!("/v1.0/users/dora@{domain}")).await.expect(404);
    // Applications and their presences are made with owners.
    let body = json!({ "displayName": "Bills", "owners@odata.bind": [link(&member), link(&server.admin.id.to_string())] });
    let made = server.post(&admin, "/v1.0/applications", body).await.expect(201).json;
    let presence = json!({ "appId": made["appId"], "owners@odata.bind": [link(&member)] });
    let present = server.post(&admin, "/v1.0/servicePrincipals", presence).await.expect(201).json;
    for path in [
        format!("applications/{}", made["id"].as_str().unwrap()),
        format!("servicePrincipals/{}", present["id"].as_str().unwrap()),
    ] {
        let owners = server.get(&admin, &format!("/v1.0/{path}/owners")).await.expect(200).json;
        let mut ids: Vec<&str> =
            owners["value"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        let mut wanted = [member.clone(), server.admin.id.to_string()];
        wanted.sort();
        assert_eq!(ids, wanted, "{path}");
    }
}

#[tokio::test]
async fn what_cannot_be_bound_is_named() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({})).await;
    let there = link(&server.group.to_string());
    let guest = format!("users/{}", server.member.id);
    let app_path = format!("applications/{}", app.id);
    let (group, presence) =
        (format!("groups/{}", server.group), format!("servicePrincipals/{}", app.principal));
    let invitation =
        json!({ "invitedUserEmailAddress": "eve@contoso.example", "inviteRedirectUrl": "https://a.example" });
    for (method, path, mut body, name) in [
        ("PATCH", guest.as_str(), json!({}), "manager@odata.bind"),
        ("PATCH", &guest, json!({}), "sponsors@odata.bind"),
        ("PATCH", &guest, json!({}), "memberOf@odata.bind"),
        ("PATCH", &guest, json!({}), "foo@delta"),
        ("PATCH", &app_path, json!({}), "owners@odata.bind"),
        ("PATCH", &presence, json!({}), "owners@odata.bind"),
        ("PATCH", &group, json!({}), "foo@odata.bind"),
        ("PATCH", &group, json!({}), "members@delta"),
        (
            "POST",
            "groups",
            json!({ "displayName": "g", "mailNickname": "g", "mailEnabled": false, "securityEnabled": true }),
            "memberOf@odata.bind",
        ),
        ("POST", "invitations", invitation, "invitedUser@odata.bind"),
    ] {
        body[name] = json!([there]);
        let refused = server.call(&admin, method, &format!("/v1.0/{path}"), body).await.expect(400);
        assert!(
            refused.message().contains(name) || refused.json["error"]["details"][0]["target"] == name,
            "{}",
            refused.text
        );
    }
    // A list of none binds nothing.
    for path in [&app_path, &group] {
        server.patch(&admin, &format!("/v1.0/{path}"), json!({ "owners@odata.bind": [] })).await.expect(204);
    }
    // Whoever is named twice is named as such.
    let twice = json!({
        "displayName": "g", "mailNickname": "g", "mailEnabled": false, "securityEnabled": true,
        "owners@odata.bind": [link(&server.member.id.to_string()), link(&server.member.id.to_string())],
    });
    let refused = server.post(&admin, "/v1.0/groups", twice).await.expect(400);
    assert!(
        refused.message().contains("One or more added object references already exist"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn objects_of_nulls_ask_for_nothing() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let app = server.make_app("Orders", json!({ "info": {} })).await;
    let (path, presence) =
        (format!("/v1.0/applications/{}", app.id), format!("/v1.0/servicePrincipals/{}", app.principal));
    let empty = json!({ "info": { "logoUrl": null, "termsOfServiceUrl": null } });
    server.patch(&admin, &path, empty).await.expect(204);
    for empty in [json!({}), json!({ "relayState": null })] {
        server.patch(&admin, &presence, json!({ "samlSingleSignOnSettings": empty })).await.expect(204);
    }
    server
        .patch(&admin, &path, json!({ "info": { "termsOfServiceUrl": "https://a.example" } }))
        .await
        .expect(400);
    let relay = json!({ "samlSingleSignOnSettings": { "relayState": "x" } });
    server.patch(&admin, &presence, relay).await.expect(400);
}

#[tokio::test]
async fn an_app_role_goes_to_those_it_is_for() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let role = |id: &str, kinds: &[&str]| {
        json!({
            "id": id, "value": format!("R{}", kinds.len()), "displayName": "Role", "description": "", "isEnabled": true,
            "allowedMemberTypes": kinds,
        })
    };
    let programs = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e51";
    let people = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e52";
    let mut roles = json!([role(programs, &["Application"]), role(people, &["User"])]);
    roles[0]["value"] = json!("Programs");
    let app = server.make_app("Orders", json!({ "appRoles": roles })).await;
    let robot = server.make_app("Robot", json!({})).await;
    for (place, principal, role, status) in [
        ("users", server.member.id.to_string(), programs, 400),
        ("groups", server.group.to_string(), programs, 400),
        ("servicePrincipals", robot.principal.clone(), people, 400),
        ("users", server.member.id.to_string(), people, 201),
        ("groups", server.group.to_string(), people, 201),
        ("servicePrincipals", robot.principal.clone(), programs, 201),
    ] {
        let body = json!({ "principalId": principal, "resourceId": app.principal, "appRoleId": role });
        let near = server
            .post(&admin, &format!("/v1.0/{place}/{principal}/appRoleAssignments"), body.clone())
            .await
            .expect(status);
        // What was given from one end is there from the other.
        let far = server
            .post(&admin, &format!("/v1.0/servicePrincipals/{}/appRoleAssignedTo", app.principal), body)
            .await
            .expect(400);
        if status == 400 {
            for refused in [near, far] {
                assert_eq!(refused.code(), "Request_BadRequest");
                assert_eq!(refused.json["error"]["details"][0]["target"], "appRoleId", "{}", refused.text);
            }
        }
    }
}

#[tokio::test]
async fn what_somebody_else_has_is_named_as_the_original_names_it() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let new = |upn: &str, mail: &str| {
        json!({
            "displayName": "Cyril", "userPrincipalName": upn, "mailNickname": "cyril", "mail": mail,
            "accountEnabled": true, "passwordProfile": { "password": "Quite-long-4-you!" },
        })
    };
    let upn = server.member.upn.clone();
    let other = format!("cyril@{}", upn.split('@').nth(1).unwrap());
    server.post(&admin, "/v1.0/users", new(&other, "cyril@contoso.example")).await.expect(201);
    for (body, target) in [
        (new(&upn, "new@contoso.example"), "userPrincipalName"),
        (new(&other.replace("cyril", "dora"), "cyril@contoso.example"), "proxyAddresses"),
    ] {
        let refused = server.post(&admin, "/v1.0/users", body).await.expect(400);
        let words = format!("Another object with the same value for property {target} already exists.");
        assert_eq!((refused.code(), refused.message()), ("Request_BadRequest", words.as_str()));
        let detail = json!({ "code": "ObjectConflict", "target": target, "message": words });
        assert_eq!(refused.json["error"]["details"], json!([detail]));
    }
    // Names of resources, and role assignments.
    let api = json!({ "displayName": "Orders", "identifierUris": [format!("https://{}/orders", upn.split('@').nth(1).unwrap())] });
    server.post(&admin, "/v1.0/applications", api.clone()).await.expect(201);
    let refused = server.post(&admin, "/v1.0/applications", api).await.expect(400);
    let words = "Another object with the same value for property identifierUris already exists.";
    assert_eq!((refused.code(), refused.message()), ("Request_BadRequest", words));
    let role = json!({
        "principalId": server.member.id, "roleDefinitionId": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "directoryScopeId": "/",
    });
    let path = "/v1.0/roleManagement/directory/roleAssignments";
    server.post(&admin, path, role.clone()).await.expect(201);
    let refused = server.post(&admin, path, role).await.expect(400);
    assert_eq!(refused.code(), "Request_BadRequest");
    assert!(refused.message().starts_with("A conflicting object with one or more"), "{}", refused.text);
}

#[tokio::test]
async fn everybody_manages_the_own_mobile_phone_number() {
    let server = Server::start().await;
    for person in [&server.member, &server.helpdesk] {
        let token = server.token_with(server.tenant, person.id, 1, &[Scope::UserReadWrite]);
        server.patch(&token, "/v1.0/me", json!({ "mobilePhone": "+1 555 0100" })).await.expect(204);
        assert_eq!(server.get(&token, "/v1.0/me").await.expect(200).json["mobilePhone"], "+1 555 0100");
        for more in [json!({ "businessPhones": ["1"] }), json!({ "mobilePhone": "1", "department": "x" })] {
            let refused = server.patch(&token, "/v1.0/me", more).await.expect(403);
            assert!(!refused.text.contains("other people"), "{}", refused.text);
        }
        let other = format!("/v1.0/users/{}", server.inviter.id);
        server.patch(&token, &other, json!({ "mobilePhone": "1" })).await.expect(403);
    }
}

#[tokio::test]
async fn permissions_for_single_properties_open_those_and_nothing_more() {
    let server = Server::start().await;
    let path = format!("/v1.0/users/{}", server.member.id);
    let (phone, mails) = (json!({ "mobilePhone": "1" }), json!({ "otherMails": ["mia@contoso.example"] }));
    let block = json!({ "accountEnabled": false });
    for (scopes, opened) in [
        (&[Scope::UserPhoneReadWriteAll][..], Some(&phone)),
        (&[Scope::UserMailReadWriteAll], Some(&mails)),
        (&[Scope::UserEnableDisableAccountAll], None),
        (&[Scope::UserEnableDisableAccountAll, Scope::UserReadAll], Some(&block)),
    ] {
        let token = server.token_with(server.tenant, server.user_admin.id, 1, scopes);
        for body in [&phone, &mails, &block, &json!({ "department": "x" })] {
            let status = if Some(body) == opened { 204 } else { 403 };
            server.patch(&token, &path, body.clone()).await.expect(status);
        }
        // Not together with another, and nothing of whom the caller does not outrank.
        if let Some(body) = opened {
            let mut more = body.clone();
            more["department"] = json!("x");
            server.patch(&token, &path, more).await.expect(403);
            server.patch(&token, &format!("/v1.0/users/{}", server.admin.id), body.clone()).await.expect(403);
        }
    }
}
