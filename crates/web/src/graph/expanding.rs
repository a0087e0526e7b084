//! Relations that come with the objects of an answer (`$expand`). Refuses them in advanced queries, as the original does
//! (graph-conventions.md section 3).

use hospes_actions::expand::{Related, Relation, expand};
use hospes_domain::ids::ObjectId;
use serde_json::Value;

use super::app_role_assignments;
use super::asked::Selected;
use super::directory_objects::{properties, user_of, wire};
use super::error::Fault;
use super::odata::expand::{Expanded, Offer, not_expanded, parse_expand};
use super::odata::group_fields::OBJECTS;
use super::odata::options::QueryOptions;
use super::odata::permission_grant_fields::APP_ROLE_ASSIGNMENTS;
use super::odata::select::Shape;
use super::odata::{Mode, QueryError};
use super::request::{Call, Version};
use super::role_assignments::{DEFINITION_PROPERTIES, definition};
use super::users::beside;

/// What a resource offers.
pub(super) type Offers<'o> = &'o [Offer<Relation>];

/// What a request takes of it.
pub(super) type Expansion = Vec<Expanded<Relation>>;

/// Relations of a user; the newer version has one more (reference/user-object.md section 2).
pub(super) fn of_users(version: Version) -> Vec<Offer<Relation>> {
    let newer = (version == Version::Beta).then(|| one("invitedBy", Relation::InvitedBy));
    let mut all = vec![
        Offer { upwards: true, ..one("manager", Relation::Manager(1)) },
        objects("directReports", Relation::DirectReports),
        objects("memberOf", Relation::MemberOf),
        objects("transitiveMemberOf", Relation::TransitiveMemberOf),
        objects("ownedObjects", Relation::OwnedObjects),
        objects("sponsors", Relation::Sponsors),
        assignments("appRoleAssignments", Relation::AppRolesOfUser),
    ];
    all.extend(newer);
    all
}

/// Relations of a group.
pub(super) fn of_groups() -> Vec<Offer<Relation>> {
    vec![
        objects("members", Relation::Members),
        objects("transitiveMembers", Relation::TransitiveMembers),
        objects("owners", Relation::Owners),
        objects("memberOf", Relation::GroupMemberOf),
        objects("transitiveMemberOf", Relation::GroupTransitiveMemberOf),
        assignments("appRoleAssignments", Relation::AppRolesOfPrincipal),
    ]
}

/// Relations of an application.
pub(super) fn of_applications() -> Vec<Offer<Relation>> {
    vec![objects("owners", Relation::AppOwners)]
}

/// Relations of a service principal.
pub(super) fn of_service_principals() -> Vec<Offer<Relation>> {
    vec![
        objects("owners", Relation::AppOwners),
        objects("ownedObjects", Relation::PrincipalOwnedObjects),
        objects("memberOf", Relation::PrincipalMemberOf),
        objects("transitiveMemberOf", Relation::PrincipalTransitiveMemberOf),
        assignments("appRoleAssignments", Relation::AppRolesOfPrincipal),
        assignments("appRoleAssignedTo", Relation::AppRolesAtResource),
    ]
}

/// Relations of a directory role.
pub(super) fn of_directory_roles() -> Vec<Offer<Relation>> {
    vec![objects("members", Relation::Holders)]
}

/// Relations of the assignment of a directory role.
pub(super) fn of_role_assignments() -> Vec<Offer<Relation>> {
    let (properties, type_name) = (DEFINITION_PROPERTIES, "microsoft.graph.unifiedRoleDefinition");
    vec![
        one("principal", Relation::Principal),
        Offer { properties, type_name, ..one("roleDefinition", Relation::Definition) },
    ]
}

/// Relations of a directory role as it is defined.
pub(super) fn of_role_definitions() -> Vec<Offer<Relation>> {
    let (properties, type_name) = (DEFINITION_PROPERTIES, "microsoft.graph.unifiedRoleDefinition");
    let (name, relation) = ("inheritsPermissionsFrom", Relation::Inherited);
    vec![Offer { name, relation, properties, type_name, many: true, upwards: false }]
}

