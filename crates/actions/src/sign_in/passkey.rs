//! Members sign in with a passkey, without naming anybody: the key says whose it is, and its authenticator has asked for
//! a PIN or a finger, so that it counts as two factors. Refuses with one answer whatever does not verify: another
//! tenant's or a removed key, an answer given twice, a counter that goes backwards, another origin (threats E8, F13).

use hospes_domain::ids::ObjectId;
use hospes_domain::passkey::{CEREMONY_SECONDS, Passkey, may_sign_in};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::session::{Amr, PASSKEY};
use hospes_domain::sign_in::{Flow, KnownDevice, Step};
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{passkeys, sign_in_flows, users};
use uuid::Uuid;
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey as Key, PublicKeyCredential, Webauthn};

use super::first::{Entered, device};
use super::{Known, Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::passkeys::possible;
use crate::sessions::{self, NewSession};
use crate::sign_ins;

/// What the browser is to be asked, as JSON. What it was asked before in this flow is forgotten.
///
/// # Errors
/// [`Refusal::NotFound`] on a server without passkeys; [`SignInRefusal::FlowLost`].
pub async fn ask_for_passkey(app: &App, place: &Place) -> Result<String, Refusal> {
    let (options, state) = asked(app)?;
    let scene = Scene::new(app, place);
    app.write(move |tx| {
        let flow = unidentified(tx, &scene)?.flow;
        let until = tx.now().plus_seconds(CEREMONY_SECONDS);
        Ok(passkeys::begin(tx, scene.tenant, flow.id, &state, until)?)
    })
    .await?;
    Ok(options)
}

/// What a browser is to be asked, and what its answer is compared with. Nobody is named: an authenticator then says by
/// itself whose the key is.
pub(super) fn asked(app: &App) -> Result<(String, String), Refusal> {
    let (mut asked, state) =
        possible(app)?.start_discoverable_authentication().map_err(|error| broken(&error))?;
    // Whether the browser offers it by itself is for the page to say.
    asked.mediation = None;
    let options = serde_json::to_string(&asked).map_err(|error| broken(&error))?;
    let state = serde_json::to_string(&state).map_err(|error| broken(&error))?;
    Ok((options, state))
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
            let flow = unidentified(tx, &taking)?.flow;
            let state = passkeys::take(tx, taking.tenant, flow.id)?;
            let stored = match &credential {
                Some(id) => passkeys::by_credential(tx, taking.tenant, id)?,
                None => None,
            };
            Ok((state, stored))
        })
        .await?;
    let owner = stored.as_ref().map(|stored| stored.user);
    let (stored, used) = match verified(webauthn, answer, state, stored) {
        Err(refusal) if refusal == wrong() => {
            app.write(move |tx| record_wrong(tx, &scene, owner)).await?;
            return Err(refusal);
        }
        outcome => outcome?,
    };
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    let (audit_id, id) = (app.new_id(), app.new_id());
    let device = app.write(move |tx| begin(tx, &scene, &stored, &used, &session, [audit_id, id]));
    Ok(Entered::known(cookie, device.await?))
}

/// The line of the sign-in log about a passkey that was not taken; of one that is nobody's only the number is kept.
fn record_wrong(tx: &WriteTx<'_>, scene: &Scene, owner: Option<ObjectId>) -> Result<(), Stop> {
    let user = match owner {
        Some(owner) => users::by_id(tx, scene.tenant, owner)?,
        None => None,
    };
    let Some((user, towards)) = user.zip(scene.towards(tx)?) else {
        return sign_ins::refused_stranger(tx, scene.tenant);
    };
    sign_ins::refused(tx, &scene.entry, &user, &towards, Some(PASSKEY), &wrong())
}

/// The passkey as it was when it was verified, and as it is after this use.
pub(super) fn verified(
    webauthn: &Webauthn,
    answer: Option<PublicKeyCredential>,
    state: Option<String>,
    stored: Option<Passkey>,
) -> Result<(Passkey, Passkey), Refusal> {
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
    Ok((stored, used))
}

/// Begins the session, if the passkey is still what it was when it was verified.
fn begin(
    tx: &WriteTx<'_>,
    scene: &Scene,
    verified: &Passkey,
    used: &Passkey,
    session: &NewSession,
    [audit_id, id]: [Uuid; 2],
) -> Result<Option<KnownDevice>, Stop> {
    let known = unidentified(tx, scene)?;
    let now = passkeys::by_credential(tx, scene.tenant, &verified.credential_id)?;
    // Removed, or used at the same moment by a copy of it.
    if now.as_ref() != Some(verified) {
        return Err(wrong().into());
    }
    let user = users::by_id(tx, scene.tenant, verified.user)?.ok_or_else(wrong)?;
    let details = vec![("method".to_owned(), PASSKEY.to_owned()), ("passkey".to_owned(), used.name.clone())];
    if let Err(refusal) = may_sign_in(&user) {
        audit::by_guest(tx, &user, audit_id, Activity::SignIn, Err(&refusal), details)?;
        sign_ins::refused(tx, &scene.entry, &user, &known.towards(), Some(PASSKEY), &refusal)?;
        return Err(refusal.into());
    }
    passkeys::save_use(tx, scene.tenant, &Passkey { last_used_at: Some(tx.now()), ..used.clone() })?;
    let session = sessions::in_place_of(tx, scene.session, (&user, PASSKEY), session)?;
    sessions::begin(tx, &user, PASSKEY, &session)?;
    let proven = (PASSKEY, &Amr::of(PASSKEY));
    sign_ins::succeeded(tx, &scene.entry, &user, &known.towards(), proven)?;
    let flow = Flow { signed_in_at: Some(tx.now()), first: None, ..known.flow };
    sign_in_flows::save(tx, scene.tenant, &flow)?;
    audit::by_guest(tx, &user, audit_id, Activity::SignIn, Ok(()), details)?;
    Ok(device(tx, &user, PASSKEY, id)?)
}

/// The flow, if it still waits to hear who the person is.
fn unidentified(tx: &impl Read, scene: &Scene) -> Result<Known, Stop> {
    let now = tx.now();
    let known = scene.load(tx, now)?;
    match known.step(now) {
        Step::AskAddress
        | Step::AskPassword
        | Step::ChooseNewPassword
        | Step::SendPasscode
        | Step::AskPasscode
        | Step::SignInAtHome(_) => Ok(known),
        _ => Err(lost()),
    }
}

pub(super) fn wrong() -> Refusal {
    Refusal::SignIn(SignInRefusal::WrongPasskey)
}

fn broken(error: &impl std::fmt::Display) -> Refusal {
    tracing::error!(%error, "a passkey ceremony failed");
    Refusal::Internal
}
