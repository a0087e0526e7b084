//! Groups, service principals and applications that were deleted: moved out of the tables that everything reads, so that
//! what came with them ends at once, and moved back by a restore. Refuses to decide who may, and to keep what was issued:
//! codes, tokens and flows of a client end for good. Users are not moved: [`crate::users`] keeps them where they are.

use std::collections::HashSet;

use hospes_domain::changes::Changed;
use hospes_domain::deletion::Kind;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::query::{Found, List, ObjectField};
use hospes_domain::time::Time;

use crate::directory_objects::among;
use crate::engine::{Read, StoreError, Value, WriteTx};
use crate::filter_sql::{Column, Columns};
use crate::listing::{find, no_elements, source};
use crate::users::fold;
use crate::{changes, groups, words};

/// A table of which rows are moved, and what they are moved by: `$1` is the tenant, `$2` the object.
struct Moved {
    table: &'static str,
    columns: &'static str,
    of: &'static str,
    /// Of what connects two objects: that both are there.
    ready: &'static str,
}

const fn own(table: &'static str, columns: &'static str, of: &'static str) -> Moved {
    Moved { table, columns, of, ready: "d.tenant_id = $1" }
}

const GROUP: &[Moved] = &[own(
    "groups",
    "tenant_id, id, revision, display_name, display_name_key, description, mail, mail_key, mail_nickname, mail_nickname_key, \
     security_enabled, role_assignable, created_at, description_key",
    "id = $2",
)];

const SERVICE_PRINCIPAL: &[Moved] = &[
    own(
        "service_principals",
        "tenant_id, id, revision, client_id, display_name, display_name_key, home_url, assignment_required, enabled, created_at, \
         notes, created_by, description_key",
        "id = $2",
    ),
    own(
        "app_roles",
        "tenant_id, service_principal_id, id, value, display_name, enabled, description, allowed_member",
        "service_principal_id = $2",
    ),
    own(
        "principal_secrets",
        "tenant_id, id, service_principal_id, hash, hint, expires_at, created_at, display_name, starts_at",
        "service_principal_id = $2",
    ),
    own(
        "principal_certificates",
        "tenant_id, id, service_principal_id, thumbprint, thumbprint_sha1, jwk, display_name, starts_at, expires_at, created_at",
        "service_principal_id = $2",
    ),
];

const APPLICATION: &[Moved] = &[
    own(
        "applications",
        "tenant_id, id, revision, client_id, display_name, display_name_key, public_client, signing_alg, group_claims, created_at, \
         settings, created_by, description_key",
        "id = $2",
    ),
    own("redirect_uris", "tenant_id, application_id, uri, platform", "application_id = $2"),
    own("identifier_uris", "tenant_id, uri, application_id", "application_id = $2"),
    own(
        "client_secrets",
        "tenant_id, id, application_id, hash, hint, expires_at, created_at, display_name, starts_at",
        "application_id = $2",
    ),
    own(
        "client_certificates",
        "tenant_id, id, application_id, thumbprint, thumbprint_sha1, jwk, display_name, starts_at, expires_at, created_at",
        "application_id = $2",
    ),
];

const MEMBERS: Moved = Moved {
    table: "group_members",
    columns: "tenant_id, group_id, member_id, member_kind, added_at",
    of: "(group_id = $2 OR member_id = $2)",
    ready: "EXISTS (SELECT 1 FROM groups x WHERE x.tenant_id = $1 AND x.id = d.group_id) AND ( \
         EXISTS (SELECT 1 FROM users x WHERE x.tenant_id = $1 AND x.id = d.member_id) OR \
         EXISTS (SELECT 1 FROM groups x WHERE x.tenant_id = $1 AND x.id = d.member_id) OR \
         EXISTS (SELECT 1 FROM service_principals x WHERE x.tenant_id = $1 AND x.id = d.member_id))",
};

const GROUP_OWNERS: Moved = Moved {
    table: "group_owners",
    columns: "tenant_id, group_id, owner_id",
    of: "(group_id = $2 OR owner_id = $2)",
    ready: "EXISTS (SELECT 1 FROM groups x WHERE x.tenant_id = $1 AND x.id = d.group_id) AND ( \
         EXISTS (SELECT 1 FROM users x WHERE x.tenant_id = $1 AND x.id = d.owner_id) OR \
         EXISTS (SELECT 1 FROM service_principals x WHERE x.tenant_id = $1 AND x.id = d.owner_id))",
};

