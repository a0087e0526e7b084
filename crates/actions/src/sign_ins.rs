//! The sign-in log: who signed in or was refused, to what, from where. A line is written in the transaction that decides
//! (I6). Every sign-in of a person has one, and every refusal of somebody who is known, up to a budget (threats K14); programs
//! that renew their tokens or sign in as themselves have one only when they are refused, since each success would be a row
//! an hour that says nothing new. A request of an app that ends on a page of ours has one, too, within the same budget.
//! Refuses strangers who try to prove who they are: what nobody is known by is only counted. Refuses secrets, too.

mod list;

pub use list::{get, list, of_user};

use hospes_domain::access::UserType;
use hospes_domain::application::{Application, DIRECTORY_API, ServicePrincipal};
use hospes_domain::browser::bounded;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::proof::{Limit, home_of};
use hospes_domain::refusal::{RedemptionRefusal, Refusal, SignInRefusal};
use hospes_domain::session::{Amr, PASSCODE, PASSKEY, PASSWORD};
use hospes_domain::sign_ins::{SignIn, number};
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::clients::Client;
use hospes_store::engine::WriteTx;
use hospes_store::{applications, last_sign_ins, sign_ins, users};
use uuid::Uuid;

use crate::app::{App, Stop};
use crate::invite::take;
use crate::origin::Origin;
use crate::sessions;
use crate::sign_in::session_hash;

/// Refusals of one person or program that get a line; more in an hour say nothing new.
const PER_ONE: Limit = Limit { most: 60, seconds: 3600 };
/// Refusals of all of a tenant that get a line.
const PER_TENANT: Limit = Limit { most: 5000, seconds: 3600 };

/// What the directory API is called, as everywhere.
const DIRECTORY_API_NAME: &str = "Microsoft Graph";

/// What an application is called that is not registered.
const UNKNOWN: &str = "An application that is not registered here";

/// A line to be, drawn before the closure that writes it. One closure writes at most one.
#[derive(Clone)]
pub(crate) struct Entry {
    /// Another id, for the second line of one request.
    spare: Uuid,
    origin: Origin,
}

impl Entry {
    pub(crate) fn draw(app: &App) -> Self {
        Self { spare: app.new_id(), origin: Origin::current() }
    }

    /// A line has the id of the request, as at the original: errors and pages show it.
    fn id(&self) -> Uuid {
        if self.origin.request.is_nil() { self.spare } else { self.origin.request }
    }

    /// Writes the line.
    fn write(&self, tx: &WriteTx<'_>, tenant: TenantId, line: &SignIn) -> Result<(), Stop> {
        let mut id = line.id;
        if !sign_ins::insert(tx, tenant, line)? {
            id = self.spare;
            sign_ins::insert(tx, tenant, &SignIn { id, ..line.clone() })?;
        }
        match line.user {
            Some(user) => Ok(last_sign_ins::note(tx, tenant, user, id, (line.interactive, line.error == 0))?),
            None => Ok(()),
        }
    }
}

/// What somebody signs in to.
#[derive(Clone)]
pub(crate) struct Towards {
    client: Option<ClientId>,
    name: String,
    resource: Option<(ClientId, Option<String>)>,
    /// The tenant that asks, where this one only vouches.
    host: Option<TenantId>,
    /// Whether a person sits there.
    interactive: bool,
    /// What the app calls it, if it said so when the sign-in began.
    correlation: Option<String>,
}

impl Towards {
    /// Pages of this server: the portal or My Apps, by where the browser goes afterwards.
    pub(crate) fn page(return_to: Option<&str>) -> Self {
        let portal = return_to.is_some_and(|path| path.starts_with("/portal"));
        Self::pages(if portal { "Admin portal" } else { "My Apps" })
    }

    /// The acceptance of an invitation, which begins a session.
    pub(crate) fn redemption() -> Self {
        Self::pages("Invitation acceptance")
    }

    fn pages(name: &str) -> Self {
        Self {
            client: None,
            name: name.to_owned(),
            resource: None,
            host: None,
            interactive: true,
            correlation: None,
        }
    }

    /// An app a person goes to. `resource` is what it asks for access to; `silent`: it allowed no page.
    pub(crate) fn app(
        application: &Application,
        principal: &ServicePrincipal,
        resource: Option<ClientId>,
        host: Option<TenantId>,
        silent: bool,
    ) -> Self {
        let resource = resource.unwrap_or(application.client_id);
        let name = match resource {
            DIRECTORY_API => Some(DIRECTORY_API_NAME.to_owned()),
            own if own == application.client_id => Some(principal.display_name.clone()),
            _ => None,
        };
        Self {
            client: Some(application.client_id),
            name: principal.display_name.clone(),
            resource: Some((resource, name)),
            host,
            interactive: !silent,
            correlation: None,
        }
    }

