//! Members sign in with a password. Refuses with one answer for a wrong password and an unknown
//! address, in the same time (threats E5); locks an address, known or not, after ten tries in a quarter
//! of an hour, counted before the comparison (threats G2). Refuses guests who have redeemed: their
//! identity is the bound one.

use hospes_domain::address::Address;
use hospes_domain::guest::State;
use hospes_domain::ids::TenantId;
use hospes_domain::proof::Counter;
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::session::PASSWORD;
use hospes_domain::sign_in::{Step, WRONG_PASSWORDS};
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{counters, passwords, tenants, users};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::first::{Next, Proven, first_proven};
use super::{Known, Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::keys::{PasswordError, PasswordVerdict};
use crate::sessions::{self, NewSession};
use crate::sign_ins;
use crate::users::aliases;

/// Checks a password: the new session's cookie, or the flow that asks for the second factor.
pub async fn check_password(
    app: &App,
    place: &Place,
    password: Zeroizing<String>,
) -> Result<Proven, Refusal> {
    let scene = Scene::new(app, place);
    let counting = scene.clone();
    let stored = app.write(move |tx| count(tx, &counting)).await?;
    let verdict = app.passwords().verify(password, stored.clone()).await.map_err(busy)?;
    let (PasswordVerdict::Right { .. }, Some(stored)) = (verdict, stored) else {
        app.write(move |tx| record_wrong(tx, &scene)).await?;
        return Err(Refusal::SignIn(SignInRefusal::WrongPassword));
    };
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    let (next, audit_id) = (app.new_id(), app.new_id());
    let next = app.write(move |tx| begin(tx, &scene, &stored, &session, next, audit_id)).await?;
    Ok(next.with(cookie))
}

/// Counts the try, then yields the stored password of whoever the address names.
fn count(tx: &WriteTx<'_>, scene: &Scene) -> Result<Option<String>, Stop> {
    let (known, address) = at_password(tx, scene)?;
    let person = person(tx, scene.tenant, &address)?;
    let name = counter_of(&address, person.as_ref());
    let fails = counters::load(tx, scene.tenant, &name)?;
    if let Err(retry_after_seconds) = fails.room(WRONG_PASSWORDS, tx.now()) {
        let refusal = Refusal::SignIn(SignInRefusal::Locked { retry_after_seconds });
        record(tx, scene, &known, person.as_ref(), &refusal)?;
        return Err(refusal.into());
    }
    counters::save(tx, scene.tenant, &name, fails.plus_one(WRONG_PASSWORDS, tx.now()))?;
    match person {
        Some(user) => Ok(passwords::of(tx, scene.tenant, user.id())?),
        None => Ok(None),
    }
}

/// The line of the sign-in log about a wrong password; of a name that is nobody's only the number is kept, at the same
/// cost (threats E5).
fn record_wrong(tx: &WriteTx<'_>, scene: &Scene) -> Result<(), Stop> {
    let (known, address) = at_password(tx, scene)?;
    let person = person(tx, scene.tenant, &address)?;
    record(tx, scene, &known, person.as_ref(), &Refusal::SignIn(SignInRefusal::WrongPassword))
}

fn record(
    tx: &WriteTx<'_>,
    scene: &Scene,
    known: &Known,
    person: Option<&User>,
    refusal: &Refusal,
) -> Result<(), Stop> {
    match person {
        Some(user) => sign_ins::refused(tx, &scene.entry, user, &known.towards(), Some(PASSWORD), refusal),
        None => sign_ins::refused_stranger(tx, scene.tenant),
    }
}

/// Begins the session, if everything is still as it was when the password was compared.
fn begin(
    tx: &WriteTx<'_>,
    scene: &Scene,
    stored: &str,
    session: &NewSession,
    next: Uuid,
    audit_id: Uuid,
) -> Result<Next, Stop> {
    let wrong = || Stop::Refused(Refusal::SignIn(SignInRefusal::WrongPassword));
    let (known, address) = at_password(tx, scene)?;
    let user = person(tx, scene.tenant, &address)?.ok_or_else(wrong)?;
    if passwords::of(tx, scene.tenant, user.id())?.as_deref() != Some(stored) {
        return Err(wrong());
    }
    if !user.guest.is_active() {
        let refusal = Refusal::SignIn(SignInRefusal::Disabled);
        // Whoever knows the password has proven who that is. Bounded by the tries, which are not forgotten here.
        let details = vec![("method".to_owned(), PASSWORD.to_owned())];
        audit::by_guest(tx, &user, audit_id, Activity::SignIn, Err(&refusal), details)?;
        record(tx, scene, &known, Some(&user), &refusal)?;
        return Err(refusal.into());
    }
    counters::save(tx, scene.tenant, &counter_of(&address, Some(&user)), Counter::default())?;
    let towards = known.towards();
    let next = first_proven(tx, scene, (known.flow, &towards), &user, (PASSWORD, tx.now()), session, next)?;
    if next == Next::SignedIn {
        let details = vec![("method".to_owned(), PASSWORD.to_owned())];
        audit::by_guest(tx, &user, audit_id, Activity::SignIn, Ok(()), details)?;
    }
    Ok(next)
}

/// The flow with what stands around it and its address, if a password is what it waits for.
fn at_password(tx: &WriteTx<'_>, scene: &Scene) -> Result<(Known, Address), Stop> {
    let now = tx.now();
    let known = scene.load(tx, now)?;
    match (known.step(now), known.flow.address.clone()) {
        (Step::AskPassword, Some(address)) => Ok((known, address)),
        _ => Err(lost()),
    }
}

/// Whoever signs in with a password under that name: by UPN, by `mail` among internal users, or by an alias that is one
/// member's alone.
fn person(tx: &impl Read, tenant: TenantId, address: &Address) -> Result<Option<User>, StoreError> {
    let by_password = |user: &User| user.guest.state() != State::Accepted;
    if let Some(user) = users::by_upn(tx, tenant, address.as_str())? {
        return Ok(Some(user).filter(by_password));
    }
    let has_mail = |user: &User| user.mail.as_ref().is_some_and(|m| m.same(address));
    let mut found =
        users::holders(tx, tenant, address)?.into_iter().filter(|u| by_password(u) && has_mail(u));
    let Some(first) = found.next() else {
        let Some(tenant) = tenants::by_id(tx, tenant)? else { return Ok(None) };
        return aliases::holder(tx, &tenant, address);
    };
    // Two people with one address: neither is meant.
    Ok(Some(first).filter(|_| found.next().is_none()))
}

/// One counter for a person, whichever name is typed: every name more would be so many tries more. A name that is
/// nobody's has its own, so that both look alike from outside.
fn counter_of(address: &Address, person: Option<&User>) -> String {
    match person {
        Some(user) => format!("password:{}", user.id()),
        None => format!("password:{}", address.key()),
    }
}

fn busy(error: PasswordError) -> Refusal {
    match error {
        PasswordError::Busy | PasswordError::GivenUp => Refusal::Unavailable { retry_after_seconds: 1 },
        PasswordError::Cost | PasswordError::Unreadable => Refusal::Internal,
    }
}
