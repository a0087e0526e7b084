//! The person behind a code or refresh token, as the directory knows them in the closure that decides.
//!
//! Refuses grants of blocked, deleted and reset users (threats D5, E8, I3), people of an organisation that is shut out
//! (B11), permissions nobody consented to, and people who are not assigned where assignment is required.

use hospes_domain::access::ScopeSet;
use hospes_domain::address::Address;
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::guest::Binding;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::proof::FROM_OUTSIDE;
use hospes_domain::refusal::Refusal;
use hospes_domain::session::PASSCODE_SECONDS;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::clients::{self, Client, Holdings};
use hospes_store::engine::Read;
use hospes_store::{delegated_grants, roles, tenants, users};

use super::claims::Person;
use super::refusals;
use super::scopes::{Asked, Granted};
use crate::app::Stop;
use crate::upstream;
use crate::users::aliases;

/// How long a refresh token lives when nobody uses it.
const REFRESH_SECONDS: i64 = 90 * 24 * 3600;

/// Loads a person for a grant that was made at sign-in generation `generation`.
pub(super) fn load(
    tx: &impl Read,
    tenant: TenantId,
    client: &Client,
    (id, generation): (ObjectId, i64),
    asked: &Asked,
) -> Result<(Person, Granted), Stop> {
    let user = users::by_id(tx, tenant, id)?.ok_or_else(refusals::grant_revoked)?;
    if !user.guest.is_active() {
        return Err(refusals::user_disabled().into());
    }
    if user.guest.generation() != generation {
        return Err(refusals::grant_revoked().into());
    }
    if let Some(shut) = upstream::shut_out(tx, &user)? {
        return Err(refusals::shut_out(shut).into());
    }
    let mut principals = roles::groups_of(tx, tenant, id)?;
    let groups = if client.group_claims.tells_groups() {
        Some(clients::security_groups(tx, tenant, &principals)?)
    } else {
        None
    };
    principals.insert(0, id);
    let at_client = clients::holdings(tx, tenant, &principals, client.id)?.unwrap_or_default();
    if client.assignment_required && !at_client.assigned {
        return Err(refusals::not_assigned().into());
    }
    let resource_roles = match asked.resource() {
        DIRECTORY_API => Vec::new(),
        resource if resource == client.id => at_client.roles.clone(),
        resource => {
            let held = clients::holdings(tx, tenant, &principals, resource)?;
            admitted(held).ok_or_else(|| refusals::unknown_resource(&resource.to_string()))??
        }
    };
    let consented = ScopeSet::parse(&delegated_grants::of(tx, tenant, (client.id, DIRECTORY_API), id)?);
    let granted = asked.grant(client.id, consented)?;
    let standing = roles::standing(tx, tenant, id)?;
    let directory_roles = standing.roles.iter().map(|role| role.id()).collect();
    let aliases =
        if upstream::is_home_sign_in(client.id) { own_addresses(tx, tenant, &user)? } else { Vec::new() };
    let client_roles = at_client.roles;
    Ok((Person { user, groups, aliases, directory_roles, client_roles, resource_roles }, granted))
}

/// The addresses the organisation speaks for when another one asks.
fn own_addresses(tx: &impl Read, tenant: TenantId, user: &User) -> Result<Vec<Address>, Stop> {
    let tenant = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
    Ok(aliases::of(tx, &tenant, user)?)
}

/// The roles held at a resource that lets the holder in; `None` for a resource that cannot be used.
fn admitted(held: Option<Holdings>) -> Option<Result<Vec<String>, Stop>> {
    let held = held.filter(|held| held.enabled)?;
    let let_in = held.assigned || !held.assignment_required;
    Some(if let_in { Ok(held.roles) } else { Err(refusals::not_assigned().into()) })
}

/// When a refresh token issued now ends. Who signed in with a passcode proves the mailbox again after a day
/// (reference/redemption.md section 4), and who signed in at home is asked for there again: nobody else would tell the
/// host that the account is blocked.
pub(super) fn refresh_ends(user: &User, auth_time: Time, now: Time) -> Time {
    let ends = now.plus_seconds(REFRESH_SECONDS);
    let proven = |binding: &Binding| FROM_OUTSIDE.contains(&binding.proof.as_str());
    let from_outside = user.guest.binding().is_some_and(proven);
    if from_outside { ends.min(auth_time.plus_seconds(PASSCODE_SECONDS)) } else { ends }
}
