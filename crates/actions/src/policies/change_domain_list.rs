//! Changing which domains are invited. A new definition takes the place of the whole old one, so an allow list ends a block
//! list. Refuses whoever is no Global Administrator (reference/roles-and-policies.md section 3).

use hospes_domain::access::{Actor, may_change_domain_list};
use hospes_domain::edit::Edit;
use hospes_domain::policy::DomainList;
use hospes_domain::refusal::Refusal;
use hospes_store::domain_lists;
use uuid::Uuid;

use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;

/// What is to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainListEdit {
    /// `displayName`
    pub display_name: Option<String>,
    /// `description`
    pub description: Edit<String>,
    /// `definition`
    pub list: Option<DomainList>,
}

/// Changes the policy of that id.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn change_domain_list(
    app: &App,
    actor: &Actor,
    id: Uuid,
    edit: DomainListEdit,
) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::UpdateDomainList, move |tx| {
        let caller = callers::load(tx, &who)?;
        may_change_domain_list(&caller)?;
        let mut policy = super::must_exist(tx, who.tenant, id)?;
        let DomainListEdit { display_name, description, list } = edit.clone();
        if let Some(name) = display_name {
            policy.display_name = name;
        }
        match description {
            Edit::Keep => {}
            Edit::Clear => policy.description = None,
            Edit::Set(text) => policy.description = Some(text),
        }
        let mut details = Vec::new();
        if let Some(list) = list.filter(|list| *list != policy.list) {
            details.extend(super::modified("PolicyDetails", list.definition(), policy.list.definition()));
            policy.list = list;
        }
        domain_lists::save(tx, who.tenant, &policy)?;
        let target = Target::domain_list(&policy);
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdateDomainList, Some(&target), details)?)
    })
    .await
}