    /// An app that renews what a person gave it.
    pub(crate) fn renewal(client: &Client) -> Self {
        Self {
            client: Some(client.id),
            name: client.display_name.clone(),
            resource: None,
            host: None,
            interactive: false,
            correlation: None,
        }
    }

    /// The same, called so by the app.
    pub(crate) fn called(self, correlation: Option<&str>) -> Self {
        Self { correlation: correlation.map(str::to_owned), ..self }
    }
}

/// Records that a person signed in, proven like that: one insert, nothing else.
pub(crate) fn succeeded(
    tx: &WriteTx<'_>,
    entry: &Entry,
    user: &User,
    towards: &Towards,
    (method, amr): (&str, &Amr),
) -> Result<(), Stop> {
    let line = of_person(entry, user, towards, Some(method));
    // One factor of a person from elsewhere may have been two at home.
    let multi_factor = if amr.is_multi() { Some(true) } else { line.multi_factor };
    entry.write(tx, user.guest.record().tenant, &SignIn { multi_factor, ..line })
}

/// Records that a person was refused, if the budget allows. `method` is how far the proof had come.
pub(crate) fn refused(
    tx: &WriteTx<'_>,
    entry: &Entry,
    user: &User,
    towards: &Towards,
    method: Option<&str>,
    refusal: &Refusal,
) -> Result<(), Stop> {
    let tenant = user.guest.record().tenant;
    // The next try succeeds or is refused for what it is.
    let fleeting = matches!(
        refusal,
        Refusal::Unavailable { .. }
            | Refusal::Internal
            | Refusal::SignIn(SignInRefusal::FlowLost)
            | Refusal::Redemption(RedemptionRefusal::FlowLost)
    );
    if fleeting || !may_note(tx, tenant, user.id())? {
        return Ok(());
    }
    let line = because(of_person(entry, user, towards, method), refusal);
    entry.write(tx, tenant, &line)
}

/// Notes that an app renewed what a person gave it, without a line. Once in an hour of the clock is enough for whoever asks
/// who has not been here for weeks; `before` is when it was last given something, which was noted then.
pub(crate) fn renewed(
    tx: &WriteTx<'_>,
    entry: &Entry,
    (tenant, user): (TenantId, ObjectId),
    before: Time,
) -> Result<(), Stop> {
    let hour = |time: Time| time.seconds().div_euclid(3600);
    if hour(before) == hour(tx.now()) {
        return Ok(());
    }
    Ok(last_sign_ins::note(tx, tenant, user, entry.id(), (false, true))?)
}

/// Records a refusal of the person of that id, who may be gone.
pub(crate) fn refused_by_id(
    tx: &WriteTx<'_>,
    entry: &Entry,
    (tenant, user): (TenantId, Option<ObjectId>),
    towards: &Towards,
    refusal: &Refusal,
) -> Result<(), Stop> {
    let Some(user) = user else { return Ok(()) };
    match users::by_id_even_deleted(tx, tenant, user)? {
        Some(user) => refused(tx, entry, &user, towards, None, refusal),
        None => Ok(()),
    }
}

/// Counts a refusal of nobody who is known, so that it costs what a known person's costs (threats E5).
pub(crate) fn refused_stranger(tx: &WriteTx<'_>, tenant: TenantId) -> Result<(), Stop> {
    match take(tx, tenant, "sign-ins-of-strangers", PER_TENANT) {
        Ok(()) | Err(Stop::Refused(_)) => Ok(()),
        Err(failed) => Err(failed),
    }
}

/// Records that a registered program was refused, in a transaction of its own: those that succeed write nothing.
pub(crate) async fn program_refused(app: &App, tenant: TenantId, client: &Client, refusal: &Refusal) {
    let (entry, client, refusal) = (Entry::draw(app), client.clone(), refusal.clone());
    let noted = app.write_quietly(move |tx| {
        if !may_note(tx, tenant, client.principal)? {
            return Ok(());
        }
        let program = SignIn {
            client: Some(client.id),
            app_name: Some(client.display_name.clone()),
            principal: Some(client.principal),
            ..blank(&entry, tenant)
        };
        entry.write(tx, tenant, &because(program, &refusal))
    });
    if let Err(refusal) = noted.await {
        tracing::warn!(refusal = refusal.name(), "a refused sign-in of an application was not recorded");
    }
}

