//! Of whom a second factor is demanded: reading and changing it. Holds from the next request on, also for sessions and
//! refresh tokens there are. Refuses guests to read it, and whoever does not decide on policies to change it.

use hospes_domain::access::{Actor, Role, Scope, may_change_sign_in_policy, may_read_policy};
use hospes_domain::refusal::Refusal;
use hospes_store::second_factors as rows;

use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;

/// The sign-in policy, and whether the caller may change it.
#[derive(Clone, Debug)]
pub struct SignInPolicy {
    /// Roles whose holders need a second factor.
    pub second_factor_roles: Vec<Role>,
    /// Whether the caller may change it.
    pub may_change: Result<(), Refusal>,
}

/// The sign-in policy.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn sign_in(app: &App, actor: &Actor) -> Result<SignInPolicy, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_policy(&caller, &[Scope::PolicyReadAll, Scope::PolicyReadWriteAuthorization])?;
        Ok(SignInPolicy {
            second_factor_roles: rows::demanding_roles(tx, actor.tenant)?,
            may_change: may_change_sign_in_policy(&caller),
        })
    })
    .await
}

/// Demands a second factor of the holders of these roles, and of nobody else; `None` changes nothing. `only_if` are the
/// roles the caller has seen.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::Stale`] when the roles are others by now.
pub async fn change_sign_in(
    app: &App,
    actor: &Actor,
    roles: Option<Vec<Role>>,
    only_if: Option<Vec<Role>>,
) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::UpdateSignInPolicy, move |tx| {
        let caller = callers::load(tx, &who)?;
        may_change_sign_in_policy(&caller)?;
        let before = rows::demanding_roles(tx, who.tenant)?;
        if only_if.as_ref().is_some_and(|seen| !is_same(seen, &before)) {
            return Err(Refusal::Stale.into());
        }
        let mut details = Vec::new();
        if let Some(roles) = roles.as_ref().filter(|roles| !is_same(roles, &before)) {
            rows::set_demanding_roles(tx, who.tenant, roles)?;
            details.extend(super::modified("secondFactorRoles", ids(roles), ids(&before)));
        }
        let target = Target::singleton(who.tenant, "signInPolicy");
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdateSignInPolicy, Some(&target), details)?)
    })
    .await
}

fn is_same(one: &[Role], other: &[Role]) -> bool {
    Role::ALL.iter().all(|role| one.contains(role) == other.contains(role))
}

fn ids(roles: &[Role]) -> String {
    roles.iter().map(|role| role.id().to_string()).collect::<Vec<_>>().join(" ")
}
