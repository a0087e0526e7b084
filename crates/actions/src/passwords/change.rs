//! A person replaces their own password, knowing the present one. Refuses whoever has none here, counts tries of the
//! present one before it compares them (threats G2), and leaves no other sign-in alive: the page gets a session of its
//! own in return, a token dies with the rest.

use hospes_domain::access::{Actor, may_change_own_password};
use hospes_domain::guest::State;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::password::{Names, Weak, normal};
use hospes_domain::proof::Counter;
use hospes_domain::refusal::Refusal;
use hospes_domain::session::Session;
use hospes_domain::sign_in::{KnownDevice, TRIES_OF_DEVICE};
use hospes_domain::user::User;
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{counters, passwords, tenants, users};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Wanted, hashed, store, unhashed};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::invite::save_guest;
use crate::keys::PasswordVerdict;
use crate::sessions::{self, NewSession};
use crate::sign_in::{Entered, session_hash};
use crate::users::end_codes;

/// The fields of the API, which the page renames.
pub const CURRENT: &str = "currentPassword";
/// See [`CURRENT`].
pub const NEW: &str = "newPassword";

/// What came of it on a page.
pub enum Changed {
    /// Done: every other session is over, and the browser is known by the new password.
    Done(Entered),
    /// Nobody is signed in, or somebody else than the page was about: nothing was done.
    SomebodyElse,
}

/// Who changes it, and how that is known.
#[derive(Clone)]
enum By {
    Token(Actor),
    Session { tenant: TenantId, hash: [u8; 32], who: Option<ObjectId> },
}

/// The person and what has to stay as it is until the end.
struct Person {
    user: User,
    stored: String,
    names: Names,
    session: Option<Session>,
}

/// Changes the password of the person behind a token.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::Invalid`] for one of the two fields, [`Refusal::TooMany`].
pub async fn change(
    app: &App,
    actor: &Actor,
    current: Zeroizing<String>,
    new: Zeroizing<String>,
) -> Result<(), Refusal> {
    let by = By::Token(actor.clone());
    let outcome = run(app, &by, current, new, None).await;
    noted(app, by, outcome).await.map(drop)
}

/// The same for the person whom a browser's session stands for. `who` is the person the page was about.
///
/// # Errors
/// [`Refusal::Invalid`] for one of the two fields, [`Refusal::TooMany`].
pub async fn change_in_session(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    who: Option<ObjectId>,
    (current, new): (Zeroizing<String>, Zeroizing<String>),
) -> Result<Changed, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(Changed::SomebodyElse) };
    let by = By::Session { tenant, hash, who };
    let (next, cookie) = sessions::draw(app, tenant)?;
    match run(app, &by, current, new, Some(next)).await {
        // Said by the page, which asks whoever is signed in now.
        Err(Refusal::NotSignedIn { .. }) => Ok(Changed::SomebodyElse),
        outcome => {
            let device = noted(app, by, outcome).await?;
            Ok(Changed::Done(Entered::known(cookie, Some(device))))
        }
    }
}

async fn run(
    app: &App,
    by: &By,
    current: Zeroizing<String>,
    new: Zeroizing<String>,
    next: Option<NewSession>,
) -> Result<KnownDevice, Refusal> {
    let counting = by.clone();
    let Person { stored, names, .. } = app.write(move |tx| count(tx, &counting)).await?;
    let same = normal(&current) == normal(&new);
    match app.passwords().verify(current, Some(stored.clone())).await.map_err(unhashed)? {
        PasswordVerdict::Right { .. } if same => return Err(Weak::Same.refusal(NEW)),
        PasswordVerdict::Right { .. } => {}
        PasswordVerdict::Wrong => {
            let remedy = "Type the password you sign in with now.";
            return Err(Refusal::invalid(CURRENT, "The present password is another one.", remedy));
        }
    }
    let hash = hashed(app, Wanted::new(new, names, NEW)).await?;
    let (by, id, audit_id, notice) = (by.clone(), app.new_id(), app.new_id(), app.new_id());
    app.write(move |tx| {
        let user = save(tx, &by, &stored, &hash, next.as_ref(), (audit_id, notice))?;
        Ok(KnownDevice { id, user, password_set_at: tx.now() })
    })
    .await
}

