//! Listing groups. Refuses guests without a role (threats E4).

use hospes_domain::access::{Actor, may_list};
use hospes_domain::group::Group;
use hospes_domain::query::{Found, GroupField, List};
use hospes_domain::refusal::Refusal;
use hospes_store::groups;

use crate::app::App;
use crate::callers;
use crate::directory_objects::READ_GROUPS;

/// One page of the tenant's groups.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list(
    app: &App,
    actor: &Actor,
    list: List<GroupField>,
    counted: bool,
) -> Result<Found<Group>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_GROUPS)?;
        Ok(groups::list(tx, actor.tenant, &list, counted)?)
    })
    .await
}
