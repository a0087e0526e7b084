//! `/directoryRoles`: the directory roles as older clients know them, on the same assignments as
//! `/roleManagement/directory`. Refuses nothing itself. Every built-in role is there, activated, under its template id.

use hospes_actions::roles::activate::activate;
use hospes_actions::roles::add_member::add_member;
use hospes_actions::roles::definitions::definitions;
use hospes_actions::roles::members::members as members_of;
use hospes_actions::roles::remove_member::remove_member;
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{Filter, List, ObjectField, Page, Value as Wanted};
use hospes_domain::refusal::Refusal;
use serde_json::Value;

use super::asked::{
    asked, asked_with, created, entity, nothing_else, picked, selected, selected_of_all, whole_list,
};
use super::directory_objects::{ROLE_PROPERTIES, directory_role, properties, ref_body, wires};
use super::dispatch::Answer;
use super::error::Fault;
use super::expanding::{fill, of_directory_roles, whole};
use super::odata::group_fields::OBJECTS;
use super::odata::resource::{Field, Kind, Resource, field};
use super::reply::Reply;
use super::request::Call;

// Wire

const ROLES: &str = "directoryRoles";

// Fields

static DIRECTORY_ROLES: Resource<ObjectField> =
    Resource { type_name: "microsoft.graph.directoryRole", fields: ROLE_FIELDS, properties: ROLE_PROPERTIES };

/// What roles are made of. In the original only some are active; here all are.
static TEMPLATES: Resource<ObjectField> = Resource {
    type_name: "microsoft.graph.directoryRoleTemplate",
    fields: ROLE_FIELDS,
    properties: TEMPLATE_PROPERTIES,
};

const TEMPLATE_PROPERTIES: &[&str] = &["id", "deletedDateTime", "description", "displayName"];

/// Each letter: eq ne not ge le in startsWith null; then sorting.
const ROLE_FIELDS: &[Field<ObjectField>] = &[
    field("id", ObjectField::Id, Kind::Id, b"D----D--", b'-'),
    field("roleTemplateId", ObjectField::Id, Kind::Id, b"D----D--", b'-'),
    field("displayName", ObjectField::DisplayName, Kind::Text, b"D----DD-", b'D'),
];

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked_with(&call, &DIRECTORY_ROLES, ROLE_PROPERTIES, &of_directory_roles())?;
    let found = definitions(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let mut value: Vec<Value> =
        found.items.iter().map(|role| directory_role(*role, asked.selected.as_deref())).collect();
    let ids = found.items.iter().map(|role| ObjectId(role.id())).collect();
    fill(&call, &asked.expanded, ids, &mut value).await?;
    asked.reply(&call, ROLES, value, found.count, found.next.as_ref())
}

/// Every role is active; activating one says so, as often as it is asked (reference/roles-and-policies.md section 1).
pub(super) async fn create(call: Call) -> Answer {
    let mut body = call.json()?;
    let template = body.id("roleTemplateId")?.ok_or_else(|| {
        Refusal::invalid("roleTemplateId", "The value is missing.", "The property is required.")
    })?;
    nothing_else(&body, ROLE_PROPERTIES, DIRECTORY_ROLES.type_name)?;
    let role = activate(call.app(), &call.actor, template).await?;
    Ok(created(&call, ROLES, role.id(), directory_role(role, None)))
}

pub(super) async fn templates(call: Call) -> Answer {
    let asked = asked(&call, &TEMPLATES, TEMPLATE_PROPERTIES)?;
    let found = definitions(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let value = found
        .items
        .iter()
        .map(|role| directory_role(*role, asked.selected.as_deref().or(Some(TEMPLATE_PROPERTIES))))
        .collect();
    asked.reply(&call, "directoryRoleTemplates", value, found.count, found.next.as_ref())
}

pub(super) async fn template(call: Call) -> Answer {
    let selected = selected(&call, &TEMPLATES)?;
    let role = one(&call).await?;
    let body = directory_role(role, selected.as_deref().or(Some(TEMPLATE_PROPERTIES)));
    Ok(entity(&call, "directoryRoleTemplates", &selected, body))
}

/// By id or by `roleTemplateId`, which are the same here.
pub(super) async fn get(call: Call) -> Answer {
    let picked = picked(&call, &DIRECTORY_ROLES, &of_directory_roles())?;
    let role = one(&call).await?;
    let body = directory_role(role, picked.0.as_deref());
    Ok(Reply::ok(whole(&call, ROLES, &picked, ObjectId(role.id()), body).await?))
}

async fn one(call: &Call) -> Result<Role, Fault> {
    let id = call.object(0)?;
    let filter = Some(Filter::equal(ObjectField::Id, Wanted::Id(id.0)));
    let list = List { filter, order: None, page: Page { top: 1, after: None } };
    let found = definitions(call.app(), &call.actor, list, false).await?;
    Ok(found.items.first().copied().ok_or_else(|| Refusal::not_found(id))?)
}

pub(super) async fn members(call: Call) -> Answer {
    let selected = selected_of_all(&call, properties(), OBJECTS.type_name)?;
    let members = members_of(call.app(), &call.actor, call.object(0)?).await?;
    let value = wires(&call, &members, selected.as_deref()).await?;
    whole_list(&call, "directoryObjects", &selected, value)
}

pub(super) async fn add(call: Call) -> Answer {
    let member = ref_body(&call)?;
    add_member(call.app(), &call.actor, call.object(0)?, member).await?;
    Ok(Reply::no_content())
}

pub(super) async fn remove(call: Call) -> Answer {
    remove_member(call.app(), &call.actor, call.object(0)?, call.object(1)?).await?;
    Ok(Reply::no_content())
}
