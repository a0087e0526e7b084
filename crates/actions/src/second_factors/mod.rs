//! What the verbs share that ask for second factors: who lacks what, how codes are checked. Refuses to be a verb: those
//! of a sign-in are in [`crate::sign_in`], those of one's own page in [`crate::security`], the administrators' in
//! [`crate::users`].

mod recovery;
mod totp;

pub use totp::{Enrolment, code_at};

pub(crate) use recovery::{NewCodes, hash_of};
pub(crate) use totp::{Draft, is_right};

use hospes_domain::access::Role;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::passkey;
use hospes_domain::second_factor::{self, Need, News};
use hospes_domain::session::Amr;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{jobs, passkeys, roles, second_factors as rows};
use uuid::Uuid;

use crate::jobs::kinds;

/// What [`need`] is going to read.
pub(crate) fn foresee(tx: &impl Read, tenant: TenantId, user: ObjectId, amr: &Amr) -> Result<(), StoreError> {
    if amr.is_multi() { Ok(()) } else { rows::showing(tx, tenant, user).map(drop) }
}

/// What somebody lacks who was proven like that.
pub(crate) fn need(tx: &impl Read, user: &User, amr: &Amr) -> Result<Need, StoreError> {
    if amr.is_multi() {
        return Ok(Need::Nothing);
    }
    let tenant = user.guest.record().tenant;
    let showing = rows::showing(tx, tenant, user.id())?;
    let has_one = showing.app || (showing.passkey && passkey::is_beside(user));
    let demanded = !has_one && are_held(tx, tenant, user.id(), &showing.demanding)?;
    Ok(second_factor::need(amr, has_one, demanded))
}

/// Whether the user has something to show beside the first proof: an app, or a passkey where it stands beside another proof.
pub(crate) fn has_one(tx: &impl Read, user: &User) -> Result<bool, StoreError> {
    let tenant = user.guest.record().tenant;
    if passkey::is_beside(user) {
        return rows::any_or_passkey(tx, tenant, user.id());
    }
    rows::any(tx, tenant, user.id())
}

/// How many factors the user can show: apps, and passkeys where they stand beside another proof.
pub(crate) fn count(tx: &impl Read, user: &User) -> Result<usize, StoreError> {
    let tenant = user.guest.record().tenant;
    let passkeys = if passkey::is_beside(user) { passkeys::of_user(tx, tenant, user.id())?.len() } else { 0 };
    Ok(rows::of(tx, tenant, user.id())?.len() + passkeys)
}

/// After a factor was removed: with the last one the recovery codes go. Alone they would be a second password on paper.
pub(crate) fn drop_codes_without_factor(tx: &WriteTx<'_>, user: &User) -> Result<(), StoreError> {
    if has_one(tx, user)? {
        return Ok(());
    }
    rows::set_recovery_codes(tx, user.guest.record().tenant, user.id(), &[])
}

/// Whether a role that the user holds, directly or through groups, demands a second factor.
pub(crate) fn is_demanded(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<bool, StoreError> {
    are_held(tx, tenant, user, &rows::demanding_roles(tx, tenant)?)
}

/// Whether the user holds one of these roles.
fn are_held(tx: &impl Read, tenant: TenantId, user: ObjectId, roles: &[Role]) -> Result<bool, StoreError> {
    Ok(!roles.is_empty() && second_factor::is_demanded(roles, &roles::standing(tx, tenant, user)?))
}

/// Tells the owner by mail.
pub(crate) fn tell(tx: &WriteTx<'_>, user: &User, news: News, job: Uuid) -> Result<(), StoreError> {
    match kinds::security_notice(job, news, user, tx.now()) {
        Some(job) => jobs::insert(tx, user.guest.record().tenant, &job),
        None => Ok(()),
    }
}
