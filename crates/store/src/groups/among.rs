//! Lists of groups that are among others: members of a group, or those that somebody is in, filtered and sorted by all that
//! groups have. Refuses to find out who is in what: that is given.

use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, GroupField, List};

use super::{COLUMNS, FIELDS, from_row};
use crate::engine::{Read, StoreError};
use crate::filter_sql::Statement;
use crate::listing::{find, source};

/// Groups of a group, or of whoever is in them.
#[derive(Clone, Copy, Debug)]
pub enum Among<'i> {
    /// The direct members of one of these groups.
    Members(&'i [ObjectId]),
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
        Among::Members([]) | Among::These([]) => {
            return Ok(Found { items: Vec::new(), next: None, count: counted.then_some(0) });
        }
        Among::Members(groups) => {
            all.push(" AND g.id IN (SELECT member_id FROM group_members WHERE tenant_id = ").bind(tenant);
            all.push(" AND group_id IN (");
            these(&mut all, groups);
            all.push("))");
        }
        Among::These(ids) => {
            all.push(" AND g.id IN (");
            these(&mut all, ids);
            all.push(")");
        }
    }
    find(tx, tenant, (COLUMNS, all), &FIELDS, (list, counted), from_row)
}

fn these(s: &mut Statement, ids: &[ObjectId]) {
    for (place, id) in ids.iter().enumerate() {
        s.push(if place > 0 { ", " } else { "" }).bind(*id);
    }
}
