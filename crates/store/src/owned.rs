//! What somebody owns: groups, applications and service principals in one list. Refuses to judge who may see it.

use hospes_domain::deletion::Kind;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, List, ObjectField};

use crate::engine::{Read, StoreError};
use crate::filter_sql::{Column, Columns, Statement};
use crate::listing::{find, no_elements};
use crate::words;

/// Each kind with where its owners stand and the table it is in.
const OWNERS: [(Kind, &str, &str, &str); 3] = [
    (Kind::Group, "group_owners", "group_id", "groups"),
    (Kind::Application, "application_owners", "object_id", "applications"),
    (Kind::ServicePrincipal, "application_owners", "object_id", "service_principals"),
];

fn column(field: ObjectField) -> Option<Column> {
    match field {
        ObjectField::Id => Column::plain("d.id"),
        ObjectField::IsBuiltIn => None,
        ObjectField::DisplayName => {
            Column::in_words("d.display_name_key", &[words::GROUP, words::APPLICATION, words::PRINCIPAL])
        }
    }
}

const FIELDS: Columns<ObjectField> = Columns { column, id: "d.id", elements: no_elements };

/// One page of what somebody owns, of one kind if `only` says so. Nothing is found or sorted by the names of kinds that are
/// not `named`: their objects are there without one.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    (owner, only, named): (ObjectId, Option<Kind>, &[Kind]),
    list: &List<ObjectField>,
    counted: bool,
) -> Result<Found<(Kind, ObjectId)>, StoreError> {
    let mut all = Statement::default();
    let mut joint = " FROM (SELECT '";
    for (kind, owners, object, table) in OWNERS {
        let by_name =
            list.filter.as_ref().is_some_and(|filter| filter.fields().contains(&ObjectField::DisplayName));
        if only.is_some_and(|only| only != kind) || (by_name && !named.contains(&kind)) {
            continue;
        }
        let key = if named.contains(&kind) { "x.display_name_key" } else { "''" };
        all.push(joint).push(kind.name()).push("' AS kind, x.tenant_id, x.id, ");
        all.push(key).push(" AS display_name_key FROM ");
        all.push(owners).push(" o JOIN ").push(table).push(" x ON x.tenant_id = o.tenant_id AND x.id = o.");
        all.push(object).push(" WHERE o.tenant_id = ").bind(tenant).push(" AND o.owner_id = ").bind(owner);
        joint = " UNION ALL SELECT '";
    }
    if all.params.is_empty() {
        return Ok(Found { items: Vec::new(), next: None, count: counted.then_some(0) });
    }
    all.push(") d WHERE d.tenant_id = ").bind(tenant);
    find(tx, tenant, ("d.kind, d.id", all), &FIELDS, (list, counted), |row| {
        let kind = Kind::parse(&row.text(0)?);
        Ok((kind.ok_or_else(|| StoreError::Corrupt("an unknown kind of object".into()))?, row.object(1)?))
    })
}
