//! What a user or a group is a member of: groups and directory roles, direct or through groups. Refuses guests the
//! memberships of others, and restricted guests the names of their own groups (threats E4).

use hospes_domain::access::{
    Actor, Caller, Role, Scope, may_ask_for_groups_by, may_list, may_list_of_user, view_of_groups,
};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, GroupField, List, ObjectField};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, StoreError};
use hospes_store::groups::Among;
use hospes_store::{groups, roles};

use super::members::{all_seen, seen};
use crate::app::{App, Stop};
use crate::apps::{self, Which};
use crate::callers;
use crate::directory_objects::{DirectoryObject, READ_APPLICATIONS, READ_GROUPS, Type, page};
use crate::roles::list::READ_ROLES;
use crate::users::find;

/// Permissions of which one lets the memberships of others be read.
pub(crate) const READ_MEMBERSHIPS: &[Scope] = &[
    Scope::UserReadAll,
    Scope::UserReadWriteAll,
    Scope::GroupReadAll,
    Scope::GroupReadWriteAll,
    Scope::GroupMemberReadAll,
    Scope::GroupMemberReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];

/// How far memberships are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// `memberOf`.
    Direct,
    /// `transitiveMemberOf`.
    Transitive,
}

/// Which kind of membership is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Everything.
    Any,
    /// Only groups.
    Groups,
    /// Only directory roles.
    Roles,
}

/// One page of the groups and directory roles of a user, named by id or user principal name.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn member_of(
    app: &App,
    actor: &Actor,
    key: String,
    reach: Reach,
    kind: Kind,
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let tenant = actor.tenant;
        let user = find(tx, tenant, &key)?.map(|user| user.id());
        may_list_of_user(&caller, user, READ_MEMBERSHIPS)?;
        let user = user.ok_or_else(|| Refusal::not_found(&key))?;
        let mut all = Vec::new();
        if kind != Kind::Roles {
            all.extend(groups_of(tx, &caller, user, reach)?);
        }
        if kind != Kind::Groups {
            all.extend(roles_of(tx, &caller, user, reach)?);
        }
        Ok(page(all, &list, counted))
    })
    .await
}

/// Something beside a user that is in groups and may hold directory roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// A group.
    Group(ObjectId),
    /// A service principal.
    Principal(Which),
}

impl Inside {
    /// Refuses guests the list (threats E4).
    fn find(self, tx: &impl Read, caller: &Caller) -> Result<ObjectId, Stop> {
        let tenant = caller.actor.tenant;
        Ok(match self {
            Self::Group(group) => {
                may_list(caller, READ_GROUPS)?;
                super::must_exist(tx, tenant, group)?.id
            }
            Self::Principal(which) => {
                may_list(caller, READ_APPLICATIONS)?;
                apps::find(tx, tenant, which)?.id
            }
        })
    }
}

/// The same of a group or a service principal.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn member_of_object(
    app: &App,
    actor: &Actor,
    inside: Inside,
    (reach, kind): (Reach, Kind),
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let id = inside.find(tx, &caller)?;
        let mut all = Vec::new();
        if kind != Kind::Roles {
            all.extend(groups_of(tx, &caller, id, reach)?);
        }
        if kind != Kind::Groups {
            all.extend(roles_of(tx, &caller, id, reach)?);
        }
        Ok(page(all, &list, counted))
    })
    .await
}

/// One page of the groups of a user alone, which can be asked for by all that groups have. Whoever sees no more of them
/// than that they are there, as restricted guests do, asks by the id only.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn groups_of_member(
    app: &App,
    actor: &Actor,
    key: String,
    reach: Reach,
    list: List<GroupField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let tenant = actor.tenant;
        let user = find(tx, tenant, &key)?.map(|user| user.id());
        may_list_of_user(&caller, user, READ_MEMBERSHIPS)?;
        may_ask_for_groups_by(&caller, READ_GROUPS, &list.fields())?;
        let user = user.ok_or_else(|| Refusal::not_found(&key))?;
        let ids = group_ids(tx, tenant, user, reach)?;
        let found = groups::list_among(tx, tenant, Among::These(&ids), &list, counted)?;
        Ok(all_seen(found, view_of_groups(&caller, READ_GROUPS)))
    })
    .await
}

/// The same of a group or a service principal.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn groups_of_object(
    app: &App,
    actor: &Actor,
    (inside, reach): (Inside, Reach),
    list: List<GroupField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let id = inside.find(tx, &caller)?;
        may_ask_for_groups_by(&caller, READ_GROUPS, &list.fields())?;
        let ids = group_ids(tx, actor.tenant, id, reach)?;
        let found = groups::list_among(tx, actor.tenant, Among::These(&ids), &list, counted)?;
        Ok(all_seen(found, view_of_groups(&caller, READ_GROUPS)))
    })
    .await
}

fn group_ids(
    tx: &impl Read,
    tenant: TenantId,
    user: ObjectId,
    reach: Reach,
) -> Result<Vec<ObjectId>, StoreError> {
    match reach {
        Reach::Direct => groups::groups_above(tx, tenant, &[user]),
        Reach::Transitive => roles::groups_of(tx, tenant, user),
    }
}

pub(crate) fn groups_of(
    tx: &impl Read,
    caller: &Caller,
    member: ObjectId,
    reach: Reach,
) -> Result<Vec<DirectoryObject>, Stop> {
    let tenant = caller.actor.tenant;
    let ids = group_ids(tx, tenant, member, reach)?;
    let view = view_of_groups(caller, READ_GROUPS);
    Ok(groups::by_ids(tx, tenant, &ids)?.into_iter().map(|group| seen(group, view)).collect())
}

pub(crate) fn roles_of(
    tx: &impl Read,
    caller: &Caller,
    member: ObjectId,
    reach: Reach,
) -> Result<Vec<DirectoryObject>, Stop> {
    let tenant = caller.actor.tenant;
    let held = match reach {
        Reach::Direct => roles::held_directly(tx, tenant, member)?,
        Reach::Transitive => roles::standing(tx, tenant, member)?.roles,
    };
    let readable = caller.actor.scopes.has_any(READ_ROLES);
    let seen = |role: Role| {
        if readable {
            DirectoryObject::Role(role)
        } else {
            DirectoryObject::Unseen(Type::Role, ObjectId(role.id()))
        }
    };
    Ok(held.into_iter().map(seen).collect())
}
