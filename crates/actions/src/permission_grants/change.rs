//! Changing what was granted on behalf of people, and taking it back, which works at once: refresh tokens answer that
//! nobody consented, and the directory API counts only what is still granted. Refuses what granting it anew would refuse.

use hospes_domain::access::{Actor, may_change_grants, may_grant};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{permission_grants, service_principals};
use uuid::Uuid;

use super::Grant;
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;

fn find(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<(Grant, Target), Stop> {
    let grant = permission_grants::by_id(tx, tenant, id)?.ok_or_else(|| Refusal::not_found(id))?;
    let client = service_principals::by_id(tx, tenant, grant.client_principal)?.ok_or(Refusal::Internal)?;
    Ok((grant, Target::service_principal(&client)))
}

/// Makes `scope` the whole of the grant.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Invalid`].
pub async fn update_grant(app: &App, actor: &Actor, id: Uuid, scope: String) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateGrant, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_change_grants(&caller)?;
        let (before, about) = find(tx, tenant, id)?;
        let principal =
            service_principals::by_id(tx, tenant, before.resource_principal)?.ok_or(Refusal::Internal)?;
        let resource = super::resource(tx, tenant, &principal)?;
        let names = super::names(&resource, &scope)?;
        // What was granted already is not granted again.
        let had: Vec<&str> = before.scope.split_ascii_whitespace().collect();
        let more: Vec<String> = names.iter().filter(|name| !had.contains(&name.as_str())).cloned().collect();
        may_grant(&caller, super::directory(&resource, &more))?;
        let scope = names.join(" ");
        permission_grants::set(tx, tenant, (before.client, before.resource), before.user, &scope)?;
        let after = Grant { scope, ..before };
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdateGrant, Some(&about), super::details(&after))?)
    })
    .await
}

/// Takes a grant back.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn delete_grant(app: &App, actor: &Actor, id: Uuid) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::RemoveGrant, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_change_grants(&caller)?;
        let (grant, about) = find(tx, tenant, id)?;
        permission_grants::delete(tx, tenant, id)?;
        Ok(audit::done(tx, &caller, audit_id, Activity::RemoveGrant, Some(&about), super::details(&grant))?)
    })
    .await
}
