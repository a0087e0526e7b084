//! Requests to a shared address (`common`, `organizations`) of a server with several organisations: which one is meant?
//! Refuses to show a page to a request that forbids one (OpenID Connect Core 1.0 section 3.1.2.1), to ask anything on
//! behalf of an application or an address that no organisation knows (threats F1), and to look at who is a guest where
//! (E5).

use std::collections::BTreeMap;

use hospes_domain::application::Application;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::sign_in::{Candidate, Hints, Meant, organisation_meant};
use hospes_store::engine::Read;
use hospes_store::tenants;

use super::admin_consent::{self, Wish};
use super::parameters::{Checked, Parameters, Route, unknown_client};
use super::{Answer, Leaving, hint, leaving, registered};
use crate::app::{App, Stop};
use crate::sessions;

/// What a request to a shared address comes to.
pub enum Shared {
    /// It means this organisation.
    Tenant(TenantId),
    /// The person has to say which one.
    Ask,
    /// The app is answered at once.
    Answer(Answer),
}

/// The browser's sessions, by organisation.
type Sessions = BTreeMap<TenantId, [u8; 32]>;

fn by_tenant(app: &App, cookies: &[&str]) -> Sessions {
    cookies.iter().filter_map(|cookie| sessions::key(app, cookie)).collect()
}

/// What a request to the authorization endpoint of a shared address means. `cookies` are the browser's session cookies.
///
/// # Errors
/// [`Refusal::OAuth`] for a page, if no organisation knows the client, or none that does the redirect address.
pub async fn at_shared_address(
    app: &App,
    parameters: &Parameters,
    cookies: &[&str],
) -> Result<Shared, Refusal> {
    let sessions = by_tenant(app, cookies);
    let id_token = issuer_of_hint(app, parameters).await?;
    let (parameters, public_url) = (parameters.clone(), app.public_url().to_owned());
    app.read(move |tx| {
        let found = able_to_answer(tx, &parameters, &public_url)?;
        let checks = found.iter().map(|(_, _, route)| parameters.check(route, &public_url));
        let checked = match checks.reduce(Result::or) {
            Some(Ok(checked)) => checked,
            Some(Err(error)) => return Ok(told(&found, &public_url, &error)),
            None => return Err(unknown_client().into()),
        };
        let login = checked.login_hint.as_deref();
        let mut candidates = Vec::with_capacity(found.len());
        for (tenant, ..) in &found {
            candidates.push(candidate(tx, *tenant, &sessions, login)?);
        }
        let hints = hints(tx, &parameters, &checked, id_token)?;
        Ok(match organisation_meant(&candidates, hints) {
            Meant::One(tenant) => Shared::Tenant(tenant),
            Meant::Several | Meant::Unknown if !checked.prompt.none => Shared::Ask,
            Meant::Several => told(&found, &public_url, &which_session()),
            Meant::Unknown => told(&found, &public_url, &nobody()),
        })
    })
    .await
}

type Found = (TenantId, Application, Route);

/// The organisations in which the client is registered with the address, those where it is switched off if there are no
/// others.
fn able_to_answer(tx: &impl Read, parameters: &Parameters, public_url: &str) -> Result<Vec<Found>, Stop> {
    let client = parameters.client()?;
    let (mut enabled, mut disabled, mut refusal) = (Vec::new(), Vec::new(), unknown_client());
    for tenant in tenants::all(tx)? {
        let Some((application, principal)) = registered(tx, (tenant.id, public_url), client)? else {
            continue;
        };
        let list = if principal.enabled { &mut enabled } else { &mut disabled };
        match parameters.route(&application) {
            Ok(route) => list.push((tenant.id, application, route)),
            Err(wrong) => refusal = wrong,
        }
    }
    let found = if enabled.is_empty() { disabled } else { enabled };
    if found.is_empty() { Err(refusal.into()) } else { Ok(found) }
}

fn candidate(
    tx: &impl Read,
    tenant: TenantId,
    sessions: &Sessions,
    login: Option<&str>,
) -> Result<Candidate, Stop> {
    let user = match sessions.get(&tenant) {
        Some(hash) => sessions::alive(tx, tenant, *hash, tx.now())?.map(|(_, user)| user),
        None => None,
    };
    let named = user.as_ref().zip(login).is_some_and(|(user, login)| hint::names(login, user));
    Ok(Candidate { tenant, signed_in: user.is_some(), named })
}

