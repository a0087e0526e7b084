//! `/users/delta` and `/groups/delta` (reference/user-object.md section 7): a first round with everything, later ones with
//! what changed. Everything that was asked for stands in the sealed token of a link, so that a client follows links and
//! needs no more. Refuses to mix a token with another query, and to go on from what is not kept any more: then it says
//! where to begin anew.

use hospes_actions::changes::{
    self, Followed, From, GroupChange, Next, Page, Place, RelatedChange, UserChange,
};
use hospes_actions::users::Seen;
use hospes_domain::application::PrincipalKind;
use hospes_domain::changes::{Changed, TOKEN_SECONDS, group_property, user_property};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};

use super::asked::no_expand;
use super::dispatch::Answer;
use super::error::Fault;
use super::groups::wire as group_wire;
use super::odata::delta_token::{DeltaToken, TokenKind};
use super::odata::group_fields::GROUPS;
use super::odata::options::QueryOptions;
use super::odata::select::{Shape, parse_select_alone};
use super::odata::user_fields::{SINGLE_USER_ONLY, USERS};
use super::odata::{QueryError, quote};
use super::reply::Reply;
use super::request::Call;
use super::users::wire::user as user_wire;

/// Objects that one scoping filter may name (user-object.md section 7).
const FILTERED: usize = 50;

// Fields

/// A collection whose changes can be followed.
struct Set {
    name: &'static str,
    type_name: &'static str,
    properties: &'static [&'static str],
    /// What a request without `$select` gets.
    usual: &'static [&'static str],
    /// Relations that are followed, too, and that `$select` may name beside the properties.
    relations: &'static [(&'static str, Changed)],
    property: fn(&str) -> Changed,
}

impl Set {
    fn relation(&self, name: &str) -> Option<Changed> {
        self.relations.iter().find(|(known, _)| *known == name).map(|(_, bit)| *bit)
    }

    /// The change of that property or relation.
    fn bit(&self, name: &str) -> Changed {
        self.relation(name).unwrap_or_else(|| (self.property)(name))
    }
}

static OF_USERS: Set = Set {
    name: "users",
    type_name: USERS.type_name,
    properties: USERS.properties,
    usual: super::users::wire::DEFAULT,
    relations: &[("manager", Changed::MANAGER)],
    property: user_property,
};

static OF_GROUPS: Set = Set {
    name: "groups",
    type_name: GROUPS.type_name,
    properties: GROUPS.properties,
    usual: super::groups::DEFAULT,
    relations: &[("members", Changed::MEMBERS), ("owners", Changed::OWNERS)],
    property: group_property,
};

/// What a request asks for.
struct Asked {
    from: From,
    top: u16,
    /// As it is written into the next token.
    select: Option<String>,
    selected: Option<Vec<&'static str>>,
    only: Vec<ObjectId>,
    /// Only what changed is to be shown.
    minimal: bool,
}

impl Asked {
    fn followed(&self, set: &Set) -> Followed {
        let what = match &self.selected {
            None => Changed::ANYTHING,
            Some(names) => names.iter().fold(Changed::NOTHING, |all, name| all.and(set.bit(name))),
        };
        Followed { what, only: self.only.clone(), top: self.top }
    }

    /// The properties to show of an object, always with the id. Of what changed anything may be shown if nothing was
    /// selected; what did not change is left out afterwards.
    fn names(&self, set: &Set, what: Option<Changed>) -> Vec<&'static str> {
        let all = match &self.selected {
            None if self.minimal && what.is_some() => set.properties,
            None => set.usual,
            Some(names) => names,
        };
        let others = all.iter().copied().filter(|name| *name != "id" && set.relation(name).is_none());
        std::iter::once("id").chain(others).collect()
    }
}

