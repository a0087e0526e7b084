//! `$ref`: where an object is instead of the object (OData 4.0 part 1, "Requesting Entity References"), which tools
//! ask before they take a member or an owner away; of a whole relation, too. And the other spelling of taking a link away, with
//! the link in the query ("Remove a Reference to an Entity"). Refuses what the list itself refuses, and 404 for what is not in it.

use hospes_domain::refusal::Refusal;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::directory_objects::reference;
use super::dispatch::Answer;
use super::error::Fault;
use super::odata::select::Shape;
use super::reply::Reply;
use super::request::{Call, Key};
use super::{application_owners, directory_roles, members};

/// Whatever else the query of a link says is about objects; a link has no properties.
const SHORT: &str = "$select=id";

/// Relations to objects of the directory, of which all links can be read.
const RELATIONS: &[&str] = &[
    "/directReports",
    "/memberOf",
    "/members",
    "/ownedObjects",
    "/owners",
    "/sponsors",
    "/transitiveMemberOf",
    "/transitiveMembers",
    "/transitiveReports",
];

// Routes

/// Where a request for links of a relation goes that the table has no line for.
pub(super) enum Detour {
    /// To the list, of which the links are shown.
    List(String),
    /// To the line of the one link that the query names.
    One(String, Key),
}

impl Detour {
    /// The detour of a request, if it takes one.
    pub(super) fn of(method: &str, template: &str, query: &str) -> Result<Option<Self>, Fault> {
        let Some(relation) = template.strip_suffix("/$ref") else { return Ok(None) };
        if !RELATIONS.iter().any(|name| relation.ends_with(name)) {
            return Ok(None);
        }
        Ok(match method {
            "GET" => Some(Self::List(relation.to_owned())),
            "DELETE" => Some(Self::One(format!("{relation}/{{id}}/$ref"), named(query)?)),
            _ => None,
        })
    }
}

/// The object that a query names: `@id` in the published descriptions, `$id` in OData 4.0.
fn named(query: &str) -> Result<Key, Refusal> {
    let mut all = query.split('&').filter(|pair| ["@id", "$id"].contains(&name_of(pair).as_str()));
    let (first, more) = (all.next(), all.next());
    let Some((_, value)) = first.and_then(|pair| pair.split_once('=')).filter(|_| more.is_none()) else {
        let cause = "The query does not say, or says twice, which link is to be taken away.";
        let remedy = "Send ?@id= with the address of the object, or put its id before $ref.";
        return Err(Refusal::invalid("@id", cause, remedy));
    };
    let text = percent_decode_str(value).decode_utf8_lossy();
    Ok(Key::Own(reference("@id", text.trim())?.to_string()))
}

fn name_of(pair: &str) -> String {
    let name = pair.split('=').next().unwrap_or_default();
    percent_decode_str(name).decode_utf8_lossy().trim().to_ascii_lowercase()
}

/// The query of a list of which the links alone are shown; `optional` is the dollar sign.
pub(super) fn query_of_links(query: &str, optional: bool) -> String {
    let selects = |pair: &&str| {
        let name = name_of(pair);
        name == "$select" || (optional && name == "select")
    };
    let others = query.split('&').filter(|pair| !pair.is_empty() && !selects(pair));
    others.chain([SHORT]).collect::<Vec<_>>().join("&")
}

/// The links to what a list shows.
pub(super) fn links(root: &str, list: &Reply) -> Reply {
    let body = list.json().unwrap_or(&Value::Null);
    let ids = body["value"].as_array().into_iter().flatten().filter_map(|object| object["id"].as_str());
    let value = ids.map(|id| json!({ "@odata.id": address(root, id) })).collect();
    let next = body["@odata.nextLink"].as_str().map(str::to_owned);
    Reply::list(&format!("{root}/$metadata#Collection($ref)"), value, body["@odata.count"].as_i64(), next)
}

fn address(root: &str, id: &str) -> String {
    format!("{root}/directoryObjects/{id}")
}

// Handlers

pub(super) async fn member(call: Call) -> Answer {
    one(alone(call)?, members::list).await
}

pub(super) async fn owner(call: Call) -> Answer {
    one(alone(call)?, members::owners).await
}

pub(super) async fn owner_of_application(call: Call) -> Answer {
    one(alone(call)?, application_owners::list).await
}

pub(super) async fn owner_of_principal(call: Call) -> Answer {
    one(alone(call)?, application_owners::list_of_principal).await
}

pub(super) async fn role_member(call: Call) -> Answer {
    one(short(call), directory_roles::members).await
}

fn short(call: Call) -> Call {
    Call { query: SHORT.to_owned(), ..call }
}

/// Only the object that the path names last: there may be more than a page has room for.
fn alone(call: Call) -> Result<Call, Fault> {
    let query = format!("{SHORT}&$filter=id%20eq%20'{}'", call.object(1)?);
    Ok(Call { query, ..call })
}

/// The link to the object that the path names last, if the list has it.
async fn one<F>(call: Call, list: impl FnOnce(Call) -> F) -> Answer
where
    F: Future<Output = Answer>,
{
    let (context, root, id) = (context(&call), call.root(), call.object(1)?.to_string());
    let found = list(call).await?;
    let mut listed = found.json().and_then(|body| body["value"].as_array()).into_iter().flatten();
    if listed.all(|object| object["id"] != id.as_str()) {
        return Err(Refusal::not_found(&id).into());
    }
    Ok(link(&context, &root, &id))
}

fn context(call: &Call) -> String {
    call.context("$ref", None, Shape::List)
}

fn link(context: &str, root: &str, id: &str) -> Reply {
    Reply::ok(json!({ "@odata.context": context, "@odata.id": address(root, id) }))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const ID: &str = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";

    #[test]
    fn a_link_in_the_query_is_the_one_before_ref() {
        let at = format!("https%3A%2F%2Fhospes.example%2Fv1.0%2FdirectoryObjects%2F{ID}");
        for query in [
            format!("@id={at}"),
            format!("%40id={at}"),
            format!("a=b&$id=https://graph.microsoft.com/v1.0/users/{ID}"),
            format!("@ID={ID}"),
        ] {
            match Detour::of("DELETE", "/groups/{id}/members/$ref", &query).unwrap() {
                Some(Detour::One(template, key)) => {
                    assert_eq!(template, "/groups/{id}/members/{id}/$ref");
                    assert_eq!(key, Key::Own(ID.to_owned()), "{query}");
                }
                _ => panic!("{query}"),
            }
        }
        for query in ["", "@id=", "@id", "@id=x", &format!("@id={ID}&$id={ID}"), &format!("id={ID}")] {
            assert!(Detour::of("DELETE", "/groups/{id}/owners/$ref", query).is_err(), "{query}");
        }
    }

    #[test]
    fn what_has_a_line_of_its_own_takes_no_detour() {
        for (method, template) in [
            ("POST", "/groups/{id}/members/$ref"),
            ("GET", "/groups/{id}/members/{id}/$ref"),
            ("GET", "/users/{id}/manager/$ref"),
            ("GET", "/groups/{id}/members"),
            ("DELETE", "/users/{id}/manager/$ref"),
        ] {
            assert!(Detour::of(method, template, "").unwrap().is_none(), "{method} {template}");
        }
    }

    #[test]
    fn of_the_objects_of_a_list_of_links_only_ids_are_read() {
        assert_eq!(query_of_links("", false), "$select=id");
        assert_eq!(query_of_links("$top=2&%24SELECT=mail&$filter=a", false), "$top=2&$filter=a&$select=id");
        assert_eq!(query_of_links("select=mail", true), "$select=id");
    }
}
