//! `/applications`: what is registered in the tenant, by object id or application id. Refuses to show credentials.

mod body;
mod credentials;
mod wire;

use hospes_actions::apps::add_password::{add_password, remove_password};
use hospes_actions::apps::create_application::create_application;
use hospes_actions::apps::delete_application::delete_application;
use hospes_actions::apps::list_applications::{get_application, list_applications};
use hospes_actions::apps::owners::Owned;
use hospes_actions::apps::roll_keys;
use hospes_actions::apps::update_application::update_application;
use hospes_domain::application::NewSecret;
use serde_json::Value;

pub(super) use body::{id, name};
pub(super) use credentials::edit as credentials_of;
pub(super) use wire::{DEFAULT, app_role, application as wire, empty, key, password, scope};

use super::asked::{asked_with, created, nothing_else, picked};
use super::directory_objects::references;
use super::dispatch::Answer;
use super::etag;
use super::expanding::{fill, of_applications, whole};
use super::odata::application_fields::APPLICATIONS;
use super::reply::Reply;
use super::request::Call;

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked_with(&call, &APPLICATIONS, APPLICATIONS.properties, &of_applications())?;
    let found = list_applications(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let mut value: Vec<Value> =
        found.items.iter().map(|one| wire::application(one, asked.selected.as_deref())).collect();
    let ids = found.items.iter().map(|one| one.application.id).collect();
    fill(&call, &asked.expanded, ids, &mut value).await?;
    asked.reply(&call, "applications", value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let which = call.application()?;
    let picked = picked(&call, &APPLICATIONS, &of_applications())?;
    let found = get_application(call.app(), &call.actor, which).await?;
    let body = wire::application(&found, picked.0.as_deref());
    let tag = etag::tag(found.application.revision);
    Ok(Reply::ok(whole(&call, "applications", &picked, found.application.id, body).await?).tagged(Some(tag)))
}

pub(super) async fn create(call: Call) -> Answer {
    let mut body = call.json()?;
    let owners = references(&mut body, "owners@odata.bind")?;
    let (edit, credentials) = body::read(body)?;
    let made = create_application(call.app(), &call.actor, edit, credentials, owners).await?;
    let tag = etag::tag(made.application.revision);
    let body = wire::application(&made, None);
    Ok(created(&call, "applications", made.application.id, body).tagged(Some(tag)))
}

pub(super) async fn update(call: Call) -> Answer {
    let which = call.application()?;
    let (edit, credentials) = body::read(call.changes(call.key(0))?)?;
    let only_if = etag::if_match(&call.headers)?;
    let revision = update_application(call.app(), &call.actor, which, edit, credentials, only_if).await?;
    // RFC 5789 section 2.1: so that the next change needs no reading before it.
    Ok(Reply::no_content().tagged(Some(etag::tag(revision))))
}

pub(super) async fn delete(call: Call) -> Answer {
    let only_if = etag::if_match(&call.headers)?;
    delete_application(call.app(), &call.actor, call.application()?, only_if).await?;
    Ok(Reply::no_content())
}

pub(super) async fn add_secret(call: Call) -> Answer {
    let of = Owned::Application(call.application()?);
    add_secret_to(call, of).await
}

pub(super) async fn add_secret_to_principal(call: Call) -> Answer {
    let of = Owned::ServicePrincipal(call.application()?);
    add_secret_to(call, of).await
}

async fn add_secret_to(call: Call, of: Owned) -> Answer {
    // A secret without a name and with the usual life needs no body.
    let new =
        if call.body.is_empty() { NewSecret::default() } else { credentials::new_secret(call.json()?)? };
    let made = add_password(call.app(), &call.actor, of, new).await?;
    let mut answer = password(&made.secret, Some(&made.text));
    answer["@odata.context"] = format!("{}/$metadata#microsoft.graph.passwordCredential", call.root()).into();
    Ok(Reply::ok(answer))
}

pub(super) async fn remove_secret(call: Call) -> Answer {
    let of = Owned::Application(call.application()?);
    remove_secret_from(call, of).await
}

pub(super) async fn remove_secret_from_principal(call: Call) -> Answer {
    let of = Owned::ServicePrincipal(call.application()?);
    remove_secret_from(call, of).await
}

async fn remove_secret_from(call: Call, of: Owned) -> Answer {
    let mut body = call.json()?;
    let key = id(&mut body, "keyId")?;
    nothing_else(&body, &[], "removePassword")?;
    remove_password(call.app(), &call.actor, of, key).await?;
    Ok(Reply::no_content())
}

pub(super) async fn add_key(call: Call) -> Answer {
    let of = Owned::Application(call.application()?);
    add_key_to(call, of).await
}

pub(super) async fn add_key_to_principal(call: Call) -> Answer {
    let of = Owned::ServicePrincipal(call.application()?);
    add_key_to(call, of).await
}

async fn add_key_to(call: Call, of: Owned) -> Answer {
    let (proof, entry) = credentials::new_key(call.json()?)?;
    let made = roll_keys::add_key(call.app(), &call.actor, of, proof, entry).await?;
    let mut answer = key(&made);
    answer["@odata.context"] = format!("{}/$metadata#microsoft.graph.keyCredential", call.root()).into();
    Ok(Reply::ok(answer))
}

pub(super) async fn remove_key(call: Call) -> Answer {
    let of = Owned::Application(call.application()?);
    remove_key_from(call, of).await
}

pub(super) async fn remove_key_from_principal(call: Call) -> Answer {
    let of = Owned::ServicePrincipal(call.application()?);
    remove_key_from(call, of).await
}

async fn remove_key_from(call: Call, of: Owned) -> Answer {
    let mut body = call.json()?;
    let (key, proof) = (id(&mut body, "keyId")?, body.required_text("proof")?);
    nothing_else(&body, &[], "removeKey")?;
    roll_keys::remove_key(call.app(), &call.actor, of, proof, key).await?;
    Ok(Reply::no_content())
}
