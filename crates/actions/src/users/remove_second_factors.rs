//! "Require to register again": every second factor of a user goes, with the recovery codes and every session. A passkey is
//! two factors in one, so it goes, too. Refuses whoever may not reset that user's password, and the user itself.

use hospes_domain::access::{Actor, Standing, may_remove_factors};
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::News;
use hospes_store::{passkeys, roles, second_factors as rows};

use super::{NOBODY, end_codes, find};
use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::invite::save_guest;
use crate::second_factors;

/// Removes the factors of the user of an id or user principal name. The link of a waiting invitation stays.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn remove_second_factors(app: &App, actor: &Actor, key: String) -> Result<(), Refusal> {
    let (audit_id, job, who) = (app.new_id(), app.new_id(), actor.clone());
    app.command(actor, Activity::RemoveFactors, move |tx| {
        let caller = callers::load(tx, &who)?;
        let Some(mut user) = find(tx, who.tenant, &key)? else {
            may_remove_factors(&caller, NOBODY, &Standing::default())?;
            return Err(Refusal::not_found(&key).into());
        };
        may_remove_factors(&caller, user.id(), &roles::standing(tx, who.tenant, user.id())?)?;
        user.guest.revoke_sessions(tx.now())?;
        save_guest(tx, &mut user)?;
        end_codes(tx, &user)?;
        let removed =
            rows::remove_all(tx, who.tenant, user.id())? + passkeys::remove_all(tx, who.tenant, user.id())?;
        if removed > 0 {
            second_factors::tell(tx, &user, News::RemovedByAdministrator, job)?;
        }
        let details = vec![("removed".to_owned(), removed.to_string())];
        Ok(audit::done(tx, &caller, audit_id, Activity::RemoveFactors, Some(&Target::user(&user)), details)?)
    })
    .await
}
