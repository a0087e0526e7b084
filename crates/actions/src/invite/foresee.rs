//! What an invitation would amount to, for a page that says so before anything is done. Refuses what the invitation would
//! refuse but for its limits, and tells nothing to people who may not list users: asked here, nobody would notice
//! that they ask who is a guest.

use hospes_domain::access::{Actor, Scope, may_list};
use hospes_domain::invitation::Plan;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::tenants;

use super::{Invite, decide, may, may_readdress, save};
use crate::app::App;
use crate::callers;

/// The plan and the user it is about, if there is one already; `None` for people who may not know.
///
/// # Errors
/// Those of [`super::invite`].
pub async fn foresee(
    app: &App,
    actor: &Actor,
    command: Invite,
) -> Result<Option<(Plan, Option<User>)>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let tenant = tenants::by_id(tx, actor.tenant)?.ok_or(Refusal::Internal)?;
        let named = may(tx, &caller, &tenant, &command)?;
        if may_list(&caller, &[Scope::UserReadAll, Scope::DirectoryReadAll]).is_err() {
            return Ok(None);
        }
        let (plan, user) = decide(tx, &caller, &tenant, &command, named)?;
        if let (Plan::Again, Some(user)) = (plan, &user) {
            may_readdress(tx, &caller, user, &command.address)?;
        }
        if plan == Plan::Create {
            save::sponsors_of(tx, &caller, tenant.id, &command)?;
        }
        Ok(Some((plan, user)))
    })
    .await
}
