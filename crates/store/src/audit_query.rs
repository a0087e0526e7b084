//! Lists of audit records: filter, order, page; each with what the directory knows by now of those it names. Refuses
//! columns outside its list.

use hospes_domain::audit::AuditEntry;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{AuditField, ElementMatch, ElementTest, Found, List, Part};
use uuid::Uuid;

use crate::audit::{COLUMNS, WIDTH, from_row};
use crate::engine::{Read, Row, StoreError};
use crate::filter_sql::{Column, Columns, Statement, element};
use crate::listing::{find, source};
use crate::users::fold;

/// The person or application that did it, and whom the target was given or lost.
const TABLES: &str = "audit a LEFT JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.actor_id \
     LEFT JOIN service_principals s ON s.tenant_id = a.tenant_id AND s.id = a.actor_id \
     LEFT JOIN users r ON r.tenant_id = a.tenant_id AND r.id = a.related_id WHERE a.tenant_id = ";
const KNOWN: &str = "u.upn, u.display_name, s.display_name, s.client_id, r.upn, r.display_name";

fn entry(row: &Row) -> Result<AuditEntry, StoreError> {
    let record = from_row(row)?;
    let person = row.opt_text(WIDTH + 1)?;
    Ok(AuditEntry {
        record,
        actor_upn: row.opt_text(WIDTH)?,
        actor_known_as: person.or(row.opt_text(WIDTH + 2)?),
        actor_client: row.opt_client(WIDTH + 3)?,
        related_upn: row.opt_text(WIDTH + 4)?,
        related_name: row.opt_text(WIDTH + 5)?,
    })
}

/// Whether the log knows the id as a user's, of one who was deleted for good, too.
pub fn was_user(tx: &impl Read, tenant: TenantId, id: ObjectId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM audit WHERE tenant_id = $1 AND target_id = $2 AND target_kind = 'User' LIMIT 1";
    Ok(tx.row(sql, &[tenant.into(), id.into()])?.is_some())
}

const CATEGORIES: &[&str] = &[
    "ApplicationManagement",
    "AuthorizationPolicy",
    "CrossTenantAccessSettings",
    "DirectoryManagement",
    "GroupManagement",
    "Policy",
    "RoleManagement",
    "UserManagement",
];
const SERVICES: &[&str] = &["Core Directory", "Invited Users", "Sign-ins"];
const OPERATIONS: &[&str] = &["Add", "Assign", "Delete", "SignIn", "Unassign", "Update"];

fn column(field: AuditField) -> Option<Column> {
    match field {
        AuditField::Id => Column::plain("a.id"),
        AuditField::ActivityDateTime => Column::plain("a.at"),
        AuditField::ActivityDisplayName => Column::plain("a.activity"),
        AuditField::Category => Column::words("a.category", CATEGORIES),
        AuditField::CorrelationId => Column::folded("a.correlation_key"),
        AuditField::LoggedByService => Column::words("a.service", SERVICES),
        AuditField::OperationType => Column::words("a.operation", OPERATIONS),
        AuditField::Result => Column::words("a.result", &["success", "failure"]),
        AuditField::InitiatedByUserId => Column::plain("a.actor_id"),
        AuditField::InitiatedByUserDisplayName => Column::folded("u.display_name_key"),
        AuditField::InitiatedByUserPrincipalName => Column::folded("u.upn_key"),
        AuditField::InitiatedByAppId => Column::plain("s.client_id"),
        AuditField::InitiatedByAppDisplayName => Column::folded("s.display_name_key"),
        AuditField::TargetResources => None,
    }
}

/// Records about an object, as their target or as what the target was given or lost.
fn elements(s: &mut Statement, tenant: TenantId, field: AuditField, tests: &[ElementTest]) -> bool {
    if field != AuditField::TargetResources {
        return false;
    }
    let [ElementTest { part: Part::Id, matches: ElementMatch::Equal(text) }] = tests else {
        return called(s, tenant, tests);
    };
    let Ok(id) = Uuid::try_parse(text) else { return false };
    s.push("SELECT id FROM audit WHERE tenant_id = ").bind(tenant).push(" AND target_id = ").bind(id);
    s.push(" UNION ALL SELECT id FROM audit WHERE tenant_id = ").bind(tenant);
    s.push(" AND related_id = ").bind(id);
    true
}

/// Records about an object of such a name: the target as it was called then, what it was given or lost as it is called now.
fn called(s: &mut Statement, tenant: TenantId, tests: &[ElementTest]) -> bool {
    if tests.iter().any(|test| test.part != Part::DisplayName) {
        return false;
    }
    s.push("SELECT id FROM audit WHERE target_name_key IS NOT NULL AND tenant_id = ").bind(tenant);
    for test in tests {
        s.push(" AND ");
        element(s, "target_name_key", &test.matches, true, fold);
    }
    s.push(" UNION ALL SELECT g.id FROM users n JOIN audit g ON g.tenant_id = n.tenant_id AND g.related_id = n.id ");
    s.push("WHERE n.tenant_id = ").bind(tenant);
    for test in tests {
        s.push(" AND ");
        element(s, "n.display_name_key", &test.matches, true, fold);
    }
    true
}

const FIELDS: Columns<AuditField> = Columns { column, id: "a.id", elements };

