//! Objects of any kind by their id, and as lists mix them. Refuses more than each kind's own reader
//! would show.

mod delete;

pub use delete::delete;

use std::cmp::Ordering;
use std::collections::HashMap;

use hospes_domain::access::{
    Actor, Caller, Role, Scope, View, may_learn_of_absence, may_read_application, may_read_group,
    may_read_user,
};
use hospes_domain::application::{PrincipalKind, ServicePrincipal};
use hospes_domain::deletion::Kind;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{After, Comparison, Filter, Found, List, ObjectField, Value};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::groups::Member;
use hospes_store::{applications, directory_objects, groups, service_principals, users};

use crate::app::{App, Stop};
use crate::apps::Registration;
use crate::callers;
use crate::groups::SeenGroup;
use crate::groups::get::joined;
use crate::users::{NOBODY, Seen};

/// Permissions of which one lets groups and memberships be read.
pub(crate) const READ_GROUPS: &[Scope] = &[
    Scope::GroupReadAll,
    Scope::GroupReadWriteAll,
    Scope::GroupMemberReadAll,
    Scope::GroupMemberReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];
/// Permissions of which one lets applications and their assignments be read.
pub(crate) const READ_APPLICATIONS: &[Scope] = &[
    Scope::ApplicationReadAll,
    Scope::ApplicationReadWriteAll,
    Scope::DirectoryReadAll,
    Scope::DirectoryReadWriteAll,
];

/// An object of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryObject {
    /// A person, as far as the caller sees it.
    User(Box<Seen>),
    /// A group, as far as the caller sees it.
    Group(Box<SeenGroup>),
    /// An application's presence in the tenant.
    ServicePrincipal(Box<ServicePrincipal>),
    /// An application as it is registered.
    Application(Box<Registration>),
    /// A directory role; its id is its template id.
    Role(Role),
}

impl DirectoryObject {
    /// The object id.
    pub fn id(&self) -> ObjectId {
        match self {
            Self::User(seen) => seen.user.id(),
            Self::Group(seen) => seen.group.id,
            Self::ServicePrincipal(principal) => principal.id,
            Self::Application(registration) => registration.application.id,
            Self::Role(role) => ObjectId(role.id()),
        }
    }

    /// Whether it is of that kind.
    pub(crate) fn is_a(&self, kind: PrincipalKind) -> bool {
        match self {
            Self::User(_) => kind == PrincipalKind::User,
            Self::Group(_) => kind == PrincipalKind::Group,
            Self::ServicePrincipal(_) => kind == PrincipalKind::ServicePrincipal,
            Self::Application(_) | Self::Role(_) => false,
        }
    }

    /// `displayName`; empty where the caller does not see it, so that neither a filter nor an order tells it.
    pub fn display_name(&self) -> &str {
        match self {
            Self::User(seen) => &seen.user.profile.display_name,
            Self::Group(seen) if seen.view == View::Limited => "",
            Self::Group(seen) => &seen.group.display_name,
            Self::ServicePrincipal(principal) => &principal.display_name,
            Self::Application(registration) => &registration.application.display_name,
            Self::Role(role) => role.name(),
        }
    }
}

/// The object of that kind and id, if it is there, as far as a view shows it.
fn load(
    tx: &impl Read,
    caller: &Caller,
    view: View,
    kind: PrincipalKind,
    id: ObjectId,
) -> Result<Option<DirectoryObject>, Stop> {
    let tenant = caller.actor.tenant;
    Ok(match kind {
        PrincipalKind::User => users::by_id(tx, tenant, id)?.map(|user| {
            let initial_domain = caller.initial_domain.clone();
            DirectoryObject::User(Box::new(Seen { user, view, initial_domain }))
        }),
        PrincipalKind::Group => groups::by_id(tx, tenant, id)?
            .map(|group| DirectoryObject::Group(Box::new(SeenGroup { group, view }))),
        PrincipalKind::ServicePrincipal => service_principals::by_id(tx, tenant, id)?
            .map(|principal| DirectoryObject::ServicePrincipal(Box::new(principal))),
    })
}

/// How much of objects among others the caller sees, as [`load_for`] has it.
pub(crate) fn seen_by(
    caller: &Caller,
    others: View,
) -> impl Fn(PrincipalKind, ObjectId) -> Option<View> + '_ {
    move |kind, id| Some(if kind == PrincipalKind::User && !caller.is(id) { others } else { View::Full })
}

/// The same where a list takes no permission to read people: of those whom the caller may not read it sees no more than
/// what everybody sees who sees anybody.
pub(crate) fn as_far_as_read(caller: &Caller) -> impl Fn(PrincipalKind, ObjectId) -> Option<View> + '_ {
    move |kind, id| seen_by(caller, may_read_user(caller, id).unwrap_or(View::Least))(kind, id)
}

/// Objects of which one statement names the ids.
pub(crate) const READ_AT_ONCE: usize = 500;

