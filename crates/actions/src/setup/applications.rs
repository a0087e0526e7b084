//! Registering an application with its service principal, secret and permissions. Refuses redirect URIs
//! that are not exact absolute addresses (threats F1, F2), and to keep the secret it shows once.

use hospes_domain::access::{Scope, ScopeSet};
use hospes_domain::application::{
    AppRole, Application, ApplicationSettings, DIRECTORY_API, GroupClaims, Platform, RedirectUri,
    ServicePrincipal,
};
use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::redirect;
use hospes_domain::refusal::Refusal;
use hospes_store::applications::ClientSecret;
use hospes_store::engine::WriteTx;
use hospes_store::{applications, permission_grants, service_principals};
use uuid::Uuid;

use super::{conflict, insert_service_principal, service_principal};
use crate::app::{App, Stop};
use crate::apps;
use crate::audit::{self, Activity, Target};
use crate::keys::TenantKeys;
use crate::random;

/// An application to be.
#[derive(Clone, Debug, Default)]
pub struct NewApplication {
    /// `appId`; a fresh one if there is none.
    pub client_id: Option<ClientId>,
    /// `displayName`.
    pub display_name: String,
    /// Exact redirect URIs.
    pub redirect_uris: Vec<String>,
    /// A program that cannot keep a secret.
    pub public_client: bool,
    /// Where My Apps opens it.
    pub home_url: Option<String>,
    /// The app roles it knows.
    pub app_roles: Vec<AppRole>,
    /// Only assigned people may sign in.
    pub assignment_required: bool,
    /// `groups` claims are issued.
    pub group_claims: bool,
    /// Tokens are signed with ES256.
    pub es256: bool,
    /// What else it declares.
    pub settings: ApplicationSettings,
    /// Make a client secret.
    pub secret: bool,
    /// Permissions of the directory API it has on its own behalf; those that exist only on behalf of a
    /// person are refused.
    pub permissions: Vec<Scope>,
    /// Permissions of the directory API it has on behalf of everybody.
    pub delegated: Vec<Scope>,
}

/// What was registered.
#[derive(Clone)]
pub struct Registered {
    /// The application.
    pub application: Application,
    /// Its presence in the tenant.
    pub service_principal: ServicePrincipal,
    /// `appId`, which clients call `client_id`.
    pub client_id: ClientId,
    /// The client secret, shown this once.
    pub secret: Option<String>,
}

impl std::fmt::Debug for Registered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Registered({})", self.client_id)
    }
}

/// An application about to be saved, drawn before the transaction.
pub(super) struct Draft {
    tenant: TenantId,
    registered: Registered,
    secret: Option<ClientSecret>,
    permissions: Vec<(Uuid, Scope)>,
    delegated: ScopeSet,
    audit_id: Uuid,
}

/// Registers an application.
///
/// # Errors
/// [`Refusal::Invalid`] for redirect URIs or permissions that cannot be, [`Refusal::Conflict`] if the
/// client id is taken.
pub async fn register_application(
    app: &App,
    tenant: TenantId,
    new: NewApplication,
) -> Result<Registered, Refusal> {
    let draft = draw(app, &*app.tenant_keys(tenant)?, new)?;
    app.write(move |tx| save(tx, &draft)).await
}

