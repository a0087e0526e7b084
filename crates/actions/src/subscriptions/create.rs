//! Making a subscription. Refuses addresses that do not answer for themselves, before anything is saved, and asks none for
//! a caller who may not read what is to be followed.

use hospes_domain::access::Actor;
use hospes_domain::refusal::Refusal;
use hospes_domain::subscription::{ChangeTypes, Resource, check_client_state, check_url, end_of};
use hospes_domain::time::Time;
use hospes_store::changes::{self, Place};
use hospes_store::subscriptions;

use super::{Receivers, Subscription, client, may_follow, sealed_as, target};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::{callers, random};

/// Subscriptions that one application makes for one person, or for itself.
const MOST: usize = 100;

/// A subscription to be.
#[derive(Clone)]
pub struct NewSubscription {
    /// `changeType`
    pub changes: ChangeTypes,
    /// `resource`
    pub resource: String,
    /// `notificationUrl`
    pub url: String,
    /// `lifecycleNotificationUrl`
    pub lifecycle_url: Option<String>,
    /// `clientState`, a secret.
    pub client_state: Option<String>,
    /// `latestSupportedTlsVersion`
    pub tls: Option<String>,
    /// `expirationDateTime`
    pub expires_at: Time,
}

/// Makes a subscription that tells of whatever changes from now on.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::Invalid`], [`Refusal::TooMany`].
pub async fn create(
    app: &App,
    actor: &Actor,
    new: NewSubscription,
    receivers: &Receivers,
) -> Result<Subscription, Refusal> {
    let (client, followed) = (client(actor)?, Resource::parse(&new.resource)?);
    let expires_at = check(&new, app.now())?;
    let who = actor.clone();
    app.read(move |tx| Ok(may_follow(&callers::load(tx, &who)?, followed)?)).await?;
    handshake(app, receivers, "notificationUrl", &new.url).await?;
    if let Some(url) = new.lifecycle_url.as_deref().filter(|url| *url != new.url) {
        handshake(app, receivers, "lifecycleNotificationUrl", url).await?;
    }
    let (id, audit_id, who) = (app.new_id(), app.new_id(), actor.clone());
    let keys = app.tenant_keys(actor.tenant)?;
    let sealed = |state: &String| keys.seal_cookie(&sealed_as(id), state.as_bytes(), app.random());
    let client_state = new.client_state.as_ref().map(sealed);
    app.command(actor, Activity::AddSubscription, move |tx| {
        let caller = callers::load(tx, &who)?;
        may_follow(&caller, followed)?;
        if subscriptions::of_maker(tx, who.tenant, who.who.id(), client)?.len() >= MOST {
            let cause = format!("There are {MOST} subscriptions of this application already.");
            return Err(Refusal::Conflict { cause: format!("{cause} Delete one that is not needed.") }.into());
        }
        let made = Subscription {
            id,
            maker: who.who,
            client,
            scopes: caller.actor.scopes,
            followed,
            resource: new.resource.clone(),
            changes: new.changes,
            url: new.url.clone(),
            lifecycle_url: new.lifecycle_url.clone(),
            client_state: client_state.clone(),
            tls: new.tls.clone(),
            told: Place::behind(changes::extent(tx, who.tenant)?.last),
            warned: false,
            expires_at,
            created_at: tx.now(),
        };
        subscriptions::insert(tx, who.tenant, &made)?;
        audit::done(tx, &caller, audit_id, Activity::AddSubscription, Some(&target(&made)), Vec::new())?;
        Ok(made)
    })
    .await
}

/// Refuses what cannot be; when it ends.
fn check(new: &NewSubscription, now: Time) -> Result<Time, Refusal> {
    check_url("notificationUrl", &new.url)?;
    if let Some(url) = &new.lifecycle_url {
        check_url("lifecycleNotificationUrl", url)?;
    }
    if let Some(state) = &new.client_state {
        check_client_state(state)?;
    }
    end_of(new.expires_at, now)
}

/// Asks an address whether it wants to be told; `field` is how the surface calls it.
pub(super) async fn handshake(
    app: &App,
    receivers: &Receivers,
    field: &str,
    url: &str,
) -> Result<(), Refusal> {
    let token = format!("Validation: {}", random::token32(app.random()));
    receivers.answer(url, &token).await.map_err(|why| {
        let remedy = "It has to answer a POST with a validationToken in its query within 10 seconds: status 200, and the \
                      decoded token as text/plain.";
        Refusal::invalid(field, format!("Subscription validation request failed. {why}"), remedy)
    })
}
