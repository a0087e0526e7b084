//! `$ref` read, not written: where an object is instead of the object (OData 4.0 part 1, "Requesting Entity References"), which tools
//! ask before they take a member or an owner away. Refuses what the list itself refuses, and 404 for what is not in it.

use hospes_domain::refusal::Refusal;
use serde_json::json;

use super::dispatch::Answer;
use super::error::Fault;
use super::odata::select::Shape;
use super::reply::Reply;
use super::request::Call;
use super::{application_owners, directory_roles, members};

/// Whatever else the query of a link says is about objects; a link has no properties.
const SHORT: &str = "$select=id";

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
    Reply::ok(json!({ "@odata.context": context, "@odata.id": format!("{root}/directoryObjects/{id}") }))
}
