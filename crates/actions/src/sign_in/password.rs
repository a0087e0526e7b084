//! Members sign in with a password. Refuses with one answer for a wrong password and an unknown address, in the same time
//! (threats E5); counts every try before the comparison (threats G2) against what the domain allows, so that nobody can
//! be shut out by strangers ([`hospes_domain::sign_in::budgets`]). Refuses guests who have redeemed: their identity is
//! the bound one.

use hospes_domain::address::Address;
use hospes_domain::guest::State;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::session::PASSWORD;
use hospes_domain::sign_in::{Budget, KnownDevice, Step, Whence, budgets};
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::passwords::{self, Stored};
use hospes_store::{counters, tenants, users};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::first::{self, Entered, Next, Proven, first_proven};
use super::{Known, Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::keys::PasswordVerdict;
use crate::passwords::unhashed;
use crate::sessions::{self, NewSession};
use crate::sign_ins;
use crate::users::aliases;

/// What is known of the browser that a password comes from.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The network it connects from; none for connections that stand for everybody.
    pub network: Option<String>,
    /// Who has signed in with it, by its sealed cookie.
    pub devices: Vec<KnownDevice>,
}

/// What a password is compared with. No `Debug`: nothing to show.
struct Compared {
    stored: Option<Stored>,
    counted: Vec<Budget>,
    device: Option<Uuid>,
}

/// Checks a password: the new session's cookie, or the flow that asks for what is owed.
pub async fn check_password(
    app: &App,
    place: &Place,
    password: Zeroizing<String>,
    browser: Browser,
) -> Result<Proven, Refusal> {
    let scene = Scene::new(app, place);
    let counting = scene.clone();
    let Compared { stored, counted, device } = app.write(move |tx| count(tx, &counting, &browser)).await?;
    let text = stored.as_ref().map(|stored| stored.hash.clone());
    let verdict = app.passwords().verify(password, text).await.map_err(unhashed)?;
    let (PasswordVerdict::Right { .. }, Some(stored)) = (verdict, stored) else {
        app.write(move |tx| record_wrong(tx, &scene)).await?;
        return Err(Refusal::SignIn(SignInRefusal::WrongPassword));
    };
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    let (next, audit_id, id) = (app.new_id(), app.new_id(), device.unwrap_or_else(|| app.new_id()));
    let attempt = Attempt { stored, counted, session, next, audit_id };
    let (next, device) = app
        .write(move |tx| {
            let (next, user) = begin(tx, &scene, &attempt)?;
            Ok((next, first::device(tx, &user, PASSWORD, id)?))
        })
        .await?;
    Ok(match next.with(cookie) {
        Proven::SignedIn(entered) => Proven::SignedIn(Entered { device, ..entered }),
        owing => owing,
    })
}

/// A password that was right. No `Debug`: nothing to show.
#[derive(Clone)]
struct Attempt {
    stored: Stored,
    counted: Vec<Budget>,
    session: NewSession,
    next: Uuid,
    audit_id: Uuid,
}

/// Counts the try, then yields the stored password of whoever the address names.
fn count(tx: &WriteTx<'_>, scene: &Scene, browser: &Browser) -> Result<Compared, Stop> {
    let (known, address) = at_password(tx, scene)?;
    let person = person(tx, scene.tenant, &address)?;
    let stored = match &person {
        Some(user) => passwords::stored(tx, scene.tenant, user.id())?,
        None => None,
    };
    let device = person.as_ref().zip(stored.as_ref()).and_then(|(user, stored)| {
        browser.devices.iter().find(|device| device.knows(user.id(), stored.set_at)).map(|device| device.id)
    });
    let whence = device.map_or(Whence::Elsewhere(browser.network.as_deref()), Whence::Device);
    let counted = budgets(&name_of(&address, person.as_ref()), whence);
    let now = tx.now();
    let mut raised = Vec::with_capacity(counted.len());
    for budget in &counted {
        let tries = counters::load(tx, scene.tenant, &budget.counter)?;
        if let Err(retry_after_seconds) = tries.room(budget.limit, now) {
            let refusal = Refusal::SignIn(SignInRefusal::Locked { retry_after_seconds });
            record(tx, scene, &known, person.as_ref(), &refusal)?;
            return Err(refusal.into());
        }
        raised.push(tries.plus_one(budget.limit, now));
    }
    for (budget, tries) in counted.iter().zip(raised) {
        counters::save(tx, scene.tenant, &budget.counter, tries)?;
    }
    Ok(Compared { stored, counted, device })
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
fn begin(tx: &WriteTx<'_>, scene: &Scene, attempt: &Attempt) -> Result<(Next, User), Stop> {
    let Attempt { stored, counted, session, next, audit_id } = attempt;
    let wrong = || Stop::Refused(Refusal::SignIn(SignInRefusal::WrongPassword));
    let (known, address) = at_password(tx, scene)?;
    let user = person(tx, scene.tenant, &address)?.ok_or_else(wrong)?;
    if passwords::stored(tx, scene.tenant, user.id())?.as_ref() != Some(stored) {
        return Err(wrong());
    }
    if !user.guest.is_active() {
        let refusal = Refusal::SignIn(SignInRefusal::Disabled);
        // Whoever knows the password has proven who that is. Bounded by the tries, which are not forgotten here.
        let details = vec![("method".to_owned(), PASSWORD.to_owned())];
        audit::by_guest(tx, &user, *audit_id, Activity::SignIn, Err(&refusal), details)?;
        record(tx, scene, &known, Some(&user), &refusal)?;
        return Err(refusal.into());
    }
    for budget in counted {
        let tries = counters::load(tx, scene.tenant, &budget.counter)?;
        counters::save(tx, scene.tenant, &budget.counter, budget.after_success(tries))?;
    }
    let towards = known.towards();
    let next = first_proven(tx, scene, (known.flow, &towards), &user, (PASSWORD, tx.now()), session, *next)?;
    if next == Next::SignedIn {
        let details = vec![("method".to_owned(), PASSWORD.to_owned())];
        audit::by_guest(tx, &user, *audit_id, Activity::SignIn, Ok(()), details)?;
    }
    Ok((next, user))
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

/// One name for a person, whichever is typed: every name more would be so many tries more. One that is nobody's counts
/// by itself, so that both look alike from outside.
fn name_of(address: &Address, person: Option<&User>) -> String {
    person.map_or_else(|| address.key(), |user| user.id().to_string())
}
