//! `/servicePrincipals`: applications as they are present in the tenant. Refuses to show credentials.

use hospes_actions::apps::Which;
use hospes_actions::apps::get_service_principal::get_service_principal;
use hospes_actions::apps::list_service_principals::list_service_principals;
use hospes_domain::application::{AppRole, ServicePrincipal};
use hospes_domain::ids::ClientId;
use hospes_domain::refusal::Refusal;
use serde_json::{Value, json};

use super::asked::{asked, entity, object, selected};
use super::dispatch::Answer;
use super::error::Fault;
use super::odata::application_fields::SERVICE_PRINCIPALS;
use super::request::Call;

// Wire

/// What a request without `$select` gets.
const DEFAULT: &[&str] = &[
    "id",
    "deletedDateTime",
    "accountEnabled",
    "alternativeNames",
    "appDescription",
    "appDisplayName",
    "appId",
    "appOwnerOrganizationId",
    "appRoleAssignmentRequired",
    "appRoles",
    "description",
    "displayName",
    "homepage",
    "keyCredentials",
    "loginUrl",
    "notes",
    "oauth2PermissionScopes",
    "passwordCredentials",
    "replyUrls",
    "servicePrincipalNames",
    "servicePrincipalType",
    "signInAudience",
    "tags",
];

/// The service principal with the selected properties.
pub(super) fn wire(principal: &ServicePrincipal, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(DEFAULT), |name| match name {
        "id" => principal.id.to_string().into(),
        "accountEnabled" => principal.enabled.into(),
        "appDisplayName" | "displayName" => principal.display_name.clone().into(),
        "appId" => principal.client_id.to_string().into(),
        "appRoleAssignmentRequired" => principal.assignment_required.into(),
        "appRoles" => principal.app_roles.iter().map(app_role).collect(),
        "homepage" | "loginUrl" => principal.home_url.clone().into(),
        "servicePrincipalNames" => json!([principal.client_id.to_string()]),
        "servicePrincipalType" => "Application".into(),
        "signInAudience" => "AzureADMyOrg".into(),
        "addIns"
        | "alternativeNames"
        | "keyCredentials"
        | "notificationEmailAddresses"
        | "oauth2PermissionScopes"
        | "passwordCredentials"
        | "replyUrls"
        | "resourceSpecificApplicationPermissions"
        | "tags" => json!([]),
        _ => Value::Null,
    })
}

/// An app role, as applications show theirs too.
pub(super) fn app_role(role: &AppRole) -> Value {
    json!({
        "allowedMemberTypes": ["User", "Application"],
        "description": role.display_name,
        "displayName": role.display_name,
        "id": role.id.to_string(),
        "isEnabled": role.enabled,
        "origin": "Application",
        "value": role.value,
    })
}

// Routes

/// `/servicePrincipals/{id}`, `/applications/{id}`.
pub(super) fn by_id(call: &Call) -> Result<Which, Fault> {
    Ok(Which::Id(call.object(0)?))
}

/// `/servicePrincipals(appId='…')`, `/applications(appId='…')`.
pub(super) fn by_app(call: &Call) -> Result<Which, Fault> {
    let client: Result<ClientId, _> = call.key(0).parse();
    client.map(Which::Client).map_err(|_| Refusal::not_found(call.key(0)).into())
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked(&call, &SERVICE_PRINCIPALS, SERVICE_PRINCIPALS.properties)?;
    let found = list_service_principals(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|principal| wire(principal, asked.selected.as_deref())).collect();
    asked.reply(&call, "servicePrincipals", value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let which = by_id(&call)?;
    get_one(call, which).await
}

pub(super) async fn get_by_app(call: Call) -> Answer {
    let which = by_app(&call)?;
    get_one(call, which).await
}

async fn get_one(call: Call, which: Which) -> Answer {
    let selected = selected(&call, &SERVICE_PRINCIPALS)?;
    let principal = get_service_principal(call.app(), &call.actor, which).await?;
    Ok(entity(&call, "servicePrincipals", &selected, wire(&principal, selected.as_deref())))
}
