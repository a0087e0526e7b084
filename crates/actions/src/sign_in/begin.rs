//! The authorization endpoint's verb: checks the request, stores it, and answers at once when no page
//! is allowed. Refuses to redirect before client and redirect address fit (threats F1).

use hospes_domain::address::Address;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::sign_in::{FLOW_SECONDS, Flow, Prompt, RequestedScopes, Step};
use hospes_domain::user::User;
use hospes_store::engine::WriteTx;
use hospes_store::upstream_sign_ins::Purpose;
use hospes_store::{sign_in_flows, tenants};
use uuid::Uuid;

use super::finish::{Answer, Draft, answer};
use super::parameters::{Checked, Parameters, Route, unknown_client};
use super::{Known, Scene, enabled, hint, home, session_hash};
use crate::app::{App, Stop};
use crate::apps;
use crate::sessions;
use crate::sign_ins::{Entry, Turned, page_refused};
use crate::tokens::{issuer, subject};
use crate::upstream::{self, Asking};

/// What became of a request.
pub enum Begun {
    /// It is stored; the browser goes to the flow's page.
    Flow(Uuid),
    /// It is stored; the browser goes to that path of this server, where the person signs in at home.
    Home(Uuid, String),
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
    drawn: upstream::Drawn,
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
    let client = parameters.get("client_id").and_then(|id| id.parse().ok());
    let begun = take_in(app, tenant, parameters, session).await;
    if let Err(refusal @ Refusal::OAuth(_)) = &begun {
        page_refused(app, Turned { tenant, client, session: session.map(str::to_owned) }, refusal).await;
    }
    begun
}

async fn take_in(
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
            keys: app.keys(tenant),
            entry: Entry::draw(app),
        },
        draft: Draft::new(app, tenant)?,
        drawn: upstream::Drawn::new(app, tenant)?,
    };
    app.write(move |tx| take(tx, &incoming)).await
}

impl Incoming {
    /// The request with whom `id_token_hint` names, about whom alone the answer may be, as if `claims` had asked for the
    /// `sub` (OIDC Core sections 3.1.2.1 and 3.1.2.2).
    fn of_hinted(&self, mut checked: Checked) -> Result<Checked, OAuthRefusal> {
        let (IdTokenHint::Of(person), Some(keys)) = (self.hinted, &self.scene.keys) else {
            return Ok(checked);
        };
        let subjects = &mut checked.request.claims.subjects;
        let hinted = subject(keys, person, checked.request.client);
        if !subjects.is_empty() && !subjects.contains(&hinted) {
            let description = "id_token_hint and the sub in claims name different people.".to_owned();
            return Err(OAuthRefusal {
                error: "invalid_request",
                code: 90013,
                description,
                unauthorized: false,
            });
        }
        *subjects = vec![hinted];
        Ok(checked)
    }
}

