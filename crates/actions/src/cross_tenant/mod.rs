//! Cross-tenant access: what an organisation says about others, by default and one by one. Refuses to say anything about
//! organisations that are not on this server, and about itself; and to shut out the last administrator, who may be a guest
//! from there.

pub mod add_partner;
pub mod get;
pub mod remove_partner;
pub mod reset_default;
pub mod update_default;
pub mod update_partner;

use hospes_domain::cross_tenant::{Defaults, Partner, Policy, may_come_in, may_go_out};
use hospes_domain::ids::TenantId;
use hospes_domain::proof::home_of;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::Read;
use hospes_store::partners;

use crate::app::Stop;
use crate::roles::keep_a_way_in;

/// The settings for a partner, or "not found".
fn must_exist(tx: &impl Read, tenant: TenantId, partner: TenantId) -> Result<Partner, Stop> {
    partners::by_id(tx, tenant, partner)?.ok_or_else(|| Refusal::not_found(partner).into())
}

/// What is about to be said about others.
#[derive(Clone, Copy)]
enum Saying {
    /// About everybody.
    Default(Defaults),
    /// About one; `None` leaves it to the default.
    Partner(TenantId, Option<Partner>),
}

/// Refuses what would leave no Global Administrator who comes in (docs/decisions/0012).
fn keep_an_administrator(tx: &impl Read, tenant: TenantId, saying: Saying) -> Result<(), Stop> {
    keep_a_way_in(tx, tenant, |user: &User| {
        let Some(home) = user.guest.binding().and_then(|binding| home_of(&binding.issuer)) else {
            return Ok(true);
        };
        let (defaults, partner) = match saying {
            Saying::Default(defaults) => (defaults, partners::by_id(tx, tenant, home)?),
            Saying::Partner(about, partner) if about == home => {
                (partners::defaults(tx, tenant)?.unwrap_or_default(), partner)
            }
            Saying::Partner(..) => {
                (partners::defaults(tx, tenant)?.unwrap_or_default(), partners::by_id(tx, tenant, home)?)
            }
        };
        let (_, theirs) = partners::between(tx, tenant, home)?;
        let ours = Policy::new(tenant, home, defaults, partner);
        Ok(may_come_in(&ours, home) && may_go_out(&theirs, tenant))
    })
}

/// What an audit record says about it.
fn details(partner: TenantId) -> Vec<(String, String)> {
    vec![("partnerTenantId".to_owned(), partner.to_string())]
}

#[cfg(test)]
mod tests;
