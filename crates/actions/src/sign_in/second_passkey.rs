//! The second factor of a guest: a passkey, after the account at home or the code by mail was right. Refuses passkeys of
//! anybody else, and of members, whose passkeys stand alone; a guest's never does, or it would be a way in that the bound
//! identity knows nothing of (threats B4). Refuses more than five wrong answers in a sign-in, and with one answer whatever
//! does not verify.

use hospes_domain::passkey::{CEREMONY_SECONDS, Passkey, is_beside};
use hospes_domain::proof::Counter;
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::second_factor::{Kind, TRIES_PER_FLOW, may_try};
use hospes_domain::sign_in::{FirstProof, Step};
use hospes_domain::user::User;
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{counters, passkeys};
use uuid::Uuid;
use webauthn_rs::prelude::PublicKeyCredential;

use super::first::Entered;
use super::passkey::{asked, verified, wrong};
use super::{Known, Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::passkeys::possible;
use crate::sessions::{self, NewSession};
use crate::sign_ins;

/// What the browser is to be asked, as JSON. What it was asked before in this flow is forgotten.
///
/// # Errors
/// [`Refusal::NotFound`] on a server without passkeys; [`SignInRefusal::FlowLost`] for whoever owes no second factor or
/// has no passkey.
pub async fn ask_to_show_passkey(app: &App, place: &Place) -> Result<String, Refusal> {
    let (options, state) = asked(app)?;
    let scene = Scene::new(app, place);
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        owner(tx, &known)?;
        let until = tx.now().plus_seconds(CEREMONY_SECONDS);
        Ok(passkeys::begin(tx, scene.tenant, known.flow.id, &state, until)?)
    })
    .await?;
    Ok(options)
}

/// Completes the sign-in with what the browser answered, as JSON.
///
/// # Errors
/// [`SignInRefusal::WrongPasskey`], [`SignInRefusal::SecondFactorOver`], [`SignInRefusal::FlowLost`].
pub async fn show_passkey(app: &App, place: &Place, answer: &str) -> Result<Entered, Refusal> {
    let webauthn = possible(app)?;
    let scene = Scene::new(app, place);
    let answer: Option<PublicKeyCredential> = serde_json::from_str(answer).ok();
    let (taking, credential) = (scene.clone(), answer.as_ref().map(|answer| answer.raw_id.clone()));
    let (state, stored) = app
        .write(move |tx| {
            let known = taking.load(tx, tx.now())?;
            let (_, user) = owner(tx, &known)?;
            count_try(tx, &taking)?;
            let state = passkeys::take(tx, taking.tenant, known.flow.id)?;
            let stored = match &credential {
                Some(id) => passkeys::by_credential(tx, taking.tenant, id)?,
                None => None,
            };
            // Somebody else's key is as good as none.
            Ok((state, stored.filter(|stored| stored.user == user.id())))
        })
        .await?;
    let audit_id = app.new_id();
    let (stored, used) = match verified(webauthn, answer, state, stored) {
        Err(refusal) if refusal == wrong() => {
            app.write(move |tx| record_wrong(tx, &scene, audit_id)).await?;
            return Err(refusal);
        }
        outcome => outcome?,
    };
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    app.write(move |tx| complete(tx, &scene, (&stored, &used), &session, audit_id)).await?;
    Ok(Entered::unknown(cookie))
}

/// Who owes the second factor in this flow and can show a passkey.
fn owner<'a>(tx: &impl Read, known: &'a Known) -> Result<(FirstProof, &'a User), Stop> {
    let (Step::AskSecondFactor, Some((proof, user))) = (known.step(tx.now()), known.owing()) else {
        return Err(lost());
    };
    if is_beside(user) { Ok((proof, user)) } else { Err(lost()) }
}

/// Nobody guesses a signature; this bounds the records that somebody who knows the first factor can make.
fn count_try(tx: &WriteTx<'_>, scene: &Scene) -> Result<(), Stop> {
    let name = format!("second-factor-in:{}", scene.flow);
    let in_flow = counters::load(tx, scene.tenant, &name)?;
    may_try(in_flow, Counter::default(), tx.now())?;
    Ok(counters::save(tx, scene.tenant, &name, in_flow.plus_one(TRIES_PER_FLOW, tx.now()))?)
}

fn details(proof: &FirstProof) -> Vec<(String, String)> {
    vec![
        ("method".to_owned(), proof.method.clone()),
        ("secondFactor".to_owned(), Kind::Passkey.name().to_owned()),
    ]
}

/// Whoever comes so far knows the first factor: that is on record.
fn record_wrong(tx: &WriteTx<'_>, scene: &Scene, audit_id: Uuid) -> Result<(), Stop> {
    let known = scene.load(tx, tx.now())?;
    let (proof, user) = owner(tx, &known)?;
    audit::by_guest(tx, user, audit_id, Activity::SignIn, Err(&wrong()), details(&proof))?;
    sign_ins::refused(tx, &scene.entry, user, &known.towards(), Some(&proof.method), &wrong())
}

/// Begins the session, if the passkey is still what it was when it was verified and still that person's.
fn complete(
    tx: &WriteTx<'_>,
    scene: &Scene,
    (verified, used): (&Passkey, &Passkey),
    session: &NewSession,
    audit_id: Uuid,
) -> Result<(), Stop> {
    let known = scene.load(tx, tx.now())?;
    let (proof, user) = owner(tx, &known)?;
    let now = passkeys::by_credential(tx, scene.tenant, &verified.credential_id)?;
    // Removed, or used at the same moment by a copy of it.
    if user.id() != verified.user || now.as_ref() != Some(verified) {
        return Err(wrong().into());
    }
    passkeys::save_use(tx, scene.tenant, &Passkey { last_used_at: Some(tx.now()), ..used.clone() })?;
    // Guests have no password that could have to be replaced first.
    if !known.complete(tx, scene, Kind::Passkey, session)? {
        return Err(Refusal::SignIn(SignInRefusal::FlowLost).into());
    }
    Ok(audit::by_guest(tx, user, audit_id, Activity::SignIn, Ok(()), details(&proof))?)
}