/// A request of a browser that was answered with a page of ours, before or without a sign-in.
#[derive(Clone)]
pub struct Turned {
    /// The organisation that was asked.
    pub tenant: TenantId,
    /// The application the request names, registered or not.
    pub client: Option<ClientId>,
    /// The browser's session cookie.
    pub session: Option<String>,
}

/// Records a refusal that a page shows to whoever sits there, in a transaction of its own, so that its reference leads
/// somewhere. Lines about strangers share a budget like that of one application.
pub async fn page_refused(app: &App, turned: Turned, refusal: &Refusal) {
    let Turned { tenant, client, session } = turned;
    let (entry, refusal) = (Entry::draw(app), refusal.clone());
    let hash = session_hash(app, tenant, session.as_deref());
    let noted = app.write_quietly(move |tx| {
        let application = match client {
            Some(client) => applications::by_client(tx, tenant, client)?,
            None => None,
        };
        let user = match hash {
            Some(hash) => sessions::alive(tx, tenant, hash, tx.now())?.map(|(_, user)| user),
            None => None,
        };
        let named = application.as_ref().map(|known| known.client_id.0).unwrap_or_default();
        if !may_note(tx, tenant, user.as_ref().map_or(ObjectId(named), User::id))? {
            return Ok(());
        }
        let towards = Towards {
            client: client.filter(|_| application.is_some()),
            ..Towards::pages(application.as_ref().map_or(UNKNOWN, |known| &known.display_name))
        };
        let line = match &user {
            Some(user) => of_person(&entry, user, &towards, None),
            None => SignIn {
                client: towards.client,
                app_name: Some(towards.name.clone()),
                interactive: true,
                ..blank(&entry, tenant)
            },
        };
        entry.write(tx, tenant, &because(line, &refusal))
    });
    if let Err(refusal) = noted.await {
        tracing::warn!(refusal = refusal.name(), "the refusal of a page was not recorded");
    }
}

/// Takes one line out of the budgets, if they have one left.
fn may_note(tx: &WriteTx<'_>, tenant: TenantId, who: ObjectId) -> Result<bool, Stop> {
    for (name, limit) in
        [(format!("sign-ins-refused:{who}"), PER_ONE), ("sign-ins-refused".to_owned(), PER_TENANT)]
    {
        match take(tx, tenant, &name, limit) {
            Ok(()) => {}
            Err(Stop::Refused(_)) => return Ok(false),
            Err(failed) => return Err(failed),
        }
    }
    Ok(true)
}

fn blank(entry: &Entry, tenant: TenantId) -> SignIn {
    SignIn {
        address: entry.origin.address_text(),
        user_agent: entry.origin.user_agent.as_deref().and_then(bounded),
        correlation: entry.origin.correlation.clone().unwrap_or_else(|| entry.origin.request.to_string()),
        ..SignIn::blank(entry.id(), tenant)
    }
}

fn of_person(entry: &Entry, user: &User, towards: &Towards, method: Option<&str>) -> SignIn {
    let tenant = user.guest.record().tenant;
    let (resource, resource_name) = towards.resource.clone().unzip();
    let around = blank(entry, tenant);
    SignIn {
        correlation: towards.correlation.clone().unwrap_or(around.correlation.clone()),
        user: Some(user.id()),
        user_name: Some(user.profile.display_name.clone()),
        sign_in_name: Some(user.sign_in_name().to_owned()),
        user_type: Some(user.user_type),
        client: towards.client,
        app_name: Some(towards.name.clone()),
        resource,
        resource_name: resource_name.flatten(),
        method: method.map(str::to_owned),
        // What was asked for at home, only home knows.
        multi_factor: method
            .filter(|method| [PASSWORD, PASSCODE, PASSKEY].contains(method))
            .map(|method| method == PASSKEY),
        home_tenant: home_tenant(user, tenant),
        resource_tenant: towards.host.unwrap_or(tenant),
        interactive: towards.interactive,
        ..around
    }
}

/// Where a person belongs; of guests who prove a mailbox nobody knows.
fn home_tenant(user: &User, tenant: TenantId) -> Option<TenantId> {
    match user.guest.binding() {
        Some(binding) => home_of(&binding.issuer),
        None => (user.user_type == UserType::Member).then_some(tenant),
    }
}

fn because(line: SignIn, refusal: &Refusal) -> SignIn {
    SignIn {
        error: number(refusal),
        refusal: Some(refusal.name().to_owned()),
        explanation: matches!(refusal, Refusal::OAuth(_)).then(|| refusal.to_string()),
        ..line
    }
}
