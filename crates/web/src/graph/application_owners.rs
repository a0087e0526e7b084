//! `/applications/{id}/owners` and `/servicePrincipals/{id}/owners`: who looks after an application; and
//! `/servicePrincipals/{id}/ownedObjects`: what it looks after itself. Refuses nothing itself.

use hospes_actions::apps::owned::owned_objects;
use hospes_actions::apps::owners::{self, Owned};
use hospes_domain::application::PrincipalKind;
use hospes_domain::deletion::Kind;

use super::asked::asked_of_relation;
use super::directory_objects::{properties, ref_body};
use super::dispatch::Answer;
use super::error::Fault;
use super::members::{objects, set_of};
use super::odata::group_fields::OBJECTS;
use super::reply::Reply;
use super::request::Call;
use super::user_relations::owned_set;

fn application(call: &Call) -> Result<Owned, Fault> {
    Ok(Owned::Application(call.application()?))
}

fn principal(call: &Call) -> Result<Owned, Fault> {
    Ok(Owned::ServicePrincipal(call.application()?))
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let of = application(&call)?;
    list_of(call, of, None).await
}

pub(super) async fn list_users(call: Call) -> Answer {
    let of = application(&call)?;
    list_of(call, of, Some(PrincipalKind::User)).await
}

pub(super) async fn list_service_principals(call: Call) -> Answer {
    let of = application(&call)?;
    list_of(call, of, Some(PrincipalKind::ServicePrincipal)).await
}

pub(super) async fn list_of_principal(call: Call) -> Answer {
    let of = principal(&call)?;
    list_of(call, of, None).await
}

pub(super) async fn list_users_of_principal(call: Call) -> Answer {
    let of = principal(&call)?;
    list_of(call, of, Some(PrincipalKind::User)).await
}

pub(super) async fn list_service_principals_of_principal(call: Call) -> Answer {
    let of = principal(&call)?;
    list_of(call, of, Some(PrincipalKind::ServicePrincipal)).await
}

async fn list_of(call: Call, of: Owned, only: Option<PrincipalKind>) -> Answer {
    let asked = asked_of_relation(&call, &OBJECTS, properties(), &[])?;
    let found = owners::owners(call.app(), &call.actor, of, only, asked.list.clone(), asked.counted).await?;
    objects(&call, &asked, set_of(only), &found).await
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

// Handlers: what a service principal owns

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
    let (owner, list) = (call.application()?, asked.list.clone());
    let found = owned_objects(call.app(), &call.actor, owner, only, list, asked.counted).await?;
    objects(&call, &asked, owned_set(only), &found).await
}
