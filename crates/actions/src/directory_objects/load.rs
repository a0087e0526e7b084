//! Objects of several kinds, read kind by kind. Refuses to show more of one than the caller may read of its kind: of the
//! others a list says that they are there (learn.microsoft.com/graph/permissions-overview, "Limited information returned for
//! inaccessible member objects").

use std::collections::HashMap;

use hospes_domain::access::{Caller, View, may_read_user, view_of_others};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::ObjectId;
use hospes_domain::user::User;
use hospes_store::engine::Read;
use hospes_store::groups::Member;
use hospes_store::{directory_objects, groups, service_principals, users};

use super::{DirectoryObject, READ_APPLICATIONS, READ_GROUPS};
use crate::app::Stop;
use crate::apps::Presence;
use crate::users::Seen;

/// How much the caller sees of an object among others: what it may read of its kind, of itself the whole.
pub(crate) fn seen_by(caller: &Caller) -> impl Fn(PrincipalKind, ObjectId) -> Option<View> + '_ {
    let may = |scopes| if caller.actor.scopes.has_any(scopes) { View::Full } else { View::Id };
    move |kind, id| {
        Some(match kind {
            PrincipalKind::User if caller.is(id) => may_read_user(caller, id).unwrap_or(View::Id),
            PrincipalKind::User => view_of_others(caller),
            PrincipalKind::Group => may(READ_GROUPS),
            PrincipalKind::ServicePrincipal => may(READ_APPLICATIONS),
        })
    }
}

/// The kinds of which the caller sees the names among others.
pub(crate) fn names_seen(caller: &Caller) -> Vec<PrincipalKind> {
    let kinds = [PrincipalKind::User, PrincipalKind::Group, PrincipalKind::ServicePrincipal];
    let seen = seen_by(caller);
    // Nobody's id: it is not the caller that is asked about.
    kinds.into_iter().filter(|kind| seen(*kind, crate::users::NOBODY) != Some(View::Id)).collect()
}

/// A person of whom that much is seen.
pub(crate) fn person(caller: &Caller, user: User, view: View) -> DirectoryObject {
    if view == View::Id {
        return DirectoryObject::Unseen(PrincipalKind::User.into(), user.id());
    }
    let initial_domain = caller.initial_domain.clone();
    DirectoryObject::User(Box::new(Seen { user, view, initial_domain }))
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
            let read =
                |one: &&Member| one.kind == kind && view(kind, one.id).is_some_and(|view| view != View::Id);
            wanted.iter().filter(read).map(|one| one.id).collect()
        };
        let mut found: HashMap<ObjectId, DirectoryObject> = HashMap::new();
        for user in users::by_ids(tx, tenant, &of(PrincipalKind::User))? {
            let Some(view) = view(PrincipalKind::User, user.id()) else { continue };
            found.insert(user.id(), person(caller, user, view));
        }
        for group in groups::by_ids(tx, tenant, &of(PrincipalKind::Group))? {
            found.insert(group.id, DirectoryObject::Group(Box::new(group)));
        }
        let principals = service_principals::by_ids(tx, tenant, &of(PrincipalKind::ServicePrincipal))?;
        for presence in Presence::load_all(tx, tenant, principals)? {
            found.insert(presence.principal.id, DirectoryObject::ServicePrincipal(Box::new(presence)));
        }
        for one in wanted.iter().filter(|one| view(one.kind, one.id) == Some(View::Id)) {
            found.insert(one.id, DirectoryObject::Unseen(one.kind.into(), one.id));
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
