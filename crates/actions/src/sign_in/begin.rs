//! The authorization endpoint's verb: checks the request, stores it, and answers at once when no page
//! is allowed. Refuses to redirect before client and redirect address fit (threats F1).

use hospes_domain::address::Address;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::sign_in::{FLOW_SECONDS, Flow, Prompt, RequestedScopes};
use hospes_domain::user::User;
use hospes_store::engine::WriteTx;
use hospes_store::sign_in_flows;
use uuid::Uuid;

use super::finish::{Answer, Draft, answer};
use super::parameters::{Checked, Parameters, unknown_client};
use super::{Scene, enabled, hint, session_hash};
use crate::app::{App, Stop};
use crate::apps;
use crate::sessions;
use crate::sign_ins::Entry;
use crate::tokens::issuer;
use crate::upstream;

/// What became of a request.
pub enum Begun {
    /// It is stored; the browser goes to the flow's page.
    Flow(Uuid),
    /// The app is answered at once.
    Answer(Answer),
}

/// What the request is checked with.
#[derive(Clone)]
struct Incoming {
    parameters: Parameters,
    scene: Scene,
    hinted: IdTokenHint,
    draft: Draft,
}

/// What `id_token_hint` says.
#[derive(Clone, Copy)]
enum IdTokenHint {
    Absent,
    /// Not a token of this tenant.
    Unreadable,
    /// An id token issued to this person.
    Of(ObjectId),
}

impl IdTokenHint {
    fn read(app: &App, tenant: TenantId, parameters: &Parameters) -> Self {
        let Some(token) = parameters.get("id_token_hint") else { return Self::Absent };
        hint::read(app, tenant, token).map_or(Self::Unreadable, |hinted| Self::Of(hinted.person))
    }
}

/// Takes a request to the authorization endpoint. `session` is the browser's session cookie. A refusal
/// is a page; what the app may know is a [`Begun::Answer`].
pub async fn authorize(
    app: &App,
    tenant: TenantId,
    parameters: Parameters,
    session: Option<&str>,
) -> Result<Begun, Refusal> {
    let flow = app.new_id();
    let incoming = Incoming {
        hinted: IdTokenHint::read(app, tenant, &parameters),
        parameters,
        scene: Scene {
            tenant,
            flow,
            session: session_hash(app, tenant, session),
            public_url: app.public_url().to_owned(),
            entry: Entry::draw(app),
        },
        draft: Draft::new(app, tenant)?,
    };
    app.write(move |tx| take(tx, &incoming)).await
}

fn take(tx: &WriteTx<'_>, incoming: &Incoming) -> Result<Begun, Stop> {
    let Incoming { parameters, scene, draft, .. } = incoming;
    let client = parameters.client()?;
    let (application, _) = enabled(tx, scene, client)?.ok_or_else(unknown_client)?;
    let route = parameters.route(&application)?;
    let checked = match parameters.check(&route, &scene.public_url) {
        Ok(checked) => checked,
        Err(error) => {
            return Ok(Begun::Answer(Answer::error(
                &route.redirect_uri,
                route.mode,
                (route.state, &issuer(&scene.public_url, scene.tenant)),
                &application,
                &error,
            )));
        }
    };
    if let Err(error) = known_resource(tx, scene, &checked)? {
        let (to, mode) = (&checked.request.redirect_uri, checked.request.response_mode);
        return Ok(Begun::Answer(Answer::error(
            to,
            mode,
            (checked.request.state, &issuer(&scene.public_url, scene.tenant)),
            &application,
            &error,
        )));
    }
    let now = tx.now();
    let user = match scene.session {
        Some(hash) => sessions::alive(tx, scene.tenant, hash, now)?,
        None => None,
    };
    let silent = checked.prompt.none;
    // Another tenant has asked for the address already.
    let asked = checked.login_hint.as_deref().filter(|_| upstream::is_home_sign_in(client));
    let address = asked.and_then(|hint| Address::parse(hint).ok());
    let another = user.as_ref().is_some_and(|(_, user)| names_another(&checked, incoming.hinted, user));
    let mut flow = Flow {
        id: scene.flow,
        request: Some(checked.request),
        prompt: checked.prompt,
        login_hint: checked.login_hint,
        address,
        return_to: None,
        signed_in_at: None,
        fresh_from: checked.max_age.map(|seconds| now.plus_seconds(-seconds)),
        first: None,
        expires_at: now.plus_seconds(FLOW_SECONDS),
    };
    let stale = user.is_some_and(|(session, _)| !flow.is_fresh(session.created_at));
    flow.prompt.login |= stale || another;
    if silent {
        let known = scene.around(tx, flow, now)?;
        return Ok(Begun::Answer(answer(tx, scene, &known, draft)?.ok_or(Refusal::Internal)?));
    }
    sign_in_flows::insert(tx, scene.tenant, &flow)?;
    Ok(Begun::Flow(flow.id))
}

