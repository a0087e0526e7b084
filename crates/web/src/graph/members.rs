//! `/groups/{id}/members`, `/groups/{id}/owners`, and `memberOf` of users, groups and service principals: who is in what.
//! Refuses nothing itself.

use hospes_actions::directory_objects::DirectoryObject;
use hospes_actions::groups::add_member::add_member;
use hospes_actions::groups::member_of::{
    Inside, Kind, Reach, groups_of_member, groups_of_object, member_of, member_of_object,
};
use hospes_actions::groups::members::{group_members, members, owners as owners_of, user_members};
use hospes_actions::groups::owners;
use hospes_actions::groups::remove_member::remove_member;
use hospes_domain::access::{Actor, Who};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::Found;

use super::asked::{Asked, asked_of_relation};
use super::directory_objects::{properties, ref_body, wires};
use super::dispatch::Answer;
use super::error::Fault;
use super::expanding::{fill, of_groups, of_users};
use super::odata::group_fields::{GROUPS, OBJECTS};
use super::odata::user_fields::USERS;
use super::reply::Reply;
use super::request::Call;

// Routes

/// Whose: of a user by id or user principal name, or, below `/me`, where the path has no key, of the person who calls.
pub(super) fn whose(call: &Call) -> Result<String, Fault> {
    if call.keys.is_empty() { me(call) } else { Ok(call.key(0).to_owned()) }
}

/// The id of the person who calls.
pub(super) fn me(call: &Call) -> Result<String, Fault> {
    Ok(person(&call.actor)?.to_string())
}

/// The person who calls. A program is none.
pub(super) fn person(actor: &Actor) -> Result<ObjectId, Fault> {
    match actor.who {
        Who::User { id, .. } => Ok(id),
        Who::App { .. } => {
            Err(Fault::bad("BadRequest", "/me request is only valid with delegated authentication flow."))
        }
    }
}

// Handlers: members of a group

pub(super) async fn list(call: Call) -> Answer {
    list_of(call, Reach::Direct, None).await
}

/// A cast narrows the list to one kind, which is asked for by all that kind has.
pub(super) async fn list_users(call: Call) -> Answer {
    users_of(call, Reach::Direct).await
}

pub(super) async fn list_groups(call: Call) -> Answer {
    groups_of(call, Reach::Direct).await
}

/// Of a transitive list the documentation wants an advanced query for it (graph-docs: concepts/aad-advanced-queries.md). In
/// practice the plain request is answered, and what is in use relies on it: microsoft-graph-docs issue 11881; firezone's
/// synchronisation; so no header is asked for here. For `$filter` the tables say what is.
async fn users_of(call: Call, reach: Reach) -> Answer {
    let asked = asked_of_relation(&call, &USERS, USERS.properties, &of_users(call.version))?;
    let (group, list) = ((call.object(0)?, reach), asked.list.clone());
    let found = user_members(call.app(), &call.actor, group, list, asked.counted).await?;
    with_relations(&call, &asked, "users", &found).await
}

async fn groups_of(call: Call, reach: Reach) -> Answer {
    let asked = asked_of_relation(&call, &GROUPS, GROUPS.properties, &of_groups())?;
    let (group, list) = ((call.object(0)?, reach), asked.list.clone());
    let found = group_members(call.app(), &call.actor, group, list, asked.counted).await?;
    with_relations(&call, &asked, "groups", &found).await
}

async fn with_relations<F>(
    call: &Call,
    asked: &Asked<F>,
    set: &str,
    found: &Found<DirectoryObject>,
) -> Answer {
    let ids = found.items.iter().map(DirectoryObject::id).collect();
    let mut value = wires(call, &found.items, asked.selected.as_deref()).await?;
    fill(call, &asked.expanded, ids, &mut value).await?;
    asked.reply(call, set, value, found.count, found.next.as_ref())
}

