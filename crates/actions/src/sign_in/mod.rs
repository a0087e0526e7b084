//! Signing in, step by step: begin, name the address, prove it, agree, answer the app. Every step loads
//! the flow again and asks [`hospes_domain::sign_in::next_step`] (design section 6). Refuses to say
//! which addresses are known (threats E5), and to let a flow's id stand for its browser (F13): the
//! pages hold the id in a sealed cookie.

mod address;
mod admin_consent;
mod begin;
mod consent;
mod consents;
mod device;
mod enrol;
mod finish;
mod first;
mod hint;
mod home;
mod listing;
mod look;
mod my_apps;
mod new_password;
mod parameters;
mod passcode;
mod passkey;
mod password;
mod recipient;
mod second_factor;
mod second_passkey;
mod send_passcode;
mod shared;
mod sign_out;
#[cfg(test)]
mod tests;

pub use address::{name_address, use_another_account};
pub use admin_consent::{AdminConsent, Needed, Wish, consent_for_all, refuse_for_all, review};
pub use begin::{Begun, authorize, begin, begin_again, begin_fresh};
pub use consent::{Decided, accept, decline};
pub use consents::{Allowed, Consents, consents, revoke_consent};
pub use device::{Typed, allow_device, begin_device, refuse_device};
pub use enrol::{Enrolled, enrol, offer_enrolment};
pub use finish::{Answer, finish};
pub use first::{Entered, Proven};
pub use home::arrive;
pub use listing::{AskedFor, Listing, asked_of};
pub use look::{AppName, Ask, Page, Showable, look};
pub use my_apps::{App as MyApp, MyApps, my_apps};
pub use new_password::choose_password;
pub use parameters::Parameters;
pub use passcode::check_passcode;
pub use passkey::{ask_for_passkey, check_passkey};
pub use password::{Browser, check_password};
pub use second_factor::{Shown, show_second_factor};
pub use second_passkey::{ask_to_show_passkey, show_passkey};
pub use send_passcode::send_passcode;
pub use shared::{
    LeavingAll, Shared, at_shared_address, consent_at_shared_address, issuer_of_hint, leaving_all,
};
pub use sign_out::{Leaving, leaving, sign_out};

pub(crate) use device::{LENGTH, LETTERS, device_hash, user_code_hash};
pub(crate) use finish::code_hash;

use hospes_domain::access::Standing;
use hospes_domain::application::{Application, PrincipalKind, ServicePrincipal};
use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::proof::{Passcode, PasscodeState};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::second_factor::Need;
use hospes_domain::session::Session;
use hospes_domain::sign_in::{
    AppRequest, Consent, FirstProof, Flow, RequestedScopes, Resource, Situation, Step, Way, consent,
    next_step, way_of,
};
use hospes_domain::tenant::Tenant;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};
use hospes_store::{
    app_role_assignments, applications, passcodes, permission_grants, roles, service_principals,
    sign_in_addresses, sign_in_flows, tenants, users,
};
use std::sync::Arc;
use uuid::Uuid;

use crate::app::{App, Stop};
use crate::apps;
use crate::keys::TenantKeys;
use crate::second_factors;
use crate::sessions;
use crate::sign_ins::{Entry, Towards};
use crate::tokens::{client_disabled, issuer, subject};
use crate::upstream;

/// Which flow, in which browser. No `Debug`: the cookie is a session's.
#[derive(Clone)]
pub struct Place {
    /// The tenant of the path.
    pub tenant: TenantId,
    /// The flow the browser's sealed cookie names.
    pub flow: Uuid,
    /// The browser's session cookie.
    pub session: Option<String>,
}

/// The same, ready for a closure. No `Debug`: the hash stands for a session.
#[derive(Clone)]
struct Scene {
    tenant: TenantId,
    flow: Uuid,
    session: Option<[u8; 32]>,
    public_url: String,
    /// For the `sub` of whoever is signed in, where a request asks for one.
    keys: Option<Arc<TenantKeys>>,
    /// The line of the sign-in log, if this step comes to one.
    entry: Entry,
}

impl Scene {
    fn new(app: &App, place: &Place) -> Self {
        Self {
            tenant: place.tenant,
            flow: place.flow,
            session: session_hash(app, place.tenant, place.session.as_deref()),
            public_url: app.public_url().to_owned(),
            keys: app.keys(place.tenant),
            entry: Entry::draw(app),
        }
    }

    /// Whether the app asks for an answer about somebody else than this person.
    fn is_for_another(&self, request: &AppRequest, user: &User) -> bool {
        let wanted = &request.claims.subjects;
        let subject = || self.keys.as_ref().map(|keys| subject(keys, user.id(), request.client));
        !wanted.is_empty() && subject().is_none_or(|subject| !wanted.contains(&subject))
    }

