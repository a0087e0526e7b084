//! Removes what is over and only waits to be forgotten: codes, flows, sessions, tokens, counters, old lines of the sign-in
//! log. Refuses to hold the
//! writer for long: so many rows of a table in one transaction. Nothing depends on it but the size of the database:
//! whoever uses such a row compares its time (threats A7, K14).

use hospes_domain::ids::TenantId;
use hospes_domain::sign_ins;
use uuid::Uuid;

use crate::engine::{StoreError, WriteTx};
use crate::{changes, tenants};

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

const ENDING: [Ending; 15] = [
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
    // Clocks may differ by a minute (threats K8).
    Ending { table: "revoked_grants", key: "family", time: "expires_at", kept: HOUR },
    Ending { table: "sign_ins", key: "id", time: "at", kept: sign_ins::KEPT_SECONDS },
    // Clocks may differ by a minute (threats K8).
    Ending { table: "client_assertions", key: "hash", time: "expires_at", kept: HOUR },
    // So that a device that still asks hears that its code has expired.
    Ending { table: "device_codes", key: "hash", time: "expires_at", kept: HOUR },
    // Who does not renew is told no more.
    Ending { table: "subscriptions", key: "id", time: "expires_at", kept: 0 },
    Ending { table: "session_clients", key: "session_id", time: "expires_at", kept: 0 },
];

/// How long the log of changes is kept: a day longer than a delta token is good for, since clocks may differ.
const CHANGES_KEPT: i64 = hospes_domain::changes::TOKEN_SECONDS + DAY;

/// How long a job that ended well is kept, in seconds.
const JOBS_KEPT: i64 = 30 * DAY;

/// Removes at most `most` rows of each table and tenant; whether there may be more.
pub fn sweep(tx: &WriteTx<'_>, most: usize) -> Result<bool, StoreError> {
    let mut more = false;
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    // Devices that wait under a shared name belong to nobody yet.
    let nobody = TenantId(Uuid::nil());
    let all: Vec<TenantId> = tenants::all(tx)?.into_iter().map(|tenant| tenant.id).chain([nobody]).collect();
    for tenant in all {
        for Ending { table, key, time, kept } in ENDING {
            let sql = format!(
                "DELETE FROM {table} WHERE tenant_id = $1 AND {key} IN (SELECT {key} FROM {table} \
                 WHERE tenant_id = $2 AND {time} < $3 ORDER BY {time} LIMIT $4)"
            );
            let over = tx.now().plus_seconds(-kept);
            let gone = tx.execute(&sql, &[tenant.into(), tenant.into(), over.into(), limit.into()])?;
            more |= gone >= most;
        }
        more |= changes::forget(tx, tenant, CHANGES_KEPT, most)?;
    }
    // Each holds somebody's address. Those that were given up stay, to be seen.
    let jobs = "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state IN ('done', 'dropped') AND ended_at < $1 \
                ORDER BY ended_at LIMIT $2)";
    let over = tx.now().plus_seconds(-JOBS_KEPT);
    Ok(tx.execute(jobs, &[over.into(), limit.into()])? >= most || more)
}
