//! Setting up a tenant: its domains, its keys, the directory API and the two command-line clients every
//! tenant of the original knows (reference/wire-contract.md 1.18). Refuses domains that belong to
//! another tenant of this server.

use hospes_domain::access::{InvitePolicy, Scope, ScopeSet};
use hospes_domain::application::{
    AZURE_CLI, Application, ApplicationSettings, DIRECTORY_API, GRAPH_COMMAND_LINE, GroupClaims, Platform,
    RedirectUri, ServicePrincipal,
};
use hospes_domain::domains::name;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::policy::GuestPolicy;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_store::engine::WriteTx;
use hospes_store::{applications, permission_grants, tenants};
use uuid::Uuid;

use super::{conflict, insert_service_principal, service_principal};
use crate::app::{App, Stop, to_stored};
use crate::audit::{self, Activity};
use crate::keys::{KeyError, SealedKey, SigningKey, TenantKeys};

/// Programs that people sign in with from a command line: public clients, any loopback port.
pub(super) const COMMAND_LINES: [(ClientId, &str); 2] =
    [(AZURE_CLI, "Azure CLI"), (GRAPH_COMMAND_LINE, "Microsoft Graph Command Line Tools")];

/// Whether that is one of them.
pub(crate) fn is_command_line(client: ClientId) -> bool {
    COMMAND_LINES.iter().any(|(known, _)| *known == client)
}

/// What those programs may do on behalf of everybody who signs in with them: all there is. The person's own roles
/// decide how much of it is worth anything.
pub(super) const COMMAND_LINE_SCOPES: &[Scope] = Scope::ALL;

/// A tenant to be.
#[derive(Default)]
pub struct NewTenant {
    /// Its id; a fresh one if there is none.
    pub id: Option<TenantId>,
    /// The organisation's name.
    pub display_name: String,
    /// The domain guests' names end in.
    pub initial_domain: String,
    /// Further domains, verified by the operator's word.
    pub extra_domains: Vec<String>,
    /// The organisation's privacy statement.
    pub privacy_url: Option<String>,
    /// Signing keys that exist already, one RS256 and one ES256 (tests); else new ones are made, which
    /// takes up to a few hundred milliseconds.
    pub signing: Option<Vec<SigningKey>>,
}

/// Everything of a new tenant, drawn before the transaction.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) tenant: Tenant,
    keys: Vec<SealedKey>,
    directory_api: ServicePrincipal,
    command_lines: Vec<(Application, ServicePrincipal)>,
    audit_id: Uuid,
}

/// Sets up a tenant with its keys, the directory API's service principal and the command-line clients.
///
/// # Errors
/// [`Refusal::Invalid`] for a malformed name or domain, [`Refusal::Conflict`] if a domain is taken.
pub async fn create_tenant(app: &App, new: NewTenant) -> Result<Tenant, Refusal> {
    let (draft, opened) = draw(app, new).await?;
    let tenant = app
        .write(move |tx| {
            save(tx, &draft)?;
            Ok(draft.tenant.clone())
        })
        .await?;
    app.ring().install(opened);
    Ok(tenant)
}

/// What is to be saved, and the opened keys to install once it is.
pub(super) async fn draw(app: &App, new: NewTenant) -> Result<(Draft, TenantKeys), Refusal> {
    let (tenant, signing) = checked(app, new)?;
    let id = tenant.id;
    let making = app.clone();
    let made = tokio::task::spawn_blocking(move || match signing {
        Some(signing) => TenantKeys::with_signing_keys(id, &signing, making.master(), making.random()),
        None => TenantKeys::generate(id, making.master(), making.random()),
    });
    let (opened, keys) = made.await.map_err(|_| Refusal::Internal)?.map_err(|error: KeyError| {
        tracing::error!(%error, "the keys of a new tenant could not be made");
        Refusal::Internal
    })?;
    let now = app.now();
    let command_lines = COMMAND_LINES
        .map(|(client, name)| {
            let application = Application {
                id: app.new_object_id(),
                revision: 1,
                client_id: client,
                display_name: name.to_owned(),
                public_client: true,
                es256: false,
                group_claims: GroupClaims::None,
                redirect_uris: RedirectUri::all(Platform::PublicClient, ["http://localhost".to_owned()]),
                settings: ApplicationSettings { device_code: true, ..ApplicationSettings::default() },
                created_by: None,
                created_at: now,
            };
            (application, service_principal(app.new_object_id(), client, name, now))
        })
        .to_vec();
    let directory_api = directory_api(app.new_object_id(), &tenant);
    Ok((Draft { tenant, keys, directory_api, command_lines, audit_id: app.new_id() }, opened))
}

