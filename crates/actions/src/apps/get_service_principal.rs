//! Reading one service principal, by object id or by application id. Refuses nobody who may read
//! applications: guests may, by id (reference/roles-and-policies.md section 2).

use hospes_domain::access::{Actor, may_read_application};
use hospes_domain::refusal::Refusal;

use super::{Presence, Which};
use crate::app::App;
use crate::callers;
use crate::directory_objects::READ_APPLICATIONS;

/// The service principal.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get_service_principal(app: &App, actor: &Actor, which: Which) -> Result<Presence, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_application(&caller, READ_APPLICATIONS)?;
        let principal = super::find(tx, actor.tenant, which)?;
        Ok(Presence::load(tx, actor.tenant, principal)?)
    })
    .await
}
