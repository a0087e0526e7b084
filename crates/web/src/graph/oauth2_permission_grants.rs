//! `/oauth2PermissionGrants`: what applications may do on behalf of people. Refuses to change whom a grant is about: a
//! change is of its scope only.

use hospes_actions::permission_grants::Grant;
use hospes_actions::permission_grants::change::{delete_grant, update_grant};
use hospes_actions::permission_grants::create::{CreateGrant, create_grant};
use hospes_actions::permission_grants::list::{Whose, get_grant, list_grants, list_grants_of};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use serde_json::Value;
use uuid::Uuid;

use super::applications::id;
use super::asked::{asked, created, entity, nothing_else, object, selected};
use super::dispatch::Answer;
use super::error::Fault;
use super::members::whose;
use super::odata::permission_grant_fields::GRANTS;
use super::reply::Reply;
use super::request::{Call, Fields};

// Wire

fn wire(grant: &Grant, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(GRANTS.properties), |name| match name {
        "id" => grant.id.to_string().into(),
        "clientId" => grant.client_principal.to_string().into(),
        "consentType" => if grant.user.is_some() { "Principal" } else { "AllPrincipals" }.into(),
        "principalId" => grant.user.map(|user| user.to_string()).into(),
        "resourceId" => grant.resource_principal.to_string().into(),
        "scope" => grant.scope.clone().into(),
        _ => Value::Null,
    })
}

fn read(mut body: Fields) -> Result<CreateGrant, Refusal> {
    let user = body.id("principalId")?.map(ObjectId);
    let user = match (body.text("consentType")?.as_deref(), user) {
        (Some("AllPrincipals"), None) => None,
        (Some("Principal"), Some(user)) => Some(user),
        (Some("AllPrincipals"), Some(_)) => {
            let remedy = "Leave principalId out, or send Principal.";
            return Err(Refusal::invalid("principalId", "A grant for everybody names nobody.", remedy));
        }
        (Some("Principal"), None) => {
            return Err(Refusal::invalid("principalId", "The value is missing.", "Give the id of the user."));
        }
        _ => {
            let remedy = "Use AllPrincipals or Principal.";
            return Err(Refusal::invalid("consentType", "It is not said for whom this is granted.", remedy));
        }
    };
    let command = CreateGrant {
        client: id(&mut body, "clientId").map(ObjectId)?,
        resource: id(&mut body, "resourceId").map(ObjectId)?,
        user,
        scope: body.required_text("scope")?,
    };
    // Clients of the beta version send when it begins and ends, which the original ignores.
    body.take("startTime");
    body.take("expiryTime");
    nothing_else(&body, GRANTS.properties, GRANTS.type_name)?;
    Ok(command)
}

fn key(call: &Call) -> Result<Uuid, Fault> {
    Uuid::try_parse(call.key(0)).map_err(|_| Refusal::not_found(call.key(0)).into())
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked(&call, &GRANTS, GRANTS.properties)?;
    let found = list_grants(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|grant| wire(grant, asked.selected.as_deref())).collect();
    asked.reply(&call, "oauth2PermissionGrants", value, found.count, found.next.as_ref())
}

pub(super) async fn list_of_user(call: Call) -> Answer {
    let whose = Whose::User(whose(&call)?);
    list_of(call, whose).await
}

pub(super) async fn list_of_client(call: Call) -> Answer {
    let whose = Whose::Client(call.application()?);
    list_of(call, whose).await
}

async fn list_of(call: Call, whose: Whose) -> Answer {
    let asked = asked(&call, &GRANTS, GRANTS.properties)?;
    let found = list_grants_of(call.app(), &call.actor, whose, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|grant| wire(grant, asked.selected.as_deref())).collect();
    asked.reply(&call, "oauth2PermissionGrants", value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected(&call, &GRANTS)?;
    let grant = get_grant(call.app(), &call.actor, key(&call)?).await?;
    Ok(entity(&call, "oauth2PermissionGrants", &selected, wire(&grant, selected.as_deref())))
}

pub(super) async fn create(call: Call) -> Answer {
    let command = read(call.json()?)?;
    let made = create_grant(call.app(), &call.actor, command).await?;
    Ok(created(&call, "oauth2PermissionGrants", made.id, wire(&made, None)))
}

pub(super) async fn update(call: Call) -> Answer {
    let mut body = call.json()?;
    let scope = body.required_text("scope")?;
    nothing_else(&body, GRANTS.properties, GRANTS.type_name)?;
    update_grant(call.app(), &call.actor, key(&call)?, scope).await?;
    Ok(Reply::no_content())
}

pub(super) async fn delete(call: Call) -> Answer {
    delete_grant(call.app(), &call.actor, key(&call)?).await?;
    Ok(Reply::no_content())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_grant_is_for_everybody_or_for_somebody() {
        let body = |text: &str| read(Fields::read(text.as_bytes()).unwrap()).map_err(|no| no.to_string());
        let ids = r#""clientId":"84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f","resourceId":"84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f""#;
        let all = body(&format!(
            r#"{{"consentType":"AllPrincipals","principalId":null,"scope":"User.Read",{ids}}}"#
        ));
        assert_eq!(all.unwrap().user, None);
        let id = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";
        let one =
            body(&format!(r#"{{"consentType":"Principal","principalId":"{id}","scope":"User.Read",{ids}}}"#));
        assert!(one.unwrap().user.is_some());
        for wrong in [
            format!(r#"{{"consentType":"Principal","scope":"User.Read",{ids}}}"#),
            format!(r#"{{"consentType":"AllPrincipals","principalId":"{id}","scope":"User.Read",{ids}}}"#),
            format!(r#"{{"consentType":"Some","scope":"User.Read",{ids}}}"#),
            format!(r#"{{"consentType":"AllPrincipals",{ids}}}"#),
            r#"{"consentType":"AllPrincipals","scope":"User.Read"}"#.to_owned(),
        ] {
            assert!(body(&wrong).is_err(), "{wrong}");
        }
    }
}
