//! What a user owns: groups, applications and service principals. Refuses guests what others own (threats E4).

use hospes_domain::access::{Actor, Caller, Scope, View, may_read_owned};
use hospes_domain::application::PrincipalKind;
use hospes_domain::deletion::Kind;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{Found, List, ObjectField};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{application_owners, applications, groups};

use super::find;
use crate::app::{App, Stop};
use crate::apps::Registration;
use crate::callers;
use crate::directory_objects::{DirectoryObject, READ_APPLICATIONS, load_for, page};

/// Permissions of which one lets what others own be read.
pub(crate) const READ_OWNED: &[Scope] =
    &[Scope::UserReadAll, Scope::UserReadWriteAll, Scope::DirectoryReadAll, Scope::DirectoryReadWriteAll];

/// One page of what the user of an id or user principal name owns, of one kind if `only` says so.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn owned_objects(
    app: &App,
    actor: &Actor,
    key: String,
    only: Option<Kind>,
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let tenant = actor.tenant;
        let user = find(tx, tenant, &key)?.map(|user| user.id());
        may_read_owned(&caller, user, READ_OWNED)?;
        let user: ObjectId = user.ok_or_else(|| Refusal::not_found(&key))?;
        Ok(page(all_owned(tx, &caller, user, only)?, &list, counted))
    })
    .await
}

/// All that a user owns, of one kind if `only` says so.
pub(crate) fn all_owned(
    tx: &impl Read,
    caller: &Caller,
    user: ObjectId,
    only: Option<Kind>,
) -> Result<Vec<DirectoryObject>, Stop> {
    let tenant = caller.actor.tenant;
    let wanted = |kind| only.is_none_or(|only| only == kind);
    let mut all = Vec::new();
    if wanted(Kind::Group) {
        for id in groups::owned_by(tx, tenant, user)? {
            all.extend(load_for(tx, caller, View::Full, PrincipalKind::Group, id)?);
        }
    }
    for id in application_owners::owned_by(tx, tenant, user)? {
        if let Some(application) = applications::by_id(tx, tenant, id)? {
            if wanted(Kind::Application) {
                // Hints of secrets are for programs that may read applications.
                let registration = if caller.actor.scopes.has_any(READ_APPLICATIONS) {
                    Registration::load(tx, tenant, application, &caller.initial_domain)?
                } else {
                    Registration::bare(application, &caller.initial_domain)
                };
                all.push(DirectoryObject::Application(Box::new(registration)));
            }
        } else if wanted(Kind::ServicePrincipal) {
            all.extend(load_for(tx, caller, View::Full, PrincipalKind::ServicePrincipal, id)?);
        }
    }
    Ok(all)
}
