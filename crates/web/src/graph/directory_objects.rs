//! `/directoryObjects`, and objects of any kind as members and memberships show them, each with its
//! `@odata.type` (reference/wire-contract.md 4.2). Refuses references that name no object; of an `@odata.id`
//! only the last segment counts, in the caller's tenant (threats E6).

use std::sync::LazyLock;

use hospes_actions::directory_objects::{self, DirectoryObject, Type};
use hospes_domain::access::Role;
use hospes_domain::deletion::Kind;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use serde_json::Value;

use super::asked::{entity, nothing_else, object, selected_of};
use super::dispatch::Answer;
use super::error::Fault;
use super::etag;
use super::odata::application_fields::{APPLICATIONS, SERVICE_PRINCIPALS};
use super::odata::group_fields::{GROUPS, OBJECTS};
use super::odata::quote;
use super::odata::select::Shape;
use super::odata::user_fields::USERS;
use super::reply::Reply;
use super::request::{Call, Fields};
use super::{applications, groups, service_principals, users};

// Wire

/// The object with its type. Selected properties that its kind does not have are left out.
pub(super) fn wire(of: &DirectoryObject, selected: Option<&[&'static str]>) -> Value {
    let (kind, properties): (&str, &[&'static str]) = match of.is() {
        Type::User => ("#microsoft.graph.user", USERS.properties),
        Type::Group => ("#microsoft.graph.group", GROUPS.properties),
        Type::ServicePrincipal => ("#microsoft.graph.servicePrincipal", SERVICE_PRINCIPALS.properties),
        Type::Application => ("#microsoft.graph.application", APPLICATIONS.properties),
        Type::Role => ("#microsoft.graph.directoryRole", ROLE_PROPERTIES),
    };
    let names: Option<Vec<&'static str>> =
        selected.map(|names| names.iter().copied().filter(|name| properties.contains(name)).collect());
    let names = names.as_deref();
    let mut body = match of {
        DirectoryObject::User(seen) => users::wire::user(seen, names),
        DirectoryObject::Group(group) => groups::wire(group, names),
        DirectoryObject::ServicePrincipal(presence) => {
            service_principals::wire(&service_principals::Shown::from(&**presence), names)
        }
        DirectoryObject::Application(registration) => applications::wire(registration, names),
        DirectoryObject::Role(role) => directory_role(*role, names),
        DirectoryObject::Unseen(kind, id) => unseen(*kind, *id, names),
    };
    body["@odata.type"] = kind.into();
    body
}

/// The objects with their types, and with what is kept beside those that are users.
pub(super) async fn wires<'o>(
    call: &Call,
    objects: impl IntoIterator<Item = &'o DirectoryObject>,
    selected: Option<&[&'static str]>,
) -> Result<Vec<Value>, Fault> {
    let (ids, mut bodies): (Vec<_>, Vec<_>) =
        objects.into_iter().map(|one| (user_of(one), wire(one, selected))).unzip();
    let users = ids.into_iter().zip(&mut bodies).filter_map(|(id, body)| Some((id?, body))).collect();
    users::beside(call, selected, users).await?;
    Ok(bodies)
}

/// One object as [`wires`] shows it.
pub(super) async fn shown(
    call: &Call,
    object: &DirectoryObject,
    selected: Option<&[&'static str]>,
) -> Result<Value, Fault> {
    let mut body = wire(object, selected);
    let users = user_of(object).map(|id| (id, &mut body)).into_iter().collect();
    users::beside(call, selected, users).await?;
    Ok(body)
}

/// The id of an object that is a user of whom more is seen than that.
pub(super) fn user_of(object: &DirectoryObject) -> Option<ObjectId> {
    matches!(object, DirectoryObject::User(_)).then(|| object.id())
}

/// An object of which no more than its id is seen; the rest comes as if it had no value.
fn unseen(kind: Type, id: ObjectId, selected: Option<&[&'static str]>) -> Value {
    let (default, empty): (_, fn(&str) -> Value) = match kind {
        Type::User => (users::wire::DEFAULT, users::wire::empty),
        Type::Group => (groups::DEFAULT, groups::empty),
        Type::ServicePrincipal => (service_principals::DEFAULT, service_principals::empty),
        Type::Application => (applications::DEFAULT, applications::empty),
        Type::Role => (ROLE_PROPERTIES, |_| Value::Null),
    };
    object(selected.unwrap_or(default), |name| match name {
        "id" => id.to_string().into(),
        name => empty(name),
    })
}

/// Every property of the published role type.
pub(super) const ROLE_PROPERTIES: &[&str] =
    &["id", "deletedDateTime", "description", "displayName", "roleTemplateId"];

pub(super) fn directory_role(role: Role, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(ROLE_PROPERTIES), |name| match name {
        "id" | "roleTemplateId" => role.id().to_string().into(),
        "description" => role.description().into(),
        "displayName" => role.name().into(),
        _ => Value::Null,
    })
}

// Fields

/// Whatever an object of a mixed list may have: clients select names that only some kinds know.
pub(super) fn properties() -> &'static [&'static str] {
    /// Put together once: every read of one object names it.
    static ALL: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let kinds = [
            OBJECTS.properties,
            USERS.properties,
            GROUPS.properties,
            SERVICE_PRINCIPALS.properties,
            APPLICATIONS.properties,
            ROLE_PROPERTIES,
        ];
        let mut all: Vec<&'static str> = Vec::new();
        for name in kinds.into_iter().flatten() {
            if !all.contains(name) {
                all.push(name);
            }
        }
        all
    });
    &ALL
}

