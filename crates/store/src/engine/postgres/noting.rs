//! Writes what a group of closures noted, in the same message as its commit: no round trip more for any of them.
//!
//! Commits are not in the order of their transactions' numbers, nor in that of a sequence drawn while a transaction runs.
//! So whoever commits notes takes a lock last of all, draws the position under it, and gives the lock up by the commit:
//! the server lets go of it only after others can see the transaction. Whoever sees a position therefore sees every
//! smaller one, on every node. Nobody waits for anything else while holding it, so it can be part of no deadlock.

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Statement};

use super::super::Note;

/// All rows of a group under one position.
pub(super) const INSERT: &str = "WITH place AS (SELECT nextval('change_positions') AS position) \
    INSERT INTO changes (tenant_id, position, ordinal, kind, object_id, related_id, what, at) \
    SELECT n.tenant::uuid, place.position, n.ordinal, n.kind, n.object::uuid, n.related::uuid, n.what, $6::bigint \
    FROM place, unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[]) \
    WITH ORDINALITY AS n (tenant, kind, object, related, what, ordinal)";

/// Waits until nobody else is between a position and its commit.
pub(super) fn lock(number: i64) -> String {
    format!("SELECT pg_advisory_xact_lock({number})")
}

/// The notes by columns, as the statement takes them.
pub(super) struct Columns {
    tenants: Vec<String>,
    kinds: Vec<&'static str>,
    objects: Vec<String>,
    related: Vec<Option<String>>,
    what: Vec<i64>,
}

impl Columns {
    /// `None` where there is nothing to write.
    pub(super) fn of(notes: &[Note]) -> Option<Self> {
        let some = !notes.is_empty();
        some.then(|| Self {
            tenants: notes.iter().map(|note| note.tenant.to_string()).collect(),
            kinds: notes.iter().map(|note| note.kind).collect(),
            objects: notes.iter().map(|note| note.object.to_string()).collect(),
            related: notes.iter().map(|note| note.related.map(|id| id.to_string())).collect(),
            what: notes.iter().map(|note| note.what).collect(),
        })
    }

    fn params<'a>(&'a self, now: &'a i64) -> [&'a (dyn ToSql + Sync); 6] {
        [&self.tenants, &self.kinds, &self.objects, &self.related, &self.what, now]
    }
}

/// Writes them, if there are any; the lock has to be held.
pub(super) async fn write(
    client: &Client,
    noted: Option<&(Statement, Columns)>,
    now: &i64,
) -> Result<(), Error> {
    let Some((statement, columns)) = noted else { return Ok(()) };
    client.execute(statement, &columns.params(now)).await.map(drop)
}
