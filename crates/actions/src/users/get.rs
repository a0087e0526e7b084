//! Reads one user. Refuses, with the answer for an unknown one, whoever the caller's tenant does not have.

use hospes_domain::access::{Actor, Caller, View, Who, may_read_sponsors, may_read_user};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::Read;
use hospes_store::{sponsors as sponsor_rows, users};

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

/// Who answers for a user. Sponsors that have been deleted are left out. Refuses guests the sponsors of others, and
/// restricted guests their names (threats E4).
pub async fn sponsors(app: &App, actor: &Actor, key: String) -> Result<Vec<DirectoryObject>, Refusal> {
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

/// Who invited a user: a person or an application. Refuses whom it would refuse the sponsors, who usually are the same.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] also for somebody whom nobody invited, or whose inviter is gone.
pub async fn invited_by(app: &App, actor: &Actor, key: String) -> Result<DirectoryObject, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let user = find(tx, actor.tenant, &key)?;
        let view = may_read_sponsors(&caller, user.as_ref().map_or(NOBODY, User::id))?;
        let user = user.ok_or_else(|| Refusal::not_found(&key))?;
        let found = inviter_of(tx, &caller, user.id(), view)?.pop();
        found.ok_or_else(|| Refusal::not_found("invitedBy").into())
    })
    .await
}

/// Who invited a user, if somebody who is there did, as far as a view shows it.
pub(crate) fn inviter_of(
    tx: &impl Read,
    caller: &Caller,
    user: ObjectId,
    view: View,
) -> Result<Vec<DirectoryObject>, Stop> {
    let user = users::by_id(tx, caller.actor.tenant, user)?;
    let inviter: Vec<ObjectId> = user.and_then(|user| user.invited_by).into_iter().collect();
    let seen = seen_by(caller);
    load_known(
        tx,
        caller,
        &inviter,
        |kind, id| if view == View::Id { Some(View::Id) } else { seen(kind, id) },
    )
}

/// The sponsors of a user, as far as a view shows them; of people among them a guest sees what it sees of anybody.
pub(crate) fn sponsors_of(
    tx: &impl Read,
    caller: &Caller,
    user: ObjectId,
    view: View,
) -> Result<Vec<DirectoryObject>, Stop> {
    let ids = sponsor_rows::of_user(tx, caller.actor.tenant, user)?;
    let seen = seen_by(caller);
    load_known(tx, caller, &ids, |kind, id| if view == View::Id { Some(View::Id) } else { seen(kind, id) })
}
