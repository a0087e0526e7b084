//! Reading one's subscriptions. Refuses those of others as if they were not there, and never shows a secret.

use hospes_domain::access::Actor;
use hospes_domain::refusal::Refusal;
use hospes_store::subscriptions;
use uuid::Uuid;

use super::{Subscription, client, follower, own};
use crate::app::App;

/// The subscriptions that the caller made through this application, the oldest first; never more than a hundred.
///
/// # Errors
/// [`Refusal::NotSignedIn`].
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Subscription>, Refusal> {
    let (client, actor) = (client(actor)?, actor.clone());
    app.read(move |tx| {
        follower(tx, &actor)?;
        Ok(subscriptions::of_maker(tx, actor.tenant, actor.who.id(), client)?)
    })
    .await
}

/// One of them.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: Uuid) -> Result<Subscription, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        follower(tx, &actor)?;
        own(tx, &actor, id)
    })
    .await
}
