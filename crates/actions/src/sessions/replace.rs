//! A session that takes another's place in a browser, always under a new secret (threats F13). Whoever signs in again in the
//! same browser keeps the public id (`sid`): codes and refresh tokens that apps got are still found by it when the session is
//! ended, and the apps hear of the end (OIDC Back-Channel Logout 1.0 section 2.4). Refuses to carry anything over to somebody
//! else, or past a sign-in generation (I3), and to lengthen a life for anything but a whole sign-in.

use hospes_domain::ids::TenantId;
use hospes_domain::second_factor::Kind;
use hospes_domain::session::{Session, life_seconds};
use hospes_domain::user::User;
use hospes_store::engine::{StoreError, WriteTx};
use hospes_store::{session_clients, sessions};

use super::NewSession;
use crate::logout;

/// Ends the session the browser had, if it had one, for `user`, whose new one begins now by that method. The new one as it
/// is to begin.
pub(crate) fn in_place_of(
    tx: &WriteTx<'_>,
    before: Option<[u8; 32]>,
    (user, method): (&User, &str),
    new: &NewSession,
) -> Result<NewSession, StoreError> {
    let tenant = user.guest.record().tenant;
    let Some(hash) = before else { return Ok(new.clone()) };
    let Some(found) = sessions::find(tx, tenant, hash)? else { return Ok(new.clone()) };
    sessions::end(tx, tenant, hash)?;
    if (found.user, found.generation) == (user.id(), user.guest.generation()) {
        let until = tx.now().plus_seconds(life_seconds(method));
        session_clients::last_until(tx, tenant, found.id, until)?;
        return Ok(NewSession { id: found.id, ..new.clone() });
    }
    // Nobody can sign that person out here any more.
    logout::end_unseen(tx, tenant, found.id)?;
    Ok(new.clone())
}

/// Ends the session of whoever used the browser before a guest redeemed in it, as signing out does. It is never the
/// guest's own: a redemption raises the sign-in generation. The addresses that applications want opened in frames.
pub(crate) fn left_behind(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    hash: [u8; 32],
    public_url: &str,
) -> Result<Vec<String>, StoreError> {
    let Some(found) = sessions::find(tx, tenant, hash)? else { return Ok(Vec::new()) };
    sessions::end(tx, tenant, hash)?;
    logout::end_session(tx, tenant, found.id, public_url)
}

/// Goes on under a new secret for somebody who has shown a second factor beside what the session came of: it ends when it
/// would have ended, since the first proof is as old as it was.
pub(crate) fn proven_more(
    tx: &WriteTx<'_>,
    (hash, before): ([u8; 32], &Session),
    user: &User,
    second: Kind,
    new: &NewSession,
) -> Result<(), StoreError> {
    let tenant = user.guest.record().tenant;
    sessions::end(tx, tenant, hash)?;
    let session = Session { amr: before.amr.with(second), used_at: tx.now(), ..before.clone() };
    sessions::insert(tx, tenant, new.hash, &session)
}

/// The same for somebody whose other sign-ins have just been ended: what was proven, and when, stays.
pub(crate) fn go_on(
    tx: &WriteTx<'_>,
    user: &User,
    before: Session,
    new: &NewSession,
) -> Result<(), StoreError> {
    let session = Session { id: new.id, generation: user.guest.generation(), ..before };
    sessions::insert(tx, user.guest.record().tenant, new.hash, &session)
}
