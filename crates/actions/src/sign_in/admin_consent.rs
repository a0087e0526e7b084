//! An administrator agrees for the whole organisation to what an application declares that it needs
//! (reference/tokens-and-sign-in.md section 4, admin consent). Refuses whoever could not grant it one by one (threats E2),
//! addresses that are not the application's (F1), to grant on a link (the page asks first), and to grant what that page did
//! not list, or for somebody else than it named (E2, F13).

use hospes_domain::access::{Scope, may_consent_for_all};
use hospes_domain::application::{
    AppRole, AppRoleAssignment, Application, DIRECTORY_API, PrincipalKind, RequiredAccess, ServicePrincipal,
};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::refusal::{NotAllowed, OAuthRefusal, Refusal};
use hospes_domain::sign_in::{RequestedScopes, Resource, ResponseMode};
use hospes_domain::tenant::Tenant;
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{app_role_assignments, applications, permission_grants, service_principals, tenants};
use uuid::Uuid;

use super::listing::{Listed, asked_of, read_by, unchanged};
use super::look::meaning;
use super::parameters::{unknown_client, wrong_address};
use super::{Answer, AskedFor, session_hash};
use crate::app::{App, Stop};
use crate::apps::{self, create_service_principal::presence_of};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::sessions::{self, SignedIn};
use crate::tokens::issuer;

/// What the address of the page asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// `client_id`.
    pub client: ClientId,
    /// `redirect_uri`; the application's first address, if there is none.
    pub redirect_uri: Option<String>,
    /// `scope`; everything the application declares, if there is none or it is `/.default`.
    pub scope: Option<String>,
    /// `state`.
    pub state: Option<String>,
    /// The older endpoint, whose refusals have another name.
    pub older: bool,
}

/// The page.
#[derive(Clone, Debug)]
pub struct AdminConsent {
    /// The organisation.
    pub tenant: Tenant,
    /// Who is signed in.
    pub person: SignedIn,
    /// The application.
    pub app_name: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What it asks for, by resource.
    pub needed: Vec<Needed>,
    /// Digest of what is listed.
    pub digest: String,
    /// Why the person cannot grant it.
    pub refused: Option<NotAllowed>,
}

impl AdminConsent {
    /// What the page is about, for its form to say again.
    pub fn about(&self) -> String {
        asked_of(self.person.user, &self.digest)
    }
}

/// What is asked of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The resource.
    pub resource: String,
    /// On behalf of people.
    pub on_behalf: Vec<AskedFor>,
    /// On its own behalf.
    pub own: Vec<AskedFor>,
}

/// What would be granted at one resource.
struct Plan {
    resource: Resource,
    principal: ServicePrincipal,
    scopes: Vec<String>,
    roles: Vec<AppRole>,
}

/// The page as the session of the browser sees it; `None` when nobody is signed in.
///
/// # Errors
/// [`Refusal::OAuth`] for an unknown application, another address, or permissions that do not exist.
pub async fn review(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    wish: Wish,
) -> Result<Option<AdminConsent>, Refusal> {
    let hash = session_hash(app, tenant, session);
    let public_url = app.public_url().to_owned();
    app.read(move |tx| {
        let (application, redirect_uri) = asking(tx, tenant, &wish)?;
        let found = match hash {
            Some(hash) => sessions::good(tx, tenant, hash, tx.now())?,
            None => None,
        };
        let Some((session, user)) = found else { return Ok(None) };
        let person = sessions::signed_in(tenant, session, &user, tx.now());
        let plans = plan(tx, tenant, &application, &wish, &public_url)?;
        let refused = match may(tx, &person, &plans) {
            Ok(_) => None,
            Err(Stop::Refused(Refusal::NotAllowed(why))) => Some(why),
            Err(other) => return Err(other),
        };
        let tenant = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        let digest = digest(&application, &redirect_uri, &plans);
        let needed = plans.iter().map(needed).collect();
        let app_name = application.display_name;
        Ok(Some(AdminConsent { tenant, person, app_name, redirect_uri, needed, digest, refused }))
    })
    .await
}

