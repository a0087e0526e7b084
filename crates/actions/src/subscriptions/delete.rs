//! Ending a subscription. Refuses those of others; asks for no permission, since less is told afterwards.

use hospes_domain::access::Actor;
use hospes_domain::refusal::Refusal;
use hospes_store::subscriptions;
use uuid::Uuid;

use super::{own, target};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::callers;

/// Ends it; what is on its way is not sent any more.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn delete(app: &App, actor: &Actor, id: Uuid) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::DeleteSubscription, move |tx| {
        let caller = callers::load(tx, &who)?;
        let found = own(tx, &who, id)?;
        subscriptions::delete(tx, who.tenant, id)?;
        audit::done(tx, &caller, audit_id, Activity::DeleteSubscription, Some(&target(&found)), Vec::new())?;
        Ok(())
    })
    .await
}
