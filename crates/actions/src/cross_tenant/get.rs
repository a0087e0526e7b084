//! Reading cross-tenant access settings. Refuses guests without a role.

use hospes_domain::access::{Actor, may_read_cross_tenant_access};
use hospes_domain::cross_tenant::{Defaults, Partner};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_store::partners;

use crate::app::App;
use crate::callers;

/// Whether the caller may read the settings at all: what stands above them says nothing.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn may_look(app: &App, actor: &Actor) -> Result<(), Refusal> {
    let actor = actor.clone();
    app.read(move |tx| Ok(may_read_cross_tenant_access(&callers::load(tx, &actor)?)?)).await
}

/// The default; `None` as long as the organisation has not changed the system's.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn get_default(app: &App, actor: &Actor) -> Result<Option<Defaults>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_cross_tenant_access(&callers::load(tx, &actor)?)?;
        Ok(partners::defaults(tx, actor.tenant)?)
    })
    .await
}

/// Every partner there are settings for, by id.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_partners(app: &App, actor: &Actor) -> Result<Vec<Partner>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_cross_tenant_access(&callers::load(tx, &actor)?)?;
        Ok(partners::all(tx, actor.tenant)?)
    })
    .await
}

/// The settings for one partner.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get_partner(app: &App, actor: &Actor, partner: TenantId) -> Result<Partner, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_cross_tenant_access(&callers::load(tx, &actor)?)?;
        super::must_exist(tx, actor.tenant, partner)
    })
    .await
}
