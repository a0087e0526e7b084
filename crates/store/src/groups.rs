//! Groups with their members and owners. Refuses to judge: cycles, depth and rights are the verbs'.

use hospes_domain::address::Address;
use hospes_domain::application::PrincipalKind;
use hospes_domain::changes::{Changed, Kind};
use hospes_domain::deletion::Deleted;
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, GroupField, List, ObjectField, Unkept};
use hospes_domain::time::Time;

use crate::changes;
use crate::directory_objects::{kind, raise_revision};
use crate::engine::{Read, Row, StoreError, Value, WriteTx};
use crate::filter_sql::{Column, Columns, Statement};
use crate::listing::{find, no_elements, source};
use crate::ownership;
use crate::roles::marks;
use crate::users::fold;
use crate::words;

mod among;
mod kinds;
mod owners;
mod told;

pub use among::{Among, list_among};
pub use kinds::Kinds;
pub use owners::{add_owner, is_owner, owned_by, owners, owners_of, remove_owner};
pub use told::{Pair, members_among, members_between};

/// The columns of a group, in the order [`from_row`] reads them.
pub(crate) const COLUMNS: &str = "g.id, g.revision, g.display_name, g.description, g.mail, g.mail_nickname, \
     g.security_enabled, g.role_assignable, g.created_at";

/// One member of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The object.
    pub id: ObjectId,
    /// What it is.
    pub kind: PrincipalKind,
}

pub(crate) fn from_row(row: &Row) -> Result<Group, StoreError> {
    Ok(Group {
        id: row.object(0)?,
        revision: row.int(1)?,
        display_name: row.text(2)?,
        description: row.opt_text(3)?,
        mail: row.opt_text(4)?,
        mail_nickname: row.text(5)?,
        security_enabled: row.flag(6)?,
        role_assignable: row.flag(7)?,
        created_at: row.time(8)?,
    })
}

/// Inserts a group; `false` when its id is taken.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, g: &Group) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO groups (tenant_id, id, revision, display_name, display_name_key, description, mail, mail_key, mail_nickname, \
         mail_nickname_key, security_enabled, role_assignable, created_at, description_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
        &[
            tenant.into(),
            g.id.into(),
            g.revision.into(),
            g.display_name.as_str().into(),
            fold(&g.display_name).into(),
            g.description.clone().into(),
            g.mail.clone().into(),
            g.mail.as_deref().map(fold).into(),
            g.mail_nickname.as_str().into(),
            fold(&g.mail_nickname).into(),
            g.security_enabled.into(),
            g.role_assignable.into(),
            g.created_at.into(),
            g.description.as_deref().map(fold).into(),
        ],
    )?;
    if fresh == 1 {
        words::add(tx, tenant, (g.id, words::GROUP), words::of(Some(&g.display_name)))?;
        words::add(tx, tenant, (g.id, words::GROUP_TEXT), words::of(g.description.as_deref()))?;
        changes::note(tx, tenant, Kind::Group, g.id, Changed::CREATED);
    }
    Ok(fresh == 1)
}

/// Saves what a group says of itself and raises its revision; `false` when somebody else changed it since it was loaded.
pub fn update(tx: &WriteTx<'_>, tenant: TenantId, g: &Group) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE groups SET display_name = $1, display_name_key = $2, description = $3, mail_nickname = $4, mail_nickname_key = $5, \
         description_key = $6, revision = revision + 1 WHERE tenant_id = $7 AND id = $8 AND revision = $9",
        &[
            g.display_name.as_str().into(),
            fold(&g.display_name).into(),
            g.description.clone().into(),
            g.mail_nickname.as_str().into(),
            fold(&g.mail_nickname).into(),
            g.description.as_deref().map(fold).into(),
            tenant.into(),
            g.id.into(),
            g.revision.into(),
        ],
    )?;
    if changed == 1 {
        words::replace(tx, tenant, (g.id, words::GROUP), words::of(Some(&g.display_name)))?;
        words::replace(tx, tenant, (g.id, words::GROUP_TEXT), words::of(g.description.as_deref()))?;
        changes::note_group(tx, tenant, g);
    }
    Ok(changed == 1)
}

/// The group of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Option<Group>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM groups g WHERE g.tenant_id = $1 AND g.id = $2");
    let found = tx.row(&sql, &[tenant.into(), id.into()])?.as_ref().map(from_row).transpose()?;
    if let Some(group) = &found {
        tx.keep(id.0, || group.clone());
    }
    Ok(found)
}