/// Objects of a list, in its order and each once: those of a kind are read in one piece. `view` says how much of one the
/// caller sees; what it sees nothing of is left out.
pub(crate) fn load_list(
    tx: &impl Read,
    caller: &Caller,
    wanted: &[Member],
    view: impl Fn(PrincipalKind, ObjectId) -> Option<View>,
) -> Result<Vec<DirectoryObject>, Stop> {
    let tenant = caller.actor.tenant;
    let mut items = Vec::with_capacity(wanted.len());
    for wanted in wanted.chunks(READ_AT_ONCE) {
        let of = |kind: PrincipalKind| -> Vec<ObjectId> {
            let seen = |one: &&Member| one.kind == kind && view(kind, one.id).is_some();
            wanted.iter().filter(seen).map(|one| one.id).collect()
        };
        let mut found: HashMap<ObjectId, DirectoryObject> = HashMap::new();
        for user in users::by_ids(tx, tenant, &of(PrincipalKind::User))? {
            let Some(view) = view(PrincipalKind::User, user.id()) else { continue };
            let (id, initial_domain) = (user.id(), caller.initial_domain.clone());
            found.insert(id, DirectoryObject::User(Box::new(Seen { user, view, initial_domain })));
        }
        for group in groups::by_ids(tx, tenant, &of(PrincipalKind::Group))? {
            let Some(view) = view(PrincipalKind::Group, group.id) else { continue };
            found.insert(group.id, DirectoryObject::Group(Box::new(SeenGroup { group, view })));
        }
        for principal in service_principals::by_ids(tx, tenant, &of(PrincipalKind::ServicePrincipal))? {
            found.insert(principal.id, DirectoryObject::ServicePrincipal(Box::new(principal)));
        }
        items.extend(wanted.iter().filter_map(|one| found.remove(&one.id)));
    }
    Ok(items)
}

/// The same of ids whose kinds are not known yet; ids of nobody are left out.
pub(crate) fn load_known(
    tx: &impl Read,
    caller: &Caller,
    ids: &[ObjectId],
    view: impl Fn(PrincipalKind, ObjectId) -> Option<View>,
) -> Result<Vec<DirectoryObject>, Stop> {
    let mut wanted = Vec::with_capacity(ids.len());
    for ids in ids.chunks(READ_AT_ONCE) {
        let known = directory_objects::all_known(tx, caller.actor.tenant, ids)?;
        let kind_of = |id: &ObjectId| known.get(id).map(|known| Member { id: *id, kind: known.kind });
        wanted.extend(ids.iter().filter_map(kind_of));
    }
    load_list(tx, caller, &wanted, view)
}

/// An object among others: `others` is what the caller sees of other users; itself it sees wholly, and groups and
/// applications, too, wherever it sees lists of them.
pub(crate) fn load_for(
    tx: &impl Read,
    caller: &Caller,
    others: View,
    kind: PrincipalKind,
    id: ObjectId,
) -> Result<Option<DirectoryObject>, Stop> {
    let view = if kind == PrincipalKind::User && !caller.is(id) { others } else { View::Full };
    load(tx, caller, view, kind, id)
}

/// The object of that id, whatever it is.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::NotAllowed`] without a permission to read objects of its kind.
pub async fn get(app: &App, actor: &Actor, id: ObjectId) -> Result<DirectoryObject, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let joined = joined(tx, &caller, id)?;
        let view_of = |kind| match kind {
            PrincipalKind::User => may_read_user(&caller, id),
            PrincipalKind::Group => may_read_group(&caller, READ_GROUPS, joined),
            PrincipalKind::ServicePrincipal => {
                may_read_application(&caller, READ_APPLICATIONS).map(|()| View::Full)
            }
        };
        let Some(known) = directory_objects::known(tx, actor.tenant, id)? else {
            if may_read_application(&caller, READ_APPLICATIONS).is_ok()
                && let Some(found) = applications::by_id(tx, actor.tenant, id)?
            {
                let found = Registration::load(tx, actor.tenant, found, &caller.initial_domain)?;
                return Ok(DirectoryObject::Application(Box::new(found)));
            }
            // Whoever may read nothing does not learn what exists.
            let kinds = [PrincipalKind::Group, PrincipalKind::ServicePrincipal];
            if !kinds.into_iter().any(|kind| view_of(kind).is_ok()) {
                view_of(PrincipalKind::User)?;
            }
            may_learn_of_absence(&caller)?;
            return Err(Refusal::not_found(id).into());
        };
        let view = view_of(known.kind)?;
        load(tx, &caller, view, known.kind, id)?.ok_or_else(|| Refusal::not_found(id).into())
    })
    .await
}

