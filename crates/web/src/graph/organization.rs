//! `/organization`: the tenant itself. Refuses changes of all but where it says what becomes of people's data.

use hospes_actions::organization::{organization, update as update_organization};
use hospes_domain::access::View;
use hospes_domain::edit::Edit;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use serde_json::{Value, json};

use super::asked::{entity, nothing_else, object, selected_of, whole_list};
use super::dispatch::Answer;
use super::reply::Reply;
use super::request::{Call, Fields};
use super::users::time;

// Wire

const TYPE_NAME: &str = "microsoft.graph.organization";
/// What everybody sees.
const PUBLIC: &[&str] = &["id", "displayName", "verifiedDomains"];
pub(super) const PROPERTIES: &[&str] = &[
    "id",
    "displayName",
    "verifiedDomains",
    "createdDateTime",
    "tenantType",
    "deletedDateTime",
    "privacyProfile",
    "assignedPlans",
    "businessPhones",
    "city",
    "country",
    "countryLetterCode",
    "defaultUsageLocation",
    "marketingNotificationEmails",
    "mobileDeviceManagementAuthority",
    "onPremisesLastSyncDateTime",
    "onPremisesSyncEnabled",
    "partnerTenantType",
    "postalCode",
    "preferredLanguage",
    "provisionedPlans",
    "securityComplianceNotificationMails",
    "securityComplianceNotificationPhones",
    "state",
    "street",
    "technicalNotificationMails",
];

fn wire(tenant: &Tenant, view: View, selected: Option<&[&'static str]>) -> Value {
    let names = selected.unwrap_or(if view == View::Full { PROPERTIES } else { PUBLIC });
    object(names, |name| match name {
        "id" => tenant.id.to_string().into(),
        "displayName" => tenant.display_name.clone().into(),
        "verifiedDomains" => tenant.domains.iter().map(|domain| verified_domain(tenant, domain)).collect(),
        // Nothing here has a value, and they are never null as published.
        "assignedPlans"
        | "businessPhones"
        | "marketingNotificationEmails"
        | "provisionedPlans"
        | "securityComplianceNotificationMails"
        | "securityComplianceNotificationPhones"
        | "technicalNotificationMails" => json!([]),
        "mobileDeviceManagementAuthority" => "unknown".into(),
        _ if view != View::Full => Value::Null,
        "createdDateTime" => time(tenant.created_at).into(),
        "tenantType" => "AAD".into(),
        "privacyProfile" => match &tenant.privacy_url {
            Some(url) => json!({ "contactEmail": null, "statementUrl": url }),
            None => Value::Null,
        },
        _ => Value::Null,
    })
}

fn verified_domain(tenant: &Tenant, name: &str) -> Value {
    let initial = name == tenant.initial_domain;
    json!({ "name": name, "isInitial": initial, "isDefault": initial, "type": "Managed", "capabilities": "Email" })
}

/// What a change says about `privacyProfile`: its address, which `null` takes away as a whole.
fn statement(mut body: Fields) -> Result<Edit<String>, Refusal> {
    let cleared = body.is_null("privacyProfile");
    let Some(mut profile) = body.object("privacyProfile")? else {
        nothing_else(&body, PROPERTIES, TYPE_NAME)?;
        return Ok(if cleared { Edit::Clear } else { Edit::Keep });
    };
    let url = match profile.edit_text("statementUrl")? {
        Edit::Set(url) if url.is_empty() => Edit::Clear,
        edit => edit,
    };
    nothing_else(&profile, &["contactEmail"], "microsoft.graph.privacyProfile")?;
    nothing_else(&body, PROPERTIES, TYPE_NAME)?;
    Ok(url)
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let selected = selected_of(&call, PROPERTIES, TYPE_NAME)?;
    let (tenant, view) = organization(call.app(), &call.actor).await?;
    let value = vec![wire(&tenant, view, selected.as_deref())];
    whole_list(&call, "organization", &selected, value)
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected_of(&call, PROPERTIES, TYPE_NAME)?;
    let (tenant, view) = organization(call.app(), &call.actor).await?;
    if !call.key(0).eq_ignore_ascii_case(&tenant.id.to_string()) {
        return Err(Refusal::not_found(call.key(0)).into());
    }
    Ok(entity(&call, "organization", &selected, wire(&tenant, view, selected.as_deref())))
}

pub(super) async fn update(call: Call) -> Answer {
    let statement = statement(call.json()?)?;
    update_organization(call.app(), &call.actor, call.key(0).to_owned(), statement).await?;
    Ok(Reply::no_content())
}
