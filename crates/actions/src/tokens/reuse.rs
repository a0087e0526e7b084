//! What follows when a code or refresh token comes twice: somebody else has a copy. Refuses to tell which of the two
//! is the thief, and ends everything that came of the grant for both, access tokens too (RFC 9700 section 4.14.2,
//! RFC 6749 section 4.1.2).

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::jose::LEEWAY_SECONDS;
use hospes_store::engine::WriteTx;
use hospes_store::{refresh_tokens, revoked_grants, users};
use uuid::Uuid;

use super::claims::LIFE_SECONDS;
use super::refusals;
use crate::app::Stop;
use crate::audit::{self, Activity};

/// Revokes the family, and says so in the audit log the first time.
pub(super) fn punish(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    family: Uuid,
    audit_id: Uuid,
) -> Result<(), Stop> {
    refresh_tokens::revoke_family(tx, tenant, family)?;
    // The last access token was issued just now at most, and nothing is issued from here on.
    let over = tx.now().plus_seconds(LIFE_SECONDS + LEEWAY_SECONDS);
    if revoked_grants::insert(tx, tenant, family, over)?
        && let Some(user) = users::by_id(tx, tenant, user)?
    {
        let details = vec![("cause".to_owned(), "A code or refresh token was used twice.".to_owned())];
        audit::by_guest(
            tx,
            &user,
            audit_id,
            Activity::RevokeTokens,
            Err(&refusals::bad_refresh_token()),
            details,
        )?;
    }
    Ok(())
}
