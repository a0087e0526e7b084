//! Telling receivers that a subscription is no more, when what it was made through or whoever made it is deleted (the
//! original's `subscriptionRemoved`). Refuses to remove anything: that goes with what is deleted. The rows are gone when the
//! post is sent, so it carries what it says; the secret in it stays sealed.

use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::time::Time;
use hospes_store::engine::{StoreError, WriteTx};
use hospes_store::subscriptions::{self, EndingWith};
use serde::{Deserialize, Serialize};

use super::dispatch::{Event, Lifecycle, enqueue};
use crate::jobs::kinds;

/// What is told last of a subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Last {
    pub(super) url: String,
    pub(super) resource: String,
    pub(super) client: ClientId,
    /// Sealed.
    pub(super) client_state: Option<String>,
    pub(super) expires_at: Time,
}

/// Enqueues a post for each subscription that goes with what is about to be deleted, if somebody wants to hear of it.
/// Before the rows go.
pub(crate) fn tell_removed(tx: &WriteTx<'_>, tenant: TenantId, with: EndingWith) -> Result<(), StoreError> {
    for gone in subscriptions::ending_with(tx, tenant, with)? {
        let Some(url) = gone.lifecycle_url else { continue };
        let last = Last {
            url: url.clone(),
            resource: gone.resource,
            client: gone.client,
            client_state: gone.client_state,
            expires_at: gone.expires_at,
        };
        let data = Lifecycle { subscription: gone.id, event: Event::SubscriptionRemoved, last: Some(last) };
        // A subscription is removed once, so its id serves for the job.
        enqueue(tx, tenant, (kinds::LIFECYCLE_NOTIFICATION, &url), serde_json::to_string(&data), gone.id)?;
    }
    Ok(())
}
