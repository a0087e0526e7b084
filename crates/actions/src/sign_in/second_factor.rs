//! The second factor of a sign-in: a code of the app, or a recovery code. Refuses more than five tries in a sign-in and ten
//! wrong ones in an hour for a person, counted before they are compared (threats G1, G2), and a code that was used.
//! Whoever knows the password cannot lock its owner out: recovery codes have a budget of their own, and nothing is
//! blocked longer than that hour.

use std::sync::Arc;

use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::{FAILS_PER_PERSON, Kind, News, TRIES_PER_FLOW, may_try, wrong};
use hospes_domain::sign_in::{KnownDevice, Step};
use hospes_domain::user::User;
use hospes_store::engine::{StoreError, WriteTx};
use hospes_store::{counters, second_factors as rows};
use uuid::Uuid;

use super::first::{Entered, device};
use super::{Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::keys::TenantKeys;
use crate::second_factors::{self, hash_of, is_right};
use crate::sessions::{self, NewSession};
use crate::sign_ins;

/// What was typed. No `Debug`: it may be right.
#[derive(Clone)]
pub enum Shown {
    /// The digits of an authenticator app.
    App(String),
    /// A recovery code.
    Recovery(String),
}

impl Shown {
    fn kind(&self) -> Kind {
        match self {
            Self::App(_) => Kind::Totp,
            Self::Recovery(_) => Kind::Recovery,
        }
    }
}

#[derive(Clone)]
struct Drawn {
    keys: Arc<TenantKeys>,
    session: NewSession,
    audit: Uuid,
    job: Uuid,
    device: Uuid,
}

/// Checks what was typed. None when it was right and a new password has to be chosen before anybody is signed in.
pub async fn show_second_factor(app: &App, place: &Place, shown: Shown) -> Result<Option<Entered>, Refusal> {
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    let keys = app.tenant_keys(place.tenant)?;
    let drawn = Drawn { keys, session, audit: app.new_id(), job: app.new_id(), device: app.new_id() };
    let scene = Scene::new(app, place);
    Ok(match app.write(move |tx| check(tx, &scene, &drawn, &shown)).await? {
        Taken::SignedIn(device) => Some(Entered::known(cookie, device)),
        Taken::PasswordDue => None,
    })
}

/// What a right factor led to.
enum Taken {
    /// The session has begun; the browser as it is known from now on.
    SignedIn(Option<KnownDevice>),
    /// A new password has to be chosen first.
    PasswordDue,
}

fn check(tx: &WriteTx<'_>, scene: &Scene, drawn: &Drawn, shown: &Shown) -> Result<Taken, Stop> {
    let (now, tenant) = (tx.now(), scene.tenant);
    let known = scene.load(tx, now)?;
    let (Step::AskSecondFactor, Some((proof, user))) = (known.step(now), known.owing()) else {
        return Err(lost());
    };
    let in_flow_name = format!("second-factor-in:{}", scene.flow);
    let fails_name = format!("second-factor:{}:{}", shown.kind().name(), user.id());
    let in_flow = counters::load(tx, tenant, &in_flow_name)?;
    let fails = counters::load(tx, tenant, &fails_name)?;
    let tries_left = may_try(in_flow, fails, now)?;
    counters::save(tx, tenant, &in_flow_name, in_flow.plus_one(TRIES_PER_FLOW, now))?;
    counters::save(tx, tenant, &fails_name, fails.plus_one(FAILS_PER_PERSON, now))?;
    let details = vec![
        ("method".to_owned(), proof.method.clone()),
        ("secondFactor".to_owned(), shown.kind().name().to_owned()),
    ];
    if !use_up(tx, tenant, drawn, user, shown)? {
        let refusal = wrong(tries_left);
        // Whoever comes so far knows the first factor: that is on record, as often as it can be tried.
        audit::by_guest(tx, user, drawn.audit, Activity::SignIn, Err(&refusal), details)?;
        sign_ins::refused(tx, &scene.entry, user, &known.towards(), Some(&proof.method), &refusal)?;
        return Err(refusal.into());
    }
    counters::save(tx, tenant, &fails_name, fails)?;
    let begun = known.complete(tx, scene, shown.kind(), &drawn.session)?;
    if shown.kind() == Kind::Recovery {
        second_factors::tell(tx, user, News::RecoveryUsed, drawn.job)?;
    }
    if !begun {
        return Ok(Taken::PasswordDue);
    }
    audit::by_guest(tx, user, drawn.audit, Activity::SignIn, Ok(()), details)?;
    Ok(Taken::SignedIn(device(tx, user, &proof.method, drawn.device)?))
}

/// Whether it is right; then it never is again.
fn use_up(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    drawn: &Drawn,
    user: &User,
    shown: &Shown,
) -> Result<bool, Stop> {
    let won = match shown {
        Shown::App(typed) => {
            let mut found = None;
            for stored in rows::of(tx, tenant, user.id())? {
                if stored.factor.kind == Kind::Totp
                    && let Some(step) = is_right(&drawn.keys, &stored, typed, tx.now())?
                {
                    found = Some((stored.factor.id, step));
                }
            }
            let Some((id, step)) = found else { return Ok(false) };
            rows::use_step(tx, tenant, id, step)?
        }
        Shown::Recovery(typed) => {
            let Some(hash) = hash_of(&drawn.keys, user.id(), typed) else { return Ok(false) };
            if !rows::has_recovery_code(tx, tenant, user.id(), hash)? {
                return Ok(false);
            }
            rows::use_recovery_code(tx, tenant, user.id(), hash)?
        }
    };
    // What was read in this transaction is still so.
    if won { Ok(true) } else { Err(StoreError::Conflict.into()) }
}
