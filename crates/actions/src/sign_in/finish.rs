//! The end of a sign-in at an app: an authorization code, or an error the app is told. Refuses to
//! issue a code unless [`next_step`](hospes_domain::sign_in::next_step) says so in the same
//! transaction, and more than one answer for a flow.

use std::fmt;

use hospes_domain::application::Application;
use hospes_domain::ids::TenantId;
use hospes_domain::jose::base64url;
use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::sign_in::{AppRequest, CODE_SECONDS, ResponseMode, Step};
use hospes_store::authorization_codes::{self, CodeRecord};
use hospes_store::engine::WriteTx;
use hospes_store::{session_clients, sign_in_flows};
use uuid::Uuid;

use super::{Known, Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::keys::TenantKeys;
use crate::random;
use crate::sign_ins;

/// What the app receives, and how. No secrets in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// One of the app's registered addresses.
    pub redirect_uri: String,
    /// How the fields travel.
    pub mode: ResponseMode,
    /// Names and values.
    pub fields: Vec<(String, String)>,
    /// Name of the app.
    pub app_name: String,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        write!(f, "Answer({} to {})", names.join(", "), self.app_name)
    }
}

impl Answer {
    /// An error, as RFC 6749 section 4.1.2.1 has it.
    pub(super) fn error(
        redirect_uri: &str,
        mode: ResponseMode,
        (state, issuer): (Option<String>, &str),
        application: &Application,
        error: &OAuthRefusal,
    ) -> Self {
        let mut fields = vec![
            ("error".to_owned(), error.error.to_owned()),
            ("error_description".to_owned(), format!("AADSTS{}: {}", error.code, error.description)),
        ];
        fields.extend(state.map(|state| ("state".to_owned(), state)));
        fields.push(("iss".to_owned(), issuer.to_owned()));
        Self {
            redirect_uri: redirect_uri.to_owned(),
            mode,
            fields,
            app_name: application.display_name.clone(),
        }
    }
}

/// What a code is made of, drawn before the closure. No `Debug`: it holds the code.
#[derive(Clone)]
pub(super) struct Draft {
    code: String,
    hash: [u8; 32],
    family: Uuid,
    audit: Uuid,
}

impl Draft {
    pub(super) fn new(app: &App, tenant: TenantId) -> Result<Self, Refusal> {
        let keys = app.tenant_keys(tenant)?;
        // With its tenant, so that the token endpoint knows it under a shared name (`common`) too.
        let code = format!("{tenant}.{}", random::token32(app.random()));
        Ok(Self { hash: code_hash(&keys, &code), code, family: app.new_id(), audit: app.new_id() })
    }
}

/// The hash under which an authorization code is stored.
pub(crate) fn code_hash(keys: &TenantKeys, code: &str) -> [u8; 32] {
    keys.keyed_hash("code", code.as_bytes())
}

/// Answers the app, if nothing is left to ask.
pub async fn finish(app: &App, place: &Place) -> Result<Answer, Refusal> {
    let (scene, draft) = (Scene::new(app, place), Draft::new(app, place.tenant)?);
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        answer(tx, &scene, &known, &draft)?.ok_or_else(lost)
    })
    .await
}

/// The answer of a flow whose next step is one; `None` while something is left to ask.
pub(super) fn answer(
    tx: &WriteTx<'_>,
    scene: &Scene,
    known: &Known,
    draft: &Draft,
) -> Result<Option<Answer>, Stop> {
    let device = known.flow.request.as_ref().is_some_and(|request| request.device.is_some());
    match known.step(tx.now()) {
        // A device gets nothing without a question.
        Step::RedirectWithCode if device => Ok(None),
        Step::Error(error) if device => Err(Refusal::OAuth(error).into()),
        Step::RedirectWithCode => issue(tx, scene, known, draft).map(Some),
        Step::Error(error) => {
            record(tx, scene, known, &Refusal::OAuth(error.clone()))?;
            sign_in_flows::end(tx, known.tenant.id, known.flow.id)?;
            Ok(Some(refuse(known, &error)?))
        }
        Step::Refuse(refusal) => {
            note(tx, known, draft, &refusal)?;
            record(tx, scene, known, &refusal)?;
            Err(refusal.into())
        }
        _ => Ok(None),
    }
}

/// A refusal to somebody who is signed in is on record.
fn note(tx: &WriteTx<'_>, known: &Known, draft: &Draft, refusal: &Refusal) -> Result<(), Stop> {
    let (Some((_, user)), Some(app)) = (&known.session, &known.app) else { return Ok(()) };
    let details = vec![("application".to_owned(), app.application.client_id.to_string())];
    audit::by_guest(tx, user, draft.audit, Activity::SignIn, Err(refusal), details)?;
    Ok(())
}