/// Reads a request; what a token says and the request repeats has to be the same.
fn asked(call: &Call, set: &Set) -> Result<Asked, Fault> {
    let optional = call.version.dollar_is_optional();
    let (delta_token, query) = without_delta_token(&call.query, optional)?;
    let options = QueryOptions::read(&query, optional)?;
    no_expand(&options, set.type_name)?;
    for (given, option) in [(options.orderby.is_some(), "$orderby"), (options.search.is_some(), "$search")] {
        if given {
            return Err(
                QueryError::unsupported(format!("{option} is not supported by delta queries.")).into()
            );
        }
    }
    let minimal = prefers_minimal(call);
    let only = options.filter.as_deref().map(ids).transpose()?.unwrap_or_default();
    let latest = delta_token.as_deref().is_some_and(|token| token.eq_ignore_ascii_case("latest"));
    let token = match (options.skiptoken.as_deref(), delta_token.as_deref()) {
        (Some(_), Some(_)) => {
            return Err(QueryError::bad("$skiptoken and $deltatoken cannot be given together.").into());
        }
        (Some(text), None) => Some((TokenKind::Skip, text)),
        (None, Some(text)) if !latest => Some((TokenKind::Delta, text)),
        (None, _) => None,
    };
    let Some((kind, text)) = token else {
        let from = if latest { From::Latest } else { From::Start };
        let selected = options.select.as_deref().map(|text| select(text, set)).transpose()?;
        let top = options.page_size();
        return Ok(Asked { from, top, select: joined(selected.as_deref()), selected, only, minimal });
    };
    let token = DeltaToken::open(&key(call)?, call.actor.tenant, set.name, kind, text)?;
    let repeated = options.select.as_deref().map(|text| select(text, set)).transpose()?;
    if repeated.is_some() && joined(repeated.as_deref()) != token.selected {
        return Err(of_another_query(kind, "$select"));
    }
    if options.filter.is_some() && only != token.only {
        return Err(of_another_query(kind, "$filter"));
    }
    if call.app().now() > token.given_at.plus_seconds(TOKEN_SECONDS) {
        return Err(gone(call, set, token.selected.as_deref(), &token.only, TOO_OLD));
    }
    // A property that this program does not know any more was known to the one that gave the token.
    let selected = token.selected.as_deref().map(|text| select(text, set)).transpose()?;
    let (from, top) = (token.from, options.top.unwrap_or(token.top));
    Ok(Asked { from, top, select: token.selected, selected, only: token.only, minimal })
}

fn of_another_query(kind: TokenKind, option: &str) -> Fault {
    let kind = kind.option();
    QueryError::bad(format!(
        "The {kind} is of a query with another {option}. Leave {option} out: the token holds it; or begin anew without a token."
    ))
    .into()
}

fn joined(selected: Option<&[&'static str]>) -> Option<String> {
    selected.map(|names| names.join(","))
}

fn select(text: &str, set: &Set) -> Result<Vec<&'static str>, Fault> {
    let relations = set.relations.iter().map(|(name, _)| *name);
    let all: Vec<&'static str> = set.properties.iter().copied().chain(relations).collect();
    let selected = parse_select_alone(text, &all, set.type_name)?;
    if set.name == OF_USERS.name
        && let Some(name) = selected.iter().find(|name| SINGLE_USER_ONLY.contains(name))
    {
        return Err(Fault::not_implemented(format!(
            "Property '{name}' can be read from a single user only."
        )));
    }
    Ok(selected)
}

/// The value of `$deltatoken`, if there is one that is not empty, and the query without it; `optional` is the dollar sign.
fn without_delta_token(query: &str, optional: bool) -> Result<(Option<String>, String), Fault> {
    let (mut token, mut rest, mut seen) = (None, Vec::new(), false);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = percent_decode_str(name).decode_utf8_lossy();
        let bare = name.trim().strip_prefix('$').or(optional.then_some(name.trim()));
        if !bare.is_some_and(|bare| bare.eq_ignore_ascii_case("deltatoken")) {
            rest.push(pair);
            continue;
        }
        if seen {
            return Err(QueryError::bad("Query option '$deltatoken' was specified more than once.").into());
        }
        seen = true;
        let value = percent_decode_str(value).decode_utf8_lossy().trim().to_owned();
        token = Some(value).filter(|value| !value.is_empty());
    }
    Ok((token, rest.join("&")))
}

