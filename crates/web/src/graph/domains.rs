//! `/domains`: the domains of the organisation, and how one is proven. Refuses every proof but the TXT record at the
//! domain itself; the operator's word comes by the command line.

use hospes_actions::domains::Seen;
use hospes_actions::domains::add::add;
use hospes_actions::domains::list::{get as get_domain, list as list_domains};
use hospes_actions::domains::remove::remove;
use hospes_actions::domains::verify::verify as verify_domain;
use hospes_domain::domains::Domain;
use hospes_domain::refusal::Refusal;
use serde_json::{Value, json};

use super::asked::{created, entity, nothing_else, object, selected_of, selected_of_all, whole_list};
use super::dispatch::Answer;
use super::reply::Reply;
use super::request::{Call, Fields};

// Wire

const TYPE_NAME: &str = "microsoft.graph.domain";
pub(super) const PROPERTIES: &[&str] = &[
    "id",
    "authenticationType",
    "availabilityStatus",
    "isAdminManaged",
    "isDefault",
    "isInitial",
    "isRoot",
    "isVerified",
    "manufacturer",
    "model",
    "passwordNotificationWindowInDays",
    "passwordValidityPeriodInDays",
    "state",
    "supportedServices",
];
const RECORD_TYPE_NAME: &str = "microsoft.graph.domainDnsRecord";
pub(super) const RECORD_PROPERTIES: &[&str] =
    &["id", "isOptional", "label", "recordType", "supportedService", "text", "ttl"];
/// Seconds that the record may be kept by name servers, as proposed to whoever publishes it.
const TTL: u32 = 3600;

fn wire(seen: &Seen, selected: Option<&[&'static str]>) -> Value {
    let verified = seen.domain.verified_by.is_some();
    object(selected.unwrap_or(PROPERTIES), |name| match name {
        "id" => seen.domain.name.clone().into(),
        "authenticationType" => "Managed".into(),
        "isAdminManaged" => true.into(),
        // Names of guests and of people without another choice end in the initial one, for good.
        "isDefault" | "isInitial" => seen.is_initial.into(),
        "isRoot" => seen.is_root.into(),
        "isVerified" => verified.into(),
        "supportedServices" if verified => json!(["Email"]),
        "supportedServices" => json!([]),
        _ => Value::Null,
    })
}

/// The record that proves the domain, with its type: the list may hold others.
fn record(domain: &Domain, selected: Option<&[&'static str]>) -> Option<Value> {
    let record = domain.record.as_ref()?;
    let mut wire = object(selected.unwrap_or(RECORD_PROPERTIES), |name| match name {
        "id" => record.id.to_string().into(),
        "isOptional" => false.into(),
        "label" => domain.name.clone().into(),
        "recordType" => "Txt".into(),
        "supportedService" => "Email".into(),
        "text" => record.text.clone().into(),
        "ttl" => TTL.into(),
        _ => Value::Null,
    });
    wire["@odata.type"] = "#microsoft.graph.domainDnsTxtRecord".into();
    Some(wire)
}

fn read(mut body: Fields) -> Result<String, Refusal> {
    let name = body.required_text("id")?;
    nothing_else(&body, PROPERTIES, TYPE_NAME)?;
    Ok(name)
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let selected = selected_of_all(&call, PROPERTIES, TYPE_NAME)?;
    let domains = list_domains(call.app(), &call.actor).await?;
    let value = domains.iter().map(|seen| wire(seen, selected.as_deref())).collect();
    whole_list(&call, "domains", &selected, value)
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected_of(&call, PROPERTIES, TYPE_NAME)?;
    let seen = get_domain(call.app(), &call.actor, call.key(0)).await?;
    Ok(entity(&call, "domains", &selected, wire(&seen, selected.as_deref())))
}

pub(super) async fn create(call: Call) -> Answer {
    let name = read(call.json()?)?;
    let seen = add(call.app(), &call.actor, &name).await?;
    Ok(created(&call, "domains", &seen.domain.name, wire(&seen, None)))
}

pub(super) async fn delete(call: Call) -> Answer {
    remove(call.app(), &call.actor, call.key(0)).await?;
    Ok(Reply::no_content())
}

/// Takes no body: there is nothing to choose.
pub(super) async fn verify(call: Call) -> Answer {
    let records = call.web.options.proofs.records();
    let seen = verify_domain(call.app(), &call.actor, records, call.key(0)).await?;
    Ok(entity(&call, "domains", &None, wire(&seen, None)))
}

pub(super) async fn verification_records(call: Call) -> Answer {
    let selected = selected_of_all(&call, RECORD_PROPERTIES, RECORD_TYPE_NAME)?;
    let seen = get_domain(call.app(), &call.actor, call.key(0)).await?;
    let value = record(&seen.domain, selected.as_deref()).into_iter().collect();
    let set = format!("domains('{}')/verificationDnsRecords", seen.domain.name);
    whole_list(&call, &set, &selected, value)
}
