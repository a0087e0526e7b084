//! `/roleManagement/directory`: the directory roles and who holds them. Refuses scopes other than the whole
//! directory, and roles of one's own making.

use hospes_actions::expand::Relation;
use hospes_actions::roles::Assigned;
use hospes_actions::roles::assign::{assign, remove};
use hospes_actions::roles::definitions::definitions as list_definitions;
use hospes_actions::roles::list::{get as get_assignment, list as list_assignments};
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{Filter, List, ObjectField, Page, Value as Wanted};
use hospes_domain::refusal::Refusal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::{asked_with, created, nothing_else, object, picked};
use super::dispatch::Answer;
use super::error::Fault;
use super::expanding::{Expansion, fill, named, of_role_assignments, of_role_definitions, whole};
use super::odata::resource::{Field, Kind, Resource, field};
use super::odata::role_assignment_fields::ROLE_ASSIGNMENTS;
use super::odata::select::Shape;
use super::reply::Reply;
use super::request::{Call, Fields, Version};

// Wire

const ASSIGNMENTS: &str = "roleManagement/directory/roleAssignments";
const DEFINITIONS: &str = "roleManagement/directory/roleDefinitions";
/// What a request without `$select` gets.
const DEFAULT: &[&str] = &["id", "principalId", "directoryScopeId", "roleDefinitionId"];

fn assignment(assigned: &Assigned, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(DEFAULT), |name| match name {
        "id" => assigned.id.to_string().into(),
        "principalId" => assigned.principal.to_string().into(),
        "directoryScopeId" => "/".into(),
        "roleDefinitionId" => assigned.role.id().to_string().into(),
        _ => Value::Null,
    })
}

pub(super) fn definition(role: Role, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(DEFINITION_PROPERTIES), |name| match name {
        "id" | "templateId" => role.id().to_string().into(),
        "description" => role.description().into(),
        "displayName" => role.name().into(),
        "isBuiltIn" | "isEnabled" => true.into(),
        "isPrivileged" => role.is_privileged().into(),
        "resourceScopes" => json!(["/"]),
        "rolePermissions" => json!([{ "allowedResourceActions": role.actions(), "condition": null }]),
        "version" => "1".into(),
        _ => Value::Null,
    })
}

fn read(mut body: Fields) -> Result<(ObjectId, Role), Refusal> {
    let mut id = |name: &str| -> Result<ObjectId, Refusal> {
        let text = body.required_text(name)?;
        ObjectId::parse(&text)
            .ok_or_else(|| Refusal::invalid(name, "The value is not an id.", "Give a GUID with hyphens."))
    };
    let (principal, role) = (id("principalId")?, id("roleDefinitionId")?);
    let role = Role::by_id(role.0).ok_or_else(|| {
        Refusal::invalid(
            "roleDefinitionId",
            "There is no such role.",
            "Give the template id of a built-in role.",
        )
    })?;
    if body.text("directoryScopeId")?.is_some_and(|scope| scope != "/") {
        return Err(Refusal::invalid(
            "directoryScopeId",
            "Roles are held for the whole directory.",
            "Send '/'.",
        ));
    }
    nothing_else(&body, ROLE_ASSIGNMENTS.properties, ROLE_ASSIGNMENTS.type_name)?;
    Ok((principal, role))
}

// Fields

static ROLE_DEFINITIONS: Resource<ObjectField> = Resource {
    type_name: "microsoft.graph.unifiedRoleDefinition",
    fields: DEFINITION_FIELDS,
    properties: DEFINITION_PROPERTIES,
};

/// The same under `/beta`, where the original has more of them.
static ROLE_DEFINITIONS_BETA: Resource<ObjectField> = Resource {
    type_name: "microsoft.graph.unifiedRoleDefinition",
    fields: DEFINITION_FIELDS,
    properties: DEFINITION_BETA_PROPERTIES,
};

fn definitions(call: &Call) -> &'static Resource<ObjectField> {
    if call.version == Version::Beta { &ROLE_DEFINITIONS_BETA } else { &ROLE_DEFINITIONS }
}

/// Each letter: eq ne not ge le in startsWith null; then sorting.
const DEFINITION_FIELDS: &[Field<ObjectField>] = &[
    field("id", ObjectField::Id, Kind::Id, b"D----D--", b'-'),
    field("templateId", ObjectField::Id, Kind::Id, b"D----D--", b'-'),
    field("displayName", ObjectField::DisplayName, Kind::Text, b"D----DD-", b'D'),
    field("isBuiltIn", ObjectField::IsBuiltIn, Kind::Flag, b"D-------", b'-'),
];

