//! Giving a domain up. Refuses the initial one, and one that names of users end in. It ends authority over the addresses
//! there at once: nobody redeems as one of its people from then on.

use hospes_domain::access::{Actor, may_change_domains};
use hospes_domain::refusal::Refusal;

use crate::app::App;
use crate::audit::{self, Activity};
use crate::callers;

/// Removes a domain of the caller's organisation, claimed or verified.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`]; [`Refusal::Conflict`] while it is needed.
pub async fn remove(app: &App, actor: &Actor, domain: &str) -> Result<(), Refusal> {
    let (caller_actor, audit_id, name) = (actor.clone(), app.new_id(), super::asked(domain));
    app.command(actor, Activity::RemoveVerifiedDomain, move |tx| {
        let caller = callers::load(tx, &caller_actor)?;
        may_change_domains(&caller)?;
        let name = name.clone()?;
        let gone = super::give_up(tx, caller_actor.tenant, &caller.initial_domain, &name)?;
        let activity = Activity::removed(&gone);
        Ok(audit::done(tx, &caller, audit_id, activity, None, super::details(&name))?)
    })
    .await
}