/// The groups of those ids, by id; unknown ones are left out.
pub fn by_ids(tx: &impl Read, tenant: TenantId, ids: &[ObjectId]) -> Result<Vec<Group>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut params: Vec<Value> = vec![tenant.into()];
    params.extend(ids.iter().map(|id| Value::from(*id)));
    let marks = marks(2, params.len());
    let sql =
        format!("SELECT {COLUMNS} FROM groups g WHERE g.tenant_id = $1 AND g.id IN ({marks}) ORDER BY g.id");
    tx.rows(&sql, &params)?.iter().map(from_row).collect()
}

/// Groups as they can be asked for.
fn column(field: GroupField) -> Option<Column> {
    match field {
        GroupField::Id => Column::plain("g.id"),
        GroupField::DisplayName => Column::in_words("g.display_name_key", &[words::GROUP]),
        GroupField::Description => Column::in_words("g.description_key", &[words::GROUP_TEXT]),
        GroupField::Mail => Column::folded("g.mail_key"),
        GroupField::MailNickname => Column::folded("g.mail_nickname_key"),
        GroupField::SecurityEnabled => Column::plain("g.security_enabled"),
        // No group takes mail here: an expression that is false on both engines.
        GroupField::MailEnabled => Column::plain("(g.id <> g.id)"),
        GroupField::IsAssignableToRole => Column::plain("g.role_assignable"),
        GroupField::CreatedDateTime => Column::plain("g.created_at"),
        GroupField::Owners => None,
        GroupField::DeletedDateTime => Column::unkept(Unkept::Time, UNKEPT),
        GroupField::Unkept(kind) => Column::unkept(kind, UNKEPT),
    }
}

/// Nothing, as text, flag and time.
const UNKEPT: [&str; 3] = [
    "NULLIF(g.display_name_key, g.display_name_key)",
    "NULLIF(g.security_enabled, g.security_enabled)",
    "NULLIF(g.created_at, g.created_at)",
];

const FIELDS: Columns<GroupField> = Columns { column, id: "g.id", elements: ownership::of_groups };

/// The same of deleted ones.
const DELETED_FIELDS: Columns<GroupField> = Columns { column: deleted_column, ..FIELDS };

fn deleted_column(field: GroupField) -> Option<Column> {
    match field {
        GroupField::DeletedDateTime => Column::plain("o.deleted_at"),
        other => column(other),
    }
}

/// One page of the groups of a tenant.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<GroupField>,
    counted: bool,
) -> Result<Found<Group>, StoreError> {
    let all = source("groups g WHERE g.tenant_id = ", tenant);
    find(tx, tenant, (COLUMNS, all), &FIELDS, (list, counted), from_row)
}

const DELETED: &str = "deleted_groups g JOIN deleted_objects o ON o.tenant_id = g.tenant_id AND o.id = g.id";

fn deleted_from_row(row: &Row) -> Result<Deleted<Group>, StoreError> {
    Ok(Deleted { item: from_row(row)?, at: row.time(9)? })
}

/// The deleted group of that id, unless it was deleted before `since`.
pub fn deleted(
    tx: &impl Read,
    tenant: TenantId,
    id: ObjectId,
    since: Time,
) -> Result<Option<Deleted<Group>>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, o.deleted_at FROM {DELETED} WHERE g.tenant_id = $1 AND g.id = $2 AND o.deleted_at > $3"
    );
    tx.row(&sql, &[tenant.into(), id.into(), since.into()])?.as_ref().map(deleted_from_row).transpose()
}

/// One page of the groups that were deleted after `since`.
pub fn list_deleted(
    tx: &impl Read,
    tenant: TenantId,
    since: Time,
    list: &List<GroupField>,
    counted: bool,
) -> Result<Found<Deleted<Group>>, StoreError> {
    let mut all = source(&format!("{DELETED} WHERE g.tenant_id = "), tenant);
    all.push(" AND o.deleted_at > ").bind(since);
    let columns = format!("{COLUMNS}, o.deleted_at");
    find(tx, tenant, (&columns, all), &DELETED_FIELDS, (list, counted), deleted_from_row)
}

fn member_column(field: ObjectField) -> Option<Column> {
    match field {
        ObjectField::Id => Column::plain("m.member_id"),
        ObjectField::IsBuiltIn => None,
        ObjectField::DisplayName => {
            let name = "COALESCE(u.display_name_key, g.display_name_key, s.display_name_key, '')";
            Column::in_words(name, &[words::USER, words::GROUP, words::PRINCIPAL])
        }
    }
}

pub(crate) const MEMBER_FIELDS: Columns<ObjectField> =
    Columns { column: member_column, id: "m.member_id", elements: no_elements };

