//! Changing whether guests may leave by themselves. Refuses whoever does not decide on external identities
//! (reference/roles-and-policies.md section 4).

use hospes_domain::access::{Actor, may_change_leaving};
use hospes_domain::policy::GuestPolicy;
use hospes_domain::refusal::Refusal;
use hospes_store::tenants;

use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;

/// Lets guests leave by themselves, or not; `None` changes nothing.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn change_leaving(app: &App, actor: &Actor, allowed: Option<bool>) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::UpdateLeaving, move |tx| {
        let caller = callers::load(tx, &who)?;
        may_change_leaving(&caller)?;
        let before = super::tenant(tx, who.tenant)?.guests;
        let mut details = Vec::new();
        if let Some(may_leave) = allowed.filter(|allowed| *allowed != before.may_leave) {
            tenants::set_guest_policy(tx, who.tenant, GuestPolicy { may_leave, ..before })?;
            let values = [may_leave, before.may_leave].map(|value| value.to_string());
            details.extend(super::modified("allowExternalIdentitiesToLeave", &values[0], &values[1]));
        }
        let target = Target::singleton(who.tenant, "externalIdentitiesPolicy");
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdateLeaving, Some(&target), details)?)
    })
    .await
}
