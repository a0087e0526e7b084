//! Listing app role assignments: those somebody has, and those at an application. Refuses guests without
//! a role all but their own (threats E4).

use hospes_domain::access::{Actor, Scope, may_list, may_read_user};
use hospes_domain::application::AppRoleAssignment;
use hospes_domain::query::{Found, Page};
use hospes_domain::refusal::Refusal;
use hospes_store::app_role_assignments::{self, End};
use hospes_store::directory_objects;

use super::remove_app_role::Place;
use crate::app::App;
use crate::callers;
use crate::users::find;

pub(super) const READ_ASSIGNMENTS: &[Scope] = &[
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
    page: Page,
) -> Result<Found<AppRoleAssignment>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let tenant = actor.tenant;
        match &place {
            Place::User(key) => {
                let user = find(tx, tenant, key)?.map(|user| user.id());
                match user {
                    Some(own) if caller.is(own) => may_read_user(&caller, own).map(|_| ())?,
                    _ => may_list(&caller, READ_ASSIGNMENTS)?,
                }
                let user = user.ok_or_else(|| Refusal::not_found(key))?;
                Ok(app_role_assignments::of(tx, tenant, End::Principal, user, &page)?)
            }
            Place::Principal(id) => {
                may_list(&caller, READ_ASSIGNMENTS)?;
                directory_objects::known(tx, tenant, *id)?.ok_or_else(|| Refusal::not_found(id))?;
                Ok(app_role_assignments::of(tx, tenant, End::Principal, *id, &page)?)
            }
            Place::Resource(which) => {
                may_list(&caller, READ_ASSIGNMENTS)?;
                let resource = super::find(tx, tenant, *which)?;
                Ok(app_role_assignments::of(tx, tenant, End::Resource, resource.id, &page)?)
            }
        }
    })
    .await
}
