//! Relations that come with the objects of an answer (`$expand`). Refuses them in advanced queries, as the original does
//! (graph-conventions.md section 3).

use hospes_actions::expand::{Related, Relation, expand};
use hospes_domain::ids::ObjectId;
use serde_json::Value;

use super::app_role_assignments;
use super::asked::Selected;
use super::directory_objects::{properties, wire};
use super::error::Fault;
use super::odata::expand::{Expanded, Offer, parse_expand};
use super::odata::group_fields::OBJECTS;
use super::odata::options::QueryOptions;
use super::odata::permission_grant_fields::APP_ROLE_ASSIGNMENTS;
use super::odata::select::Shape;
use super::odata::{Mode, QueryError};
use super::request::Call;
use super::users::sponsor;

/// What a resource offers.
pub(super) type Offers<'o> = &'o [Offer<Relation>];

/// What a request takes of it.
pub(super) type Expansion = Vec<Expanded<Relation>>;

/// Relations of a user.
pub(super) fn of_users() -> Vec<Offer<Relation>> {
    vec![
        objects("memberOf", Relation::MemberOf),
        objects("transitiveMemberOf", Relation::TransitiveMemberOf),
        objects("sponsors", Relation::Sponsors),
        objects("manager", Relation::Manager),
        objects("directReports", Relation::DirectReports),
        objects("ownedObjects", Relation::OwnedObjects),
        assignments("appRoleAssignments", Relation::AppRolesOfUser),
    ]
}

/// Relations of a group.
pub(super) fn of_groups() -> Vec<Offer<Relation>> {
    vec![
        objects("members", Relation::Members),
        objects("owners", Relation::Owners),
        objects("memberOf", Relation::MemberOfOfGroup),
        assignments("appRoleAssignments", Relation::AppRolesOfPrincipal),
    ]
}

/// Relations of an application.
pub(super) fn of_applications() -> Vec<Offer<Relation>> {
    vec![objects("owners", Relation::OwnersOfApplication)]
}

/// Relations of a service principal.
pub(super) fn of_service_principals() -> Vec<Offer<Relation>> {
    vec![
        objects("owners", Relation::OwnersOfApplication),
        assignments("appRoleAssignments", Relation::AppRolesOfPrincipal),
        assignments("appRoleAssignedTo", Relation::AppRolesAtResource),
    ]
}

fn objects(name: &'static str, relation: Relation) -> Offer<Relation> {
    Offer { name, relation, properties: properties(), type_name: OBJECTS.type_name }
}

fn assignments(name: &'static str, relation: Relation) -> Offer<Relation> {
    let resource = &APP_ROLE_ASSIGNMENTS;
    Offer { name, relation, properties: resource.properties, type_name: resource.type_name }
}

/// The relations that a request names.
pub(super) fn expansion(
    options: &QueryOptions,
    offers: Offers<'_>,
    type_name: &str,
    mode: Mode,
) -> Result<Expansion, Fault> {
    let Some(text) = options.expand.as_deref() else { return Ok(Vec::new()) };
    if offers.is_empty() {
        return Err(
            QueryError::unsupported("$expand is not supported; read the relation by its own path.").into()
        );
    }
    if mode == Mode::Advanced || options.search.is_some() {
        let message =
            "$expand is not supported in advanced queries; leave out $search, or the header and $count.";
        return Err(QueryError::unsupported(message).into());
    }
    Ok(parse_expand(text, offers, type_name)?)
}

/// Puts the relations into the bodies of their objects.
pub(super) async fn fill(
    call: &Call,
    expansion: &Expansion,
    ids: Vec<ObjectId>,
    bodies: &mut [Value],
) -> Result<(), Fault> {
    if expansion.is_empty() || ids.is_empty() {
        return Ok(());
    }
    let relations = expansion.iter().map(|expanded| expanded.relation).collect();
    let all = expand(call.app(), &call.actor, ids, relations).await?;
    for (body, related) in bodies.iter_mut().zip(all) {
        for (expanded, related) in expansion.iter().zip(related) {
            let selected = expanded.selected.as_deref();
            let mut found = related.iter().map(|one| shown(one, selected));
            if expanded.relation != Relation::Manager {
                body[expanded.name] = found.collect();
            } else if let Some(manager) = found.next() {
                // Not a list; of nobody there is nothing.
                body[expanded.name] = manager;
            }
        }
    }
    Ok(())
}

/// One object with its relations and its `@odata.context`.
pub(super) async fn whole(
    call: &Call,
    set: &str,
    (selected, expansion): &(Selected, Expansion),
    id: ObjectId,
    body: Value,
) -> Result<Value, Fault> {
    let mut bodies = [body];
    fill(call, expansion, vec![id], &mut bodies).await?;
    let [mut body] = bodies;
    body["@odata.context"] = named(call, set, selected.as_deref(), expansion, Shape::Entity).into();
    Ok(body)
}

fn shown(related: &Related, selected: Option<&[&'static str]>) -> Value {
    match related {
        Related::Object(object) => wire(object, selected),
        Related::Assignment(assignment) => app_role_assignments::wire(assignment, selected),
        Related::Sponsor(one) => {
            let mut body = sponsor(one);
            if let (Some(names), Some(members)) = (selected, body.as_object_mut()) {
                members.retain(|name, _| name.starts_with('@') || names.contains(&name.as_str()));
            }
            body
        }
    }
}

/// `@odata.context` of an answer with relations, such as `…#groups(id,members())`.
pub(super) fn named(
    call: &Call,
    set: &str,
    selected: Option<&[&'static str]>,
    expansion: &Expansion,
    shape: Shape,
) -> String {
    if expansion.is_empty() {
        return call.context(set, selected, shape);
    }
    let relation = |expanded: &Expanded<Relation>| {
        format!("{}({})", expanded.name, expanded.selected.as_deref().unwrap_or_default().join(","))
    };
    let relations: Vec<String> = expansion.iter().map(relation).collect();
    let mut names: Vec<&str> = selected.unwrap_or_default().to_vec();
    names.extend(relations.iter().map(String::as_str));
    call.context(set, Some(&names), shape)
}
