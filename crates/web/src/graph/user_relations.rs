//! Who stands around a user: manager, reports, sponsors, and what the user owns. Refuses nothing itself.

use hospes_actions::users;
use hospes_domain::deletion::Kind;

use super::asked::{asked, entity, selected_of};
use super::directory_objects::{properties, ref_body, wire};
use super::dispatch::Answer;
use super::members::me;
use super::odata::group_fields::OBJECTS;
use super::reply::Reply;
use super::request::Call;

const SET: &str = "directoryObjects";

// Handlers: the manager

pub(super) async fn manager(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    manager_of(call, key).await
}

pub(super) async fn manager_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    manager_of(call, key).await
}

async fn manager_of(call: Call, key: String) -> Answer {
    let selected = selected_of(&call, properties(), OBJECTS.type_name)?;
    let found = users::manager(call.app(), &call.actor, key).await?;
    Ok(entity(&call, SET, &selected, wire(&found, selected.as_deref())))
}

pub(super) async fn set_manager(call: Call) -> Answer {
    let manager = ref_body(&call)?;
    users::set_manager(call.app(), &call.actor, call.key(0).to_owned(), Some(manager)).await?;
    Ok(Reply::no_content())
}

pub(super) async fn remove_manager(call: Call) -> Answer {
    users::set_manager(call.app(), &call.actor, call.key(0).to_owned(), None).await?;
    Ok(Reply::no_content())
}

pub(super) async fn reports(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    reports_of(call, key).await
}

pub(super) async fn reports_of_me(call: Call) -> Answer {
    let key = me(&call)?;
    reports_of(call, key).await
}

async fn reports_of(call: Call, key: String) -> Answer {
    let asked = asked(&call, &OBJECTS, properties())?;
    let list = asked.list.clone();
    let found = users::direct_reports(call.app(), &call.actor, key, list, asked.counted).await?;
    let value = found.items.iter().map(|object| wire(object, asked.selected.as_deref())).collect();
    asked.reply(&call, SET, value, found.count, found.next.as_ref())
}

// Handlers: sponsors

pub(super) async fn add_sponsor(call: Call) -> Answer {
    let sponsor = ref_body(&call)?;
    users::add_sponsor(call.app(), &call.actor, call.key(0).to_owned(), sponsor).await?;
    Ok(Reply::no_content())
}

pub(super) async fn remove_sponsor(call: Call) -> Answer {
    users::remove_sponsor(call.app(), &call.actor, call.key(0).to_owned(), call.object(1)?).await?;
    Ok(Reply::no_content())
}

// Handlers: what a user owns

pub(super) async fn owned(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    owned_of(call, key, None).await
}

pub(super) async fn owned_groups(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    owned_of(call, key, Some(Kind::Group)).await
}

pub(super) async fn owned_applications(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    owned_of(call, key, Some(Kind::Application)).await
}

pub(super) async fn owned_service_principals(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    owned_of(call, key, Some(Kind::ServicePrincipal)).await
}

pub(super) async fn owned_by_me(call: Call) -> Answer {
    let key = me(&call)?;
    owned_of(call, key, None).await
}

async fn owned_of(call: Call, key: String, only: Option<Kind>) -> Answer {
    let asked = asked(&call, &OBJECTS, properties())?;
    let list = asked.list.clone();
    let found = users::owned_objects(call.app(), &call.actor, key, only, list, asked.counted).await?;
    let value = found.items.iter().map(|object| wire(object, asked.selected.as_deref())).collect();
    asked.reply(&call, SET, value, found.count, found.next.as_ref())
}
