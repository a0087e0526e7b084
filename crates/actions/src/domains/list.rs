//! Reading the domains of one's own organisation. Refuses guests without a role; they learn the verified ones from the
//! organisation itself.

use hospes_domain::access::{Actor, may_read_domains};
use hospes_domain::refusal::Refusal;
use hospes_store::domains;

use super::Seen;
use crate::app::App;
use crate::callers;

/// Every domain of the caller's organisation, claimed or verified, by name.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Seen>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_domains(&caller)?;
        let all = domains::all(tx, actor.tenant)?;
        Ok(all.iter().map(|domain| Seen::of(domain.clone(), &all, &caller.initial_domain)).collect())
    })
    .await
}

/// The domain of that name.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, name: &str) -> Result<Seen, Refusal> {
    let (actor, asked) = (actor.clone(), super::asked(name));
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_domains(&caller)?;
        super::seen(tx, actor.tenant, &caller.initial_domain, &asked.clone()?)
    })
    .await
}
