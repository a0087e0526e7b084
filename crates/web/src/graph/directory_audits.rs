//! `/auditLogs/directoryAudits` (reference/reset-redemption.md section 6), and the same records about one user as
//! `/users/{id}/hospes.history`, for those who look after users and do not read the whole log.

use hospes_actions::{audit, users};
use hospes_domain::audit::{AuditEntry, AuditRecord};
use serde_json::{Value, json};

use super::asked::{asked_of_log, entity, object, selected};
use super::dispatch::Answer;
use super::odata::audit_fields::DIRECTORY_AUDITS;
use super::request::Call;
use super::users::time;

// Wire

const SET: &str = "auditLogs/directoryAudits";
/// The detail that says in words why something was refused.
const EXPLANATION: &str = "explanation";
/// The detail that names the properties of a user that were changed.
const CHANGED: &str = "changed";
/// What the name of a detail with the value before ends in.
const BEFORE: &str = ".old";

fn wire(entry: &AuditEntry, selected: Option<&[&'static str]>) -> Value {
    let record = &entry.record;
    object(selected.unwrap_or(DIRECTORY_AUDITS.properties), |name| match name {
        "id" => record.id.to_string().into(),
        "activityDateTime" => time(record.at).into(),
        "activityDisplayName" => record.activity.as_str().into(),
        "additionalDetails" => additional(record),
        "category" => record.category.as_str().into(),
        "correlationId" => record.correlation.as_deref().into(),
        "initiatedBy" => initiated_by(entry),
        "loggedByService" => record.service.as_str().into(),
        "operationType" => record.operation.as_str().into(),
        "result" => if record.success { "success" } else { "failure" }.into(),
        "resultReason" => detail(record, EXPLANATION).or(record.reason.as_deref()).unwrap_or_default().into(),
        "targetResources" => targets(entry),
        _ => Value::Null,
    })
}

fn detail<'r>(record: &'r AuditRecord, name: &str) -> Option<&'r str> {
    record.details.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// A person, without an id if it is nobody here, or an application; the operator of the server and the server itself count as such without an id.
fn initiated_by(entry: &AuditEntry) -> Value {
    let record = &entry.record;
    let id = record.actor.map(|id| id.to_string());
    match record.actor_kind.as_str() {
        "user" | "guest" | "outsider" => json!({
            "app": null,
            "user": {
                "id": id,
                "displayName": entry.actor_name(),
                "userPrincipalName": entry.actor_upn,
                "ipAddress": null,
            },
        }),
        kind => json!({
            "app": {
                "appId": entry.actor_client.map(|client| client.to_string()),
                "displayName": entry.actor_name().unwrap_or(if kind == "operator" { "Operator" } else { "Hospes" }),
                "servicePrincipalId": id,
                "servicePrincipalName": null,
            },
            "user": null,
        }),
    }
}

/// What it was done to, and whom that was given or lost.
fn targets(entry: &AuditEntry) -> Value {
    let record = &entry.record;
    let mut targets = Vec::new();
    if let Some(id) = record.target {
        let kind = record.target_kind.as_deref().unwrap_or("Other");
        // A user's record keeps its principal name.
        let user = kind == "User";
        targets.push(json!({
            "id": id.to_string(),
            "displayName": if user { None } else { record.target_name.as_deref() },
            "groupType": null,
            "modifiedProperties": modified(record),
            "type": published(kind),
            "userPrincipalName": if user { record.target_name.as_deref() } else { None },
        }));
    }
    if let Some(id) = record.related {
        let kind = detail(record, "principalType").unwrap_or("Other");
        targets.push(json!({
            "id": id.to_string(),
            "displayName": entry.related_name,
            "groupType": null,
            "modifiedProperties": [],
            "type": if entry.related_upn.is_some() { "User" } else { published(kind) },
            "userPrincipalName": entry.related_upn,
        }));
    }
    targets.into()
}

/// The kinds the published type knows.
fn published(kind: &str) -> &str {
    match kind {
        "User" | "Group" | "Role" | "Policy" => kind,
        "ServicePrincipal" => "App",
        _ => "Other",
    }
}

fn modified(record: &AuditRecord) -> Value {
    let before = |name: &str| detail(record, &format!("{name}{BEFORE}"));
    let with_values = record.details.iter().filter_map(|(name, now)| {
        let old = before(name)?;
        Some(json!({ "displayName": name, "oldValue": old, "newValue": now }))
    });
    let names = detail(record, CHANGED).unwrap_or_default().split(',').map(str::trim);
    let bare = names
        .filter(|name| !name.is_empty())
        .map(|name| json!({ "displayName": name, "oldValue": null, "newValue": null }));
    with_values.chain(bare).collect()
}

/// What stands nowhere else.
fn additional(record: &AuditRecord) -> Value {
    let told = |name: &str| {
        let modified = name.ends_with(BEFORE) || detail(record, &format!("{name}{BEFORE}")).is_some();
        modified || name == EXPLANATION || name == CHANGED
    };
    let refusal = record.reason.iter().map(|reason| json!({ "key": "refusal", "value": reason }));
    let details = record.details.iter().filter(|(name, _)| !told(name));
    details.map(|(name, value)| json!({ "key": name, "value": value })).chain(refusal).collect()
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked_of_log(&call, &DIRECTORY_AUDITS)?;
    let found = audit::list::list(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|entry| wire(entry, asked.selected.as_deref())).collect();
    asked.reply(&call, SET, value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected(&call, &DIRECTORY_AUDITS)?;
    let entry = audit::list::get(call.app(), &call.actor, call.record(0)?.0).await?;
    Ok(entity(&call, SET, &selected, wire(&entry, selected.as_deref())))
}

pub(super) async fn of_user(call: Call) -> Answer {
    let asked = asked_of_log(&call, &DIRECTORY_AUDITS)?;
    let (key, list) = (call.key(0).to_owned(), asked.list.clone());
    let found = users::history(call.app(), &call.actor, key, list, asked.counted).await?;
    let value = found.items.iter().map(|entry| wire(entry, asked.selected.as_deref())).collect();
    asked.reply(&call, SET, value, found.count, found.next.as_ref())
}
