//! Browser sessions: begun at each sign-in with a new secret (threats F13), found by cookie. Refuses
//! ended, outdated and foreign ones, and those of guests whose organisation is shut out, without saying why. The secret is stored as a keyed hash only.

use hospes_domain::access::{Actor, ScopeSet, UserType, Who};
use hospes_domain::guest::State;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::session::{Session, life_seconds};
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{sessions, users};
use uuid::Uuid;

use crate::app::App;
use crate::random;
use crate::upstream;

/// What a session is made of, drawn before the closure that begins it. No `Debug`: nothing to show.
#[derive(Clone)]
pub struct NewSession {
    /// Its public id.
    pub id: Uuid,
    /// Keyed hash of its secret.
    pub hash: [u8; 32],
}

/// Somebody who is signed in, as the directory knows them now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The tenant.
    pub tenant: TenantId,
    /// The session's public id (`sid`).
    pub session: Uuid,
    /// The person.
    pub user: ObjectId,
    /// The person's sign-in generation, the same in session and directory.
    pub generation: i64,
    /// The person's name.
    pub display_name: String,
    /// The name the person signs in with.
    pub sign_in_name: String,
    /// Member or guest.
    pub user_type: UserType,
    /// Whether the person signs in with an identity from outside.
    pub external: bool,
    /// How the person signed in: `password` or `passcode`.
    pub method: String,
    /// When (`auth_time`).
    pub at: Time,
}

impl SignedIn {
    /// The person as the caller of a verb; a session carries no permissions of a token.
    pub fn actor(&self) -> Actor {
        Actor {
            tenant: self.tenant,
            who: Who::User { id: self.user, generation: self.generation },
            scopes: ScopeSet::default(),
            client: None,
            issued_at: self.at,
            correlation: None,
        }
    }
}

/// Draws a session: what to store, and the value of its cookie, `{tenant}.{secret}`.
pub fn draw(app: &App, tenant: TenantId) -> Result<(NewSession, String), Refusal> {
    let keys = app.tenant_keys(tenant)?;
    let secret = random::token32(app.random());
    let hash = keys.keyed_hash("session", secret.as_bytes());
    Ok((NewSession { id: app.new_id(), hash }, format!("{tenant}.{secret}")))
}

/// Begins the session of `user` in the transaction that proved who it is. `method` is a word of
/// [`hospes_domain::session`].
pub fn begin(tx: &WriteTx<'_>, user: &User, method: &str, new: &NewSession) -> Result<(), StoreError> {
    begin_since(tx, user, method, tx.now(), new)
}

/// The same for somebody who signed in before, elsewhere: that is what an app hears of (`auth_time`).
pub(crate) fn begin_since(
    tx: &WriteTx<'_>,
    user: &User,
    method: &str,
    signed_in_at: Time,
    new: &NewSession,
) -> Result<(), StoreError> {
    let session = Session {
        id: new.id,
        user: user.id(),
        generation: user.guest.generation(),
        method: method.to_owned(),
        sign_in_name: user.sign_in_name().to_owned(),
        created_at: signed_in_at,
        expires_at: tx.now().plus_seconds(life_seconds(method)),
    };
    sessions::insert(tx, user.guest.record().tenant, new.hash, &session)
}

/// Goes on under a new secret, for somebody whose other sign-ins have just been ended: what was proven, and when, stays.
pub(crate) fn go_on(
    tx: &WriteTx<'_>,
    user: &User,
    before: Session,
    new: &NewSession,
) -> Result<(), StoreError> {
    let session = Session { id: new.id, generation: user.guest.generation(), ..before };
    sessions::insert(tx, user.guest.record().tenant, new.hash, &session)
}

/// The tenant and the hash a cookie stands for; `None` for anything that is not such a cookie.
pub(crate) fn key(app: &App, cookie: &str) -> Option<(TenantId, [u8; 32])> {
    let (tenant, secret) = cookie.split_once('.')?;
    let tenant = TenantId::parse(tenant)?;
    let keys = app.keys(tenant)?;
    Some((tenant, keys.keyed_hash("session", secret.as_bytes())))
}

/// The session and its user, if it is good at `now`; for closures that decide on it.
pub(crate) fn good(
    tx: &impl Read,
    tenant: TenantId,
    hash: [u8; 32],
    now: Time,
) -> Result<Option<(Session, User)>, StoreError> {
    let Some(session) = sessions::find(tx, tenant, hash)? else { return Ok(None) };
    let Some(user) = users::by_id(tx, tenant, session.user)? else { return Ok(None) };
    if !session.is_good(&user.guest, now) || upstream::shut_out(tx, &user)?.is_some() {
        return Ok(None);
    }
    Ok(Some((session, user)))
}

/// Who a session's cookie speaks for now.
pub async fn find(app: &App, cookie: &str) -> Result<Option<SignedIn>, Refusal> {
    let Some((tenant, hash)) = key(app, cookie) else { return Ok(None) };
    app.read(move |tx| {
        Ok(good(tx, tenant, hash, tx.now())?.map(|(session, user)| signed_in(tenant, session, &user)))
    })
    .await
}

/// Ends the session of a cookie; ending one that is over is no error.
pub async fn end(app: &App, cookie: &str) -> Result<(), Refusal> {
    let Some((tenant, hash)) = key(app, cookie) else { return Ok(()) };
    app.write(move |tx| Ok(sessions::end(tx, tenant, hash)?)).await
}

pub(crate) fn signed_in(tenant: TenantId, session: Session, user: &User) -> SignedIn {
    SignedIn {
        tenant,
        session: session.id,
        user: user.id(),
        generation: session.generation,
        display_name: user.profile.display_name.clone(),
        sign_in_name: user.sign_in_name().to_owned(),
        user_type: user.user_type,
        external: user.guest.state() == State::Accepted,
        method: session.method,
        at: session.created_at,
    }
}
