//! Listing app role assignments: those somebody has, and those at an application. Refuses guests without
//! a role all but their own and what applications were granted (threats E4).

use hospes_domain::access::{Actor, Caller, Scope, may_list, may_list_granted, may_list_of_user};
use hospes_domain::application::AppRoleAssignment;
use hospes_domain::query::{AppRoleAssignmentField, Found, List};
use hospes_domain::refusal::Refusal;
use hospes_store::app_role_assignments::{self, End};
use hospes_store::engine::Read;
use hospes_store::groups;

use super::remove_app_role::Place;
use crate::app::{App, Stop};
use crate::callers;
use crate::users::find;

const READ_ASSIGNMENTS: &[Scope] = &[
    Scope::AppRoleAssignmentReadWriteAll,
    Scope::ApplicationReadAll,
    Scope::ApplicationReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];

/// One page of the assignments in a place, in the order of their ids.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn list_app_roles_of(
    app: &App,
    actor: &Actor,
    place: Place,
    list: List<AppRoleAssignmentField>,
    counted: bool,
) -> Result<Found<AppRoleAssignment>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let tenant = actor.tenant;
        may_look(tx, &caller, &place)?;
        let (end, id) = match &place {
            Place::User(key) => {
                (End::Principal, find(tx, tenant, key)?.ok_or_else(|| Refusal::not_found(key))?.id())
            }
            Place::Group(id) => {
                groups::by_id(tx, tenant, *id)?.ok_or_else(|| Refusal::not_found(id))?;
                (End::Principal, *id)
            }
            Place::Principal(which) => (End::Principal, super::find(tx, tenant, *which)?.id),
            Place::Resource(which) => (End::Resource, super::find(tx, tenant, *which)?.id),
        };
        Ok(app_role_assignments::list_of(tx, tenant, (end, id), &list, counted)?)
    })
    .await
}

/// Whether the caller may look into the place at all; asked before it is said whether there is such a place.
pub(crate) fn may_look(tx: &impl Read, caller: &Caller, place: &Place) -> Result<(), Stop> {
    let tenant = caller.actor.tenant;
    match place {
        Place::User(key) => {
            may_list_of_user(caller, find(tx, tenant, key)?.map(|user| user.id()), READ_ASSIGNMENTS)?;
        }
        Place::Principal(which) => {
            let there = super::present(tx, tenant, *which)?.is_some();
            may_list_granted(caller, READ_ASSIGNMENTS, there)?;
        }
        Place::Group(_) | Place::Resource(_) => may_list(caller, READ_ASSIGNMENTS)?,
    }
    Ok(())
}
