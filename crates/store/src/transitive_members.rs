//! Members of a group and of the groups in it, each once. Refuses to judge, and to follow more levels than memberships
//! are followed from the other end.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, List, ObjectField};

use crate::directory_objects::kind;
use crate::engine::{Read, StoreError};
use crate::filter_sql::Statement;
use crate::groups::{self, Kinds, MEMBER_FIELDS, Member};
use crate::listing::find;
use crate::roles::MAX_DEPTH;

/// The group, and every group that stands in it.
pub fn groups_within(tx: &impl Read, tenant: TenantId, group: ObjectId) -> Result<Vec<ObjectId>, StoreError> {
    let mut found = vec![group];
    let mut level = vec![group];
    for _ in 0..MAX_DEPTH {
        level = groups::groups_in(tx, tenant, &level)?.into_iter().filter(|id| !found.contains(id)).collect();
        if level.is_empty() {
            break;
        }
        found.extend(&level);
    }
    Ok(found)
}

/// One page of the members; soft-deleted users are not shown.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    group: ObjectId,
    kinds: Kinds<'_>,
    list: &List<ObjectField>,
    counted: bool,
) -> Result<Found<Member>, StoreError> {
    let mut all = Statement::default();
    all.push(" FROM (SELECT DISTINCT x.tenant_id, x.member_id, x.member_kind FROM group_members x WHERE x.tenant_id = ")
        .bind(tenant)
        .push(" AND x.group_id IN (");
    for (place, group) in groups_within(tx, tenant, group)?.into_iter().enumerate() {
        all.push(if place == 0 { "" } else { ", " }).bind(group);
    }
    all.push(")) m");
    kinds.pick(&mut all, tenant, list);
    find(tx, tenant, ("m.member_id, m.member_kind", all), &MEMBER_FIELDS, (list, counted), |row| {
        Ok(Member { id: row.object(0)?, kind: kind(&row.text(1)?)? })
    })
}
