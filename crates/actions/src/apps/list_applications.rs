//! Listing and reading registered applications. Refuses guests without a role the list (threats E4), and
//! everybody the secrets.

use hospes_domain::access::{Actor, may_list, may_read_application};
use hospes_domain::application::Application;
use hospes_domain::query::{ApplicationField, Found, List};
use hospes_domain::refusal::Refusal;
use hospes_store::applications;

use super::Which;
use crate::app::App;
use crate::callers;
use crate::directory_objects::READ_APPLICATIONS;

/// One page of the tenant's applications.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_applications(
    app: &App,
    actor: &Actor,
    list: List<ApplicationField>,
    counted: bool,
) -> Result<Found<Application>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_APPLICATIONS)?;
        Ok(applications::list(tx, actor.tenant, &list, counted)?)
    })
    .await
}

/// One application.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get_application(app: &App, actor: &Actor, which: Which) -> Result<Application, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_application(&caller, READ_APPLICATIONS)?;
        let found = match which {
            Which::Id(id) => applications::by_id(tx, actor.tenant, id)?,
            Which::Client(client) => applications::by_client(tx, actor.tenant, client)?,
        };
        found.ok_or_else(|| Refusal::not_found(which).into())
    })
    .await
}