/// Whether the resource that is asked for is there, and exposes what is asked of it.
fn known_resource(
    tx: &WriteTx<'_>,
    scene: &Scene,
    checked: &Checked,
) -> Result<Result<(), OAuthRefusal>, Stop> {
    let no = |error, code, description: String| {
        Ok(Err(OAuthRefusal { error, code, description, unauthorized: false }))
    };
    let Ok(wants) = RequestedScopes::parse(&checked.request.scope, &scene.public_url) else {
        return Err(Refusal::Internal.into());
    };
    let Some(facts) = apps::facts_of(tx, scene.tenant, &wants)? else {
        let description = "The resource was not found in the tenant, or is disabled.".to_owned();
        return no("invalid_resource", 500_011, description);
    };
    match wants.names(&facts.resource) {
        Ok(_) => Ok(Ok(())),
        Err(bad) => no("invalid_scope", 70_011, bad.to_string()),
    }
}

/// Whether a hint names somebody else than who is signed in.
fn names_another(checked: &Checked, hinted: IdTokenHint, user: &User) -> bool {
    let by_token = match hinted {
        IdTokenHint::Absent => false,
        IdTokenHint::Unreadable => true,
        IdTokenHint::Of(person) => person != user.id(),
    };
    let by_name = checked.login_hint.as_deref().is_some_and(|name| !hint::names(name, user));
    by_token || by_name
}

/// Begins a sign-in without an app. `return_to` is a path on this server that ends it.
pub async fn begin(app: &App, tenant: TenantId, return_to: &str) -> Result<Uuid, Refusal> {
    begin_within(app, tenant, return_to, Prompt::default(), None, None).await
}

/// The same for somebody who is signed in and has to show again who that is.
pub async fn begin_again(app: &App, tenant: TenantId, return_to: &str) -> Result<Uuid, Refusal> {
    let prompt = Prompt { login: true, ..Prompt::default() };
    begin_within(app, tenant, return_to, prompt, None, None).await
}

/// The same where a sign-in counts only for so many seconds; `hint` prefills the address.
pub async fn begin_fresh(
    app: &App,
    tenant: TenantId,
    return_to: &str,
    seconds: i64,
    hint: Option<String>,
) -> Result<Uuid, Refusal> {
    begin_within(app, tenant, return_to, Prompt::default(), Some(seconds), hint).await
}

async fn begin_within(
    app: &App,
    tenant: TenantId,
    return_to: &str,
    prompt: Prompt,
    seconds: Option<i64>,
    hint: Option<String>,
) -> Result<Uuid, Refusal> {
    let (id, return_to) = (app.new_id(), return_to.to_owned());
    app.write(move |tx| {
        if hospes_store::tenants::by_id(tx, tenant)?.is_none() {
            return Err(Refusal::not_found(tenant).into());
        }
        let flow = Flow {
            id,
            request: None,
            prompt,
            login_hint: hint.clone(),
            address: None,
            return_to: Some(return_to.clone()),
            signed_in_at: None,
            fresh_from: seconds.map(|seconds| tx.now().plus_seconds(-seconds)),
            first: None,
            expires_at: tx.now().plus_seconds(FLOW_SECONDS),
        };
        sign_in_flows::insert(tx, tenant, &flow)?;
        Ok(id)
    })
    .await
}
