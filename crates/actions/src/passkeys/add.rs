//! Somebody adds a passkey: the browser is asked to make one, its answer is verified and kept. Of a guest it is a second
//! factor, shown in the same breath, so that another session follows (threats F13). Refuses guests who have not redeemed,
//! more than a few, an answer to anything but what this very session was asked last, and keys that somebody here has
//! already. The person is told by mail, so that one added by somebody else does not go unseen.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::passkey::{self, CEREMONY_SECONDS, MOST, Passkey};
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::{Kind, News};
use hospes_store::engine::{StoreError, WriteTx};
use hospes_store::{jobs, passkeys, tenants};
use uuid::Uuid;
use webauthn_rs::prelude::{CredentialID, PasskeyRegistration, RegisterPublicKeyCredential};

use super::{Seat, Seated, possible};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::jobs::kinds;
use crate::second_factors;
use crate::sessions::{self, NewSession};
use crate::sign_in::session_hash;

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Added {
    /// The options for the browser, as JSON.
    Done(String),
    /// The person has to sign in again first: nothing was done.
    SignInFirst,
}

/// The passkey is kept. No `Debug`: it may hold a session.
pub struct Kept {
    /// The new session's cookie, of a guest who has shown a second factor with it.
    pub session: Option<String>,
}

/// What the browser is to be asked to make a passkey: options as JSON. What is asked before is forgotten.
///
/// # Errors
/// [`Refusal::Invalid`] for guests who have not redeemed and for one passkey too many.
pub async fn ask_to_add(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    who: Option<ObjectId>,
) -> Result<Added, Refusal> {
    let webauthn = possible(app)?;
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(Added::SignInFirst) };
    let seat = Seat { tenant, hash, who };
    let looking = seat.clone();
    let found = app.read(move |tx| {
        let Seated::Here(session, user) = looking.load(tx)? else { return Ok(None) };
        passkey::may_have(&user)?;
        let present = passkeys::of_user(tx, tenant, user.id())?;
        if present.len() >= MOST {
            return Err(too_many().into());
        }
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        Ok(Some((session.id, user, host, present)))
    });
    let Some((session, user, host, present)) = found.await? else { return Ok(Added::SignInFirst) };
    let known: Vec<CredentialID> = present.into_iter().map(|key| key.credential_id).collect();
    let (asked, state) = webauthn
        .start_passkey_registration(user.id().0, &user.upn, &user.profile.display_name, Some(known))
        .map_err(|error| broken(&error))?;
    let mut options = serde_json::to_value(&asked).map_err(|error| broken(&error))?;
    // A sign-in without a name needs a key that the authenticator finds by itself.
    options["publicKey"]["authenticatorSelection"]["residentKey"] = "required".into();
    options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = true.into();
    options["publicKey"]["rp"]["name"] = host.display_name.into();
    let state = serde_json::to_string(&state).map_err(|error| broken(&error))?;
    let begun = app.write(move |tx| {
        let Seated::Here(..) = seat.load(tx)? else { return Ok(false) };
        passkeys::begin(tx, tenant, session, &state, tx.now().plus_seconds(CEREMONY_SECONDS))?;
        Ok(true)
    });
    Ok(if begun.await? { Added::Done(options.to_string()) } else { Added::SignInFirst })
}

