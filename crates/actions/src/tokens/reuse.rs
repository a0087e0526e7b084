//! What follows when a code or refresh token comes twice: somebody else has a copy. Refuses to tell which of the two
//! is the thief, and ends the family for both (RFC 9700 section 4.14.2, RFC 6749 section 4.1.2).

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_store::engine::WriteTx;
use hospes_store::{refresh_tokens, users};
use uuid::Uuid;

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
    let ended = refresh_tokens::revoke_family(tx, tenant, family)?;
    if ended > 0
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