/// Grants what the page listed and answers the application; `None` when nobody is signed in, or the page that said `about`
/// was for somebody else, or for somebody who cannot grant it: the page says so. A refusal to the person it was for is on
/// record.
///
/// # Errors
/// As [`review`]; [`Refusal::Stale`] when the page would list something else by now.
pub async fn consent_for_all(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    wish: Wish,
    about: &str,
) -> Result<Option<Answer>, Refusal> {
    let Some(page) = review(app, tenant, session, wish.clone()).await? else { return Ok(None) };
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    let roles: usize = page.needed.iter().map(|needed| needed.own.len()).sum();
    let ids: Vec<Uuid> = (0..roles).map(|_| app.new_id()).collect();
    let (principal_id, audit_id) = (app.new_object_id(), app.new_id());
    let (public_url, about) = (app.public_url().to_owned(), about.to_owned());
    app.write(move |tx| {
        let Some((session, user)) = sessions::good(tx, tenant, hash, tx.now())? else { return Ok(None) };
        let person = sessions::signed_in(tenant, session, &user, tx.now());
        let (application, redirect_uri) = asking(tx, tenant, &wish)?;
        let plans = plan(tx, tenant, &application, &wish, &public_url)?;
        let Some(read) = read_by(user.id(), &about) else { return Ok(None) };
        let agreed = may(tx, &person, &plans).and_then(|caller| {
            unchanged(&digest(&application, &redirect_uri, &plans), read)?;
            // Only if the application has declared more within this very call.
            if plans.iter().map(|plan| plan.roles.len()).sum::<usize>() > ids.len() {
                return Err(Refusal::Stale.into());
            }
            Ok(caller)
        });
        let caller = match agreed {
            Ok(caller) => caller,
            Err(Stop::Refused(refusal)) => {
                let details = vec![("application".to_owned(), application.client_id.to_string())];
                audit::by_guest(tx, &user, audit_id, Activity::ConsentToApp, Err(&refusal), details)?;
                // The page says to those who may not whom to ask.
                let for_the_page = matches!(refusal, Refusal::NotAllowed(_));
                return if for_the_page { Ok(None) } else { Err(refusal.into()) };
            }
            Err(failed) => return Err(failed),
        };
        let principal = present(tx, tenant, &application, principal_id)?;
        let granted = grant(tx, tenant, (&application, &principal), &plans, &ids)?;
        let details = vec![
            ("consentType".to_owned(), "AllPrincipals".to_owned()),
            ("scope".to_owned(), granted.clone()),
        ];
        let target = Target::service_principal(&principal);
        audit::done(tx, &caller, audit_id, Activity::ConsentToApp, Some(&target), details)?;
        Ok(Some(agreed_to(tenant, &wish, application.display_name, redirect_uri, granted)))
    })
    .await
}

/// Saves what is granted; the names of it.
fn grant(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    (application, principal): (&Application, &ServicePrincipal),
    plans: &[Plan],
    ids: &[Uuid],
) -> Result<String, Stop> {
    let mut fresh = ids.iter();
    let mut granted: Vec<&str> = Vec::new();
    for plan in plans {
        let pair = (application.client_id, plan.resource.client);
        if !plan.scopes.is_empty() {
            permission_grants::add(tx, tenant, pair, None, &plan.scopes.join(" "))?;
            granted.extend(plan.scopes.iter().map(String::as_str));
        }
        for role in &plan.roles {
            let id = fresh.next().copied().ok_or(Refusal::Stale)?;
            assign(tx, tenant, id, principal, plan, role)?;
            granted.push(role.name());
        }
    }
    Ok(granted.join(" "))
}

/// What the application hears.
fn agreed_to(
    tenant: TenantId,
    wish: &Wish,
    app_name: String,
    redirect_uri: String,
    granted: String,
) -> Answer {
    let mut fields =
        vec![("admin_consent".to_owned(), "True".to_owned()), ("tenant".to_owned(), tenant.to_string())];
    if !wish.older {
        fields.push(("scope".to_owned(), granted));
    }
    fields.extend(wish.state.clone().map(|state| ("state".to_owned(), state)));
    Answer { redirect_uri, mode: ResponseMode::Query, fields, app_name }
}

/// What the page shows and what is granted by it, as its form brings it back.
fn digest(application: &Application, redirect_uri: &str, plans: &[Plan]) -> String {
    let mut listed = Listed::new("consent for all");
    for word in [&application.client_id.to_string(), &application.display_name, redirect_uri] {
        listed.word(word);
    }
    for plan in plans {
        listed.word("resource");
        listed.word(&plan.resource.client.to_string());
        let needed = needed(plan);
        listed.word(&needed.resource);
        for asked in &needed.on_behalf {
            listed.permission("on behalf", asked);
        }
        for (role, asked) in plan.roles.iter().zip(&needed.own) {
            listed.permission("own", asked);
            listed.word(&role.id.to_string());
        }
    }
    listed.digest()
}

/// Tells the application that the administrator said no.
///
/// # Errors
/// [`Refusal::OAuth`] for an unknown application or another address.
pub async fn refuse_for_all(app: &App, tenant: TenantId, wish: Wish) -> Result<Answer, Refusal> {
    let issuer = issuer(app.public_url(), tenant);
    app.read(move |tx| {
        let (application, redirect_uri) = asking(tx, tenant, &wish)?;
        let error = OAuthRefusal {
            error: if wish.older { "permission_denied" } else { "access_denied" },
            code: 65004,
            description: "The administrator declined to agree to what the application asks for.".to_owned(),
            unauthorized: false,
        };
        let state = (wish.state.clone(), issuer.as_str());
        let mut answer = Answer::error(&redirect_uri, ResponseMode::Query, state, &application, &error);
        answer.fields.push(("admin_consent".to_owned(), "True".to_owned()));
        Ok(answer)
    })
    .await
}

