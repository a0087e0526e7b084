//! Saving what an invitation decided: user, invitation, audit record and mails in one transaction.
//! Refuses to leave an older link alive.

use hospes_domain::access::{Caller, UserType, may_learn_of_absence};
use hospes_domain::application::PrincipalKind;
use hospes_domain::guest::{Ended, Guest};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::invitation::{Invitation, Plan};
use hospes_domain::refusal::Refusal;
use hospes_domain::reset::{self, ResetFacts};
use hospes_domain::tenant::Tenant;
use hospes_domain::upn;
use hospes_domain::user::{CREATED_BY_INVITATION, Profile, User};
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::sign_in_addresses::AddressState;
use hospes_store::{
    audit as audit_rows, bindings, directory_objects, invitations, jobs, passcodes, passkeys, second_factors,
    sign_in_addresses, sponsors, users,
};

use super::{Drawn, Invite, Outcome, limits};
use crate::app::Stop;
use crate::audit::{self, Activity, Target};
use crate::jobs::kinds;
use crate::logout;

/// Two resets within this time are remarkable (threats D13).
const ALERT_SECONDS: i64 = 24 * 3600;

/// A new guest.
pub(super) fn create(
    tx: &WriteTx<'_>,
    caller: &Caller,
    tenant: &Tenant,
    command: &Invite,
    drawn: &Drawn,
    invitation: Invitation,
) -> Result<Outcome, Stop> {
    let sponsors = sponsors_of(tx, caller, tenant.id, command)?;
    if invitation.message.send {
        limits::mail(tx, tenant.id, &invitation.address, invitation.inviter.id)?;
    }
    let user = insert_guest(tx, caller, tenant, command, drawn.user)?;
    for sponsor in sponsors {
        sponsors::insert(tx, tenant.id, user.id(), sponsor)?;
    }
    finish(tx, caller, tenant, drawn, user, invitation, (Plan::Create, Activity::Invite), Vec::new())
}

pub(super) fn sponsors_of(
    tx: &impl Read,
    caller: &Caller,
    tenant: TenantId,
    command: &Invite,
) -> Result<Vec<ObjectId>, Stop> {
    if command.sponsors.is_empty() {
        return Ok(if caller.is_app() { Vec::new() } else { vec![caller.actor.who.id()] });
    }
    for sponsor in &command.sponsors {
        if !caller.is(*sponsor) {
            // A restricted guest does not learn which ids are somebody's (docs/decisions/0013).
            may_learn_of_absence(caller)?;
        }
        match directory_objects::known(tx, tenant, *sponsor)?.map(|known| known.kind) {
            Some(PrincipalKind::User | PrincipalKind::Group) => {}
            Some(PrincipalKind::ServicePrincipal) | None => return Err(Refusal::not_found(sponsor).into()),
        }
    }
    Ok(command.sponsors.clone())
}

fn insert_guest(
    tx: &WriteTx<'_>,
    caller: &Caller,
    tenant: &Tenant,
    command: &Invite,
    id: ObjectId,
) -> Result<User, Stop> {
    let display_name = command.display_name.clone().unwrap_or_else(|| command.address.local().to_owned());
    let mut user = User {
        guest: Guest::invite(tenant.id, id, tx.now()),
        revision: 1,
        user_type: command.as_type,
        creation_type: Some(CREATED_BY_INVITATION.to_owned()),
        upn: String::new(),
        mail_nickname: String::new(),
        mail: Some(command.address.clone()),
        other_mails: Vec::new(),
        proxy_addresses: vec![format!("SMTP:{}", command.address)],
        profile: Profile { display_name, ..Profile::default() },
        show_in_address_list: false,
        invited_by: Some(caller.actor.who.id()),
        created_at: tx.now(),
    };
    for n in 0..upn::MAX_CANDIDATES {
        let name = upn::candidate(&command.address, &tenant.initial_domain, n);
        (user.upn, user.mail_nickname) = (name.upn, name.mail_nickname);
        if users::insert(tx, &user, None)? {
            return Ok(user);
        }
    }
    Err(Refusal::Conflict { cause: "Every user principal name for this address is taken.".into() }.into())
}

/// Refuses whoever was made internal (reference/invitations.md section 7): only people who were invited can have been.
fn never_was_external(tx: &impl Read, tenant: TenantId, user: &User) -> Result<(), Stop> {
    let invited = invitations::newest_of(tx, tenant, user.id())?.is_some();
    if invited { Err(Refusal::ConvertedBack.into()) } else { Ok(()) }
}

/// A link for a user who exists: pending, internal, or to be reset.
pub(super) fn for_user(
    tx: &WriteTx<'_>,
    caller: &Caller,
    tenant: &Tenant,
    drawn: &Drawn,
    plan: Plan,
    mut user: User,
    mut invitation: Invitation,
) -> Result<Outcome, Stop> {
    invitation.user = user.id();
    if plan == Plan::Convert {
        never_was_external(tx, tenant.id, &user)?;
    }
    if invitation.message.send {
        limits::mail(tx, tenant.id, &invitation.address, invitation.inviter.id)?;
    }
    invitations::supersede_open(tx, tenant.id, user.id())?;
    jobs::drop_unsent(tx, tenant.id, user.id(), &[kinds::INVITATION, kinds::PASSCODE])?;
    let (activity, details) = match plan {
        Plan::Reset => (Activity::Reset, reset(tx, caller, tenant, drawn, &mut user, &invitation)?),
        Plan::Convert => {
            user.guest.convert(tx.now())?;
            save_guest(tx, &mut user)?;
            (Activity::Convert, Vec::new())
        }
        Plan::Create | Plan::Again | Plan::Completed => (Activity::Invite, Vec::new()),
    };
    finish(tx, caller, tenant, drawn, user, invitation, (plan, activity), details)
}

