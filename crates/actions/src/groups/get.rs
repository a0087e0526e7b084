//! Reading one group. Refuses restricted guests all but that their own groups are there
//! (reference/roles-and-policies.md section 2).

use hospes_domain::access::{Actor, Caller, Sight, may_read_group};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, StoreError};
use hospes_store::roles;

use super::members::seen;
use crate::app::App;
use crate::callers;
use crate::directory_objects::{DirectoryObject, READ_GROUPS};

/// The group of that id, as far as the caller sees it.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: ObjectId) -> Result<DirectoryObject, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let view = may_read_group(&caller, READ_GROUPS, joined(tx, &caller, id)?)?;
        let group = super::must_exist(tx, actor.tenant, id)?;
        Ok(seen(group, view))
    })
    .await
}

/// Whether the caller is in the group, directly or through another one; looked up only where it matters.
pub(crate) fn joined(tx: &impl Read, caller: &Caller, group: ObjectId) -> Result<bool, StoreError> {
    if caller.sight() != Sight::RestrictedGuest {
        return Ok(false);
    }
    Ok(roles::groups_of(tx, caller.actor.tenant, caller.actor.who.id())?.contains(&group))
}
