//! Reading what applications may do on behalf of people. Refuses guests without a role: a grant names who gave it.

use hospes_domain::access::{Actor, READ_GRANTS, may_list};
use hospes_domain::query::{Found, GrantField, List};
use hospes_domain::refusal::Refusal;
use hospes_store::permission_grants;
use uuid::Uuid;

use super::Grant;
use crate::app::App;
use crate::callers;

/// One page of the grants of the tenant.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_grants(
    app: &App,
    actor: &Actor,
    list: List<GrantField>,
    counted: bool,
) -> Result<Found<Grant>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_GRANTS)?;
        Ok(permission_grants::list(tx, actor.tenant, &list, counted)?)
    })
    .await
}

/// One grant.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get_grant(app: &App, actor: &Actor, id: Uuid) -> Result<Grant, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_GRANTS)?;
        permission_grants::by_id(tx, actor.tenant, id)?.ok_or_else(|| Refusal::not_found(id).into())
    })
    .await
}
