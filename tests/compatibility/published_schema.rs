//! Answers against the published descriptions of their types, where those lie beside the repository.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::Server;

/// A property as published: its JSON type (a reference counts as an object), and whether it may be null.
type Properties = BTreeMap<String, (String, bool)>;

#[expect(clippy::explicit_write, reason = "the test runner hides what a passing test prints with eprintln!")]
fn description() -> Option<String> {
    use std::io::Write as _;
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/graph/openapi-subset.yaml");
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            writeln!(std::io::stderr(), "skipped: {} ({error})", path.display()).unwrap();
            None
        }
    }
}

/// Reads one schema by its indentation: enough of YAML for this generated file.
fn properties(description: &str, name: &str) -> Properties {
    let from = description.find(&format!("\n    microsoft.graph.{name}:\n")).unwrap();
    let lines = description[from + 1..].lines().skip(1).take_while(|line| line.starts_with("     "));
    let mut found = Properties::new();
    let mut current = String::new();
    let mut inside = false;
    for line in lines {
        let indent = line.len() - line.trim_start().len();
        let text = line.trim();
        match indent {
            6 => inside = text == "properties:",
            8 if inside => {
                text.trim_end_matches(':').trim_matches('\'').clone_into(&mut current);
                found.insert(current.clone(), ("object".to_owned(), false));
            }
            10 if inside => {
                let property = found.get_mut(&current).unwrap();
                match text.split_once(": ") {
                    Some(("type", kind)) => kind.clone_into(&mut property.0),
                    Some(("nullable", "true")) => property.1 = true,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

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

fn assert_fits(value: &Value, published: &Properties, place: &str) {
    for (name, value) in value.as_object().unwrap() {
        if name.starts_with('@') {
            continue;
        }
        let (wanted, nullable) =
            published.get(name).unwrap_or_else(|| panic!("{place}.{name} is not published"));
        let found = kind(value);
        assert!(found == wanted || found == "null" && *nullable, "{place}.{name} is {found}, not {wanted}");
    }
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
        assert_fits(made, &properties(&description, "invitation"), "invitation");
        assert_fits(
            &made["invitedUserMessageInfo"],
            &properties(&description, "invitedUserMessageInfo"),
            "invitedUserMessageInfo",
        );
        let recipient = &made["invitedUserMessageInfo"]["ccRecipients"][0];
        assert_fits(recipient, &properties(&description, "recipient"), "recipient");
        assert_fits(&recipient["emailAddress"], &properties(&description, "emailAddress"), "emailAddress");
        assert_fits(&made["invitedUser"], &properties(&description, "user"), "user");
    }
}

#[tokio::test]
async fn a_user_fits_its_type() {
    let server = Server::start().await;
    let Some(description) = description() else { return };
    let published = properties(&description, "user");
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let token = server.app_token().await;
    let names: Vec<&str> =
        published.keys().map(String::as_str).filter(|name| !name.starts_with('@')).collect();
    assert!(names.len() > 40, "the description was read: {names:?}");
    for select in [
        "",
        "?$select=id,mail,otherMails,identities,externalUserState,createdDateTime,accountEnabled,creationType,showInAddressList",
    ] {
        let user = server.get(&token, &format!("/v1.0/users/{id}{select}")).await.expect(200);
        assert_fits(&user.json, &published, "user");
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
        let published = properties(&description, kind);
        assert!(found.as_object().unwrap().len() > 4 && published.len() > 4, "{kind}");
        assert_fits(&found, &published, kind);
    }
    let default = server.get(&token, &format!("{root}/default")).await.expect(200).json;
    let setting = &default["b2bCollaborationInbound"];
    assert_fits(setting, &properties(&description, "crossTenantAccessPolicyB2BSetting"), "setting");
    let trust = properties(&description, "crossTenantAccessPolicyInboundTrust");
    assert_fits(&default["inboundTrust"], &trust, "inboundTrust");
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
    let of = |kind| properties(&description, kind);
    for record in log["value"].as_array().unwrap() {
        // An enumeration is a reference in the description and text in an answer.
        let mut plain = record.clone();
        assert!(["success", "failure"].contains(&record["result"].as_str().unwrap()), "{record}");
        plain.as_object_mut().unwrap().remove("result");
        assert_fits(&plain, &of("directoryAudit"), "directoryAudit");
        assert_fits(&record["initiatedBy"], &of("auditActivityInitiator"), "initiatedBy");
        for (who, kind) in [("user", "userIdentity"), ("app", "appIdentity")] {
            if !record["initiatedBy"][who].is_null() {
                assert_fits(&record["initiatedBy"][who], &of(kind), who);
            }
        }
        for target in record["targetResources"].as_array().unwrap() {
            assert_fits(target, &of("targetResource"), "targetResource");
            for property in target["modifiedProperties"].as_array().unwrap() {
                assert_fits(property, &of("modifiedProperty"), "modifiedProperty");
            }
        }
        for detail in record["additionalDetails"].as_array().unwrap() {
            assert_fits(detail, &of("keyValue"), "keyValue");
        }
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
    let of = |kind| properties(&description, kind);
    for line in log["value"].as_array().unwrap() {
        let mut plain = line.clone();
        // Enumerations are references in the description and text in an answer; the last two are of the newer version.
        for name in [
            "conditionalAccessStatus",
            "riskDetail",
            "riskLevelAggregated",
            "riskLevelDuringSignIn",
            "riskState",
            "authenticationRequirement",
            "userType",
        ] {
            plain.as_object_mut().unwrap().remove(name).unwrap();
        }
        assert_fits(&plain, &of("signIn"), "signIn");
        assert_fits(&line["status"], &of("signInStatus"), "status");
        assert_fits(&line["deviceDetail"], &of("deviceDetail"), "deviceDetail");
    }
}
