//! Activating a directory role, as clients of the original do before they use one. Refuses ids that are no role. Every
//! role is active from the start, so nothing changes and nothing is recorded.

use hospes_domain::access::{Actor, Role, may_assign_role};
use hospes_domain::refusal::Refusal;
use uuid::Uuid;

use crate::app::App;
use crate::callers;

/// The role of that template, which is active.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::Invalid`] for an id that is no template.
pub async fn activate(app: &App, actor: &Actor, template: Uuid) -> Result<Role, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_assign_role(&callers::load(tx, &actor)?)?;
        let unknown = || {
            let remedy = "Name one that GET /directoryRoleTemplates lists.";
            Refusal::invalid("roleTemplateId", "There is no directory role with this template id.", remedy)
        };
        Ok(Role::by_id(template).ok_or_else(unknown)?)
    })
    .await
}
