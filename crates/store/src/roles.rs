//! Directory roles: who holds what, directly or through groups. Refuses to judge.

use hospes_domain::access::{Role, Standing};
use hospes_domain::application::PrincipalKind;
use hospes_domain::guest::State;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, List, RoleAssignmentField};
use uuid::Uuid;

use crate::directory_objects::{kind, raise_revision};
use crate::engine::{Read, Row, StoreError, Value, WriteTx};
use crate::filter_sql::{Column, Columns};
use crate::listing::{find, no_elements, source};

/// One assignment of a directory role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleAssignment {
    /// Its id.
    pub id: Uuid,
    /// The user, group or service principal.
    pub principal: ObjectId,
    /// What that is.
    pub principal_kind: PrincipalKind,
    /// The role's template id.
    pub role: Uuid,
}

/// Nested groups are followed this deep; deeper nesting is refused when it is made.
pub(crate) const MAX_DEPTH: usize = 20;

/// Every group the object is in, directly or through other groups, nearest first.
pub fn groups_of(tx: &impl Read, tenant: TenantId, member: ObjectId) -> Result<Vec<ObjectId>, StoreError> {
    let mut found: Vec<ObjectId> = Vec::new();
    let mut edge = vec![member];
    for _ in 0..MAX_DEPTH {
        let mut next = Vec::new();
        for id in edge {
            let sql = "SELECT group_id FROM group_members WHERE tenant_id = $1 AND member_id = $2 ORDER BY group_id";
            for row in tx.rows(sql, &[tenant.into(), id.into()])? {
                let group = row.object(0)?;
                if !found.contains(&group) {
                    found.push(group);
                    next.push(group);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        edge = next;
    }
    Ok(found)
}

/// What the object holds: roles direct and through groups, and whether it is in, or owns, a group that
/// roles may be assigned to (threats D1, D2).
pub fn standing(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Standing, StoreError> {
    Ok(standing_and_groups(tx, tenant, id)?.0)
}

/// The same with what [`groups_of`] gives.
pub fn standing_and_groups(
    tx: &impl Read,
    tenant: TenantId,
    id: ObjectId,
) -> Result<(Standing, Vec<ObjectId>), StoreError> {
    // One statement for most callers: every request asks this, and few are in a group.
    let sql = "SELECT 'role', role_id FROM role_assignments WHERE tenant_id = $1 AND principal_id = $2 \
               UNION ALL SELECT 'member', group_id FROM group_members WHERE tenant_id = $3 AND member_id = $4 \
               UNION ALL SELECT 'owner', g.id FROM group_owners o JOIN groups g ON g.tenant_id = o.tenant_id AND g.id = o.group_id \
               WHERE o.tenant_id = $5 AND o.owner_id = $6 AND g.role_assignable = $7";
    let (of, who): (Value, Value) = (tenant.into(), id.into());
    let params = [of.clone(), who.clone(), of.clone(), who.clone(), of, who, true.into()];
    let (mut standing, mut in_a_group) = (Standing::default(), false);
    for row in tx.rows(sql, &params)? {
        in_a_group |= add(&row, &mut standing)?;
    }
    let groups = if in_a_group { through_groups(tx, tenant, id, &mut standing)? } else { Vec::new() };
    Ok((standing, groups))
}

/// Adds what a row of kind and id says; whether it is of a member of a group, whose groups are to be followed.
pub(crate) fn add(row: &Row, standing: &mut Standing) -> Result<bool, StoreError> {
    let kind = row.text(0)?;
    match kind.as_str() {
        "role" => standing.roles.push(role(row.id(1)?)?),
        "owner" => standing.in_role_assignable_group = true,
        _ => {}
    }
    Ok(kind == "member")
}

/// Adds what membership brings: roles of the groups, each once, and whether one of them may have any. Gives the groups.
pub(crate) fn through_groups(
    tx: &impl Read,
    tenant: TenantId,
    member: ObjectId,
    standing: &mut Standing,
) -> Result<Vec<ObjectId>, StoreError> {
    let groups = groups_of(tx, tenant, member)?;
    let mut params: Vec<Value> = vec![tenant.into()];
    params.extend(groups.iter().map(|group| Value::from(*group)));
    let sql = format!(
        "SELECT DISTINCT role_id FROM role_assignments WHERE tenant_id = $1 AND principal_id IN ({})",
        marks(2, params.len())
    );
    for row in tx.rows(&sql, &params)? {
        let held = role(row.id(0)?)?;
        if !standing.roles.contains(&held) {
            standing.roles.push(held);
        }
    }
    if !standing.in_role_assignable_group {
        params.insert(1, true.into());
        let sql = format!(
            "SELECT id FROM groups WHERE tenant_id = $1 AND role_assignable = $2 AND id IN ({})",
            marks(3, params.len())
        );
        standing.in_role_assignable_group = !tx.rows(&sql, &params)?.is_empty();
    }
    Ok(groups)
}

/// `$from, …, $to`: placeholders for a list.
pub(crate) fn marks(from: usize, to: usize) -> String {
    (from..=to).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// Assigns a role and raises the principal's revision; `false` when the principal holds it already.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, a: &RoleAssignment) -> Result<bool, StoreError> {
    let fresh = tx.execute(
        "INSERT INTO role_assignments (tenant_id, id, principal_id, principal_kind, role_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        &[
            tenant.into(),
            a.id.into(),
            a.principal.into(),
            a.principal_kind.name().into(),
            a.role.into(),
            tx.now().into(),
        ],
    )?;
    if fresh == 1 {
        raise_revision(tx, tenant, a.principal_kind, a.principal)?;
    }
    Ok(fresh == 1)
}

/// The roles the object holds itself, not through groups.
pub fn held_directly(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<Vec<Role>, StoreError> {
    let sql =
        "SELECT role_id FROM role_assignments WHERE tenant_id = $1 AND principal_id = $2 ORDER BY role_id";
    tx.rows(sql, &[tenant.into(), id.into()])?.iter().map(|row| role(row.id(0)?)).collect()
}

fn role(id: Uuid) -> Result<Role, StoreError> {
    Role::by_id(id).ok_or_else(|| StoreError::Corrupt("an unknown role is assigned".into()))
}

const COLUMNS: &str = "r.id, r.principal_id, r.principal_kind, r.role_id";

fn from_row(row: &Row) -> Result<RoleAssignment, StoreError> {
    Ok(RoleAssignment {
        id: row.id(0)?,
        principal: row.object(1)?,
        principal_kind: kind(&row.text(2)?)?,
        role: role(row.id(3)?)?.id(),
    })
}

fn column(field: RoleAssignmentField) -> Option<Column> {
    match field {
        RoleAssignmentField::PrincipalId => Column::plain("r.principal_id"),
        RoleAssignmentField::RoleDefinitionId => Column::plain("r.role_id"),
    }
}

const FIELDS: Columns<RoleAssignmentField> = Columns { column, id: "r.id", elements: no_elements };

/// One page of the role assignments of a tenant.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<RoleAssignmentField>,
    counted: bool,
) -> Result<Found<RoleAssignment>, StoreError> {
    let all = source("role_assignments r WHERE r.tenant_id = ", tenant);
    find(tx, tenant, (COLUMNS, all), &FIELDS, (list, counted), from_row)
}

/// The assignment of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<RoleAssignment>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM role_assignments r WHERE r.tenant_id = $1 AND r.id = $2");
    tx.row(&sql, &[tenant.into(), id.into()])?.as_ref().map(from_row).transpose()
}

/// The assignment by which that very object holds a role.
pub fn assignment(
    tx: &impl Read,
    tenant: TenantId,
    principal: ObjectId,
    role: Role,
) -> Result<Option<RoleAssignment>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM role_assignments r WHERE r.tenant_id = $1 AND r.principal_id = $2 AND r.role_id = $3"
    );
    tx.row(&sql, &[tenant.into(), principal.into(), role.id().into()])?.as_ref().map(from_row).transpose()
}

