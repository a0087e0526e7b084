//! From a leased job to the post it stands for (the original's `changeNotificationCollection`). Refuses to tell anything on
//! behalf of a maker who lost the permission to read it, also since the job was made; signs outside of transactions.

use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::jose::{Algorithm, base64url};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::subscriptions;
use serde_json::{Value, json};
use uuid::Uuid;

use super::dispatch::{Changes, Event, Lifecycle, about_itself, set_of};
use super::items::{Item, Moved};
use super::removed::Last;
use super::{Subscription, client_state, still_allowed};
use crate::app::App;
use crate::jobs::{Leased, kinds};
use crate::random;
use crate::tokens::issuer;

/// The application that tells of changes in the original: receivers look for it in the tokens of a post (general knowledge).
const PUBLISHER: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";
/// How long a token in a post lives.
const TOKEN_SECONDS: i64 = 3600;

/// A post ready to be sent. No `Debug`: it holds a secret and a token.
pub struct Post {
    /// Where to.
    pub url: String,
    /// JSON.
    pub body: String,
}

/// The post of a job; `None` for a job of another kind, or when there is nothing to tell any more: the subscription is
/// over, or whoever made it may not read what it follows.
///
/// # Errors
/// What keeps it from being made now.
pub async fn post(app: &App, leased: &Leased) -> Result<Option<Post>, Refusal> {
    let (tenant, data) = leased.of();
    match leased.kind() {
        kinds::CHANGE_NOTIFICATION => {
            let Changes { subscription, items } = read(data)?;
            let Some(found) = standing(app, tenant, subscription, true).await? else { return Ok(None) };
            let state = client_state(app, tenant, found.id, found.client_state.as_deref());
            let (set, kind) = set_of(found.followed.kind);
            let told = |item: Item| {
                let resource = format!("{set}/{}", item.object);
                let mut one = about((found.id, found.expires_at), tenant, state.as_deref());
                one["changeType"] = item.change.name().into();
                one["resource"] = resource.clone().into();
                one["resourceData"] =
                    json!({ "@odata.type": kind, "@odata.id": resource, "id": item.object.to_string() });
                for (name, moved) in [("members@delta", &item.members), ("owners@delta", &item.owners)] {
                    if !moved.is_empty() {
                        one["resourceData"][name] = moved.iter().map(related).collect();
                    }
                }
                one
            };
            let value: Vec<Value> = items.into_iter().map(told).collect();
            Ok(Some(Post { url: found.url.clone(), body: body(app, tenant, found.client, value)? }))
        }
        kinds::LIFECYCLE_NOTIFICATION => {
            let Lifecycle { subscription, event, last } = read(data)?;
            let last = if let Some(last) = last {
                last
            } else {
                let found = standing(app, tenant, subscription, false).await?;
                let Some(last) = found.and_then(told_of_itself) else { return Ok(None) };
                last
            };
            let state = client_state(app, tenant, subscription, last.client_state.as_deref());
            let mut one = about((subscription, last.expires_at), tenant, state.as_deref());
            one["lifecycleEvent"] = event.name().into();
            one["resource"] = last.resource.into();
            Ok(Some(Post { url: last.url, body: body(app, tenant, last.client, vec![one])? }))
        }
        _ => Ok(None),
    }
}

/// Somebody who came or went, in the original's spelling: a text, and no object as in delta queries.
fn related(moved: &Moved) -> Value {
    let mut one = json!({ "id": moved.id.to_string() });
    if moved.gone {
        one["@removed"] = "deleted".into();
    }
    one
}

fn read<T: for<'a> serde::Deserialize<'a>>(data: &str) -> Result<T, Refusal> {
    serde_json::from_str(data).map_err(|_| Refusal::Internal)
}

/// The subscription, if it is not over; with `telling` only if its maker may still read what it follows.
async fn standing(
    app: &App,
    tenant: TenantId,
    id: Uuid,
    telling: bool,
) -> Result<Option<Subscription>, Refusal> {
    app.read(move |tx| {
        let found = subscriptions::by_id(tx, tenant, id)?.filter(|found| found.expires_at > tx.now());
        let Some(found) = found else { return Ok(None) };
        let told = !telling || still_allowed(tx, tenant, &found)?;
        Ok(told.then_some(found))
    })
    .await
}

/// What a post about a subscription says, if somebody wants to hear of that.
fn told_of_itself(found: Subscription) -> Option<Last> {
    Some(Last {
        url: found.lifecycle_url?,
        resource: found.resource,
        client: found.client,
        client_state: found.client_state,
        expires_at: found.expires_at,
    })
}

/// What every item of a post begins with.
fn about((id, expires_at): (Uuid, Time), tenant: TenantId, client_state: Option<&str>) -> Value {
    json!({
        "subscriptionId": id.to_string(),
        "subscriptionExpirationDateTime": stamp(expires_at),
        "clientState": client_state,
        "tenantId": tenant.to_string(),
    })
}

fn stamp(time: Time) -> String {
    jiff::Timestamp::from_microsecond(time.0).unwrap_or_default().to_string()
}

/// The whole post, with a token that shows who sends it.
fn body(app: &App, tenant: TenantId, client: ClientId, value: Vec<Value>) -> Result<String, Refusal> {
    let (keys, at) = (app.tenant_keys(tenant)?, app.now());
    let now = at.seconds();
    // No subject and no permission: nobody can take it for a sign-in or for leave to do something.
    let claims = json!({
        "iss": issuer(app.public_url(), tenant),
        "aud": client,
        "azp": PUBLISHER,
        "tid": tenant,
        "iat": now,
        "nbf": now,
        "exp": now.saturating_add(TOKEN_SECONDS),
        "uti": base64url::encode(random::bytes::<16>(app.random())),
        "ver": "2.0",
    });
    let json = serde_json::to_vec(&claims).map_err(|_| Refusal::Internal)?;
    let token = keys.signing(Algorithm::Rs256, at).sign(&json).map_err(|_| Refusal::Internal)?;
    Ok(json!({ "value": value, "validationTokens": [token] }).to_string())
}

/// Tells the receiver of a post that was given up that it missed something; it asks the log itself then.
///
/// # Errors
/// [`Refusal::Unavailable`] when the store cannot write now.
pub async fn missed(app: &App, leased: &Leased) -> Result<(), Refusal> {
    if leased.kind() != kinds::CHANGE_NOTIFICATION {
        return Ok(());
    }
    let (tenant, data) = leased.of();
    let (Changes { subscription, .. }, job) = (read(data)?, app.new_id());
    app.write_quietly(move |tx| {
        if let Some(found) = subscriptions::by_id(tx, tenant, subscription)? {
            about_itself(tx, tenant, &found, Event::Missed, Some(job))?;
        }
        Ok(())
    })
    .await
}
