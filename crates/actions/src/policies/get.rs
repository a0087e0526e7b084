//! Reading the policies there is one of. Refuses guests (reference/roles-and-policies.md section 2).

use hospes_domain::access::{Actor, Scope, may_read_policy};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;

use crate::app::App;
use crate::callers;

/// The tenant, for its authorization policy.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn authorization(app: &App, actor: &Actor) -> Result<Tenant, Refusal> {
    read(app, actor, &[Scope::PolicyReadAll, Scope::PolicyReadWriteAuthorization]).await
}

/// The tenant, for its external identities policy.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn external_identities(app: &App, actor: &Actor) -> Result<Tenant, Refusal> {
    read(app, actor, &[Scope::PolicyReadAll, Scope::PolicyReadWriteExternalIdentities]).await
}

async fn read(app: &App, actor: &Actor, scopes: &'static [Scope]) -> Result<Tenant, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_policy(&callers::load(tx, &actor)?, scopes)?;
        super::tenant(tx, actor.tenant)
    })
    .await
}
