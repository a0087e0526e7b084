//! What a list or an object is asked for, read in the same way for every resource. Refuses `$search` and `$expand` where a
//! resource has nothing for them, and properties that a resource does not have.

use std::fmt::Display;

use hospes_domain::query::{Filter, List, Page};
use hospes_domain::refusal::Refusal;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::error::Fault;
use super::expanding::{Expansion, Offers, expansion, named};
use super::odata::filter::parse_filter;
use super::odata::options::{QueryOptions, is_eventual};
use super::odata::order::parse_order;
use super::odata::resource::Resource;
use super::odata::search::parse_search;
use super::odata::select::{Shape, parse_select};
use super::odata::{Mode, QueryError, quote};
use super::paging;
use super::reply::Reply;
use super::request::{Call, Fields};

/// The names of a `$select`.
pub(super) type Selected = Option<Vec<&'static str>>;

/// What one page of a list is asked for.
pub(super) struct Asked<F> {
    options: QueryOptions,
    /// Which objects.
    pub(super) list: List<F>,
    /// Whether the total is wanted: on the first page, with the header (graph-conventions.md section 4).
    pub(super) counted: bool,
    /// Which properties of them.
    pub(super) selected: Selected,
    /// Which relations come with them.
    pub(super) expanded: Expansion,
}

