//! What a list or an object is asked for, read in the same way for every resource. Refuses `$search` and `$expand` where a
//! resource has nothing for them, and properties that a resource does not have.

use std::fmt::Display;

use hospes_domain::query::{After, Filter, List, Page};
use hospes_domain::refusal::Refusal;
use serde_json::{Map, Value};

use super::error::Fault;
use super::expanding::{Expansion, Offers, expansion, named};
use super::odata::expand::not_expanded;
use super::odata::filter::parse_filter;
use super::odata::options::{Pages, QueryOptions, is_eventual};
use super::odata::order::parse_order;
use super::odata::resource::{ADVANCED, Resource};
use super::odata::search::parse_search;
use super::odata::select::{Shape, parse_select};
use super::odata::{Mode, QueryError, quote};
use super::paging;
use super::reply::Reply;
use super::request::{Call, Fields};

/// The largest page of objects that come with others: each relation of each is looked up by itself.
const MOST_EXPANDED: u16 = 100;

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

/// Reads what a list of `resource` is asked for; `properties` is what may be selected. If only the number is asked for, it is
/// a list of one that is counted.
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

/// The same of what an object is related to: members, owners, memberships, reports. A plain request picks them by their ids
/// alone, whatever else their kind is picked by in a plain list of its own; the words are the original's (microsoft-graph-docs
/// issues 9948 and 11242; that ids work: msgraph-metadata issue 185), and which property it is about.
pub(super) fn asked_of_relation<F: Copy + PartialEq>(
    call: &Call,
    resource: &Resource<F>,
    properties: &[&'static str],
    offers: Offers<'_>,
) -> Result<Asked<F>, Fault> {
    let asked = asked_with(call, resource, properties, offers)?;
    let advanced = call.counting || call.mode(&asked.options) == Mode::Advanced;
    let fields = asked.list.filter.as_ref().filter(|_| !advanced).map(Filter::fields).unwrap_or_default();
    let named = fields.iter().filter_map(|of| resource.fields.iter().find(|field| field.field == *of));
    match named.map(|field| field.name).find(|name| *name != "id") {
        None => Ok(asked),
        Some(name) => Err(QueryError::unsupported(format!(
            "The specified filter to the reference property query is currently not supported. {ADVANCED} (property '{name}')"
        ))
        .into()),
    }
}

/// The same of a resource whose queries are never advanced: everything its table offers works in a plain request.
pub(super) fn asked_plainly<F: Copy>(call: &Call, resource: &Resource<F>) -> Result<Asked<F>, Fault> {
    read(call, call.options()?, resource, (resource.properties, &[]), Mode::Advanced)
}

/// The same of a log, whose pages are larger.
pub(super) fn asked_of_log<F: Copy>(call: &Call, resource: &Resource<F>) -> Result<Asked<F>, Fault> {
    read(call, call.options_of(Pages::LOGS)?, resource, (resource.properties, &[]), Mode::Advanced)
}

/// What the `$count` of a list counts: as the list itself, but that the segment stands for `$count=true`, and a page of
/// one is enough (graph-conventions.md section 3).
fn to_count<F: Copy>(call: &Call, options: QueryOptions, resource: &Resource<F>) -> Result<Asked<F>, Fault> {
    may_count(call)?;
    no_expand(&options, resource.type_name)?;
    let filter = condition(&options, resource, Mode::Advanced)?;
    let list = List { filter, order: None, page: Page { top: 1, after: None } };
    Ok(Asked { options, list, counted: true, selected: None, expanded: Vec::new() })
}

/// The header that the original asks for, in its words (graph-conventions.md section 1).
fn may_count(call: &Call) -> Result<(), Fault> {
    if is_eventual(call.consistency()) {
        return Ok(());
    }
    Err(Fault::bad("Request_BadRequest", "$count is not currently supported."))
}

/// The answer to a `$count`.
pub(super) fn number(count: i64) -> Reply {
    Reply::text(count.to_string())
}

fn read<F: Copy>(
    call: &Call,
    options: QueryOptions,
    resource: &Resource<F>,
    (properties, offers): (&[&'static str], Offers<'_>),
    mode: Mode,
) -> Result<Asked<F>, Fault> {
    if call.counting {
        return to_count(call, options, resource);
    }
    options.check_search(call.consistency())?;
    let expanded = expansion(&options, offers, resource.type_name, call.mode(&options))?;
    let filter = condition(&options, resource, mode)?;
    let filtered = options.filter.is_some();
    let order =
        options.orderby.as_deref().map(|text| parse_order(text, resource, mode, filtered)).transpose()?;
    let mut page = paging::page(call, &options)?;
    if !expanded.is_empty() {
        page.top = page.top.min(MOST_EXPANDED);
    }
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
    no_expand(&options, type_name)?;
    select(&options, properties, type_name)
}

/// The same, of a list that is short and always whole: what would pick, sort or cut it is refused rather than overlooked.
/// [`whole_list`] answers with it.
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
    no_expand(&options, type_name)?;
    select(&options, properties, type_name)
}

/// All objects of a list that is always whole, or how many they are.
pub(super) fn whole_list(
    call: &Call,
    set: &str,
    selected: &Selected,
    value: Vec<Value>,
) -> Result<Reply, Fault> {
    if call.counting {
        may_count(call)?;
        return Ok(number(i64::try_from(value.len()).unwrap_or(i64::MAX)));
    }
    Ok(Reply::list(&call.context(set, selected.as_deref(), Shape::List), value, None, None))
}

/// Refuses `$expand`, so that nobody takes a relation that was not read for an empty one.
pub(super) fn no_expand(options: &QueryOptions, type_name: &str) -> Result<(), Fault> {
    match options.expand.as_deref() {
        None => Ok(()),
        Some(text) => Err(not_expanded(text.split(['(', ',']).next().unwrap_or_default(), type_name).into()),
    }
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
        next: Option<&After>,
    ) -> Result<Reply, Fault> {
        if call.counting {
            return Ok(number(count.ok_or(Refusal::Internal)?));
        }
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
            return Err(unknown(name, type_name));
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

/// The refusal of a name in a body: of a property that the type does not have, or of links that are not made by this request.
pub(super) fn unknown(name: &str, type_name: &str) -> Refusal {
    if name.contains('@') {
        let remedy = "Leave it out, and link objects by the $ref requests of the relation.";
        return Refusal::invalid(quote(name), "Objects cannot be bound so by this request.", remedy);
    }
    let cause = format!("A property of that name does not exist on type '{type_name}'.");
    Refusal::invalid(quote(name), cause, "Check its spelling.")
}

/// Whether there is nothing in it that would have to be kept: Terraform sends whole objects of nulls.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        Value::Number(_) | Value::Bool(true) => false,
    }
}
