//! Removes what is over and only waits to be forgotten: codes, flows, sessions, tokens, counters. Refuses to hold the
//! writer for long: so many rows of a table in one transaction. Nothing depends on it but the size of the database:
//! whoever uses such a row compares its time (threats A7, K14).

use crate::engine::{StoreError, WriteTx};
use crate::tenants;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A table whose rows end.
struct Ending {
    table: &'static str,
    /// With the tenant, the primary key.
    key: &'static str,
    /// When a row is over; there is an index on the tenant and this.
    time: &'static str,
    /// How long it is kept after that, in seconds.
    kept: i64,
}

const ENDING: [Ending; 9] = [
    // Longer than any window, all of which are a day at most.
    Ending { table: "counters", key: "name", time: "since", kept: 2 * DAY },
    // So that a page that was left open says what is wrong.
    Ending { table: "passcodes", key: "id", time: "expires_at", kept: HOUR },
    Ending { table: "redemption_flows", key: "id", time: "expires_at", kept: HOUR },
    Ending { table: "sign_in_flows", key: "id", time: "expires_at", kept: 0 },
    Ending { table: "passkey_ceremonies", key: "id", time: "expires_at", kept: 0 },
    Ending { table: "upstream_sign_ins", key: "id", time: "expires_at", kept: 0 },
    Ending { table: "sessions", key: "hash", time: "expires_at", kept: 0 },
    // So that a replay can be told from an unknown code (threats F4).
    Ending { table: "authorization_codes", key: "hash", time: "expires_at", kept: DAY },
    Ending { table: "refresh_tokens", key: "hash", time: "expires_at", kept: 0 },
];

/// How long a job that ended well is kept, in seconds.
const JOBS_KEPT: i64 = 30 * DAY;

/// Removes at most `most` rows of each table and tenant; whether there may be more.
pub fn sweep(tx: &WriteTx<'_>, most: usize) -> Result<bool, StoreError> {
    let mut more = false;
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    for tenant in tenants::all(tx)? {
        for Ending { table, key, time, kept } in ENDING {
            let sql = format!(
                "DELETE FROM {table} WHERE tenant_id = $1 AND {key} IN (SELECT {key} FROM {table} \
                 WHERE tenant_id = $2 AND {time} < $3 ORDER BY {time} LIMIT $4)"
            );
            let over = tx.now().plus_seconds(-kept);
            let gone = tx.execute(&sql, &[tenant.id.into(), tenant.id.into(), over.into(), limit.into()])?;
            more |= gone >= most;
        }
    }
    // Each holds somebody's address. Those that were given up stay, to be seen.
    let jobs = "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state IN ('done', 'dropped') AND ended_at < $1 \
                ORDER BY ended_at LIMIT $2)";
    let over = tx.now().plus_seconds(-JOBS_KEPT);
    Ok(tx.execute(jobs, &[over.into(), limit.into()])? >= most || more)
}
