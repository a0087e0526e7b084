//! Ending a subscription. Refuses those of others; whether the caller may still read what it follows does not
//! matter, since less is told afterwards.

use hospes_domain::access::Actor;
use hospes_domain::refusal::Refusal;
use hospes_store::subscriptions;
use uuid::Uuid;

use super::{follower, own, target};
use crate::app::App;
use crate::audit::{self, Activity};

/// Ends it; what is on its way is not sent any more.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn delete(app: &App, actor: &Actor, id: Uuid) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::DeleteSubscription, move |tx| {
        let caller = follower(tx, &who)?;
        let found = own(tx, &who, id)?;
        subscriptions::delete(tx, who.tenant, id)?;
        audit::done(tx, &caller, audit_id, Activity::DeleteSubscription, Some(&target(&found)), Vec::new())?;
        Ok(())
    })
    .await
}
