//! Who owns what, as lists count it in a condition (`owners/$count`, `ownedObjects/$count`). Refuses to test an owner: only
//! how many there are can be asked.

use hospes_domain::ids::TenantId;
use hospes_domain::query::{ElementTest, GroupField};

use crate::filter_sql::Statement;

/// Writes `SELECT <object> …` once for each owner; whoever is deleted owns nothing until restored.
pub(crate) fn owners(
    s: &mut Statement,
    tenant: TenantId,
    (table, object): (&str, &str),
    tests: &[ElementTest],
) -> bool {
    s.push("SELECT o.").push(object).push(" FROM ").push(table).push(
        " o LEFT JOIN users w ON w.tenant_id = o.tenant_id AND w.id = o.owner_id \
         WHERE w.deleted_at IS NULL AND o.tenant_id = ",
    );
    s.bind(tenant);
    tests.is_empty()
}

/// The same of applications and service principals.
pub(crate) fn of_applications(s: &mut Statement, tenant: TenantId, tests: &[ElementTest]) -> bool {
    owners(s, tenant, ("application_owners", "object_id"), tests)
}

/// Elements of what groups have.
pub(crate) fn of_groups(
    s: &mut Statement,
    tenant: TenantId,
    field: GroupField,
    tests: &[ElementTest],
) -> bool {
    field == GroupField::Owners && owners(s, tenant, ("group_owners", "group_id"), tests)
}

/// Writes `SELECT <owner> …` once for each object that somebody owns.
pub(crate) fn owned_objects(s: &mut Statement, tenant: TenantId, tests: &[ElementTest]) -> bool {
    s.push("SELECT o.owner_id FROM (SELECT owner_id FROM group_owners WHERE tenant_id = ").bind(tenant);
    s.push(" UNION ALL SELECT owner_id FROM application_owners WHERE tenant_id = ").bind(tenant).push(") o");
    tests.is_empty()
}
