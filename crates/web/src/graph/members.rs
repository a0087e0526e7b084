//! `/groups/{id}/members`, `/groups/{id}/owners`, and `memberOf` of users and groups: who is in what. Refuses nothing itself.

use hospes_actions::directory_objects::DirectoryObject;
use hospes_actions::groups::add_member::add_member;
use hospes_actions::groups::member_of::{Kind, Reach, groups_of_member, member_of, member_of_group};
use hospes_actions::groups::members::{group_members, members, owners as owners_of, user_members};
use hospes_actions::groups::owners;
use hospes_actions::groups::remove_member::remove_member;
use hospes_domain::access::Who;
use hospes_domain::application::PrincipalKind;
use hospes_domain::query::Found;

use super::asked::{Asked, asked, asked_to_count, number, selected_of};
use super::directory_objects::{properties, ref_body, wire};
use super::dispatch::Answer;
use super::error::Fault;
use super::odata::group_fields::{GROUPS, OBJECTS};
use super::odata::select::Shape;
use super::odata::user_fields::USERS;
use super::reply::Reply;
use super::request::Call;

// Handlers: members of a group

pub(super) async fn list(call: Call) -> Answer {
    list_of(call, Reach::Direct, None).await
}

/// A cast narrows the list to one kind, which is asked for by all that kind has.
pub(super) async fn list_users(call: Call) -> Answer {
    let asked = asked(&call, &USERS, USERS.properties)?;
    let found =
        user_members(call.app(), &call.actor, call.object(0)?, asked.list.clone(), asked.counted).await?;
    objects(&call, &asked, "users", &found)
}

pub(super) async fn list_groups(call: Call) -> Answer {
    let asked = asked(&call, &GROUPS, GROUPS.properties)?;
    let found =
        group_members(call.app(), &call.actor, call.object(0)?, asked.list.clone(), asked.counted).await?;
    objects(&call, &asked, "groups", &found)
}

fn objects<F>(call: &Call, asked: &Asked<F>, set: &str, found: &Found<DirectoryObject>) -> Answer {
    let value = found.items.iter().map(|object| wire(object, asked.selected.as_deref())).collect();
    asked.reply(call, set, value, found.count, found.next.as_ref())
}

pub(super) async fn list_service_principals(call: Call) -> Answer {
    list_of(call, Reach::Direct, Some(PrincipalKind::ServicePrincipal)).await
}

pub(super) async fn list_all(call: Call) -> Answer {
    list_of(call, Reach::Transitive, None).await
}

pub(super) async fn list_all_users(call: Call) -> Answer {
    list_of(call, Reach::Transitive, Some(PrincipalKind::User)).await
}

pub(super) async fn list_all_groups(call: Call) -> Answer {
    list_of(call, Reach::Transitive, Some(PrincipalKind::Group)).await
}

pub(super) async fn list_all_service_principals(call: Call) -> Answer {
    list_of(call, Reach::Transitive, Some(PrincipalKind::ServicePrincipal)).await
}

async fn list_of(call: Call, reach: Reach, only: Option<PrincipalKind>) -> Answer {
    let asked = asked(&call, &OBJECTS, properties())?;
    let group = call.object(0)?;
    let found =
        members(call.app(), &call.actor, group, (reach, only), asked.list.clone(), asked.counted).await?;
    let set = match only {
        None => "directoryObjects",
        Some(PrincipalKind::User) => "users",
        Some(PrincipalKind::Group) => "groups",
        Some(PrincipalKind::ServicePrincipal) => "servicePrincipals",
    };
    objects(&call, &asked, set, &found)
}

pub(super) async fn count(call: Call) -> Answer {
    let list = asked_to_count(&call, &OBJECTS)?;
    number(members(call.app(), &call.actor, call.object(0)?, (Reach::Direct, None), list, true).await?.count)
}

