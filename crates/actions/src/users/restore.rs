//! Undoes a deletion: the same object with the same groups, roles and assignments, and the same bound identity. Refuses
//! to take anything from somebody who has it by now, and to bring a session, code or link back (threats A10).

use hospes_domain::access::{Actor, Standing, View, may_restore_user};
use hospes_domain::address::Address;
use hospes_domain::guest::Binding;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};
use hospes_store::sign_in_addresses::SignInAddress;
use hospes_store::{bindings, groups, roles, sign_in_addresses, users};

use super::{Seen, deleted};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::invite::save_guest;

/// Restores a deleted user.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for whoever is not deleted, or for longer than 30 days;
/// [`Refusal::Conflict`] when an address or name is somebody else's by now.
pub async fn restore(app: &App, actor: &Actor, id: ObjectId) -> Result<Seen, Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::RestoreUser, move |tx| {
        let caller = callers::load(tx, &who)?;
        let Some(mut user) = deleted::find(tx, who.tenant, id)? else {
            may_restore_user(&caller, &Standing::default())?;
            return Err(Refusal::not_found(id).into());
        };
        may_restore_user(&caller, &roles::standing(tx, who.tenant, id)?)?;
        user.guest.restore(tx.now())?;
        let binding = must_have_nothing_taken(tx, &user)?;
        save_guest(tx, &mut user)?;
        if let Some(binding) = binding
            && !bindings::take_back(tx, who.tenant, binding.id)?
        {
            return Err(StoreError::Conflict.into());
        }
        sign_in_addresses::take_back(tx, who.tenant, id)?;
        audit::done(tx, &caller, audit_id, Activity::RestoreUser, Some(&Target::user(&user)), Vec::new())?;
        // With the identity that was taken back.
        let user = users::by_id(tx, who.tenant, id)?.ok_or(Refusal::Internal)?;
        Ok(Seen { user, view: View::Full, initial_domain: caller.initial_domain.clone() })
    })
    .await
}

/// Refuses a restore that would take something from somebody; gives the identity that comes back.
pub(crate) fn must_have_nothing_taken(tx: &impl Read, user: &User) -> Result<Option<Binding>, Stop> {
    let (tenant, id) = (user.guest.record().tenant, user.id());
    must_be_free(tx, user, &sign_in_addresses::aside(tx, tenant, id)?)?;
    let binding = bindings::aside(tx, tenant, id)?.map(|past| past.binding);
    if let Some(binding) = &binding
        && bindings::holder(tx, tenant, &binding.issuer, &binding.subject)?.is_some()
    {
        return Err(in_use("identities", binding.sign_in_name.as_str()));
    }
    Ok(binding)
}

/// Refuses a restore that would give two users one address. Says which, not whose it is now (threats D9).
fn must_be_free(tx: &impl Read, user: &User, aside: &[SignInAddress]) -> Result<(), Stop> {
    let tenant = user.guest.record().tenant;
    let proxies = user.proxy_addresses.iter().map(|proxy| ("proxyAddresses", users::proxy_key(proxy)));
    let held = std::iter::once(("userPrincipalName", user.upn.clone()))
        .chain(user.mail.iter().map(|mail| ("mail", mail.to_string())))
        .chain(proxies)
        .chain(aside.iter().map(|entry| ("identities", entry.address.to_string())));
    for (property, text) in held {
        // The name of a guest is no address.
        let Ok(address) = Address::parse(&text) else { continue };
        let taken = users::holders(tx, tenant, &address)?.iter().any(|other| other.id() != user.id())
            || groups::has_address(tx, tenant, &address)?;
        if taken {
            return Err(in_use(property, &text));
        }
    }
    // Whoever was invited again meanwhile has it.
    match users::upn_holder(tx, tenant, &user.upn)? {
        Some(holder) if holder != user.id() => Err(in_use("userPrincipalName", &user.upn)),
        _ => Ok(()),
    }
}

fn in_use(property: &str, text: &str) -> Stop {
    let cause = format!(
        "The value '{text}' of property {property} is in use by another object by now. Change or delete that object, \
         then restore this one."
    );
    Refusal::Conflict { cause }.into()
}
