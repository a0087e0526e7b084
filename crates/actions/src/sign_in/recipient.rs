//! Whom a typed address means, when a code is the proof (design section 5). Refuses `otherMails`,
//! addresses of closed bindings, and guests who are blocked; none of that shows to whoever typed.

use hospes_domain::address::Address;
use hospes_domain::guest::State;
use hospes_domain::ids::TenantId;
use hospes_domain::invitation::Invitation;
use hospes_domain::proof::MAIL_ISSUER;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};
use hospes_store::sign_in_addresses::{self, AddressState, SignInAddress};
use hospes_store::{invitations, roles, users};

/// Who would be signed in.
pub(super) enum Recipient {
    /// A guest whose open binding owns the address; it may still have to be proven.
    Bound(Box<User>, SignInAddress),
    /// A pending guest, invited at the address, whose `mail` it also is: a just-in-time redemption.
    Pending(Box<User>, Box<Invitation>),
}

impl Recipient {
    pub(super) fn user(&self) -> &User {
        match self {
            Self::Bound(user, _) | Self::Pending(user, _) => user,
        }
    }

    /// Where the mail goes: the stored address, never the typed one (threats B12).
    pub(super) fn address(&self) -> &Address {
        match self {
            Self::Bound(_, entry) => &entry.address,
            Self::Pending(_, invitation) => &invitation.address,
        }
    }
}

/// Finds the recipient of a code for `typed`, if it means anybody.
pub(super) fn recipient(
    tx: &impl Read,
    tenant: TenantId,
    typed: &Address,
) -> Result<Option<Recipient>, StoreError> {
    if let Some(entry) = sign_in_addresses::find(tx, tenant, typed)? {
        let user = users::by_id(tx, tenant, entry.user)?.filter(|user| {
            let owns = |b: &hospes_domain::guest::Binding| b.id == entry.binding && b.issuer == MAIL_ISSUER;
            user.guest.is_active() && user.guest.binding().is_some_and(owns)
        });
        if entry.state == AddressState::Waiting && !may_confirm(tx, tenant, &entry)? {
            return Ok(None);
        }
        return Ok(user.map(|user| Recipient::Bound(Box::new(user), entry)));
    }
    let Some(invitation) = invitations::open_to(tx, tenant, typed)? else { return Ok(None) };
    if invitation.state.usable(invitation.expires_at, tx.now()).is_err() {
        return Ok(None);
    }
    let user = users::by_id(tx, tenant, invitation.user)?.filter(|user| {
        user.guest.is_active()
            && user.guest.state() == State::PendingAcceptance
            && user.mail.as_ref().is_some_and(|mail| mail.same(&invitation.address))
    });
    Ok(user.map(|user| Recipient::Pending(Box::new(user), Box::new(invitation))))
}

/// Days a sign-in address waits for its proof.
const WAITING_DAYS: i64 = 7;

/// Whether proving a waiting address may still make it sign in. Not after a week, and not for somebody
/// who holds a role by now: whoever added it needed the rank for the guest as it was then (threats B17).
fn may_confirm(tx: &impl Read, tenant: TenantId, entry: &SignInAddress) -> Result<bool, StoreError> {
    let over = entry.added_at.plus_seconds(WAITING_DAYS * 24 * 3600);
    Ok(tx.now() < over && !roles::standing(tx, tenant, entry.user)?.is_privileged())
}
