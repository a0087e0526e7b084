//! `/servicePrincipals`: applications as they are present in the tenant. Refuses to show more of a secret than its hint.

use hospes_actions::apps::create_service_principal::create_service_principal;
use hospes_actions::apps::delete_application::delete_service_principal;
use hospes_actions::apps::get_service_principal::get_service_principal;
use hospes_actions::apps::list_service_principals::list_service_principals;
use hospes_actions::apps::update_service_principal::update_service_principal;
use hospes_actions::apps::{CredentialEdit, Presence, Secret};
use hospes_domain::access::Scope;
use hospes_domain::application::{
    Application, Certificate, DIRECTORY_API, DIRECTORY_API_URI, OF_THE_ORIGINAL, ORIGINALS_TENANT,
    PrincipalEdit, ServicePrincipal,
};
use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::refusal::Refusal;
use serde_json::{Value, json};

use super::applications::{app_role, credentials_of, id, key, name, password, scope};
use super::asked::{asked_with, created, nothing_else, object, picked};
use super::directory_objects::references;
use super::dispatch::Answer;
use super::etag;
use super::expanding::{fill, of_service_principals, whole};
use super::odata::application_fields::SERVICE_PRINCIPALS;
use super::reply::Reply;
use super::request::{Call, Fields};
use super::users::time;

// Wire

/// What a request without `$select` gets.
pub(super) const DEFAULT: &[&str] = &[
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

/// A service principal with what is known about its application.
pub(super) struct Shown<'a> {
    pub(super) principal: &'a ServicePrincipal,
    /// What the application declares.
    pub(super) application: Option<&'a Application>,
    /// What is told of its own secrets.
    pub(super) secrets: &'a [Secret],
    /// Its own certificates.
    pub(super) certificates: &'a [Certificate],
    /// The organisation that owns it.
    pub(super) organisation: Option<TenantId>,
}

impl<'a> From<&'a Presence> for Shown<'a> {
    fn from(presence: &'a Presence) -> Self {
        let Presence { principal, application, secrets, certificates, organisation } = presence;
        let (application, organisation) = (application.as_ref(), Some(*organisation));
        Self { principal, application, secrets, certificates, organisation }
    }
}

/// The service principal with the selected properties.
pub(super) fn wire(shown: &Shown<'_>, selected: Option<&[&'static str]>) -> Value {
    let (principal, declared) = (shown.principal, shown.application);
    let settings = declared.map(|application| &application.settings);
    object(selected.unwrap_or(DEFAULT), |name| match name {
        "id" => principal.id.to_string().into(),
        "accountEnabled" => principal.enabled.into(),
        "appDescription" => settings.and_then(|settings| settings.description.clone()).into(),
        "appDisplayName" => {
            declared.map_or(&principal.display_name, |application| &application.display_name).clone().into()
        }
        "displayName" => principal.display_name.clone().into(),
        "appId" => principal.client_id.to_string().into(),
        "appOwnerOrganizationId" if OF_THE_ORIGINAL.contains(&principal.client_id) => {
            ORIGINALS_TENANT.to_string().into()
        }
        "appOwnerOrganizationId" => shown.organisation.map(|tenant| tenant.to_string()).into(),
        "appRoleAssignmentRequired" => principal.assignment_required.into(),
        "appRoles" => principal.app_roles.iter().map(app_role).collect(),
        "createdDateTime" => time(principal.created_at).into(),
        "description" => principal.notes.description.clone().into(),
        "homepage" | "loginUrl" => principal.home_url.clone().into(),
        "keyCredentials" => shown.certificates.iter().map(key).collect(),
        "logoutUrl" => settings.and_then(|settings| settings.logout_url.clone()).into(),
        "notes" => principal.notes.notes.clone().into(),
        "oauth2PermissionScopes" if principal.client_id == DIRECTORY_API => directory_scopes(),
        "oauth2PermissionScopes" => {
            settings.map(|settings| settings.exposed_scopes.iter().map(scope).collect()).unwrap_or(json!([]))
        }
        "passwordCredentials" => shown.secrets.iter().map(|secret| password(secret, None)).collect(),
        "replyUrls" => {
            let uris = declared.map(|application| application.redirect_uris.as_slice()).unwrap_or_default();
            uris.iter().map(|known| known.uri.clone()).collect()
        }
        "servicePrincipalNames" => {
            let names = settings.map(|settings| settings.identifier_uris.clone()).unwrap_or_default();
            let well_known = (principal.client_id == DIRECTORY_API).then(|| DIRECTORY_API_URI.to_owned());
            std::iter::once(principal.client_id.to_string()).chain(well_known).chain(names).collect()
        }
        "servicePrincipalType" => "Application".into(),
        "signInAudience" => "AzureADMyOrg".into(),
        "tags" => principal.notes.tags.clone().into(),
        name => empty(name),
    })
}