/// A page of objects of any kind.
pub(super) async fn objects<F>(
    call: &Call,
    asked: &Asked<F>,
    set: &str,
    found: &Found<DirectoryObject>,
) -> Answer {
    let value = wires(call, &found.items, asked.selected.as_deref()).await?;
    asked.reply(call, set, value, found.count, found.next.as_ref())
}

pub(super) async fn list_service_principals(call: Call) -> Answer {
    list_of(call, Reach::Direct, Some(PrincipalKind::ServicePrincipal)).await
}

pub(super) async fn list_all(call: Call) -> Answer {
    list_of(call, Reach::Transitive, None).await
}

pub(super) async fn list_all_users(call: Call) -> Answer {
    users_of(call, Reach::Transitive).await
}

pub(super) async fn list_all_groups(call: Call) -> Answer {
    groups_of(call, Reach::Transitive).await
}

pub(super) async fn list_all_service_principals(call: Call) -> Answer {
    list_of(call, Reach::Transitive, Some(PrincipalKind::ServicePrincipal)).await
}

async fn list_of(call: Call, reach: Reach, only: Option<PrincipalKind>) -> Answer {
    let asked = asked_of_relation(&call, &OBJECTS, properties(), &[])?;
    let group = call.object(0)?;
    let found =
        members(call.app(), &call.actor, group, (reach, only), asked.list.clone(), asked.counted).await?;
    objects(&call, &asked, set_of(only), &found).await
}

pub(super) async fn add(call: Call) -> Answer {
    let member = ref_body(&call)?;
    add_member(call.app(), &call.actor, call.object(0)?, member).await?;
    Ok(Reply::no_content())
}

pub(super) async fn remove(call: Call) -> Answer {
    remove_member(call.app(), &call.actor, call.object(0)?, call.object(1)?).await?;
    Ok(Reply::no_content())
}

pub(super) async fn owners(call: Call) -> Answer {
    owners_of_kind(call, None).await
}

pub(super) async fn owning_users(call: Call) -> Answer {
    owners_of_kind(call, Some(PrincipalKind::User)).await
}

pub(super) async fn owning_service_principals(call: Call) -> Answer {
    owners_of_kind(call, Some(PrincipalKind::ServicePrincipal)).await
}

async fn owners_of_kind(call: Call, only: Option<PrincipalKind>) -> Answer {
    let asked = asked_of_relation(&call, &OBJECTS, properties(), &[])?;
    let (group, list) = (call.object(0)?, asked.list.clone());
    let found = owners_of(call.app(), &call.actor, group, only, list, asked.counted).await?;
    objects(&call, &asked, set_of(only), &found).await
}

/// The collection that a list narrowed to a kind is of.
pub(super) fn set_of(only: Option<PrincipalKind>) -> &'static str {
    match only {
        None => "directoryObjects",
        Some(PrincipalKind::User) => "users",
        Some(PrincipalKind::Group) => "groups",
        Some(PrincipalKind::ServicePrincipal) => "servicePrincipals",
    }
}

pub(super) async fn add_owner(call: Call) -> Answer {
    let owner = ref_body(&call)?;
    owners::add_owner(call.app(), &call.actor, call.object(0)?, owner).await?;
    Ok(Reply::no_content())
}

pub(super) async fn remove_owner(call: Call) -> Answer {
    owners::remove_owner(call.app(), &call.actor, call.object(0)?, call.object(1)?).await?;
    Ok(Reply::no_content())
}

// Handlers: memberships of a group or a service principal

pub(super) async fn of_group(call: Call) -> Answer {
    others(group(call)?, (Reach::Direct, Kind::Any)).await
}

pub(super) async fn groups_of_group(call: Call) -> Answer {
    groups_of_other(group(call)?, Reach::Direct).await
}

pub(super) async fn roles_of_group(call: Call) -> Answer {
    others(group(call)?, (Reach::Direct, Kind::Roles)).await
}

pub(super) async fn all_of_group(call: Call) -> Answer {
    others(group(call)?, (Reach::Transitive, Kind::Any)).await
}

pub(super) async fn all_groups_of_group(call: Call) -> Answer {
    groups_of_other(group(call)?, Reach::Transitive).await
}