fn objects(name: &'static str, relation: Relation) -> Offer<Relation> {
    let (properties, type_name) = (properties(), OBJECTS.type_name);
    Offer { name, relation, properties, type_name, many: true, upwards: false }
}

/// A relation to one object at most.
fn one(name: &'static str, relation: Relation) -> Offer<Relation> {
    Offer { many: false, ..objects(name, relation) }
}

fn assignments(name: &'static str, relation: Relation) -> Offer<Relation> {
    let resource = &APP_ROLE_ASSIGNMENTS;
    let (properties, type_name) = (resource.properties, resource.type_name);
    Offer { name, relation, properties, type_name, many: true, upwards: false }
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
        return Err(not_expanded(text.split(['(', ',']).next().unwrap_or_default(), type_name).into());
    }
    let expanded = parse_expand(text, offers, type_name)?;
    // The one that the documentation shows in an advanced query: managers up to the top (graph-docs:
    // api/user-list-manager.md, example 2).
    let upwards = expanded.iter().all(|one| one.levels.is_some());
    if options.search.is_some() || (mode == Mode::Advanced && !upwards) {
        let message =
            "$expand is not supported in advanced queries; leave out $search, or the header and $count.";
        return Err(QueryError::unsupported(message).into());
    }
    Ok(expanded)
}

/// Puts the relations into the bodies of their objects.
pub(super) async fn fill(
    call: &Call,
    expansion: &[Expanded<Relation>],
    ids: Vec<ObjectId>,
    bodies: &mut [Value],
) -> Result<(), Fault> {
    if expansion.is_empty() || ids.is_empty() {
        return Ok(());
    }
    let relation = |expanded: &Expanded<Relation>| match expanded.relation {
        Relation::Manager(usual) => Relation::Manager(expanded.levels.unwrap_or(usual)),
        other => other,
    };
    let relations = expansion.iter().map(relation).collect();
    let all = expand(call.app(), &call.actor, ids, relations).await?;
    let mut rest: Vec<_> = all.into_iter().map(IntoIterator::into_iter).collect();
    for expanded in expansion {
        let related: Vec<Vec<Related>> = rest.iter_mut().map(|one| one.next().unwrap_or_default()).collect();
        let shown = wires(call, &related, expanded.selected.as_deref()).await?;
        bodies.iter_mut().zip(shown).for_each(|(body, shown)| put(body, expanded, shown));
    }
    Ok(())
}

/// What came of one relation of each object; what is kept beside users is looked up once for all of them.
async fn wires(
    call: &Call,
    related: &[Vec<Related>],
    selected: Option<&[&'static str]>,
) -> Result<Vec<Vec<Value>>, Fault> {
    let of_one = |related: &Vec<Related>| related.iter().map(|one| shown(one, selected)).collect();
    let mut all: Vec<Vec<Value>> = related.iter().map(of_one).collect();
    let each = related.iter().flatten().zip(all.iter_mut().flatten());
    let users = each.filter_map(|(one, body)| match one {
        Related::Object(object) => Some((user_of(object)?, body)),
        _ => None,
    });
    beside(call, selected, users.collect()).await?;
    Ok(all)
}

/// Puts what came of a relation into the body of its object.
fn put(body: &mut Value, expanded: &Expanded<Relation>, related: Vec<Value>) {
    if expanded.many {
        body[expanded.name] = related.into();
        return;
    }
    let chain = related.into_iter().rev().reduce(|above, mut below| {
        below[expanded.name] = above;
        below
    });
    // Where nobody is, the original leaves the property out.
    if let Some(nearest) = chain {
        body[expanded.name] = nearest;
    }
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
        Related::Definition(role) => definition(*role, selected),
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
