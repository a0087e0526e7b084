//! Adding settings for one other organisation. Refuses organisations that this server does not have: nothing could ever
//! come of it but the belief that something is allowed or blocked.

use hospes_domain::access::{Actor, may_change_cross_tenant_access};
use hospes_domain::cross_tenant::{MAX_PARTNERS, Partner, PartnerEdit};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{partners, tenants};

use super::{Saying, keep_an_administrator};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::callers;

/// Adds settings for a partner.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::Invalid`] for an organisation that is not here, or the caller's own;
/// [`Refusal::Conflict`] if there are settings for it already, or for too many others, and
/// where it would shut out the last administrator.
pub async fn add_partner(
    app: &App,
    actor: &Actor,
    partner: TenantId,
    edit: PartnerEdit,
) -> Result<Partner, Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::AddPartner, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_change_cross_tenant_access(&caller)?;
        check(tx, tenant, partner)?;
        let partner = edit.clone().apply(Partner::new(partner));
        keep_an_administrator(tx, tenant, Saying::Partner(partner.tenant, Some(partner)))?;
        if !partners::insert(tx, tenant, &partner)? {
            return Err(there_already().into());
        }
        audit::done(tx, &caller, audit_id, Activity::AddPartner, None, super::details(partner.tenant))?;
        Ok(partner)
    })
    .await
}

fn check(tx: &impl Read, tenant: TenantId, partner: TenantId) -> Result<(), Stop> {
    let no = |cause: &str, remedy: &str| Err(Refusal::invalid("tenantId", cause, remedy).into());
    if partner == tenant {
        return no("This is your own organisation.", "Give the id of another one.");
    }
    if tenants::initial_domain(tx, partner)?.is_none() {
        return no("There is no organisation with this id on this server.", "Check the id.");
    }
    if partners::by_id(tx, tenant, partner)?.is_some() {
        return Err(there_already().into());
    }
    if partners::count(tx, tenant)? >= i64::try_from(MAX_PARTNERS).unwrap_or(i64::MAX) {
        let cause = format!("There are settings for {MAX_PARTNERS} partners already. Remove one first.");
        return Err(Refusal::Conflict { cause }.into());
    }
    Ok(())
}

fn there_already() -> Refusal {
    let cause = "Settings for this partner already exist. Change those.".to_owned();
    Refusal::Conflict { cause }
}
