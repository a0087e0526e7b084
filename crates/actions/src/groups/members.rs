//! Listing the members and owners of a group, the members also through groups in it. Refuses restricted
//! guests; shows of people what the caller sees of people anywhere (threats E4).

use hospes_domain::access::{Actor, View, may_ask_for_sign_ins, may_ask_for_users_by, may_read_members};
use hospes_domain::application::PrincipalKind;
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, GroupField, List, ObjectField, UserField};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};
use hospes_store::groups::{Among, Kinds};
use hospes_store::users_query::{self, Whom};
use hospes_store::{groups, transitive_members};

use super::member_of::Reach;
use crate::app::App;
use crate::callers;
use crate::directory_objects::{
    DirectoryObject, READ_GROUPS, Type, load_known, load_list, names_seen, page, person, seen_by,
};

/// One page of the members of a group, of one kind if `only` says so.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn members(
    app: &App,
    actor: &Actor,
    group: ObjectId,
    (reach, only): (Reach, Option<PrincipalKind>),
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_members(&caller, READ_GROUPS)?;
        super::must_exist(tx, actor.tenant, group)?;
        let kinds = Kinds { only, named: &names_seen(&caller) };
        let found = match reach {
            Reach::Direct => groups::members(tx, actor.tenant, group, kinds, &list, counted)?,
            Reach::Transitive => transitive_members::list(tx, actor.tenant, group, kinds, &list, counted)?,
        };
        let items = load_list(tx, &caller, &found.items, seen_by(&caller))?;
        Ok(Found { items, next: found.next, count: found.count })
    })
    .await
}

/// The groups whose direct members are meant.
fn groups_of(
    tx: &impl Read,
    tenant: TenantId,
    group: ObjectId,
    reach: Reach,
) -> Result<Vec<ObjectId>, StoreError> {
    match reach {
        Reach::Direct => Ok(vec![group]),
        Reach::Transitive => transitive_members::groups_within(tx, tenant, group),
    }
}

/// One page of the users among the members of a group. Callers pick them by what they see of them.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn user_members(
    app: &App,
    actor: &Actor,
    (group, reach): (ObjectId, Reach),
    list: List<UserField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let others = may_read_members(&caller, READ_GROUPS)?;
        may_ask_for_users_by(others, &list.fields())?;
        may_ask_for_sign_ins(&caller, &list.fields())?;
        super::must_exist(tx, actor.tenant, group)?;
        let groups = groups_of(tx, actor.tenant, group, reach)?;
        let whom = Whom::MembersOf(&groups);
        let (users, next) = users_query::list(tx, actor.tenant, &list, whom)?;
        let count = if counted {
            Some(users_query::count(tx, actor.tenant, list.filter.as_ref(), whom)?)
        } else {
            None
        };
        let see = |user: User| {
            let view = if caller.is(user.id()) { View::Full } else { others };
            person(&caller, user, view)
        };
        Ok(Found { items: users.into_iter().map(see).collect(), next, count })
    })
    .await
}

/// One page of the groups among the members of a group.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn group_members(
    app: &App,
    actor: &Actor,
    (group, reach): (ObjectId, Reach),
    list: List<GroupField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_members(&caller, READ_GROUPS)?;
        super::must_exist(tx, actor.tenant, group)?;
        let within = groups_of(tx, actor.tenant, group, reach)?;
        let found = groups::list_among(tx, actor.tenant, Among::Members(&within), &list, counted)?;
        Ok(all_seen(found, View::Full))
    })
    .await
}

/// A group of which `view` is seen.
pub(super) fn seen(group: Group, view: View) -> DirectoryObject {
    match view {
        View::Full => DirectoryObject::Group(Box::new(group)),
        _ => DirectoryObject::Unseen(Type::Group, group.id),
    }
}

/// A page of them.
pub(super) fn all_seen(found: Found<Group>, view: View) -> Found<DirectoryObject> {
    let Found { items, next, count } = found;
    Found { items: items.into_iter().map(|group| seen(group, view)).collect(), next, count }
}

/// One page of the owners of a group, of one kind if `only` says so; never more than a hundred in all.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn owners(
    app: &App,
    actor: &Actor,
    group: ObjectId,
    only: Option<PrincipalKind>,
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_members(&caller, READ_GROUPS)?;
        super::must_exist(tx, actor.tenant, group)?;
        let owners = groups::owners(tx, actor.tenant, group)?;
        let mut owners = load_known(tx, &caller, &owners, seen_by(&caller))?;
        owners.retain(|owner| only.is_none_or(|only| owner.is() == Type::from(only)));
        Ok(page(owners, &list, counted))
    })
    .await
}