/// A property without a value: collections are empty, everything else is null.
pub(super) fn empty(name: &str) -> Value {
    match name {
        "addIns"
        | "alternativeNames"
        | "appRoles"
        | "keyCredentials"
        | "notificationEmailAddresses"
        | "oauth2PermissionScopes"
        | "passwordCredentials"
        | "replyUrls"
        | "resourceSpecificApplicationPermissions"
        | "servicePrincipalNames"
        | "tags" => json!([]),
        _ => Value::Null,
    }
}

/// The permissions of the directory API on behalf of people, which scripts look up by name.
fn directory_scopes() -> Value {
    let one = |scope: &Scope| {
        json!({
            "adminConsentDescription": scope.name(),
            "adminConsentDisplayName": scope.name(),
            "id": scope.delegated_id().to_string(),
            "isEnabled": true,
            "type": if scope.people_may_grant() { "User" } else { "Admin" },
            "userConsentDescription": null,
            "userConsentDisplayName": null,
            "value": scope.name(),
        })
    };
    Scope::ALL.iter().map(one).collect()
}

/// What a creation or change says.
fn read(body: &mut Fields) -> Result<(PrincipalEdit, CredentialEdit), Refusal> {
    let edit = PrincipalEdit {
        display_name: name(body)?,
        enabled: body.set_flag("accountEnabled")?,
        assignment_required: body.set_flag("appRoleAssignmentRequired")?,
        home_url: body.edit_text("homepage")?,
        description: body.edit_text("description")?,
        notes: body.edit_text("notes")?,
        tags: body.edit_texts("tags")?,
    };
    let credentials = credentials_of(body)?;
    nothing_else(body, SERVICE_PRINCIPALS.properties, SERVICE_PRINCIPALS.type_name)?;
    Ok((edit, credentials))
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let offers = of_service_principals();
    let asked = asked_with(&call, &SERVICE_PRINCIPALS, SERVICE_PRINCIPALS.properties, &offers)?;
    let found = list_service_principals(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let mut value: Vec<Value> = found
        .items
        .iter()
        .map(|principal| wire(&Shown::from(principal), asked.selected.as_deref()))
        .collect();
    let ids = found.items.iter().map(|presence| presence.principal.id).collect();
    fill(&call, &asked.expanded, ids, &mut value).await?;
    asked.reply(&call, "servicePrincipals", value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let which = call.application()?;
    let picked = picked(&call, &SERVICE_PRINCIPALS, &of_service_principals())?;
    let found = get_service_principal(call.app(), &call.actor, which).await?;
    let body = wire(&Shown::from(&found), picked.0.as_deref());
    let tag = etag::tag(found.principal.revision);
    Ok(Reply::ok(whole(&call, "servicePrincipals", &picked, found.principal.id, body).await?)
        .tagged(Some(tag)))
}

pub(super) async fn create(call: Call) -> Answer {
    let mut body = call.json()?;
    let client = id(&mut body, "appId").map(ClientId)?;
    let owners = references(&mut body, "owners@odata.bind")?;
    let said = read(&mut body)?;
    let made = create_service_principal(call.app(), &call.actor, client, said, owners).await?;
    let tag = etag::tag(made.principal.revision);
    let body = wire(&Shown::from(&made), None);
    Ok(created(&call, "servicePrincipals", made.principal.id, body).tagged(Some(tag)))
}

pub(super) async fn update(call: Call) -> Answer {
    let which = call.application()?;
    let (edit, credentials) = read(&mut call.changes(call.key(0))?)?;
    let only_if = etag::if_match(&call.headers)?;
    let revision =
        update_service_principal(call.app(), &call.actor, which, edit, credentials, only_if).await?;
    // RFC 5789 section 2.1: so that the next change needs no reading before it.
    Ok(Reply::no_content().tagged(Some(etag::tag(revision))))
}

pub(super) async fn delete(call: Call) -> Answer {
    let only_if = etag::if_match(&call.headers)?;
    delete_service_principal(call.app(), &call.actor, call.application()?, only_if).await?;
    Ok(Reply::no_content())
}
