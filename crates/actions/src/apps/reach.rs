//! What an application holds, and so what whoever can sign in as it would gain (threats E2;
//! docs/decisions/0019-who-reaches-an-application.md). Refuses to judge: that is the domain's.

use hospes_domain::access::{Held, Scope, ScopeSet};
use hospes_domain::application::{Application, DIRECTORY_API, PrincipalKind};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{app_role_assignments, deleted_links, roles, service_principals};
use uuid::Uuid;

use crate::app::Stop;
use crate::setup::is_command_line;

/// Permissions of the directory API and directory roles of an application; nothing where it is not present.
pub(super) fn held(tx: &impl Read, tenant: TenantId, application: &Application) -> Result<Held, Stop> {
    let Some(principal) = service_principals::by_client(tx, tenant, application.client_id)? else {
        return Ok(Held::default());
    };
    let mut permissions = ScopeSet::default();
    if let Some(api) = service_principals::by_client(tx, tenant, DIRECTORY_API)? {
        let kind = PrincipalKind::ServicePrincipal;
        permissions = named(&app_role_assignments::effective(tx, tenant, principal.id, kind, api.id)?);
    }
    let roles = roles::standing(tx, tenant, principal.id)?.is_privileged();
    Ok(Held { permissions, roles })
}

/// The same of a deleted service principal: what it would hold again.
pub(super) fn held_when_deleted(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Held, Stop> {
    let api = service_principals::by_client(tx, tenant, DIRECTORY_API)?;
    let permissions = match api {
        Some(api) => named(&deleted_links::app_roles_of(tx, tenant, id, api.id)?),
        None => ScopeSet::default(),
    };
    Ok(Held { permissions, roles: deleted_links::was_privileged(tx, tenant, id)? })
}

/// The permissions that have these ids.
fn named(app_roles: &[Uuid]) -> ScopeSet {
    let has = |scope: &Scope| scope.app_role_id().is_some_and(|id| app_roles.contains(&id));
    Scope::ALL.iter().copied().filter(has).collect()
}

/// Refuses to change or delete what belongs to the server: the command-line clients, whose ids the world knows.
pub(super) fn not_built_in(application: &Application) -> Result<(), Refusal> {
    if is_command_line(application.client_id) {
        let remedy = "Disable its service principal if nobody shall use it.";
        return Err(Refusal::invalid("appId", "This application belongs to the server.", remedy));
    }
    Ok(())
}
