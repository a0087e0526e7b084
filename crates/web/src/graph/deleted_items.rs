//! `/directory/deletedItems` (reference/user-object.md section 5): users, groups, applications and service principals that
//! can be restored. Refuses nothing itself.

use hospes_actions::deleted_items::{list, purge as purging, restore as restoring};
use hospes_actions::users::{self, Seen};
use hospes_domain::access::View;
use hospes_domain::deletion::{Deleted, Kind};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use serde_json::Value;

use super::asked::{asked, entity, selected_of};
use super::directory_objects::{properties, shown, wire as object, wires};
use super::dispatch::Answer;
use super::error::Fault;
use super::odata::application_fields::{APPLICATIONS, SERVICE_PRINCIPALS};
use super::odata::group_fields::{GROUPS, OBJECTS};
use super::odata::user_fields::USERS;
use super::path::{Segment, parse_path};
use super::reply::Reply;
use super::request::Call;
use super::users::{beside, wire};
use super::{applications, groups, service_principals};

// Wire

/// The one property that tells a deleted object from others, wherever it is not left out.
const DELETED: &str = "deletedDateTime";

/// With the time of the deletion, where that was asked for.
pub(super) fn stamped(mut body: Value, at: Time) -> Value {
    if let Some(place) = body.get_mut(DELETED) {
        *place = wire::time(at).into();
    }
    body
}

/// A deleted user; without `$select` with when that was.
fn user(seen: &Seen, selected: Option<&[&'static str]>) -> Value {
    let mut body = wire::user(seen, selected);
    if selected.is_none() {
        body[DELETED] = seen.user.guest.record().deleted_at.map(wire::time).into();
    }
    body
}

/// One of the many kinds that could have been deleted, of which the body says the rest.
fn any(mut body: Value, at: Time, selected: Option<&[&'static str]>) -> Value {
    if selected.is_none() {
        body[DELETED] = wire::time(at).into();
    }
    stamped(body, at)
}

// Handlers

pub(super) async fn list_all(call: Call) -> Answer {
    let asked = asked(&call, &OBJECTS, properties())?;
    let found = list::list_all(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let selected = asked.selected.as_deref();
    let bodies = wires(&call, found.items.iter().map(|one| &one.item), selected).await?;
    let value = bodies.into_iter().zip(&found.items).map(|(body, one)| any(body, one.at, selected)).collect();
    asked.reply(&call, "directoryObjects", value, found.count, found.next.as_ref())
}

pub(super) async fn list_users(call: Call) -> Answer {
    let asked = asked(&call, &USERS, USERS.properties)?;
    let found = users::list_deleted(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let see = |user| Seen { user, view: View::Full, initial_domain: found.initial_domain.clone() };
    let selected = asked.selected.as_deref();
    let ids: Vec<ObjectId> = found.users.iter().map(User::id).collect();
    let mut value: Vec<Value> = found.users.into_iter().map(|one| user(&see(one), selected)).collect();
    beside(&call, selected, ids.into_iter().zip(&mut value).collect()).await?;
    asked.reply(&call, "users", value, found.total, found.next.as_ref())
}

pub(super) async fn list_groups(call: Call) -> Answer {
    let asked = asked(&call, &GROUPS, GROUPS.properties)?;
    let found = list::list_groups(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|group| groups::deleted(group, asked.selected.as_deref())).collect();
    asked.reply(&call, "groups", value, found.count, found.next.as_ref())
}

pub(super) async fn list_applications(call: Call) -> Answer {
    let asked = asked(&call, &APPLICATIONS, APPLICATIONS.properties)?;
    let found = list::list_applications(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let one = |deleted: &Deleted<_>| {
        stamped(applications::wire(&deleted.item, asked.selected.as_deref()), deleted.at)
    };
    let value = found.items.iter().map(one).collect();
    asked.reply(&call, "applications", value, found.count, found.next.as_ref())
}

pub(super) async fn list_service_principals(call: Call) -> Answer {
    let asked = asked(&call, &SERVICE_PRINCIPALS, SERVICE_PRINCIPALS.properties)?;
    let found =
        list::list_service_principals(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let one = |deleted: &Deleted<_>| {
        let shown = service_principals::Shown::from(&deleted.item);
        stamped(service_principals::wire(&shown, asked.selected.as_deref()), deleted.at)
    };
    let value = found.items.iter().map(one).collect();
    asked.reply(&call, "servicePrincipals", value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected_of(&call, properties(), OBJECTS.type_name)?;
    let found = list::get(call.app(), &call.actor, call.object(0)?).await?;
    let body = shown(&call, &found.item, selected.as_deref()).await?;
    Ok(entity(&call, "directoryObjects", &selected, any(body, found.at, selected.as_deref())))
}

pub(super) async fn restore(call: Call) -> Answer {
    let restored = restoring::restore(call.app(), &call.actor, call.object(0)?, named_kind(&call)?).await?;
    let mut body = object(&restored, None);
    body[DELETED] = Value::Null;
    Ok(entity(&call, "directoryObjects", &None, body))
}

pub(super) async fn purge(call: Call) -> Answer {
    purging::purge(call.app(), &call.actor, call.object(0)?, named_kind(&call)?).await?;
    Ok(Reply::no_content())
}

/// The kind that a cast in the path names.
fn named_kind(call: &Call) -> Result<Option<Kind>, Fault> {
    let cast = parse_path(&call.path)?.into_iter().find_map(|segment| match segment {
        Segment::Cast(kind) => Some(kind),
        _ => None,
    });
    match cast {
        None => Ok(None),
        Some("user") => Ok(Some(Kind::User)),
        Some("group") => Ok(Some(Kind::Group)),
        Some("servicePrincipal") => Ok(Some(Kind::ServicePrincipal)),
        Some("application") => Ok(Some(Kind::Application)),
        // Nothing of another kind is ever deleted.
        Some(_) => Err(Refusal::not_found(call.object(0)?).into()),
    }
}
