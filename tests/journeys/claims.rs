//! What tokens say, and that a reset changes neither `oid` nor `sub` in any of them.

use hospes_actions::setup::{NewGroup, create_group};
use hospes_domain::ids::ObjectId;
use serde_json::{Value, json};

use crate::harness::{Browser, MadeApp, Server, claims};

/// A guest signs in to an app with a mailed code: the answer of the token endpoint.
async fn guest_tokens(
    server: &Server,
    app: &MadeApp,
    address: &str,
    scope: &str,
    more: &[(&str, &str)],
) -> Value {
    let mut browser = Browser::new();
    let asked = browser.get(server, &server.request_of(app, scope, more)).await;
    let named = browser.submit(server, &asked.form_to("/address"), &[("address", address)]).await;
    let code_page = browser.submit(server, &named.form_to("/send-code"), &[]).await;
    let code = server.code_for(address).await;
    let page = browser.submit(server, &code_page.form_to("/code"), &[("code", &code)]).await;
    server.exchange(app, &page).await.expect(200).json
}

/// Who a person is in every token and answer an app gets, by grant.
async fn identities(server: &Server, app: &MadeApp, address: &str) -> Vec<(Value, Value)> {
    let tokens = guest_tokens(server, app, address, "openid profile email offline_access", &[]).await;
    let refreshed = server.refresh(app, tokens["refresh_token"].as_str().unwrap()).await.expect(200).json;
    let mut found = Vec::new();
    for answer in [&tokens, &refreshed] {
        for kind in ["id_token", "access_token"] {
            let token = claims(&answer[kind]);
            found.push((token["oid"].clone(), token["sub"].clone()));
        }
        let info = server.get(answer["access_token"].as_str().unwrap(), "/oidc/userinfo").await.expect(200);
        found.push((Value::Null, info.json["sub"].clone()));
    }
    found
}

#[tokio::test]
async fn oid_and_sub_survive_a_reset_in_every_grant() {
    let server = Server::start().await;
    let app = server.make_app("Orders", json!({})).await;
    let (id, _) = server.accepted_guest("jonas@contoso.example").await;
    let before = identities(&server, &app, "jonas@contoso.example").await;
    server.clock.advance(60);
    let admin = server.token_of(&server.admin);
    let mail = json!({ "mail": "jonas@adatum.example" });
    server.patch(&admin, &format!("/v1.0/users/{id}"), mail).await.expect(204);
    let reset = server.reset(&admin, &id, "jonas@adatum.example").await.expect(201);
    server.mails().await;
    server.redeem(reset.json["inviteRedeemUrl"].as_str().unwrap(), "jonas@adatum.example").await;
    let after = identities(&server, &app, "jonas@adatum.example").await;
    assert_eq!(before, after);
    assert!(before.iter().filter(|(oid, _)| !oid.is_null()).all(|(oid, _)| *oid == json!(id)));
}

#[tokio::test]
async fn optional_claims_and_the_claims_parameter_open_what_they_name() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let upn = json!([{ "name": "upn", "additionalProperties": ["include_externally_authenticated_upn_without_hash"] }]);
    let app = server.make_app("Orders", json!({ "optionalClaims": { "idToken": upn } })).await;
    let (id, _) = server.accepted_guest("jonas@contoso.example").await;
    let names = json!({ "givenName": "Jonas", "surname": "Lindqvist", "country": "SE" });
    server.patch(&admin, &format!("/v1.0/users/{id}"), names).await.expect(204);
    let asks = r#"{"id_token":{"given_name":{"essential":true},"ctry":null,"shoe_size":null},"userinfo":{"family_name":null},
        "access_token":{"xms_cc":{"values":["CP1"]}}}"#;
    let tokens =
        guest_tokens(&server, &app, "jonas@contoso.example", "openid offline_access", &[("claims", asks)])
            .await;
    let told = claims(&tokens["id_token"]);
    assert_eq!((&told["given_name"], &told["ctry"]), (&json!("Jonas"), &json!("SE")));
    assert_eq!((&told["family_name"], &told["name"]), (&Value::Null, &Value::Null));
    assert_eq!(told["upn"], "jonas_contoso.example_EXT_@fabrikam.example");
    // What a guest always tells.
    assert_eq!((&told["email"], &told["xms_edov"]), (&json!("jonas@contoso.example"), &json!(true)));
    assert_eq!((&told["acct"], &told["idp"]), (&json!(1), &json!("mail")));
    assert_eq!(claims(&tokens["access_token"])["xms_cc"], json!(["cp1"]));
    let info = server.get(tokens["access_token"].as_str().unwrap(), "/oidc/userinfo").await.expect(200).json;
    assert_eq!((&info["family_name"], &info["given_name"]), (&json!("Lindqvist"), &Value::Null));
    // Kept for as long as the sign-in is.
    let again = server.refresh(&app, tokens["refresh_token"].as_str().unwrap()).await.expect(200).json;
    assert_eq!(claims(&again["id_token"])["given_name"], "Jonas");
    let with_profile = guest_tokens(&server, &app, "jonas@contoso.example", "openid profile", &[]).await;
    let told = claims(&with_profile["id_token"]);
    assert_eq!((&told["given_name"], &told["family_name"]), (&json!("Jonas"), &json!("Lindqvist")));
    for wrong in ["[]", "{\"id_token\":7}"] {
        let page =
            Browser::new().get(&server, &server.request_of(&app, "openid", &[("claims", wrong)])).await;
        assert!(page.url.contains("error=invalid_request"), "{}", page.url);
    }
    let unknown = json!({ "optionalClaims": { "idToken": [{ "name": "shoe_size" }] } });
    let refused = server.patch(&admin, &format!("/v1.0/applications/{}", app.id), unknown).await.expect(400);
    assert!(refused.message().starts_with("optionalClaims"), "{}", refused.message());
}

