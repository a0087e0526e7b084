//! Members sign in with a passkey, without naming anybody: the key says whose it is, and its authenticator has asked for
//! a PIN or a finger, so that it counts as two factors. Refuses with one answer whatever does not verify: another
//! tenant's or a removed key, an answer given twice, a counter that goes backwards, another origin (threats E8, F13).

use hospes_domain::passkey::{CEREMONY_SECONDS, Passkey, may_sign_in};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::session::PASSKEY;
use hospes_domain::sign_in::{Flow, KnownDevice, Step};
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{passkeys, passwords, sign_in_flows, users};
use uuid::Uuid;
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey as Key, PublicKeyCredential};

use super::{Entered, Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::passkeys::possible;
use crate::sessions::{self, NewSession};

/// What the browser is to be asked, as JSON. What it was asked before in this flow is forgotten.
///
/// # Errors
/// [`Refusal::NotFound`] on a server without passkeys; [`SignInRefusal::FlowLost`].
pub async fn ask_for_passkey(app: &App, place: &Place) -> Result<String, Refusal> {
    let (mut asked, state) =
        possible(app)?.start_discoverable_authentication().map_err(|error| broken(&error))?;
    // Whether the browser offers it by itself is for the page to say.
    asked.mediation = None;
    let options = serde_json::to_string(&asked).map_err(|error| broken(&error))?;
    let state = serde_json::to_string(&state).map_err(|error| broken(&error))?;
    let scene = Scene::new(app, place);
    app.write(move |tx| {
        let flow = unidentified(tx, &scene)?;
        let until = tx.now().plus_seconds(CEREMONY_SECONDS);
        Ok(passkeys::begin(tx, scene.tenant, flow.id, &state, until)?)
    })
    .await?;
    Ok(options)
}

/// Signs in with what the browser answered, as JSON.
///
/// # Errors
/// [`SignInRefusal::WrongPasskey`], [`SignInRefusal::Disabled`], [`SignInRefusal::FlowLost`].
pub async fn check_passkey(app: &App, place: &Place, answer: &str) -> Result<Entered, Refusal> {
    let webauthn = possible(app)?;
    let scene = Scene::new(app, place);
    let answer: Option<PublicKeyCredential> = serde_json::from_str(answer).ok();
    let (taking, credential) = (scene.clone(), answer.as_ref().map(|answer| answer.raw_id.clone()));
    let (state, stored) = app
        .write(move |tx| {
            let flow = unidentified(tx, &taking)?;
            let state = passkeys::take(tx, taking.tenant, flow.id)?;
            let stored = match &credential {
                Some(id) => passkeys::by_credential(tx, taking.tenant, id)?,
                None => None,
            };
            Ok((state, stored))
        })
        .await?;
    let (answer, state, stored) =
        answer.zip(state).zip(stored).map(|((a, s), k)| (a, s, k)).ok_or_else(wrong)?;
    let state: DiscoverableAuthentication = serde_json::from_str(&state).map_err(|_| wrong())?;
    let mut key: Key = serde_json::from_str(&stored.value).map_err(|error| broken(&error))?;
    let (owner, _) = webauthn.identify_discoverable_authentication(&answer).map_err(|_| wrong())?;
    let verified = webauthn.finish_discoverable_authentication_v2(&answer, state, &key);
    let verified = verified.map_err(|error| {
        tracing::info!(%error, passkey = %stored.id, "a passkey was not taken");
        wrong()
    })?;
    if owner != stored.user.0 || !verified.user_verified() {
        return Err(wrong());
    }
    key.update_credential(&verified);
    let used = Passkey {
        counter: i64::from(verified.counter()).max(stored.counter),
        value: serde_json::to_string(&key).map_err(|error| broken(&error))?,
        ..stored.clone()
    };
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    let (audit_id, id) = (app.new_id(), app.new_id());
    let device = app.write(move |tx| begin(tx, &scene, &stored, &used, &session, [audit_id, id]));
    Ok(Entered { device: device.await?, session: cookie })
}

/// Begins the session, if the passkey is still what it was when it was verified.
fn begin(
    tx: &WriteTx<'_>,
    scene: &Scene,
    verified: &Passkey,
    used: &Passkey,
    session: &NewSession,
    [audit_id, device]: [Uuid; 2],
) -> Result<KnownDevice, Stop> {
    let flow = unidentified(tx, scene)?;
    let now = passkeys::by_credential(tx, scene.tenant, &verified.credential_id)?;
    // Removed, or used at the same moment by a copy of it.
    if now.as_ref() != Some(verified) {
        return Err(wrong().into());
    }
    let user = users::by_id(tx, scene.tenant, verified.user)?.ok_or_else(wrong)?;
    let details = vec![("method".to_owned(), PASSKEY.to_owned()), ("passkey".to_owned(), used.name.clone())];
    if let Err(refusal) = may_sign_in(&user) {
        audit::by_guest(tx, &user, audit_id, Activity::SignIn, Err(&refusal), details)?;
        return Err(refusal.into());
    }
    passkeys::save_use(tx, scene.tenant, &Passkey { last_used_at: Some(tx.now()), ..used.clone() })?;
    if let Some(before) = scene.session {
        hospes_store::sessions::end(tx, scene.tenant, before)?;
    }
    sessions::begin(tx, &user, PASSKEY, session)?;
    let flow = Flow { signed_in_at: Some(tx.now()), new_password_for: None, ..flow };
    sign_in_flows::save(tx, scene.tenant, &flow)?;
    audit::by_guest(tx, &user, audit_id, Activity::SignIn, Ok(()), details)?;
    let password = passwords::stored(tx, scene.tenant, user.id())?;
    let password_set_at = password.map(|stored| stored.set_at).unwrap_or_default();
    Ok(KnownDevice { id: device, user: user.id(), password_set_at })
}

/// The flow, if it still waits to hear who the person is.
fn unidentified(tx: &impl Read, scene: &Scene) -> Result<Flow, Stop> {
    let now = tx.now();
    let known = scene.load(tx, now)?;
    match known.step(now) {
        Step::AskAddress
        | Step::AskPassword
        | Step::ChooseNewPassword
        | Step::SendPasscode
        | Step::AskPasscode
        | Step::SignInAtHome(_) => Ok(known.flow),
        _ => Err(lost()),
    }
}

fn wrong() -> Refusal {
    Refusal::SignIn(SignInRefusal::WrongPasskey)
}

fn broken(error: &impl std::fmt::Display) -> Refusal {
    tracing::error!(%error, "a passkey ceremony failed");
    Refusal::Internal
}
