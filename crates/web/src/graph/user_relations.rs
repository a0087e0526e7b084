//! Who stands around a user: manager, reports, inviter, sponsors, and what the user owns. Refuses nothing itself.

use hospes_actions::groups::member_of::Reach;
use hospes_actions::users;
use hospes_domain::deletion::Kind;
use serde_json::json;

use super::asked::{asked_of_relation, entity, selected_of};
use super::directory_objects::{properties, ref_body, shown};
use super::dispatch::Answer;
use super::members::{objects, whose};
use super::odata::group_fields::OBJECTS;
use super::odata::user_fields::USERS;
use super::reply::Reply;
use super::request::Call;

const SET: &str = "directoryObjects";

// Handlers: the manager

pub(super) async fn manager(call: Call) -> Answer {
    let selected = selected_of(&call, properties(), OBJECTS.type_name)?;
    let found = users::manager(call.app(), &call.actor, whose(&call)?).await?;
    let body = shown(&call, &found, selected.as_deref()).await?;
    Ok(entity(&call, SET, &selected, body))
}

/// The address of the manager and not the manager (OData JSON Format 4.0 section 14).
pub(super) async fn manager_reference(call: Call) -> Answer {
    let found = users::manager(call.app(), &call.actor, whose(&call)?).await?;
    let root = call.root();
    Ok(Reply::ok(json!({
        "@odata.context": format!("{root}/$metadata#$ref"),
        "@odata.id": format!("{root}/directoryObjects/{}", found.id()),
    })))
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
    reports_of(call, Reach::Direct).await
}

pub(super) async fn all_reports(call: Call) -> Answer {
    reports_of(call, Reach::Transitive).await
}

/// Nobody but users is in it, so they are asked for by all that users have.
async fn reports_of(call: Call, reach: Reach) -> Answer {
    let asked = asked_of_relation(&call, &USERS, properties(), &[])?;
    let (whose, list) = ((whose(&call)?, reach), asked.list.clone());
    let found = users::reports(call.app(), &call.actor, whose, list, asked.counted).await?;
    objects(&call, &asked, SET, &found).await
}

// Handlers: who invited a guest

pub(super) async fn invited_by(call: Call) -> Answer {
    let selected = selected_of(&call, properties(), OBJECTS.type_name)?;
    let found = users::invited_by(call.app(), &call.actor, whose(&call)?).await?;
    let body = shown(&call, &found, selected.as_deref()).await?;
    Ok(entity(&call, SET, &selected, body))
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
    owned_of(call, None).await
}

pub(super) async fn owned_groups(call: Call) -> Answer {
    owned_of(call, Some(Kind::Group)).await
}

pub(super) async fn owned_applications(call: Call) -> Answer {
    owned_of(call, Some(Kind::Application)).await
}

pub(super) async fn owned_service_principals(call: Call) -> Answer {
    owned_of(call, Some(Kind::ServicePrincipal)).await
}

async fn owned_of(call: Call, only: Option<Kind>) -> Answer {
    let asked = asked_of_relation(&call, &OBJECTS, properties(), &[])?;
    let (key, list) = (whose(&call)?, asked.list.clone());
    let found = users::owned_objects(call.app(), &call.actor, key, only, list, asked.counted).await?;
    objects(&call, &asked, owned_set(only), &found).await
}

/// The collection that owned objects of a kind are of.
pub(super) fn owned_set(only: Option<Kind>) -> &'static str {
    match only {
        None => SET,
        Some(Kind::User) => "users",
        Some(Kind::Group) => "groups",
        Some(Kind::Application) => "applications",
        Some(Kind::ServicePrincipal) => "servicePrincipals",
    }
}
