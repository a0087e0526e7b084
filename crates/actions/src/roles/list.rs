//! Listing who holds directory roles. Refuses guests without a role (threats E4).

use hospes_domain::access::{Actor, Role, Scope, may_list};
use hospes_domain::query::{Found, List, RoleAssignmentField};
use hospes_domain::refusal::Refusal;
use hospes_store::roles;
use uuid::Uuid;

use super::Assigned;
use crate::app::{App, Stop};
use crate::callers;

/// Permissions of which one lets roles and their holders be read.
pub(crate) const READ_ROLES: &[Scope] = &[
    Scope::RoleManagementReadDirectory,
    Scope::RoleManagementReadWriteDirectory,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];

fn assigned(found: &roles::RoleAssignment) -> Result<Assigned, Stop> {
    let role = Role::by_id(found.role).ok_or(Stop::Refused(Refusal::Internal))?;
    Ok(Assigned { id: found.id, principal: found.principal, role })
}

/// One page of the directory role assignments of the tenant.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list(
    app: &App,
    actor: &Actor,
    list: List<RoleAssignmentField>,
    counted: bool,
) -> Result<Found<Assigned>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_ROLES)?;
        let found = roles::list(tx, actor.tenant, &list, counted)?;
        let items = found.items.iter().map(assigned).collect::<Result<_, _>>()?;
        Ok(Found { items, next: found.next, count: found.count })
    })
    .await
}

/// One directory role assignment.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: Uuid) -> Result<Assigned, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_ROLES)?;
        let found = roles::by_id(tx, actor.tenant, id)?.ok_or_else(|| Refusal::not_found(id))?;
        assigned(&found)
    })
    .await
}
