//! Somebody removes a passkey: it signs nobody in any more, at once. Refuses everybody else's, with the answer for one
//! that is not there, and the last factor of a guest while a role demands one. The person is told by mail.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::passkey;
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::{Kind, News, is_too_few};
use hospes_store::{jobs, passkeys};
use uuid::Uuid;

use super::{Seat, Seated};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::jobs::kinds;
use crate::second_factors;
use crate::sign_in::session_hash;

/// Removes it; `false` if the person has to sign in again first. One that is gone already is no error.
///
/// # Errors
/// [`Refusal::Conflict`] for the last factor of a guest of whom one is demanded.
pub async fn remove(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    who: Option<ObjectId>,
    id: Uuid,
) -> Result<bool, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(false) };
    let (seat, audit_id, notice) = (Seat { tenant, hash, who }, app.new_id(), app.new_id());
    app.write(move |tx| {
        let Seated::Here(_, user) = seat.load(tx)? else { return Ok(false) };
        let own = passkeys::of_user(tx, tenant, user.id())?;
        let Some(found) = own.into_iter().find(|own| own.id == id) else { return Ok(true) };
        let mut details = vec![("name".to_owned(), found.name)];
        let beside = passkey::is_beside(&user);
        if beside {
            details.push(("secondFactor".to_owned(), Kind::Passkey.name().to_owned()));
            let left = second_factors::count(tx, &user)? - 1;
            if is_too_few(left, second_factors::is_demanded(tx, tenant, user.id())?) {
                let cause = "A role of yours demands a second factor, and this is the only one. Add another before you remove it.";
                let refusal = Refusal::Conflict { cause: cause.to_owned() };
                audit::by_guest(tx, &user, audit_id, Activity::RemovePasskey, Err(&refusal), details)?;
                return Err(refusal.into());
            }
        }
        passkeys::remove(tx, tenant, user.id(), id)?;
        if beside {
            second_factors::drop_codes_without_factor(tx, &user)?;
            second_factors::tell(tx, &user, News::Removed, notice)?;
        } else if let Some(to) = &user.mail {
            let notice = kinds::notice(notice, kinds::PASSKEY_REMOVED, to, &user, tx.now());
            jobs::insert(tx, tenant, &notice)?;
        }
        audit::by_guest(tx, &user, audit_id, Activity::RemovePasskey, Ok(()), details)?;
        Ok(true)
    })
    .await
}
