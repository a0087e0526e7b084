//! Where somebody is signed in, for that person: the list, ending one, ending all. Refuses everybody but whoever the
//! session cookie stands for, in the transaction that decides, and says nothing about sessions of others.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::session::Session;
use hospes_domain::tenant::Tenant;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{authorization_codes, device_codes, refresh_tokens, sessions, tenants};
use uuid::Uuid;

use super::{SignedIn, good, key, note_use, signed_in};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::invite::save_guest;
use crate::logout;

/// A session that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Its public id.
    pub id: Uuid,
    /// How the person signed in: a word of [`hospes_domain::session`].
    pub method: String,
    /// When the person signed in.
    pub since: Time,
    /// When it was last used, to within [`hospes_domain::session::NOTED_EVERY_SECONDS`].
    pub used_at: Time,
    /// When it ends at the latest.
    pub until: Time,
    /// The address the sign-in came from.
    pub address: Option<String>,
    /// The browser in words.
    pub browser: Option<String>,
}

impl From<Session> for OpenSession {
    fn from(session: Session) -> Self {
        Self {
            id: session.id,
            method: session.method,
            since: session.created_at,
            used_at: session.used_at,
            until: session.expires_at,
            address: session.address,
            browser: session.browser,
        }
    }
}

/// Somebody's own sessions.
#[derive(Clone, Debug)]
pub struct Own {
    /// The organisation.
    pub tenant: Tenant,
    /// Who asks, and in which session.
    pub person: SignedIn,
    /// Every good session, the one used last first.
    pub sessions: Vec<OpenSession>,
}

/// The good sessions of a user, the one used last first.
pub(crate) fn open_of(tx: &impl Read, user: &User, now: Time) -> Result<Vec<OpenSession>, StoreError> {
    let all = sessions::of_user(tx, user.guest.record().tenant, user.id())?;
    Ok(all.into_iter().filter(|session| session.is_good(&user.guest, now)).map(Into::into).collect())
}

/// Ends one session and what apps got in it: codes that wait and refresh tokens. Access tokens last up to an hour more.
/// `false` when the user has no such session.
pub(crate) fn end_one(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    session: Uuid,
) -> Result<bool, StoreError> {
    if !sessions::end_of_user(tx, tenant, user, session)? {
        return Ok(false);
    }
    authorization_codes::end_session(tx, tenant, session)?;
    refresh_tokens::revoke_session(tx, tenant, user, session)?;
    device_codes::end_session(tx, tenant, session)?;
    logout::end_unseen(tx, tenant, session)?;
    Ok(true)
}

/// The sessions of whoever the cookie stands for; `None` when nobody of this tenant is signed in.
pub async fn own(app: &App, tenant: TenantId, session: Option<&str>) -> Result<Option<Own>, Refusal> {
    let Some(hash) = hash_of(app, tenant, session) else { return Ok(None) };
    let found = app.read(move |tx| {
        let now = tx.now();
        let Some((session, user)) = good(tx, tenant, hash, now)? else { return Ok(None) };
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        let sessions = open_of(tx, &user, now)?;
        Ok(Some(Own { tenant: host, person: signed_in(tenant, session, &user, now), sessions }))
    });
    Ok(found.await?.inspect(|own| note_use(app, &own.person)))
}

/// Ends one of the person's sessions, perhaps the very one that asks. One that is over is no error; `None` when nobody
/// is signed in, else whether it was the one that asks.
pub async fn end_own(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    which: Uuid,
) -> Result<Option<bool>, Refusal> {
    let Some(hash) = hash_of(app, tenant, session) else { return Ok(None) };
    let audit_id = app.new_id();
    app.write(move |tx| {
        let Some((session, user)) = good(tx, tenant, hash, tx.now())? else { return Ok(None) };
        if end_one(tx, tenant, user.id(), which)? {
            let details = vec![("session".to_owned(), which.to_string())];
            audit::by_guest(tx, &user, audit_id, Activity::EndSession, Ok(()), details)?;
        }
        Ok(Some(session.id == which))
    })
    .await
}

/// Ends every session, code and token of the person, the one that asks among them, as `revokeSignInSessions` does:
/// the sign-in generation rises (I3). `false` when nobody is signed in, or somebody else than the page was about.
pub async fn end_everywhere(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    who: Option<ObjectId>,
) -> Result<bool, Refusal> {
    let Some(hash) = hash_of(app, tenant, session) else { return Ok(false) };
    let audit_id = app.new_id();
    app.write(move |tx| {
        let found = good(tx, tenant, hash, tx.now())?;
        let Some((_, mut user)) = found.filter(|(_, user)| Some(user.id()) == who) else {
            return Ok::<_, Stop>(false);
        };
        user.guest.revoke_sessions(tx.now())?;
        save_guest(tx, &mut user)?;
        crate::users::end_codes(tx, &user)?;
        audit::by_guest(tx, &user, audit_id, Activity::RevokeSessions, Ok(()), Vec::new())?;
        Ok(true)
    })
    .await
}

fn hash_of(app: &App, tenant: TenantId, session: Option<&str>) -> Option<[u8; 32]> {
    key(app, session?).filter(|(of, _)| *of == tenant).map(|(_, hash)| hash)
}
