//! Listing what was deleted, of one kind or of all, and reading one. Refuses kinds that the caller may not read.

use hospes_domain::access::{Actor, may_read_deleted_of};
use hospes_domain::deletion::{Deleted, Kind, restorable_since};
use hospes_domain::group::Group;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{ApplicationField, Found, GroupField, List, ObjectField, ServicePrincipalField};
use hospes_domain::refusal::Refusal;
use hospes_store::{applications, deleted_items, groups, service_principals};

use super::{load, load_all, readable, scopes};
use crate::app::App;
use crate::apps::{Presence, Registration};
use crate::callers;
use crate::directory_objects::DirectoryObject;

/// One page of everything that was deleted, as far as the caller may read its kind.
///
/// # Errors
/// [`Refusal::NotAllowed`] if that is no kind.
pub async fn list_all(
    app: &App,
    actor: &Actor,
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<Deleted<DirectoryObject>>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let kinds = readable(&caller)?;
        let since = restorable_since(tx.now());
        let found = deleted_items::list(tx, actor.tenant, (&kinds, since), &list, counted)?;
        let items = load_all(tx, &caller, &found.items)?;
        Ok(Found { items, next: found.next, count: found.count })
    })
    .await
}

/// One page of deleted groups.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_groups(
    app: &App,
    actor: &Actor,
    list: List<GroupField>,
    counted: bool,
) -> Result<Found<Deleted<Group>>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_deleted_of(&callers::load(tx, &actor)?, Kind::Group, scopes(Kind::Group))?;
        Ok(groups::list_deleted(tx, actor.tenant, restorable_since(tx.now()), &list, counted)?)
    })
    .await
}

/// One page of deleted applications.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_applications(
    app: &App,
    actor: &Actor,
    list: List<ApplicationField>,
    counted: bool,
) -> Result<Found<Deleted<Registration>>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_deleted_of(&caller, Kind::Application, scopes(Kind::Application))?;
        let since = restorable_since(tx.now());
        let found = applications::list_deleted(tx, actor.tenant, since, &list, counted)?;
        let with_rest =
            |Deleted { item, at }| Deleted { item: Registration::bare(item, &caller.initial_domain), at };
        let items = found.items.into_iter().map(with_rest).collect();
        Ok(Found { items, next: found.next, count: found.count })
    })
    .await
}

/// One page of deleted service principals.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_service_principals(
    app: &App,
    actor: &Actor,
    list: List<ServicePrincipalField>,
    counted: bool,
) -> Result<Found<Deleted<Presence>>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let kind = Kind::ServicePrincipal;
        may_read_deleted_of(&callers::load(tx, &actor)?, kind, scopes(kind))?;
        let since = restorable_since(tx.now());
        let found = service_principals::list_deleted(tx, actor.tenant, since, &list, counted)?;
        let (principals, times): (Vec<_>, Vec<_>) =
            found.items.into_iter().map(|deleted| (deleted.item, deleted.at)).unzip();
        let presences = Presence::load_all(tx, actor.tenant, principals)?.into_iter().zip(times);
        let items = presences.map(|(item, at)| Deleted { item, at }).collect();
        Ok(Found { items, next: found.next, count: found.count })
    })
    .await
}

/// One deleted object, whatever it is.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: ObjectId) -> Result<Deleted<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let kinds = readable(&caller)?;
        let since = restorable_since(tx.now());
        let kind = deleted_items::kind_of(tx, actor.tenant, id, since)?.unwrap_or(Kind::User);
        let found = load(tx, &caller, kind, id)?;
        if !kinds.contains(&kind) {
            // Whoever may not read users does not learn whether one was deleted.
            may_read_deleted_of(&caller, kind, scopes(kind))?;
        }
        found.ok_or_else(|| Refusal::not_found(id).into())
    })
    .await
}
