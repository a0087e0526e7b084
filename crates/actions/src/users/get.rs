//! Reads one user. Refuses, with the answer for an unknown one, whoever the caller's tenant does not have.

use hospes_domain::access::{Actor, View, Who, may_read_sponsors, may_read_user};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{directory_objects, sponsors as sponsor_rows};

use super::{NOBODY, Seen, find};
use crate::app::{App, Stop};
use crate::callers;

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
    let caller = callers::load(tx, actor)?;
    let Some(user) = find(tx, actor.tenant, key)? else {
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
    /// `displayName`, where the caller sees it.
    pub display_name: Option<String>,
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
        sponsors_of(tx, actor.tenant, user, view)
    })
    .await
}

/// The sponsors of a user, with their names as far as a view shows them.
pub(crate) fn sponsors_of(
    tx: &impl Read,
    tenant: TenantId,
    user: ObjectId,
    view: View,
) -> Result<Vec<Sponsor>, Stop> {
    let mut sponsors = Vec::new();
    for id in sponsor_rows::of_user(tx, tenant, user)? {
        let known = directory_objects::known(tx, tenant, id)?;
        sponsors.extend(known.map(|k| Sponsor {
            id,
            kind: k.kind,
            display_name: (view == View::Full).then_some(k.display_name),
        }));
    }
    Ok(sponsors)
}
