//! Signing in for a device that shows a code (RFC 8628): find it by the code that was typed, sign in as ever, then say yes
//! or no. Refuses codes of other organisations, applications that are not allowed to (threats F11), and to decide for
//! anybody whom the application may not have signed in.

use aws_lc_rs::digest::{SHA256, digest};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::{
    AppRequest, ClaimsRequest, FLOW_SECONDS, Flow, Prompt, ResponseMode, Step, needs_admin,
};
use hospes_domain::time::Time;
use hospes_store::device_codes::{self, Accepted, DeviceCode, DeviceState, UNDECIDED};
use hospes_store::engine::{Read, WriteTx};
use hospes_store::sign_in_flows;
use uuid::Uuid;

use super::{Known, Place, Scene, finish, lost, registered};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};

/// The letters of user codes: consonants, so that no code is a word or is misread (RFC 8628 section 6.1).
pub(crate) const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// How many there are in one.
pub(crate) const LENGTH: usize = 9;

/// What a device's own code is stored as: it has 256 random bits, so a plain hash will do.
pub(crate) fn device_hash(secret: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, secret.as_bytes()).as_ref());
    hash
}

/// What a user code is stored as. It has 39 bits, and whose it is is not known when it is typed, so it is hashed with a
/// key of one organisation for all of them; a code that waits while the first one of the server changes is over.
pub(crate) async fn user_code_hash(app: &App, letters: &str) -> Result<[u8; 32], Refusal> {
    let first = app.tenants().await?.first().map(|tenant| tenant.id).ok_or_else(wrong_code)?;
    Ok(app.tenant_keys(first)?.keyed_hash("user-code", letters.as_bytes()))
}

/// The letters of what somebody typed, however grouped; `None` for what cannot be a code.
fn letters(typed: &str) -> Option<String> {
    let kept = typed.chars().take(64).filter(|c| !c.is_whitespace() && *c != '-');
    let text = kept.collect::<String>().to_ascii_uppercase();
    (text.len() == LENGTH && text.bytes().all(|letter| LETTERS.contains(&letter))).then_some(text)
}

/// One answer for whatever is wrong with a code.
fn wrong_code() -> Refusal {
    Refusal::oauth(
        "bad_verification_code",
        70_018,
        "No device waits with this code. Codes end after 15 minutes.",
    )
}

/// What a typed code leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A sign-in has begun at that organisation.
    Flow(TenantId, Uuid),
    /// The device did not say where; the person has to.
    WhichOrganisation,
}

/// Begins a sign-in for the device that shows a code. `at` is the organisation the person named.
///
/// # Errors
/// `bad_verification_code` for every code that does not wait, or not here.
pub async fn begin_device(app: &App, at: Option<TenantId>, typed: &str) -> Result<Typed, Refusal> {
    let wrong = wrong_code;
    let code = user_code_hash(app, &letters(typed).ok_or_else(wrong)?).await?;
    let only = match app.tenants().await?.as_slice() {
        [one] => Some(one.id),
        _ => None,
    };
    let (id, public_url) = (app.new_id(), app.public_url().to_owned());
    app.write(move |tx| {
        let device = open(tx, &code)?.ok_or_else(wrong)?;
        let tenant = match (device.tenant, at.or(only)) {
            (UNDECIDED, None) => return Ok(Typed::WhichOrganisation),
            (UNDECIDED, Some(named)) => named,
            (known, named) if at.is_none() || named == Some(known) => known,
            _ => return Err(wrong().into()),
        };
        let found = registered(tx, (tenant, &public_url), device.client)?;
        if !found.is_some_and(|(application, here)| here.enabled && application.settings.device_code) {
            return Err(wrong().into());
        }
        sign_in_flows::insert(tx, tenant, &flow(id, &device, &code, tx.now()))?;
        Ok(Typed::Flow(tenant, id))
    })
    .await
}

/// The device with that user code, while it waits.
fn open(tx: &impl Read, code: &[u8]) -> Result<Option<DeviceCode>, Stop> {
    let found = device_codes::by_user_code(tx, code)?;
    Ok(found.filter(|device| device.state == DeviceState::Waiting && tx.now() < device.expires_at))
}

