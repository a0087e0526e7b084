//! Renewing a subscription, leading it to another address, and saying that it is still wanted. Refuses whoever may not read
//! what it follows any more, addresses that do not answer for themselves, and to take a kept secret to another host (threats E9).

use hospes_domain::access::{Actor, Caller};
use hospes_domain::refusal::Refusal;
use hospes_domain::subscription::{check_client_state, check_url, end_of};
use hospes_domain::time::Time;
use hospes_store::engine::Read;
use hospes_store::subscriptions;
use url::Url;
use uuid::Uuid;

use super::create::handshake;
use super::{Receivers, Subscription, follower, may_follow, own, sealed_as, target};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};

/// What is to be another way; with nothing of it the caller answers for it with the token of now (`reauthorize`).
#[derive(Clone, Debug, Default)]
pub struct Renewal {
    /// `expirationDateTime`
    pub until: Option<Time>,
    /// `notificationUrl`
    pub url: Option<String>,
    /// `clientState`, for another address.
    pub client_state: Option<String>,
}

impl Renewal {
    /// What was given with one address is not sent to another host.
    fn takes_no_secret_along(&self, found: &Subscription) -> Result<(), Refusal> {
        let host = |url: &str| Url::parse(url).ok().map(|url| url.origin());
        let elsewhere = self.url.as_deref().is_some_and(|url| host(url) != host(&found.url));
        if elsewhere && found.client_state.is_some() && self.client_state.is_none() {
            return Err(Refusal::invalid(
                "clientState",
                "The clientState of the subscription is not sent to another host than it was given with.",
                "Send the clientState that the new address is to get beside notificationUrl.",
            ));
        }
        Ok(())
    }
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
        let (who, wanted) = (actor.clone(), renewal.clone());
        // Nobody is asked for somebody who may not.
        app.read(move |tx| Ok(wanted.takes_no_secret_along(&renewable(tx, &who, id)?.1)?)).await?;
        handshake(app, receivers, "notificationUrl", url).await?;
    }
    if let Some(state) = &renewal.client_state {
        check_client_state(state)?;
    }
    let keys = app.tenant_keys(actor.tenant)?;
    let sealed = |state: &String| keys.seal_cookie(&sealed_as(id), state.as_bytes(), app.random());
    let client_state = renewal.client_state.as_ref().map(sealed);
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::UpdateSubscription, move |tx| {
        let (caller, mut found) = renewable(tx, &who, id)?;
        renewal.takes_no_secret_along(&found)?;
        if let Some(state) = &client_state {
            found.client_state = Some(state.clone());
        }
        if let Some(expires_at) = renewal.until {
            found.expires_at = end_of(expires_at, tx.now())?;
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
