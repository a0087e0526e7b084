//! Changing who answers for a user (reference/user-object.md section 6). Refuses more than five, what is neither a user nor
//! a group, and oneself.

use hospes_domain::access::{Actor, Caller, Change, may_change_user};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{directory_objects, roles, sponsors};

use super::{NOBODY, find};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;

/// Most who answer for one user (entra-docs: b2b-sponsors.md).
const MOST: usize = 5;

/// Makes a user or group of the tenant answer for a user.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`]; [`Refusal::AlreadyExists`]; [`Refusal::Invalid`].
pub async fn add_sponsor(app: &App, actor: &Actor, key: String, sponsor: ObjectId) -> Result<(), Refusal> {
    let (who, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateUser, move |tx| {
        let (caller, user) = target(tx, &who, &key)?;
        let no = |cause: &str, remedy: &str| Err(Refusal::invalid("@odata.id", cause, remedy).into());
        let known =
            directory_objects::known(tx, who.tenant, sponsor)?.ok_or_else(|| Refusal::not_found(sponsor))?;
        if known.kind == PrincipalKind::ServicePrincipal || sponsor == user.id() {
            return no("Nobody but other users and groups answers for a user.", "Name another user or a group.");
        }
        let mut present = 0;
        for id in sponsors::of_user(tx, who.tenant, user.id())? {
            if id == sponsor {
                let cause = "One or more added object references already exist for the following modified properties: 'sponsors'.";
                return Err(Refusal::AlreadyExists { cause: cause.to_owned() }.into());
            }
            present += usize::from(directory_objects::known(tx, who.tenant, id)?.is_some());
        }
        if present >= MOST {
            return no("The user has five sponsors already.", "Remove one first.");
        }
        sponsors::insert(tx, who.tenant, user.id(), sponsor)?;
        directory_objects::raise_revision(tx, who.tenant, PrincipalKind::User, user.id())?;
        record(tx, &caller, audit_id, &user, ("addedSponsor", sponsor))
    })
    .await
}

/// Ends somebody's answering for a user.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`].
pub async fn remove_sponsor(app: &App, actor: &Actor, key: String, sponsor: ObjectId) -> Result<(), Refusal> {
    let (who, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateUser, move |tx| {
        let (caller, user) = target(tx, &who, &key)?;
        if !sponsors::remove(tx, who.tenant, user.id(), sponsor)? {
            return Err(Refusal::not_found(sponsor).into());
        }
        directory_objects::raise_revision(tx, who.tenant, PrincipalKind::User, user.id())?;
        record(tx, &caller, audit_id, &user, ("removedSponsor", sponsor))
    })
    .await
}

fn target(tx: &impl Read, who: &Actor, key: &str) -> Result<(Caller, User), Stop> {
    let caller = callers::load(tx, who)?;
    let found = find(tx, who.tenant, key)?;
    let id = found.as_ref().map_or(NOBODY, User::id);
    let change = Change { basic: true, ..Change::default() };
    may_change_user(&caller, id, &roles::standing(tx, who.tenant, id)?, &change)?;
    Ok((caller, found.ok_or_else(|| Refusal::not_found(key))?))
}

fn record(
    tx: &WriteTx<'_>,
    caller: &Caller,
    audit_id: uuid::Uuid,
    user: &User,
    (word, sponsor): (&str, ObjectId),
) -> Result<(), Stop> {
    let details = vec![("changed".to_owned(), "sponsors".to_owned()), (word.to_owned(), sponsor.to_string())];
    let target = Target::user(user).with(sponsor);
    Ok(audit::done(tx, caller, audit_id, Activity::UpdateUser, Some(&target), details)?)
}
