//! What the page of a flow shows now. Refuses to write: looking changes nothing.

use hospes_domain::ids::ClientId;
use hospes_domain::passkey::is_beside;
use hospes_domain::proof::SENDS_PER_ADDRESS;
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::sign_in::{Consent, Resource, Step};
use hospes_domain::tenant::Tenant;
use hospes_domain::time::Time;
use hospes_store::engine::Read;
use hospes_store::{counters, passkeys, second_factors};

use super::listing::Listed;
use super::{AskedFor, Known, KnownApp, Listing, Place, Scene, device, lost};
use crate::app::{App, Stop};
use crate::redeem::sends_to;
use crate::sessions::{self, SignedIn};

/// The page of a flow.
#[derive(Clone, Debug)]
pub struct Page {
    /// The organisation.
    pub tenant: Tenant,
    /// The app the person is on the way to.
    pub app: Option<AppName>,
    /// The address that was typed, as it is stored.
    pub address: Option<String>,
    /// What the app thinks the address is; only prefills the field.
    pub hint: Option<String>,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// What is asked.
    pub ask: Ask,
}

/// An app, to be named on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppName {
    /// Its client id.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// Its registered address the answer goes to.
    pub redirect_uri: String,
}

/// Which second factors somebody can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Showable {
    /// The code of an authenticator app.
    pub app: bool,
    /// A passkey, of a guest.
    pub passkey: bool,
    /// A recovery code.
    pub recovery: bool,
}

/// What a page asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Who the person is.
    Address,
    /// The password.
    Password,
    /// A new password in place of the one that was right.
    NewPassword,
    /// Whether to send a code.
    SendPasscode {
        /// Set when too many codes went to the address lately.
        paused_until: Option<Time>,
    },
    /// The code.
    Passcode {
        /// End of its life.
        until: Time,
        /// Set when no new code can be asked for yet.
        new_code_from: Option<Time>,
    },
    /// The second factor, and which can be shown.
    SecondFactor(Showable),
    /// Setting a second factor up, because a role demands one.
    Enrol,
    /// Whether the app may.
    Consent(Listing),
    /// Nothing this person could answer: an administrator has to grant this.
    NeedAdmin {
        /// Name of the resource.
        resource: String,
        /// What takes an administrator.
        asked: Vec<AskedFor>,
    },
    /// Whether a device may sign in.
    Device {
        /// The network it asked from, if that is known.
        source: Option<String>,
        /// When it asked.
        asked_at: Time,
    },
    /// Nothing: [`finish`](super::finish()) answers the app, or refuses.
    Nothing,
    /// Nothing: the browser goes to this path.
    Return(String),
}

/// Looks at a flow.
pub async fn look(app: &App, place: &Place) -> Result<Page, Refusal> {
    let scene = Scene::new(app, place);
    app.read(move |tx| {
        let now = tx.now();
        let known = scene.load(tx, now)?;
        let ask = ask(tx, &known, now)?;
        Ok(page(known, ask, now))
    })
    .await
}

fn page(known: Known, ask: Ask, now: Time) -> Page {
    let app = known.app.as_ref().zip(known.flow.request.as_ref()).map(|(app, request)| AppName {
        client: app.application.client_id,
        name: app.principal.display_name.clone(),
        redirect_uri: request.redirect_uri.clone(),
    });
    let tenant = known.tenant.id;
    Page {
        app,
        address: known.flow.address.map(|a| a.to_string()),
        hint: known.flow.login_hint,
        signed_in: known.session.map(|(session, user)| sessions::signed_in(tenant, session, &user, now)),
        tenant: known.tenant,
        ask,
    }
}

