//! A new password in the middle of a sign-in, for somebody whose present one was right and has to be replaced: nobody
//! is signed in before, and a second factor that is owed comes first. Refuses whoever did not type the present one in this very flow, or has lost the right since:
//! blocked, deleted, revoked or given yet another password (threats I3, D14).

use hospes_domain::password::{Names, Weak};
use hospes_domain::refusal::Refusal;
use hospes_domain::session::PASSWORD;
use hospes_domain::sign_in::{FirstProof, Flow, Step};
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{passwords, sign_in_flows};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::first::{Entered, device};
use super::{Known, Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::invite::save_guest;
use crate::keys::PasswordVerdict;
use crate::passwords::{Wanted, hashed, store, unhashed};
use crate::sessions::{self, NewSession};
use crate::sign_ins;
use crate::users::end_codes;

/// Whether somebody who signs in that way has to choose a new password before.
pub(super) fn is_due(tx: &impl Read, user: &User, method: &str) -> Result<bool, StoreError> {
    if method != PASSWORD {
        return Ok(false);
    }
    let stored = passwords::stored(tx, user.guest.record().tenant, user.id())?;
    Ok(stored.is_some_and(|stored| stored.change_due))
}

/// Replaces the password and signs in.
///
/// # Errors
/// [`Refusal::Invalid`] for the field `password`; [`Refusal::SignIn`] when the flow does not wait for one.
pub async fn choose_password(
    app: &App,
    place: &Place,
    password: Zeroizing<String>,
) -> Result<Entered, Refusal> {
    const FIELD: &str = "password";
    let scene = Scene::new(app, place);
    let looking = scene.clone();
    let (names, before) = app
        .read(move |tx| {
            let (known, _, user) = at_new_password(tx, &looking)?;
            let stored = passwords::of(tx, looking.tenant, user.id())?.ok_or_else(lost)?;
            Ok((Names::of(&user, &known.tenant), stored))
        })
        .await?;
    let same = app.passwords().verify(password.clone(), Some(before.clone())).await.map_err(unhashed)?;
    if matches!(same, PasswordVerdict::Right { .. }) {
        return Err(Weak::Same.refusal(FIELD));
    }
    let hash = hashed(app, Wanted::new(password, names, FIELD)).await?;
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    let (id, ids) = (app.new_id(), [app.new_id(), app.new_id(), app.new_id()]);
    let device = app.write(move |tx| {
        let user = save(tx, &scene, &before, &hash, &session, ids)?;
        Ok(device(tx, &user, PASSWORD, id)?)
    });
    Ok(Entered::known(cookie, device.await?))
}

/// Two things happen, and each has its record: the password is another one, and the person is signed in.
fn save(
    tx: &WriteTx<'_>,
    scene: &Scene,
    before: &str,
    hash: &str,
    session: &NewSession,
    [changed, signed_in, notice]: [Uuid; 3],
) -> Result<User, Stop> {
    let (known, proof, mut user) = at_new_password(tx, scene)?;
    if passwords::of(tx, scene.tenant, user.id())?.as_deref() != Some(before) {
        return Err(lost());
    }
    user.guest.revoke_sessions(tx.now())?;
    save_guest(tx, &mut user)?;
    end_codes(tx, &user)?;
    store(tx, &user, hash, false, notice)?;
    let session = sessions::in_place_of(tx, scene.session, (&user, PASSWORD), session)?;
    let amr = proof.amr();
    // Who types a password and chooses the next has signed in at this moment, for apps, too (`auth_time`).
    sessions::begin_with(tx, &user, PASSWORD, &amr, tx.now(), &session)?;
    sign_ins::succeeded(tx, &scene.entry, &user, &known.towards(), (PASSWORD, &amr))?;
    let mut details = vec![("method".to_owned(), PASSWORD.to_owned())];
    details.extend(proof.second.map(|second| ("secondFactor".to_owned(), second.name().to_owned())));
    let flow = Flow { signed_in_at: Some(tx.now()), first: None, ..known.flow };
    sign_in_flows::save(tx, scene.tenant, &flow)?;
    audit::by_guest(tx, &user, changed, Activity::ChangePassword, Ok(()), Vec::new())?;
    audit::by_guest(tx, &user, signed_in, Activity::SignIn, Ok(()), details)?;
    Ok(user)
}

/// The flow and the person it waits for, with the proofs so far.
fn at_new_password(tx: &impl Read, scene: &Scene) -> Result<(Known, FirstProof, User), Stop> {
    let now = tx.now();
    let known = scene.load(tx, now)?;
    match (known.step(now), known.first.clone()) {
        (Step::ChooseNewPassword, Some((proof, user))) => Ok((known, proof, user)),
        _ => Err(lost()),
    }
}
