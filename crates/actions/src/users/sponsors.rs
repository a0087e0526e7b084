//! Changing who answers for a user (reference/user-object.md section 6). Refuses more than five, what is neither a user nor
//! a group, and oneself.

use hospes_domain::access::{Actor, Caller, Change, may_change_user};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};
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

/// Refuses sponsors that are unknown, are applications, or are the user.
fn may_answer_for(
    tx: &impl Read,
    tenant: TenantId,
    user: ObjectId,
    sponsor: ObjectId,
    field: &str,
) -> Result<(), Stop> {
    let known = directory_objects::known(tx, tenant, sponsor)?.ok_or_else(|| Refusal::not_found(sponsor))?;
    if known.kind == PrincipalKind::ServicePrincipal || sponsor == user {
        let cause = "Nobody but other users and groups answers for a user.";
        return Err(Refusal::invalid(field, cause, "Name another user or a group.").into());
    }
    Ok(())
}

/// Refuses sponsors of somebody new that could not be added later either.
pub(super) fn may_answer_for_new(
    tx: &impl Read,
    tenant: TenantId,
    user: ObjectId,
    sponsors: &[ObjectId],
) -> Result<(), Stop> {
    let field = "sponsors@odata.bind";
    if sponsors.len() > MOST {
        return Err(Refusal::invalid(field, "There are too many sponsors.", "Name at most five.").into());
    }
    sponsors.iter().try_for_each(|sponsor| may_answer_for(tx, tenant, user, *sponsor, field))
}

/// Makes a user or group of the tenant answer for a user.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`]; [`Refusal::AlreadyExists`]; [`Refusal::Invalid`].
pub async fn add_sponsor(app: &App, actor: &Actor, key: String, sponsor: ObjectId) -> Result<(), Refusal> {
    let (who, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateUser, move |tx| {
        let (caller, user) = target(tx, &who, &key)?;
        may_answer_for(tx, who.tenant, user.id(), sponsor, "@odata.id")?;
        let mut present = 0;
        for id in sponsors::of_user(tx, who.tenant, user.id())? {
            if id == sponsor {
                let cause = "One or more added object references already exist for the following modified properties: 'sponsors'.";
                return Err(Refusal::AlreadyExists { cause: cause.to_owned() }.into());
            }
            present += usize::from(directory_objects::known(tx, who.tenant, id)?.is_some());
        }
        if present >= MOST {
            let cause = "The user has five sponsors already.";
            return Err(Refusal::invalid("@odata.id", cause, "Remove one first.").into());
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
