//! Reads the caller's own organisation. Refuses guests everything but its name and domains
//! (reference/roles-and-policies.md section 2).

use hospes_domain::access::{Actor, View, may_read_organization};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_store::tenants;

use crate::app::App;
use crate::callers;

/// The tenant of the caller, and how much of it the caller sees.
pub async fn organization(app: &App, actor: &Actor) -> Result<(Tenant, View), Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let view = may_read_organization(&caller)?;
        let tenant = tenants::by_id(tx, actor.tenant)?.ok_or_else(|| Refusal::not_found(actor.tenant))?;
        Ok((tenant, view))
    })
    .await
}
