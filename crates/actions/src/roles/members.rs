//! Listing who holds one directory role, as the older role resources do. Refuses guests without a role (threats E4); of
//! whom the caller may not read it shows that they are there.

use hospes_domain::access::{Actor, Caller, Role, may_list};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::roles;

use super::list::READ_ROLES;
use super::must_exist;
use crate::app::{App, Stop};
use crate::callers;
use crate::directory_objects::{DirectoryObject, load_known, seen_by};

/// Users, groups and service principals that hold a role themselves, all of them: this list has no pages
/// (reference/roles-and-policies.md section 1). Deleted users are left out.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for an id that is no role.
pub async fn members(app: &App, actor: &Actor, role: ObjectId) -> Result<Vec<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_ROLES)?;
        holders(tx, &caller, must_exist(role)?)
    })
    .await
}

/// The same, for a caller who may list them.
pub(crate) fn holders(tx: &impl Read, caller: &Caller, role: Role) -> Result<Vec<DirectoryObject>, Stop> {
    let held = roles::assignments_of(tx, caller.actor.tenant, role)?;
    let wanted: Vec<ObjectId> = held.iter().map(|held| held.principal).collect();
    load_known(tx, caller, &wanted, seen_by(caller))
}
