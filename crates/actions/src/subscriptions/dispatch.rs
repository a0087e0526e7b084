//! From the log of changes to jobs: who follows what has changed gets a post enqueued, in one transaction with the place up
//! to which they were told, so that nothing is told twice or left out however often this is run and wherever it is
//! stopped (docs/decisions/0020-changes.md). Refuses to enqueue anything for a maker who may not read it any more.

use hospes_domain::changes::Kind;
use hospes_domain::ids::TenantId;
use hospes_domain::redirect;
use hospes_domain::refusal::Refusal;
use hospes_store::changes::{self, Place};
use hospes_store::engine::{StoreError, WriteTx};
use hospes_store::jobs::{self, NewJob};
use hospes_store::subscriptions;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::items::{Item, new_items};
use super::removed::Last;
use super::{Subscription, still_allowed, told_until};
use crate::app::{App, Stop};
use crate::jobs::kinds;

/// Subscriptions that one run looks at.
const AT_ONCE: usize = 32;
/// A receiver is warned so long before the end.
const WARNED_BEFORE_SECONDS: i64 = 24 * 3600;

/// What a job keeps of a post that tells of changes.
#[derive(Serialize, Deserialize)]
pub(super) struct Changes {
    pub(super) subscription: Uuid,
    pub(super) items: Vec<Item>,
}

/// What becomes of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Event {
    ReauthorizationRequired,
    Missed,
    SubscriptionRemoved,
}

impl Event {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ReauthorizationRequired => "reauthorizationRequired",
            Self::Missed => "missed",
            Self::SubscriptionRemoved => "subscriptionRemoved",
        }
    }
}

/// What a job keeps of a post about the subscription itself.
#[derive(Serialize, Deserialize)]
pub(super) struct Lifecycle {
    pub(super) subscription: Uuid,
    pub(super) event: Event,
    /// What is told of a subscription that is not there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last: Option<Last>,
}

/// Enqueues posts about what is new in the log; whether there may be more.
///
/// # Errors
/// [`Refusal::Unavailable`] when the store cannot be read or written now.
pub async fn dispatch(app: &App) -> Result<bool, Refusal> {
    // An idle worker writes nothing.
    if app.read(|tx| Ok(subscriptions::behind(tx, 1)?.is_empty())).await? {
        return Ok(false);
    }
    let ids: Vec<Uuid> = (0..AT_ONCE * 2).map(|_| app.new_id()).collect();
    app.write_quietly(move |tx| {
        let mut ids = ids.iter().copied();
        let due = subscriptions::behind(tx, i64::try_from(AT_ONCE).unwrap_or(i64::MAX))?;
        let any = !due.is_empty();
        for (tenant, mut subscription) in due {
            tell(tx, tenant, &mut subscription, &mut ids)?;
            subscriptions::save_told(tx, tenant, &subscription)?;
        }
        Ok(any)
    })
    .await
}

fn tell(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    subscription: &mut Subscription,
    ids: &mut impl Iterator<Item = Uuid>,
) -> Result<(), Stop> {
    let extent = changes::extent(tx, tenant)?;
    if !still_allowed(tx, tenant, subscription)? {
        // Nothing is kept for the day on which the permission comes back.
        subscription.told = Place::behind(extent.last);
        if !subscription.warned {
            subscription.warned = true;
            about_itself(tx, tenant, subscription, Event::ReauthorizationRequired, ids.next())?;
        }
        return Ok(());
    }
    if subscription.told.position < extent.forgotten {
        subscription.told = Place::behind(extent.forgotten);
        about_itself(tx, tenant, subscription, Event::Missed, ids.next())?;
    }
    let items = new_items(tx, tenant, subscription, extent.last)?;
    if let (false, Some(id)) = (items.is_empty(), ids.next()) {
        let data = Changes { subscription: subscription.id, items };
        let url = subscription.url.clone();
        enqueue(tx, tenant, (kinds::CHANGE_NOTIFICATION, &url), serde_json::to_string(&data), id)?;
    }
    Ok(())
}

/// Warns receivers whose subscriptions end soon; whether there may be more.
///
/// # Errors
/// [`Refusal::Unavailable`] when the store cannot be read or written now.
pub async fn warn(app: &App) -> Result<bool, Refusal> {
    let before = app.now().plus_seconds(WARNED_BEFORE_SECONDS);
    let most = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
    if app.read(move |tx| Ok(subscriptions::ending(tx, before, 1)?.is_empty())).await? {
        return Ok(false);
    }
    let ids: Vec<Uuid> = (0..AT_ONCE).map(|_| app.new_id()).collect();
    app.write_quietly(move |tx| {
        let mut ids = ids.iter().copied();
        let due = subscriptions::ending(tx, before, most)?;
        let any = !due.is_empty();
        for (tenant, mut subscription) in due {
            subscription.warned = true;
            about_itself(tx, tenant, &subscription, Event::ReauthorizationRequired, ids.next())?;
            subscriptions::save_told(tx, tenant, &subscription)?;
        }
        Ok(any)
    })
    .await
}

/// Enqueues a post about the subscription itself, if somebody wants to hear of that.
pub(super) fn about_itself(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    subscription: &Subscription,
    event: Event,
    id: Option<Uuid>,
) -> Result<(), StoreError> {
    let (Some(url), Some(id)) = (&subscription.lifecycle_url, id) else { return Ok(()) };
    let data = Lifecycle { subscription: subscription.id, event, last: None };
    enqueue(tx, tenant, (kinds::LIFECYCLE_NOTIFICATION, url), serde_json::to_string(&data), id)
}

pub(super) fn enqueue(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    (kind, url): (&str, &str),
    data: Result<String, serde_json::Error>,
    id: Uuid,
) -> Result<(), StoreError> {
    jobs::insert(
        tx,
        tenant,
        &NewJob {
            id,
            kind: kind.to_owned(),
            // The host only: an address may hold a secret in its query.
            recipient: redirect::host(url).unwrap_or_default(),
            language: None,
            data: data.map_err(|error| StoreError::Corrupt(error.to_string()))?,
            subject: None,
            dies_at: told_until(tx.now()),
        },
    )
}

/// The collection of a kind as posts name it.
pub(super) fn set_of(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::User => ("Users", "#Microsoft.Graph.User"),
        Kind::Group => ("Groups", "#Microsoft.Graph.Group"),
    }
}