fn ask(tx: &impl Read, known: &Known, now: Time) -> Result<Ask, Stop> {
    Ok(match known.step(now) {
        // Whoever comes back from home by the browser's button is asked again where to go.
        Step::AskAddress | Step::SignInAtHome(_) => Ask::Address,
        Step::AskPassword => Ask::Password,
        Step::ChooseNewPassword => Ask::NewPassword,
        Step::SendPasscode => Ask::SendPasscode { paused_until: paused(tx, known, now)? },
        Step::AskPasscode => Ask::Passcode {
            until: known.open_passcode(now).map_or(now, |p| p.record().expires_at),
            new_code_from: paused(tx, known, now)?,
        },
        Step::AskSecondFactor => Ask::SecondFactor(showable(tx, known)?),
        Step::EnrolSecondFactor => Ask::Enrol,
        Step::AskConsent => Ask::Consent(listing(known)),
        Step::NeedAdmin => need_admin(known),
        Step::RedirectWithCode if waits(known) => {
            let device = device::of_flow(tx, known)?.ok_or_else(lost)?;
            Ask::Device { source: device.source, asked_at: device.created_at }
        }
        // Not being assigned is for `finish` to say, which puts it on record.
        Step::RedirectWithCode
        | Step::Error(_)
        | Step::Refuse(Refusal::SignIn(SignInRefusal::NotAssigned)) => Ask::Nothing,
        Step::Return => Ask::Return(known.flow.return_to.clone().unwrap_or_else(|| "/".to_owned())),
        Step::Refuse(refusal) => return Err(refusal.into()),
    })
}

fn showable(tx: &impl Read, known: &Known) -> Result<Showable, Stop> {
    let Some((_, user)) = known.owing() else { return Ok(Showable::default()) };
    let (tenant, id) = (known.tenant.id, user.id());
    Ok(Showable {
        app: second_factors::any(tx, tenant, id)?,
        passkey: is_beside(user) && !passkeys::of_user(tx, tenant, id)?.is_empty(),
        recovery: second_factors::recovery_codes_left(tx, tenant, id)? > 0,
    })
}

/// Whether it is a device that waits for the answer.
fn waits(known: &Known) -> bool {
    known.flow.request.as_ref().is_some_and(|request| request.device.is_some())
}

/// When the next code may be sent, if not now.
fn paused(tx: &impl Read, known: &Known, now: Time) -> Result<Option<Time>, Stop> {
    let Some(address) = &known.flow.address else { return Ok(None) };
    let sent = counters::load(tx, known.tenant.id, &sends_to(address))?;
    Ok(sent.room(SENDS_PER_ADDRESS, now).err().map(|seconds| now.plus_seconds(i64::from(seconds))))
}

/// What the consent page lists, and its digest.
pub(super) fn listing(known: &Known) -> Listing {
    let asked = asked_for(known);
    let mut listed = Listed::new("consent of a person");
    if let Some(app) = &known.app {
        listed.word(&app.application.client_id.to_string());
        listed.word(&app.principal.display_name);
        listed.word(&app.resource.client.to_string());
    }
    for asked in &asked {
        listed.permission("scope", asked);
    }
    Listing { asked, digest: listed.digest() }
}

fn need_admin(known: &Known) -> Ask {
    let (resource, asked) = match &known.app {
        Some(KnownApp { resource, consent: Consent::NeedsAdmin(beyond), .. }) => {
            (resource.name.clone(), beyond.iter().map(|name| explained(resource, name)).collect())
        }
        _ => (String::new(), Vec::new()),
    };
    Ask::NeedAdmin { resource, asked }
}

fn explained(resource: &Resource, name: &str) -> AskedFor {
    AskedFor { name: name.to_owned(), meaning: meaning(resource, name) }
}

/// What the consent page lists: what is still missing, or everything when the app insists on asking.
pub(super) fn asked_for(known: &Known) -> Vec<AskedFor> {
    let Some(app) = &known.app else { return Vec::new() };
    let explained = |name: &String| explained(&app.resource, name);
    if let Consent::Ask(missing) = &app.consent {
        return missing.iter().map(explained).collect();
    }
    let openid = [
        (app.scopes.openid, "openid"),
        (app.scopes.profile, "profile"),
        (app.scopes.email, "email"),
        (app.scopes.offline_access, "offline_access"),
    ];
    let openid = openid.into_iter().filter(|(asked, _)| *asked);
    let openid = openid.map(|(_, name)| AskedFor { name: name.to_owned(), meaning: None });
    openid.chain(app.asked.iter().map(explained)).collect()
}

/// What a resource says about a permission, to people if it has words for them.
pub(super) fn meaning(resource: &Resource, name: &str) -> Option<String> {
    let scope = resource.scope(name)?;
    let title = scope.user_name.as_ref().unwrap_or(&scope.admin_name);
    let words = scope.user_description.as_ref().unwrap_or(&scope.admin_description);
    Some(format!("{}: {title}. {words}", resource.name))
}