/// Every direct assignment of a role.
pub fn assignments_of(
    tx: &impl Read,
    tenant: TenantId,
    role: Role,
) -> Result<Vec<RoleAssignment>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM role_assignments r WHERE r.tenant_id = $1 AND r.role_id = $2 ORDER BY r.principal_id"
    );
    tx.rows(&sql, &[tenant.into(), role.id().into()])?.iter().map(from_row).collect()
}

/// Takes a role away and raises the principal's revision; `false` when there is no such assignment.
pub fn delete(tx: &WriteTx<'_>, tenant: TenantId, a: &RoleAssignment) -> Result<bool, StoreError> {
    let sql = "DELETE FROM role_assignments WHERE tenant_id = $1 AND id = $2";
    let gone = tx.execute(sql, &[tenant.into(), a.id.into()])? == 1;
    if gone {
        raise_revision(tx, tenant, a.principal_kind, a.principal)?;
    }
    Ok(gone)
}

/// What is about to be taken away, when it is asked who still has a role without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Without {
    /// Nothing: who has it now.
    Nothing,
    /// The assignment of that id.
    Assignment(Uuid),
    /// Whatever that object, a group, holds.
    Principal(ObjectId),
    /// A place in a group.
    Membership {
        /// The group.
        group: ObjectId,
        /// Who is in it.
        member: ObjectId,
    },
}