/// Counts the try, then yields what it is compared with.
fn count(tx: &WriteTx<'_>, by: &By) -> Result<Person, Stop> {
    let person = load(tx, by)?;
    let (tenant, name) = (person.user.guest.record().tenant, counter_of(&person.user));
    let tries = counters::load(tx, tenant, &name)?;
    tries
        .room(TRIES_OF_DEVICE, tx.now())
        .map_err(|retry_after_seconds| Refusal::TooMany { retry_after_seconds })?;
    counters::save(tx, tenant, &name, tries.plus_one(TRIES_OF_DEVICE, tx.now()))?;
    Ok(person)
}

fn save(
    tx: &WriteTx<'_>,
    by: &By,
    stored: &str,
    hash: &str,
    next: Option<&NewSession>,
    (audit_id, notice): (Uuid, Uuid),
) -> Result<ObjectId, Stop> {
    let Person { mut user, session, stored: now, .. } = load(tx, by)?;
    if now != stored {
        return Err(Refusal::Stale.into());
    }
    user.guest.revoke_sessions(tx.now())?;
    save_guest(tx, &mut user)?;
    end_codes(tx, &user)?;
    store(tx, &user, hash, false, notice)?;
    counters::save(tx, user.guest.record().tenant, &counter_of(&user), Counter::default())?;
    if let (Some(before), Some(next)) = (session, next) {
        sessions::go_on(tx, &user, before, next)?;
    }
    match by {
        By::Token(actor) => {
            let (caller, target) = (callers::load(tx, &now_as(actor, &user))?, Target::user(&user));
            audit::done(tx, &caller, audit_id, Activity::ChangePassword, Some(&target), Vec::new())?;
        }
        By::Session { .. } => {
            audit::by_guest(tx, &user, audit_id, Activity::ChangePassword, Ok(()), Vec::new())?;
        }
    }
    Ok(user.id())
}

/// The person, found anew in every closure.
fn load(tx: &impl Read, by: &By) -> Result<Person, Stop> {
    let gone = || Stop::Refused(Refusal::NotSignedIn { cause: "Nobody is signed in." });
    let (user, session) = match by {
        By::Token(actor) => {
            may_change_own_password(&callers::load(tx, actor)?)?;
            (users::by_id(tx, actor.tenant, actor.who.id())?.ok_or_else(gone)?, None)
        }
        By::Session { tenant, hash, who } => {
            let found = sessions::good(tx, *tenant, *hash, tx.now())?;
            let (session, user) = found.filter(|(_, user)| Some(user.id()) == *who).ok_or_else(gone)?;
            (user, Some(session))
        }
    };
    let tenant = tenants::by_id(tx, user.guest.record().tenant)?.ok_or(Refusal::Internal)?;
    let stored = passwords::of(tx, tenant.id, user.id())?.filter(|_| user.guest.state() == State::Internal);
    let stored = stored.ok_or_else(|| {
        let remedy = "Change it where you sign in.";
        Refusal::invalid(CURRENT, "You have no password here.", remedy)
    })?;
    Ok(Person { names: Names::of(&user, &tenant), user, stored, session })
}

/// A refusal to somebody who is known is on record, whichever step refused.
async fn noted<T>(app: &App, by: By, outcome: Result<T, Refusal>) -> Result<T, Refusal> {
    let Err(refusal) = &outcome else { return outcome };
    let (audit_id, why) = (app.new_id(), refusal.clone());
    app.write(move |tx| {
        match &by {
            By::Token(actor) => audit::refused(tx, actor, audit_id, Activity::ChangePassword, &why)?,
            By::Session { tenant, hash, .. } => {
                if let Some((_, user)) = sessions::good(tx, *tenant, *hash, tx.now())? {
                    audit::by_guest(tx, &user, audit_id, Activity::ChangePassword, Err(&why), Vec::new())?;
                }
            }
        }
        Ok(())
    })
    .await?;
    outcome
}

fn counter_of(user: &User) -> String {
    format!("password-change:{}", user.id())
}

/// The caller with the generation that the change has just made.
fn now_as(actor: &Actor, user: &User) -> Actor {
    use hospes_domain::access::Who;
    let who = Who::User { id: user.id(), generation: user.guest.generation() };
    Actor { who, ..actor.clone() }
}