pub(super) async fn all_roles_of_group(call: Call) -> Answer {
    others(group(call)?, (Reach::Transitive, Kind::Roles)).await
}

pub(super) async fn of_principal(call: Call) -> Answer {
    others(principal(call)?, (Reach::Direct, Kind::Any)).await
}

pub(super) async fn groups_of_principal(call: Call) -> Answer {
    groups_of_other(principal(call)?, Reach::Direct).await
}

pub(super) async fn roles_of_principal(call: Call) -> Answer {
    others(principal(call)?, (Reach::Direct, Kind::Roles)).await
}

pub(super) async fn all_of_principal(call: Call) -> Answer {
    others(principal(call)?, (Reach::Transitive, Kind::Any)).await
}

pub(super) async fn all_groups_of_principal(call: Call) -> Answer {
    groups_of_other(principal(call)?, Reach::Transitive).await
}

pub(super) async fn all_roles_of_principal(call: Call) -> Answer {
    others(principal(call)?, (Reach::Transitive, Kind::Roles)).await
}

fn group(call: Call) -> Result<(Call, Inside), Fault> {
    let inside = Inside::Group(call.object(0)?);
    Ok((call, inside))
}

fn principal(call: Call) -> Result<(Call, Inside), Fault> {
    let inside = Inside::Principal(call.application()?);
    Ok((call, inside))
}

async fn groups_of_other((call, inside): (Call, Inside), reach: Reach) -> Answer {
    let asked = asked_of_relation(&call, &GROUPS, GROUPS.properties, &of_groups())?;
    let list = asked.list.clone();
    let found = groups_of_object(call.app(), &call.actor, (inside, reach), list, asked.counted).await?;
    with_relations(&call, &asked, "groups", &found).await
}

async fn others((call, inside): (Call, Inside), which: (Reach, Kind)) -> Answer {
    let asked = asked_of_relation(&call, &OBJECTS, properties(), &[])?;
    let list = asked.list.clone();
    let found = member_of_object(call.app(), &call.actor, inside, which, list, asked.counted).await?;
    objects(&call, &asked, set_of_kind(which.1), &found).await
}

// Handlers: memberships of a user

pub(super) async fn of_user(call: Call) -> Answer {
    memberships(call, Reach::Direct, Kind::Any).await
}

pub(super) async fn groups_of_user(call: Call) -> Answer {
    groups_alone(call, Reach::Direct).await
}

pub(super) async fn roles_of_user(call: Call) -> Answer {
    memberships(call, Reach::Direct, Kind::Roles).await
}

pub(super) async fn all_of_user(call: Call) -> Answer {
    memberships(call, Reach::Transitive, Kind::Any).await
}

pub(super) async fn all_groups_of_user(call: Call) -> Answer {
    groups_alone(call, Reach::Transitive).await
}

pub(super) async fn all_roles_of_user(call: Call) -> Answer {
    memberships(call, Reach::Transitive, Kind::Roles).await
}

async fn groups_alone(call: Call, reach: Reach) -> Answer {
    let asked = asked_of_relation(&call, &GROUPS, GROUPS.properties, &of_groups())?;
    let (key, list) = (whose(&call)?, asked.list.clone());
    let found = groups_of_member(call.app(), &call.actor, key, reach, list, asked.counted).await?;
    with_relations(&call, &asked, "groups", &found).await
}

async fn memberships(call: Call, reach: Reach, kind: Kind) -> Answer {
    let asked = asked_of_relation(&call, &OBJECTS, properties(), &[])?;
    let (key, list) = (whose(&call)?, asked.list.clone());
    let found = member_of(call.app(), &call.actor, key, reach, kind, list, asked.counted).await?;
    objects(&call, &asked, set_of_kind(kind), &found).await
}

/// The collection that memberships of a kind are of.
fn set_of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Any => "directoryObjects",
        Kind::Groups => "groups",
        Kind::Roles => "directoryRoles",
    }
}

#[cfg(test)]
mod tests;
