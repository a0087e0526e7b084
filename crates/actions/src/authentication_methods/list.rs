//! The authentication methods of a user. Refuses whoever may not remove one, but for the user and those who read
//! everything; says nothing of what a method holds.

use hospes_domain::access::{Actor, Standing, may_read_methods, may_remove_factors, may_remove_method};
use hospes_domain::authentication_method::{AuthenticationMethod, MethodKind, PASSWORD_ID};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::engine::Read;
use hospes_store::{passkeys, passwords, roles, second_factors as rows};

use crate::app::{App, Stop};
use crate::callers;
use crate::second_factors::is_demanded;
use crate::users::{NOBODY, find};

/// How a user signs in here.
#[derive(Clone, Debug)]
pub struct Methods {
    /// Whose they are.
    pub user: ObjectId,
    /// Password, authenticator apps, passkeys; each kind the oldest first.
    pub methods: Vec<AuthenticationMethod>,
    /// Whether the password has to be replaced at the next sign-in.
    pub password_due: bool,
    /// Recovery codes that still work.
    pub recovery_codes: usize,
    /// Whether a role demands a second factor of the user.
    pub demanded: bool,
    /// Whether the caller may remove a method.
    pub may_remove: Result<(), Refusal>,
    /// Whether the caller may remove all of them.
    pub may_remove_all: Result<(), Refusal>,
}

/// The methods of the user of an id or user principal name.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn list(app: &App, actor: &Actor, key: String) -> Result<Methods, Refusal> {
    let who = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &who)?;
        let Some(user) = find(tx, who.tenant, &key)?.map(|user| user.id()) else {
            may_read_methods(&caller, NOBODY, &Standing::default())?;
            return Err(Refusal::not_found(&key).into());
        };
        let standing = roles::standing(tx, who.tenant, user)?;
        may_read_methods(&caller, user, &standing)?;
        let password = passwords::stored(tx, who.tenant, user)?;
        Ok(Methods {
            user,
            methods: methods_of(tx, who.tenant, user)?,
            password_due: password.is_some_and(|password| password.change_due),
            recovery_codes: rows::recovery_codes_left(tx, who.tenant, user)?,
            demanded: is_demanded(tx, who.tenant, user)?,
            may_remove: may_remove_method(&caller, user, &standing),
            may_remove_all: may_remove_factors(&caller, user, &standing),
        })
    })
    .await
}

/// What can be removed of a user's methods: apps and passkeys.
pub(crate) fn factors_of(
    tx: &impl Read,
    tenant: TenantId,
    user: ObjectId,
) -> Result<Vec<AuthenticationMethod>, Stop> {
    let methods = methods_of(tx, tenant, user)?.into_iter();
    Ok(methods.filter(|method| method.kind != MethodKind::Password).collect())
}

fn methods_of(tx: &impl Read, tenant: TenantId, user: ObjectId) -> Result<Vec<AuthenticationMethod>, Stop> {
    let password = passwords::stored(tx, tenant, user)?.map(|password| AuthenticationMethod {
        id: PASSWORD_ID,
        kind: MethodKind::Password,
        name: None,
        added_at: (password.set_at != Time::default()).then_some(password.set_at),
        used_at: None,
    });
    let apps = rows::of(tx, tenant, user)?.into_iter().map(|stored| AuthenticationMethod {
        id: stored.factor.id,
        kind: MethodKind::Authenticator,
        name: Some(stored.factor.name),
        added_at: Some(stored.factor.added_at),
        used_at: stored.factor.used_at,
    });
    let passkeys = passkeys::of_user(tx, tenant, user)?.into_iter().map(|passkey| AuthenticationMethod {
        id: passkey.id,
        kind: MethodKind::Passkey,
        name: Some(passkey.name),
        added_at: Some(passkey.created_at),
        used_at: passkey.last_used_at,
    });
    Ok(password.into_iter().chain(apps).chain(passkeys).collect())
}
