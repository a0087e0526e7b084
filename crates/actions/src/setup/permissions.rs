//! The permissions of the directory API as app roles of its service principal. A tenant that an older Hospes set up gets
//! the ones added since when the directory is opened. Refuses to take any away.

use hospes_domain::access::{Scope, ScopeSet};
use hospes_domain::application::{AppRole, DIRECTORY_API, RoleFor};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::WriteTx;
use hospes_store::{permission_grants, service_principals, tenants};
use uuid::Uuid;

use super::tenant::{COMMAND_LINE_SCOPES, COMMAND_LINES};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};

/// Every permission an application can hold on its own behalf.
pub(super) fn all() -> Vec<AppRole> {
    let role = |scope: &Scope| {
        let name = scope.name().to_owned();
        Some(AppRole {
            id: scope.app_role_id()?,
            value: name.clone(),
            display_name: name,
            description: String::new(),
            for_whom: RoleFor::Applications,
            enabled: true,
        })
    };
    Scope::ALL.iter().filter_map(role).collect()
}

/// Adds what is missing in any tenant, for applications and for the command-line clients.
pub(crate) async fn complete(app: &App) -> Result<(), Refusal> {
    let incomplete = app
        .read(|tx| {
            let mut incomplete = Vec::new();
            for tenant in tenants::all(tx)? {
                let Some(api) = service_principals::by_client(tx, tenant.id, DIRECTORY_API)? else {
                    continue;
                };
                let missing: Vec<AppRole> =
                    all().into_iter().filter(|role| api.app_roles.iter().all(|r| r.id != role.id)).collect();
                if !missing.is_empty() || permission_grants::is_incomplete(tx, tenant.id)? {
                    incomplete.push((tenant.id, api.id, missing));
                }
            }
            Ok(incomplete)
        })
        .await?;
    for (tenant, api, missing) in incomplete {
        let audit_id = app.new_id();
        app.write_quietly(move |tx| add(tx, tenant, api, &missing, audit_id)).await?;
    }
    Ok(())
}

fn add(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    api: ObjectId,
    missing: &[AppRole],
    audit_id: Uuid,
) -> Result<(), Stop> {
    permission_grants::complete(tx, tenant)?;
    if missing.is_empty() {
        return Ok(());
    }
    for role in missing {
        service_principals::insert_app_role(tx, tenant, api, role)?;
    }
    let scopes: ScopeSet = COMMAND_LINE_SCOPES.iter().copied().collect();
    for (client, _) in COMMAND_LINES {
        permission_grants::add(tx, tenant, (client, DIRECTORY_API), None, &scopes.names())?;
    }
    let names: Vec<&str> = missing.iter().map(|role| role.value.as_str()).collect();
    let details = vec![("addedPermissions".to_owned(), names.join(" "))];
    let target =
        Target { kind: "ServicePrincipal", id: api, name: "Microsoft Graph".to_owned(), related: None };
    Ok(audit::by_operator(tx, tenant, audit_id, Activity::UpdateApplication, Some(&target), details)?)
}
