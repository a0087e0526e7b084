//! The passkeys of whoever is signed in. Refuses to show anybody else's.

use hospes_domain::ids::TenantId;
use hospes_domain::passkey::{self, Passkey};
use hospes_domain::refusal::Refusal;
use hospes_store::passkeys;

use crate::app::App;
use crate::sessions::{self, SignedIn};
use crate::sign_in::session_hash;

/// What the page shows.
pub struct Look {
    /// Who is signed in.
    pub person: SignedIn,
    /// Whether that was a short while ago, so that passkeys can be added and removed.
    pub fresh: bool,
    /// The passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Whether they stand beside another proof, as those of guests do.
    pub beside: bool,
}

/// Looks; `None` when nobody is signed in.
///
/// # Errors
/// [`Refusal::Invalid`] for guests who have not redeemed.
pub async fn look(app: &App, tenant: TenantId, session: Option<&str>) -> Result<Option<Look>, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    app.read(move |tx| {
        let Some((session, user)) = sessions::good(tx, tenant, hash, tx.now())? else { return Ok(None) };
        passkey::may_have(&user)?;
        Ok(Some(Look {
            fresh: passkey::is_fresh(&session, tx.now()),
            beside: passkey::is_beside(&user),
            passkeys: passkeys::of_user(tx, tenant, user.id())?,
            person: sessions::signed_in(tenant, session, &user, tx.now()),
        }))
    })
    .await
}
