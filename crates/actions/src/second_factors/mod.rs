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
use hospes_domain::second_factor::{self, Need, News};
use hospes_domain::session::Amr;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{jobs, roles, second_factors as rows};
use uuid::Uuid;

use crate::jobs::kinds;

/// What somebody lacks who was proven like that.
pub(crate) fn need(tx: &impl Read, user: &User, amr: &Amr) -> Result<Need, StoreError> {
    if amr.is_multi() {
        return Ok(Need::Nothing);
    }
    let tenant = user.guest.record().tenant;
    let (has_one, roles) = rows::any_and_demanding(tx, tenant, user.id())?;
    let demanded = !has_one && are_held(tx, tenant, user.id(), &roles)?;
    Ok(second_factor::need(amr, has_one, demanded))
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
