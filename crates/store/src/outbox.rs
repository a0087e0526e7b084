//! Jobs as an administrator sees them: mails with where each stands, and the way back for one that was given up (threats
//! I7). Refuses to show what a mail says: its text, link and code are stored nowhere.

use hospes_domain::ids::TenantId;
use hospes_domain::mail::{MailState, QueuedMail};
use hospes_domain::query::{Found, List, MailField};
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, WriteTx};
use crate::filter_sql::{Column, Columns};
use crate::listing::{find, no_elements, source};

const COLUMNS: &str = "j.id, j.kind, j.recipient, j.language, j.subject_id, u.display_name, j.state, j.attempts, j.not_before, \
     j.last_error, j.created_at, j.dies_at, j.ended_at";
/// What is sent to servers and not to people is no mail.
const TABLES: &str = "jobs j LEFT JOIN users u ON u.tenant_id = j.tenant_id AND u.id = j.subject_id \
     WHERE j.kind NOT IN ('back-channel-logout', 'change-notification', 'lifecycle-notification') AND j.tenant_id = ";

fn from_row(row: &Row) -> Result<QueuedMail, StoreError> {
    let state = MailState::from_stored(&row.text(6)?);
    Ok(QueuedMail {
        id: row.id(0)?,
        kind: row.text(1)?,
        recipient: row.text(2)?,
        language: row.opt_text(3)?,
        user: row.opt_object(4)?,
        user_name: row.opt_text(5)?,
        state: state.ok_or_else(|| StoreError::Corrupt("a mail is in an unknown state".into()))?,
        attempts: u32::try_from(row.int(7)?).unwrap_or(u32::MAX),
        next_try: row.time(8)?,
        last_error: row.opt_text(9)?,
        created_at: row.time(10)?,
        dies_at: row.time(11)?,
        ended_at: row.opt_time(12)?,
    })
}

fn column(field: MailField) -> Option<Column> {
    match field {
        MailField::Id => Column::plain("j.id"),
        MailField::Kind => Column::plain("j.kind"),
        MailField::Recipient => Column::folded("j.recipient_key"),
        MailField::State => Column::plain("j.state"),
        MailField::UserId => Column::plain("j.subject_id"),
        MailField::CreatedDateTime => Column::plain("j.created_at"),
    }
}

const FIELDS: Columns<MailField> = Columns { column, id: "j.id", elements: no_elements };

/// One page of the mails of a tenant; states are asked for by their stored words.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<MailField>,
    counted: bool,
) -> Result<Found<QueuedMail>, StoreError> {
    find(tx, tenant, (COLUMNS, source(TABLES, tenant)), &FIELDS, (list, counted), from_row)
}

/// The mail of that id, with the data of its kind.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<(QueuedMail, String)>, StoreError> {
    let sql = format!("SELECT {COLUMNS}, j.data FROM {TABLES}$1 AND j.id = $2");
    tx.row(&sql, &[tenant.into(), id.into()])?.map(|row| Ok((from_row(&row)?, row.text(13)?))).transpose()
}

/// Whether a worker is sending the mail now.
pub fn is_leased(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM jobs WHERE tenant_id = $1 AND id = $2 AND lease_until > $3";
    Ok(tx.row(sql, &[tenant.into(), id.into(), tx.now().into()])?.is_some())
}

/// Makes a mail due now; `false` when it ended meanwhile, or when a worker is sending it: it would go out twice.
pub fn make_due(tx: &WriteTx<'_>, tenant: TenantId, id: Uuid) -> Result<bool, StoreError> {
    // A worker whose lease is over may still be at it: it has the older number, so its word does not count (threats K7).
    let sql = "UPDATE jobs SET state = 'waiting', not_before = $1, ended_at = NULL, lease_until = NULL, fence = fence + 1 \
               WHERE tenant_id = $2 AND id = $3 AND state IN ('waiting', 'abandoned') \
               AND (lease_until IS NULL OR lease_until <= $4)";
    Ok(tx.execute(sql, &[tx.now().into(), tenant.into(), id.into(), tx.now().into()])? == 1)
}

