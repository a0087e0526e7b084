//! Answers against the published descriptions of their types, where those lie beside the repository.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::description::{description, misfits};
use crate::harness::Server;

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What is sent as this type is what is published of it; a selection need not be all of it.
fn assert_fits(description: &Value, value: &Value, kind: &str) {
    let schema = json!({ "$ref": format!("#/components/schemas/microsoft.graph.{kind}") });
    let found = misfits(description, &schema, value, kind, true);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn the_answer_to_an_invitation_fits_its_type() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let body = json!({ "invitedUserEmailAddress": "ana@contoso.example", "inviteRedirectUrl": "https://myapps.microsoft.com" });
    for version in ["v1.0", "beta"] {
        let reply = server.post(&token, &format!("/{version}/invitations"), body.clone()).await.expect(201);
        let made = &reply.json;
        let kinds: BTreeMap<&str, &str> =
            made.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), kind(value))).collect();
        for (name, wanted) in [
            ("@odata.context", "string"),
            ("id", "string"),
            ("inviteRedeemUrl", "string"),
            ("invitedUserDisplayName", "null"),
            ("invitedUserType", "string"),
            ("invitedUserEmailAddress", "string"),
            ("sendInvitationMessage", "boolean"),
            ("resetRedemption", "boolean"),
            ("inviteRedirectUrl", "string"),
            ("status", "string"),
            ("invitedUserMessageInfo", "object"),
            ("invitedUser", "object"),
        ] {
            assert_eq!(kinds.get(name), Some(&wanted), "{name} in {}", reply.text);
        }
        assert_eq!(
            made["@odata.context"],
            format!("https://hospes.example/{version}/$metadata#invitations/$entity")
        );
        assert!(made["id"].as_str().unwrap().parse::<uuid::Uuid>().is_ok());
        let Some(description) = description() else { return };
        assert_fits(&description, made, "invitation");
    }
}

#[tokio::test]
async fn a_user_fits_its_type() {
    let server = Server::start().await;
    let Some(description) = description() else { return };
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let token = server.app_token().await;
    for select in [
        "",
        "?$select=id,mail,otherMails,identities,externalUserState,createdDateTime,accountEnabled,creationType,showInAddressList",
    ] {
        let user = server.get(&token, &format!("/v1.0/users/{id}{select}")).await.expect(200);
        assert_fits(&description, &user.json, "user");
    }
}

#[tokio::test]
async fn domains_and_cross_tenant_settings_fit_their_types() {
    let server = Server::start().await;
    let Some(description) = description() else { return };
    let token = server.token_of(&server.admin);
    let (other, ..) = server.second_tenant("contoso.example").await;
    let root = "/v1.0/policies/crossTenantAccessPolicy";
    server.post(&token, &format!("{root}/partners"), json!({ "tenantId": other })).await.expect(201);
    for (path, kind) in [
        ("/v1.0/domains/fabrikam.example".to_owned(), "domain"),
        (root.to_owned(), "crossTenantAccessPolicy"),
        (format!("{root}/default"), "crossTenantAccessPolicyConfigurationDefault"),
        (format!("{root}/partners/{other}"), "crossTenantAccessPolicyConfigurationPartner"),
    ] {
        let found = server.get(&token, &path).await.expect(200).json;
        assert!(found.as_object().unwrap().len() > 4, "{kind}");
        assert_fits(&description, &found, kind);
    }
}

#[tokio::test]
async fn a_record_of_the_audit_log_fits_its_type() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    server.give_access(id.parse::<uuid::Uuid>().map(hospes_domain::ids::ObjectId).unwrap()).await;
    let token = server.token_of(&server.admin);
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "jobTitle": "Auditor" })).await.expect(204);
    server.delete(&server.token_of(&server.member), &format!("/v1.0/users/{id}")).await.expect(403);
    let log = server.get(&token, "/v1.0/auditLogs/directoryAudits?$top=999").await.expect(200).json;
    assert_eq!(log["@odata.context"], "https://hospes.example/v1.0/$metadata#auditLogs/directoryAudits");
    let Some(description) = description() else { return };
    for record in log["value"].as_array().unwrap() {
        assert_fits(&description, record, "directoryAudit");
    }
}

#[tokio::test]
async fn a_line_of_the_sign_in_log_fits_its_type() {
    let server = Server::start().await;
    server.accepted_guest("ana@contoso.example").await;
    let client = server.automation.client_id.to_string();
    let wrong = [
        ("grant_type", "client_credentials"),
        ("client_id", client.as_str()),
        ("client_secret", "guess"),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    server.token_request(&server.tenant.to_string(), &wrong).await.expect(401);
    let log = server.get(&server.token_of(&server.admin), "/v1.0/auditLogs/signIns").await.expect(200).json;
    assert_eq!(log["@odata.context"], "https://hospes.example/v1.0/$metadata#auditLogs/signIns");
    assert_eq!(log["value"].as_array().unwrap().len(), 2);
    let Some(description) = description() else { return };
    for line in log["value"].as_array().unwrap() {
        assert_fits(&description, line, "signIn");
    }
    // The newer version of the type has more.
    let token = server.token_of(&server.admin);
    let newer = server.get(&token, "/beta/auditLogs/signIns").await.expect(200).json;
    for name in ["authenticationRequirement", "userType"] {
        assert!(newer["value"][0].get(name).is_some(), "{name}: {newer}");
        let path = format!("auditLogs/signIns?$select=id,{name}");
        server.get(&token, &format!("/beta/{path}")).await.expect(200);
        server.get(&token, &format!("/v1.0/{path}")).await.expect(400);
    }
}