/// `id eq '…' or id eq '…'`, the one filter of delta queries.
fn ids(filter: &str) -> Result<Vec<ObjectId>, Fault> {
    let wrong = |what: String| {
        Fault::from(QueryError::unsupported(format!(
            "{what} A delta query is filtered by ids only: $filter=id eq '<id>' or id eq '<id>'."
        )))
    };
    let words: Vec<&str> = filter.split_ascii_whitespace().collect();
    let mut ids = Vec::new();
    for (place, term) in words.chunks(4).enumerate() {
        let ([name, operator, value] | [name, operator, value, _]) = *term else {
            return Err(wrong("The filter ends too early.".to_owned()));
        };
        if !name.eq_ignore_ascii_case("id") {
            return Err(wrong(format!("Delta queries cannot be filtered by '{}'.", quote(name))));
        }
        if !operator.eq_ignore_ascii_case("eq") {
            return Err(wrong(format!("The operator '{}' is not supported here.", quote(operator))));
        }
        let bare = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value);
        let Some(id) = ObjectId::parse(bare) else {
            return Err(wrong(format!("'{}' is not an id.", quote(bare))));
        };
        let last = place * 4 + term.len() == words.len();
        match term.get(3) {
            Some(joint) if !joint.eq_ignore_ascii_case("or") => {
                return Err(wrong(format!("Conditions are joined by 'or', not by '{}'.", quote(joint))));
            }
            Some(_) if last => return Err(wrong("The filter ends too early.".to_owned())),
            _ => {}
        }
        if !ids.contains(&id) {
            ids.push(id);
        }
        if ids.len() > FILTERED {
            return Err(wrong(format!("The filter names more than {FILTERED} objects.")));
        }
    }
    Ok(ids)
}

/// RFC 7240 section 4.2.
fn prefers_minimal(call: &Call) -> bool {
    let given = call.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let wishes = given.flat_map(|value| value.split([',', ';']));
    wishes.map(|wish| wish.replace([' ', '"'], "")).any(|wish| wish.eq_ignore_ascii_case("return=minimal"))
}

fn key(call: &Call) -> Result<[u8; 32], Refusal> {
    let keys = call.app().keys(call.actor.tenant).ok_or(Refusal::Internal)?;
    Ok(keys.keyed_hash("delta", b"graph"))
}

// Wire

const TOO_OLD: (&str, &str) = (
    "syncStateNotFound",
    "The token is older than seven days, or what changed since is not kept any more. Begin anew at the address in the Location header.",
);
const NOT_OF_THIS_STATE: (&str, &str) = (
    "resyncRequired",
    "The token is of another state of this directory. Begin anew at the address in the Location header.",
);