/// The application, and where its answer goes: only there (threats F1).
pub(super) fn asking(tx: &impl Read, tenant: TenantId, wish: &Wish) -> Result<(Application, String), Stop> {
    let application = applications::by_client(tx, tenant, wish.client)?.ok_or_else(unknown_client)?;
    let to = match &wish.redirect_uri {
        Some(uri) => Some(uri.clone()).filter(|uri| application.platform_of(uri).is_some()),
        None => application.redirect_uris.first().map(|known| known.uri.clone()),
    };
    let to =
        to.ok_or_else(|| wrong_address(&application, wish.redirect_uri.as_deref().unwrap_or_default()))?;
    Ok((application, to))
}

fn plan(
    tx: &impl Read,
    tenant: TenantId,
    application: &Application,
    wish: &Wish,
    public_url: &str,
) -> Result<Vec<Plan>, Stop> {
    let bad = |text: String| Stop::from(Refusal::oauth("invalid_scope", 70_011, text));
    let asked = match &wish.scope {
        Some(scope) => RequestedScopes::parse(scope, public_url).map_err(|error| bad(error.to_string()))?,
        None => RequestedScopes { default: true, ..RequestedScopes::default() },
    };
    if !asked.default {
        let facts = apps::facts_of(tx, tenant, &asked)?
            .ok_or_else(|| bad("The resource was not found in the tenant.".to_owned()))?;
        let scopes = asked.names(&facts.resource).map_err(|error| bad(error.to_string()))?;
        let Some(principal) = service_principals::by_client(tx, tenant, facts.resource.client)? else {
            return Err(bad("The resource was not found in the tenant.".to_owned()));
        };
        return Ok(vec![Plan { resource: facts.resource, principal, scopes, roles: Vec::new() }]);
    }
    let mut plans = Vec::new();
    for access in &application.settings.required_access {
        plans.extend(declared(tx, tenant, access)?);
    }
    Ok(plans)
}

/// What the application declares about one resource, as far as that is there and has it.
fn declared(tx: &impl Read, tenant: TenantId, access: &RequiredAccess) -> Result<Option<Plan>, Stop> {
    let wants = RequestedScopes { resource: Some(access.resource), ..RequestedScopes::default() };
    let Some(facts) = apps::facts_of(tx, tenant, &wants)? else { return Ok(None) };
    let Some(principal) = service_principals::by_client(tx, tenant, access.resource)? else {
        return Ok(None);
    };
    let scopes = facts.resource.names_of(&access.scopes);
    let former = |role: &AppRole| match access.resource {
        DIRECTORY_API => Scope::parse(&role.value).and_then(Scope::former_app_role_id),
        _ => None,
    };
    let named = |role: &AppRole| {
        access.roles.contains(&role.id) || former(role).is_some_and(|id| access.roles.contains(&id))
    };
    let wanted = |role: &&AppRole| role.enabled && role.for_whom.applications() && named(role);
    let roles = principal.app_roles.iter().filter(wanted).cloned().collect();
    Ok(Some(Plan { resource: facts.resource, principal, scopes, roles }))
}

fn may(tx: &impl Read, person: &SignedIn, plans: &[Plan]) -> Result<hospes_domain::access::Caller, Stop> {
    let caller = callers::load(tx, &person.actor())?;
    let protected = plans.iter().any(|plan| plan.resource.client == DIRECTORY_API && !plan.roles.is_empty());
    may_consent_for_all(&caller, protected)?;
    Ok(caller)
}

fn needed(plan: &Plan) -> Needed {
    let on_behalf = |name: &String| AskedFor { name: name.clone(), meaning: meaning(&plan.resource, name) };
    let directory = plan.resource.client == DIRECTORY_API;
    let own = |role: &AppRole| AskedFor {
        name: role.name().to_owned(),
        meaning: Some(match Scope::parse(&role.value).filter(|_| directory) {
            // Its roles are called what they are named in scopes, which explains nothing.
            Some(scope) => scope.own_meaning().to_owned(),
            None => format!("{} {}", role.display_name, role.description).trim().to_owned(),
        }),
    };
    Needed {
        resource: plan.resource.name.clone(),
        on_behalf: plan.scopes.iter().map(on_behalf).collect(),
        own: plan.roles.iter().map(own).collect(),
    }
}

/// The presence of the application in the tenant, made if there is none: agreeing brings it here.
fn present(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: &Application,
    id: ObjectId,
) -> Result<ServicePrincipal, Stop> {
    if let Some(principal) = service_principals::by_client(tx, tenant, application.client_id)? {
        return Ok(principal);
    }
    let principal = presence_of(application, id, tx.now());
    service_principals::insert(tx, tenant, &principal)?;
    Ok(principal)
}

fn assign(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: Uuid,
    principal: &ServicePrincipal,
    plan: &Plan,
    role: &AppRole,
) -> Result<(), Stop> {
    let assignment = AppRoleAssignment {
        id,
        principal: principal.id,
        principal_kind: PrincipalKind::ServicePrincipal,
        principal_name: principal.display_name.clone(),
        resource: plan.principal.id,
        resource_name: plan.principal.display_name.clone(),
        app_role: role.id,
        created_at: tx.now(),
    };
    // Held already is as good.
    app_role_assignments::insert(tx, tenant, &assignment)?;
    Ok(())
}