/// Reads what a list of `resource` is asked for; `properties` is what may be selected.
pub(super) fn asked<F: Copy>(
    call: &Call,
    resource: &Resource<F>,
    properties: &[&'static str],
) -> Result<Asked<F>, Fault> {
    asked_with(call, resource, properties, &[])
}

/// The same of a resource whose relations can come with it.
pub(super) fn asked_with<F: Copy>(
    call: &Call,
    resource: &Resource<F>,
    properties: &[&'static str],
    offers: Offers<'_>,
) -> Result<Asked<F>, Fault> {
    let options = call.options()?;
    let mode = call.mode(&options);
    read(call, options, resource, (properties, offers), mode)
}

/// The same of a resource whose queries are never advanced: everything its table offers works in a plain request.
pub(super) fn asked_plainly<F: Copy>(call: &Call, resource: &Resource<F>) -> Result<Asked<F>, Fault> {
    read(call, call.options()?, resource, (resource.properties, &[]), Mode::Advanced)
}

/// What the `$count` of a list counts: as the list itself, but that the segment stands for `$count=true`, and a page of
/// one is enough (graph-conventions.md section 3).
pub(super) fn asked_to_count<F: Copy>(call: &Call, resource: &Resource<F>) -> Result<List<F>, Fault> {
    must_be_eventual(call)?;
    let options = call.options()?;
    no_expand(&options)?;
    let filter = condition(&options, resource, Mode::Advanced)?;
    Ok(List { filter, order: None, page: Page { top: 1, after: None } })
}

fn must_be_eventual(call: &Call) -> Result<(), Fault> {
    if is_eventual(call.consistency()) {
        return Ok(());
    }
    Err(Fault::bad("Request_BadRequest", "$count is not currently supported."))
}

/// The query of a list of which only the number is wanted: what picks its objects, and a page of one with the total.
pub(super) fn total_only(call: &Call) -> Result<String, Fault> {
    must_be_eventual(call)?;
    let options = call.options()?;
    no_expand(&options)?;
    let mut query = "$count=true&$top=1".to_owned();
    for (name, text) in [("filter", &options.filter), ("search", &options.search)] {
        if let Some(text) = text {
            query.extend(["&$", name, "=", &utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()]);
        }
    }
    Ok(query)
}

/// The answer to a `$count`.
pub(super) fn number(count: Option<i64>) -> Result<Reply, Fault> {
    Ok(Reply::text(count.ok_or(Refusal::Internal)?.to_string()))
}

fn read<F: Copy>(
    call: &Call,
    options: QueryOptions,
    resource: &Resource<F>,
    (properties, offers): (&[&'static str], Offers<'_>),
    mode: Mode,
) -> Result<Asked<F>, Fault> {
    options.check_search(call.consistency())?;
    let expanded = expansion(&options, offers, resource.type_name, call.mode(&options))?;
    let filter = condition(&options, resource, mode)?;
    let filtered = options.filter.is_some();
    let order =
        options.orderby.as_deref().map(|text| parse_order(text, resource, mode, filtered)).transpose()?;
    let page = paging::page(call, &options)?;
    let counted = options.skiptoken.is_none() && options.count && is_eventual(call.consistency());
    let selected = select(&options, properties, resource.type_name)?;
    Ok(Asked { options, list: List { filter, order, page }, counted, selected, expanded })
}

/// `$filter` and `$search` together: what passes both.
fn condition<F: Copy>(
    options: &QueryOptions,
    resource: &Resource<F>,
    mode: Mode,
) -> Result<Option<Filter<F>>, Fault> {
    let filter = options.filter.as_deref().map(|text| parse_filter(text, resource, mode)).transpose()?;
    let search = options.search.as_deref().map(|text| parse_search(text, resource)).transpose()?;
    Ok(match (search, filter) {
        (Some(search), Some(filter)) => Some(search.and(filter)),
        (search, filter) => search.or(filter),
    })
}

/// The properties and relations a request for one object names.
pub(super) fn picked<F>(
    call: &Call,
    resource: &Resource<F>,
    offers: Offers<'_>,
) -> Result<(Selected, Expansion), Fault> {
    let options = call.options()?;
    let expanded = expansion(&options, offers, resource.type_name, call.mode(&options))?;
    Ok((select(&options, resource.properties, resource.type_name)?, expanded))
}

/// The properties a request for one object names.
pub(super) fn selected<F>(call: &Call, resource: &Resource<F>) -> Result<Selected, Fault> {
    selected_of(call, resource.properties, resource.type_name)
}

/// The same, of something that is no resource with filters.
pub(super) fn selected_of(
    call: &Call,
    properties: &[&'static str],
    type_name: &str,
) -> Result<Selected, Fault> {
    let options = call.options()?;
    no_expand(&options)?;
    select(&options, properties, type_name)
}

/// The same, of a list that is short and always whole: what would pick, sort or cut it is refused rather than overlooked.
pub(super) fn selected_of_all(
    call: &Call,
    properties: &[&'static str],
    type_name: &str,
) -> Result<Selected, Fault> {
    let options = call.options()?;
    let cut = options.top.is_some() || options.skiptoken.is_some();
    if cut || options.filter.is_some() || options.orderby.is_some() || options.search.is_some() {
        return Err(QueryError::unsupported(
            "This list is always whole: of the query options only $select is supported here.",
        )
        .into());
    }
    no_expand(&options)?;
    select(&options, properties, type_name)
}

/// Refuses `$expand`, so that nobody takes a relation that was not read for an empty one.
pub(super) fn no_expand(options: &QueryOptions) -> Result<(), Fault> {
    if options.expand.is_none() {
        return Ok(());
    }
    Err(QueryError::unsupported("$expand is not supported; read the relation by its own path.").into())
}

fn select(options: &QueryOptions, properties: &[&'static str], type_name: &str) -> Result<Selected, Fault> {
    let text = options.select.as_deref();
    Ok(text.map(|text| parse_select(text, properties, type_name)).transpose()?)
}

impl<F> Asked<F> {
    /// The page; `set` is the collection its objects are of.
    pub(super) fn reply(
        &self,
        call: &Call,
        set: &str,
        value: Vec<Value>,
        count: Option<i64>,
        next: Option<&hospes_domain::query::After>,
    ) -> Result<Reply, Fault> {
        let next = paging::next_link(call, &self.options, next)?;
        let context = named(call, set, self.selected.as_deref(), &self.expanded, Shape::List);
        Ok(Reply::list(&context, value, count, next))
    }
}

/// One object with its `@odata.context`.
pub(super) fn entity(call: &Call, set: &str, selected: &Selected, mut body: Value) -> Reply {
    body["@odata.context"] = call.context(set, selected.as_deref(), Shape::Entity).into();
    Reply::ok(body)
}

/// A new object of a set with its `@odata.context`, and where it is found by that key.
pub(super) fn created(call: &Call, set: &str, key: impl Display, mut body: Value) -> Reply {
    body["@odata.context"] = call.context(set, None, Shape::Entity).into();
    Reply::created(body, format!("{}/{set}/{key}", call.root()))
}

/// Some properties of an object, each with its value.
pub(super) fn object(names: &[&'static str], property: impl Fn(&str) -> Value) -> Value {
    let members: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), property(name))).collect();
    Value::Object(members)
}

/// Refuses what nobody took out of a body, but for empty values of properties the resource has.
pub(super) fn nothing_else(body: &Fields, properties: &[&str], type_name: &str) -> Result<(), Refusal> {
    for (name, value) in body.left() {
        let Some(known) = properties.iter().find(|property| property.eq_ignore_ascii_case(name)) else {
            let cause = format!("A property of that name does not exist on type '{type_name}'.");
            return Err(Refusal::invalid(quote(name), cause, "Check its spelling."));
        };
        if !is_empty(value) {
            return Err(Refusal::invalid(
                *known,
                "The property is read-only or not kept by this directory.",
                "Leave it out.",
            ));
        }
    }
    Ok(())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
