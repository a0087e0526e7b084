//! Cross-tenant access: what an organisation says about others, by default and one by one. Refuses to say anything about
//! organisations that are not on this server, and about itself.

pub mod add_partner;
pub mod get;
pub mod remove_partner;
pub mod reset_default;
pub mod update_default;
pub mod update_partner;

use hospes_domain::cross_tenant::Partner;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::partners;

use crate::app::Stop;

/// The settings for a partner, or "not found".
fn must_exist(tx: &impl Read, tenant: TenantId, partner: TenantId) -> Result<Partner, Stop> {
    partners::by_id(tx, tenant, partner)?.ok_or_else(|| Refusal::not_found(partner).into())
}

/// What an audit record says about it.
fn details(partner: TenantId) -> Vec<(String, String)> {
    vec![("partnerTenantId".to_owned(), partner.to_string())]
}

#[cfg(test)]
mod tests;
