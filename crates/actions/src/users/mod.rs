//! Users: read, list, create, change, delete, restore, purge, end their sessions. Refuses to invite (that is [`crate::invite`]) and to tell a caller
//! without the right to read whether somebody exists.

pub(crate) mod aliases;
mod bindings;
mod convert_to_internal;
pub mod create;
pub mod delete;
pub mod deleted;
pub mod get;
mod history;
mod leave;
pub mod list;
mod manager;
mod owned;
mod past_invitations;
pub mod profile;
pub mod purge;
pub mod remove_second_factors;
pub mod restore;
pub mod revoke_sessions;
mod sessions;
mod sponsors;
mod tenant_size;
mod times;
mod totals;
pub mod update;

pub use bindings::{KnownBinding, bindings};
pub use convert_to_internal::{AsInternal, convert_to_internal};
pub use create::{NewUser, create};
pub use delete::delete;
pub use deleted::{get_deleted, list_deleted};
pub use get::{get, invited_by, me, sponsors};
pub(crate) use get::{inviter_of, sponsors_of};
pub use history::history;
pub use leave::{Asked, Left, ask_to_leave, leave};
pub use list::{Listed, count, list};
pub(crate) use list::{SCOPES, total};
pub use manager::{manager, reports, set_manager};
pub use owned::owned_objects;
pub(crate) use owned::{READ_OWNED, load_owned, named};
pub use past_invitations::{PastInvitation, past_invitations};
pub use profile::ProfileEdit;
pub use purge::{purge, purge_due};
pub use remove_second_factors::remove_second_factors;
pub(crate) use restore::must_have_nothing_taken;
pub use restore::restore;
pub use revoke_sessions::revoke_sessions;
pub use sessions::{end_session, open_sessions};
pub use sponsors::{add_sponsor, remove_sponsor};
pub use tenant_size::tenant_size;
pub use times::times;
pub(crate) use totals::Totals;
pub use update::{UserEdit, update};

use hospes_domain::access::View;
use hospes_domain::address::Address;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{groups, invitations, jobs, passcodes, sign_in_addresses, tenants, users};

use crate::app::Stop;
use crate::jobs::kinds;

/// A user as a caller sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The user.
    pub user: User,
    /// How much of it the caller sees.
    pub view: View,
    /// The issuer of the tenant's own identities.
    pub initial_domain: String,
}

/// Rights are asked for an id nobody has before it is said that somebody does not exist.
pub(crate) const NOBODY: ObjectId = ObjectId(uuid::Uuid::nil());

/// The user of an id or user principal name.
pub(crate) fn find(tx: &impl Read, tenant: TenantId, key: &str) -> Result<Option<User>, Stop> {
    Ok(match ObjectId::parse(key) {
        Some(id) => users::by_id(tx, tenant, id)?,
        None => users::by_upn(tx, tenant, key)?,
    })
}

pub(crate) fn initial_domain(tx: &impl Read, tenant: TenantId) -> Result<String, Stop> {
    Ok(tenants::initial_domain(tx, tenant)?.ok_or(Refusal::Internal)?)
}

/// Ends every code that was sent to the user and not typed yet, and those still to be sent. Everything else that was
/// issued dies with the generation (I3).
pub(crate) fn end_codes(tx: &WriteTx<'_>, user: &User) -> Result<(), StoreError> {
    let (tenant, id) = (user.guest.record().tenant, user.id());
    let signing_in = sign_in_addresses::of_user(tx, tenant, id)?.into_iter().map(|entry| entry.address);
    let invited = invitations::open_of(tx, tenant, id)?.map(|invitation| invitation.address);
    for address in signing_in.chain(invited) {
        passcodes::end_all_to(tx, tenant, &address)?;
    }
    jobs::drop_unsent(tx, tenant, id, &[kinds::PASSCODE])
}

/// Refuses an address that is somebody else's. Says that, not whose (threats D9).
fn must_be_free(tx: &impl Read, tenant: TenantId, address: &Address, user: ObjectId) -> Result<(), Stop> {
    let taken = users::holders(tx, tenant, address)?.iter().any(|holder| holder.id() != user);
    if taken || groups::has_address(tx, tenant, address)? {
        return Err(Refusal::Taken { property: "proxyAddresses" }.into());
    }
    Ok(())
}

/// Refuses a user principal name that is somebody else's address: whoever signs in with that address would be
/// taken for its owner.
fn name_must_be_free(tx: &impl Read, tenant: TenantId, name: &str, user: ObjectId) -> Result<(), Stop> {
    let address = Address::parse_name(name).map_err(|_| wrong_name())?;
    let taken = users::holders(tx, tenant, &address)?.iter().any(|holder| holder.id() != user);
    if taken { Err(name_taken().into()) } else { Ok(()) }
}

fn name_taken() -> Refusal {
    Refusal::Taken { property: "userPrincipalName" }
}

fn wrong_name() -> Refusal {
    let remedy = "Give a name on a verified domain of this organisation, without '#'.";
    Refusal::invalid("userPrincipalName", "Property userPrincipalName is invalid.", remedy)
}

/// Where a password stands in a body.
const PASSWORD_FIELD: &str = "passwordProfile.password";

#[cfg(test)]
mod tests;
