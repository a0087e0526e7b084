//! Domains by the word of the server's operator (`hospes domain`), who needs no caller and no record: whoever runs the
//! server could change the database as well. Refuses what everybody is refused about the names themselves, and a domain
//! that another tenant owns.

use hospes_domain::domains::{Domain, VerifiedBy, name, owned_by_another};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::Read;
use hospes_store::{domains, tenants};

use crate::app::{App, Stop};
use crate::audit::{self, Activity};

/// The operator vouches for the domain of a tenant, whether it was claimed or not.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown tenant, [`Refusal::Invalid`] for what is no domain name, [`Refusal::Conflict`] for
/// a domain that is verified already, here or elsewhere.
pub async fn verified_by_operator(app: &App, tenant: TenantId, domain: &str) -> Result<(), Refusal> {
    let (name, audit_id) = (name("domain", domain)?, app.new_id());
    app.write(move |tx| {
        initial_domain(tx, tenant)?;
        match domains::owner(tx, &name)? {
            Some(owner) if owner != tenant => return Err(owned_by_another(&name).into()),
            Some(_) => {
                let cause = format!("The organisation has the domain {name} already, and it is verified.");
                return Err(Refusal::Conflict { cause }.into());
            }
            None => {}
        }
        if !domains::verify(tx, tenant, &name, VerifiedBy::Operator)? {
            return Err(owned_by_another(&name).into());
        }
        let mut details = super::details(&name);
        details.push(("verifiedBy".to_owned(), VerifiedBy::Operator.name().to_owned()));
        Ok(audit::by_operator(tx, tenant, audit_id, Activity::VerifyDomain, None, details)?)
    })
    .await
}

/// The operator takes a domain from a tenant, verified or claimed.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown tenant or domain; [`Refusal::Conflict`] while it is needed.
pub async fn removed_by_operator(app: &App, tenant: TenantId, domain: &str) -> Result<(), Refusal> {
    let (name, audit_id) = (name("domain", domain)?, app.new_id());
    app.write(move |tx| {
        let initial = initial_domain(tx, tenant)?;
        let gone = super::give_up(tx, tenant, &initial, &name)?;
        let activity = Activity::removed(&gone);
        Ok(audit::by_operator(tx, tenant, audit_id, activity, None, super::details(&name))?)
    })
    .await
}

/// Every domain of a tenant, by name.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown tenant.
pub async fn list_for_operator(app: &App, tenant: TenantId) -> Result<Vec<Domain>, Refusal> {
    app.read(move |tx| {
        initial_domain(tx, tenant)?;
        Ok(domains::all(tx, tenant)?)
    })
    .await
}

fn initial_domain(tx: &impl Read, tenant: TenantId) -> Result<String, Stop> {
    tenants::initial_domain(tx, tenant)?.ok_or_else(|| Refusal::not_found(tenant).into())
}