fn take(tx: &WriteTx<'_>, incoming: &Incoming) -> Result<Begun, Stop> {
    let Incoming { parameters, scene, draft, .. } = incoming;
    let client = parameters.client()?;
    let (application, _) = enabled(tx, scene, client)?.ok_or_else(unknown_client)?;
    let route = parameters.route(&application)?;
    let checked = match understood(tx, incoming, &route)? {
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
    let now = tx.now();
    let user = match scene.session {
        Some(hash) => sessions::alive(tx, scene.tenant, hash, now)?,
        None => None,
    };
    let silent = checked.prompt.none;
    // Another tenant has asked for the address already.
    let asked = checked.login_hint.as_deref().filter(|_| upstream::is_home_sign_in(client));
    let address = asked.and_then(|hint| Address::parse(hint).ok());
    let another = user.as_ref().is_some_and(|(session, user)| {
        // Apps of the original may name the session of a silent request in a frame, where nobody sees who answers.
        checked.sid.as_ref().is_some_and(|sid| *sid != session.id.to_string())
            || names_another(&checked, incoming.hinted, user)
            || scene.is_for_another(&checked.request, user)
    });
    let mut flow = Flow {
        id: scene.flow,
        request: Some(checked.request),
        prompt: checked.prompt,
        login_hint: checked.login_hint,
        hinted_home: None,
        address,
        return_to: None,
        signed_in_at: None,
        fresh_from: checked.max_age.map(|seconds| now.plus_seconds(-seconds)),
        first: None,
        expires_at: now.plus_seconds(FLOW_SECONDS),
    };
    // By the clock and not in whole seconds: 1.1 are more than one, and nothing is younger than 0 (OIDC Core section 3.1.2.1).
    let stale =
        user.is_some_and(|(session, _)| flow.fresh_from.is_some_and(|from| session.created_at < from));
    flow.prompt.login |= stale || another;
    if silent {
        let known = scene.around(tx, flow, now)?;
        return Ok(Begun::Answer(answer(tx, scene, &known, draft)?.ok_or(Refusal::Internal)?));
    }
    flow.hinted_home = hinted_home(tx, scene, &flow, parameters.single("domain_hint"))?;
    sign_in_flows::insert(tx, scene.tenant, &flow)?;
    let id = flow.id;
    if let Some(at) = flow.hinted_home {
        let known = scene.around(tx, flow, now)?;
        if known.step(now) == Step::SignInAtHome(at) {
            return Ok(Begun::Home(id, send_home(tx, scene, &known, at, &incoming.drawn)?));
        }
    }
    Ok(Begun::Flow(id))
}

/// The other organisation of the server that `domain_hint` names, if its people may come in. What a domain leads to is the
/// same whoever is a guest (threats E5). Who shall choose an account, and who comes from another organisation already,
/// is asked here.
fn hinted_home(
    tx: &WriteTx<'_>,
    scene: &Scene,
    flow: &Flow,
    domain: Option<&str>,
) -> Result<Option<TenantId>, Stop> {
    let Some(domain) = domain.filter(|domain| domain.len() <= 253) else { return Ok(None) };
    let from_home = flow.request.as_ref().is_some_and(|request| upstream::is_home_sign_in(request.client));
    if flow.prompt.select_account || from_home {
        return Ok(None);
    }
    let owner = tenants::by_domain(tx, &domain.to_ascii_lowercase())?.map(|owner| owner.id);
    let Some(home) = owner.filter(|owner| *owner != scene.tenant) else { return Ok(None) };
    Ok(upstream::Between::load(tx, scene.tenant, home)?.must_admit().is_ok().then_some(home))
}

/// Sends a person home who has typed nothing yet; `login_hint` goes along if it is an address there.
fn send_home(
    tx: &WriteTx<'_>,
    scene: &Scene,
    known: &Known,
    at: TenantId,
    drawn: &upstream::Drawn,
) -> Result<String, Stop> {
    let named = known.flow.login_hint.as_deref().and_then(|hint| Address::parse(hint).ok());
    let (mut hint, mut guest) = (None, None);
    if let Some(address) = &named {
        let theirs = upstream::owner_of(tx, scene.tenant, address)?.is_some_and(|owner| owner.id == at);
        hint = theirs.then_some(address);
        guest = home::meant(tx, scene.tenant, address)?;
    }
    let asking = Asking {
        purpose: Purpose::SignIn,
        flow: known.flow.id,
        guest,
        hint,
        login: known.flow.prompt.login,
        fresh_from: known.flow.fresh_from,
    };
    Ok(drawn.send(tx, scene.tenant, at, &asking)?)
}

/// What an app asks for at one of its addresses, or what it hears instead.
fn understood(
    tx: &WriteTx<'_>,
    incoming: &Incoming,
    route: &Route,
) -> Result<Result<Checked, OAuthRefusal>, Stop> {
    let scene = &incoming.scene;
    let checked = incoming.parameters.check(route, &scene.public_url);
    match checked.and_then(|checked| incoming.of_hinted(checked)) {
        Ok(checked) => Ok(known_resource(tx, scene, &checked)?.map(|()| checked)),
        Err(error) => Ok(Err(error)),
    }
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
        if tenants::by_id(tx, tenant)?.is_none() {
            return Err(Refusal::not_found(tenant).into());
        }
        let flow = Flow {
            id,
            request: None,
            prompt,
            login_hint: hint.clone(),
            hinted_home: None,
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
