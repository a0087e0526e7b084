//! Taking back what the organisation said about everybody: the system's default holds again. Refuses nothing else than
//! callers who may not.

use hospes_domain::access::{Actor, may_change_cross_tenant_access};
use hospes_domain::cross_tenant::Defaults;
use hospes_domain::refusal::Refusal;
use hospes_store::partners;

use super::{Saying, keep_an_administrator};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::callers;

/// Resets the default to the system's.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::Conflict`] for the last administrator.
pub async fn reset_default(app: &App, actor: &Actor) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::ResetDefaultAccess, move |tx| {
        let caller = callers::load(tx, &caller_actor)?;
        may_change_cross_tenant_access(&caller)?;
        keep_an_administrator(tx, caller_actor.tenant, Saying::Default(Defaults::default()))?;
        partners::reset_defaults(tx, caller_actor.tenant)?;
        Ok(audit::done(tx, &caller, audit_id, Activity::ResetDefaultAccess, None, Vec::new())?)
    })
    .await
}
