//! What needs no line of its own in the table, because it follows from one: a property of an object and its bare value (OData
//! 4.01 part 2, sections 4.6 and 4.7), one object out of a relation, and lists and objects narrowed to a kind. Each asks
//! the line it follows from, with its rights. Refuses to stand in for a line that the table has.

use hospes_domain::access::Actor;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::dispatch::Answer;
use super::error::Fault;
use super::lines::{Asked, has_line};
use super::members::person;
use super::odata::application_fields::{APPLICATIONS, SERVICE_PRINCIPALS};
use super::odata::group_fields::GROUPS;
use super::odata::options::QueryOptions;
use super::odata::user_fields::USERS;
use super::odata::{QueryError, quote};
use super::path::{CASTS, PathError, Segment, parse_path};
use super::reply::Reply;
use super::request::{Key, Version};
use super::{directory_objects, organization};

/// Other addresses of a line.
const ALIASES: &[(&str, &str)] = &[
    ("/applications/getByIds", "/directoryObjects/getByIds"),
    ("/groups/getByIds", "/directoryObjects/getByIds"),
    ("/servicePrincipals/getByIds", "/directoryObjects/getByIds"),
    ("/users/getByIds", "/directoryObjects/getByIds"),
];

/// Lists of objects of the directory that are asked by `$filter`, and the kinds that are in them.
const LISTS: &[(&str, &[&str])] = &[
    ("/deletedItems", &["application", "group", "servicePrincipal", "user"]),
    ("/directReports", &["user"]),
    ("/memberOf", &["directoryRole", "group"]),
    ("/members", &["group", "servicePrincipal", "user"]),
    ("/ownedObjects", &["application", "group", "servicePrincipal"]),
    ("/owners", &["servicePrincipal", "user"]),
    ("/transitiveMemberOf", &["directoryRole", "group"]),
    ("/transitiveMembers", &["group", "servicePrincipal", "user"]),
    ("/transitiveReports", &["user"]),
];

/// Objects that say of which kind they are.
const ONES: &[&str] =
    &["/directory/deletedItems/{id}", "/directoryObjects/{id}", "/me/manager", "/users/{id}/manager"];

/// Objects of which properties are read alone: the set they are of, and what they have.
fn properties_of(template: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match template {
        "/applications/{id}" => ("applications", APPLICATIONS.properties),
        "/directoryObjects/{id}" | "/me/manager" | "/users/{id}/manager" => {
            ("directoryObjects", directory_objects::properties())
        }
        "/directoryRoles/{id}" => ("directoryRoles", directory_objects::ROLE_PROPERTIES),
        "/groups/{id}" => ("groups", GROUPS.properties),
        "/me" | "/users/{id}" => ("users", USERS.properties),
        "/organization/{id}" => ("organization", organization::PROPERTIES),
        "/servicePrincipals/{id}" => ("servicePrincipals", SERVICE_PRINCIPALS.properties),
        _ => return None,
    })
}

/// The collection of a kind.
fn set_of(kind: &str) -> String {
    if kind == "orgContact" { "contacts".to_owned() } else { format!("{kind}s") }
}

