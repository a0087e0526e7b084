//! How many invitations and invitation mails are taken. Refuses with the seconds to wait.

use hospes_domain::address::Address;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::invitation::{MAILS_PER_ADDRESS, MAILS_PER_INVITER, PER_TENANT};
use hospes_domain::proof::Limit;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_store::counters;
use hospes_store::engine::WriteTx;

use crate::app::Stop;

/// Counts one under `name`, if there is room.
pub(crate) fn take(tx: &WriteTx<'_>, tenant: TenantId, name: &str, limit: Limit) -> Result<(), Stop> {
    let counter = counters::load(tx, tenant, name)?;
    counter.room(limit, tx.now()).map_err(|retry_after_seconds| Refusal::TooMany { retry_after_seconds })?;
    counters::save(tx, tenant, name, counter.plus_one(limit, tx.now()))?;
    Ok(())
}

/// One more request under /invitations.
pub(super) fn per_tenant(tx: &WriteTx<'_>, tenant: TenantId) -> Result<(), Stop> {
    take(tx, tenant, "invitations", PER_TENANT)
}

/// The counter of invitation mails to an address.
pub(crate) fn mails_to(address: &Address) -> String {
    format!("invitation-mail:{}", address.key())
}

/// One more invitation mail to `address`, caused by `inviter`.
pub(super) fn mail(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    address: &Address,
    inviter: ObjectId,
) -> Result<(), Stop> {
    take(tx, tenant, &mails_to(address), MAILS_PER_ADDRESS)?;
    take(tx, tenant, &format!("invitation-mails-by:{inviter}"), MAILS_PER_INVITER)
}

/// Whether one more copy may go to `address` (threats I5). The organisation's own people may be told of every
/// guest; a stranger's mailbox takes as many copies as invitations, then the copy is left out and the call succeeds.
pub(super) fn copy(
    tx: &WriteTx<'_>,
    tenant: &Tenant,
    address: &Address,
    inviter: ObjectId,
) -> Result<bool, Stop> {
    if tenant.domains.iter().any(|own| own == address.domain()) {
        return Ok(true);
    }
    match mail(tx, tenant.id, address, inviter) {
        Err(Stop::Refused(Refusal::TooMany { .. })) => Ok(false),
        other => other.map(|()| true),
    }
}
