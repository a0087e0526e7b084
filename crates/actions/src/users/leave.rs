//! A guest leaves by its own wish: the same soft deletion as an administrator's, restorable for 30 days
//! (reference/roles-and-policies.md section 4, reference/redemption.md section 7). Refuses members, and guests where the
//! organisation does not let them; neither a directory role keeps anybody here nor that their organisation is shut out.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::policy::may_leave;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_store::engine::Read;
use hospes_store::tenants;

use super::delete::soft_delete;
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::roles::{Losing, keep_an_administrator};
use crate::sessions::{self, SignedIn};
use crate::sign_in::session_hash;

/// Who would leave, and whether that is possible.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The organisation.
    pub tenant: Tenant,
    /// Who is signed in.
    pub person: SignedIn,
    /// [`Refusal::CannotLeave`] where it is not.
    pub may: Result<(), Refusal>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// The guest is gone, and with it every session.
    Gone,
    /// Nobody is signed in, or somebody else than the page was about: nothing was done.
    SomebodyElse,
}

/// Whoever the session cookie stands for, as somebody who wants to leave; `None` when nobody is signed in.
///
/// # Errors
/// Only failures of the store.
pub async fn ask_to_leave(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
) -> Result<Option<Asked>, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    app.read(move |tx| {
        let Some((session, user)) = sessions::good_to_leave(tx, tenant, hash, tx.now())? else {
            return Ok(None);
        };
        let host = host(tx, tenant)?;
        let may = may_leave(host.guests, user.guest.state());
        Ok(Some(Asked { tenant: host, person: sessions::signed_in(tenant, session, &user, tx.now()), may }))
    })
    .await
}

/// Leaves. `who` is the person the confirmed page was about: another one may have signed in since.
///
/// # Errors
/// [`Refusal::CannotLeave`]; [`Refusal::Conflict`] for the last administrator.
pub async fn leave(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    who: Option<ObjectId>,
) -> Result<Left, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(Left::SomebodyElse) };
    let audit_id = app.new_id();
    app.write(move |tx| {
        let found = sessions::good_to_leave(tx, tenant, hash, tx.now())?;
        let Some((_, mut user)) = found.filter(|(_, user)| Some(user.id()) == who) else {
            return Ok(Left::SomebodyElse);
        };
        let may = may_leave(host(tx, tenant)?.guests, user.guest.state())
            .map_err(Stop::from)
            .and_then(|()| keep_an_administrator(tx, tenant, Losing::SignIn(user.id())));
        if let Err(Stop::Refused(refusal)) = &may {
            audit::by_guest(tx, &user, audit_id, Activity::Leave, Err(refusal), Vec::new())?;
        }
        may?;
        soft_delete(tx, &mut user)?;
        audit::by_guest(tx, &user, audit_id, Activity::Leave, Ok(()), Vec::new())?;
        Ok(Left::Gone)
    })
    .await
}

fn host(tx: &impl Read, tenant: TenantId) -> Result<Tenant, Stop> {
    Ok(tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?)
}
