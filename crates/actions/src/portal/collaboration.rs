//! The settings for external collaboration at one moment, and which of them the person at the portal may change. Refuses
//! guests (reference/roles-and-policies.md sections 2 to 4).

use hospes_domain::access::{
    Actor, AuthorizationChange, InvitePolicy, Scope, may_change_authorization, may_change_domain_list,
    may_change_leaving, may_read_policy,
};
use hospes_domain::policy::{DomainPolicy, GuestPolicy};
use hospes_domain::refusal::Refusal;
use hospes_store::{domain_lists, tenants};

use crate::app::App;
use crate::callers;

/// The settings, and who may change them.
#[derive(Clone, Debug)]
pub struct Collaboration {
    /// "Guest user access" and "External user leave settings".
    pub guests: GuestPolicy,
    /// "Guest invite settings".
    pub invites: InvitePolicy,
    /// "Collaboration restrictions", if there are any.
    pub domains: Option<DomainPolicy>,
    /// Whether guests find a privacy statement.
    pub privacy_url: Option<String>,
    /// Whether the first may be changed.
    pub may_access: Result<(), Refusal>,
    /// Whether the second may be changed.
    pub may_invites: Result<(), Refusal>,
    /// Whether the third may be changed.
    pub may_leaving: Result<(), Refusal>,
    /// Whether the fourth may be changed.
    pub may_domains: Result<(), Refusal>,
}

/// The settings for external collaboration.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn collaboration(app: &App, actor: &Actor) -> Result<Collaboration, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_read_policy(&caller, &[Scope::PolicyReadAll])?;
        let tenant = tenants::by_id(tx, actor.tenant)?.ok_or(Refusal::Internal)?;
        let change = |invites, guest_access| {
            may_change_authorization(&caller, AuthorizationChange { invites, guest_access })
        };
        Ok(Collaboration {
            guests: tenant.guests,
            invites: tenant.invites,
            domains: domain_lists::of(tx, actor.tenant)?,
            privacy_url: tenant.privacy_url,
            may_access: change(false, true),
            may_invites: change(true, false),
            may_leaving: may_change_leaving(&caller),
            may_domains: may_change_domain_list(&caller),
        })
    })
    .await
}
