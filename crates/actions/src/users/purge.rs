//! Deletes for good whoever was deleted before: by hand, or because 30 days are over. Refuses users who are there, and
//! to take the audit log or the history of identities with it.

use hospes_domain::access::{Actor, Standing, may_delete_user};
use hospes_domain::guest::RESTORABLE_SECONDS;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::WriteTx;
use hospes_store::subscriptions::EndingWith;
use hospes_store::{bindings, purge as rows, roles, tenants, users};
use uuid::Uuid;

use super::deleted;
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::subscriptions::tell_removed;

/// Users that one transaction removes at most: some twenty statements each.
const PURGED_AT_ONCE: usize = 25;

/// Deletes a deleted user for good.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for whoever is not deleted.
pub async fn purge(app: &App, actor: &Actor, id: ObjectId) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::PurgeUser, move |tx| {
        let caller = callers::load(tx, &who)?;
        let Some(user) = deleted::find(tx, who.tenant, id)? else {
            may_delete_user(&caller, &Standing::default())?;
            return Err(Refusal::not_found(id).into());
        };
        may_delete_user(&caller, &roles::standing(tx, who.tenant, id)?)?;
        let (target, details) = remove(tx, user, Some(who.who.id()))?;
        Ok(audit::done(tx, &caller, audit_id, Activity::PurgeUser, Some(&target), details)?)
    })
    .await
}

/// Deletes users for good who were deleted 30 days ago, a bounded number of them; whether there may be more.
///
/// # Errors
/// [`Refusal::Unavailable`] when the store cannot write now.
pub async fn purge_due(app: &App) -> Result<bool, Refusal> {
    let audit_ids: Vec<Uuid> = (0..PURGED_AT_ONCE).map(|_| app.new_id()).collect();
    app.write_quietly(move |tx| {
        let before = tx.now().plus_seconds(-RESTORABLE_SECONDS);
        let mut audit_ids = audit_ids.iter();
        for tenant in tenants::all(tx)? {
            for id in rows::due(tx, tenant.id, before, audit_ids.len())? {
                let (Some(user), Some(audit_id)) =
                    (users::by_id_even_deleted(tx, tenant.id, id)?, audit_ids.next())
                else {
                    continue;
                };
                let (target, details) = remove(tx, user, None)?;
                audit::by_itself(tx, tenant.id, *audit_id, Activity::PurgeUser, &target, details)?;
            }
        }
        Ok(audit_ids.len() == 0)
    })
    .await
}

/// Removes the rows; what the audit record says of who it was.
fn remove(
    tx: &WriteTx<'_>,
    user: User,
    by: Option<ObjectId>,
) -> Result<(Target, Vec<(String, String)>), Stop> {
    let (tenant, id, target) = (user.guest.record().tenant, user.id(), Target::user(&user));
    let mut details = Vec::new();
    if let Some(mail) = &user.mail {
        details.push(("mail".to_owned(), mail.to_string()));
    }
    // Since the deletion it is set aside; of those deleted by an older Hospes it is open still.
    let open = user.guest.purge()?;
    let aside = bindings::aside(tx, tenant, id)?.map(|past| past.binding);
    if let Some(old) = open.as_ref().or(aside.as_ref()) {
        details.push(("oldIssuer".to_owned(), old.issuer.clone()));
        details.push(("oldSubject".to_owned(), old.subject.clone()));
        details.push(("oldSignInName".to_owned(), old.sign_in_name.to_string()));
    }
    tell_removed(tx, tenant, EndingWith::Maker(id))?;
    rows::purge(tx, tenant, id, open.as_ref(), by)?;
    Ok((target, details))
}