/// One page of the members of a group. Soft-deleted users are members again when they are restored; until then they are
/// not shown.
pub fn members(
    tx: &impl Read,
    tenant: TenantId,
    group: ObjectId,
    kinds: Kinds<'_>,
    list: &List<ObjectField>,
    counted: bool,
) -> Result<Found<Member>, StoreError> {
    let mut all = Statement::default();
    all.push(" FROM group_members m");
    kinds.pick(&mut all, tenant, list);
    all.push(" AND m.group_id = ").bind(group);
    find(tx, tenant, ("m.member_id, m.member_kind", all), &MEMBER_FIELDS, (list, counted), |row| {
        Ok(Member { id: row.object(0)?, kind: kind(&row.text(1)?)? })
    })
}

/// The member of a group with that id, soft-deleted users included.
pub fn member(
    tx: &impl Read,
    tenant: TenantId,
    group: ObjectId,
    member: ObjectId,
) -> Result<Option<Member>, StoreError> {
    let sql =
        "SELECT member_kind FROM group_members WHERE tenant_id = $1 AND group_id = $2 AND member_id = $3";
    let row = tx.row(sql, &[tenant.into(), group.into(), member.into()])?;
    row.map(|row| Ok(Member { id: member, kind: kind(&row.text(0)?)? })).transpose()
}

/// The groups that are direct members of any of `groups`.
pub fn groups_in(tx: &impl Read, tenant: TenantId, groups: &[ObjectId]) -> Result<Vec<ObjectId>, StoreError> {
    next_level(tx, tenant, groups, "member_id", "group_id", " AND member_kind = 'Group'")
}

/// The groups that any of `groups` is a direct member of.
pub fn groups_above(
    tx: &impl Read,
    tenant: TenantId,
    groups: &[ObjectId],
) -> Result<Vec<ObjectId>, StoreError> {
    next_level(tx, tenant, groups, "group_id", "member_id", "")
}

fn next_level(
    tx: &impl Read,
    tenant: TenantId,
    from: &[ObjectId],
    wanted: &str,
    known: &str,
    condition: &str,
) -> Result<Vec<ObjectId>, StoreError> {
    if from.is_empty() {
        return Ok(Vec::new());
    }
    let mut params: Vec<Value> = vec![tenant.into()];
    params.extend(from.iter().map(|id| Value::from(*id)));
    let marks = marks(2, params.len());
    let sql = format!(
        "SELECT DISTINCT {wanted} FROM group_members WHERE tenant_id = $1 AND {known} IN ({marks}){condition} ORDER BY {wanted}"
    );
    tx.rows(&sql, &params)?.iter().map(|row| row.object(0)).collect()
}

/// Adds a member and raises the revisions of both; `false` when it is one already.
pub fn add_member(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    group: ObjectId,
    member: Member,
) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO group_members (tenant_id, group_id, member_id, member_kind, added_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
        &[tenant.into(), group.into(), member.id.into(), member.kind.name().into(), tx.now().into()],
    )?;
    if fresh == 1 {
        changes::note_member(tx, tenant, group, member.id);
        raise_revision(tx, tenant, PrincipalKind::Group, group)?;
        raise_revision(tx, tenant, member.kind, member.id)?;
    }
    Ok(fresh == 1)
}

/// Takes a member out and raises the revisions of both; `false` when it is none.
pub fn remove_member(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    group: ObjectId,
    member: Member,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM group_members WHERE tenant_id = $1 AND group_id = $2 AND member_id = $3";
    let gone = tx.execute(sql, &[tenant.into(), group.into(), member.id.into()])? == 1;
    if gone {
        changes::note_member(tx, tenant, group, member.id);
        raise_revision(tx, tenant, PrincipalKind::Group, group)?;
        raise_revision(tx, tenant, member.kind, member.id)?;
    }
    Ok(gone)
}

/// Whether a group of the tenant has that e-mail address.
pub fn has_address(tx: &impl Read, tenant: TenantId, address: &Address) -> Result<bool, StoreError> {
    let sql = "SELECT id FROM groups WHERE tenant_id = $1 AND mail_key = $2 LIMIT 1";
    Ok(tx.row(sql, &[tenant.into(), address.key().into()])?.is_some())
}

/// Names of the groups an object is directly in, in order.
pub fn names_of_member(
    tx: &impl Read,
    tenant: TenantId,
    member: ObjectId,
) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT g.display_name FROM group_members m JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id \
               WHERE m.tenant_id = $1 AND m.member_id = $2 ORDER BY g.display_name_key, g.id";
    tx.rows(sql, &[tenant.into(), member.into()])?.iter().map(|row| row.text(0)).collect()
}

#[cfg(test)]
mod tests;