pub(super) async fn count_users(call: Call) -> Answer {
    let list = asked_to_count(&call, &USERS)?;
    number(user_members(call.app(), &call.actor, call.object(0)?, list, true).await?.count)
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
    let selected = selected_of(&call, properties(), OBJECTS.type_name)?;
    let found = owners_of(call.app(), &call.actor, call.object(0)?).await?;
    let value = found.iter().map(|object| wire(object, selected.as_deref())).collect();
    let context = call.context("directoryObjects", selected.as_deref(), Shape::List);
    Ok(Reply::list(&context, value, None, None))
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

// Handlers: memberships of a group

pub(super) async fn of_group(call: Call) -> Answer {
    group_memberships(call, Reach::Direct, Kind::Any).await
}

pub(super) async fn groups_of_group(call: Call) -> Answer {
    group_memberships(call, Reach::Direct, Kind::Groups).await
}

pub(super) async fn all_of_group(call: Call) -> Answer {
    group_memberships(call, Reach::Transitive, Kind::Any).await
}

pub(super) async fn all_groups_of_group(call: Call) -> Answer {
    group_memberships(call, Reach::Transitive, Kind::Groups).await
}

async fn group_memberships(call: Call, reach: Reach, kind: Kind) -> Answer {
    let asked = asked(&call, &OBJECTS, properties())?;
    let (group, list) = (call.object(0)?, asked.list.clone());
    let found = member_of_group(call.app(), &call.actor, group, (reach, kind), list, asked.counted).await?;
    let value = found.items.iter().map(|object| wire(object, asked.selected.as_deref())).collect();
    asked.reply(&call, "directoryObjects", value, found.count, found.next.as_ref())
}

// Handlers: memberships of a user

pub(super) async fn of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    memberships(call, key, Reach::Direct, Kind::Any).await
}

pub(super) async fn groups_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    groups_alone(call, key, Reach::Direct).await
}

pub(super) async fn roles_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    memberships(call, key, Reach::Direct, Kind::Roles).await
}

pub(super) async fn all_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    memberships(call, key, Reach::Transitive, Kind::Any).await
}

pub(super) async fn all_groups_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    groups_alone(call, key, Reach::Transitive).await
}

pub(super) async fn all_roles_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    memberships(call, key, Reach::Transitive, Kind::Roles).await
}

pub(super) async fn of_me(call: Call) -> Answer {
    let key = me(&call)?;
    memberships(call, key, Reach::Direct, Kind::Any).await
}

pub(super) async fn all_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    memberships(call, key, Reach::Transitive, Kind::Any).await
}

pub(super) async fn groups_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    groups_alone(call, key, Reach::Direct).await
}

pub(super) async fn roles_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    memberships(call, key, Reach::Direct, Kind::Roles).await
}

pub(super) async fn all_groups_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    groups_alone(call, key, Reach::Transitive).await
}

pub(super) async fn all_roles_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    memberships(call, key, Reach::Transitive, Kind::Roles).await
}

pub(super) async fn count_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    count_memberships(call, key, Reach::Direct).await
}

pub(super) async fn count_groups_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    count_groups(call, key, Reach::Direct).await
}

pub(super) async fn count_all_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    count_memberships(call, key, Reach::Transitive).await
}

pub(super) async fn count_all_groups_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    count_groups(call, key, Reach::Transitive).await
}

pub(super) async fn count_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    count_memberships(call, key, Reach::Direct).await
}

pub(super) async fn count_all_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    count_memberships(call, key, Reach::Transitive).await
}

async fn count_memberships(call: Call, key: String, reach: Reach) -> Answer {
    let list = asked_to_count(&call, &OBJECTS)?;
    number(member_of(call.app(), &call.actor, key, reach, Kind::Any, list, true).await?.count)
}

async fn count_groups(call: Call, key: String, reach: Reach) -> Answer {
    let list = asked_to_count(&call, &GROUPS)?;
    number(groups_of_member(call.app(), &call.actor, key, reach, list, true).await?.count)
}

async fn groups_alone(call: Call, key: String, reach: Reach) -> Answer {
    let asked = asked(&call, &GROUPS, GROUPS.properties)?;
    let (list, counted) = (asked.list.clone(), asked.counted);
    let found = groups_of_member(call.app(), &call.actor, key, reach, list, counted).await?;
    objects(&call, &asked, "groups", &found)
}

/// The id of the person who calls.
pub(super) fn me(call: &Call) -> Result<String, Fault> {
    match call.actor.who {
        Who::User { id, .. } => Ok(id.to_string()),
        Who::App { .. } => {
            Err(Fault::bad("BadRequest", "/me request is only valid with delegated authentication flow."))
        }
    }
}

async fn memberships(call: Call, key: String, reach: Reach, kind: Kind) -> Answer {
    let asked = asked(&call, &OBJECTS, properties())?;
    let found =
        member_of(call.app(), &call.actor, key, reach, kind, asked.list.clone(), asked.counted).await?;
    objects(&call, &asked, "directoryObjects", &found)
}

#[cfg(test)]
mod tests;