#[tokio::test]
async fn more_groups_than_a_token_holds_are_listed_where_it_says() {
    let server = Server::start().await;
    let app = server.make_app("Orders", json!({ "groupMembershipClaims": "All" })).await;
    let (id, _) = server.accepted_guest("jonas@contoso.example").await;
    let guest = ObjectId::parse(&id).unwrap();
    let sign_in =
        async || guest_tokens(&server, &app, "jonas@contoso.example", "openid User.Read", &[]).await;
    let admin = server.token_of(&server.admin);
    let grant = json!({
        "clientId": app.principal, "consentType": "AllPrincipals", "scope": "User.Read",
        "resourceId": server.samples().await.graph,
    });
    server.post(&admin, "/v1.0/oauth2PermissionGrants", grant).await.expect(201);
    for n in 0..201 {
        let new =
            NewGroup { display_name: format!("Group {n}"), members: vec![guest], ..NewGroup::default() };
        create_group(&server.app, server.tenant, new).await.unwrap();
    }
    let tokens = sign_in().await;
    let told = claims(&tokens["id_token"]);
    assert_eq!((&told["groups"], &told["_claim_names"]["groups"]), (&Value::Null, &json!("src1")));
    let endpoint = told["_claim_sources"]["src1"]["endpoint"].as_str().unwrap();
    let path = endpoint.strip_prefix("https://hospes.example").unwrap();
    let access = tokens["access_token"].as_str().unwrap();
    let listed = server.post(access, path, json!({ "securityEnabledOnly": true })).await.expect(200).json;
    let ids = listed["value"].as_array().unwrap();
    assert_eq!(ids.len(), 201);
    let check = json!({ "groupIds": [ids[7], server.group] });
    let found = server.post(access, "/v1.0/me/checkMemberGroups", check).await.expect(200).json;
    assert_eq!(found["value"], json!([ids[7]]));
}

#[tokio::test]
async fn groups_come_in_the_form_the_application_asks_for() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let (id, _) = server.accepted_guest("jonas@contoso.example").await;
    let groups = |variants: Value| json!([{ "name": "groups", "additionalProperties": variants }]);
    let of =
        |variants: Value| json!({ "idToken": groups(variants.clone()), "accessToken": groups(variants) });
    let role = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e61";
    let roles =
        json!([{ "id": role, "value": "Reader", "displayName": "Reader", "allowedMemberTypes": ["User"] }]);
    let app = server
        .make_app(
            "Orders",
            json!({ "groupMembershipClaims": "ApplicationGroup", "optionalClaims": of(json!([])), "appRoles": roles }),
        )
        .await;
    let new = NewGroup {
        display_name: "Buyers".to_owned(),
        members: vec![ObjectId::parse(&id).unwrap()],
        ..NewGroup::default()
    };
    let group = create_group(&server.app, server.tenant, new).await.unwrap().to_string();
    let assigned = json!({ "principalId": group, "resourceId": app.principal, "appRoleId": role });
    let path = format!("/v1.0/groups/{group}/appRoleAssignments");
    server.post(&admin, &path, assigned).await.expect(201);
    let own = format!("/v1.0/applications/{}", app.id);
    let mut tokens = guest_tokens(&server, &app, "jonas@contoso.example", "openid offline_access", &[]).await;
    for (claims_of, variants, expected) in [
        ("ApplicationGroup", json!([]), (json!([group]), json!(["Reader"]))),
        ("ApplicationGroup", json!(["cloud_displayname"]), (json!(["Buyers"]), json!(["Reader"]))),
        ("ApplicationGroup", json!(["emit_as_roles", "cloud_displayname"]), (Value::Null, json!(["Buyers"]))),
        ("ApplicationGroup", json!(["emit_as_roles"]), (Value::Null, json!([group]))),
        // Any group could be called so: no names of groups that nobody assigned.
        ("SecurityGroup", json!(["cloud_displayname"]), (json!([group]), json!(["Reader"]))),
        ("None", json!(["emit_as_roles"]), (Value::Null, json!(["Reader"]))),
    ] {
        let body = json!({ "groupMembershipClaims": claims_of, "optionalClaims": of(variants.clone()) });
        server.patch(&admin, &own, body).await.expect(204);
        let shown = server.get(&admin, &own).await.expect(200).json;
        assert_eq!(shown["optionalClaims"]["idToken"][0]["additionalProperties"], variants);
        tokens = server.refresh(&app, tokens["refresh_token"].as_str().unwrap()).await.expect(200).json;
        let told = claims(&tokens["id_token"]);
        assert_eq!((told["groups"].clone(), told["roles"].clone()), expected, "{claims_of} {variants}");
    }
    let on_premises = json!({ "optionalClaims": of(json!(["dns_domain_and_sam_account_name"])) });
    let refused = server.patch(&admin, &own, on_premises).await.expect(400);
    let said = refused.message();
    assert!(said.contains("dns_domain_and_sam_account_name") && said.contains("cloud_displayname"), "{said}");
}