/// Draws ids and secret; `keys` are those of the tenant it will belong to.
pub(super) fn draw(app: &App, keys: &TenantKeys, new: NewApplication) -> Result<Draft, Refusal> {
    check(&new)?;
    let now = app.now();
    let client_id = new.client_id.unwrap_or_else(|| ClientId(app.new_id()));
    let platform = if new.public_client { Platform::PublicClient } else { Platform::Web };
    let application = Application {
        id: app.new_object_id(),
        revision: 1,
        client_id,
        display_name: new.display_name.trim().to_owned(),
        public_client: new.public_client,
        es256: new.es256,
        group_claims: if new.group_claims { GroupClaims::SecurityGroup } else { GroupClaims::None },
        redirect_uris: RedirectUri::all(platform, new.redirect_uris),
        settings: ApplicationSettings { home_page_url: new.home_url.clone(), ..new.settings },
        created_by: None,
        created_at: now,
    };
    let principal = ServicePrincipal {
        home_url: new.home_url,
        assignment_required: new.assignment_required,
        app_roles: new.app_roles,
        ..service_principal(app.new_object_id(), client_id, &application.display_name, now)
    };
    let secret = new.secret.then(|| random::token32(app.random()));
    let stored = secret.as_ref().map(|secret| ClientSecret {
        id: app.new_id(),
        hash: keys.keyed_hash("client-secret", secret.as_bytes()).to_vec(),
        hint: secret.chars().take(3).collect(),
        display_name: None,
        starts_at: None,
        expires_at: None,
        created_at: now,
    });
    let permissions: ScopeSet = new.permissions.iter().copied().collect();
    Ok(Draft {
        tenant: keys.tenant(),
        registered: Registered { application, service_principal: principal, client_id, secret },
        secret: stored,
        permissions: permissions.iter().map(|scope| (app.new_id(), scope)).collect(),
        delegated: new.delegated.iter().copied().collect(),
        audit_id: app.new_id(),
    })
}

/// Saves an application, and the record of it.
pub(super) fn save(tx: &WriteTx<'_>, draft: &Draft) -> Result<Registered, Stop> {
    let (tenant, registered) = (draft.tenant, &draft.registered);
    let (application, principal) = (&registered.application, &registered.service_principal);
    // Everything is looked at before anything is saved: a refusal commits.
    let api = directory_api(tx, tenant)?;
    let taken = service_principals::by_client(tx, tenant, registered.client_id)?.is_some();
    if taken || !applications::insert(tx, tenant, application)? {
        return conflict("Another application of this tenant has the same client id.");
    }
    insert_service_principal(tx, tenant, principal)?;
    if let Some(stored) = &draft.secret {
        applications::insert_secret(tx, tenant, application.id, stored)?;
    }
    permit(tx, tenant, &api, principal, &draft.permissions)?;
    if !draft.delegated.is_empty() {
        permission_grants::add(
            tx,
            tenant,
            (registered.client_id, DIRECTORY_API),
            None,
            &draft.delegated.names(),
        )?;
    }
    let target = Target::service_principal(principal);
    audit::by_operator(tx, tenant, draft.audit_id, Activity::AddApplication, Some(&target), Vec::new())?;
    Ok(registered.clone())
}

fn check(new: &NewApplication) -> Result<(), Refusal> {
    if new.display_name.trim().is_empty() {
        return Err(Refusal::invalid("displayName", "The application has no name.", "Give it one."));
    }
    for uri in new.redirect_uris.iter().chain(&new.home_url) {
        redirect::check("redirectUris", uri)?;
        if uri.contains('#') {
            return Err(Refusal::invalid(
                "redirectUris",
                "A redirect URI has a fragment.",
                "Leave out the part from # on.",
            ));
        }
    }
    if new.public_client && new.secret {
        return Err(Refusal::invalid(
            "secret",
            "A public client cannot keep a secret.",
            "Make it confidential or leave the secret out.",
        ));
    }
    if let Some(scope) = new.permissions.iter().find(|scope| scope.app_role_id().is_none()) {
        let cause = format!("{} exists only on behalf of a person.", scope.name());
        return Err(Refusal::invalid("permissions", cause, "Grant it as a delegated permission."));
    }
    Ok(())
}

fn directory_api(tx: &WriteTx<'_>, tenant: TenantId) -> Result<ServicePrincipal, Stop> {
    let api = service_principals::by_client(tx, tenant, DIRECTORY_API)?;
    api.ok_or_else(|| Refusal::not_found(DIRECTORY_API).into())
}

/// Gives the application its permissions: app roles of the directory API.
fn permit(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    api: &ServicePrincipal,
    principal: &ServicePrincipal,
    permissions: &[(Uuid, Scope)],
) -> Result<(), Stop> {
    for (id, scope) in permissions {
        let Some(role) = scope.app_role_id() else { continue };
        apps::assign(tx, tenant, *id, api, principal.id, role)?;
    }
    Ok(())
}
