//! Deleting a user for good: every row that is theirs goes, the history of their bindings and the logs stay: what is in
//! the sign-in log ends by itself after 30 days, and deleting an account covers no tracks.
//! Refuses to decide who is due for it, and to touch what ends by itself within a day: codes, flows, counters
//! ([`crate::sweep`]) - a purge would have to read whole tables for them.

use hospes_domain::changes::{Changed, Kind};
use hospes_domain::guest::{Binding, Ended};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::time::Time;

use crate::deleted_items::WAITING_FOR_USER;
use crate::engine::{Read, StoreError, Value, WriteTx};
use crate::{bindings, changes, words};

/// Users of a tenant who were deleted by that instant, at most `most`, the longest deleted first.
pub fn due(
    tx: &impl Read,
    tenant: TenantId,
    deleted_by: Time,
    most: usize,
) -> Result<Vec<ObjectId>, StoreError> {
    let sql = "SELECT id FROM users WHERE tenant_id = $1 AND deleted_at IS NOT NULL AND deleted_at <= $2 \
               ORDER BY deleted_at, id LIMIT $3";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    tx.rows(sql, &[tenant.into(), deleted_by.into(), most.into()])?.iter().map(|row| row.object(0)).collect()
}

/// What a user has, in an order that leaves no row without the one it refers to. Whom they sponsored and invited keep
/// the id of somebody who is nobody any more, as every reader expects of a deleted user.
const ROWS: &[&str] = &[
    "DELETE FROM sign_in_addresses WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM deleted_sign_in_addresses WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM last_sign_ins WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM refresh_tokens WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM second_factors WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM redemption_consents WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM permission_grants WHERE tenant_id = $1 AND user_id = $2",
    // Those that are still to be sent, and those that were given up and are to be seen, stay (threats I7).
    "DELETE FROM jobs WHERE tenant_id = $1 AND subject_id = $2 AND state IN ('done', 'dropped')",
    "DELETE FROM invitations WHERE tenant_id = $1 AND user_id = $2",
    "UPDATE groups SET revision = revision + 1 WHERE tenant_id = $1 AND id IN \
     (SELECT group_id FROM group_members WHERE tenant_id = $1 AND member_id = $2)",
    "DELETE FROM group_members WHERE tenant_id = $1 AND member_id = $2",
    "DELETE FROM group_owners WHERE tenant_id = $1 AND owner_id = $2",
    "DELETE FROM app_role_assignments WHERE tenant_id = $1 AND principal_id = $2",
    "DELETE FROM role_assignments WHERE tenant_id = $1 AND principal_id = $2",
    "DELETE FROM application_owners WHERE tenant_id = $1 AND owner_id = $2",
    "DELETE FROM user_managers WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM user_managers WHERE tenant_id = $1 AND manager_id = $2",
    "DELETE FROM subscriptions WHERE tenant_id = $1 AND maker_id = $2",
    "DELETE FROM user_sponsors WHERE tenant_id = $1 AND user_id = $2",
    "DELETE FROM user_addresses WHERE tenant_id = $1 AND user_id = $2",
    words::REMOVE,
    "DELETE FROM users WHERE tenant_id = $1 AND id = $2",
];

/// Removes a user. `open` is the binding that ends with that, `by` who did it.
pub fn purge(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    open: Option<&Binding>,
    by: Option<ObjectId>,
) -> Result<(), StoreError> {
    if let Some(binding) = open {
        bindings::close(tx, tenant, binding.id, Ended::Purged, by)?;
    }
    bindings::end_aside(tx, tenant, user)?;
    bindings::outlive(tx, tenant, user)?;
    changes::note(tx, tenant, Kind::User, user, Changed::PURGED);
    changes::note_places_of(tx, tenant, user)?;
    let params: [Value; 2] = [tenant.into(), user.into()];
    for sql in ROWS.iter().chain(WAITING_FOR_USER) {
        tx.execute(sql, &params)?;
    }
    Ok(())
}
