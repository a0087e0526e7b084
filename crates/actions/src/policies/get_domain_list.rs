//! Reading the list of domains. Refuses guests (reference/roles-and-policies.md section 2).

use hospes_domain::access::{Actor, may_read_policy};
use hospes_domain::policy::DomainPolicy;
use hospes_domain::refusal::Refusal;
use hospes_store::domain_lists;

use super::READ_DOMAINS;
use crate::app::App;
use crate::callers;

/// The policy of the tenant, if it has one.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn domain_list(app: &App, actor: &Actor) -> Result<Option<DomainPolicy>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_policy(&callers::load(tx, &actor)?, READ_DOMAINS)?;
        Ok(domain_lists::of(tx, actor.tenant)?)
    })
    .await
}
