//! `/applications/{id}/owners` and `/servicePrincipals/{id}/owners`: who looks after an application. Refuses nothing itself.

use hospes_actions::apps::owners::{self, Owned};

use super::asked::selected_of_all;
use super::directory_objects::{properties, ref_body, wire};
use super::dispatch::Answer;
use super::error::Fault;
use super::odata::group_fields::OBJECTS;
use super::odata::select::Shape;
use super::reply::Reply;
use super::request::Call;
use super::service_principals::by_id;

fn application(call: &Call) -> Result<Owned, Fault> {
    Ok(Owned::Application(by_id(call)?))
}

fn principal(call: &Call) -> Result<Owned, Fault> {
    Ok(Owned::ServicePrincipal(by_id(call)?))
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let of = application(&call)?;
    list_of(call, of).await
}

pub(super) async fn list_of_principal(call: Call) -> Answer {
    let of = principal(&call)?;
    list_of(call, of).await
}

async fn list_of(call: Call, of: Owned) -> Answer {
    let selected = selected_of_all(&call, properties(), OBJECTS.type_name)?;
    let found = owners::owners(call.app(), &call.actor, of).await?;
    let value = found.iter().map(|object| wire(object, selected.as_deref())).collect();
    let context = call.context("directoryObjects", selected.as_deref(), Shape::List);
    Ok(Reply::list(&context, value, None, None))
}

pub(super) async fn add(call: Call) -> Answer {
    let (of, owner) = (application(&call)?, ref_body(&call)?);
    owners::add_owner(call.app(), &call.actor, of, owner).await?;
    Ok(Reply::no_content())
}

pub(super) async fn add_of_principal(call: Call) -> Answer {
    let (of, owner) = (principal(&call)?, ref_body(&call)?);
    owners::add_owner(call.app(), &call.actor, of, owner).await?;
    Ok(Reply::no_content())
}

pub(super) async fn remove(call: Call) -> Answer {
    owners::remove_owner(call.app(), &call.actor, application(&call)?, call.object(1)?).await?;
    Ok(Reply::no_content())
}

pub(super) async fn remove_of_principal(call: Call) -> Answer {
    owners::remove_owner(call.app(), &call.actor, principal(&call)?, call.object(1)?).await?;
    Ok(Reply::no_content())
}
