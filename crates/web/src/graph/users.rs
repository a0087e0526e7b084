//! `/users` and `/me` (reference/user-object.md).

mod read;
pub(super) mod wire;

pub(crate) use read::edit as user_edit;
pub(super) use read::{address, user_type};
pub(super) use wire::time;

use hospes_actions::passwords;
use hospes_actions::users::{self, Seen, Sponsor};
use hospes_domain::access::View;
use hospes_domain::application::PrincipalKind;
use hospes_domain::query::{List, UserField};
use serde_json::{Value, json};

use super::asked::no_expand;
use super::dispatch::Answer;
use super::error::Fault;
use super::etag;
use super::odata::QueryError;
use super::odata::filter::parse_filter;
use super::odata::options::QueryOptions;
use super::odata::order::parse_order;
use super::odata::select::{Shape, parse_select};
use super::odata::user_fields::{SINGLE_USER_ONLY, USERS};
use super::paging;
use super::reply::Reply;
use super::request::Call;

// Fields

fn selected(options: &QueryOptions) -> Result<Option<Vec<&'static str>>, Fault> {
    let select = options.select.as_deref();
    Ok(select.map(|text| parse_select(text, USERS.properties, USERS.type_name)).transpose()?)
}

/// What a list was asked for, but for its page.
fn asked(call: &Call, options: &QueryOptions) -> Result<List<UserField>, Fault> {
    options.check_search(call.consistency())?;
    if options.search.is_some() {
        return Err(QueryError::unsupported("$search is not supported yet; filter with startsWith.").into());
    }
    no_expand(options)?;
    let mode = call.mode(options);
    let filter = options.filter.as_deref().map(|text| parse_filter(text, &USERS, mode)).transpose()?;
    let filtered = filter.is_some();
    let order =
        options.orderby.as_deref().map(|text| parse_order(text, &USERS, mode, filtered)).transpose()?;
    Ok(List { filter, order, page: paging::page(call, options)? })
}

/// Whether the sponsors are to come with their guest: the one relation that `$expand` takes, on a single user.
fn with_sponsors(options: &QueryOptions) -> Result<bool, Fault> {
    if options.expand.as_deref().is_some_and(|text| text.trim().eq_ignore_ascii_case("sponsors")) {
        return Ok(true);
    }
    no_expand(options).map(|()| false)
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let options = call.options()?;
    let selected = selected(&options)?;
    if let Some(name) = selected.iter().flatten().find(|name| SINGLE_USER_ONLY.contains(name)) {
        return Err(Fault::not_implemented(format!(
            "Property '{name}' can be read from a single user only."
        )));
    }
    let first = options.skiptoken.is_none();
    let counted = first && options.count && super::odata::options::is_eventual(call.consistency());
    let found = users::list(call.app(), &call.actor, asked(&call, &options)?, counted).await?;
    let next = paging::next_link(&call, &options, found.next.as_ref())?;
    let see = |user| Seen { user, view: View::Full, initial_domain: found.initial_domain.clone() };
    let value = found.users.into_iter().map(|user| wire::user(&see(user), selected.as_deref())).collect();
    Ok(Reply::list(&call.context("users", selected.as_deref(), Shape::List), value, found.total, next))
}

pub(super) async fn count(call: Call) -> Answer {
    let mut options = call.options()?;
    if !super::odata::options::is_eventual(call.consistency()) {
        return Err(Fault::bad("Request_BadRequest", "$count is not currently supported."));
    }
    // The segment itself is the count that advanced queries need (graph-conventions.md section 3).
    options.count = true;
    let filter = asked(&call, &options)?.filter;
    let total = users::count(call.app(), &call.actor, filter).await?;
    Ok(Reply::text(total.to_string()))
}

pub(super) async fn get(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    one(&call, key).await
}

async fn one(call: &Call, key: String) -> Answer {
    let options = call.options()?;
    let (selected, with_sponsors) = (selected(&options)?, with_sponsors(&options)?);
    let seen = users::get(call.app(), &call.actor, key.clone()).await?;
    let mut body = entity(call, &seen, selected.as_deref());
    if with_sponsors {
        body["sponsors"] = users::sponsors(call.app(), &call.actor, key).await?.iter().map(sponsor).collect();
    }
    Ok(Reply::ok(body).tagged(tag(&seen)))
}

pub(super) async fn me(call: Call) -> Answer {
    let key = super::members::me(&call)?;
    one(&call, key).await
}

