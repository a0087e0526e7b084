//! The sign-in log: who signed in or was refused, to what, from where. A line is written in the transaction that decides
//! (I6). Every sign-in of a person has one, and every refusal of somebody who is known, up to a budget (threats K14); programs
//! that renew their tokens or sign in as themselves have one only when they are refused, since each success would be a row
//! an hour that says nothing new. Refuses strangers: what nobody is known by is only counted. Refuses secrets, too.

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
use hospes_domain::user::User;
use hospes_store::clients::Client;
use hospes_store::engine::WriteTx;
use hospes_store::{sign_ins, users};
use uuid::Uuid;

use crate::app::{App, Stop};
use crate::invite::take;
use crate::origin::Origin;

/// Refusals of one person or program that get a line; more in an hour say nothing new.
const PER_ONE: Limit = Limit { most: 60, seconds: 3600 };
/// Refusals of all of a tenant that get a line.
const PER_TENANT: Limit = Limit { most: 5000, seconds: 3600 };

/// What the directory API is called, as everywhere.
const DIRECTORY_API_NAME: &str = "Microsoft Graph";

/// A line to be, drawn before the closure that writes it. One closure writes at most one.
#[derive(Clone)]
pub(crate) struct Entry {
    id: Uuid,
    origin: Origin,
}

impl Entry {
    pub(crate) fn draw(app: &App) -> Self {
        Self { id: app.new_id(), origin: Origin::current() }
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
        Self { client: None, name: name.to_owned(), resource: None, host: None, interactive: true }
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
        }
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
    Ok(sign_ins::insert(tx, user.guest.record().tenant, &SignIn { multi_factor, ..line })?)
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
    Ok(sign_ins::insert(tx, tenant, &line)?)
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
        Ok(sign_ins::insert(tx, tenant, &because(program, &refusal))?)
    });
    if let Err(refusal) = noted.await {
        tracing::warn!(refusal = refusal.name(), "a refused sign-in of an application was not recorded");
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
        correlation: entry.origin.request.to_string(),
        ..SignIn::blank(entry.id, tenant)
    }
}

fn of_person(entry: &Entry, user: &User, towards: &Towards, method: Option<&str>) -> SignIn {
    let tenant = user.guest.record().tenant;
    let (resource, resource_name) = towards.resource.clone().unzip();
    SignIn {
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
        ..blank(entry, tenant)
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
