//! The directory roles there are: a closed list, the same in every tenant. Refuses guests without a role.

use hospes_domain::access::{Actor, Role, may_list};
use hospes_domain::query::{Found, List, ObjectField};
use hospes_domain::refusal::Refusal;

use super::list::READ_ROLES;
use crate::app::App;
use crate::callers;
use crate::directory_objects::{DirectoryObject, page};

/// One page of the roles that can be assigned; the id of a role is its template id.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn definitions(
    app: &App,
    actor: &Actor,
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<Role>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_ROLES)?;
        let all = Role::ALL.iter().copied().map(DirectoryObject::Role).collect();
        let found = page(all, &list, counted);
        let roles = found.items.iter().filter_map(|object| Role::by_id(object.id().0)).collect();
        Ok(Found { items: roles, next: found.next, count: found.count })
    })
    .await
}
