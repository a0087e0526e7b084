//! `/groups/{id}/members` and `/users/{id}/memberOf`: who is in what. Refuses nothing itself.

use hospes_actions::groups::add_member::add_member;
use hospes_actions::groups::member_of::{Kind, Reach, member_of};
use hospes_actions::groups::members::{members, owners as owners_of};
use hospes_actions::groups::remove_member::remove_member;
use hospes_domain::access::Who;
use hospes_domain::application::PrincipalKind;

use super::asked::{asked, asked_to_count, number, selected_of};
use super::directory_objects::{properties, ref_body, wire};
use super::dispatch::Answer;
use super::error::Fault;
use super::odata::group_fields::OBJECTS;
use super::odata::select::Shape;
use super::reply::Reply;
use super::request::Call;

// Handlers: members of a group

pub(super) async fn list(call: Call) -> Answer {
    list_of(call, None).await
}

pub(super) async fn list_users(call: Call) -> Answer {
    list_of(call, Some(PrincipalKind::User)).await
}

pub(super) async fn list_groups(call: Call) -> Answer {
    list_of(call, Some(PrincipalKind::Group)).await
}

pub(super) async fn list_service_principals(call: Call) -> Answer {
    list_of(call, Some(PrincipalKind::ServicePrincipal)).await
}

async fn list_of(call: Call, only: Option<PrincipalKind>) -> Answer {
    let asked = asked(&call, &OBJECTS, &properties())?;
    let group = call.object(0)?;
    let found = members(call.app(), &call.actor, group, only, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|object| wire(object, asked.selected.as_deref())).collect();
    let set = match only {
        None => "directoryObjects",
        Some(PrincipalKind::User) => "users",
        Some(PrincipalKind::Group) => "groups",
        Some(PrincipalKind::ServicePrincipal) => "servicePrincipals",
    };
    asked.reply(&call, set, value, found.count, found.next.as_ref())
}

pub(super) async fn count(call: Call) -> Answer {
    count_of(call, None).await
}

pub(super) async fn count_users(call: Call) -> Answer {
    count_of(call, Some(PrincipalKind::User)).await
}

async fn count_of(call: Call, only: Option<PrincipalKind>) -> Answer {
    let list = asked_to_count(&call, &OBJECTS)?;
    let group = call.object(0)?;
    number(members(call.app(), &call.actor, group, only, list, true).await?.count)
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
    let selected = selected_of(&call, &properties(), OBJECTS.type_name)?;
    let owners = owners_of(call.app(), &call.actor, call.object(0)?).await?;
    let value = owners.iter().map(|object| wire(object, selected.as_deref())).collect();
    let context = call.context("directoryObjects", selected.as_deref(), Shape::List);
    Ok(Reply::list(&context, value, None, None))
}

// Handlers: memberships of a user

pub(super) async fn of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    memberships(call, key, Reach::Direct, Kind::Any).await
}

pub(super) async fn groups_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    memberships(call, key, Reach::Direct, Kind::Groups).await
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
    memberships(call, key, Reach::Transitive, Kind::Groups).await
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

pub(super) async fn count_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    count_memberships(call, key, Reach::Direct, Kind::Any).await
}

pub(super) async fn count_groups_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    count_memberships(call, key, Reach::Direct, Kind::Groups).await
}

pub(super) async fn count_all_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    count_memberships(call, key, Reach::Transitive, Kind::Any).await
}

pub(super) async fn count_all_groups_of_user(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    count_memberships(call, key, Reach::Transitive, Kind::Groups).await
}

pub(super) async fn count_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    count_memberships(call, key, Reach::Direct, Kind::Any).await
}

pub(super) async fn count_all_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    count_memberships(call, key, Reach::Transitive, Kind::Any).await
}

async fn count_memberships(call: Call, key: String, reach: Reach, kind: Kind) -> Answer {
    let list = asked_to_count(&call, &OBJECTS)?;
    number(member_of(call.app(), &call.actor, key, reach, kind, list, true).await?.count)
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
    let asked = asked(&call, &OBJECTS, &properties())?;
    let found =
        member_of(call.app(), &call.actor, key, reach, kind, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|object| wire(object, asked.selected.as_deref())).collect();
    asked.reply(&call, "directoryObjects", value, found.count, found.next.as_ref())
}

#[cfg(test)]
mod tests;