/// The users who can use a role, held directly or through groups: those who are here, are not blocked and have a way to
/// sign in. Groups and service principals are nobody, and neither is a guest who has not redeemed.
pub fn usable_by(
    tx: &impl Read,
    tenant: TenantId,
    role: Role,
    without: Without,
) -> Result<Vec<ObjectId>, StoreError> {
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    let all = assignments_of(tx, tenant, role)?;
    let left = |held: &RoleAssignment| {
        ![Without::Assignment(held.id), Without::Principal(held.principal)].contains(&without)
    };
    for held in all.into_iter().filter(left) {
        match held.principal_kind {
            PrincipalKind::User => users.push(held.principal),
            PrincipalKind::Group => groups.push(held.principal),
            PrincipalKind::ServicePrincipal => {}
        }
    }
    users_in(tx, tenant, groups, without, &mut users)?;
    able_to_sign_in(tx, tenant, &users)
}

/// Adds the users in any of these groups, followed as deep as [`standing`] does from the other end.
fn users_in(
    tx: &impl Read,
    tenant: TenantId,
    mut level: Vec<ObjectId>,
    without: Without,
    users: &mut Vec<ObjectId>,
) -> Result<(), StoreError> {
    let mut seen = level.clone();
    for _ in 0..MAX_DEPTH {
        let mut next = Vec::new();
        for group in level {
            let sql = "SELECT member_id, member_kind FROM group_members WHERE tenant_id = $1 AND group_id = $2 ORDER BY member_id";
            for row in tx.rows(sql, &[tenant.into(), group.into()])? {
                let member = row.object(0)?;
                let kind = kind(&row.text(1)?)?;
                if without == (Without::Membership { group, member }) {
                    continue;
                }
                if kind == PrincipalKind::User && !users.contains(&member) {
                    users.push(member);
                } else if kind == PrincipalKind::Group && !seen.contains(&member) {
                    seen.push(member);
                    next.push(member);
                }
            }
        }
        level = next;
    }
    Ok(())
}

fn able_to_sign_in(
    tx: &impl Read,
    tenant: TenantId,
    users: &[ObjectId],
) -> Result<Vec<ObjectId>, StoreError> {
    let mut able = Vec::new();
    // Few hold a role; the marks of a statement are limited, and a group may be large.
    for some in users.chunks(500) {
        let mut params: Vec<Value> = vec![tenant.into(), true.into(), State::Accepted.name().into()];
        params.extend(some.iter().map(|user| Value::from(*user)));
        let sql = format!(
            "SELECT id FROM users WHERE tenant_id = $1 AND account_enabled = $2 AND deleted_at IS NULL \
             AND (external_user_state IS NULL OR external_user_state = $3) AND id IN ({}) ORDER BY id",
            marks(4, params.len())
        );
        for row in tx.rows(&sql, &params)? {
            able.push(row.object(0)?);
        }
    }
    Ok(able)
}
