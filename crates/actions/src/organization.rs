//! Reads the caller's own organisation, and changes what it says of itself. Refuses guests everything but its name and domains
//! (reference/roles-and-policies.md section 2).

use hospes_domain::access::{Actor, View, may_change_organization, may_read_organization};
use hospes_domain::application::check_home_page;
use hospes_domain::edit::Edit;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_store::tenants;

use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;

/// The tenant of the caller, and how much of it the caller sees.
pub async fn organization(app: &App, actor: &Actor) -> Result<(Tenant, View), Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let view = may_read_organization(&caller)?;
        let tenant = tenants::by_id(tx, actor.tenant)?.ok_or_else(|| Refusal::not_found(actor.tenant))?;
        Ok((tenant, view))
    })
    .await
}

/// Where people read what becomes of their data (`privacyProfile.statementUrl`): shown where guests redeem and leave.
const STATEMENT: &str = "privacyProfile.statementUrl";

/// Changes the caller's organisation.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`] for another organisation, [`Refusal::Invalid`].
pub async fn update(app: &App, actor: &Actor, key: String, statement: Edit<String>) -> Result<(), Refusal> {
    let (who, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateOrganization, move |tx| {
        let caller = callers::load(tx, &who)?;
        may_change_organization(&caller)?;
        if !key.eq_ignore_ascii_case(&who.tenant.to_string()) {
            return Err(Refusal::not_found(&key).into());
        }
        let mut tenant = tenants::by_id(tx, who.tenant)?.ok_or(Refusal::Internal)?;
        if let Edit::Set(url) = &statement {
            check_home_page(STATEMENT, url)?;
        }
        let changed = if statement.is_given() { STATEMENT } else { "" };
        statement.clone().apply(&mut tenant.privacy_url);
        tenants::set_privacy_url(tx, who.tenant, tenant.privacy_url.as_deref())?;
        let target = Target {
            kind: "Organization",
            id: ObjectId(who.tenant.0),
            name: tenant.display_name,
            related: None,
        };
        let details = vec![("changed".to_owned(), changed.to_owned())];
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdateOrganization, Some(&target), details)?)
    })
    .await
}