/// Saves the lifecycle's outcome; a user changed by somebody else in between is stale.
pub(crate) fn save_guest(tx: &WriteTx<'_>, user: &mut User) -> Result<(), Stop> {
    if !users::save_guest(tx, &user.guest, user.revision)? {
        return Err(StoreError::Conflict.into());
    }
    logout::end_outdated(tx, user)?;
    user.revision += 1;
    Ok(())
}

/// The safe reset (design section 4). Object id, UPN, groups, ownerships and assignments are not
/// touched; what was issued dies with the generation.
fn reset(
    tx: &WriteTx<'_>,
    caller: &Caller,
    tenant: &Tenant,
    drawn: &Drawn,
    user: &mut User,
    invitation: &Invitation,
) -> Result<Vec<(String, String)>, Stop> {
    let (active, waiting): (Vec<_>, Vec<_>) = sign_in_addresses::of_user(tx, tenant.id, user.id())?
        .into_iter()
        .partition(|entry| entry.state == AddressState::Active);
    // Only a mailbox that was proven is told; the others never belonged to anybody here.
    let facts = ResetFacts {
        guest: user.guest.clone(),
        invited: invitation.address.clone(),
        sign_in_addresses: active.into_iter().map(|entry| entry.address).collect(),
    };
    let plan = reset::plan(&facts, tx.now())?;
    let mut details = vec![("newAddress".to_owned(), invitation.address.to_string())];
    if let Some(old) = &plan.closes {
        bindings::close(tx, tenant.id, old.id, Ended::Reset, Some(caller.actor.who.id()))?;
        details.push(("oldIssuer".to_owned(), old.issuer.clone()));
        details.push(("oldSubject".to_owned(), old.subject.clone()));
        details.push(("oldSignInName".to_owned(), old.sign_in_name.to_string()));
    }
    let since = tx.now().plus_seconds(-ALERT_SECONDS);
    if audit_rows::count_since(tx, tenant.id, user.id(), Activity::Reset.name(), since)? > 0 {
        tracing::warn!(user = %user.id(), "a redemption was reset twice within 24 hours");
        details.push(("alert".to_owned(), "second reset within 24 hours".to_owned()));
    }
    user.guest = plan.guest;
    save_guest(tx, user)?;
    users::end_consents(tx, tenant.id, user.id())?;
    // A converted user who had not redeemed still has one (I3).
    users::end_password(tx, tenant.id, user.id())?;
    let factors = passkeys::remove_all(tx, tenant.id, user.id())?
        + second_factors::remove_all(tx, tenant.id, user.id())?;
    if factors > 0 {
        details.push(("endedSecondFactors".to_owned(), factors.to_string()));
    }
    let known = facts.sign_in_addresses.iter().chain(waiting.iter().map(|entry| &entry.address));
    for address in known.chain([&invitation.address]) {
        passcodes::end_all_to(tx, tenant.id, address)?;
    }
    for (job, old) in drawn.jobs[2..].iter().zip(&plan.notices) {
        jobs::insert(tx, tenant.id, &kinds::notice(*job, kinds::RESET_NOTICE, old, user, tx.now()))?;
    }
    Ok(details)
}

#[expect(clippy::too_many_arguments, reason = "one place that saves everything a new link needs")]
fn finish(
    tx: &WriteTx<'_>,
    caller: &Caller,
    tenant: &Tenant,
    drawn: &Drawn,
    user: User,
    mut invitation: Invitation,
    (plan, activity): (Plan, Activity),
    mut details: Vec<(String, String)>,
) -> Result<Outcome, Stop> {
    invitation.user = user.id();
    invitations::insert(tx, tenant.id, &invitation)?;
    if invitation.message.send {
        jobs::insert(tx, tenant.id, &kinds::invitation(drawn.jobs[0], &invitation))?;
        let copy = kinds::invitation_copy(drawn.jobs[1], &invitation);
        if let Some((copy, to)) = copy.zip(invitation.message.cc_address.as_ref()) {
            if limits::copy(tx, tenant, to, invitation.inviter.id)? {
                jobs::insert(tx, tenant.id, &copy)?;
            } else {
                details.push(("copy".to_owned(), "left out: too many to this address".to_owned()));
            }
        }
    }
    details.push(("invitation".to_owned(), invitation.id.to_string()));
    details.push(("invitedAddress".to_owned(), invitation.address.to_string()));
    if user.user_type == UserType::Member {
        details.push(("userType".to_owned(), "Member".to_owned()));
    }
    audit::done(tx, caller, drawn.audit, activity, Some(&Target::user(&user)), details)?;
    Ok((invitation, user, plan))
}