#[cfg(test)]
mod tests {
    use hospes_domain::ids::ObjectId;
    use hospes_domain::query::{Filter, Order, Page, Value};
    use hospes_domain::time::Time;

    use super::*;
    use crate::jobs::{self, JobEnd, NewJob};
    use crate::testing::{HERE, THERE, done, read, two_tenants};

    fn job(n: u128, recipient: &str) -> NewJob {
        NewJob {
            id: Uuid::from_u128(n),
            kind: "invitation".to_owned(),
            recipient: recipient.to_owned(),
            language: None,
            data: "{}".to_owned(),
            subject: Some(ObjectId(Uuid::from_u128(n + 100))),
            dies_at: Time(9_000_000_000),
        }
    }

    fn asked(filter: Option<Filter<MailField>>, top: u16) -> List<MailField> {
        let order = Some(Order { field: MailField::CreatedDateTime, descending: true });
        List { filter, order, page: Page { top, after: None } }
    }

    #[tokio::test]
    async fn i7_an_outbox_is_a_tenants_own_and_is_filtered_page_by_page() {
        let (db, _scratch) = two_tenants("outbox").await;
        done(&db, |tx| {
            for n in 1..=3 {
                jobs::insert(tx, HERE, &job(n, &format!("P{n}@contoso.example")))?;
            }
            jobs::insert(tx, THERE, &job(4, "p4@contoso.example"))?;
            let leased = jobs::lease(tx, 1, 60)?;
            jobs::finish(tx, &leased[0], &JobEnd::Abandoned("no such mailbox (550)".into()))
        })
        .await;
        read(&db, |tx| {
            let all = list(tx, HERE, &asked(None, 2), true)?;
            assert_eq!((all.items.len(), all.count), (2, Some(3)));
            let mut rest = asked(None, 2);
            rest.page.after = all.next;
            assert_eq!(list(tx, HERE, &rest, false)?.items.len(), 1);
            let one = |field, value| list(tx, HERE, &asked(Some(Filter::equal(field, value)), 9), false);
            let dead = one(MailField::State, Value::Text("abandoned".into()))?.items;
            assert_eq!((dead.len(), dead[0].state, dead[0].attempts), (1, MailState::Abandoned, 1));
            assert_eq!(dead[0].last_error.as_deref(), Some("no such mailbox (550)"));
            let found = one(MailField::Recipient, Value::Text("p2@CONTOSO.example".into()))?.items;
            assert_eq!((found.len(), found[0].recipient.as_str()), (1, "P2@contoso.example"));
            let about = one(MailField::UserId, Value::Id(Uuid::from_u128(103)))?.items;
            assert_eq!(about[0].id, Uuid::from_u128(3));
            assert!(by_id(tx, HERE, Uuid::from_u128(4))?.is_none());
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn k7_a_mail_made_due_again_is_out_of_the_hands_of_who_leased_it() {
        let (db, _scratch) = two_tenants("due-again").await;
        done(&db, |tx| {
            jobs::insert(tx, HERE, &job(1, "p1@contoso.example"))?;
            // Its lease is over at once, as a worker's that hangs.
            let first = jobs::lease(tx, 1, 0)?;
            assert!(!is_leased(tx, HERE, Uuid::from_u128(1))?);
            assert!(make_due(tx, HERE, Uuid::from_u128(1))?);
            assert!(!jobs::finish(tx, &first[0], &JobEnd::Done)?);
            let second = jobs::lease(tx, 1, 60)?;
            assert!(is_leased(tx, HERE, Uuid::from_u128(1))?);
            assert!(!make_due(tx, HERE, Uuid::from_u128(1))?, "it would go out twice");
            assert!(jobs::finish(tx, &second[0], &JobEnd::Abandoned("refused".into()))?);
            assert!(make_due(tx, HERE, Uuid::from_u128(1))?);
            let third = jobs::lease(tx, 1, 60)?;
            assert_eq!(third.len(), 1);
            assert!(jobs::finish(tx, &third[0], &JobEnd::Done)?);
            assert!(!make_due(tx, HERE, Uuid::from_u128(1))?, "what was sent stays sent");
            assert!(!make_due(tx, THERE, Uuid::from_u128(1))?);
            Ok(())
        })
        .await;
    }
}
