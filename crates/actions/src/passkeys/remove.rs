//! A member removes a passkey: it signs nobody in any more, at once. Refuses everybody else's, with the answer for one
//! that is not there. The person is told by mail.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::{jobs, passkeys};
use uuid::Uuid;

use super::{Seat, Seated};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::jobs::kinds;
use crate::sign_in::session_hash;

/// Removes it; `false` if the person has to sign in again first. One that is gone already is no error.
///
/// # Errors
/// Only failures of the store.
pub async fn remove(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    who: Option<ObjectId>,
    passkey: Uuid,
) -> Result<bool, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(false) };
    let (seat, audit_id, notice) = (Seat { tenant, hash, who }, app.new_id(), app.new_id());
    app.write(move |tx| {
        let Seated::Here(_, user) = seat.load(tx)? else { return Ok(false) };
        let own = passkeys::of_user(tx, tenant, user.id())?;
        let Some(found) = own.into_iter().find(|own| own.id == passkey) else { return Ok(true) };
        passkeys::remove(tx, tenant, user.id(), passkey)?;
        if let Some(to) = &user.mail {
            let notice = kinds::notice(notice, kinds::PASSKEY_REMOVED, to, &user, tx.now());
            jobs::insert(tx, tenant, &notice)?;
        }
        let details = vec![("name".to_owned(), found.name)];
        audit::by_guest(tx, &user, audit_id, Activity::RemovePasskey, Ok(()), details)?;
        Ok(true)
    })
    .await
}
