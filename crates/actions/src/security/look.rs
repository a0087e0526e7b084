//! The ways of signing in of whoever is signed in. Refuses to write.

use hospes_domain::ids::TenantId;
use hospes_domain::passkey::{self, Passkey};
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::{Factor, is_too_few};
use hospes_domain::tenant::Tenant;
use hospes_store::{passkeys, second_factors as rows, tenants};

use super::is_fresh;
use crate::app::App;
use crate::second_factors::is_demanded;
use crate::sessions::{self, SignedIn};
use crate::sign_in::session_hash;

/// The ways of signing in of a person.
#[derive(Clone, Debug)]
pub struct Mine {
    /// The organisation.
    pub tenant: Tenant,
    /// Who is signed in.
    pub person: SignedIn,
    /// Second factors, the oldest first.
    pub factors: Vec<Factor>,
    /// Recovery codes that still work.
    pub recovery_codes: usize,
    /// Passkeys that count as second factors: those of guests.
    pub passkeys: Vec<Passkey>,
    /// Whether a role demands a second factor.
    pub demanded: bool,
    /// Whether the last factor has to stay.
    pub last_stays: bool,
    /// Whether something can be changed without signing in again.
    pub fresh: bool,
}

/// The ways of signing in of whoever the session cookie stands for; `None` when nobody of this tenant is signed in.
///
/// # Errors
/// [`Refusal::Unavailable`].
pub async fn look(app: &App, tenant: TenantId, session: Option<&str>) -> Result<Option<Mine>, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    app.read(move |tx| {
        let Some((session, user)) = sessions::good(tx, tenant, hash, tx.now())? else { return Ok(None) };
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        let stored = rows::of(tx, tenant, user.id())?;
        let factors: Vec<Factor> = stored.into_iter().map(|stored| stored.factor).collect();
        let beside = passkey::is_beside(&user);
        let passkeys = if beside { passkeys::of_user(tx, tenant, user.id())? } else { Vec::new() };
        let demanded = is_demanded(tx, tenant, user.id())?;
        Ok(Some(Mine {
            tenant: host,
            last_stays: is_too_few((factors.len() + passkeys.len()).saturating_sub(1), demanded),
            factors,
            passkeys,
            recovery_codes: rows::recovery_codes_left(tx, tenant, user.id())?,
            demanded,
            fresh: is_fresh(&session, tx.now()),
            person: sessions::signed_in(tenant, session, &user, tx.now()),
        }))
    })
    .await
}
