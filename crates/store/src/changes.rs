//! The log of changes: noted by whoever saves a user or a group, in the transaction that saves, and read in the order of
//! commits. Refuses to be written by statements of a closure: notes travel with the commit and cost it nothing
//! (docs/decisions/0020-changes.md), so a save that is rolled back leaves none.

use hospes_domain::changes::{self, Changed, Kind};
use hospes_domain::group::Group;
use hospes_domain::guest::Guest;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::user::User;

use crate::engine::{Note, Read, StoreError, Value, WriteTx};
use crate::groups;
use crate::managers;
use crate::roles::marks;

/// Notes that an object changed. Whatever saves a user or a group without one of the functions below calls this.
pub fn note(tx: &WriteTx<'_>, tenant: TenantId, kind: Kind, id: ObjectId, what: Changed) {
    if !what.is_nothing() {
        tx.note(Note {
            tenant: tenant.0,
            kind: kind.name(),
            object: id.0,
            related: None,
            what: what.stored(),
        });
    }
}

/// Notes that a relation between two objects is there or is not any more.
fn note_relation(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    kind: Kind,
    (object, related): (ObjectId, ObjectId),
    what: Changed,
) {
    let (tenant, kind) = (tenant.0, kind.name());
    tx.note(Note { tenant, kind, object: object.0, related: Some(related.0), what: what.stored() });
}

/// Notes that a member came to a group or left it.
pub fn note_member(tx: &WriteTx<'_>, tenant: TenantId, group: ObjectId, member: ObjectId) {
    note_relation(tx, tenant, Kind::Group, (group, member), Changed::MEMBERS);
}

/// Notes that somebody came to own a group, or does not any more.
pub fn note_owner(tx: &WriteTx<'_>, tenant: TenantId, group: ObjectId, owner: ObjectId) {
    note_relation(tx, tenant, Kind::Group, (group, owner), Changed::OWNERS);
}

/// Notes that somebody came to manage a user, or does not any more.
pub fn note_manager(tx: &WriteTx<'_>, tenant: TenantId, user: ObjectId, manager: ObjectId) {
    note_relation(tx, tenant, Kind::User, (user, manager), Changed::MANAGER);
}

/// Notes that somebody is not seen any more, or is seen again, in the groups they are in, as an owner of groups and as a
/// manager. Before the rows go, if they go.
pub fn note_places_of(tx: &WriteTx<'_>, tenant: TenantId, id: ObjectId) -> Result<(), StoreError> {
    for group in groups::groups_above(tx, tenant, &[id])? {
        note_member(tx, tenant, group, id);
    }
    for group in groups::owned_by(tx, tenant, id)? {
        note_owner(tx, tenant, group, id);
    }
    for user in managers::managed_by(tx, tenant, id)? {
        note_manager(tx, tenant, user, id);
    }
    Ok(())
}

/// Notes what is different about a user since it was read in this closure; everything, if it was not.
pub(crate) fn note_user(tx: &WriteTx<'_>, after: &User) {
    let what = match tx.kept::<User>(after.id().0) {
        Some(before) => changes::between_users(&before, after),
        None => Changed::PROPERTIES,
    };
    note(tx, after.guest.record().tenant, Kind::User, after.id(), what);
}

/// The same of what the lifecycle changed. Somebody who is deleted or restored leaves groups and others, or comes back.
pub(crate) fn note_guest(tx: &WriteTx<'_>, after: &Guest) -> Result<(), StoreError> {
    let tenant = after.record().tenant;
    let what = match tx.kept::<User>(after.id().0) {
        Some(before) => {
            let after = User { guest: after.clone(), ..User::clone(&before) };
            changes::between_users(&before, &after)
        }
        None => Changed::PROPERTIES.and(Changed::RESTORED),
    };
    note(tx, tenant, Kind::User, after.id(), what);
    if what.touches(Changed::PRESENCE) {
        note_places_of(tx, tenant, after.id())?;
    }
    Ok(())
}

/// Notes what is different about a group since it was read in this closure; everything, if it was not.
pub fn note_group(tx: &WriteTx<'_>, tenant: TenantId, after: &Group) {
    let what = match tx.kept::<Group>(after.id.0) {
        Some(before) => changes::between_groups(&before, after),
        None => Changed::PROPERTIES,
    };
    note(tx, tenant, Kind::Group, after.id, what);
}

/// How far the log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The last position there is; whatever is committed later has a greater one.
    pub last: i64,
    /// What happened up to here may have been removed.
    pub forgotten: i64,
}

/// How far the log of a tenant goes, in the state this transaction sees.
pub fn extent(tx: &impl Read, tenant: TenantId) -> Result<Extent, StoreError> {
    let sql = "SELECT (SELECT max(position) FROM changes WHERE tenant_id = $1), \
               (SELECT position FROM changes_forgotten WHERE tenant_id = $2)";
    let row = tx.row(sql, &[tenant.into(), tenant.into()])?;
    let row = row.ok_or_else(|| StoreError::Corrupt("a row of nothing but values is missing".into()))?;
    let forgotten = row.opt_int(1)?.unwrap_or(0);
    Ok(Extent { last: row.opt_int(0)?.unwrap_or(0).max(forgotten), forgotten })
}

