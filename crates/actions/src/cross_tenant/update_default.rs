//! Changing what holds for every organisation without settings of its own. Refuses consent in advance for everybody.

use hospes_domain::access::{Actor, may_change_cross_tenant_access};
use hospes_domain::cross_tenant::DefaultsEdit;
use hospes_domain::refusal::Refusal;
use hospes_store::partners;

use super::{Saying, keep_an_administrator};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::callers;

/// Changes the default.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::Invalid`]; [`Refusal::Conflict`] for the last administrator.
pub async fn update_default(app: &App, actor: &Actor, edit: DefaultsEdit) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateDefaultAccess, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_change_cross_tenant_access(&caller)?;
        let defaults = edit.clone().apply(partners::defaults(tx, tenant)?.unwrap_or_default())?;
        keep_an_administrator(tx, tenant, Saying::Default(defaults))?;
        partners::set_defaults(tx, tenant, defaults)?;
        let details = vec![
            ("b2bCollaborationInbound".to_owned(), defaults.inbound.name().to_owned()),
            ("b2bCollaborationOutbound".to_owned(), defaults.outbound.name().to_owned()),
        ];
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdateDefaultAccess, None, details)?)
    })
    .await
}
