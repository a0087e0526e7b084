//! Who manages a user, and whom a user manages. Refuses managers who are no users, and oneself; shows guests of these people
//! what they see of anybody (threats E4).

use hospes_domain::access::{
    Actor, Change, View, may_ask_for_sign_ins, may_ask_for_users_by, may_change_user, may_read_managers,
};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, List, UserField};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::Read;
use hospes_store::users_query::{self, Whom};
use hospes_store::{directory_objects, managers, roles};

use super::{NOBODY, find};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::directory_objects::{DirectoryObject, load_known, person, seen_by};
use crate::groups::member_of::Reach;

/// The manager of the user of an id or user principal name.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] also for a user without a manager, as in the original.
pub async fn manager(app: &App, actor: &Actor, key: String) -> Result<DirectoryObject, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let user = find(tx, actor.tenant, &key)?.map(|user| user.id());
        may_read_managers(&caller, user.unwrap_or(NOBODY))?;
        let user = user.ok_or_else(|| Refusal::not_found(&key))?;
        let manager = managers::of(tx, actor.tenant, user)?.ok_or_else(|| Refusal::not_found("manager"))?;
        let found = load_known(tx, &caller, &[manager], seen_by(&caller))?.pop();
        found.ok_or_else(|| Refusal::not_found("manager").into())
    })
    .await
}

/// One page of those whom a user manages, or also whom those manage, and so on. Callers pick them by what they see of them.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn reports(
    app: &App,
    actor: &Actor,
    (key, reach): (String, Reach),
    list: List<UserField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let user = find(tx, actor.tenant, &key)?.map(|user| user.id());
        let others = may_read_managers(&caller, user.unwrap_or(NOBODY))?;
        may_ask_for_users_by(others, &list.fields())?;
        may_ask_for_sign_ins(&caller, &list.fields())?;
        let user = user.ok_or_else(|| Refusal::not_found(&key))?;
        let whom = match reach {
            Reach::Direct => Whom::ReportsOf(user),
            Reach::Transitive => Whom::AllReportsOf(user),
        };
        let (users, next) = users_query::list(tx, actor.tenant, &list, whom)?;
        let count = if counted {
            Some(users_query::count(tx, actor.tenant, list.filter.as_ref(), whom)?)
        } else {
            None
        };
        let see = |user: User| {
            let view = if caller.is(user.id()) { View::Full } else { others };
            person(&caller, user, view)
        };
        Ok(Found { items: users.into_iter().map(see).collect(), next, count })
    })
    .await
}

/// Refuses managers that are unknown, are no users, or are the user.
pub(super) fn may_manage(
    tx: &impl Read,
    tenant: TenantId,
    user: ObjectId,
    manager: ObjectId,
    field: &str,
) -> Result<(), Stop> {
    let known = directory_objects::known(tx, tenant, manager)?.ok_or_else(|| Refusal::not_found(manager))?;
    if known.kind != PrincipalKind::User || manager == user {
        let cause = "Only another user can be the manager of a user.";
        return Err(Refusal::invalid(field, cause, "Name another user.").into());
    }
    Ok(())
}

/// Gives a user a manager, in place of another one, or none.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for an unknown user or manager, and if there is none to take away;
/// [`Refusal::Invalid`] for what is no user, and for oneself.
pub async fn set_manager(
    app: &App,
    actor: &Actor,
    key: String,
    manager: Option<ObjectId>,
) -> Result<(), Refusal> {
    let (who, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateUser, move |tx| {
        let tenant = who.tenant;
        let caller = callers::load(tx, &who)?;
        let change = Change { basic: true, ..Change::default() };
        let found = find(tx, tenant, &key)?;
        let id = found.as_ref().map_or(NOBODY, User::id);
        may_change_user(&caller, id, &roles::standing(tx, tenant, id)?, &change)?;
        let user = found.ok_or_else(|| Refusal::not_found(&key))?;
        let mut target = Target::user(&user);
        let mut details = vec![("changed".to_owned(), "manager".to_owned())];
        match manager {
            Some(manager) => {
                may_manage(tx, tenant, id, manager, "@odata.id")?;
                managers::set(tx, tenant, id, manager)?;
                target = target.with(manager);
                details.push(("manager".to_owned(), manager.to_string()));
            }
            None if !managers::clear(tx, tenant, id)? => return Err(Refusal::not_found("manager").into()),
            None => {}
        }
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdateUser, Some(&target), details)?)
    })
    .await
}
