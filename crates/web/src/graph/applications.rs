//! `/applications`: what is registered in the tenant. Refuses to show credentials and to be changed.

use hospes_actions::apps::Which;
use hospes_actions::apps::list_applications::{get_application, list_applications};
use hospes_domain::application::{Application, Platform};
use serde_json::{Value, json};

use super::asked::{asked, entity, object, selected};
use super::dispatch::Answer;
use super::odata::application_fields::APPLICATIONS;
use super::request::Call;
use super::service_principals::{by_app, by_id};
use super::users::time;

// Wire

/// What a request without `$select` gets.
const DEFAULT: &[&str] = &[
    "id",
    "deletedDateTime",
    "appId",
    "createdDateTime",
    "description",
    "displayName",
    "groupMembershipClaims",
    "identifierUris",
    "isFallbackPublicClient",
    "keyCredentials",
    "notes",
    "passwordCredentials",
    "publicClient",
    "publisherDomain",
    "requiredResourceAccess",
    "signInAudience",
    "tags",
    "web",
];

/// The application with the selected properties.
fn wire(application: &Application, selected: Option<&[&'static str]>) -> Value {
    let uris = |platform: Platform| {
        let of_platform = application.redirect_uris.iter().filter(|known| known.platform == platform);
        json!({ "redirectUris": of_platform.map(|known| known.uri.as_str()).collect::<Vec<_>>() })
    };
    object(selected.unwrap_or(DEFAULT), |name| match name {
        "id" => application.id.to_string().into(),
        "appId" => application.client_id.to_string().into(),
        "createdDateTime" => time(application.created_at).into(),
        "displayName" => application.display_name.clone().into(),
        "groupMembershipClaims" => {
            Some(application.group_claims.name()).filter(|name| *name != "None").into()
        }
        "isFallbackPublicClient" => application.public_client.into(),
        "publicClient" => uris(Platform::PublicClient),
        "spa" => uris(Platform::Spa),
        "web" => {
            let mut web = uris(Platform::Web);
            web["homePageUrl"] = Value::Null;
            web["logoutUrl"] = application.settings.logout_url.clone().into();
            web
        }
        "signInAudience" => "AzureADMyOrg".into(),
        "addIns"
        | "appRoles"
        | "identifierUris"
        | "keyCredentials"
        | "passwordCredentials"
        | "requiredResourceAccess"
        | "tags" => json!([]),
        _ => Value::Null,
    })
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked(&call, &APPLICATIONS, APPLICATIONS.properties)?;
    let found = list_applications(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|application| wire(application, asked.selected.as_deref())).collect();
    asked.reply(&call, "applications", value, found.count, found.next.as_ref())
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
    let selected = selected(&call, &APPLICATIONS)?;
    let application = get_application(call.app(), &call.actor, which).await?;
    Ok(entity(&call, "applications", &selected, wire(&application, selected.as_deref())))
}
