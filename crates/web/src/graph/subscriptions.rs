//! `/subscriptions`: being told of changes (the original's `subscription` resource). Refuses what it cannot do rather than
//! overlooking it: posts with the objects in them, and resources other than users and groups.

use hospes_actions::subscriptions::{self, NewSubscription, Renewal, Subscription};
use hospes_domain::access::Who;
use hospes_domain::refusal::Refusal;
use hospes_domain::subscription::ChangeTypes;
use serde_json::Value;

use super::asked::{created, entity, nothing_else, object, selected_of, selected_of_all, whole_list};
use super::dispatch::Answer;
use super::error::Fault;
use super::reply::Reply;
use super::request::{Call, Fields};
use super::users::time;

// Wire

const SET: &str = "subscriptions";
const TYPE_NAME: &str = "microsoft.graph.subscription";
const PROPERTIES: &[&str] = &[
    "id",
    "resource",
    "applicationId",
    "changeType",
    "clientState",
    "notificationUrl",
    "notificationQueryOptions",
    "lifecycleNotificationUrl",
    "expirationDateTime",
    "creatorId",
    "includeResourceData",
    "latestSupportedTlsVersion",
    "encryptionCertificate",
    "encryptionCertificateId",
    "notificationUrlAppId",
];

/// A subscription; its secret is shown to nobody, not even to whoever gave it.
fn wire(one: &Subscription, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(PROPERTIES), |name| match name {
        "id" => one.id.to_string().into(),
        "resource" => one.resource.clone().into(),
        "applicationId" => one.client.to_string().into(),
        "changeType" => one.changes.names().into(),
        "notificationUrl" => one.url.clone().into(),
        "lifecycleNotificationUrl" => one.lifecycle_url.clone().into(),
        "expirationDateTime" => time(one.expires_at).into(),
        "creatorId" => match one.maker {
            Who::User { id, .. } | Who::App { id } => id.to_string().into(),
        },
        "includeResourceData" => false.into(),
        "latestSupportedTlsVersion" => one.tls.clone().into(),
        _ => Value::Null,
    })
}

fn read(mut body: Fields) -> Result<NewSubscription, Refusal> {
    let new = NewSubscription {
        changes: ChangeTypes::parse(&body.required_text("changeType")?)?,
        resource: body.required_text("resource")?,
        url: body.required_text("notificationUrl")?,
        lifecycle_url: body.text("lifecycleNotificationUrl")?.filter(|url| !url.is_empty()),
        client_state: body.text("clientState")?.filter(|state| !state.is_empty()),
        tls: tls(&mut body)?,
        expires_at: body.time("expirationDateTime")?.ok_or_else(|| {
            Refusal::invalid("expirationDateTime", "The value is missing.", "The property is required.")
        })?,
    };
    if body.flag("includeResourceData")? == Some(true) {
        let remedy = "Send false, and read the object that a post names.";
        return Err(Refusal::invalid(
            "includeResourceData",
            "Posts here never hold the object itself.",
            remedy,
        ));
    }
    nothing_else(&body, PROPERTIES, TYPE_NAME)?;
    Ok(new)
}

/// Taken and shown again; what is older than 1.2 is not spoken here.
fn tls(body: &mut Fields) -> Result<Option<String>, Refusal> {
    let given = body.text("latestSupportedTlsVersion")?.filter(|version| !version.is_empty());
    match given.as_deref() {
        None | Some("v1_2" | "v1_3") => Ok(given),
        Some("v1_0" | "v1_1") => {
            let cause = "This version of TLS is not spoken here.";
            Err(Refusal::invalid("latestSupportedTlsVersion", cause, "Give v1_2 or v1_3."))
        }
        Some(_) => Err(Refusal::invalid(
            "latestSupportedTlsVersion",
            "The value is no version of TLS.",
            "Give v1_2 or v1_3, or leave it out.",
        )),
    }
}

fn renewal(mut body: Fields) -> Result<Renewal, Refusal> {
    let until = body.time("expirationDateTime")?;
    let url = body.text("notificationUrl")?.filter(|url| !url.is_empty());
    let client_state = match url {
        Some(_) => body.text("clientState")?.filter(|state| !state.is_empty()),
        None => None,
    };
    let others = |(name, _): (&str, &Value)| PROPERTIES.iter().find(|known| known.eq_ignore_ascii_case(name));
    if let Some(other) = body.left().find_map(others) {
        return Err(Refusal::invalid(
            *other,
            "Only the end of a subscription and its notificationUrl, with a clientState for that, can be changed.",
            "Leave it out, or make a new subscription.",
        ));
    }
    nothing_else(&body, PROPERTIES, TYPE_NAME)?;
    if until.is_none() && url.is_none() {
        let remedy = "Send the new end, or another notificationUrl; anything else takes a new subscription.";
        return Err(Refusal::invalid("expirationDateTime", "The value is missing.", remedy));
    }
    Ok(Renewal { until, url, client_state })
}

fn key(call: &Call) -> Result<uuid::Uuid, Fault> {
    Ok(call.record(0)?.0)
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let selected = selected_of_all(&call, PROPERTIES, TYPE_NAME)?;
    let found = subscriptions::list(call.app(), &call.actor).await?;
    let value = found.iter().map(|one| wire(one, selected.as_deref())).collect();
    whole_list(&call, SET, &selected, value)
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected_of(&call, PROPERTIES, TYPE_NAME)?;
    let found = subscriptions::get(call.app(), &call.actor, key(&call)?).await?;
    Ok(entity(&call, SET, &selected, wire(&found, selected.as_deref())))
}

pub(super) async fn create(call: Call) -> Answer {
    let new = read(call.json()?)?;
    let made = subscriptions::create(call.app(), &call.actor, new, &call.web.options.receivers).await?;
    Ok(created(&call, SET, made.id, wire(&made, None)))
}

pub(super) async fn renew(call: Call) -> Answer {
    let renewal = renewal(call.json()?)?;
    let receivers = &call.web.options.receivers;
    let renewed = subscriptions::renew(call.app(), &call.actor, key(&call)?, renewal, receivers).await?;
    Ok(entity(&call, SET, &None, wire(&renewed, None)))
}

pub(super) async fn reauthorize(call: Call) -> Answer {
    let receivers = &call.web.options.receivers;
    subscriptions::renew(call.app(), &call.actor, key(&call)?, Renewal::default(), receivers).await?;
    Ok(Reply::no_content())
}

pub(super) async fn delete(call: Call) -> Answer {
    subscriptions::delete(call.app(), &call.actor, key(&call)?).await?;
    Ok(Reply::no_content())
}
