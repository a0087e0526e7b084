//! Taking the policy away that says which domains are invited: every domain is, afterwards. Refuses whoever is no Global
//! Administrator (reference/roles-and-policies.md section 3).

use hospes_domain::access::{Actor, may_change_domain_list};
use hospes_domain::refusal::Refusal;
use hospes_store::domain_lists;
use uuid::Uuid;

use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;

/// Deletes the policy of that id.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn delete_domain_list(app: &App, actor: &Actor, id: Uuid) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::DeleteDomainList, move |tx| {
        let caller = callers::load(tx, &who)?;
        may_change_domain_list(&caller)?;
        let policy = super::must_exist(tx, who.tenant, id)?;
        domain_lists::remove(tx, who.tenant)?;
        let details = super::modified("PolicyDetails", "", policy.list.definition()).to_vec();
        let target = Target::domain_list(&policy);
        Ok(audit::done(tx, &caller, audit_id, Activity::DeleteDomainList, Some(&target), details)?)
    })
    .await
}
