//! Reading one service principal, by object id or by application id. Refuses nobody who may read
//! applications: guests may, by id (reference/roles-and-policies.md section 2).

use hospes_domain::access::Actor;
use hospes_domain::refusal::Refusal;

use super::{Presence, Which};
use crate::app::App;
use crate::callers;

/// The service principal.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get_service_principal(app: &App, actor: &Actor, which: Which) -> Result<Presence, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let found = super::present(tx, actor.tenant, which)?;
        super::may_read_one(tx, &caller, found.as_ref().map(|principal| principal.id))?;
        let principal = found.ok_or_else(|| Refusal::not_found(which))?;
        Ok(Presence::load(tx, actor.tenant, principal)?)
    })
    .await
}
