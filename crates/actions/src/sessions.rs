//! Browser sessions: begun at each sign-in with a new secret (threats F13), found by cookie, listed to whose they are. Refuses
//! ended, unused, outdated and foreign ones, and those of guests whose organisation is shut out, without saying why. The
//! secret is stored as a keyed hash only. [`replace`] is how one takes another's place in a browser.

mod own;
mod replace;

pub use own::{OpenSession, Own, end_everywhere, end_own, own};
pub(crate) use own::{end_in_browsers, end_one, open_of};
pub(crate) use replace::{go_on, in_place_of, left_behind, proven_more};

use hospes_domain::access::{Actor, ScopeSet, UserType, Who};
use hospes_domain::browser::described;
use hospes_domain::guest::State;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::Need;
use hospes_domain::session::{Amr, Session, life_seconds};
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{sessions, users};
use uuid::Uuid;

use crate::app::App;
use crate::origin::Origin;
use crate::random;
use crate::second_factors;
use crate::upstream;

/// What a session is made of, drawn before the closure that begins it. No `Debug`: nothing to show.
#[derive(Clone)]
pub struct NewSession {
    /// Its public id.
    pub id: Uuid,
    /// Keyed hash of its secret.
    pub hash: [u8; 32],
    /// Where the request came from that draws it.
    pub origin: Origin,
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
    /// The moment of this use of the session, if it should be written down.
    pub(crate) worth_noting: Option<Time>,
}

impl SignedIn {
    /// The person as the caller of a verb; a session carries no permissions of a token.
    pub fn actor(&self) -> Actor {
        Actor {
            tenant: self.tenant,
            who: Who::User { id: self.user, generation: self.generation },
            scopes: ScopeSet::default(),
            client: None,
            grant: None,
            issued_at: self.at,
            correlation: None,
            request: None,
        }
    }
}

/// Draws a session: what to store, and the value of its cookie, `{tenant}.{secret}`.
pub fn draw(app: &App, tenant: TenantId) -> Result<(NewSession, String), Refusal> {
    let keys = app.tenant_keys(tenant)?;
    let secret = random::token32(app.random());
    let hash = keys.keyed_hash("session", secret.as_bytes());
    Ok((NewSession { id: app.new_id(), hash, origin: Origin::current() }, format!("{tenant}.{secret}")))
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
    begin_with(tx, user, method, &Amr::of(method), signed_in_at, new)
}

/// The same for somebody who has shown more than one proof.
pub(crate) fn begin_with(
    tx: &WriteTx<'_>,
    user: &User,
    method: &str,
    amr: &Amr,
    signed_in_at: Time,
    new: &NewSession,
) -> Result<(), StoreError> {
    let session = Session {
        id: new.id,
        user: user.id(),
        generation: user.guest.generation(),
        method: method.to_owned(),
        amr: amr.clone(),
        sign_in_name: user.sign_in_name().to_owned(),
        created_at: signed_in_at,
        expires_at: tx.now().plus_seconds(life_seconds(method)),
        used_at: tx.now(),
        address: new.origin.address_text(),
        browser: new.origin.user_agent.as_deref().and_then(described),
    };
    sessions::insert(tx, user.guest.record().tenant, new.hash, &session)
}

/// The tenant and the hash a cookie stands for; `None` for anything that is not such a cookie.
pub(crate) fn key(app: &App, cookie: &str) -> Option<(TenantId, [u8; 32])> {
    let (name, secret) = cookie.split_once('.')?;
    // One spelling: a cookie with a letter changed is another one (threats F7).
    let tenant = TenantId::parse(name).filter(|tenant| tenant.to_string() == name)?;
    let keys = app.keys(tenant)?;
    Some((tenant, keys.keyed_hash("session", secret.as_bytes())))
}

/// The session and its user, if it is good at `now`; for closures that decide on it. A session without the second factor
/// that its user owes by now is none: a sign-in takes it, and asks for what is lacking.
pub(crate) fn good(
    tx: &impl Read,
    tenant: TenantId,
    hash: [u8; 32],
    now: Time,
) -> Result<Option<(Session, User)>, StoreError> {
    enough(tx, alive(tx, tenant, hash, now)?)
}

/// The same for somebody who wants to leave and nothing else: a guest whose organisation is shut out may do that.
pub(crate) fn good_to_leave(
    tx: &impl Read,
    tenant: TenantId,
    hash: [u8; 32],
    now: Time,
) -> Result<Option<(Session, User)>, StoreError> {
    enough(tx, alive_to_leave(tx, tenant, hash, now)?)
}

/// The session, unless its user owes a second factor.
fn enough(tx: &impl Read, found: Option<(Session, User)>) -> Result<Option<(Session, User)>, StoreError> {
    let Some((session, user)) = found else { return Ok(None) };
    let enough = second_factors::need(tx, &user, &session.amr)? == Need::Nothing;
    Ok(enough.then_some((session, user)))
}

/// As [`good`], whether a second factor is lacking or not: for signing in and out, and for nothing else.
pub(crate) fn alive(
    tx: &impl Read,
    tenant: TenantId,
    hash: [u8; 32],
    now: Time,
) -> Result<Option<(Session, User)>, StoreError> {
    let Some((session, user)) = alive_to_leave(tx, tenant, hash, now)? else { return Ok(None) };
    Ok(if upstream::shut_out(tx, &user)?.is_some() { None } else { Some((session, user)) })
}

/// As [`good_to_leave`], whether a second factor is lacking or not: for the sign-in on the way there.
pub(crate) fn alive_to_leave(
    tx: &impl Read,
    tenant: TenantId,
    hash: [u8; 32],
    now: Time,
) -> Result<Option<(Session, User)>, StoreError> {
    let Some(session) = sessions::find(tx, tenant, hash)? else { return Ok(None) };
    let Some(user) = users::by_id(tx, tenant, session.user)? else { return Ok(None) };
    Ok(session.is_good(&user.guest, now).then_some((session, user)))
}

/// Who a session's cookie speaks for now.
pub async fn find(app: &App, cookie: &str) -> Result<Option<SignedIn>, Refusal> {
    let Some((tenant, hash)) = key(app, cookie) else { return Ok(None) };
    let found = app
        .read(move |tx| {
            let now = tx.now();
            Ok(good(tx, tenant, hash, now)?.map(|(session, user)| signed_in(tenant, session, &user, now)))
        })
        .await?;
    Ok(found.inspect(|person| note_use(app, person)))
}

/// Writes down that the person is here, if that was not done lately. Nobody waits for it, and when it fails the session
/// ends a little earlier, which is all.
pub(crate) fn note_use(app: &App, person: &SignedIn) {
    let Some(used_at) = person.worth_noting else { return };
    let (app, tenant, user, session) = (app.clone(), person.tenant, person.user, person.session);
    tokio::spawn(async move {
        let noted =
            app.write_quietly(move |tx| Ok(sessions::note_use(tx, tenant, user, session, used_at)?)).await;
        if let Err(refusal) = noted {
            tracing::debug!(refusal = refusal.name(), "the use of a session was not noted");
        }
    });
}

pub(crate) fn signed_in(tenant: TenantId, session: Session, user: &User, now: Time) -> SignedIn {
    SignedIn {
        worth_noting: session.is_worth_noting(now).then_some(now),
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
