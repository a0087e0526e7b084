//! Where a user is signed in, for those who may end it: the list, and ending one. Refuses like the verb that ends all
//! of them: whoever may not end a user's sessions does not see them either, for they say where a person is.

use hospes_domain::access::{Actor, Caller, Standing, may_revoke_sessions};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::Read;
use hospes_store::roles;
use uuid::Uuid;

use super::{NOBODY, find};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::sessions::{OpenSession, end_one, open_of};

/// The good sessions of the user of an id or user principal name, the one used last first.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn open_sessions(app: &App, actor: &Actor, key: String) -> Result<Vec<OpenSession>, Refusal> {
    let who = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &who)?;
        let user = reached(tx, &caller, &key)?;
        Ok(open_of(tx, &user, tx.now())?)
    })
    .await
}

/// Ends one session of the user, with the codes and refresh tokens that apps got in it.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`] also for a session that is over or somebody else's.
pub async fn end_session(app: &App, actor: &Actor, key: String, session: Uuid) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::EndSession, move |tx| {
        let caller = callers::load(tx, &who)?;
        let user = reached(tx, &caller, &key)?;
        if !end_one(tx, who.tenant, user.id(), session)? {
            return Err(Refusal::not_found(session).into());
        }
        let details = vec![("session".to_owned(), session.to_string())];
        Ok(audit::done(tx, &caller, audit_id, Activity::EndSession, Some(&Target::user(&user)), details)?)
    })
    .await
}

/// The user of a key, if the caller reaches that user.
fn reached(tx: &impl Read, caller: &Caller, key: &str) -> Result<User, Stop> {
    let tenant = caller.actor.tenant;
    let Some(user) = find(tx, tenant, key)? else {
        may_revoke_sessions(caller, NOBODY, &Standing::default())?;
        return Err(Refusal::not_found(key).into());
    };
    may_revoke_sessions(caller, user.id(), &roles::standing(tx, tenant, user.id())?)?;
    Ok(user)
}
