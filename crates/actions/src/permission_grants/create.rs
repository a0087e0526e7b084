//! Granting an application permissions on behalf of people. Refuses applications that grant what they do not hold
//! themselves (threats E2), and a second grant for the same application, resource and person.

use hospes_domain::access::{Actor, may_change_grants, may_grant};
use hospes_domain::application::grant_id;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_store::{permission_grants, service_principals, users};

use super::Grant;
use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;

/// A grant to be.
#[derive(Clone, Debug)]
pub struct CreateGrant {
    /// `clientId`: the service principal of the application.
    pub client: ObjectId,
    /// `resourceId`: the service principal of the resource.
    pub resource: ObjectId,
    /// `principalId`; `None` for everybody.
    pub user: Option<ObjectId>,
    /// `scope`.
    pub scope: String,
}

/// Grants.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::Invalid`], [`Refusal::Conflict`].
pub async fn create_grant(app: &App, actor: &Actor, command: CreateGrant) -> Result<Grant, Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::AddGrant, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_change_grants(&caller)?;
        let unknown = |field: &str, id: ObjectId| {
            let cause = format!("There is no service principal '{id}'.");
            Refusal::invalid(field, cause, "Give the object id of one of /servicePrincipals.")
        };
        let client = service_principals::by_id(tx, tenant, command.client)?
            .ok_or_else(|| unknown("clientId", command.client))?;
        let target = service_principals::by_id(tx, tenant, command.resource)?
            .ok_or_else(|| unknown("resourceId", command.resource))?;
        let resource = super::resource(tx, tenant, &target)?;
        let names = super::names(&resource, &command.scope)?;
        may_grant(&caller, super::directory(&resource, &names))?;
        if let Some(user) = command.user
            && users::by_id(tx, tenant, user)?.is_none()
        {
            let cause = format!("There is no user '{user}'.");
            return Err(Refusal::invalid("principalId", cause, "Give the object id of a user.").into());
        }
        let id = grant_id(client.client_id, target.client_id, command.user);
        if permission_grants::by_id(tx, tenant, id)?.is_some() {
            return Err(Refusal::SameKey { cause: "Permission entry already exists.".to_owned() }.into());
        }
        let pair = (client.client_id, target.client_id);
        permission_grants::set(tx, tenant, pair, command.user, &names.join(" "))?;
        let made = permission_grants::by_id(tx, tenant, id)?.ok_or(Refusal::Internal)?;
        let about = Target::service_principal(&client);
        audit::done(tx, &caller, audit_id, Activity::AddGrant, Some(&about), super::details(&made))?;
        Ok(made)
    })
    .await
}
