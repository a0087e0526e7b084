//! Deletes a user, restorable for 30 days. Refuses to leave a link, a session or an unsent mail alive
//! (threats A10, E8).

use hospes_domain::access::{Actor, Standing, may_delete_user};
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::WriteTx;
use hospes_store::{bindings, invitations, jobs, roles, sign_in_addresses};

use super::{end_codes, find};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::invite::save_guest;
use crate::jobs::kinds;
use crate::roles::{Losing, keep_an_administrator};

/// Deletes the user of an id or user principal name.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Stale`]; [`Refusal::Conflict`] for the last administrator.
pub async fn delete(app: &App, actor: &Actor, key: String, only_if: Precondition) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::DeleteUser, move |tx| {
        let caller = callers::load(tx, &who)?;
        let Some(mut user) = find(tx, who.tenant, &key)? else {
            may_delete_user(&caller, &Standing::default())?;
            return Err(Refusal::not_found(&key).into());
        };
        may_delete_user(&caller, &roles::standing(tx, who.tenant, user.id())?)?;
        only_if.check(user.revision)?;
        keep_an_administrator(tx, who.tenant, Losing::SignIn(user.id()))?;
        soft_delete(tx, &mut user)?;
        audit::done(tx, &caller, audit_id, Activity::DeleteUser, Some(&Target::user(&user)), Vec::new())?;
        Ok(())
    })
    .await
}

/// Deletes a user with everything that would let somebody in as the user.
pub(super) fn soft_delete(tx: &WriteTx<'_>, user: &mut User) -> Result<(), Stop> {
    let (tenant, id) = (user.guest.record().tenant, user.id());
    user.guest.delete(tx.now())?;
    save_guest(tx, user)?;
    end_codes(tx, user)?;
    invitations::supersede_open(tx, tenant, id)?;
    // A deleted guest holds no mailbox against a new one; a restore takes back what is still free.
    sign_in_addresses::set_aside(tx, tenant, id)?;
    bindings::set_aside(tx, tenant, id)?;
    let mails = [kinds::INVITATION, kinds::INVITATION_COPY, kinds::ADDRESS_ADDED];
    jobs::drop_unsent(tx, tenant, id, &mails)?;
    Ok(())
}
