//! Reads one user. Refuses, with the answer for an unknown one, whoever the caller's tenant does not have.

use std::collections::HashMap;

use hospes_domain::access::{Actor, Caller, View, Who, may_read_sponsors, may_read_user, view_of_others};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{directory_objects, sponsors as sponsor_rows};

use super::{NOBODY, Seen, find};
use crate::app::{App, Stop};
use crate::callers;
use crate::directory_objects::{DirectoryObject, load_known, seen_by};

/// The user of an id or user principal name.
pub async fn get(app: &App, actor: &Actor, key: String) -> Result<Seen, Refusal> {
    let actor = actor.clone();
    app.glance(move |tx| seen(tx, &actor, &key)).await
}

/// The signed-in person. An application is nobody.
pub async fn me(app: &App, actor: &Actor) -> Result<Seen, Refusal> {
    match actor.who {
        Who::User { id, .. } => get(app, actor, id.to_string()).await,
        Who::App { .. } => Err(Refusal::not_found("me")),
    }
}

fn seen(tx: &impl Read, actor: &Actor, key: &str) -> Result<Seen, Stop> {
    // Both asked before either is judged, so that they are foreseen together.
    let (caller, user) = (callers::load(tx, actor), find(tx, actor.tenant, key));
    let (caller, user) = (caller?, user?);
    let Some(user) = user else {
        may_read_user(&caller, NOBODY)?;
        return Err(Refusal::not_found(key).into());
    };
    let view = may_read_user(&caller, user.id())?;
    Ok(Seen { user, view, initial_domain: caller.initial_domain })
}

/// Somebody who answers for a guest: a user or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sponsor {
    /// The object.
    pub id: ObjectId,
    /// A user or a group.
    pub kind: PrincipalKind,
    /// What the caller sees of it; `None` for no more than that it is there.
    pub object: Option<DirectoryObject>,
}

/// Who answers for a user. Sponsors that have been deleted are left out. Refuses guests the sponsors of others, and
/// restricted guests their names (threats E4).
pub async fn sponsors(app: &App, actor: &Actor, key: String) -> Result<Vec<Sponsor>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let user = find(tx, actor.tenant, &key)?.map(|user| user.id());
        let view = may_read_sponsors(&caller, user.unwrap_or(NOBODY))?;
        let user = user.ok_or_else(|| Refusal::not_found(&key))?;
        sponsors_of(tx, &caller, user, view)
    })
    .await
}

/// The sponsors of a user, as far as a view shows them; of people among them a guest sees what it sees of anybody.
pub(crate) fn sponsors_of(
    tx: &impl Read,
    caller: &Caller,
    user: ObjectId,
    view: View,
) -> Result<Vec<Sponsor>, Stop> {
    let tenant = caller.actor.tenant;
    let ids = sponsor_rows::of_user(tx, tenant, user)?;
    let known = directory_objects::all_known(tx, tenant, &ids)?;
    let mut seen: HashMap<ObjectId, DirectoryObject> = HashMap::new();
    if view == View::Full {
        let objects = load_known(tx, caller, &ids, seen_by(caller, view_of_others(caller)))?;
        seen.extend(objects.into_iter().map(|object| (object.id(), object)));
    }
    let sponsor = |id: ObjectId| Some(Sponsor { id, kind: known.get(&id)?.kind, object: seen.remove(&id) });
    Ok(ids.into_iter().filter_map(sponsor).collect())
}
