//! Jobs: leased with a fencing number, retried, abandoned visibly. Refuses the word of a worker whose
//! lease somebody else has taken over (threats K7).

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, Value, WriteTx};
use crate::roles::marks;
use crate::users::fold;

/// A job to enqueue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Its id; the Message-ID derives from it.
    pub id: Uuid,
    /// What to do.
    pub kind: String,
    /// A copy of the address.
    pub recipient: String,
    /// The language to render in.
    pub language: Option<String>,
    /// Data of the kind, JSON; no secrets.
    pub data: String,
    /// The user it is about: a reset ends what is still unsent.
    pub subject: Option<ObjectId>,
    /// After this instant it is pointless.
    pub dies_at: Time,
}

/// A leased job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: Uuid,
    /// What to do.
    pub kind: String,
    /// Where to.
    pub recipient: String,
    /// In which language.
    pub language: Option<String>,
    /// Data of the kind, JSON.
    pub data: String,
    /// How often it was tried before.
    pub attempts: u32,
    /// The number this lease must be answered with.
    pub fence: i64,
    /// When it was enqueued.
    pub created_at: Time,
}

/// Enqueues a job with the transaction.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, job: &NewJob) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO jobs (tenant_id, id, kind, recipient, language, data, subject_id, state, attempts, not_before, dies_at, fence, created_at, recipient_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8, $9, 0, $10, $11)",
        &[
            tenant.into(),
            job.id.into(),
            job.kind.as_str().into(),
            job.recipient.as_str().into(),
            job.language.clone().into(),
            job.data.as_str().into(),
            job.subject.into(),
            tx.now().into(),
            job.dies_at.into(),
            tx.now().into(),
            fold(&job.recipient).into(),
        ],
    )?;
    Ok(())
}

/// Leases up to `most` due jobs of any tenant for `seconds`. Jobs past their death are abandoned here.
pub fn lease(tx: &WriteTx<'_>, most: i64, seconds: i64) -> Result<Vec<Job>, StoreError> {
    lease_of(tx, &[], most, seconds)
}

/// The same of these kinds only, if any is named. Those past their death are abandoned whatever they are.
pub fn lease_of(tx: &WriteTx<'_>, kinds: &[&str], most: i64, seconds: i64) -> Result<Vec<Job>, StoreError> {
    let now = tx.now();
    tx.execute(
        "UPDATE jobs SET state = 'abandoned', ended_at = $1, last_error = 'its time was over' WHERE state = 'waiting' AND dies_at <= $2",
        &[now.into(), now.into()],
    )?;
    let mut params: Vec<Value> = vec![now.into(), now.into()];
    params.extend(kinds.iter().map(|kind| Value::from(*kind)));
    let of_kinds = match kinds {
        [] => String::new(),
        _ => format!(" AND kind IN ({})", marks(3, params.len())),
    };
    params.push(most.into());
    let sql = format!(
        "SELECT tenant_id, id, kind, recipient, language, data, attempts, fence, created_at FROM jobs \
         WHERE state = 'waiting' AND not_before <= $1 AND (lease_until IS NULL OR lease_until <= $2){of_kinds} \
         ORDER BY not_before, id LIMIT ${}",
        params.len()
    );
    let due: Vec<Job> = tx.rows(&sql, &params)?.iter().map(from_row).collect::<Result<_, _>>()?;
    let until = now.plus_seconds(seconds);
    let mut leased = Vec::with_capacity(due.len());
    for mut job in due {
        let won = tx.execute(
            "UPDATE jobs SET fence = fence + 1, lease_until = $1 WHERE tenant_id = $2 AND id = $3 AND fence = $4 AND state = 'waiting'",
            &[until.into(), job.tenant.into(), job.id.into(), job.fence.into()],
        )?;
        if won == 1 {
            job.fence += 1;
            leased.push(job);
        }
    }
    Ok(leased)
}

fn from_row(row: &Row) -> Result<Job, StoreError> {
    Ok(Job {
        tenant: row.tenant(0)?,
        id: row.id(1)?,
        kind: row.text(2)?,
        recipient: row.text(3)?,
        language: row.opt_text(4)?,
        data: row.text(5)?,
        attempts: u32::try_from(row.int(6)?).unwrap_or(u32::MAX),
        fence: row.int(7)?,
        created_at: row.time(8)?,
    })
}

/// How a leased job ended this time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// Done.
    Done,
    /// Try again at that instant; the reason names no secret.
    Again(Time, String),
    /// Given up, visibly.
    Abandoned(String),
    /// Not sent, because it had lost its point.
    Dropped(String),
}

/// Records the end; `false` when the lease was lost, then nothing is recorded.
pub fn finish(tx: &WriteTx<'_>, job: &Job, end: &JobEnd) -> Result<bool, StoreError> {
    let (state, at, error, ended) = match end {
        JobEnd::Done => ("done", None, None, Some(tx.now())),
        JobEnd::Again(at, why) => ("waiting", Some(*at), Some(why.as_str()), None),
        JobEnd::Abandoned(why) => ("abandoned", None, Some(why.as_str()), Some(tx.now())),
        JobEnd::Dropped(why) => ("dropped", None, Some(why.as_str()), Some(tx.now())),
    };
    let kept = tx.execute(
        "UPDATE jobs SET state = $1, not_before = COALESCE($2, not_before), last_error = $3, ended_at = $4, attempts = attempts + 1, \
         lease_until = NULL WHERE tenant_id = $5 AND id = $6 AND fence = $7 AND state = 'waiting'",
        &[state.into(), at.into(), error.into(), ended.into(), job.tenant.into(), job.id.into(), job.fence.into()],
    )?;
    Ok(kept == 1)
}

/// Ends what is still unsent about a user: mails that would carry an older link or code.
pub fn drop_unsent(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    subject: ObjectId,
    kinds: &[&str],
) -> Result<(), StoreError> {
    for kind in kinds {
        tx.execute(
            "UPDATE jobs SET state = 'dropped', ended_at = $1, last_error = 'superseded' \
             WHERE tenant_id = $2 AND subject_id = $3 AND kind = $4 AND state = 'waiting'",
            &[tx.now().into(), tenant.into(), subject.into(), (*kind).into()],
        )?;
    }
    Ok(())
}

/// How many jobs are in that state.
pub fn count(tx: &impl Read, state: &str) -> Result<i64, StoreError> {
    tx.row("SELECT count(*) FROM jobs WHERE state = $1", &[state.into()])?.map_or(Ok(0), |row| row.int(0))
}

/// The id of a job that [`lease`] would find or bury, if there is one. Takes the present instant three times.
pub const DUE: &str = "SELECT id FROM jobs WHERE state = 'waiting' AND (not_before <= $1 OR dies_at <= $2) \
                       AND (lease_until IS NULL OR lease_until <= $3) LIMIT 1";

/// The same for a worker that does three kinds only; others it would bury. Takes the three kinds between the first instant
/// and the others.
pub const DUE_OF_KINDS: &str = "SELECT id FROM jobs WHERE state = 'waiting' \
                                AND ((not_before <= $1 AND kind IN ($2, $3, $4)) OR dies_at <= $5) \
                                AND (lease_until IS NULL OR lease_until <= $6) LIMIT 1";