/// Keeps the passkey that a browser has made; `None` when the person has to sign in again first. `answer` is what the
/// browser said, as JSON.
///
/// # Errors
/// [`Refusal::Invalid`] for the fields `name` and `credential`.
pub async fn add(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    who: Option<ObjectId>,
    (name, answer): (&str, &str),
) -> Result<Option<Kept>, Refusal> {
    let webauthn = possible(app)?;
    let name = passkey::name(name)?;
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    let seat = Seat { tenant, hash, who };
    let taking = seat.clone();
    let taken = app.write(move |tx| {
        let Seated::Here(session, _) = taking.load(tx)? else { return Ok(None) };
        Ok(Some(passkeys::take(tx, tenant, session.id)?))
    });
    let Some(state) = taken.await? else { return Ok(None) };
    let state: PasskeyRegistration =
        state.and_then(|state| serde_json::from_str(&state).ok()).ok_or_else(not_taken)?;
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| not_taken())?;
    let made = webauthn.finish_passkey_registration(&answer, &state).map_err(|error| {
        tracing::info!(%error, "a new passkey was not taken");
        not_taken()
    })?;
    let (session, cookie) = sessions::draw(app, tenant)?;
    let drawn = Drawn { ids: [app.new_id(), app.new_id(), app.new_id()], session };
    let transports = serde_json::to_value(&answer.response.transports).unwrap_or_default();
    let value = serde_json::to_value(&made).map_err(|error| broken(&error))?;
    let draft = Passkey {
        id: drawn.ids[0],
        user: ObjectId(Uuid::nil()),
        credential_id: made.cred_id().clone(),
        public_key: value["cred"]["cred"].to_string(),
        counter: value["cred"]["counter"].as_i64().unwrap_or_default(),
        transports: words(&transports),
        value: value.to_string(),
        name,
        created_at: app.now(),
        last_used_at: None,
    };
    let kept = app.write(move |tx| keep(tx, &seat, &draft, &drawn));
    Ok(kept.await?.map(|entered| Kept { session: entered.then_some(cookie) }))
}

#[derive(Clone)]
struct Drawn {
    /// Of the passkey, the record and the mail.
    ids: [Uuid; 3],
    session: NewSession,
}

/// Whether another session has begun with it.
fn keep(tx: &WriteTx<'_>, seat: &Seat, draft: &Passkey, drawn: &Drawn) -> Result<Option<bool>, Stop> {
    let Seated::Here(session, user) = seat.load(tx)? else { return Ok(None) };
    let refused = if passkey::may_have(&user).is_err() {
        passkey::may_have(&user).err()
    } else if passkeys::of_user(tx, seat.tenant, user.id())?.len() >= MOST {
        Some(too_many())
    } else if passkeys::by_credential(tx, seat.tenant, &draft.credential_id)?.is_some() {
        Some(not_taken())
    } else {
        None
    };
    let mut details = vec![("name".to_owned(), draft.name.clone())];
    let beside = passkey::is_beside(&user);
    if beside {
        details.push(("secondFactor".to_owned(), Kind::Passkey.name().to_owned()));
    }
    if let Some(refusal) = refused {
        audit::by_guest(tx, &user, drawn.ids[1], Activity::AddPasskey, Err(&refusal), details)?;
        return Err(refusal.into());
    }
    let passkey = Passkey { user: user.id(), created_at: tx.now(), ..draft.clone() };
    if !passkeys::insert(tx, seat.tenant, &passkey)? {
        return Err(StoreError::Conflict.into());
    }
    if beside {
        sessions::proven_more(tx, (seat.hash, &session), &user, Kind::Passkey, &drawn.session)?;
        second_factors::tell(tx, &user, News::Added, drawn.ids[2])?;
    } else if let Some(to) = &user.mail {
        let notice = kinds::notice(drawn.ids[2], kinds::PASSKEY_ADDED, to, &user, tx.now());
        jobs::insert(tx, seat.tenant, &notice)?;
    }
    audit::by_guest(tx, &user, drawn.ids[1], Activity::AddPasskey, Ok(()), details)?;
    Ok(Some(beside))
}

/// The words of a JSON array.
fn words(list: &serde_json::Value) -> String {
    let words = list.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
    words.collect::<Vec<_>>().join(" ")
}

fn too_many() -> Refusal {
    Refusal::invalid("", format!("You have {MOST} passkeys, which is the most."), "Remove one first.")
}

fn not_taken() -> Refusal {
    let remedy = "Press the button again and confirm within a few minutes.";
    Refusal::invalid("credential", "The passkey was not taken.", remedy)
}

fn broken(error: &impl std::fmt::Display) -> Refusal {
    tracing::error!(%error, "a passkey ceremony failed");
    Refusal::Internal
}
