//! What was deleted and can be restored, of every kind. Refuses whoever could restore nothing of a kind and may not read
//! everything; what is beyond restoring is not there any more, whether purged already or not.

pub mod list;
pub mod purge;
pub mod restore;

use std::collections::HashMap;

use hospes_domain::access::{Actor, Caller, Scope, View, may_read_deleted_of};
use hospes_domain::deletion::{Deleted, Kind, restorable_since};
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{
    ApplicationField, Filter, GroupField, List, Page, ServicePrincipalField, UserField, Value,
};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::users_query::{self, Whom};
use hospes_store::{applications, deleted_items, groups, service_principals};

use crate::app::{App, Stop};
use crate::apps::{Presence, Registration};
use crate::directory_objects::{DirectoryObject, READ_APPLICATIONS, READ_GROUPS};
use crate::users::{Seen, deleted};

/// Permissions of which one lets objects of a kind be read; those of users are asked for elsewhere.
fn scopes(kind: Kind) -> &'static [Scope] {
    match kind {
        Kind::User => &[],
        Kind::Group => READ_GROUPS,
        Kind::ServicePrincipal | Kind::Application => READ_APPLICATIONS,
    }
}

/// The kinds of deleted objects that the caller may read; one at least, or the refusal of the last.
fn readable(caller: &Caller) -> Result<Vec<Kind>, Refusal> {
    let may = |kind: &Kind| may_read_deleted_of(caller, *kind, scopes(*kind));
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| may(kind).is_ok()).collect();
    if kinds.is_empty() {
        may(&Kind::User)?;
    }
    Ok(kinds)
}

/// What kind of object was deleted under that id, unless the caller says of which it is to be; a user for nothing. Tells
/// callers nothing: each kind's own verb asks for the rights, and does not find what is of another.
async fn kind_of(app: &App, actor: &Actor, id: ObjectId, said: Option<Kind>) -> Result<Kind, Refusal> {
    if let Some(kind) = said {
        return Ok(kind);
    }
    let tenant = actor.tenant;
    app.read(move |tx| {
        Ok(deleted_items::kind_of(tx, tenant, id, restorable_since(tx.now()))?.unwrap_or(Kind::User))
    })
    .await
}

/// The deleted object of that kind and id.
fn load(
    tx: &impl Read,
    caller: &Caller,
    kind: Kind,
    id: ObjectId,
) -> Result<Option<Deleted<DirectoryObject>>, Stop> {
    let (tenant, since) = (caller.actor.tenant, restorable_since(tx.now()));
    Ok(match kind {
        Kind::User => deleted::find(tx, tenant, id)?.map(|user| {
            let at = user.guest.record().deleted_at.unwrap_or_else(|| tx.now());
            let initial_domain = caller.initial_domain.clone();
            let seen = Seen { user, view: View::Full, initial_domain };
            Deleted { item: DirectoryObject::User(Box::new(seen)), at }
        }),
        Kind::Group => groups::deleted(tx, tenant, id, since)?
            .map(|Deleted { item: group, at }| Deleted { item: DirectoryObject::Group(Box::new(group)), at }),
        Kind::ServicePrincipal => {
            service_principals::deleted(tx, tenant, id, since)?.map(|Deleted { item, at }| Deleted {
                item: DirectoryObject::ServicePrincipal(Box::new(Presence::bare(tenant, item))),
                at,
            })
        }
        Kind::Application => applications::deleted(tx, tenant, id, since)?.map(|Deleted { item, at }| {
            let registration = Registration::bare(item, &caller.initial_domain);
            Deleted { item: DirectoryObject::Application(Box::new(registration)), at }
        }),
    })
}

/// Deleted objects, in their order: those of a kind are read in one piece.
fn load_all(
    tx: &impl Read,
    caller: &Caller,
    wanted: &[(Kind, ObjectId)],
) -> Result<Vec<Deleted<DirectoryObject>>, Stop> {
    let (tenant, since) = (caller.actor.tenant, restorable_since(tx.now()));
    let of = |kind: Kind| -> Vec<Value> {
        wanted.iter().filter(|(other, _)| *other == kind).map(|(_, id)| Value::Id(id.0)).collect()
    };
    let mut found: HashMap<ObjectId, Deleted<DirectoryObject>> = HashMap::new();
    if let Some(list) = these(UserField::Id, of(Kind::User)) {
        for user in users_query::list(tx, tenant, &list, Whom::DeletedSince(since))?.0 {
            let (id, at) = (user.id(), user.guest.record().deleted_at.unwrap_or_else(|| tx.now()));
            let seen = Seen { user, view: View::Full, initial_domain: caller.initial_domain.clone() };
            found.insert(id, Deleted { item: DirectoryObject::User(Box::new(seen)), at });
        }
    }
    if let Some(list) = these(GroupField::Id, of(Kind::Group)) {
        for Deleted { item: group, at } in groups::list_deleted(tx, tenant, since, &list, false)?.items {
            found.insert(group.id, Deleted { item: DirectoryObject::Group(Box::new(group)), at });
        }
    }
    if let Some(list) = these(ServicePrincipalField::Id, of(Kind::ServicePrincipal)) {
        for Deleted { item, at } in service_principals::list_deleted(tx, tenant, since, &list, false)?.items {
            let (id, bare) = (item.id, Presence::bare(tenant, item));
            found.insert(id, Deleted { item: DirectoryObject::ServicePrincipal(Box::new(bare)), at });
        }
    }
    if let Some(list) = these(ApplicationField::Id, of(Kind::Application)) {
        for Deleted { item, at } in applications::list_deleted(tx, tenant, since, &list, false)?.items {
            let (id, bare) = (item.id, Registration::bare(item, &caller.initial_domain));
            found.insert(id, Deleted { item: DirectoryObject::Application(Box::new(bare)), at });
        }
    }
    Ok(wanted.iter().filter_map(|(_, id)| found.remove(id)).collect())
}

/// A list of the objects of these ids; `None` where there are none.
fn these<F>(id: F, ids: Vec<Value>) -> Option<List<F>> {
    let top = u16::try_from(ids.len()).ok().filter(|top| *top > 0)?;
    let filter = Some(Filter::In { field: id, values: ids });
    Some(List { filter, order: None, page: Page { top, after: None } })
}

#[cfg(test)]
mod tests;
