//! What the signed-in person does with the ways of signing in that belong to it: look, add, remove, print new recovery
//! codes. Refuses everybody but the person, and the person, too, unless the sign-in is a few minutes old: a browser left
//! open must not be enough to put another factor in the place of the owner's (threats F13).

mod add;
mod look;
mod remove;
mod renew;

pub use add::{Added, add, offer};
pub use look::{Mine, look};
pub use remove::remove;
pub use renew::renew_recovery_codes;

use hospes_domain::ids::TenantId;
use hospes_domain::second_factor::FRESH_SECONDS;
use hospes_domain::session::Session;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};

use crate::sessions;

/// Whoever the session stands for, if the sign-in is young enough to change something.
fn fresh(
    tx: &impl Read,
    tenant: TenantId,
    hash: [u8; 32],
    now: Time,
) -> Result<Option<(Session, User)>, StoreError> {
    Ok(sessions::good(tx, tenant, hash, now)?.filter(|(session, _)| is_fresh(session, now)))
}

fn is_fresh(session: &Session, now: Time) -> bool {
    now < session.created_at.plus_seconds(FRESH_SECONDS)
}