/// Objects of several kinds by their ids, each once; ids of nobody are left out, and so are kinds the caller may not read.
/// `kinds` narrows them.
///
/// # Errors
/// [`Refusal::NotAllowed`] to whoever may read none of the kinds, and to restricted guests.
pub async fn by_ids(
    app: &App,
    actor: &Actor,
    ids: Vec<ObjectId>,
    kinds: Option<Vec<Kind>>,
) -> Result<Vec<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let wanted = |kind| kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind));
        let may = |kind: Kind, id: ObjectId| match kind {
            Kind::User => may_read_user(&caller, id),
            Kind::Group => may_read_group(&caller, READ_GROUPS, false),
            Kind::ServicePrincipal | Kind::Application => {
                may_read_application(&caller, READ_APPLICATIONS).map(|()| View::Full)
            }
        };
        if !Kind::ALL.into_iter().any(|kind| may(kind, NOBODY).is_ok()) {
            may(Kind::User, NOBODY)?;
        }
        may_learn_of_absence(&caller)?;
        let view = |kind: PrincipalKind, id| wanted(kind.into()).then(|| may(kind.into(), id).ok()).flatten();
        let objects = load_known(tx, &caller, &ids, view)?;
        let mut found: HashMap<ObjectId, DirectoryObject> =
            objects.into_iter().map(|object| (object.id(), object)).collect();
        if wanted(Kind::Application) && may(Kind::Application, NOBODY).is_ok() {
            let others = applications::by_ids(tx, actor.tenant, &ids)?;
            for one in Registration::load_all(tx, actor.tenant, others, &caller.initial_domain)? {
                found.insert(one.application.id, DirectoryObject::Application(Box::new(one)));
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    })
    .await
}

/// Filters, sorts and cuts a list that is short and complete in memory.
pub(crate) fn page(
    mut all: Vec<DirectoryObject>,
    list: &List<ObjectField>,
    counted: bool,
) -> Found<DirectoryObject> {
    if let Some(filter) = &list.filter {
        all.retain(|object| holds(filter, object));
    }
    let count = counted.then(|| i64::try_from(all.len()).unwrap_or(i64::MAX));
    let by_name = list.order.filter(|order| order.field == ObjectField::DisplayName);
    let descending = list.order.is_some_and(|order| order.descending);
    let place = |name: &str, id: ObjectId, other: &DirectoryObject| -> Ordering {
        let first = if by_name.is_some() { name.cmp(&key(other)) } else { Ordering::Equal };
        let turned = if descending { first.reverse() } else { first };
        turned.then(id.cmp(&other.id()))
    };
    all.sort_by(|one, other| place(&key(one), one.id(), other));
    if let Some(after) = &list.page.after {
        let name = match &after.key {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        all.retain(|object| place(&name, after.id, object) == Ordering::Less);
    }
    let more = all.len() > usize::from(list.page.top);
    all.truncate(usize::from(list.page.top));
    let next = all
        .last()
        .filter(|_| more)
        .map(|last| After { key: by_name.map(|_| Value::Text(key(last))), id: last.id() });
    Found { items: all, next, count }
}

fn key(object: &DirectoryObject) -> String {
    object.display_name().to_lowercase()
}

/// The condition on an object in memory, with the meaning `domain::query` gives it.
fn holds(filter: &Filter<ObjectField>, object: &DirectoryObject) -> bool {
    let value = |field: ObjectField| match field {
        ObjectField::Id => Value::Id(object.id().0),
        ObjectField::DisplayName => Value::Text(key(object)),
    };
    let folded = |wanted: &Value| match wanted {
        Value::Text(text) => Value::Text(text.to_lowercase()),
        other => other.clone(),
    };
    let order = |field: ObjectField, wanted: &Value| match (value(field), folded(wanted)) {
        (Value::Text(own), Value::Text(wanted)) => Some(own.cmp(&wanted)),
        (Value::Id(own), Value::Id(wanted)) => Some(own.cmp(&wanted)),
        _ => None,
    };
    match filter {
        Filter::And(one, other) => holds(one, object) && holds(other, object),
        Filter::Or(one, other) => holds(one, object) || holds(other, object),
        Filter::Not(inner) => !holds(inner, object),
        Filter::Compare { field, op, value } => match op {
            Comparison::Equal => order(*field, value) == Some(Ordering::Equal),
            Comparison::NotEqual => order(*field, value) != Some(Ordering::Equal),
            Comparison::AtLeast => order(*field, value).is_some_and(Ordering::is_ge),
            Comparison::AtMost => order(*field, value).is_some_and(Ordering::is_le),
            Comparison::Above => order(*field, value).is_some_and(Ordering::is_gt),
            Comparison::Below => order(*field, value).is_some_and(Ordering::is_lt),
        },
        Filter::StartsWith { field, value: prefix } => {
            matches!(value(*field), Value::Text(own) if own.starts_with(&prefix.to_lowercase()))
        }
        Filter::Contains { field, value: part } => {
            matches!(value(*field), Value::Text(own) if own.contains(&part.to_lowercase()))
        }
        Filter::EndsWith { field, value: end } => {
            matches!(value(*field), Value::Text(own) if own.ends_with(&end.to_lowercase()))
        }
        Filter::Words { words, .. } => {
            let kept = hospes_domain::words::kept(object.display_name());
            words.iter().all(|asked| kept.iter().any(|word| word.starts_with(asked)))
        }
        Filter::In { field, values } => {
            values.iter().any(|wanted| order(*field, wanted) == Some(Ordering::Equal))
        }
        Filter::Any { .. } => false,
        Filter::Has { at_least, .. } => *at_least <= 0,
    }
}
