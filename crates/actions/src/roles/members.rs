//! Listing who holds one directory role, as the older role resources do. Refuses guests without a role (threats E4); of
//! people whom the caller may not read it shows no more than guests see of others.

use hospes_domain::access::{Actor, View, may_list, may_read_user};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::roles;

use super::list::READ_ROLES;
use super::must_exist;
use crate::app::App;
use crate::callers;
use crate::directory_objects::{DirectoryObject, load_for};

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
        let mut members = Vec::new();
        for held in roles::assignments_of(tx, actor.tenant, must_exist(role)?)? {
            let others = may_read_user(&caller, held.principal).unwrap_or(View::Limited);
            members.extend(load_for(tx, &caller, others, held.principal_kind, held.principal)?);
        }
        Ok(members)
    })
    .await
}