fn flow(id: Uuid, device: &DeviceCode, code: &[u8], now: Time) -> Flow {
    Flow {
        id,
        request: Some(AppRequest {
            client: device.client,
            // Nothing is sent anywhere.
            redirect_uri: String::new(),
            response_mode: ResponseMode::Query,
            scope: device.scope.clone(),
            state: None,
            nonce: None,
            code_challenge: None,
            client_info: false,
            device: Some(code.to_vec()),
            claims: ClaimsRequest::default(),
            correlation: None,
        }),
        prompt: Prompt::default(),
        login_hint: None,
        hinted_home: None,
        address: None,
        return_to: None,
        signed_in_at: None,
        fresh_from: None,
        first: None,
        expires_at: now.plus_seconds(FLOW_SECONDS),
    }
}

/// The device of a flow, while it waits.
pub(super) fn of_flow(tx: &impl Read, known: &Known) -> Result<Option<DeviceCode>, Stop> {
    let Some(code) = known.flow.request.as_ref().and_then(|request| request.device.as_ref()) else {
        return Ok(None);
    };
    Ok(Some(open(tx, code)?.ok_or_else(wrong_code)?))
}

/// Lets the device sign in as the person the page was about. The name of its application, for the page; `None` when nobody
/// or somebody else is signed in by now: another window may have done that.
pub async fn allow_device(
    app: &App,
    place: &Place,
    who: Option<ObjectId>,
) -> Result<Option<String>, Refusal> {
    let (scene, audit_id) = (Scene::new(app, place), app.new_id());
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        let device = of_flow(tx, &known)?.ok_or_else(lost)?;
        if known.session.as_ref().map(|(_, user)| user.id()) != who || who.is_none() {
            return Ok(None);
        }
        let (Step::RedirectWithCode, Some((session, user)), Some(request)) =
            (known.step(tx.now()), &known.session, &known.flow.request)
        else {
            return Err(lost());
        };
        let by = Accepted {
            tenant: known.tenant.id,
            user: user.id(),
            generation: user.guest.generation(),
            session: session.id,
            auth_time: session.created_at,
            amr: session.amr.clone(),
        };
        if !device_codes::accept(tx, request.device.as_deref().unwrap_or_default(), &by)? {
            return Err(lost());
        }
        finish::remember(tx, &known)?;
        finish::note_sign_in(tx, &scene, &known)?;
        sign_in_flows::end(tx, scene.tenant, scene.flow)?;
        audit::by_guest(tx, user, audit_id, Activity::AllowDevice, Ok(()), details(&device))?;
        Ok(Some(known.app.map(|app| app.principal.display_name).unwrap_or_default()))
    })
    .await
}

/// Keeps the device out. The name of its application, for the page.
pub async fn refuse_device(app: &App, place: &Place) -> Result<String, Refusal> {
    let (scene, audit_id) = (Scene::new(app, place), app.new_id());
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        decline(tx, &scene, &known, audit_id)?;
        Ok(known.app.map(|app| app.principal.display_name).unwrap_or_default())
    })
    .await
}

/// The same within a transaction that knows the flow.
pub(super) fn decline(tx: &WriteTx<'_>, scene: &Scene, known: &Known, audit_id: Uuid) -> Result<(), Stop> {
    let device = of_flow(tx, known)?.ok_or_else(lost)?;
    let code = known.flow.request.as_ref().and_then(|request| request.device.as_deref()).unwrap_or_default();
    let no = match known.step(tx.now()) {
        Step::NeedAdmin => Refusal::OAuth(needs_admin()),
        _ => Refusal::oauth("authorization_declined", 65_004, "The person declined to sign the device in."),
    };
    if !device_codes::refuse(tx, code)? || !sign_in_flows::end(tx, known.tenant.id, known.flow.id)? {
        return Err(lost());
    }
    finish::record(tx, scene, known, &no)?;
    if let Some((_, user)) = &known.session {
        audit::by_guest(tx, user, audit_id, Activity::AllowDevice, Err(&no), details(&device))?;
    }
    Ok(())
}

fn details(device: &DeviceCode) -> Vec<(String, String)> {
    let from = device.source.iter().map(|source| ("deviceNetwork".to_owned(), source.clone()));
    [("application".to_owned(), device.client.to_string())].into_iter().chain(from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_grouped() {
        for typed in ["BCDFGHJKL", "bcdf-ghjkl", " BCD FGH JKL "] {
            assert_eq!(letters(typed).as_deref(), Some("BCDFGHJKL"), "{typed}");
        }
        for wrong in ["", "BCDFGHJK", "BCDFGHJKLM", "ACDFGHJKL", "BCDFGHJK1", "ßCDFGHJKL"] {
            assert_eq!(letters(wrong), None, "{wrong}");
        }
    }
}