/// One page of the audit records of a tenant.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<AuditField>,
    counted: bool,
) -> Result<Found<AuditEntry>, StoreError> {
    let columns = format!("{COLUMNS}, {KNOWN}");
    find(tx, tenant, (&columns, source(TABLES, tenant)), &FIELDS, (list, counted), entry)
}

/// The record of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<AuditEntry>, StoreError> {
    let sql = format!("SELECT {COLUMNS}, {KNOWN} FROM {TABLES}$1 AND a.id = $2");
    tx.row(&sql, &[tenant.into(), id.into()])?.as_ref().map(entry).transpose()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use hospes_domain::audit::AuditRecord;
    use hospes_domain::ids::ObjectId;
    use hospes_domain::query::{Comparison, Filter, Order, Page, Value};
    use hospes_domain::time::Time;

    use super::*;
    use crate::engine::Db;
    use crate::testing::{HERE, THERE, done, read, two_tenants};

    fn object(n: u128) -> ObjectId {
        ObjectId(Uuid::from_u128(n))
    }

    /// A record about the object 100 + n by somebody, the third about 101 as what its target was given.
    fn record(n: u128) -> AuditRecord {
        AuditRecord {
            id: Uuid::from_u128(n),
            at: Time::default(),
            activity: if n.is_multiple_of(2) { "Invite external user" } else { "Update user" }.to_owned(),
            category: "UserManagement".to_owned(),
            service: "Core Directory".to_owned(),
            operation: "Update".to_owned(),
            success: n != 4,
            reason: (n == 4).then(|| "not_allowed".to_owned()),
            actor_kind: "user".to_owned(),
            actor: Some(object(50)),
            actor_name: None,
            target_kind: Some("User".to_owned()),
            target: Some(object(100 + n)),
            target_name: None,
            related: (n == 3).then(|| object(101)),
            correlation: None,
            details: Vec::new(),
        }
    }

    fn newest(filter: Option<Filter<AuditField>>, top: u16) -> List<AuditField> {
        let order = Some(Order { field: AuditField::ActivityDateTime, descending: true });
        List { filter, order, page: Page { top, after: None } }
    }

    async fn ids(db: &Db, filter: Filter<AuditField>) -> Vec<u128> {
        let list = newest(Some(filter), 99);
        let found = read(db, move |tx| super::list(tx, HERE, &list, true)).await;
        assert_eq!(found.count, Some(i64::try_from(found.items.len()).unwrap()));
        let mut ids: Vec<u128> = found.items.iter().map(|entry| entry.record.id.as_u128()).collect();
        ids.sort_unstable();
        ids
    }

    #[tokio::test]
    async fn e6_a_log_is_a_tenants_own_and_filtered_by_what_it_holds() {
        let (db, _scratch) = two_tenants("audit-query").await;
        done(&db, |tx| {
            (1..=4).try_for_each(|n| crate::audit::insert(tx, HERE, &record(n)))?;
            crate::audit::insert(tx, THERE, &record(9))
        })
        .await;
        let text = |field, text: &str| Filter::equal(field, Value::Text(text.to_owned()));
        let about = |n: u128| {
            let matches = ElementMatch::Equal(object(n).to_string());
            Filter::Any {
                field: AuditField::TargetResources,
                tests: vec![ElementTest { part: Part::Id, matches }],
            }
        };
        let since = |op, time| Filter::Compare {
            field: AuditField::ActivityDateTime,
            op,
            value: Value::Time(Time(time)),
        };
        for (filter, expected) in [
            (text(AuditField::ActivityDisplayName, "Update user"), vec![1, 3]),
            (text(AuditField::Category, "usermanagement"), vec![1, 2, 3, 4]),
            (text(AuditField::Result, "Failure"), vec![4]),
            (text(AuditField::InitiatedByUserPrincipalName, "nobody@here.example"), vec![]),
            (Filter::equal(AuditField::InitiatedByUserId, Value::Id(object(50).0)), vec![1, 2, 3, 4]),
            (Filter::equal(AuditField::InitiatedByAppId, Value::Id(object(50).0)), vec![]),
            (about(101), vec![1, 3]),
            (Filter::Not(Box::new(about(101))), vec![2, 4]),
            (about(109), vec![]),
            (since(Comparison::AtLeast, 0), vec![1, 2, 3, 4]),
            (since(Comparison::AtMost, 1), vec![]),
        ] {
            assert_eq!(ids(&db, filter.clone()).await, expected, "{filter:?}");
        }
        let foreign = read(&db, |tx| by_id(tx, HERE, Uuid::from_u128(9))).await;
        assert!(foreign.is_none());
    }

    #[tokio::test]
    async fn pages_follow_each_other_while_records_are_added() {
        let (db, _scratch) = two_tenants("audit-pages").await;
        done(&db, |tx| (1..=4).try_for_each(|n| crate::audit::insert(tx, HERE, &record(n)))).await;
        let mut list = newest(None, 3);
        let first = read(&db, {
            let list = list.clone();
            move |tx| super::list(tx, HERE, &list, false)
        })
        .await;
        done(&db, |tx| crate::audit::insert(tx, HERE, &record(5))).await;
        list.page.after.clone_from(&first.next);
        let second = read(&db, move |tx| super::list(tx, HERE, &list, false)).await;
        let seen: Vec<u128> =
            first.items.iter().chain(&second.items).map(|entry| entry.record.id.as_u128()).collect();
        assert_eq!(seen, [4, 3, 2, 1]);
    }
}