const ASSIGNMENTS: Moved = Moved {
    table: "app_role_assignments",
    columns: "tenant_id, id, principal_id, principal_kind, resource_id, app_role_id, created_at",
    of: "(principal_id = $2 OR resource_id = $2)",
    ready: "EXISTS (SELECT 1 FROM service_principals x WHERE x.tenant_id = $1 AND x.id = d.resource_id) AND ( \
         EXISTS (SELECT 1 FROM users x WHERE x.tenant_id = $1 AND x.id = d.principal_id) OR \
         EXISTS (SELECT 1 FROM groups x WHERE x.tenant_id = $1 AND x.id = d.principal_id) OR \
         EXISTS (SELECT 1 FROM service_principals x WHERE x.tenant_id = $1 AND x.id = d.principal_id))",
};

/// Nothing but the principal can be missing: the roles are built in.
const ROLES: Moved = Moved {
    table: "role_assignments",
    columns: "tenant_id, id, principal_id, principal_kind, role_id, created_at",
    of: "principal_id = $2",
    ready: "d.principal_id = $2",
};

const GRANTS: Moved = Moved {
    table: "permission_grants",
    columns: "tenant_id, client_id, resource_id, user_id, scope, granted_at, id, consent",
    of: "(client_id IN (SELECT p.client_id FROM service_principals p WHERE p.tenant_id = $1 AND p.id = $2) OR \
         resource_id IN (SELECT p.client_id FROM service_principals p WHERE p.tenant_id = $1 AND p.id = $2))",
    ready: "EXISTS (SELECT 1 FROM service_principals x WHERE x.tenant_id = $1 AND x.client_id = d.client_id) AND \
         EXISTS (SELECT 1 FROM service_principals x WHERE x.tenant_id = $1 AND x.client_id = d.resource_id)",
};

const OWNERS: Moved = Moved {
    table: "application_owners",
    columns: "tenant_id, object_id, owner_id",
    of: "(object_id = $2 OR owner_id = $2)",
    ready: "(EXISTS (SELECT 1 FROM applications x WHERE x.tenant_id = $1 AND x.id = d.object_id) OR \
         EXISTS (SELECT 1 FROM service_principals x WHERE x.tenant_id = $1 AND x.id = d.object_id)) AND ( \
         EXISTS (SELECT 1 FROM users x WHERE x.tenant_id = $1 AND x.id = d.owner_id) OR \
         EXISTS (SELECT 1 FROM service_principals x WHERE x.tenant_id = $1 AND x.id = d.owner_id))",
};

