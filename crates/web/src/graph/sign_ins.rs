//! `/auditLogs/signIns`: who signed in or was refused, in the shape of the original's `signIn`. Refuses to guess what this
//! server does not look at: risk is `none`, a place is null.

use hospes_actions::sign_ins;
use hospes_domain::access::UserType;
use hospes_domain::browser::described;
use hospes_domain::query::SignInField;
use hospes_domain::sign_ins::SignIn;
use serde_json::{Value, json};

use super::asked::{asked_of_log, entity, object, selected};
use super::dispatch::Answer;
use super::odata::resource::Resource;
use super::odata::sign_in_fields::{SIGN_INS, SIGN_INS_BETA};
use super::request::{Call, Version};
use super::users::time;

// Wire

const SET: &str = "auditLogs/signIns";

/// Both versions of the type have the same name; the newer one has more properties.
fn resource(call: &Call) -> &'static Resource<SignInField> {
    if call.version == Version::Beta { &SIGN_INS_BETA } else { &SIGN_INS }
}

fn wire(call: &Call, line: &SignIn, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(resource(call).properties), |name| match name {
        "id" => line.id.to_string().into(),
        "appDisplayName" => line.app_name.as_deref().into(),
        "appId" => line.client.map(|id| id.to_string()).into(),
        "appliedConditionalAccessPolicies" | "riskEventTypes" | "riskEventTypes_v2" => json!([]),
        "authenticationRequirement" => line.multi_factor.map(requirement).into(),
        // Programs do not say what they are; whoever sits there has a browser.
        "clientAppUsed" => line.interactive.then_some("Browser").into(),
        "conditionalAccessStatus" => "notApplied".into(),
        "correlationId" => line.correlation.as_str().into(),
        "createdDateTime" => time(line.at).into(),
        "deviceDetail" => device(line),
        "homeTenantId" => line.home_tenant.map(|id| id.to_string()).into(),
        "ipAddress" => line.address.as_deref().into(),
        "isInteractive" => line.interactive.into(),
        "resourceDisplayName" => line.resource_name.as_deref().into(),
        "resourceId" => line.resource.map(|id| id.to_string()).into(),
        "resourceTenantId" => line.resource_tenant.to_string().into(),
        "riskDetail" | "riskLevelAggregated" | "riskLevelDuringSignIn" | "riskState" => "none".into(),
        "servicePrincipalId" => line.principal.map(|id| id.to_string()).into(),
        "servicePrincipalName" => line.principal.and(line.app_name.as_deref()).into(),
        "status" => json!({
            "errorCode": line.error,
            "failureReason": line.cause(),
            "additionalDetails": line.remedy(),
        }),
        "userAgent" => line.user_agent.as_deref().into(),
        "userDisplayName" => line.user_name.as_deref().into(),
        // Never null in the published type.
        "userId" => line.user.map(|id| id.to_string()).unwrap_or_default().into(),
        "userPrincipalName" => line.sign_in_name.as_deref().into(),
        "userType" => {
            line.user_type.map(|kind| if kind == UserType::Guest { "guest" } else { "member" }).into()
        }
        _ => Value::Null,
    })
}

fn requirement(multi_factor: bool) -> &'static str {
    if multi_factor { "multiFactorAuthentication" } else { "singleFactorAuthentication" }
}

fn device(line: &SignIn) -> Value {
    json!({
        "browser": line.user_agent.as_deref().and_then(described),
        "deviceId": null,
        "displayName": null,
        "isCompliant": null,
        "isManaged": null,
        "operatingSystem": null,
        "trustType": null,
    })
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked_of_log(&call, resource(&call))?;
    let found = sign_ins::list(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|line| wire(&call, line, asked.selected.as_deref())).collect();
    asked.reply(&call, SET, value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected(&call, resource(&call))?;
    let line = sign_ins::get(call.app(), &call.actor, call.record(0)?.0).await?;
    Ok(entity(&call, SET, &selected, wire(&call, &line, selected.as_deref())))
}
