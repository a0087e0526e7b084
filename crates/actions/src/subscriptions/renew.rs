//! Renewing a subscription, and saying that it is still wanted. Refuses whoever may not read what it follows any more.

use hospes_domain::access::Actor;
use hospes_domain::refusal::Refusal;
use hospes_domain::subscription::check_expiry;
use hospes_domain::time::Time;
use hospes_store::subscriptions;
use uuid::Uuid;

use super::{Subscription, follower, may_follow, own, target};
use crate::app::App;
use crate::audit::{self, Activity};

/// What is to be renewed.
#[derive(Clone, Copy, Debug)]
pub enum Renewal {
    /// The end is another one (`PATCH`).
    Until(Time),
    /// The end stays; the caller answers for it with the token of now (`reauthorize`).
    Permission,
}

/// Renews.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::NotAllowed`], [`Refusal::Invalid`].
pub async fn renew(app: &App, actor: &Actor, id: Uuid, renewal: Renewal) -> Result<Subscription, Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::UpdateSubscription, move |tx| {
        let caller = follower(tx, &who)?;
        let mut found = own(tx, &who, id)?;
        may_follow(&caller, found.followed)?;
        if let Renewal::Until(expires_at) = renewal {
            check_expiry(expires_at, tx.now())?;
            found.expires_at = expires_at;
        }
        (found.maker, found.scopes) = (who.who, caller.actor.scopes);
        subscriptions::renew(tx, who.tenant, &found)?;
        audit::done(tx, &caller, audit_id, Activity::UpdateSubscription, Some(&target(&found)), Vec::new())?;
        Ok(found)
    })
    .await
}
