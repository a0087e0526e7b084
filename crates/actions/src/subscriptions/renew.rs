//! Renewing a subscription, leading it to another address, and saying that it is still wanted. Refuses whoever may not read
//! what it follows any more, and addresses that do not answer for themselves.

use hospes_domain::access::{Actor, Caller};
use hospes_domain::refusal::Refusal;
use hospes_domain::subscription::{check_expiry, check_url};
use hospes_domain::time::Time;
use hospes_store::engine::Read;
use hospes_store::subscriptions;
use uuid::Uuid;

use super::create::handshake;
use super::{Receivers, Subscription, follower, may_follow, own, target};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};

/// What is to be another way; with nothing of it the caller answers for it with the token of now (`reauthorize`).
#[derive(Clone, Debug, Default)]
pub struct Renewal {
    /// `expirationDateTime`
    pub until: Option<Time>,
    /// `notificationUrl`
    pub url: Option<String>,
}

/// Renews.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::NotAllowed`], [`Refusal::Invalid`].
pub async fn renew(
    app: &App,
    actor: &Actor,
    id: Uuid,
    renewal: Renewal,
    receivers: &Receivers,
) -> Result<Subscription, Refusal> {
    if let Some(url) = &renewal.url {
        check_url("notificationUrl", url)?;
        let who = actor.clone();
        // Nobody is asked for somebody who may not.
        app.read(move |tx| renewable(tx, &who, id).map(drop)).await?;
        handshake(app, receivers, "notificationUrl", url).await?;
    }
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::UpdateSubscription, move |tx| {
        let (caller, mut found) = renewable(tx, &who, id)?;
        if let Some(expires_at) = renewal.until {
            check_expiry(expires_at, tx.now())?;
            found.expires_at = expires_at;
        }
        if let Some(url) = &renewal.url {
            found.url.clone_from(url);
        }
        (found.maker, found.scopes) = (who.who, caller.actor.scopes);
        subscriptions::renew(tx, who.tenant, &found)?;
        audit::done(tx, &caller, audit_id, Activity::UpdateSubscription, Some(&target(&found)), Vec::new())?;
        Ok(found)
    })
    .await
}

/// The caller with its own subscription, if it may still read what that follows.
fn renewable(tx: &impl Read, actor: &Actor, id: Uuid) -> Result<(Caller, Subscription), Stop> {
    let caller = follower(tx, actor)?;
    let found = own(tx, actor, id)?;
    may_follow(&caller, found.followed)?;
    Ok((caller, found))
}
