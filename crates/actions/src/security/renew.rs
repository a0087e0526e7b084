//! A new set of recovery codes in the place of the old one. Refuses whoever has no factor that they could stand for.

use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::News;
use hospes_store::second_factors as rows;

use super::fresh;
use crate::app::App;
use crate::audit::{self, Activity};
use crate::second_factors::{self, NewCodes};
use crate::sign_in::session_hash;

/// The new codes, to be shown once; `None` when the person has to sign in first.
///
/// # Errors
/// [`Refusal::Conflict`] without a factor.
pub async fn renew_recovery_codes(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
) -> Result<Option<Vec<String>>, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    let person = app.read(move |tx| Ok(fresh(tx, tenant, hash, tx.now())?.map(|(_, user)| user.id())));
    let Some(person) = person.await? else { return Ok(None) };
    let drawn = NewCodes::draw(app, tenant, person)?;
    let (audit_id, job, hashes) = (app.new_id(), app.new_id(), drawn.hashes);
    let renewed = app.write(move |tx| {
        let found = fresh(tx, tenant, hash, tx.now())?.filter(|(_, user)| user.id() == person);
        let Some((_, user)) = found else { return Ok(None) };
        if !second_factors::has_one(tx, &user)? {
            let cause = "Recovery codes stand in for a second factor. Add one first.".to_owned();
            return Err(Refusal::Conflict { cause }.into());
        }
        rows::set_recovery_codes(tx, tenant, user.id(), &hashes)?;
        audit::by_guest(tx, &user, audit_id, Activity::RenewRecoveryCodes, Ok(()), Vec::new())?;
        second_factors::tell(tx, &user, News::RecoveryRenewed, job)?;
        Ok(Some(()))
    });
    Ok(renewed.await?.map(|()| drawn.codes))
}
