//! `/policies/crossTenantAccessPolicy`: whose people come and go as guests, by default and partner by partner. Refuses
//! what it cannot keep: finer targets than everybody, direct connect, trust in others' claims, an order of identity
//! providers.

mod read;
mod wire;

use hospes_actions::cross_tenant::add_partner::add_partner;
use hospes_actions::cross_tenant::get::{
    get_default as default_of, get_partner as partner_of, list_partners as partners_of, may_look,
};
use hospes_actions::cross_tenant::remove_partner::remove_partner;
use hospes_actions::cross_tenant::reset_default::reset_default as reset;
use hospes_actions::cross_tenant::update_default::update_default as change_default;
use hospes_actions::cross_tenant::update_partner::update_partner as change_partner;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;

use super::asked::{created, entity, selected_of, selected_of_all, whole_list};
use super::dispatch::Answer;
use super::error::Fault;
use super::reply::Reply;
use super::request::Call;

const POLICY: &str = "policies/crossTenantAccessPolicy";
const DEFAULT: &str = "policies/crossTenantAccessPolicy/default";
const PARTNERS: &str = "policies/crossTenantAccessPolicy/partners";

/// What `$select` knows of each, for the description of the surface.
pub(super) use wire::{
    DEFAULT as DEFAULT_PROPERTIES, PARTNER as PARTNER_PROPERTIES, POLICY as POLICY_PROPERTIES,
};

// Handlers

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected_of(&call, wire::POLICY, wire::POLICY_TYPE)?;
    may_look(call.app(), &call.actor).await?;
    Ok(entity(&call, POLICY, &selected, wire::policy(selected.as_deref())))
}

pub(super) async fn get_default(call: Call) -> Answer {
    let selected = selected_of(&call, wire::DEFAULT, wire::DEFAULT_TYPE)?;
    let defaults = default_of(call.app(), &call.actor).await?;
    Ok(entity(&call, DEFAULT, &selected, wire::defaults(defaults, selected.as_deref())))
}

pub(super) async fn update_default(call: Call) -> Answer {
    change_default(call.app(), &call.actor, read::defaults(call.json()?)?).await?;
    Ok(Reply::no_content())
}

/// Takes no body: there is nothing to choose.
pub(super) async fn reset_default(call: Call) -> Answer {
    reset(call.app(), &call.actor).await?;
    Ok(Reply::no_content())
}

pub(super) async fn list_partners(call: Call) -> Answer {
    let selected = selected_of_all(&call, wire::PARTNER, wire::PARTNER_TYPE)?;
    let partners = partners_of(call.app(), &call.actor).await?;
    let value = partners.iter().map(|partner| wire::partner(partner, selected.as_deref())).collect();
    whole_list(&call, PARTNERS, &selected, value)
}

pub(super) async fn create_partner(call: Call) -> Answer {
    let (tenant, edit) = read::new_partner(call.json()?)?;
    let partner = add_partner(call.app(), &call.actor, tenant, edit).await?;
    Ok(created(&call, PARTNERS, tenant, wire::partner(&partner, None)))
}

pub(super) async fn get_partner(call: Call) -> Answer {
    let selected = selected_of(&call, wire::PARTNER, wire::PARTNER_TYPE)?;
    let partner = partner_of(call.app(), &call.actor, tenant(&call)?).await?;
    Ok(entity(&call, PARTNERS, &selected, wire::partner(&partner, selected.as_deref())))
}

pub(super) async fn update_partner(call: Call) -> Answer {
    let edit = read::partner(call.json()?)?;
    change_partner(call.app(), &call.actor, tenant(&call)?, edit).await?;
    Ok(Reply::no_content())
}

pub(super) async fn delete_partner(call: Call) -> Answer {
    remove_partner(call.app(), &call.actor, tenant(&call)?).await?;
    Ok(Reply::no_content())
}

/// The partner of the path; what is no id exists nowhere.
fn tenant(call: &Call) -> Result<TenantId, Fault> {
    TenantId::parse(call.key(0)).ok_or_else(|| Refusal::not_found(call.key(0)).into())
}
