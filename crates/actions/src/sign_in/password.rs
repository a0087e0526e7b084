//! Members sign in with a password. Refuses with one answer for a wrong password and an unknown address, in the same time
//! (threats E5); counts every try before the comparison (threats G2) against what the domain allows, so that nobody can
//! be shut out by strangers ([`hospes_domain::sign_in::budgets`]). Refuses guests who have redeemed: their identity is
//! the bound one.

use hospes_domain::address::Address;
use hospes_domain::guest::State;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::session::PASSWORD;
use hospes_domain::sign_in::{Budget, Flow, KnownDevice, Step, Whence, budgets};
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::passwords::{self, Stored};
use hospes_store::{counters, sign_in_flows, tenants, users};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::keys::PasswordVerdict;
use crate::passwords::unhashed;
use crate::sessions::{self, NewSession};
use crate::users::aliases;

/// What is known of the browser that a password comes from.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The network it connects from; none for connections that stand for everybody.
    pub network: Option<String>,
    /// Who has signed in with it, by its sealed cookie.
    pub devices: Vec<KnownDevice>,
}

/// Somebody has signed in. No `Debug`: it holds a session's cookie.
pub struct Entered {
    /// The new session's cookie.
    pub session: String,
    /// The browser as it is known from now on.
    pub device: KnownDevice,
}

/// What became of a right password.
pub enum PasswordTaken {
    /// The person is signed in.
    SignedIn(Entered),
    /// The person has to choose a new one first.
    NewPassword,
}

/// What a password is compared with. No `Debug`: nothing to show.
struct Compared {
    stored: Option<Stored>,
    counted: Vec<Budget>,
    device: Option<Uuid>,
}

/// Checks a password.
pub async fn check_password(
    app: &App,
    place: &Place,
    password: Zeroizing<String>,
    browser: Browser,
) -> Result<PasswordTaken, Refusal> {
    let scene = Scene::new(app, place);
    let counting = scene.clone();
    let Compared { stored, counted, device } = app.write(move |tx| count(tx, &counting, &browser)).await?;
    let text = stored.as_ref().map(|stored| stored.hash.clone());
    let verdict = app.passwords().verify(password, text).await.map_err(unhashed)?;
    let (PasswordVerdict::Right { .. }, Some(stored)) = (verdict, stored) else {
        return Err(Refusal::SignIn(SignInRefusal::WrongPassword));
    };
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    let (audit_id, id) = (app.new_id(), device.unwrap_or_else(|| app.new_id()));
    let entered = app.write(move |tx| begin(tx, &scene, &stored, &counted, &session, audit_id)).await?;
    Ok(entered.map_or(PasswordTaken::NewPassword, |known| {
        PasswordTaken::SignedIn(Entered { session: cookie, device: KnownDevice { id, ..known } })
    }))
}

/// Counts the try, then yields the stored password of whoever the address names.
fn count(tx: &WriteTx<'_>, scene: &Scene, browser: &Browser) -> Result<Compared, Stop> {
    let (_, address) = at_password(tx, scene)?;
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
        tries
            .room(budget.limit, now)
            .map_err(|retry_after_seconds| Refusal::SignIn(SignInRefusal::Locked { retry_after_seconds }))?;
        raised.push(tries.plus_one(budget.limit, now));
    }
    for (budget, tries) in counted.iter().zip(raised) {
        counters::save(tx, scene.tenant, &budget.counter, tries)?;
    }
    Ok(Compared { stored, counted, device })
}

/// Begins the session, if everything is still as it was when the password was compared. `None` if a new password has to
/// be chosen first.
fn begin(
    tx: &WriteTx<'_>,
    scene: &Scene,
    stored: &Stored,
    counted: &[Budget],
    session: &NewSession,
    audit_id: Uuid,
) -> Result<Option<KnownDevice>, Stop> {
    let wrong = || Stop::Refused(Refusal::SignIn(SignInRefusal::WrongPassword));
    let (flow, address) = at_password(tx, scene)?;
    let user = person(tx, scene.tenant, &address)?.ok_or_else(wrong)?;
    if passwords::stored(tx, scene.tenant, user.id())?.as_ref() != Some(stored) {
        return Err(wrong());
    }
    let details = vec![("method".to_owned(), PASSWORD.to_owned())];
    if !user.guest.is_active() {
        let refusal = Refusal::SignIn(SignInRefusal::Disabled);
        // Whoever knows the password has proven who that is. Bounded by the tries, which are not forgotten here.
        audit::by_guest(tx, &user, audit_id, Activity::SignIn, Err(&refusal), details)?;
        return Err(refusal.into());
    }
    for budget in counted {
        let tries = counters::load(tx, scene.tenant, &budget.counter)?;
        counters::save(tx, scene.tenant, &budget.counter, budget.after_success(tries))?;
    }
    if stored.change_due {
        let new_password_for = Some((user.id(), user.guest.generation()));
        sign_in_flows::save(tx, scene.tenant, &Flow { new_password_for, ..flow })?;
        return Ok(None);
    }
    if let Some(before) = scene.session {
        hospes_store::sessions::end(tx, scene.tenant, before)?;
    }
    sessions::begin(tx, &user, PASSWORD, session)?;
    sign_in_flows::save(tx, scene.tenant, &Flow { signed_in_at: Some(tx.now()), ..flow })?;
    audit::by_guest(tx, &user, audit_id, Activity::SignIn, Ok(()), details)?;
    Ok(Some(KnownDevice { id: Uuid::nil(), user: user.id(), password_set_at: stored.set_at }))
}

/// The flow and its address, if a password is what it waits for.
fn at_password(tx: &WriteTx<'_>, scene: &Scene) -> Result<(Flow, Address), Stop> {
    let now = tx.now();
    let known = scene.load(tx, now)?;
    match (known.step(now), known.flow.address.clone()) {
        (Step::AskPassword, Some(address)) => Ok((known.flow, address)),
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
