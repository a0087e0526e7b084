//! App role assignments, seen from whoever has them (`appRoleAssignments`) and from the application
//! (`appRoleAssignedTo`). Refuses bodies whose ids are not those of the path.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hospes_actions::apps::Which;
use hospes_actions::apps::assign_app_role::{AssignAppRole, assign_app_role};
use hospes_actions::apps::get_app_role_of::get_app_role_of;
use hospes_actions::apps::get_service_principal::get_service_principal;
use hospes_actions::apps::list_app_roles_of::list_app_roles_of;
use hospes_actions::apps::remove_app_role::{Place, remove_app_role};
use hospes_actions::users;
use hospes_domain::application::AppRoleAssignment;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use serde_json::Value;
use uuid::Uuid;

use super::asked::{asked, entity, nothing_else, object, selected_of};
use super::dispatch::Answer;
use super::error::Fault;
use super::members::whose;
use super::odata::permission_grant_fields::APP_ROLE_ASSIGNMENTS;
use super::odata::select::Shape;
use super::reply::Reply;
use super::request::{Call, Fields};
use super::users::time;

// Wire

const TYPE_NAME: &str = APP_ROLE_ASSIGNMENTS.type_name;
pub(super) const PROPERTIES: &[&str] = APP_ROLE_ASSIGNMENTS.properties;

pub(super) fn wire(assignment: &AppRoleAssignment, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(PROPERTIES), |name| match name {
        "id" => opaque(assignment.id).into(),
        "appRoleId" => assignment.app_role.to_string().into(),
        "createdDateTime" => time(assignment.created_at).into(),
        "principalDisplayName" => assignment.principal_name.clone().into(),
        "principalId" => assignment.principal.to_string().into(),
        "principalType" => assignment.principal_kind.name().into(),
        "resourceDisplayName" => assignment.resource_name.clone().into(),
        "resourceId" => assignment.resource.to_string().into(),
        _ => Value::Null,
    })
}

/// The id on the wire: an opaque text, as in the original (reference/user-object.md section 6).
fn opaque(id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

fn assignment_id(text: &str) -> Result<Uuid, Fault> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let id = bytes.and_then(|bytes| Uuid::from_slice(&bytes).ok());
    id.ok_or_else(|| Refusal::not_found(text).into())
}

struct Body {
    principal: ObjectId,
    resource: ObjectId,
    app_role: Uuid,
}

fn read(mut body: Fields) -> Result<Body, Refusal> {
    let mut id = |name: &str| -> Result<Uuid, Refusal> {
        let text = body.required_text(name)?;
        let id = ObjectId::parse(&text).map(|id| id.0);
        id.ok_or_else(|| Refusal::invalid(name, "The value is not an id.", "Give a GUID with hyphens."))
    };
    let read = Body {
        principal: ObjectId(id("principalId")?),
        resource: ObjectId(id("resourceId")?),
        app_role: id("appRoleId")?,
    };
    nothing_else(&body, PROPERTIES, TYPE_NAME)?;
    Ok(read)
}

fn mismatch(field: &str) -> Fault {
    Refusal::invalid(field, "The id is not the one of the path.", "Send the same id in both places.").into()
}

// Routes

/// Those a user has; below `/me` those of the person who calls.
fn of_user(call: &Call) -> Result<Place, Fault> {
    Ok(Place::User(whose(call)?))
}

fn of_group(call: &Call) -> Result<Place, Fault> {
    Ok(Place::Group(call.object(0)?))
}

fn of_principal(call: &Call) -> Result<Place, Fault> {
    Ok(Place::Principal(call.application()?))
}

fn at_resource(call: &Call) -> Result<Place, Fault> {
    Ok(Place::Resource(call.application()?))
}

// Handlers

pub(super) async fn list_of_user(call: Call) -> Answer {
    let place = of_user(&call)?;
    list(call, place).await
}

pub(super) async fn list_of_group(call: Call) -> Answer {
    let place = of_group(&call)?;
    list(call, place).await
}

pub(super) async fn list_of_principal(call: Call) -> Answer {
    let place = of_principal(&call)?;
    list(call, place).await
}

pub(super) async fn list_at_resource(call: Call) -> Answer {
    let place = at_resource(&call)?;
    list(call, place).await
}

async fn list(call: Call, place: Place) -> Answer {
    let asked = asked(&call, &APP_ROLE_ASSIGNMENTS, PROPERTIES)?;
    let found = list_app_roles_of(call.app(), &call.actor, place, asked.list.clone(), asked.counted).await?;
    let value = found.items.iter().map(|assignment| wire(assignment, asked.selected.as_deref())).collect();
    asked.reply(&call, "appRoleAssignments", value, found.count, found.next.as_ref())
}

pub(super) async fn get_of_user(call: Call) -> Answer {
    let place = of_user(&call)?;
    get(&call, place).await
}

pub(super) async fn get_of_group(call: Call) -> Answer {
    let place = of_group(&call)?;
    get(&call, place).await
}