/// The line of the sign-in log about a refusal to somebody who is signed in.
pub(super) fn record(tx: &WriteTx<'_>, scene: &Scene, known: &Known, refusal: &Refusal) -> Result<(), Stop> {
    let Some((session, user)) = &known.session else { return Ok(()) };
    sign_ins::refused(tx, &scene.entry, user, &known.towards(), Some(&session.method), refusal)
}

/// An error for the app of a flow.
pub(super) fn refuse(known: &Known, error: &OAuthRefusal) -> Result<Answer, Stop> {
    let (Some(request), Some(app)) = (&known.flow.request, &known.app) else { return Err(lost()) };
    Ok(Answer::error(
        &request.redirect_uri,
        request.response_mode,
        (request.state.clone(), &known.issuer),
        &app.application,
        error,
    ))
}

/// Issues the code. The caller has made sure that this is the next step.
pub(super) fn issue(tx: &WriteTx<'_>, scene: &Scene, known: &Known, draft: &Draft) -> Result<Answer, Stop> {
    let (Some(request), Some(app), Some((session, user))) = (&known.flow.request, &known.app, &known.session)
    else {
        return Err(lost());
    };
    let record = CodeRecord {
        client: request.client,
        user: user.id(),
        generation: user.guest.generation(),
        session: session.id,
        redirect_uri: request.redirect_uri.clone(),
        platform: app.application.platform_of(&request.redirect_uri),
        scope: request.scope.clone(),
        nonce: request.nonce.clone(),
        code_challenge: request.code_challenge.clone(),
        claims: request.claims.clone(),
        auth_time: session.created_at,
        amr: session.amr.clone(),
        family: draft.family,
        expires_at: tx.now().plus_seconds(CODE_SECONDS),
        used: false,
    };
    authorization_codes::insert(tx, known.tenant.id, draft.hash, &record)?;
    remember(tx, known)?;
    sign_in_flows::end(tx, known.tenant.id, known.flow.id)?;
    note_sign_in(tx, scene, known)?;
    Ok(Answer {
        redirect_uri: request.redirect_uri.clone(),
        mode: request.response_mode,
        fields: fields(request, known, draft, session.id),
        app_name: app.application.display_name.clone(),
    })
}

/// The line of the sign-in log, and that the session was used.
pub(super) fn note_sign_in(tx: &WriteTx<'_>, scene: &Scene, known: &Known) -> Result<(), Stop> {
    let Some((session, user)) = &known.session else { return Ok(()) };
    // Whoever signed in on the way to this app has a line already.
    if known.flow.signed_in_at.is_none() {
        let towards = known.towards();
        sign_ins::succeeded(tx, &scene.entry, user, &towards, (&session.method, &session.amr))?;
    }
    if session.is_worth_noting(tx.now()) {
        hospes_store::sessions::note_use(tx, known.tenant.id, user.id(), session.id, tx.now())?;
    }
    Ok(())
}

/// Remembers which application to tell when the session ends, if it wants to hear of it.
pub(super) fn remember(tx: &WriteTx<'_>, known: &Known) -> Result<(), Stop> {
    let (Some(app), Some((session, user))) = (&known.app, &known.session) else { return Ok(()) };
    let settings = &app.application.settings;
    if settings.logout_url.is_some() || settings.back_channel_logout_url.is_some() {
        let client = app.application.client_id;
        let who = (user.id(), user.guest.generation());
        session_clients::insert(tx, known.tenant.id, (session.id, client), who, session.expires_at)?;
    }
    Ok(())
}

fn fields(request: &AppRequest, known: &Known, draft: &Draft, session: Uuid) -> Vec<(String, String)> {
    let mut fields = vec![("code".to_owned(), draft.code.clone())];
    if let (true, Some((_, user))) = (request.client_info, &known.session) {
        // reference/tokens-and-sign-in.md section 3: object id and tenant id.
        let info = serde_json::json!({ "uid": user.id(), "utid": known.tenant.id }).to_string();
        fields.push(("client_info".to_owned(), base64url::encode(info)));
    }
    fields.extend(request.state.clone().map(|state| ("state".to_owned(), state)));
    fields.push(("session_state".to_owned(), session.to_string()));
    fields.push(("iss".to_owned(), known.issuer.clone()));
    fields
}
