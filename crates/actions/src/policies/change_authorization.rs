//! Changing who may invite and what guests see; both hold from the next request on. Refuses whoever merely works within
//! them (reference/roles-and-policies.md section 2).

use hospes_domain::access::{Actor, AuthorizationChange, InvitePolicy, may_change_authorization};
use hospes_domain::policy::{GuestAccess, GuestPolicy};
use hospes_domain::refusal::Refusal;
use hospes_store::tenants;

use crate::app::App;
use crate::audit::{self, Activity, Target};
use crate::callers;

/// What is to change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationEdit {
    /// `allowInvitesFrom`
    pub invites: Option<InvitePolicy>,
    /// `guestUserRoleId`
    pub guest_access: Option<GuestAccess>,
}

/// Changes the authorization policy. A value that is sent as it stands changes nothing and needs no right of its own.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn change_authorization(app: &App, actor: &Actor, edit: AuthorizationEdit) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::UpdatePolicy, move |tx| {
        let caller = callers::load(tx, &who)?;
        let before = super::tenant(tx, who.tenant)?;
        let invites = edit.invites.filter(|invites| *invites != before.invites);
        let access = edit.guest_access.filter(|access| *access != before.guests.access);
        let change = AuthorizationChange { invites: invites.is_some(), guest_access: access.is_some() };
        may_change_authorization(&caller, change)?;
        let mut details = Vec::new();
        if let Some(invites) = invites {
            tenants::set_invite_policy(tx, who.tenant, invites)?;
            details.extend(super::modified("allowInvitesFrom", invites.name(), before.invites.name()));
        }
        if let Some(access) = access {
            tenants::set_guest_policy(tx, who.tenant, GuestPolicy { access, ..before.guests })?;
            let ids = [access, before.guests.access].map(|level| level.role_id().to_string());
            details.extend(super::modified("guestUserRoleId", &ids[0], &ids[1]));
        }
        let target = Target::singleton(who.tenant, "authorizationPolicy");
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdatePolicy, Some(&target), details)?)
    })
    .await
}
