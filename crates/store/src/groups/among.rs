//! Lists of groups that are among others: members of a group, or those that somebody is in, filtered and sorted by all that
//! groups have. Refuses to find out who is in what: that is given.

use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, GroupField, List};

use super::{COLUMNS, FIELDS, from_row};
use crate::engine::{Read, StoreError};
use crate::listing::{find, source};

/// Groups of a group, or of whoever is in them.
#[derive(Clone, Copy, Debug)]
pub enum Among<'i> {
    /// The direct members of that group.
    Members(ObjectId),
    /// These.
    These(&'i [ObjectId]),
}

/// One page of the groups among others.
pub fn list_among(
    tx: &impl Read,
    tenant: TenantId,
    among: Among<'_>,
    list: &List<GroupField>,
    counted: bool,
) -> Result<Found<Group>, StoreError> {
    let mut all = source("groups g WHERE g.tenant_id = ", tenant);
    match among {
        Among::Members(group) => {
            all.push(" AND g.id IN (SELECT member_id FROM group_members WHERE tenant_id = ").bind(tenant);
            all.push(" AND group_id = ").bind(group);
        }
        Among::These([]) => return Ok(Found { items: Vec::new(), next: None, count: counted.then_some(0) }),
        Among::These(ids) => {
            all.push(" AND g.id IN (");
            for (n, id) in ids.iter().enumerate() {
                all.push(if n > 0 { ", " } else { "" }).bind(*id);
            }
        }
    }
    all.push(")");
    find(tx, tenant, (COLUMNS, all), &FIELDS, (list, counted), from_row)
}
