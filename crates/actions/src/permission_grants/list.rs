//! Reading what applications may do on behalf of people. Refuses guests without a role: a grant names who gave it.

use hospes_domain::access::{Actor, READ_GRANTS, may_list};
use hospes_domain::query::{Filter, Found, GrantField, List, Value};
use hospes_domain::refusal::Refusal;
use hospes_store::permission_grants;
use uuid::Uuid;

use super::Grant;
use crate::app::App;
use crate::apps::{self, Which};
use crate::callers;
use crate::users::find;

/// One page of the grants of the tenant.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_grants(
    app: &App,
    actor: &Actor,
    list: List<GrantField>,
    counted: bool,
) -> Result<Found<Grant>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_GRANTS)?;
        Ok(permission_grants::list(tx, actor.tenant, &list, counted)?)
    })
    .await
}

/// Whose grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those on behalf of a user alone, named by id or user principal name.
    User(String),
    /// Those of an application.
    Client(Which),
}

/// One page of the grants of somebody.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn list_grants_of(
    app: &App,
    actor: &Actor,
    whose: Whose,
    list: List<GrantField>,
    counted: bool,
) -> Result<Found<Grant>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_GRANTS)?;
        let (field, id) = match &whose {
            Whose::User(key) => {
                let user = find(tx, actor.tenant, key)?.ok_or_else(|| Refusal::not_found(key))?;
                (GrantField::PrincipalId, user.id())
            }
            Whose::Client(which) => (GrantField::ClientId, apps::find(tx, actor.tenant, *which)?.id),
        };
        let own = Filter::equal(field, Value::Id(id.0));
        let filter = match &list.filter {
            Some(filter) => own.and(filter.clone()),
            None => own,
        };
        let list = List { filter: Some(filter), ..list.clone() };
        Ok(permission_grants::list(tx, actor.tenant, &list, counted)?)
    })
    .await
}

/// One grant.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get_grant(app: &App, actor: &Actor, id: Uuid) -> Result<Grant, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_GRANTS)?;
        permission_grants::by_id(tx, actor.tenant, id)?.ok_or_else(|| Refusal::not_found(id).into())
    })
    .await
}