    /// Everything the next step depends on.
    fn load(&self, tx: &impl Read, now: Time) -> Result<Known, Stop> {
        let flow = sign_in_flows::by_id(tx, self.tenant, self.flow)?.ok_or_else(lost)?;
        flow.check(now)?;
        self.around(tx, flow, now)
    }

    /// What the flow leads to, for the log; none when it is lost.
    fn towards(&self, tx: &impl Read) -> Result<Option<Towards>, Stop> {
        let Some(flow) = sign_in_flows::by_id(tx, self.tenant, self.flow)? else { return Ok(None) };
        match self.around(tx, flow, Time::default()) {
            Ok(known) => Ok(Some(known.towards())),
            Err(Stop::Refused(_)) => Ok(None),
            Err(failed) => Err(failed),
        }
    }

    fn around(&self, tx: &impl Read, flow: Flow, now: Time) -> Result<Known, Stop> {
        let tenant = tenants::by_id(tx, self.tenant)?.ok_or_else(lost)?;
        let session = match self.session {
            Some(hash) if flow.is_to_leave(self.tenant) => {
                sessions::alive_to_leave(tx, self.tenant, hash, now)?
            }
            Some(hash) => sessions::alive(tx, self.tenant, hash, now)?,
            None => None,
        };
        let first = first::still_good(tx, self.tenant, &flow)?;
        let need = match (&first, &session) {
            (Some((proof, user)), _) => second_factors::need(tx, user, &proof.amr())?,
            (None, Some((session, user))) => second_factors::need(tx, user, &session.amr)?,
            (None, None) => Need::Nothing,
        };
        let passcode = passcodes::newest_in_flow(tx, self.tenant, flow.id)?;
        let app = match &flow.request {
            Some(request) => {
                let scopes = RequestedScopes::parse(&request.scope, &self.public_url)
                    .map_err(|_| Refusal::Internal)?;
                let user = session.as_ref().map(|(_, user)| user);
                let mut app = known_app(tx, self, request.client, &scopes, user)?;
                if upstream::is_home_sign_in(request.client)
                    && let Some(host) = upstream::asking(tx, request.state.as_deref())?
                {
                    app.principal.display_name = host;
                }
                Some(app)
            }
            None => None,
        };
        let way = way(tx, &tenant, &flow)?;
        let new_password = match &first {
            Some((proof, user)) => new_password::is_due(tx, user, &proof.method)?,
            None => false,
        };
        let for_another = match (&flow.request, &session) {
            (Some(request), Some((_, user))) => self.is_for_another(request, user),
            _ => false,
        };
        let issuer = issuer(&self.public_url, self.tenant);
        Ok(Known {
            tenant,
            issuer,
            flow,
            way,
            new_password,
            app,
            session,
            for_another,
            first,
            need,
            passcode,
        })
    }
}

/// A flow and what stands around it now.
struct Known {
    tenant: Tenant,
    /// `iss` of every answer (RFC 9207).
    issuer: String,
    flow: Flow,
    way: Option<Way>,
    /// Whether who proved the first factor has to choose a new password.
    new_password: bool,
    app: Option<KnownApp>,
    /// Good, but for a second factor.
    session: Option<(Session, User)>,
    /// Whether the app asks for an answer about somebody else.
    for_another: bool,
    /// Who has proven the first factor in this flow, while that counts.
    first: Option<(FirstProof, User)>,
    /// What is lacking of that person, else of the session's.
    need: Need,
    passcode: Option<Passcode>,
}

/// The app of a flow, as far as it concerns the person who is signed in.
struct KnownApp {
    application: Application,
    principal: ServicePrincipal,
    scopes: RequestedScopes,
    /// What it wants to use.
    resource: Resource,
    /// Names of the permissions it asks for there.
    asked: Vec<String>,
    assigned: bool,
    consent: Consent,
}

impl Known {
    /// What the person signs in to, for the log.
    fn towards(&self) -> Towards {
        match (&self.app, &self.flow.request) {
            (Some(app), Some(request)) => {
                let host =
                    Some(request.state.as_deref()).filter(|_| upstream::is_home_sign_in(request.client));
                let host = host.flatten().and_then(upstream::host_of);
                let silent = self.flow.prompt.none;
                Towards::app(&app.application, &app.principal, app.scopes.resource, host, silent)
                    .called(request.correlation.as_deref())
            }
            _ => Towards::page(self.flow.return_to.as_deref()),
        }
    }

