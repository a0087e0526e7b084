//! The person behind a code or refresh token, as the directory knows them in the closure that decides.
//!
//! Refuses grants of blocked, deleted and reset users (threats D5, E8, I3), people of an organisation that is shut out
//! (B11), permissions nobody consented to, and people who are not assigned where assignment is required.

use hospes_domain::address::Address;
use hospes_domain::application::{DIRECTORY_API, GroupClaims, GroupForm, OptionalClaim};
use hospes_domain::guest::Binding;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::proof::FROM_OUTSIDE;
use hospes_domain::refusal::Refusal;
use hospes_domain::session::PASSCODE_SECONDS;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::clients::{self, Client, Holdings};
use hospes_store::engine::Read;
use hospes_store::{permission_grants, roles, tenants, users};

use super::claims::Person;
use super::personal::Groups;
use super::refusals;
use super::scopes::{Asked, Granted};
use crate::app::Stop;
use crate::apps;
use crate::upstream;
use crate::users::aliases;

/// How long a refresh token lives when nobody uses it.
const REFRESH_SECONDS: i64 = 90 * 24 * 3600;

/// What [`load`] is going to read, as far as the person's id is enough to ask.
pub(super) fn foresee(
    tx: &impl Read,
    tenant: TenantId,
    client: &Client,
    id: ObjectId,
    asked: &Asked,
) -> Result<(), Stop> {
    users::by_id(tx, tenant, id)?;
    roles::standing_and_groups(tx, tenant, id)?;
    if let Some(facts) = apps::facts_of(tx, tenant, &asked.wants)? {
        permission_grants::of(tx, tenant, (client.id, facts.resource.client), id)?;
    }
    Ok(())
}

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
    let facts = apps::facts_of(tx, tenant, &asked.wants)?
        .ok_or_else(|| refusals::unknown_resource(&asked.resource_name()))?;
    let resource = facts.resource.client;
    let (standing, all_groups) = roles::standing_and_groups(tx, tenant, id)?;
    let mut principals = all_groups.clone();
    principals.insert(0, id);
    let at_client = clients::holdings(tx, tenant, &principals, client.id)?.unwrap_or_default();
    if client.assignment_required && !at_client.assigned {
        return Err(refusals::not_assigned().into());
    }
    let resource_roles = match resource {
        DIRECTORY_API => Vec::new(),
        own if own == client.id => at_client.roles.clone(),
        other => {
            let held = clients::holdings(tx, tenant, &principals, other)?;
            admitted(held).ok_or_else(|| refusals::unknown_resource(&asked.resource_name()))??
        }
    };
    let consented = permission_grants::of(tx, tenant, (client.id, resource), id)?;
    let granted = asked.grant(client.id, &facts.resource, &consented)?;
    let groups_of = |claims, form, at| told_groups(tx, tenant, (claims, form), &all_groups, at);
    let form = OptionalClaim::group_form(&client.settings.optional_claims.id_token);
    let groups = groups_of(client.group_claims, form, Some(client.principal))?;
    let form = OptionalClaim::group_form(&facts.claims);
    let resource_groups = groups_of(facts.group_claims, form, facts.principal)?;
    let directory_roles = standing.roles.iter().map(|role| role.id()).collect();
    let aliases =
        if upstream::is_home_sign_in(client.id) { own_addresses(tx, tenant, &user)? } else { Vec::new() };
    let owned_mail = match &user.mail {
        // Who comes from outside proves an address of their own; the directory vouches for those of its own domains.
        Some(mail) if user.guest.binding().is_none() => {
            tenants::by_domain(tx, &mail.domain().to_ascii_lowercase())?
                .is_some_and(|owner| owner.id == tenant)
        }
        _ => false,
    };
    let person = Person {
        user,
        groups,
        aliases,
        owned_mail,
        directory_roles,
        client_roles: at_client.roles,
        resource_roles,
        resource_groups,
        resource_claims: facts.claims,
        resource_tells_roles: facts.group_claims.tells_directory_roles(),
    };
    Ok((person, granted))
}

/// The groups an application wants to know of; `None` if none. Those assigned to it are those with an app role there.
fn told_groups(
    tx: &impl Read,
    tenant: TenantId,
    (claims, form): (GroupClaims, GroupForm),
    groups: &[ObjectId],
    at: Option<ObjectId>,
) -> Result<Option<Groups>, Stop> {
    let ids = match (claims, at) {
        (GroupClaims::ApplicationGroup, Some(at)) => clients::groups_at(tx, tenant, groups, at)?,
        (claims, _) if claims.tells_groups() => clients::security_groups(tx, tenant, groups)?,
        _ => return Ok(None),
    };
    let told = if form.by_name && claims == GroupClaims::ApplicationGroup {
        clients::group_names(tx, tenant, &ids)?
    } else {
        ids.iter().map(ToString::to_string).collect()
    };
    Ok(Some(Groups { told, as_roles: form.as_roles }))
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