/// 410, with the address of the same query from its beginning.
fn gone(
    call: &Call,
    set: &Set,
    select: Option<&str>,
    only: &[ObjectId],
    (code, message): (&'static str, &str),
) -> Fault {
    let mut location = format!("{}/{}/delta?$deltatoken=", call.root(), set.name);
    if let Some(select) = select {
        location.extend(["&$select=", select]);
    }
    if !only.is_empty() {
        let terms: Vec<String> = only.iter().map(|id| format!("id eq '{id}'")).collect();
        let filter = terms.join(" or ");
        location.extend(["&$filter=", &utf8_percent_encode(&filter, NON_ALPHANUMERIC).to_string()]);
    }
    Fault::gone(code, message, location)
}

/// One page with the link to what comes then.
fn reply<T>(call: &Call, set: &Set, asked: &Asked, page: Page<T>, wire: impl Fn(T, &str) -> Value) -> Answer {
    let (items, next, initial_domain) = match page {
        Page::Changes { items, next, initial_domain } => (items, next, initial_domain),
        Page::Forgotten => return Err(gone(call, set, asked.select.as_deref(), &asked.only, TOO_OLD)),
        Page::Unknown => {
            return Err(gone(call, set, asked.select.as_deref(), &asked.only, NOT_OF_THIS_STATE));
        }
    };
    let (kind, from) = match next {
        Next::Page(from) => (TokenKind::Skip, from),
        Next::Round(position) => (TokenKind::Delta, From::Since(Place::behind(position))),
    };
    let token = DeltaToken {
        given_at: call.app().now(),
        from,
        top: asked.top,
        selected: asked.select.clone(),
        only: asked.only.clone(),
    };
    let token = token.seal(&key(call)?, call.actor.tenant, set.name);
    let link = format!("{}/{}/delta?{}={token}", call.root(), set.name, kind.option());
    let value: Vec<Value> = items.into_iter().map(|item| wire(item, &initial_domain)).collect();
    let context = call.context(set.name, asked.selected.as_deref(), Shape::List);
    let member = if kind == TokenKind::Skip { "@odata.nextLink" } else { "@odata.deltaLink" };
    let mut body = json!({ "@odata.context": context, "value": value });
    body[member] = link.into();
    let reply = Reply::ok(body);
    // RFC 7240 section 3.
    Ok(if asked.minimal { reply.with("preference-applied", "return=minimal") } else { reply })
}

/// An object that is gone; `changed` means that it can be restored.
fn removed(id: ObjectId, for_good: bool) -> Value {
    let reason = if for_good { "deleted" } else { "changed" };
    json!({ "@removed": { "reason": reason }, "id": id.to_string() })
}

/// Leaves out what was never set; with `minimal` also what did not change. What was emptied is shown empty.
fn only_told(mut object: Value, set: &Set, what: Option<Changed>, minimal: bool) -> Value {
    if let Value::Object(members) = &mut object {
        members.retain(|name, value| {
            let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            let changed = what.is_some_and(|what| what.touches(set.bit(name)));
            let left_out = empty || (minimal && what.is_some());
            name == "id" || changed || !left_out
        });
    }
    object
}

/// Puts what a relation says into a body, if it says anything.
fn put_related(body: &mut Value, name: &str, related: &[RelatedChange]) {
    if !related.is_empty() {
        body[format!("{name}@delta")] = related.iter().map(member).collect();
    }
}

fn member(member: &RelatedChange) -> Value {
    let kind = match member.kind {
        PrincipalKind::User => "#microsoft.graph.user",
        PrincipalKind::Group => "#microsoft.graph.group",
        PrincipalKind::ServicePrincipal => "#microsoft.graph.servicePrincipal",
    };
    let mut body = json!({ "@odata.type": kind, "id": member.id.to_string() });
    if member.gone {
        body["@removed"] = json!({ "reason": "deleted" });
    }
    body
}

// Handlers

pub(super) async fn users(call: Call) -> Answer {
    let asked = asked(&call, &OF_USERS)?;
    let (page, view) = changes::users(call.app(), &call.actor, asked.from, asked.followed(&OF_USERS)).await?;
    reply(&call, &OF_USERS, &asked, page, |change, initial_domain| match change {
        UserChange::Gone { id, for_good } => removed(id, for_good),
        UserChange::There { user, what, manager } => {
            let seen = Seen { user: *user, view, initial_domain: initial_domain.to_owned() };
            let shown = user_wire(&seen, Some(&asked.names(&OF_USERS, what)));
            let mut body = only_told(shown, &OF_USERS, what, asked.minimal);
            put_related(&mut body, "manager", &manager);
            body
        }
    })
}

pub(super) async fn groups(call: Call) -> Answer {
    let asked = asked(&call, &OF_GROUPS)?;
    let page = changes::groups(call.app(), &call.actor, asked.from, asked.followed(&OF_GROUPS)).await?;
    reply(&call, &OF_GROUPS, &asked, page, |change, _| match change {
        GroupChange::Gone { id, for_good } => removed(id, for_good),
        GroupChange::There { group, what, members, owners } => {
            let shown = group_wire(&group, Some(&asked.names(&OF_GROUPS, what)));
            let mut body = only_told(shown, &OF_GROUPS, what, asked.minimal);
            put_related(&mut body, "members", &members);
            put_related(&mut body, "owners", &owners);
            body
        }
    })
}
