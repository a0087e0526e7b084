//! What every request asks about its caller, in one statement: the application, its roles and groups, and the tenant it
//! calls. Refuses to judge.

use hospes_domain::access::Standing;
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::policy::GuestAccess;

use crate::engine::{Read, StoreError, Value};
use crate::permission_grants::EVERYBODY;
use crate::roles;
use crate::tenants::guest_access;

/// A caller with what the tenant says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Name of the service principal of that id, and whether it may be used; `None` for people and for nobody.
    pub application: Option<(String, bool)>,
    /// Roles and groups.
    pub standing: Standing,
    /// The tenant's initial domain, which every answer about a user names; `None` without such a tenant.
    pub initial_domain: Option<String>,
    /// What guests see of the tenant.
    pub guest_access: GuestAccess,
    /// Whether the client through which a person calls may be used; `None` when the tenant does not have it.
    pub client: Option<bool>,
    /// What that client was granted of the directory API, for everybody or by this person.
    pub granted: String,
}

const SQL: &str = "SELECT CASE WHEN s.enabled = $1 THEN 'enabled' ELSE 'disabled' END, s.id, s.display_name, NULL \
     FROM service_principals s WHERE s.tenant_id = $2 AND s.id = $3 \
     UNION ALL SELECT 'tenant', t.id, t.initial_domain, p.guest_access FROM tenants t \
     LEFT JOIN guest_policies p ON p.tenant_id = t.id WHERE t.id = $4 \
     UNION ALL SELECT 'role', r.role_id, NULL, NULL FROM role_assignments r WHERE r.tenant_id = $5 AND r.principal_id = $6 \
     UNION ALL SELECT 'member', m.group_id, NULL, NULL FROM group_members m WHERE m.tenant_id = $7 AND m.member_id = $8 \
     UNION ALL SELECT 'owner', g.id, NULL, NULL FROM group_owners o JOIN groups g ON g.tenant_id = o.tenant_id AND g.id = o.group_id \
     WHERE o.tenant_id = $9 AND o.owner_id = $10 AND g.role_assignable = $11 \
     UNION ALL SELECT CASE WHEN c.enabled = $12 THEN 'client' ELSE 'shut' END, c.id, NULL, NULL FROM service_principals c \
     WHERE c.tenant_id = $13 AND c.client_id = $14 \
     UNION ALL SELECT 'grant', d.user_id, d.scope, NULL FROM permission_grants d \
     WHERE d.tenant_id = $15 AND d.client_id = $16 AND d.resource_id = $17 AND d.user_id IN ($18, $19)";

/// The surroundings of an object that calls, of a person with the client it calls through.
pub fn surroundings(
    tx: &impl Read,
    tenant: TenantId,
    id: ObjectId,
    client: Option<ClientId>,
) -> Result<Surroundings, StoreError> {
    let (of, who): (Value, Value) = (tenant.into(), id.into());
    let mut params: Vec<Value> = vec![true.into(), of.clone(), who.clone(), of.clone()];
    for _ in 0..3 {
        params.extend([of.clone(), who.clone()]);
    }
    params.extend([true.into(), true.into(), of.clone(), client.into(), of, client.into()]);
    params.extend([DIRECTORY_API.into(), who, EVERYBODY.into()]);
    let mut found = Surroundings {
        application: None,
        standing: Standing::default(),
        initial_domain: None,
        guest_access: GuestAccess::default(),
        client: None,
        granted: String::new(),
    };
    let mut in_a_group = false;
    for row in tx.rows(SQL, &params)? {
        match row.text(0)?.as_str() {
            "tenant" => {
                found.initial_domain = Some(row.text(2)?);
                if let Some(access) = row.opt_text(3)? {
                    found.guest_access = guest_access(&access)?;
                }
            }
            state @ ("client" | "shut") => found.client = Some(state == "client"),
            "grant" => {
                found.granted.push(' ');
                found.granted.push_str(&row.text(2)?);
            }
            state @ ("enabled" | "disabled") => found.application = Some((row.text(2)?, state == "enabled")),
            _ => in_a_group |= roles::add(&row, &mut found.standing)?,
        }
    }
    if in_a_group {
        roles::through_groups(tx, tenant, id, &mut found.standing)?;
    }
    Ok(found)
}
