//! Applications in a tenant, and who has which of their app roles. Refuses permissions of the directory
//! API to anything but applications.

pub mod add_password;
pub mod assign_app_role;
pub mod create_application;
pub mod create_service_principal;
mod credentials;
pub mod delete_application;
pub mod get_app_role_of;
pub mod get_service_principal;
mod holder;
pub mod list_app_roles_of;
pub mod list_applications;
pub mod list_service_principals;
pub mod owned;
pub mod owners;
mod reach;
pub mod remove_app_role;
mod resource;
pub mod restore;
pub mod roll_keys;
pub mod update_application;
pub mod update_service_principal;

pub use credentials::{CredentialEdit, KeyEntry, Secret};
pub use list_applications::Registration;
pub use list_service_principals::Presence;
pub(crate) use resource::{Facts, facts_of};

use std::fmt;

use hospes_domain::access::{
    Actor, Caller, Scope, may_change_application, may_create_application, may_read_application,
};
use hospes_domain::application::{
    AppRoleAssignment, Application, DEFAULT_ACCESS, DIRECTORY_API, PrincipalKind, ServicePrincipal,
};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{
    app_role_assignments, application_owners, applications, directory_objects, service_principals,
};
use uuid::Uuid;

use crate::app::Stop;
use crate::audit::Target;
use crate::callers;
use crate::directory_objects::READ_APPLICATIONS;

impl Target {
    pub(crate) fn application(application: &Application) -> Self {
        Self {
            kind: "Application",
            id: application.id,
            name: application.display_name.clone(),
            related: None,
        }
    }

    pub(crate) fn service_principal(principal: &ServicePrincipal) -> Self {
        Self {
            kind: "ServicePrincipal",
            id: principal.id,
            name: principal.display_name.clone(),
            related: None,
        }
    }
}

/// An application or service principal, as callers name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// By object id.
    Id(ObjectId),
    /// By application id (`appId`).
    Client(ClientId),
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Client(id) => id.fmt(f),
        }
    }
}

/// The service principal named so, if the tenant has it.
pub(crate) fn present(
    tx: &impl Read,
    tenant: TenantId,
    which: Which,
) -> Result<Option<ServicePrincipal>, StoreError> {
    match which {
        Which::Id(id) => service_principals::by_id(tx, tenant, id),
        Which::Client(client) => service_principals::by_client(tx, tenant, client),
    }
}

/// The service principal named so, or "not found".
pub(crate) fn find(tx: &impl Read, tenant: TenantId, which: Which) -> Result<ServicePrincipal, Stop> {
    present(tx, tenant, which)?.ok_or_else(|| Refusal::not_found(which).into())
}

/// The application named so, or "not found".
pub(crate) fn application(tx: &impl Read, tenant: TenantId, which: Which) -> Result<Application, Stop> {
    registered(tx, tenant, which)?.ok_or_else(|| Refusal::not_found(which).into())
}

/// The application named so, if the tenant has it.
fn registered(tx: &impl Read, tenant: TenantId, which: Which) -> Result<Option<Application>, StoreError> {
    match which {
        Which::Id(id) => applications::by_id(tx, tenant, id),
        Which::Client(client) => applications::by_client(tx, tenant, client),
    }
}

/// Reading one application or its presence: by a permission to read them all, or by `Application.ReadWrite.OwnedBy` if the
/// caller owns it. Whoever has neither does not learn whether it is there.
fn may_read_one(tx: &impl Read, caller: &Caller, found: Option<ObjectId>) -> Result<(), Stop> {
    if let (true, Some(id)) = (caller.actor.scopes.has(Scope::ApplicationReadWriteOwnedBy), found)
        && is_owner(tx, &caller.actor, id)?
    {
        return Ok(());
    }
    Ok(may_read_application(caller, READ_APPLICATIONS)?)
}

/// The caller with an application that the caller may change.
fn changeable(tx: &impl Read, actor: &Actor, which: Which) -> Result<(Caller, Application), Stop> {
    let caller = callers::load(tx, actor)?;
    may_create_application(&caller)?;
    let found = application(tx, actor.tenant, which)?;
    may_change_application(&caller, is_owner(tx, actor, found.id)?)?;
    Ok((caller, found))
}

/// Whether the caller looks after that application or service principal.
fn is_owner(tx: &impl Read, actor: &Actor, id: ObjectId) -> Result<bool, StoreError> {
    application_owners::is_owner(tx, actor.tenant, id, actor.who.id())
}

/// The same of its presence in the tenant.
fn changeable_presence(
    tx: &impl Read,
    actor: &Actor,
    which: Which,
) -> Result<(Caller, ServicePrincipal), Stop> {
    let caller = callers::load(tx, actor)?;
    may_create_application(&caller)?;
    let found = find(tx, actor.tenant, which)?;
    may_change_application(&caller, is_owner(tx, actor, found.id)?)?;
    Ok((caller, found))
}

/// What the audit log says about an assignment.
pub(crate) fn details(assignment: &AppRoleAssignment) -> Vec<(String, String)> {
    vec![
        ("principal".to_owned(), assignment.principal.to_string()),
        ("principalType".to_owned(), assignment.principal_kind.name().to_owned()),
        ("appRoleId".to_owned(), assignment.app_role.to_string()),
    ]
}

/// The service principal, or "not found".
pub(crate) fn must_exist(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<ServicePrincipal, Stop> {
    find(tx, tenant, Which::Id(id))
}

/// Whether these app roles are permissions of the directory API (threats E2).
pub(crate) fn is_protected(resource: &ServicePrincipal) -> bool {
    resource.client_id == DIRECTORY_API
}

/// Gives an object of the tenant an app role. Unknown and foreign objects look the same (threats E6).
pub(crate) fn assign(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: Uuid,
    resource: &ServicePrincipal,
    principal: ObjectId,
    app_role: Uuid,
) -> Result<AppRoleAssignment, Stop> {
    let known =
        directory_objects::known(tx, tenant, principal)?.ok_or_else(|| Refusal::not_found(principal))?;
    check_role(resource, known.kind, app_role)?;
    let assignment = AppRoleAssignment {
        id,
        principal,
        principal_kind: known.kind,
        principal_name: known.display_name,
        resource: resource.id,
        resource_name: resource.display_name.clone(),
        app_role,
        created_at: tx.now(),
    };
    if !app_role_assignments::insert(tx, tenant, &assignment)? {
        let cause = "Permission being assigned already exists on the object".to_owned();
        return Err(Refusal::AlreadyExists { cause }.into());
    }
    Ok(assignment)
}

fn check_role(resource: &ServicePrincipal, kind: PrincipalKind, app_role: Uuid) -> Result<(), Refusal> {
    // Terraform tries again when it reads these words (reference/wire-contract.md 4.3).
    let no = |remedy: &str| Err(Refusal::invalid("appRoleId", "Not a valid reference update.", remedy));
    if is_protected(resource) && kind != PrincipalKind::ServicePrincipal {
        return no("Permissions of the directory API are assigned to applications only.");
    }
    let mut open = resource.app_roles.iter().filter(|role| role.enabled && role.for_whom.fits(kind));
    if app_role == DEFAULT_ACCESS {
        return if open.next().is_none() { Ok(()) } else { no("Name one of the app roles of the resource.") };
    }
    if open.any(|role| role.id == app_role) {
        return Ok(());
    }
    if resource.app_roles.iter().any(|role| role.enabled && role.id == app_role) {
        return no(
            "The allowedMemberTypes of the app role do not name principals of this kind; name another role.",
        );
    }
    no("Name an enabled app role of the resource.")
}

#[cfg(test)]
mod tests;