/// The rows that are an object, its own first, and those that connect it.
fn moved(kind: Kind) -> (&'static [Moved], &'static [&'static Moved]) {
    match kind {
        Kind::User => (&[], &[]),
        Kind::Group => (GROUP, &[&MEMBERS, &GROUP_OWNERS, &ASSIGNMENTS, &ROLES]),
        Kind::ServicePrincipal => {
            (SERVICE_PRINCIPAL, &[&MEMBERS, &GROUP_OWNERS, &ASSIGNMENTS, &ROLES, &GRANTS, &OWNERS])
        }
        Kind::Application => (APPLICATION, &[&OWNERS]),
    }
}

/// Whoever is connected to an object changes with it: an assignment or a place in a group is part of what others decide by.
const CONNECTED: &[&str] = &[
    "UPDATE users SET revision = revision + 1 WHERE tenant_id = $1 AND id IN ( \
     SELECT member_id FROM group_members WHERE tenant_id = $1 AND group_id = $2 \
     UNION SELECT owner_id FROM group_owners WHERE tenant_id = $1 AND group_id = $2 \
     UNION SELECT principal_id FROM app_role_assignments WHERE tenant_id = $1 AND resource_id = $2)",
    "UPDATE groups SET revision = revision + 1 WHERE tenant_id = $1 AND id IN ( \
     SELECT member_id FROM group_members WHERE tenant_id = $1 AND group_id = $2 \
     UNION SELECT group_id FROM group_members WHERE tenant_id = $1 AND member_id = $2 \
     UNION SELECT group_id FROM group_owners WHERE tenant_id = $1 AND owner_id = $2 \
     UNION SELECT principal_id FROM app_role_assignments WHERE tenant_id = $1 AND resource_id = $2)",
    "UPDATE service_principals SET revision = revision + 1 WHERE tenant_id = $1 AND id IN ( \
     SELECT member_id FROM group_members WHERE tenant_id = $1 AND group_id = $2 \
     UNION SELECT owner_id FROM group_owners WHERE tenant_id = $1 AND group_id = $2 \
     UNION SELECT principal_id FROM app_role_assignments WHERE tenant_id = $1 AND resource_id = $2)",
];

fn each(
    tx: &WriteTx<'_>,
    statements: impl IntoIterator<Item = String>,
    params: &[Value; 2],
) -> Result<(), StoreError> {
    for sql in statements {
        tx.execute(&sql, params)?;
    }
    Ok(())
}

fn delete(prefix: &str, moved: &Moved) -> String {
    format!("DELETE FROM {prefix}{} WHERE tenant_id = $1 AND {}", moved.table, moved.of)
}

fn copy(moved: &Moved) -> String {
    let Moved { table, columns, of, .. } = moved;
    format!(
        "INSERT INTO deleted_{table} ({columns}) SELECT {columns} FROM {table} WHERE tenant_id = $1 AND {of}"
    )
}

/// Puts an object of that name aside: it is nobody's member, owner, principal or resource from
/// now on.
pub fn set_aside(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    (kind, id): (Kind, ObjectId),
    display_name: &str,
) -> Result<(), StoreError> {
    let params: [Value; 2] = [tenant.into(), id.into()];
    let (own, links) = moved(kind);
    note(tx, tenant, (kind, id), Changed::DELETED)?;
    each(tx, CONNECTED.iter().map(|sql| (*sql).to_owned()), &params)?;
    each(tx, links.iter().map(|link| copy(link)).chain(own.iter().map(copy)), &params)?;
    // Those that refer to others go first.
    let gone = links.iter().copied().chain(own.iter().rev());
    each(tx, gone.map(|row| delete("", row)), &params)?;
    tx.execute(
        "INSERT INTO deleted_objects (tenant_id, id, kind, display_name_key, deleted_at) VALUES ($1, $2, $3, $4, $5)",
        &[tenant.into(), id.into(), kind.name().into(), fold(display_name).into(), tx.now().into()],
    )?;
    Ok(())
}

/// Puts an object back, with whatever connects it to objects that are there; what connects it to others that are deleted
/// waits for them. The caller has looked that nothing of it is taken.
pub fn take_back(tx: &WriteTx<'_>, tenant: TenantId, kind: Kind, id: ObjectId) -> Result<(), StoreError> {
    let params: [Value; 2] = [tenant.into(), id.into()];
    let (own, links) = moved(kind);
    for row in own {
        let Moved { table, columns, of, .. } = row;
        let back = format!(
            "INSERT INTO {table} ({columns}) SELECT {columns} FROM deleted_{table} WHERE tenant_id = $1 AND {of}"
        );
        each(tx, [back, delete("deleted_", row)], &params)?;
    }
    for row in links {
        let Moved { table, columns, of, ready } = row;
        let waits = format!("FROM deleted_{table} AS d WHERE tenant_id = $1 AND {of}");
        let back = format!(
            "INSERT INTO {table} ({columns}) SELECT {columns} {waits} AND {ready} ON CONFLICT DO NOTHING"
        );
        each(tx, [back, format!("DELETE {waits} AND {ready}")], &params)?;
    }
    each(tx, CONNECTED.iter().map(|sql| (*sql).to_owned()), &params)?;
    if let Some(row) = own.first() {
        let changed =
            format!("UPDATE {} SET revision = revision + 1 WHERE tenant_id = $1 AND id = $2", row.table);
        each(tx, [changed], &params)?;
    }
    note(tx, tenant, (kind, id), Changed::RESTORED)?;
    forget(tx, &params)
}

/// Notes that a group is gone or there again, with its members and owners, and that it or another principal left the groups
/// it was in or owned, or came back to them. While the rows are there.
fn note(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    (kind, id): (Kind, ObjectId),
    what: Changed,
) -> Result<(), StoreError> {
    if kind == Kind::Group {
        changes::note(tx, tenant, hospes_domain::changes::Kind::Group, id, what);
        let members = "SELECT member_id FROM group_members WHERE tenant_id = $1 AND group_id = $2";
        for row in tx.rows(members, &[tenant.into(), id.into()])? {
            changes::note_member(tx, tenant, id, row.object(0)?);
        }
        for owner in groups::owners(tx, tenant, id)? {
            changes::note_owner(tx, tenant, id, owner);
        }
    }
    changes::note_places_of(tx, tenant, id)
}

/// Ends a deleted object for good, with what waits for it.
pub fn purge(tx: &WriteTx<'_>, tenant: TenantId, kind: Kind, id: ObjectId) -> Result<(), StoreError> {
    let params: [Value; 2] = [tenant.into(), id.into()];
    let (own, links) = moved(kind);
    let gone = links.iter().copied().chain(own.iter().rev());
    let statements = gone.map(|row| {
        // What a grant is found by lies here itself.
        delete("deleted_", row).replace("FROM service_principals p", "FROM deleted_service_principals p")
    });
    each(tx, statements, &params)?;
    // They stay while it can be restored: nothing is found by them that is not there.
    tx.execute(words::REMOVE, &params)?;
    if kind == Kind::Group {
        changes::note(tx, tenant, hospes_domain::changes::Kind::Group, id, Changed::PURGED);
    }
    forget(tx, &params)
}

fn forget(tx: &WriteTx<'_>, params: &[Value; 2]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM deleted_objects WHERE tenant_id = $1 AND id = $2", params)?;
    Ok(())
}

/// What waits for a user who is deleted for good: nothing brings it back.
pub(crate) const WAITING_FOR_USER: &[&str] = &[
    "DELETE FROM deleted_group_members WHERE tenant_id = $1 AND member_id = $2",
    "DELETE FROM deleted_group_owners WHERE tenant_id = $1 AND owner_id = $2",
    "DELETE FROM deleted_app_role_assignments WHERE tenant_id = $1 AND principal_id = $2",
    "DELETE FROM deleted_permission_grants WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM deleted_application_owners WHERE tenant_id = $1 AND owner_id = $2",
];

/// Ends what waits for a client to be present again: it is present anew, and begins without what an earlier presence was
/// granted.
pub(crate) fn forget_grants(tx: &WriteTx<'_>, tenant: TenantId, client: ClientId) -> Result<(), StoreError> {
    for column in ["client_id", "resource_id"] {
        let sql = format!("DELETE FROM deleted_permission_grants WHERE tenant_id = $1 AND {column} = $2");
        tx.execute(&sql, &[tenant.into(), client.into()])?;
    }
    Ok(())
}

/// What kind of deleted object that is, unless it was deleted before `since`.
pub fn kind_of(
    tx: &impl Read,
    tenant: TenantId,
    id: ObjectId,
    since: Time,
) -> Result<Option<Kind>, StoreError> {
    let sql = "SELECT kind FROM deleted_objects WHERE tenant_id = $1 AND id = $2 AND deleted_at > $3";
    tx.row(sql, &[tenant.into(), id.into(), since.into()])?.map(|row| kind(&row.text(0)?)).transpose()
}

/// Which of those are deleted objects, unless they were deleted before `since`.
pub fn all_kept(
    tx: &impl Read,
    tenant: TenantId,
    ids: &[ObjectId],
    since: Time,
) -> Result<HashSet<ObjectId>, StoreError> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let (marks, mut params) = among(tenant, ids);
    params.push(since.into());
    let last = params.len();
    let sql = format!(
        "SELECT id FROM deleted_objects WHERE tenant_id = $1 AND id IN ({marks}) AND deleted_at > ${last}"
    );
    tx.rows(&sql, &params)?.iter().map(|row| row.object(0)).collect()
}

