//! `/directory/deletedItems` (reference/user-object.md section 5). Only users are kept after their deletion, so only
//! they are found here.

use hospes_actions::users::{self, Seen};
use hospes_domain::access::View;
use serde_json::Value;

use super::asked::{asked, asked_to_count, entity, number, selected};
use super::dispatch::Answer;
use super::odata::user_fields::USERS;
use super::reply::Reply;
use super::request::Call;
use super::users::wire;

// Wire

/// A deleted user; without `$select` with the one property that tells it from others.
fn item(seen: &Seen, selected: Option<&[&'static str]>) -> Value {
    let mut body = wire::user(seen, selected);
    if selected.is_none() {
        body["deletedDateTime"] = seen.user.guest.record().deleted_at.map(wire::time).into();
    }
    body
}

/// The same as one of the many kinds that could have been deleted.
fn object(seen: &Seen, selected: Option<&[&'static str]>) -> Value {
    let mut body = item(seen, selected);
    body["@odata.type"] = "#microsoft.graph.user".into();
    body
}

// Handlers

pub(super) async fn list_users(call: Call) -> Answer {
    let asked = asked(&call, &USERS, USERS.properties)?;
    let found = users::list_deleted(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let see = |user| Seen { user, view: View::Full, initial_domain: found.initial_domain.clone() };
    let value = found.users.into_iter().map(|user| item(&see(user), asked.selected.as_deref())).collect();
    asked.reply(&call, "users", value, found.total, found.next.as_ref())
}

pub(super) async fn count_users(call: Call) -> Answer {
    let list = asked_to_count(&call, &USERS)?;
    number(users::list_deleted(call.app(), &call.actor, list, true).await?.total)
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected(&call, &USERS)?;
    let seen = users::get_deleted(call.app(), &call.actor, call.object(0)?).await?;
    Ok(entity(&call, "directoryObjects", &selected, object(&seen, selected.as_deref())))
}

pub(super) async fn restore(call: Call) -> Answer {
    let seen = users::restore(call.app(), &call.actor, call.object(0)?).await?;
    Ok(entity(&call, "directoryObjects", &None, object(&seen, None)))
}

pub(super) async fn purge(call: Call) -> Answer {
    users::purge(call.app(), &call.actor, call.object(0)?).await?;
    Ok(Reply::no_content())
}
