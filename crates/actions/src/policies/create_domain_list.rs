//! Making the policy that says which domains are invited. Refuses a second one (reference/roles-and-policies.md section 3).

use hospes_domain::access::{Actor, may_change_domain_list};
use hospes_domain::policy::{DomainList, DomainPolicy};
use hospes_domain::refusal::Refusal;
use hospes_store::domain_lists;

use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;

/// A policy to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDomainPolicy {
    /// `displayName`
    pub display_name: String,
    /// `description`
    pub description: Option<String>,
    /// `definition`
    pub list: DomainList,
}

/// Makes the policy; it holds for invitations and redemptions from now on.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::Conflict`] where there is one.
pub async fn create_domain_list(
    app: &App,
    actor: &Actor,
    new: NewDomainPolicy,
) -> Result<DomainPolicy, Refusal> {
    let (id, audit_id, who) = (app.new_id(), app.new_id(), actor.clone());
    app.command(actor, Activity::AddDomainList, move |tx| {
        let caller = callers::load(tx, &who)?;
        may_change_domain_list(&caller)?;
        if let Some(there) = domain_lists::of(tx, who.tenant)? {
            let cause = format!("A policy of this kind already exists: '{}'. Change that one.", there.id);
            return Err(Refusal::Conflict { cause }.into());
        }
        let NewDomainPolicy { display_name, description, list } = new.clone();
        let policy = DomainPolicy { id, display_name, description, list };
        domain_lists::save(tx, who.tenant, &policy)?;
        let details = super::modified("PolicyDetails", policy.list.definition(), "").to_vec();
        let target = Target::domain_list(&policy);
        audit::done(tx, &caller, audit_id, Activity::AddDomainList, Some(&target), details)?;
        Ok(policy)
    })
    .await
}
