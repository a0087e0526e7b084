//! Cross-tenant access settings as an administrator's script walks through them.

use serde_json::{Value, json};

use crate::harness::Server;

const ROOT: &str = "/v1.0/policies/crossTenantAccessPolicy";

fn everybody(access: &str) -> Value {
    json!({
        "usersAndGroups": { "accessType": access, "targets": [{ "target": "AllUsers", "targetType": "user" }] },
        "applications": { "accessType": access, "targets": [{ "target": "AllApplications", "targetType": "application" }] },
    })
}

#[tokio::test]
async fn the_default_is_changed_and_taken_back() {
    let server = Server::start().await;
    let token = server.app_token().await;
    assert_eq!(server.get(&token, ROOT).await.expect(200).json["displayName"], "CrossTenantAccessPolicy");
    let path = format!("{ROOT}/default");
    let system = server.get(&token, &path).await.expect(200).json;
    assert_eq!(
        (&system["isServiceDefault"], &system["b2bCollaborationInbound"]),
        (&json!(true), &everybody("allowed"))
    );
    assert_eq!(
        system["automaticUserConsentSettings"],
        json!({ "inboundAllowed": false, "outboundAllowed": false })
    );
    assert_eq!(system["b2bDirectConnectInbound"], everybody("blocked"));
    let order = &system["invitationRedemptionIdentityProviderConfiguration"];
    assert_eq!(order["fallbackIdentityProvider"], "defaultConfiguredIdp");

    server.patch(&token, &path, json!({ "b2bCollaborationInbound": everybody("blocked") })).await.expect(204);
    let own = server.get(&token, &path).await.expect(200).json;
    assert_eq!(
        (&own["isServiceDefault"], &own["b2bCollaborationInbound"]),
        (&json!(false), &everybody("blocked"))
    );
    assert_eq!(own["b2bCollaborationOutbound"], everybody("allowed"));
    for (body, field) in [
        (
            json!({ "automaticUserConsentSettings": { "inboundAllowed": true } }),
            "automaticUserConsentSettings",
        ),
        (json!({ "b2bCollaborationInbound": null }), "b2bCollaborationInbound"),
        (
            json!({ "invitationRedemptionIdentityProviderConfiguration": { "fallbackIdentityProvider": "microsoftAccount" } }),
            "invitationRedemptionIdentityProviderConfiguration",
        ),
    ] {
        let refused = server.patch(&token, &path, body).await.expect(400);
        assert!(refused.message().starts_with(field), "{}", refused.text);
    }
    server.post(&token, &format!("{path}/resetToSystemDefault"), json!(null)).await.expect(204);
    assert_eq!(server.get(&token, &path).await.expect(200).json, system);
}

#[tokio::test]
async fn partners_are_added_changed_and_removed() {
    let server = Server::start().await;
    let (other, ..) = server.second_tenant("contoso.example").await;
    let token = server.app_token().await;
    let (all, one) = (format!("{ROOT}/partners"), format!("{ROOT}/partners/{other}"));
    server.get(&token, &one).await.expect(404);
    let body = json!({
        "tenantId": other,
        "b2bCollaborationOutbound": everybody("blocked"),
        "automaticUserConsentSettings": { "inboundAllowed": true },
    });
    let made = server.post(&token, &all, body.clone()).await.expect(201);
    assert_eq!(made.headers["location"], format!("https://hospes.example{one}"));
    let found = server.get(&token, &one).await.expect(200).json;
    assert_eq!(found["tenantId"], json!(other));
    assert_eq!(
        (&found["b2bCollaborationInbound"], &found["b2bCollaborationOutbound"]),
        (&Value::Null, &everybody("blocked"))
    );
    assert_eq!(
        found["automaticUserConsentSettings"],
        json!({ "inboundAllowed": true, "outboundAllowed": null })
    );
    server.post(&token, &all, body).await.expect(409);
    server.patch(&token, &one, json!({ "b2bCollaborationOutbound": null })).await.expect(204);
    let listed =
        server.get(&token, &format!("{all}?$select=tenantId,b2bCollaborationOutbound")).await.expect(200);
    assert_eq!(listed.json["value"], json!([{ "tenantId": other, "b2bCollaborationOutbound": null }]));
    for unknown in
        [server.tenant.to_string(), "00000000-0000-0000-0000-000000000001".into(), "contoso.example".into()]
    {
        let refused = server.post(&token, &all, json!({ "tenantId": unknown })).await.expect(400);
        assert!(refused.message().starts_with("tenantId"), "{}", refused.text);
    }
    server.delete(&token, &one).await.expect(204);
    server.delete(&token, &one).await.expect(404);
    let activities: Vec<String> = hospes_actions::audit::newest(&server.app, server.tenant)
        .await
        .unwrap()
        .into_iter()
        .filter(|record| record.success)
        .map(|record| record.activity)
        .collect();
    let expected = [
        "Delete partner specific cross-tenant access setting",
        "Update a partner cross-tenant access setting",
        "Add a partner to cross-tenant access setting",
    ];
    assert!(
        expected.iter().all(|activity| activities.iter().any(|found| found == activity)),
        "{activities:?}"
    );
}