fn checked(app: &App, new: NewTenant) -> Result<(Tenant, Option<Vec<SigningKey>>), Refusal> {
    if new.display_name.trim().is_empty() {
        return Err(Refusal::invalid("displayName", "The organisation has no name.", "Give it one."));
    }
    let initial_domain = name("initialDomain", &new.initial_domain)?;
    let mut domains = vec![initial_domain.clone()];
    for extra in &new.extra_domains {
        let extra = name("domains", extra)?;
        if !domains.contains(&extra) {
            domains.push(extra);
        }
    }
    let tenant = Tenant {
        id: new.id.unwrap_or_else(|| TenantId(app.new_id())),
        display_name: new.display_name.trim().to_owned(),
        initial_domain,
        domains,
        invites: InvitePolicy::default(),
        guests: GuestPolicy::default(),
        privacy_url: new.privacy_url,
        created_at: app.now(),
    };
    Ok((tenant, new.signing))
}

fn directory_api(id: ObjectId, tenant: &Tenant) -> ServicePrincipal {
    ServicePrincipal {
        app_roles: super::permissions::all(),
        // The name under which clients of the original look for it.
        ..service_principal(id, DIRECTORY_API, "Microsoft Graph", tenant.created_at)
    }
}

/// Saves a tenant, and the record of it.
pub(super) fn save(tx: &WriteTx<'_>, draft: &Draft) -> Result<(), Stop> {
    let tenant = &draft.tenant;
    if tenants::by_id(tx, tenant.id)?.is_some() {
        return conflict("A tenant with this id exists.");
    }
    for domain in &tenant.domains {
        if tenants::by_domain(tx, domain)?.is_some() {
            return conflict("One of the domains belongs to another tenant of this server.");
        }
    }
    tenants::insert(tx, tenant)?;
    for key in &draft.keys {
        tenants::insert_key(tx, tenant.id, &to_stored(key))?;
    }
    insert_service_principal(tx, tenant.id, &draft.directory_api)?;
    let scopes: ScopeSet = COMMAND_LINE_SCOPES.iter().copied().collect();
    for (application, principal) in &draft.command_lines {
        applications::insert(tx, tenant.id, application)?;
        insert_service_principal(tx, tenant.id, principal)?;
        permission_grants::add(tx, tenant.id, (application.client_id, DIRECTORY_API), None, &scopes.names())?;
    }
    Ok(audit::by_operator(tx, tenant.id, draft.audit_id, Activity::AddTenant, None, Vec::new())?)
}

/// Sets who may invite.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown tenant.
pub async fn set_invite_policy(app: &App, tenant: TenantId, policy: InvitePolicy) -> Result<(), Refusal> {
    let audit_id = app.new_id();
    app.write(move |tx| {
        tenants::by_id(tx, tenant)?.ok_or_else(|| Refusal::not_found(tenant))?;
        tenants::set_invite_policy(tx, tenant, policy)?;
        let details = vec![("allowInvitesFrom".to_owned(), policy.name().to_owned())];
        Ok(audit::by_operator(tx, tenant, audit_id, Activity::UpdatePolicy, None, details)?)
    })
    .await
}