/// The object a reference names: the last segment of an address, whatever its host and collection
/// (reference/wire-contract.md 4.1).
pub(super) fn reference(field: &str, text: &str) -> Result<ObjectId, Refusal> {
    let path = text.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    // `…/{id}/Microsoft.DirectoryServices.User`, as the original itself writes links and old scripts send them back.
    let path = match path.rsplit_once('/') {
        Some((object, cast)) if cast.to_ascii_lowercase().starts_with("microsoft.") => object,
        _ => path,
    };
    let last = path.rsplit('/').next().unwrap_or_default();
    // `directoryObjects('…')`, as some clients write it.
    let key = last.split_once("('").and_then(|(_, rest)| rest.strip_suffix("')")).unwrap_or(last);
    ObjectId::parse(key).ok_or_else(|| {
        let remedy = "Give an address that ends in the id of an object, such as …/directoryObjects/{id}.";
        Refusal::invalid(
            field,
            format!("Invalid URL format specified in payload: '{}'.", quote(text)),
            remedy,
        )
    })
}

/// The references of `members@odata.bind` and the like, each to another object.
pub(super) fn references(body: &mut Fields, field: &str) -> Result<Vec<ObjectId>, Refusal> {
    let mut all = Vec::new();
    for text in body.texts(field)? {
        let id = reference(field, &text)?;
        if all.contains(&id) {
            let relation = field.split('@').next().unwrap_or_default();
            let cause = format!(
                "One or more added object references already exist for the following modified properties: '{relation}'."
            );
            return Err(Refusal::invalid(field, cause, "Name each object once."));
        }
        all.push(id);
    }
    Ok(all)
}

// Handlers

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected_of(&call, properties(), OBJECTS.type_name)?;
    let found = directory_objects::get(call.app(), &call.actor, call.object(0)?).await?;
    let body = shown(&call, &found, selected.as_deref()).await?;
    Ok(entity(&call, "directoryObjects", &selected, body))
}

pub(super) async fn delete(call: Call) -> Answer {
    let only_if = etag::if_match(&call.headers)?;
    directory_objects::delete(call.app(), &call.actor, call.object(0)?, only_if).await?;
    Ok(Reply::no_content())
}

/// Most ids of one call, as in the original.
const MOST_IDS: usize = 1000;

/// The kinds of `types`; names of what is not kept here are no error (reference/wire-contract.md section 5).
fn kinds(names: &[String]) -> Option<Vec<Kind>> {
    let one = |name: &String| match name.to_ascii_lowercase().as_str() {
        "user" => Some(Kind::User),
        "group" => Some(Kind::Group),
        "serviceprincipal" => Some(Kind::ServicePrincipal),
        "application" => Some(Kind::Application),
        _ => None,
    };
    let all = names.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case("directoryObject"));
    (!all).then(|| names.iter().filter_map(one).collect())
}

pub(super) async fn by_ids(call: Call) -> Answer {
    let selected = selected_of(&call, properties(), OBJECTS.type_name)?;
    let mut body = call.json()?;
    let (texts, types) = (body.texts("ids")?, body.texts("types")?);
    // PnPjs writes `type`, a number of its own at that. It narrows nothing.
    body.take("type");
    nothing_else(&body, &[], "getByIds")?;
    let no = |cause: String, remedy: &str| Err(Refusal::invalid("ids", cause, remedy).into());
    if texts.is_empty() || texts.len() > MOST_IDS {
        return no("There are no ids, or more than 1000.".to_owned(), "Give 1 to 1000 ids in a call.");
    }
    let mut ids = Vec::with_capacity(texts.len());
    for text in &texts {
        match ObjectId::parse(text) {
            Some(id) => ids.push(id),
            None => return no(format!("'{}' is no id.", quote(text)), "Give GUIDs with hyphens."),
        }
    }
    let found = directory_objects::by_ids(call.app(), &call.actor, ids, kinds(&types)).await?;
    let value = wires(&call, &found, selected.as_deref()).await?;
    let context = call.context("directoryObjects", selected.as_deref(), Shape::List);
    Ok(Reply::list(&context, value, None, None))
}

/// `{"@odata.id": …}` of a `$ref` body.
pub(super) fn ref_body(call: &Call) -> Result<ObjectId, Fault> {
    let text = call.json()?.required_text("@odata.id")?;
    Ok(reference("@odata.id", &text)?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use serde_json::json;

    use super::*;

    const ID: &str = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";

    #[test]
    fn e6_of_a_reference_only_the_last_segment_counts() {
        for text in [
            format!("https://hospes.example/v1.0/directoryObjects/{ID}"),
            format!("https://graph.microsoft.com/v1.0/users/{ID}/"),
            format!("https://elsewhere.example/beta/tenants/x/directoryObjects('{ID}')?a=b"),
            ID.to_owned(),
        ] {
            assert_eq!(reference("@odata.id", &text).unwrap().to_string(), ID, "{text}");
        }
        for text in [
            "",
            "https://hospes.example/v1.0/users/ana@x.example",
            "/",
            &format!("{ID}x"),
            &ID.replace('-', ""),
        ] {
            assert!(reference("@odata.id", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_role_in_a_list_of_memberships_says_what_it_is() {
        let role = DirectoryObject::Role(Role::GuestInviter);
        assert_eq!(
            wire(&role, Some(&["id", "displayName", "mail"])),
            json!({ "@odata.type": "#microsoft.graph.directoryRole", "id": role.id().to_string(), "displayName": "Guest Inviter" })
        );
    }
}
