//! Members of several groups at once, as deltas tell them: a page of groups takes as many statements as one group. Refuses
//! to read more rows than the page has room for.

use std::collections::HashMap;

use hospes_domain::ids::{ObjectId, TenantId};

use super::Member;
use crate::directory_objects::kind;
use crate::engine::{Read, Row, StoreError};
use crate::filter_sql::Statement;

/// Groups and members of which one statement asks.
const GROUPS_AT_ONCE: usize = 100;
const MEMBERS_AT_ONCE: usize = 500;

const SELECT: &str = "SELECT m.group_id, m.member_id, m.member_kind FROM group_members m \
     LEFT JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.member_id \
     WHERE u.deleted_at IS NULL AND m.tenant_id = ";

/// A group and one who is in it.
pub type Pair = (ObjectId, Member);

fn pair(row: &Row) -> Result<Pair, StoreError> {
    Ok((row.object(0)?, Member { id: row.object(1)?, kind: kind(&row.text(2)?)? }))
}

/// Members of all groups from `first` to `last`, by group and member, at most `most`; soft-deleted users are left out.
pub fn members_between(
    tx: &impl Read,
    tenant: TenantId,
    (first, last): (ObjectId, ObjectId),
    most: usize,
) -> Result<Vec<Pair>, StoreError> {
    let mut s = Statement::default();
    s.push(SELECT)
        .bind(tenant)
        .push(" AND m.group_id >= ")
        .bind(first)
        .push(" AND m.group_id <= ")
        .bind(last);
    s.push(" ORDER BY m.group_id, m.member_id LIMIT ").bind(i64::try_from(most).unwrap_or(i64::MAX));
    tx.rows(&s.text, &s.params)?.iter().map(pair).collect()
}

/// Who of those is a member of the group and can be seen: for each group of which it is asked.
pub fn members_among(
    tx: &impl Read,
    tenant: TenantId,
    asked: &[(ObjectId, Vec<ObjectId>)],
) -> Result<HashMap<ObjectId, Vec<Member>>, StoreError> {
    let mut found: HashMap<ObjectId, Vec<Member>> = HashMap::new();
    for asked in parted(asked) {
        let mut s = Statement::default();
        s.push(SELECT).bind(tenant).push(" AND (");
        for (n, (group, members)) in asked.iter().enumerate() {
            s.push(if n > 0 { " OR " } else { "" })
                .push("m.group_id = ")
                .bind(*group)
                .push(" AND m.member_id IN (");
            for (n, member) in members.iter().enumerate() {
                s.push(if n > 0 { ", " } else { "" }).bind(*member);
            }
            s.push(")");
        }
        s.push(") ORDER BY m.group_id, m.member_id");
        for row in tx.rows(&s.text, &s.params)? {
            let (group, member) = pair(&row)?;
            found.entry(group).or_default().push(member);
        }
    }
    Ok(found)
}

/// The same in parts that fit into statements; whoever asks of nobody is left out.
fn parted(asked: &[(ObjectId, Vec<ObjectId>)]) -> Vec<Vec<(ObjectId, &[ObjectId])>> {
    let (mut parts, mut part, mut members) = (Vec::new(), Vec::new(), 0);
    let pieces = asked.iter().flat_map(|(group, of)| of.chunks(MEMBERS_AT_ONCE).map(|of| (*group, of)));
    for (group, of) in pieces {
        if part.len() == GROUPS_AT_ONCE || members + of.len() > MEMBERS_AT_ONCE {
            parts.push(std::mem::take(&mut part));
            members = 0;
        }
        members += of.len();
        part.push((group, of));
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}
