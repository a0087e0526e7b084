//! Listing who holds one directory role, as the older role resources do. Refuses guests without a role (threats E4); of
//! people whom the caller may not read it shows no more than guests see of others.

use hospes_domain::access::{Actor, Caller, Role, may_list};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::groups::Member;
use hospes_store::roles::{self, RoleAssignment};

use super::list::READ_ROLES;
use super::must_exist;
use crate::app::{App, Stop};
use crate::callers;
use crate::directory_objects::{DirectoryObject, as_far_as_read, load_list};

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
    let holder = |held: &RoleAssignment| Member { id: held.principal, kind: held.principal_kind };
    let wanted: Vec<Member> = held.iter().map(holder).collect();
    load_list(tx, caller, &wanted, as_far_as_read(caller))
}
