//! Passwords that people choose: checked against rules and lists, hashed, changed. Refuses what the rules refuse,
//! wherever it is set ([`hospes_domain::password`]); only an operator's seed stores a hash without asking
//! ([`crate::setup::create_member`]).

mod change;
mod estimate;
mod leaked;

pub use change::{Changed, change, change_in_session};
pub use leaked::{LeakedError, LeakedPasswords};

use hospes_domain::password::{Findings, Names, SHORTEST, Weak, normal, shape, strength};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{StoreError, WriteTx};
use hospes_store::{jobs, passwords};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::app::App;
use crate::jobs::kinds;
use crate::keys::PasswordError;
use crate::random;

/// A password somebody wants to have. No `Debug`: see [`Zeroizing`].
pub(crate) struct Wanted {
    /// As it was typed.
    pub password: Zeroizing<String>,
    /// Names it must not be made of.
    pub names: Names,
    /// Characters, at least.
    pub shortest: usize,
    /// The field, as the surface spells it.
    pub field: &'static str,
}

impl Wanted {
    /// A password of anybody but the first administrator.
    pub fn new(password: Zeroizing<String>, names: Names, field: &'static str) -> Self {
        Self { password, names, shortest: SHORTEST, field }
    }
}

/// The stored form of a password that the rules take. Slow: never inside a closure.
///
/// # Errors
/// [`Refusal::Invalid`] for the field, [`Refusal::Unavailable`].
pub(crate) async fn hashed(app: &App, wanted: Wanted) -> Result<String, Refusal> {
    let Wanted { password, names, shortest, field } = wanted;
    let typed = Zeroizing::new(normal(&password));
    shape(&typed, shortest, &names).map_err(|weak| weak.refusal(field))?;
    let (looked_at, list) = (typed.clone(), app.leaked_passwords().cloned());
    let found = tokio::task::spawn_blocking(move || look_up(&looked_at, &names, list.as_ref())).await;
    let found = found.map_err(|_| Refusal::Unavailable { retry_after_seconds: 1 })??;
    strength(found).map_err(|weak: Weak| weak.refusal(field))?;
    app.passwords().hash(typed, random::bytes(app.random())).await.map_err(unhashed)
}

fn look_up(password: &str, names: &Names, list: Option<&LeakedPasswords>) -> Result<Findings, Refusal> {
    let leaked = list.map_or(Ok(false), |list| list.holds(password)).map_err(|error| {
        // Taken unseen, a leaked password would stay for years; the operator mends the file in minutes.
        tracing::error!(%error, "the list of leaked passwords cannot be used");
        Refusal::Unavailable { retry_after_seconds: 30 }
    })?;
    Ok(Findings { leaked, ..estimate::estimate(password, names) })
}

/// Why a password was not hashed or compared, as a caller hears it.
pub(crate) fn unhashed(error: PasswordError) -> Refusal {
    match error {
        PasswordError::Busy | PasswordError::GivenUp => Refusal::Unavailable { retry_after_seconds: 1 },
        other @ (PasswordError::Cost | PasswordError::Unreadable) => {
            tracing::error!(error = %other, "a password could not be hashed or compared");
            Refusal::Internal
        }
    }
}

/// Stores a new password: the person is told by mail. Ending what was issued under the old one is the caller's, who
/// saves the user.
pub(crate) fn store(
    tx: &WriteTx<'_>,
    user: &User,
    hash: &str,
    change_due: bool,
    notice: Uuid,
) -> Result<(), StoreError> {
    let tenant = user.guest.record().tenant;
    passwords::set(tx, tenant, user.id(), hash, change_due)?;
    if let Some(to) = &user.mail {
        jobs::insert(tx, tenant, &kinds::notice(notice, kinds::PASSWORD_CHANGED, to, user, tx.now()))?;
    }
    Ok(())
}
