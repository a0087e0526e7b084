//! Verifying a domain by its TXT record: look first, outside of any transaction; then judge what was seen by what holds
//! then. Refuses to look for callers who may not verify, and to verify for a second tenant of this server.

use hospes_domain::access::{Actor, may_change_domains};
use hospes_domain::domains::{Look, owned_by_another};
use hospes_domain::refusal::Refusal;
use hospes_store::domains;

use super::Seen;
use crate::app::App;
use crate::audit::{self, Activity};
use crate::callers;
use crate::dns::TxtRecords;

/// Verifies a claimed domain; one that is verified stays so.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`]; [`Refusal::Invalid`] if the record is not there (yet);
/// [`Refusal::Conflict`] if another organisation of this server owns the domain; [`Refusal::Stale`] if it was claimed anew
/// in between.
pub async fn verify(
    app: &App,
    actor: &Actor,
    records: &dyn TxtRecords,
    domain: &str,
) -> Result<Seen, Refusal> {
    let name = super::asked(domain);
    let look = look(app, actor, records, name.clone()).await;
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::VerifyDomain, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        may_change_domains(&caller)?;
        let name = name.clone()?;
        let found = super::seen(tx, tenant, &caller.initial_domain, &name)?;
        if found.domain.verified_by.is_some() {
            return Ok(found);
        }
        let by = hospes_domain::domains::verify(&found.domain, look.as_ref(), domains::owner(tx, &name)?)?;
        if !domains::verify(tx, tenant, &name, by)? {
            return Err(owned_by_another(&name).into());
        }
        let mut details = super::details(&name);
        details.push(("verifiedBy".to_owned(), by.name().to_owned()));
        audit::done(tx, &caller, audit_id, Activity::VerifyDomain, None, details)?;
        super::seen(tx, tenant, &caller.initial_domain, &name)
    })
    .await
}

/// Looks for the record, if the caller may have it looked for and there is something to prove. Why not is said by the
/// closure that decides.
async fn look(
    app: &App,
    actor: &Actor,
    records: &dyn TxtRecords,
    name: Result<String, Refusal>,
) -> Option<Look> {
    let (actor, name) = (actor.clone(), name.ok()?);
    let domain = app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_change_domains(&caller)?;
        Ok(domains::by_name(tx, actor.tenant, &name)?)
    });
    let domain = domain.await.ok()?.filter(|domain| domain.verified_by.is_none())?;
    let text = domain.record?.text;
    let shown = records.shows(&domain.name, &text).await;
    Some(Look { text, shown })
}
