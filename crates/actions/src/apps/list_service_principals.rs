//! Listing service principals. Refuses guests without a role (threats E4).

use hospes_domain::access::{Actor, may_list};
use hospes_domain::application::ServicePrincipal;
use hospes_domain::query::{Found, List, ServicePrincipalField};
use hospes_domain::refusal::Refusal;
use hospes_store::service_principals;

use crate::app::App;
use crate::callers;
use crate::directory_objects::READ_APPLICATIONS;

/// One page of the tenant's service principals.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_service_principals(
    app: &App,
    actor: &Actor,
    list: List<ServicePrincipalField>,
    counted: bool,
) -> Result<Found<ServicePrincipal>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_APPLICATIONS)?;
        Ok(service_principals::list(tx, actor.tenant, &list, counted)?)
    })
    .await
}
