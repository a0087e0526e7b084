//! Taking the settings for one other organisation away: the default holds for it again. Refuses where there are none.

use hospes_domain::access::{Actor, may_change_cross_tenant_access};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_store::partners;

use super::{Saying, keep_an_administrator};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::callers;

/// Removes the settings for a partner.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`]; [`Refusal::Conflict`] for the last administrator.
pub async fn remove_partner(app: &App, actor: &Actor, partner: TenantId) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::RemovePartner, move |tx| {
        let caller = callers::load(tx, &caller_actor)?;
        may_change_cross_tenant_access(&caller)?;
        super::must_exist(tx, caller_actor.tenant, partner)?;
        keep_an_administrator(tx, caller_actor.tenant, Saying::Partner(partner, None))?;
        partners::delete(tx, caller_actor.tenant, partner)?;
        Ok(audit::done(tx, &caller, audit_id, Activity::RemovePartner, None, super::details(partner))?)
    })
    .await
}
