//! Changing the settings for one other organisation. Refuses to make some where there are none.

use hospes_domain::access::{Actor, may_change_cross_tenant_access};
use hospes_domain::cross_tenant::PartnerEdit;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_store::partners;

use super::{Saying, keep_an_administrator};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::callers;

/// Changes the settings for a partner.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`]; [`Refusal::Conflict`] for the last administrator.
pub async fn update_partner(
    app: &App,
    actor: &Actor,
    partner: TenantId,
    edit: PartnerEdit,
) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdatePartner, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_change_cross_tenant_access(&caller)?;
        let after = edit.clone().apply(super::must_exist(tx, tenant, partner)?);
        keep_an_administrator(tx, tenant, Saying::Partner(partner, Some(after)))?;
        partners::update(tx, tenant, &after)?;
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdatePartner, None, super::details(partner))?)
    })
    .await
}