pub(super) const DEFINITION_PROPERTIES: &[&str] = &[
    "id",
    "description",
    "displayName",
    "isBuiltIn",
    "isEnabled",
    "resourceScopes",
    "rolePermissions",
    "templateId",
    "version",
];

/// Those, and what only the newer version of the type has (reference/roles-and-policies.md, "Role resources").
pub(super) const DEFINITION_BETA_PROPERTIES: &[&str] = &[
    "id",
    "description",
    "displayName",
    "isBuiltIn",
    "isEnabled",
    "isPrivileged",
    "resourceScopes",
    "rolePermissions",
    "templateId",
    "version",
];

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let offers = of_role_assignments();
    let asked = asked_with(&call, &ROLE_ASSIGNMENTS, ROLE_ASSIGNMENTS.properties, &offers)?;
    let found = list_assignments(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let mut value: Vec<Value> =
        found.items.iter().map(|assigned| assignment(assigned, asked.selected.as_deref())).collect();
    expanded(&call, &asked.expanded, &found.items, &mut value).await?;
    asked.reply(&call, ASSIGNMENTS, value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let (selected, expansion) = picked(&call, &ROLE_ASSIGNMENTS, &of_role_assignments())?;
    let assigned = get_assignment(call.app(), &call.actor, assignment_id(&call)?).await?;
    let mut bodies = [assignment(&assigned, selected.as_deref())];
    expanded(&call, &expansion, &[assigned], &mut bodies).await?;
    let [mut body] = bodies;
    body["@odata.context"] = named(&call, ASSIGNMENTS, selected.as_deref(), &expansion, Shape::Entity).into();
    Ok(Reply::ok(body))
}

/// Each relation of an assignment is looked up by the id of what it leads to.
async fn expanded(
    call: &Call,
    expansion: &Expansion,
    assigned: &[Assigned],
    bodies: &mut [Value],
) -> Result<(), Fault> {
    for one in expansion {
        let to = |assigned: &Assigned| match one.relation {
            Relation::Definition => ObjectId(assigned.role.id()),
            _ => assigned.principal,
        };
        fill(call, std::slice::from_ref(one), assigned.iter().map(to).collect(), bodies).await?;
    }
    Ok(())
}

pub(super) async fn create(call: Call) -> Answer {
    let (principal, role) = read(call.json()?)?;
    let assigned = assign(call.app(), &call.actor, principal, role).await?;
    Ok(created(&call, ASSIGNMENTS, assigned.id, assignment(&assigned, None)))
}

pub(super) async fn delete(call: Call) -> Answer {
    remove(call.app(), &call.actor, assignment_id(&call)?).await?;
    Ok(Reply::no_content())
}

fn assignment_id(call: &Call) -> Result<Uuid, Fault> {
    Ok(call.record(0)?.0)
}

pub(super) async fn list_roles(call: Call) -> Answer {
    let resource = definitions(&call);
    let asked = asked_with(&call, resource, resource.properties, &of_role_definitions())?;
    let found = list_definitions(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let shown = asked.selected.as_deref().unwrap_or(resource.properties);
    let mut value: Vec<Value> = found.items.iter().map(|role| definition(*role, Some(shown))).collect();
    let ids = found.items.iter().map(|role| ObjectId(role.id())).collect();
    fill(&call, &asked.expanded, ids, &mut value).await?;
    asked.reply(&call, DEFINITIONS, value, found.count, found.next.as_ref())
}

pub(super) async fn get_role(call: Call) -> Answer {
    let resource = definitions(&call);
    let picked = picked(&call, resource, &of_role_definitions())?;
    let id = call.record(0)?;
    let filter = Some(Filter::equal(ObjectField::Id, Wanted::Id(id.0)));
    let list = List { filter, order: None, page: Page { top: 1, after: None } };
    let found = list_definitions(call.app(), &call.actor, list, false).await?;
    let role = found.items.first().copied().ok_or_else(|| Refusal::not_found(id))?;
    let body = definition(role, Some(picked.0.as_deref().unwrap_or(resource.properties)));
    Ok(Reply::ok(whole(&call, DEFINITIONS, &picked, ObjectId(role.id()), body).await?))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_role_is_assigned_by_template_id_for_the_whole_directory() {
        let id = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";
        let body = |role: &str, scope: &str| {
            let text =
                json!({ "principalId": id, "roleDefinitionId": role, "directoryScopeId": scope }).to_string();
            read(Fields::read(text.as_bytes()).unwrap())
        };
        let inviter = Role::GuestInviter.id().to_string();
        assert_eq!(body(&inviter, "/").unwrap().1, Role::GuestInviter);
        assert!(body(&inviter, "/administrativeUnits/x").is_err());
        assert!(body(id, "/").is_err());
    }
}
