//! Setting the second factor up on the way into an app, because a role demands one. Refuses whoever has one already: that
//! one is asked for, or a stolen password would be enough to add another.

use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::second_factor::{Kind, News};
use hospes_domain::sign_in::Step;
use hospes_domain::user::User;
use hospes_store::engine::WriteTx;
use hospes_store::second_factors as rows;
use uuid::Uuid;

use super::first::{Entered, device};
use super::{Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::second_factors::{self, Draft, Enrolment, NewCodes};
use crate::sessions::{self, NewSession};

/// What the page shows; `again` is the sealed secret of the page before, so that what was scanned stays right.
pub async fn offer_enrolment(app: &App, place: &Place, again: Option<&str>) -> Result<Enrolment, Refusal> {
    let scene = Scene::new(app, place);
    let (user, host, account) = app
        .read(move |tx| {
            let known = scene.load(tx, tx.now())?;
            let (Step::EnrolSecondFactor, Some((_, user))) = (known.step(tx.now()), known.owing()) else {
                return Err(lost());
            };
            Ok((user.id(), known.tenant.display_name.clone(), user.sign_in_name().to_owned()))
        })
        .await?;
    let draft = again
        .and_then(|sealed| Draft::open(app, place.tenant, sealed))
        .filter(|draft| draft.is_for(user, place.flow, app.now()))
        .unwrap_or_else(|| Draft::draw(app, user, place.flow));
    draft.shown(app, place.tenant, &host, &account)
}

#[derive(Clone)]
struct Drawn {
    session: NewSession,
    audits: [Uuid; 2],
    job: Uuid,
    device: Uuid,
}

/// A factor was set up. No `Debug`: it holds a session's cookie and recovery codes.
pub struct Enrolled {
    /// Who is signed in; nobody while a new password has to be chosen.
    pub entered: Option<Entered>,
    /// What the person signs in as.
    pub sign_in_name: String,
    /// Recovery codes to be shown once.
    pub recovery_codes: Vec<String>,
}

/// Confirms the app with its first code: the factor is set up and shown in one.
pub async fn enrol(
    app: &App,
    place: &Place,
    sealed: &str,
    name: &str,
    typed: &str,
) -> Result<Enrolled, Refusal> {
    let draft = Draft::open(app, place.tenant, sealed).ok_or(Refusal::SignIn(SignInRefusal::FlowLost))?;
    let naming = draft.named(app, place.tenant, name)?;
    let codes = NewCodes::draw(app, place.tenant, draft.user())?;
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    let drawn =
        Drawn { session, audits: [app.new_id(), app.new_id()], job: app.new_id(), device: app.new_id() };
    let (scene, typed, hashes) = (Scene::new(app, place), typed.to_owned(), codes.hashes);
    let entered = app.write(move |tx| {
        let now = tx.now();
        let known = scene.load(tx, now)?;
        let (Step::EnrolSecondFactor, Some((proof, user))) = (known.step(now), known.owing()) else {
            return Err(lost());
        };
        if !draft.is_for(user.id(), scene.flow, now) {
            return Err(lost());
        }
        let stored = draft.confirmed(&naming, &typed, now)?;
        rows::insert(tx, scene.tenant, user.id(), &stored)?;
        rows::set_recovery_codes(tx, scene.tenant, user.id(), &hashes)?;
        let begun = known.complete(tx, &scene, Kind::Totp, &drawn.session)?;
        record(tx, &drawn, user, begun.then_some(proof.method.as_str()), &stored.factor.name)?;
        let device = if begun { Some(device(tx, user, &proof.method, drawn.device)?) } else { None };
        Ok((device, user.sign_in_name().to_owned()))
    });
    let (device, sign_in_name) = entered.await?;
    let entered = device.map(|device| Entered::known(cookie, device));
    Ok(Enrolled { entered, sign_in_name, recovery_codes: codes.codes })
}

/// The factor and the sign-in, if it came to that, each with its record.
fn record(
    tx: &WriteTx<'_>,
    drawn: &Drawn,
    user: &User,
    method: Option<&str>,
    name: &str,
) -> Result<(), Stop> {
    let kind = ("secondFactor".to_owned(), Kind::Totp.name().to_owned());
    let added = vec![kind.clone(), ("name".to_owned(), name.to_owned())];
    audit::by_guest(tx, user, drawn.audits[0], Activity::AddFactor, Ok(()), added)?;
    if let Some(method) = method {
        let signed_in = vec![("method".to_owned(), method.to_owned()), kind];
        audit::by_guest(tx, user, drawn.audits[1], Activity::SignIn, Ok(()), signed_in)?;
    }
    second_factors::tell(tx, user, News::Added, drawn.job)?;
    Ok(())
}