fn kind(text: &str) -> Result<Kind, StoreError> {
    Kind::parse(text).ok_or_else(|| StoreError::Corrupt("an unknown kind of deleted object".into()))
}

/// Objects of a tenant that were deleted by that instant, at most `most`, the longest deleted first.
pub fn due(
    tx: &impl Read,
    tenant: TenantId,
    deleted_by: Time,
    most: usize,
) -> Result<Vec<(Kind, ObjectId)>, StoreError> {
    let sql = "SELECT kind, id FROM deleted_objects WHERE tenant_id = $1 AND deleted_at <= $2 ORDER BY deleted_at, id LIMIT $3";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = tx.rows(sql, &[tenant.into(), deleted_by.into(), most.into()])?;
    rows.iter().map(|row| Ok((kind(&row.text(0)?)?, row.object(1)?))).collect()
}

fn column(field: ObjectField) -> Option<Column> {
    match field {
        ObjectField::Id => Column::plain("d.id"),
        ObjectField::IsBuiltIn => None,
        ObjectField::DisplayName => Column::in_words(
            "d.display_name_key",
            &[words::USER, words::GROUP, words::APPLICATION, words::PRINCIPAL],
        ),
    }
}

const FIELDS: Columns<ObjectField> = Columns { column, id: "d.id", elements: no_elements };

/// One page of what was deleted after `since`, of these kinds.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    (kinds, since): (&[Kind], Time),
    list: &List<ObjectField>,
    counted: bool,
) -> Result<Found<(Kind, ObjectId)>, StoreError> {
    let mut all = source(
        "(SELECT tenant_id, id, 'User' AS kind, display_name_key, deleted_at FROM users WHERE deleted_at IS NOT NULL \
         UNION ALL SELECT tenant_id, id, kind, display_name_key, deleted_at FROM deleted_objects) d WHERE d.tenant_id = ",
        tenant,
    );
    all.push(" AND d.deleted_at > ").bind(since).push(" AND d.kind IN (");
    for (place, kind) in kinds.iter().enumerate() {
        all.push(if place == 0 { "" } else { ", " }).bind(kind.name());
    }
    all.push(")");
    find(tx, tenant, ("d.kind, d.id", all), &FIELDS, (list, counted), |row| {
        Ok((kind(&row.text(0)?)?, row.object(1)?))
    })
}

#[cfg(test)]
mod tests;