fn hints(
    tx: &impl Read,
    parameters: &Parameters,
    checked: &Checked,
    id_token: Option<TenantId>,
) -> Result<Hints, Stop> {
    let login = checked.login_hint.as_deref();
    Ok(Hints {
        id_token,
        domain: owner_of(tx, parameters.get("domain_hint"))?,
        address: owner_of(tx, login.and_then(|name| Some(name.rsplit_once('@')?.1)))?,
        login: login.is_some(),
        choosing: checked.prompt.select_account,
    })
}

/// The organisation that owns a domain.
fn owner_of(tx: &impl Read, domain: Option<&str>) -> Result<Option<TenantId>, Stop> {
    let Some(domain) = domain.filter(|d| d.len() <= 253 && !d.contains(char::is_control)) else {
        return Ok(None);
    };
    Ok(tenants::by_domain(tx, &domain.to_ascii_lowercase())?.map(|tenant| tenant.id))
}

/// An error that no organisation tells: its `iss` is the issuer of the shared discovery document, to the letter
/// (RFC 9207 section 2.4).
fn told(found: &[Found], public_url: &str, error: &OAuthRefusal) -> Shared {
    let Some((_, application, route)) = found.first() else { return Shared::Ask };
    let from = (route.state.clone(), &*format!("{public_url}/{{tenantid}}/v2.0"));
    Shared::Answer(Answer::error(&route.redirect_uri, route.mode, from, application, error))
}

fn error(error: &'static str, code: u32, description: &str) -> OAuthRefusal {
    OAuthRefusal { error, code, description: description.to_owned(), unauthorized: false }
}

fn nobody() -> OAuthRefusal {
    error("login_required", 50058, "Nobody is signed in here, and the request allows no page.")
}

fn which_session() -> OAuthRefusal {
    error(
        "interaction_required",
        16000,
        "The browser is signed in at several organisations, and the request allows no page to choose one.",
    )
}

/// The organisation that a request for admin consent at a shared address means; `None` if the administrator has to say.
///
/// # Errors
/// As [`at_shared_address`].
pub async fn consent_at_shared_address(
    app: &App,
    wish: &Wish,
    cookies: &[&str],
) -> Result<Option<TenantId>, Refusal> {
    let (sessions, wish) = (by_tenant(app, cookies), wish.clone());
    app.read(move |tx| {
        let (mut candidates, mut refusal) = (Vec::new(), unknown_client());
        for tenant in tenants::all(tx)? {
            match admin_consent::asking(tx, tenant.id, &wish) {
                Ok(_) => candidates.push(candidate(tx, tenant.id, &sessions, None)?),
                Err(Stop::Refused(wrong)) if wrong == unknown_client() => {}
                Err(Stop::Refused(wrong)) => refusal = wrong,
                Err(failed) => return Err(failed),
            }
        }
        if candidates.is_empty() {
            return Err(refusal.into());
        }
        Ok(match organisation_meant(&candidates, Hints::default()) {
            Meant::One(tenant) => Some(tenant),
            Meant::Several | Meant::Unknown => None,
        })
    })
    .await
}

/// The organisation that issued the `id_token_hint` of a request.
pub async fn issuer_of_hint(app: &App, parameters: &Parameters) -> Result<Option<TenantId>, Refusal> {
    let Some(token) = parameters.single("id_token_hint") else { return Ok(None) };
    let mut tenants = app.tenants().await?.into_iter().map(|tenant| tenant.id);
    Ok(tenants.find(|tenant| hint::read(app, *tenant, token).is_some()))
}

/// What a request to sign out of everything amounts to.
pub struct LeavingAll {
    /// The organisations this browser is signed in at, with its cookie there.
    pub places: Vec<(Leaving, String)>,
    /// Where the browser may go afterwards, and the name of the app there.
    pub back: Option<(String, String)>,
}

/// Looks at a request to sign out at a shared address; changes nothing.
pub async fn leaving_all(
    app: &App,
    parameters: &Parameters,
    cookies: &[&str],
) -> Result<LeavingAll, Refusal> {
    let (mut places, mut back) = (Vec::new(), None);
    for tenant in app.tenants().await?.into_iter().map(|tenant| tenant.id) {
        let cookie =
            cookies.iter().find(|cookie| sessions::key(app, cookie).is_some_and(|(of, _)| of == tenant));
        let place = leaving(app, tenant, parameters, cookie.copied()).await?;
        back = back.or_else(|| place.back.clone());
        if let (Some(_), Some(cookie)) = (&place.signed_in, cookie) {
            places.push((place, (*cookie).to_owned()));
        }
    }
    Ok(LeavingAll { places, back })
}
