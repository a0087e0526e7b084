//! `/users` and `/me` (reference/user-object.md).

mod beside;
mod read;
pub(super) mod wire;

pub(super) use beside::beside;
pub(crate) use read::edit as user_edit;
pub(super) use read::{address, user_type};
pub(super) use wire::time;

use hospes_actions::passwords;
use hospes_actions::users::{self, Seen};
use hospes_domain::access::View;
use hospes_domain::ids::ObjectId;
use hospes_domain::user::User;
use serde_json::{Value, json};

use super::asked::{asked_with, number, picked, selected_of_all, whole_list};
use super::directory_objects;
use super::dispatch::Answer;
use super::error::Fault;
use super::etag;
use super::expanding::{fill, of_users, whole};
use super::odata::group_fields::OBJECTS;
use super::odata::select::Shape;
use super::odata::user_fields::{SINGLE_USER_ONLY, USERS};
use super::reply::Reply;
use super::request::Call;

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked_with(&call, &USERS, USERS.properties, &of_users(call.version))?;
    if let Some(name) = asked.selected.iter().flatten().find(|name| SINGLE_USER_ONLY.contains(name)) {
        return Err(Fault::not_implemented(format!(
            "Property '{name}' can be read from a single user only."
        )));
    }
    if call.counting {
        return Ok(number(users::count(call.app(), &call.actor, asked.list.filter).await?));
    }
    let found = users::list(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let ids: Vec<ObjectId> = found.users.iter().map(User::id).collect();
    let see = |user: User| {
        let view = if user.id() == found.own { View::Full } else { found.others };
        Seen { user, view, initial_domain: found.initial_domain.clone() }
    };
    let mut value: Vec<Value> =
        found.users.into_iter().map(|user| wire::user(&see(user), asked.selected.as_deref())).collect();
    beside(&call, asked.selected.as_deref(), ids.iter().copied().zip(&mut value).collect()).await?;
    fill(&call, &asked.expanded, ids, &mut value).await?;
    asked.reply(&call, "users", value, found.total, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let key = super::members::whose(&call)?;
    let picked = picked(&call, &USERS, &of_users(call.version))?;
    let seen = users::get(call.app(), &call.actor, key).await?;
    let mut body = wire::user(&seen, picked.0.as_deref());
    beside(&call, picked.0.as_deref(), vec![(seen.user.id(), &mut body)]).await?;
    let body = whole(&call, "users", &picked, seen.user.id(), body).await?;
    Ok(Reply::ok(body).tagged(tag(&seen)))
}

pub(super) async fn create(call: Call) -> Answer {
    let new = read::new_user(call.json()?)?;
    let seen = users::create(call.app(), &call.actor, new).await?;
    let location = format!("{}/users/{}", call.root(), seen.user.id());
    Ok(Reply::created(entity(&call, &seen, None), location).tagged(tag(&seen)))
}

pub(super) async fn update(call: Call) -> Answer {
    let key = super::members::whose(&call)?;
    let edit = read::edit(call.changes(&key)?)?;
    let only_if = etag::if_match(&call.headers)?;
    let revision = users::update(call.app(), &call.actor, key, edit, only_if).await?;
    // RFC 5789 section 2.1: so that the next change needs no reading before it.
    Ok(Reply::no_content().tagged(Some(etag::tag(revision))))
}

pub(super) async fn delete(call: Call) -> Answer {
    let only_if = etag::if_match(&call.headers)?;
    users::delete(call.app(), &call.actor, call.key(0).to_owned(), only_if).await?;
    Ok(Reply::no_content())
}

pub(super) async fn revoke_sessions(call: Call) -> Answer {
    let key = super::members::whose(&call)?;
    users::revoke_sessions(call.app(), &call.actor, key).await?;
    let context = call.context("Edm.Boolean", None, Shape::List);
    Ok(Reply::ok(json!({ "@odata.context": context, "value": true })))
}

pub(super) async fn change_password(call: Call) -> Answer {
    super::members::me(&call)?;
    let (current, new) = read::passwords(call.json()?)?;
    passwords::change(call.app(), &call.actor, current, new).await?;
    Ok(Reply::no_content())
}

pub(super) async fn remove_second_factors(call: Call) -> Answer {
    users::remove_second_factors(call.app(), &call.actor, call.key(0).to_owned()).await?;
    Ok(Reply::no_content())
}

pub(super) async fn convert_to_internal(call: Call) -> Answer {
    let new = read::as_internal(call.json()?)?;
    let only_if = etag::if_match(&call.headers)?;
    let user =
        users::convert_to_internal(call.app(), &call.actor, call.key(0).to_owned(), new, only_if).await?;
    let root = call.root();
    let context = format!("{root}/$metadata#microsoft.graph.conversionUserDetails");
    Ok(Reply::ok(json!({
        "@odata.context": context,
        "displayName": user.profile.display_name,
        "userPrincipalName": user.upn,
        "mail": user.mail.map(|mail| mail.to_string()),
        "convertedToInternalUserDateTime": time(call.app().now()),
    })))
}

pub(super) async fn sponsors(call: Call) -> Answer {
    let key = super::members::whose(&call)?;
    let selected = selected_of_all(&call, directory_objects::properties(), OBJECTS.type_name)?;
    let sponsors = users::sponsors(call.app(), &call.actor, key).await?;
    let value = directory_objects::wires(&call, &sponsors, selected.as_deref()).await?;
    whole_list(&call, "directoryObjects", &selected, value)
}

/// Of whoever sees the whole user; to others it would tell of changes they do not see.
fn tag(seen: &Seen) -> Option<String> {
    (seen.view == View::Full).then(|| etag::tag(seen.user.revision))
}

fn entity(call: &Call, seen: &Seen, selected: Option<&[&'static str]>) -> Value {
    let mut body = wire::user(seen, selected);
    body["@odata.context"] = call.context("users", selected, Shape::Entity).into();
    body
}
