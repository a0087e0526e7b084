//! Objects of any kind by their id, and as lists mix them. Refuses more than each kind's own reader
//! would show.

use std::cmp::Ordering;

use hospes_domain::access::{Actor, Role, Scope, View, may_read_object, may_read_user};
use hospes_domain::application::{PrincipalKind, ServicePrincipal};
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{After, Comparison, Filter, Found, List, ObjectField, Value};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{directory_objects, groups, service_principals, users};

use crate::app::{App, Stop};
use crate::callers;
use crate::users::{Seen, initial_domain};

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
    /// A group.
    Group(Box<Group>),
    /// An application's presence in the tenant.
    ServicePrincipal(Box<ServicePrincipal>),
    /// A directory role; its id is its template id.
    Role(Role),
}

impl DirectoryObject {
    /// The object id.
    pub fn id(&self) -> ObjectId {
        match self {
            Self::User(seen) => seen.user.id(),
            Self::Group(group) => group.id,
            Self::ServicePrincipal(principal) => principal.id,
            Self::Role(role) => ObjectId(role.id()),
        }
    }

    /// `displayName`.
    pub fn display_name(&self) -> &str {
        match self {
            Self::User(seen) => &seen.user.profile.display_name,
            Self::Group(group) => &group.display_name,
            Self::ServicePrincipal(principal) => &principal.display_name,
            Self::Role(role) => role.name(),
        }
    }
}

/// The object of that kind and id, if it is there; all of it. `initial_domain` is the tenant's.
pub(crate) fn load(
    tx: &impl Read,
    tenant: TenantId,
    initial_domain: &str,
    kind: PrincipalKind,
    id: ObjectId,
) -> Result<Option<DirectoryObject>, Stop> {
    Ok(match kind {
        PrincipalKind::User => users::by_id(tx, tenant, id)?.map(|user| {
            let initial_domain = initial_domain.to_owned();
            DirectoryObject::User(Box::new(Seen { user, view: View::Full, initial_domain }))
        }),
        PrincipalKind::Group => {
            groups::by_id(tx, tenant, id)?.map(|group| DirectoryObject::Group(Box::new(group)))
        }
        PrincipalKind::ServicePrincipal => service_principals::by_id(tx, tenant, id)?
            .map(|principal| DirectoryObject::ServicePrincipal(Box::new(principal))),
    })
}

/// The object of that id, whatever it is.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::NotAllowed`] without a permission to read objects of its kind.
pub async fn get(app: &App, actor: &Actor, id: ObjectId) -> Result<DirectoryObject, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let tenant = actor.tenant;
        let view_of = |kind| match kind {
            PrincipalKind::User => may_read_user(&caller, id),
            PrincipalKind::Group => may_read_object(&caller, READ_GROUPS).map(|()| View::Full),
            PrincipalKind::ServicePrincipal => {
                may_read_object(&caller, READ_APPLICATIONS).map(|()| View::Full)
            }
        };
        let Some(known) = directory_objects::known(tx, tenant, id)? else {
            // Whoever may read nothing does not learn what exists.
            let kinds = [PrincipalKind::Group, PrincipalKind::ServicePrincipal];
            if !kinds.into_iter().any(|kind| view_of(kind).is_ok()) {
                view_of(PrincipalKind::User)?;
            }
            return Err(Refusal::not_found(id).into());
        };
        let view = view_of(known.kind)?;
        let domain = initial_domain(tx, tenant)?;
        match load(tx, tenant, &domain, known.kind, id)? {
            Some(DirectoryObject::User(seen)) => Ok(DirectoryObject::User(Box::new(Seen { view, ..*seen }))),
            other => other.ok_or_else(|| Refusal::not_found(id).into()),
        }
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
        },
        Filter::StartsWith { field, value: prefix } => {
            matches!(value(*field), Value::Text(own) if own.starts_with(&prefix.to_lowercase()))
        }
        Filter::In { field, values } => {
            values.iter().any(|wanted| order(*field, wanted) == Some(Ordering::Equal))
        }
        Filter::Any { .. } => false,
    }
}
