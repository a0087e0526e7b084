//! Wire: an application as Graph spells it. Refuses to show credentials: of a secret there is a hint, of a certificate the
//! thumbprint.

use hospes_actions::apps::{Registration, Secret};
use hospes_domain::application::{
    AppRole, Certificate, ExposedScope, GroupClaims, OptionalClaim, OptionalClaims, Platform, RequiredAccess,
    RoleFor,
};
use serde_json::{Value, json};

use super::super::asked::object;
use super::super::users::time;

/// What a request without `$select` gets. What only Hospes has, `hospes.…`, comes to whoever selects it: strict readers
/// refuse properties that are not published.
pub(in super::super) const DEFAULT: &[&str] = &[
    "id",
    "deletedDateTime",
    "addIns",
    "api",
    "appId",
    "appRoles",
    "createdDateTime",
    "description",
    "displayName",
    "groupMembershipClaims",
    "identifierUris",
    "isFallbackPublicClient",
    "keyCredentials",
    "notes",
    "optionalClaims",
    "passwordCredentials",
    "publicClient",
    "publisherDomain",
    "requiredResourceAccess",
    "signInAudience",
    "spa",
    "tags",
    "web",
];

/// The application with the selected properties.
pub(in super::super) fn application(registration: &Registration, selected: Option<&[&'static str]>) -> Value {
    let Registration { application, principal, secrets, certificates, publisher } = registration;
    let settings = &application.settings;
    let uris = |platform: Platform| {
        let of_platform = application.redirect_uris.iter().filter(|known| known.platform == platform);
        json!({ "redirectUris": of_platform.map(|known| known.uri.as_str()).collect::<Vec<_>>() })
    };
    let roles = principal.as_ref().map_or(&settings.app_roles, |principal| &principal.app_roles);
    object(selected.unwrap_or(DEFAULT), |name| match name {
        "id" => application.id.to_string().into(),
        "api" => json!({
            "acceptMappedClaims": null,
            "knownClientApplications": [],
            "oauth2PermissionScopes": settings.exposed_scopes.iter().map(scope).collect::<Vec<_>>(),
            "preAuthorizedApplications": [],
            "requestedAccessTokenVersion": if settings.first_tokens_requested { 1 } else { 2 },
        }),
        "appId" => application.client_id.to_string().into(),
        "appRoles" => roles.iter().map(app_role).collect(),
        "createdDateTime" => time(application.created_at).into(),
        "description" => settings.description.clone().into(),
        "displayName" => application.display_name.clone().into(),
        "groupMembershipClaims" => {
            let told = Some(application.group_claims).filter(|claims| *claims != GroupClaims::None);
            told.map(GroupClaims::name).into()
        }
        "hospes.backChannelLogoutUrl" => settings.back_channel_logout_url.clone().into(),
        "hospes.deviceCode" => settings.device_code.into(),
        "hospes.signingAlgorithm" => if application.es256 { "ES256" } else { "RS256" }.into(),
        "identifierUris" => settings.identifier_uris.clone().into(),
        "isFallbackPublicClient" => application.public_client.into(),
        "keyCredentials" => certificates.iter().map(key).collect(),
        "notes" => settings.notes.clone().into(),
        "optionalClaims" if !settings.optional_claims.is_empty() => optional(&settings.optional_claims),
        "passwordCredentials" => secrets.iter().map(|secret| password(secret, None)).collect(),
        "publicClient" => uris(Platform::PublicClient),
        "publisherDomain" => publisher.clone().into(),
        "requiredResourceAccess" => settings.required_access.iter().map(required).collect(),
        "signInAudience" => "AzureADMyOrg".into(),
        "spa" => uris(Platform::Spa),
        "tags" => settings.tags.clone().into(),
        "web" => {
            let mut web = uris(Platform::Web);
            let home = principal.as_ref().and_then(|principal| principal.home_url.clone());
            web["homePageUrl"] = settings.home_page_url.clone().or(home).into();
            web["logoutUrl"] = settings.logout_url.clone().into();
            web["implicitGrantSettings"] =
                json!({ "enableAccessTokenIssuance": false, "enableIdTokenIssuance": false });
            web
        }
        "oauth2RequirePostResponse" => false.into(),
        name => empty(name),
    })
}

/// A property without a value: collections are empty, everything else is null.
pub(in super::super) fn empty(name: &str) -> Value {
    match name {
        "addIns"
        | "appRoles"
        | "identifierUris"
        | "keyCredentials"
        | "managerApplications"
        | "passwordCredentials"
        | "requiredResourceAccess"
        | "tags" => json!([]),
        // Never null as published; no application has one.
        "logo" => "".into(),
        _ => Value::Null,
    }
}

/// An app role, as service principals show theirs too.
pub(in super::super) fn app_role(role: &AppRole) -> Value {
    let types: &[&str] = match role.for_whom {
        RoleFor::Both => &["User", "Application"],
        RoleFor::Users => &["User"],
        RoleFor::Applications => &["Application"],
    };
    let description = if role.description.is_empty() { &role.display_name } else { &role.description };
    json!({
        "allowedMemberTypes": types,
        "description": description,
        "displayName": role.display_name,
        "id": role.id.to_string(),
        "isEnabled": role.enabled,
        "origin": "Application",
        "value": Some(&role.value).filter(|value| !value.is_empty()),
    })
}

/// An exposed scope, likewise.
pub(in super::super) fn scope(scope: &ExposedScope) -> Value {
    json!({
        "adminConsentDescription": scope.admin_description,
        "adminConsentDisplayName": scope.admin_name,
        "id": scope.id.to_string(),
        "isEnabled": scope.enabled,
        "type": if scope.admin_only { "Admin" } else { "User" },
        "userConsentDescription": scope.user_description,
        "userConsentDisplayName": scope.user_name,
        "value": scope.value,
    })
}

/// A secret; `text` is there in the answer to whoever made it, and never again.
pub(in super::super) fn password(secret: &Secret, text: Option<&str>) -> Value {
    json!({
        "customKeyIdentifier": null,
        "displayName": secret.display_name,
        "endDateTime": secret.expires_at.map(time),
        "hint": secret.hint,
        "keyId": secret.id.to_string(),
        "secretText": text,
        "startDateTime": time(secret.starts_at),
    })
}

/// A certificate: whose it is and until when, not the key.
pub(in super::super) fn key(certificate: &Certificate) -> Value {
    let thumbprint = certificate.sha1.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02X}"));
    json!({
        "customKeyIdentifier": thumbprint,
        "displayName": certificate.display_name,
        "endDateTime": time(certificate.expires_at),
        "key": null,
        "keyId": certificate.id.to_string(),
        "startDateTime": time(certificate.starts_at),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    })
}

fn optional(claims: &OptionalClaims) -> Value {
    let list = |claims: &[OptionalClaim]| {
        let claim = |claim: &OptionalClaim| {
            json!({
                "additionalProperties": claim.additional_properties,
                "essential": claim.essential,
                "name": claim.name,
                "source": null,
            })
        };
        claims.iter().map(claim).collect::<Vec<_>>()
    };
    json!({ "accessToken": list(&claims.access_token), "idToken": list(&claims.id_token), "saml2Token": [] })
}

fn required(access: &RequiredAccess) -> Value {
    let scopes = access.scopes.iter().map(|id| json!({ "id": id.to_string(), "type": "Scope" }));
    let roles = access.roles.iter().map(|id| json!({ "id": id.to_string(), "type": "Role" }));
    json!({
        "resourceAppId": access.resource.to_string(),
        "resourceAccess": scopes.chain(roles).collect::<Vec<_>>(),
    })
}
