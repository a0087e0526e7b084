//! Claiming a domain. Refuses nothing about others: whoever claims a domain that somebody else owns learns so by proving
//! it, and so does nobody else.

use hospes_domain::access::{Actor, may_change_domains};
use hospes_domain::domains::{RECORD_PREFIX, Record, may_claim, name};
use hospes_domain::jose::base64url;
use hospes_domain::refusal::Refusal;
use hospes_store::domains;

use super::Seen;
use crate::app::App;
use crate::audit::{self, Activity};
use crate::{callers, random};

/// Claims a domain for the caller's organisation; it is worth nothing until it is verified.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::Invalid`] for what is no domain name; [`Refusal::Conflict`] if the organisation has
/// it already, or too many.
pub async fn add(app: &App, actor: &Actor, domain: &str) -> Result<Seen, Refusal> {
    let (caller_actor, audit_id, domain) = (actor.clone(), app.new_id(), name("id", domain));
    let text = base64url::encode(random::bytes::<16>(app.random()));
    let record = Record { id: app.new_id(), text: format!("{RECORD_PREFIX}{text}") };
    app.command(actor, Activity::AddDomain, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_change_domains(&caller)?;
        let name = domain.clone()?;
        may_claim(&domains::all(tx, tenant)?, &name)?;
        domains::claim(tx, tenant, &name, &record)?;
        audit::done(tx, &caller, audit_id, Activity::AddDomain, None, super::details(&name))?;
        super::seen(tx, tenant, &caller.initial_domain, &name)
    })
    .await
}