/// A place in the log: a position, and how many of its rows were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The position.
    pub position: i64,
    /// The last row of it that was read; [`Place::WHOLE`] for all.
    pub ordinal: i64,
}

impl Place {
    /// Every row of a position.
    pub const WHOLE: i64 = i64::MAX;

    /// Behind a position.
    pub fn behind(position: i64) -> Self {
        Self { position, ordinal: Self::WHOLE }
    }
}

/// One row of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it stands.
    pub place: Place,
    /// The object.
    pub object: ObjectId,
    /// The other side of a relation.
    pub related: Option<ObjectId>,
    /// What changed.
    pub what: Changed,
}

/// Which rows are wanted.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Of what.
    pub kind: Kind,
    /// Those behind this.
    pub after: Place,
    /// No further than this.
    pub until: i64,
    /// Those that touch this.
    pub what: Changed,
    /// Of these objects only; empty for all.
    pub only: &'a [ObjectId],
    /// At most.
    pub most: usize,
}

/// Rows of the log, in the order of commits.
pub fn read(tx: &impl Read, tenant: TenantId, wanted: &Wanted<'_>) -> Result<Vec<Change>, StoreError> {
    let mut params: Vec<Value> = vec![
        tenant.into(),
        wanted.kind.name().into(),
        // The beginning of the range, so that the key finds it.
        wanted.after.position.into(),
        wanted.after.position.into(),
        wanted.after.ordinal.into(),
        wanted.until.into(),
        wanted.what.stored().into(),
    ];
    let mut sql = String::from(
        "SELECT position, ordinal, object_id, related_id, what FROM changes WHERE tenant_id = $1 AND kind = $2 \
         AND position >= $3 AND (position > $4 OR ordinal > $5) AND position <= $6 AND (what & $7) <> 0",
    );
    if !wanted.only.is_empty() {
        let first = params.len() + 1;
        params.extend(wanted.only.iter().map(|id| Value::from(*id)));
        sql.extend([" AND object_id IN (", &marks(first, params.len()), ")"]);
    }
    params.push(i64::try_from(wanted.most).unwrap_or(i64::MAX).into());
    sql.extend([" ORDER BY position, ordinal LIMIT $", &params.len().to_string()]);
    let change = |row: &crate::engine::Row| {
        Ok(Change {
            place: Place { position: row.int(0)?, ordinal: row.int(1)? },
            object: row.object(2)?,
            related: row.opt_object(3)?,
            what: Changed::from_stored(row.int(4)?),
        })
    };
    tx.rows(&sql, &params)?.iter().map(change).collect()
}

/// How many more objects of a kind there are at the end of a stretch of the log than at its beginning; none where the log
/// does not say it for certain, or where counting them anew is not slower.
pub fn grown(
    tx: &impl Read,
    tenant: TenantId,
    kind: Kind,
    (behind, until): (i64, i64),
) -> Result<Option<i64>, StoreError> {
    const MOST: usize = 2_000;
    let after = Place::behind(behind);
    let wanted = Wanted { kind, after, until, what: Changed::PRESENCE, only: &[], most: MOST };
    let found = read(tx, tenant, &wanted)?;
    if found.len() == MOST {
        return Ok(None);
    }
    let mut more = 0;
    for change in found {
        match change.what.among(Changed::PRESENCE) {
            Changed::CREATED => more += 1,
            Changed::DELETED => more -= 1,
            // A restore is also noted of somebody who was not read before, and two at once may be in any order.
            _ => return Ok(None),
        }
    }
    Ok(Some(more))
}

/// Removes what is older than `seconds`, at most so many rows and the rest of the last position among them, and
/// remembers up to where; whether there may be more.
pub(crate) fn forget(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    seconds: i64,
    most: usize,
) -> Result<bool, StoreError> {
    let (old, limit) = (tx.now().plus_seconds(-seconds), i64::try_from(most).unwrap_or(i64::MAX));
    let first = "SELECT position, at FROM changes WHERE tenant_id = $1 ORDER BY position, ordinal LIMIT $2";
    let (mut last, mut rows) = (None, 0);
    for row in tx.rows(first, &[tenant.into(), limit.into()])? {
        if row.time(1)? >= old {
            break;
        }
        (last, rows) = (Some(row.int(0)?), rows + 1);
    }
    let Some(last) = last else { return Ok(false) };
    tx.execute(
        "INSERT INTO changes_forgotten (tenant_id, position) VALUES ($1, $2) \
         ON CONFLICT (tenant_id) DO UPDATE SET position = excluded.position",
        &[tenant.into(), last.into()],
    )?;
    tx.execute("DELETE FROM changes WHERE tenant_id = $1 AND position <= $2", &[tenant.into(), last.into()])?;
    Ok(rows >= most)
}

#[cfg(test)]
mod tests;
