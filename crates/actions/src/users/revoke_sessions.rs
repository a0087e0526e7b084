//! Ends every session, code and token of a user. Refuses whoever does not reach that user; one's own everybody ends.

use hospes_domain::access::{Actor, Standing, may_revoke_sessions};
use hospes_domain::refusal::Refusal;
use hospes_store::roles;

use super::{NOBODY, end_codes, find};
use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::invite::save_guest;

/// Ends the sign-ins of the user of an id or user principal name. The link of a waiting invitation stays.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn revoke_sessions(app: &App, actor: &Actor, key: String) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::RevokeSessions, move |tx| {
        let caller = callers::load(tx, &who)?;
        let Some(mut user) = find(tx, who.tenant, &key)? else {
            may_revoke_sessions(&caller, NOBODY, &Standing::default())?;
            return Err(Refusal::not_found(&key).into());
        };
        may_revoke_sessions(&caller, user.id(), &roles::standing(tx, who.tenant, user.id())?)?;
        user.guest.revoke_sessions(tx.now())?;
        save_guest(tx, &mut user)?;
        end_codes(tx, &user)?;
        let target = Target::user(&user);
        Ok(audit::done(tx, &caller, audit_id, Activity::RevokeSessions, Some(&target), Vec::new())?)
    })
    .await
}
