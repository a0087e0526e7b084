//! What a user owns: groups, applications and service principals. Refuses guests what others own (threats E4).

use std::collections::HashMap;

use hospes_domain::access::{Actor, Caller, Scope, may_read_owned};
use hospes_domain::application::PrincipalKind;
use hospes_domain::deletion::Kind;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{Found, List, ObjectField};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::groups::Member;
use hospes_store::{applications, owned};

use super::find;
use crate::app::{App, Stop};
use crate::apps::Registration;
use crate::callers;
use crate::directory_objects::{DirectoryObject, READ_APPLICATIONS, Type, load_list, names_seen, seen_by};

/// Permissions of which one lets what others own be read.
pub(crate) const READ_OWNED: &[Scope] =
    &[Scope::UserReadAll, Scope::UserReadWriteAll, Scope::DirectoryReadAll, Scope::DirectoryReadWriteAll];

/// One page of what the user of an id or user principal name owns, of one kind if `only` says so.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn owned_objects(
    app: &App,
    actor: &Actor,
    key: String,
    only: Option<Kind>,
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let tenant = actor.tenant;
        let user = find(tx, tenant, &key)?.map(|user| user.id());
        may_read_owned(&caller, user, READ_OWNED)?;
        let user = user.ok_or_else(|| Refusal::not_found(&key))?;
        let named = named(&caller);
        let found = owned::list(tx, tenant, (user, only, &named), &list, counted)?;
        let items = load_owned(tx, &caller, &found.items)?;
        Ok(Found { items, next: found.next, count: found.count })
    })
    .await
}

/// Objects of several kinds, in their order: those of a kind are read in one piece.
pub(crate) fn load_owned(
    tx: &impl Read,
    caller: &Caller,
    wanted: &[(Kind, ObjectId)],
) -> Result<Vec<DirectoryObject>, Stop> {
    let member = |(kind, id): &(Kind, ObjectId)| {
        let kind = match kind {
            Kind::User => PrincipalKind::User,
            Kind::Group => PrincipalKind::Group,
            Kind::ServicePrincipal => PrincipalKind::ServicePrincipal,
            Kind::Application => return None,
        };
        Some(Member { id: *id, kind })
    };
    let members: Vec<Member> = wanted.iter().filter_map(member).collect();
    let seen = load_list(tx, caller, &members, seen_by(caller))?;
    let mut found: HashMap<ObjectId, DirectoryObject> =
        seen.into_iter().map(|object| (object.id(), object)).collect();
    let of_applications = wanted.iter().filter(|(kind, _)| *kind == Kind::Application).map(|(_, id)| *id);
    if caller.actor.scopes.has_any(READ_APPLICATIONS) {
        let tenant = caller.actor.tenant;
        let owned = applications::by_ids(tx, tenant, &of_applications.collect::<Vec<_>>())?;
        for one in Registration::load_all(tx, tenant, owned, &caller.initial_domain)? {
            found.insert(one.application.id, DirectoryObject::Application(Box::new(one)));
        }
    } else {
        found.extend(of_applications.map(|id| (id, DirectoryObject::Unseen(Type::Application, id))));
    }
    Ok(wanted.iter().filter_map(|(_, id)| found.remove(id)).collect())
}

/// The kinds of owned objects of which the caller sees the names.
pub(crate) fn named(caller: &Caller) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = names_seen(caller).into_iter().map(Kind::from).collect();
    if kinds.contains(&Kind::ServicePrincipal) {
        kinds.push(Kind::Application);
    }
    kinds
}