pub(super) async fn create(call: Call) -> Answer {
    let new = read::new_user(call.json()?)?;
    let seen = users::create(call.app(), &call.actor, new).await?;
    let location = format!("{}/users/{}", call.root(), seen.user.id());
    Ok(Reply::created(entity(&call, &seen, None), location).tagged(tag(&seen)))
}

pub(super) async fn update(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    change(call, key).await
}

pub(super) async fn update_me(call: Call) -> Answer {
    let key = super::members::me(&call)?;
    change(call, key).await
}

async fn change(call: Call, key: String) -> Answer {
    let edit = read::edit(call.json()?)?;
    let only_if = etag::if_match(&call.headers)?;
    let revision = users::update(call.app(), &call.actor, key, edit, only_if).await?;
    // RFC 5789 section 2.1: so that the next change needs no reading before it.
    Ok(Reply::no_content().tagged(Some(etag::tag(revision))))
}

pub(super) async fn delete(call: Call) -> Answer {
    let only_if = etag::if_match(&call.headers)?;
    users::delete(call.app(), &call.actor, call.key(0).to_owned(), only_if).await?;
    Ok(Reply::no_content())
}

pub(super) async fn revoke_sessions(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    revoke(&call, key).await
}

pub(super) async fn revoke_own_sessions(call: Call) -> Answer {
    let key = super::members::me(&call)?;
    revoke(&call, key).await
}

async fn revoke(call: &Call, key: String) -> Answer {
    users::revoke_sessions(call.app(), &call.actor, key).await?;
    let context = call.context("Edm.Boolean", None, Shape::List);
    Ok(Reply::ok(json!({ "@odata.context": context, "value": true })))
}

pub(super) async fn change_password(call: Call) -> Answer {
    super::members::me(&call)?;
    let (current, new) = read::passwords(call.json()?)?;
    passwords::change(call.app(), &call.actor, current, new).await?;
    Ok(Reply::no_content())
}

pub(super) async fn remove_second_factors(call: Call) -> Answer {
    users::remove_second_factors(call.app(), &call.actor, call.key(0).to_owned()).await?;
    Ok(Reply::no_content())
}

pub(super) async fn convert_to_internal(call: Call) -> Answer {
    let new = read::as_internal(call.json()?)?;
    let only_if = etag::if_match(&call.headers)?;
    let user =
        users::convert_to_internal(call.app(), &call.actor, call.key(0).to_owned(), new, only_if).await?;
    let root = call.root();
    let context = format!("{root}/$metadata#microsoft.graph.conversionUserDetails");
    Ok(Reply::ok(json!({
        "@odata.context": context,
        "displayName": user.profile.display_name,
        "userPrincipalName": user.upn,
        "mail": user.mail.map(|mail| mail.to_string()),
        "convertedToInternalUserDateTime": time(call.app().now()),
    })))
}

pub(super) async fn sponsors(call: Call) -> Answer {
    let key = call.key(0).to_owned();
    sponsors_of(call, key).await
}

pub(super) async fn sponsors_of_me(call: Call) -> Answer {
    let key = super::members::me(&call)?;
    sponsors_of(call, key).await
}

async fn sponsors_of(call: Call, key: String) -> Answer {
    let sponsors = users::sponsors(call.app(), &call.actor, key).await?;
    let value = sponsors.iter().map(sponsor).collect();
    Ok(Reply::list(&call.context("directoryObjects", None, Shape::List), value, None, None))
}

/// Of whoever sees the whole user; to others it would tell of changes they do not see.
fn tag(seen: &Seen) -> Option<String> {
    (seen.view == View::Full).then(|| etag::tag(seen.user.revision))
}

fn entity(call: &Call, seen: &Seen, selected: Option<&[&'static str]>) -> Value {
    let mut body = wire::user(seen, selected);
    body["@odata.context"] = call.context("users", selected, Shape::Entity).into();
    body
}

fn sponsor(sponsor: &Sponsor) -> Value {
    let kind = match sponsor.kind {
        PrincipalKind::User => "#microsoft.graph.user",
        PrincipalKind::Group => "#microsoft.graph.group",
        PrincipalKind::ServicePrincipal => "#microsoft.graph.servicePrincipal",
    };
    json!({ "@odata.type": kind, "id": sponsor.id.to_string(), "displayName": sponsor.display_name })
}