pub(super) async fn get_of_principal(call: Call) -> Answer {
    let place = of_principal(&call)?;
    get(&call, place).await
}

pub(super) async fn get_at_resource(call: Call) -> Answer {
    let place = at_resource(&call)?;
    get(&call, place).await
}

async fn get(call: &Call, place: Place) -> Answer {
    let selected = selected_of(call, PROPERTIES, TYPE_NAME)?;
    let id = assignment_id(call.key(1))?;
    let found = get_app_role_of(call.app(), &call.actor, place, id).await;
    let found = found.map_err(|refusal| as_asked(call, id, refusal))?;
    Ok(entity(call, "appRoleAssignments", &selected, wire(&found, selected.as_deref())))
}

/// "Not found" in the spelling the caller knows.
fn as_asked(call: &Call, id: Uuid, refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::NotFound { id: named } if named == id.to_string() => Refusal::not_found(call.key(1)),
        other => other,
    }
}

pub(super) async fn create_of_user(call: Call) -> Answer {
    let body = read(call.json()?)?;
    // By user principal name, too: then the id of the body must be that user's.
    let own = match ObjectId::parse(call.key(0)) {
        Some(id) => id,
        None => users::get(call.app(), &call.actor, call.key(0).to_owned()).await?.user.id(),
    };
    if own != body.principal {
        return Err(mismatch("principalId"));
    }
    create(&call, Which::Id(body.resource), &body).await
}

pub(super) async fn create_of_group(call: Call) -> Answer {
    let body = read(call.json()?)?;
    if call.object(0)? != body.principal {
        return Err(mismatch("principalId"));
    }
    create(&call, Which::Id(body.resource), &body).await
}

pub(super) async fn create_of_principal(call: Call) -> Answer {
    let body = read(call.json()?)?;
    let own = match call.application()? {
        Which::Id(id) => id,
        which @ Which::Client(_) => get_service_principal(call.app(), &call.actor, which).await?.principal.id,
    };
    if own != body.principal {
        return Err(mismatch("principalId"));
    }
    create(&call, Which::Id(body.resource), &body).await
}

pub(super) async fn create_at_resource(call: Call) -> Answer {
    let body = read(call.json()?)?;
    create(&call, call.application()?, &body).await
}

async fn create(call: &Call, resource: Which, body: &Body) -> Answer {
    let command = AssignAppRole {
        principal: body.principal,
        resource,
        resource_id: Some(body.resource),
        app_role: body.app_role,
    };
    let made = assign_app_role(call.app(), &call.actor, command).await?;
    let location =
        format!("{}/servicePrincipals/{}/appRoleAssignedTo/{}", call.root(), made.resource, opaque(made.id));
    let mut answer = wire(&made, None);
    answer["@odata.context"] = call.context("appRoleAssignments", None, Shape::Entity).into();
    Ok(Reply::created(answer, location))
}

pub(super) async fn delete_of_user(call: Call) -> Answer {
    let place = of_user(&call)?;
    delete(&call, place).await
}

pub(super) async fn delete_of_group(call: Call) -> Answer {
    let place = of_group(&call)?;
    delete(&call, place).await
}

pub(super) async fn delete_of_principal(call: Call) -> Answer {
    let place = of_principal(&call)?;
    delete(&call, place).await
}

pub(super) async fn delete_at_resource(call: Call) -> Answer {
    let place = at_resource(&call)?;
    delete(&call, place).await
}

async fn delete(call: &Call, place: Place) -> Answer {
    let id = assignment_id(call.key(1))?;
    let removed = remove_app_role(call.app(), &call.actor, place, id).await;
    removed.map_err(|refusal| as_asked(call, id, refusal))?;
    Ok(Reply::no_content())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_on_the_wire_leads_back() {
        let id = Uuid::from_u128(0x84d9_e4b5_1f6c_4d3a_9d2e_0a1b_2c3d_4e5f);
        assert_eq!(opaque(id).len(), 22);
        assert_eq!(assignment_id(&opaque(id)), Ok(id));
        for bad in ["", "x", "AAAA", &id.to_string()] {
            assert!(assignment_id(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_body_names_three_ids() {
        let id = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";
        let nil = "00000000-0000-0000-0000-000000000000";
        let full =
            json!({ "principalId": id, "resourceId": id, "appRoleId": nil, "@odata.type": "x" }).to_string();
        assert!(read(Fields::read(full.as_bytes()).unwrap()).unwrap().app_role.is_nil());
        for wrong in [
            json!({ "principalId": id, "resourceId": id }),
            json!({ "principalId": id, "resourceId": "x", "appRoleId": nil }),
            json!({ "principalId": id, "resourceId": id, "appRoleId": nil, "principalType": "User" }),
            json!({ "principalId": id, "resourceId": id, "appRoleId": nil, "tenant": "x" }),
        ] {
            assert!(read(Fields::read(wrong.to_string().as_bytes()).unwrap()).is_err(), "{wrong}");
        }
    }
}
