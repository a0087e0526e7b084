//! Ending an application: every row that is its own or was issued through it goes; the audit log stays. Refuses to decide
//! who may. What was issued dies at once: codes, refresh tokens and flows with their rows, access tokens because their
//! client is nobody any more (`callers`).

use hospes_domain::application::{Application, ServicePrincipal};
use hospes_domain::ids::{ClientId, TenantId};

use crate::engine::{StoreError, Value, WriteTx};
use crate::words;

/// What is kept of a client id.
const OF_CLIENT: &[&str] = &[
    "DELETE FROM permission_grants WHERE tenant_id = $1 AND client_id = $2",
    "DELETE FROM permission_grants WHERE tenant_id = $1 AND resource_id = $2",
    "DELETE FROM refresh_tokens WHERE tenant_id = $1 AND client_id = $2",
    "DELETE FROM authorization_codes WHERE tenant_id = $1 AND client_id = $2",
    "DELETE FROM sign_in_flows WHERE tenant_id = $1 AND client_id = $2",
    "DELETE FROM device_codes WHERE tenant_id = $1 AND client_id = $2",
    "DELETE FROM session_clients WHERE tenant_id = $1 AND client_id = $2",
];

/// What a service principal has, in an order that leaves no row without the one it refers to. Whoever loses an app role
/// or a member changes with it.
const OF_PRINCIPAL: &[&str] = &[
    "UPDATE users SET revision = revision + 1 WHERE tenant_id = $1 AND id IN \
     (SELECT principal_id FROM app_role_assignments WHERE tenant_id = $1 AND resource_id = $2)",
    "UPDATE groups SET revision = revision + 1 WHERE tenant_id = $1 AND id IN \
     (SELECT principal_id FROM app_role_assignments WHERE tenant_id = $1 AND resource_id = $2)",
    "UPDATE groups SET revision = revision + 1 WHERE tenant_id = $1 AND id IN \
     (SELECT group_id FROM group_members WHERE tenant_id = $1 AND member_id = $2)",
    "DELETE FROM app_role_assignments WHERE tenant_id = $1 AND resource_id = $2",
    "DELETE FROM app_role_assignments WHERE tenant_id = $1 AND principal_id = $2",
    "DELETE FROM role_assignments WHERE tenant_id = $1 AND principal_id = $2",
    "DELETE FROM group_members WHERE tenant_id = $1 AND member_id = $2",
    "DELETE FROM group_owners WHERE tenant_id = $1 AND owner_id = $2",
    "DELETE FROM app_roles WHERE tenant_id = $1 AND service_principal_id = $2",
    words::REMOVE,
    "DELETE FROM service_principals WHERE tenant_id = $1 AND id = $2",
];

/// What an application has.
const OF_APPLICATION: &[&str] = &[
    "DELETE FROM redirect_uris WHERE tenant_id = $1 AND application_id = $2",
    "DELETE FROM identifier_uris WHERE tenant_id = $1 AND application_id = $2",
    "DELETE FROM client_secrets WHERE tenant_id = $1 AND application_id = $2",
    "DELETE FROM client_certificates WHERE tenant_id = $1 AND application_id = $2",
    words::REMOVE,
    "DELETE FROM applications WHERE tenant_id = $1 AND id = $2",
];

fn each(tx: &WriteTx<'_>, statements: &[&str], params: &[Value; 2]) -> Result<(), StoreError> {
    for sql in statements {
        tx.execute(sql, params)?;
    }
    Ok(())
}

/// Removes the presence of an application in the tenant, with everything that was granted to it and through it.
pub fn remove_principal(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    principal: &ServicePrincipal,
) -> Result<(), StoreError> {
    end_client(tx, tenant, principal.client_id)?;
    each(tx, OF_PRINCIPAL, &[tenant.into(), principal.id.into()])
}

/// Removes an application.
pub fn remove_application(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    application: &Application,
) -> Result<(), StoreError> {
    end_client(tx, tenant, application.client_id)?;
    each(tx, OF_APPLICATION, &[tenant.into(), application.id.into()])
}

fn end_client(tx: &WriteTx<'_>, tenant: TenantId, client: ClientId) -> Result<(), StoreError> {
    each(tx, OF_CLIENT, &[tenant.into(), client.into()])
}
