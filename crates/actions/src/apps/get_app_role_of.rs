//! Reading one app role assignment where somebody looks for it. Refuses whom listing that place refuses.

use hospes_domain::access::Actor;
use hospes_domain::application::AppRoleAssignment;
use hospes_domain::refusal::Refusal;
use hospes_store::app_role_assignments;
use uuid::Uuid;

use super::list_app_roles_of::may_look;
use super::remove_app_role::{Place, is_there};
use crate::app::App;
use crate::callers;

/// The assignment of that id.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] if there is no such assignment in that place.
pub async fn get_app_role_of(
    app: &App,
    actor: &Actor,
    place: Place,
    id: Uuid,
) -> Result<AppRoleAssignment, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let tenant = actor.tenant;
        may_look(tx, &caller, &place)?;
        let found = app_role_assignments::by_id(tx, tenant, id)?.ok_or_else(|| Refusal::not_found(id))?;
        if is_there(tx, tenant, &place, &found)? {
            return Ok(found);
        }
        Err(Refusal::not_found(id).into())
    })
    .await
}