/// What is asked of the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Below {
    /// A property of its object.
    Property {
        set: &'static str,
        name: &'static str,
        /// Whether the value is asked for without JSON around it.
        bare: bool,
    },
    /// The one object of its list with that id, if it is of the kind.
    One(ObjectId, Option<&'static str>),
    /// Its object, if that is of the kind.
    If(&'static str),
    /// Its list, in which all are of the kind.
    All(&'static str),
    /// None of its list, as nobody there is of the kind.
    Nobody(&'static str),
}

/// The segments of a path, without the property that stands last in it.
pub(super) fn parse(path: &str) -> Result<(Vec<Segment>, Option<Below>), PathError> {
    match parse_path(path) {
        Ok(segments) => Ok((segments, None)),
        Err(error) => property(path).map(|(segments, below)| (segments, Some(below))).ok_or(error),
    }
}

fn property(path: &str) -> Option<(Vec<Segment>, Below)> {
    let decoded = |text| percent_decode_str(text).decode_utf8().ok();
    let (mut owner, mut last) = path.strip_suffix('/').unwrap_or(path).rsplit_once('/')?;
    let bare = decoded(last)?.eq_ignore_ascii_case("$value");
    if bare {
        (owner, last) = owner.rsplit_once('/')?;
    }
    let wanted = decoded(last)?;
    let segments = parse_path(owner).ok()?;
    let (set, properties) = properties_of(&Asked::of(segments.clone()).template)?;
    let name = *properties.iter().find(|name| name.eq_ignore_ascii_case(&wanted))?;
    Some((segments, Below::Property { set, name, bare }))
}

/// The line of the same behind `/users/{id}`, where `/me` has none of its own: whoever calls is a user like others, with the
/// same rights to the object that it is.
pub(super) fn of_me(template: String, keys: &mut Vec<Key>, actor: &Actor) -> Result<String, Fault> {
    let Some(rest) = template.strip_prefix("/me/") else { return Ok(template) };
    let of_user = format!("/users/{{id}}/{rest}");
    // One of a relation, its links, and the relation narrowed to a kind follow from the relation.
    let stem = |line: &str| {
        let list = line.rsplit_once("/graph.").map(|(list, _)| list);
        list.or(line.strip_suffix("/{id}")).or(line.strip_suffix("/$ref")).unwrap_or(line).to_owned()
    };
    let there = has_line(&of_user) || (!has_line(&stem(&template)) && has_line(&stem(&of_user)));
    if has_line(&template) || !there {
        return Ok(template);
    }
    keys.insert(0, Key::Own(person(actor)?.to_string()));
    Ok(of_user)
}

/// The line that a template without one follows from, and what is asked of it.
pub(super) fn of(
    method: &str,
    template: String,
    keys: &mut Vec<Key>,
) -> Result<(String, Option<Below>), Fault> {
    if let Some((_, line)) = ALIASES.iter().find(|(alias, _)| *alias == template) {
        return Ok(((*line).to_owned(), None));
    }
    if has_line(&template) {
        return Ok((template, None));
    }
    if method != "GET" {
        return other_method(template, keys);
    }
    let (line, kind) = uncast(&template);
    if let Some(kind) = kind {
        if has_line(&line) {
            let below = narrowed(&line, kind).ok_or_else(|| unknown_kind(kind))?;
            return Ok((line, Some(below)));
        }
        if !CASTS.contains(&kind) {
            return Err(unknown_kind(kind));
        }
    }
    let list = line.strip_suffix("/{id}").filter(|line| kinds_in(line).is_some() && has_line(line));
    let Some(list) = list else { return Ok((template, None)) };
    let id = match keys.pop() {
        Some(Key::Own(text)) => ObjectId::parse(&text).ok_or(text),
        Some(Key::App(text)) => Err(text),
        None => Err(String::new()),
    };
    let id = id.map_err(|text| {
        text.rsplit_once("graph.").map_or(Fault::no_id(&text), |(_, kind)| unknown_kind(kind))
    })?;
    let kind = CASTS.iter().find(|known| Some(**known) == kind).copied();
    Ok((list.to_owned(), Some(Below::One(id, kind))))
}

/// A template without the cast behind an object or a list, or before a key, and the kind. Both places say the same.
fn uncast(template: &str) -> (String, Option<&str>) {
    let Some((line, cast)) = template.rsplit_once("/graph.") else { return (template.to_owned(), None) };
    match cast.strip_suffix("/{id}") {
        Some(kind) => (format!("{line}/{{id}}"), Some(kind)),
        None => (line.to_owned(), Some(cast)),
    }
}

/// Deleted objects are purged and restored by their kind, too; what is only read refuses other methods.
fn other_method(template: String, keys: &[Key]) -> Result<(String, Option<Below>), Fault> {
    const DELETED: &str = "/directory/deletedItems/";
    let behind = template.strip_prefix(DELETED).and_then(|rest| rest.strip_prefix("graph."));
    if let Some((kind, behind)) = behind.and_then(|rest| rest.split_once('/'))
        && CASTS.contains(&kind)
    {
        return Ok((format!("{DELETED}{behind}"), None));
    }
    match of("GET", template.clone(), &mut keys.to_vec()) {
        Ok((_, Some(_))) => Err(Fault::method(&["GET"])),
        _ => Ok((template, None)),
    }
}

fn unknown_kind(kind: &str) -> Fault {
    PathError::Unknown(format!("microsoft.graph.{}", quote(kind))).into()
}

fn kinds_in(line: &str) -> Option<&'static [&'static str]> {
    // Holders of a role are a short list that takes no filter.
    let list = LISTS.iter().find(|(end, _)| line.ends_with(end) && !line.starts_with("/directoryRoles"));
    list.map(|(_, kinds)| *kinds)
}

fn narrowed(line: &str, kind: &str) -> Option<Below> {
    let kind = *CASTS.iter().find(|known| **known == kind)?;
    if ONES.contains(&line) {
        return Some(Below::If(kind));
    }
    match kinds_in(line)? {
        [only] if *only == kind => Some(Below::All(kind)),
        kinds if !kinds.contains(&kind) => Some(Below::Nobody(kind)),
        _ => None,
    }
}

impl Below {
    /// The query for the line.
    pub(super) fn query(&self, query: String, version: Version) -> Result<String, Fault> {
        let optional = version.dollar_is_optional();
        Ok(match self {
            Self::Property { name, .. } => {
                if QueryOptions::read(&query, optional)? != QueryOptions::default() {
                    return Err(QueryError::unsupported("A property is read without query options.").into());
                }
                format!("$select=id,{name}")
            }
            Self::One(id, _) => {
                let options = QueryOptions::read(&query, optional)?;
                let picks = options.filter.is_some() || options.search.is_some();
                if picks || options.orderby.is_some() || options.skiptoken.is_some() {
                    let message = "One object is read with $select and $expand alone.";
                    return Err(QueryError::unsupported(message).into());
                }
                format!("{query}&$filter=id%20eq%20'{id}'")
            }
            Self::If(_) | Self::All(_) => query,
            Self::Nobody(_) => {
                let counted = QueryOptions::read(&query, optional)?.count;
                format!("$select=id&$top=1{}", if counted { "&$count=true" } else { "" })
            }
        })
    }

    /// The answer, out of that of the line; `root` ends in the version.
    pub(super) fn answer(self, root: &str, reply: Reply) -> Answer {
        let Some(body) = reply.json() else {
            return Ok(if matches!(self, Self::Nobody(_)) { Reply::text("0".to_owned()) } else { reply });
        };
        match self {
            Self::Property { set, name, bare } => {
                let context = format!("{root}/$metadata#{set}('{}')/{name}", text(&body["id"]));
                if bare { value(name, &body[name]) } else { Ok(shown(&context, &body[name])) }
            }
            Self::One(id, kind) => {
                let fits = |one: &&Value| kind.is_none_or(|kind| is_a(one, kind));
                let found = body["value"].get(0).filter(fits);
                let mut one = found.cloned().ok_or_else(|| Refusal::not_found(id))?;
                one["@odata.context"] = format!("{}/$entity", text(&body["@odata.context"])).into();
                Ok(Reply::ok(match kind {
                    Some(kind) => of_set(one, kind),
                    None => one,
                }))
            }
            Self::If(kind) => {
                if !is_a(body, kind) {
                    return Err(Refusal::not_found(text(&body["id"])).into());
                }
                Ok(reply.map_json(|body| of_set(body, kind)))
            }
            Self::All(kind) => Ok(reply.map_json(|body| of_set(body, kind))),
            Self::Nobody(kind) => {
                let count = body["@odata.count"].as_i64().map(|_| 0);
                Ok(Reply::list(&format!("{root}/$metadata#{}", set_of(kind)), Vec::new(), count, None))
            }
        }
    }
}

fn is_a(object: &Value, kind: &str) -> bool {
    object["@odata.type"].as_str().and_then(|name| name.strip_prefix("#microsoft.graph.")) == Some(kind)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Of the collection of a kind, and not of that of all objects.
fn of_set(mut body: Value, kind: &str) -> Value {
    let set = format!("#{}", set_of(kind));
    body["@odata.context"] = text(&body["@odata.context"]).replacen("#directoryObjects", &set, 1).into();
    body
}

/// A property with its context: 204 without a value, the members of an object beside the context.
fn shown(context: &str, value: &Value) -> Reply {
    match value {
        Value::Null => Reply::no_content(),
        Value::Object(members) => {
            let mut body = json!({ "@odata.context": context });
            members.iter().for_each(|(name, value)| body[name.as_str()] = value.clone());
            Reply::ok(body)
        }
        value => Reply::ok(json!({ "@odata.context": context, "value": value })),
    }
}

/// The bare value of a property.
fn value(name: &str, value: &Value) -> Answer {
    match value {
        Value::Null => Ok(Reply::no_content()),
        Value::String(text) => Ok(Reply::text(text.clone())),
        Value::Bool(_) | Value::Number(_) => Ok(Reply::text(value.to_string())),
        Value::Array(_) | Value::Object(_) => {
            let message = format!("Property '{name}' has no single value: read it without $value.");
            Err(Fault::bad("Request_BadRequest", message))
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const ID: &str = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";

    #[test]
    fn a_property_is_found_by_every_spelling_and_shadows_nothing() {
        for (path, name, bare) in [
            ("/me/displayName", "displayName", false),
            ("/users/a%40b.example/DISPLAYNAME/", "displayName", false),
            ("/groups('1')/description/%24Value", "description", true),
            ("/applications(appId='1')/web", "web", false),
        ] {
            match parse(path).unwrap().1 {
                Some(Below::Property { name: found, bare: how, .. }) => {
                    assert_eq!((found, how), (name, bare));
                }
                other => panic!("{path}: {other:?}"),
            }
        }
        for path in ["/users/displayName", "/users/1/manager", "/users/1/memberOf/displayName"] {
            assert_eq!(parse(path).unwrap().1, None, "{path}");
        }
        for path in ["/users/1/nothing", "/users/1/displayName/length", "/groups/1/jobTitle", "/$value"] {
            assert!(parse(path).is_err(), "{path}");
        }
    }

    #[test]
    fn what_has_a_line_stays_there() {
        for (template, line, below) in [
            ("/groups/{id}/members", "/groups/{id}/members", None),
            ("/groups/{id}/members/graph.user", "/groups/{id}/members/graph.user", None),
            ("/groups/{id}/members/graph.device", "/groups/{id}/members", Some(Below::Nobody("device"))),
            ("/me/directReports/graph.user", "/me/directReports", Some(Below::All("user"))),
            ("/directoryObjects/{id}/graph.user", "/directoryObjects/{id}", Some(Below::If("user"))),
            ("/users/getByIds", "/directoryObjects/getByIds", None),
            ("/users/{id}/nothing", "/users/{id}/nothing", None),
        ] {
            let found = of("GET", template.to_owned(), &mut Vec::new()).unwrap();
            assert_eq!(found, (line.to_owned(), below), "{template}");
        }
        let mut keys = vec![Key::Own("1".to_owned()), Key::Own(ID.to_owned())];
        let (line, below) = of("GET", "/groups/{id}/owners/{id}".to_owned(), &mut keys).unwrap();
        assert_eq!((line.as_str(), keys.len()), ("/groups/{id}/owners", 1));
        assert_eq!(below, ObjectId::parse(ID).map(|id| Below::One(id, None)));
        assert!(of("GET", "/me/memberOf/graph.nothing".to_owned(), &mut Vec::new()).is_err());
    }
}