    fn step(&self, now: Time) -> Step {
        let situation = Situation {
            session: self.session.as_ref().map(|(session, _)| session),
            first_proven: self.first.is_some(),
            need: self.need,
            way: self.way,
            new_password: self.new_password,
            code_until: self.open_passcode(now).map(|p| p.record().expires_at),
            assigned: self.app.as_ref().is_none_or(|app| app.assigned),
            for_another: self.for_another,
            consent: self.app.as_ref().map_or(Consent::Given, |app| app.consent.clone()),
        };
        next_step(&self.flow, &situation, now)
    }

    /// The code of this flow for the address typed last, if it can still be tried.
    fn open_passcode(&self, now: Time) -> Option<&Passcode> {
        let address = self.flow.address.as_ref()?;
        self.passcode.as_ref().filter(|p| {
            let r = p.record();
            r.state == PasscodeState::Open
                && r.tries_left > 0
                && now < r.expires_at
                && r.address.same(address)
        })
    }
}

/// The way of the address that was typed; if none was, to where the app said.
fn way(tx: &impl Read, tenant: &Tenant, flow: &Flow) -> Result<Option<Way>, StoreError> {
    let Some(address) = &flow.address else { return Ok(flow.hinted_home.map(Way::Home)) };
    let entry = sign_in_addresses::find(tx, tenant.id, address)?;
    let bound = match entry.filter(|entry| entry.state == sign_in_addresses::AddressState::Active) {
        Some(entry) => users::by_id(tx, tenant.id, entry.user)?
            .and_then(|user| user.guest.binding().map(|binding| binding.issuer.clone())),
        None => None,
    };
    let owner = upstream::owner_of(tx, tenant.id, address)?.map(|owner| owner.id);
    Ok(Some(way_of(address, &tenant.domains, bound.as_deref(), owner)))
}

fn known_app(
    tx: &impl Read,
    scene: &Scene,
    client: ClientId,
    scopes: &RequestedScopes,
    user: Option<&User>,
) -> Result<KnownApp, Stop> {
    let tenant = scene.tenant;
    let (application, principal) = enabled(tx, scene, client)?.ok_or_else(lost)?;
    let facts = apps::facts_of(tx, tenant, scopes)?.ok_or_else(lost)?;
    let asked = scopes.names(&facts.resource).map_err(|_| lost())?;
    let (mut assigned, mut agreed) = (true, Consent::Given);
    // What one tenant learns from another is agreed to where the guest is: in the redemption.
    if let Some(user) = user.filter(|_| !upstream::is_home_sign_in(client)) {
        let held = app_role_assignments::effective(tx, tenant, user.id(), PrincipalKind::User, principal.id)?;
        assigned = !principal.assignment_required || !held.is_empty();
        // An application uses itself without asking.
        if facts.resource.client != client {
            let granted = permission_grants::of(tx, tenant, (client, facts.resource.client), user.id())?;
            let standing: Standing = roles::standing(tx, tenant, user.id())?;
            let needed = facts.needed(&application.settings.required_access);
            agreed = consent((&asked, scopes.default), &needed, &facts.resource, &granted, &standing);
        }
    }
    let resource = facts.resource;
    Ok(KnownApp {
        application,
        principal,
        scopes: scopes.clone(),
        resource,
        asked,
        assigned,
        consent: agreed,
    })
}

/// A client with its presence in the tenant of an address of this server, if both exist.
fn registered(
    tx: &impl Read,
    (tenant, public_url): (TenantId, &str),
    client: ClientId,
) -> Result<Option<(Application, ServicePrincipal)>, StoreError> {
    if upstream::is_home_sign_in(client) {
        return Ok(Some(upstream::application(public_url)));
    }
    let Some(application) = applications::by_client(tx, tenant, client)? else { return Ok(None) };
    let principal = service_principals::by_client(tx, tenant, client)?;
    Ok(principal.map(|principal| (application, principal)))
}

/// The same of a flow.
///
/// # Errors
/// [`Refusal::OAuth`] if the presence is switched off.
fn enabled(
    tx: &impl Read,
    scene: &Scene,
    client: ClientId,
) -> Result<Option<(Application, ServicePrincipal)>, Stop> {
    let found = registered(tx, (scene.tenant, &scene.public_url), client)?;
    if found.as_ref().is_some_and(|(_, principal)| !principal.enabled) {
        return Err(client_disabled().into());
    }
    Ok(found)
}

pub(crate) fn session_hash(app: &App, tenant: TenantId, cookie: Option<&str>) -> Option<[u8; 32]> {
    sessions::key(app, cookie?).filter(|(of, _)| *of == tenant).map(|(_, hash)| hash)
}

fn lost() -> Stop {
    Stop::Refused(Refusal::SignIn(SignInRefusal::FlowLost))
}
