//! Inviting, inviting again, converting and resetting: the one call that does all four
//! (reference/invitations.md section 1). Refuses to create a user where another was meant, and to send
//! anything itself: mails are jobs of the same transaction.

mod foresee;
mod limits;
mod save;
pub mod sent;

pub use foresee::foresee;
pub(crate) use limits::{mails_to, take};
pub(crate) use save::save_guest;

use hospes_domain::access::{
    Actor, Caller, Sight, Standing, UserType, may_convert, may_invite, may_learn_of_absence,
    may_learn_of_holder, may_reset,
};
use hospes_domain::address::Address;
use hospes_domain::guest::State;
use hospes_domain::ids::{InvitationId, ObjectId, TenantId};
use hospes_domain::invitation::{
    self, Candidate, Found, Invitation, InvitationState, Inviter, Kind, LINK_DAYS, Message, Plan,
    RETRY_SECONDS,
};
use hospes_domain::precondition::Precondition;
use hospes_domain::redeem_url;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::engine::{Read, WriteTx};
use hospes_store::sign_in_addresses::AddressState;
use hospes_store::{domain_lists, groups, invitations, roles, sign_in_addresses, tenants, users};
use uuid::Uuid;

use crate::app::{App, Stop};
use crate::audit::Activity;
use crate::callers;
use crate::keys::TenantKeys;
use crate::random;
use crate::roles::{Losing, keep_an_administrator};
use crate::upstream;
use crate::users::NOBODY;

/// For so long a reset that was redeemed already is answered like its own repetition.
const RETRIED_SECONDS: i64 = 600;

/// What is asked for; every text has been checked for form.
#[derive(Clone, Debug)]
pub struct Invite {
    /// `invitedUserEmailAddress`.
    pub address: Address,
    /// `invitedUser.id`.
    pub named: Option<ObjectId>,
    /// `resetRedemption`.
    pub reset: bool,
    /// `invitedUserType`.
    pub as_type: UserType,
    /// `invitedUserDisplayName`.
    pub display_name: Option<String>,
    /// `inviteRedirectUrl`, checked, as it was sent.
    pub redirect_url: String,
    /// The mail.
    pub message: Message,
    /// `invitedUserSponsors`; empty means the inviter.
    pub sponsors: Vec<ObjectId>,
    /// `client-request-id`, to recognise a retried request (threats J11).
    pub client_request_id: Option<String>,
    /// What the named user must still be like; asked after it is known that this is no retry.
    pub only_if: Precondition,
}

/// What came of it. No `Debug`: it holds the link.
#[derive(Clone)]
pub struct Invited {
    /// The invitation's id.
    pub id: InvitationId,
    /// `Completed` when the guest had redeemed already, else `PendingAcceptance`.
    pub status: &'static str,
    /// The link; it is in no other answer (threats A3).
    pub redeem_url: String,
    /// The guest.
    pub user: User,
    /// What the request amounted to; the same for a request that was repeated.
    pub plan: Plan,
    /// Whether a mail takes the link to the guest.
    pub mails: bool,
    /// Until when the link works.
    pub expires_at: Time,
}

/// Ids and random bytes drawn before the transaction, so that the closure can be run again.
#[derive(Clone)]
pub(crate) struct Drawn {
    user: ObjectId,
    invitation: InvitationId,
    ticket: [u8; 16],
    audit: Uuid,
    /// Two for the mails of the invitation, the rest for notices of a reset.
    jobs: Vec<Uuid>,
    link_version: u32,
}

/// Addresses that can sign one guest in: the redeemed one and as many as `otherMails` holds.
const MOST_NOTICES: usize = 51;

/// Invites, invites again, converts or resets, whichever the request amounts to.
pub async fn invite(app: &App, actor: &Actor, command: Invite) -> Result<Invited, Refusal> {
    let keys = app.tenant_keys(actor.tenant)?;
    let ticket = random::bytes(app.random());
    let drawn = Drawn {
        user: app.new_object_id(),
        invitation: app.new_invitation_id(),
        ticket,
        audit: app.new_id(),
        jobs: (0..if command.reset { 2 + MOST_NOTICES } else { 2 }).map(|_| app.new_id()).collect(),
        link_version: keys.issue_link(redeem_url::PURPOSE, ticket).version,
    };
    let activity = match (command.reset, command.named) {
        (true, _) => Activity::Reset,
        (false, _) => Activity::Invite,
    };
    let tenant = actor.tenant;
    let who = actor.clone();
    let (invitation, user, plan) =
        app.command(actor, activity, move |tx| run(tx, &who, &command, &drawn)).await?;
    let completed = plan == Plan::Completed;
    Ok(Invited {
        id: invitation.id,
        status: if completed { "Completed" } else { "PendingAcceptance" },
        redeem_url: link(app.public_url(), &keys, tenant, &invitation),
        user,
        plan,
        mails: invitation.message.send && !completed,
        expires_at: invitation.expires_at,
    })
}

/// The link of a stored invitation; derived whenever it is needed, stored nowhere.
pub(crate) fn link(public_url: &str, keys: &TenantKeys, tenant: TenantId, invitation: &Invitation) -> String {
    let ticket = keys.issue_link(redeem_url::PURPOSE, invitation.ticket);
    redeem_url::build(public_url, tenant, invitation.id, &ticket)
}

type Outcome = (Invitation, User, Plan);

fn run(tx: &WriteTx<'_>, actor: &Actor, command: &Invite, drawn: &Drawn) -> Result<Outcome, Stop> {
    let caller = callers::load(tx, actor)?;
    let tenant = tenants::by_id(tx, actor.tenant)?.ok_or(Refusal::Internal)?;
    let named = may(tx, &caller, &tenant, command)?;
    // After the rights, so that nobody without any uses up the tenant's share.
    limits::per_tenant(tx, tenant.id)?;
    let (plan, user) = decide(tx, &caller, &tenant, command, named)?;
    if let Some(repeated) = repeated(tx, &caller, command, user.as_ref())? {
        return Ok(repeated);
    }
    if let Some(user) = &user {
        command.only_if.check(user.revision)?;
    }
    if let (Plan::Again, Some(user)) = (plan, &user) {
        may_readdress(tx, &caller, user, &command.address)?;
    }
    if let (Plan::Reset | Plan::Convert, Some(user)) = (plan, &user) {
        // Until the redemption, and there may never be one, nobody signs in as this user.
        keep_an_administrator(tx, tenant.id, Losing::SignIn(user.id()))?;
    }
    let invitation = draft(tx, &caller, &tenant, command, drawn, plan)?;
    match (plan, user) {
        (Plan::Completed, Some(user)) => completed(tx, &tenant, user),
        (Plan::Create, _) => save::create(tx, &caller, &tenant, command, drawn, invitation),
        (_, Some(user)) => save::for_user(tx, &caller, &tenant, drawn, plan, user, invitation),
        (_, None) => Err(Refusal::Internal.into()),
    }
}

/// What the request amounts to, and for whom.
fn decide(
    tx: &impl Read,
    caller: &Caller,
    tenant: &Tenant,
    command: &Invite,
    named: Option<User>,
) -> Result<(Plan, Option<User>), Stop> {
    let holder = holder(tx, tenant, command, named.as_ref())?;
    let found = Found {
        named: named.as_ref().map(candidate),
        holder: holder.as_ref().map(candidate),
        own_domain: tenant.domains.iter().any(|d| d == command.address.domain()),
        group_address: groups::has_address(tx, tenant.id, &command.address)?,
        domains: domain_lists::lookup(tx, tenant.id, command.address.domain())?,
    };
    must_admit(tx, tenant.id, &command.address)?;
    hide_holders(caller, &command.address, &found, holder.as_ref())?;
    let plan = invitation::plan(command.reset, &command.address, &found)?;
    Ok((plan, named.or(holder)))
}

/// Refuses an address of an organisation whose people may not be guests here (threats B11).
fn must_admit(tx: &impl Read, tenant: TenantId, address: &Address) -> Result<(), Stop> {
    let Some(home) = upstream::owner_of(tx, tenant, address)? else { return Ok(()) };
    let admitted = upstream::Between::load(tx, tenant, home.id)?.must_admit();
    admitted.map_err(|_| {
        let cause = format!(
            "Guests from {} are not admitted by the cross-tenant access of both organisations.",
            address.domain()
        );
        let remedy = "Change the settings for that organisation, or invite another address.";
        Refusal::invalid("invitedUserEmailAddress", cause, remedy).into()
    })
}

/// Rights first, on what the caller may know; the named user only then.
fn may(tx: &impl Read, caller: &Caller, tenant: &Tenant, command: &Invite) -> Result<Option<User>, Stop> {
    let Some(id) = command.named else {
        if command.reset {
            may_reset(caller, NOBODY, &Standing::default())?;
        }
        may_invite(caller, tenant.invites, command.as_type == UserType::Member)?;
        return Ok(None);
    };
    if command.reset {
        may_reset(caller, id, &Standing::default())?;
    } else {
        may_invite(caller, tenant.invites, command.as_type == UserType::Member)?;
    }
    if tenant.invites == hospes_domain::access::InvitePolicy::None {
        return Err(Refusal::InvitationsOff.into());
    }
    let user = users::by_id(tx, tenant.id, id)?;
    if !user.as_ref().is_some_and(|user| is_known(caller, user)) {
        // Nor does a restricted guest learn which ids are somebody's.
        may_learn_of_absence(caller)?;
    }
    let user = user.ok_or_else(|| Refusal::not_found(id))?;
    let standing = roles::standing(tx, tenant.id, id)?;
    if command.reset {
        may_reset(caller, id, &standing)?;
    } else if user.guest.state() == State::Internal {
        may_convert(caller, id, &standing)?;
    }
    Ok(Some(user))
}

/// To a restricted guest an address is free or it is not; who has it, and what kind of object that is, shows in nothing
/// (docs/decisions/0013).
fn hide_holders(
    caller: &Caller,
    address: &Address,
    found: &Found,
    holder: Option<&User>,
) -> Result<(), Refusal> {
    if caller.sight() == Sight::RestrictedGuest {
        // Said before it is said that the address is taken: otherwise one of the two would tell the other.
        found.domains.check(address.domain())?;
    }
    let nobody_known = holder.is_some_and(|holder| !is_known(caller, holder));
    may_learn_of_holder(caller, !nobody_known && !found.own_domain && !found.group_address)
}

/// Whether the caller knows of somebody without looking: oneself, and whom one has invited.
fn is_known(caller: &Caller, user: &User) -> bool {
    caller.is(user.id()) || user.invited_by == Some(caller.actor.who.id())
}

/// Whoever names another address than the waiting invitation decides who becomes this guest, with all it has: that
/// takes the rank of a reset, so that nobody leads a reset back to the predecessor (design section 5, threats D4).
fn may_readdress(tx: &impl Read, caller: &Caller, user: &User, address: &Address) -> Result<(), Stop> {
    let tenant = caller.actor.tenant;
    // Somebody who was restored has none that waits, and is still who the last one named.
    let waiting = match invitations::open_of(tx, tenant, user.id())? {
        Some(open) => Some(open),
        None => invitations::newest_of(tx, tenant, user.id())?,
    };
    if waiting.is_some_and(|waiting| waiting.address.same(address)) {
        return Ok(());
    }
    may_reset(caller, user.id(), &roles::standing(tx, tenant, user.id())?)?;
    Ok(())
}

fn candidate(user: &User) -> Candidate {
    Candidate { guest: user.guest.clone(), mail: user.mail.clone(), other_mails: user.other_mails.clone() }
}

fn holder(
    tx: &impl Read,
    tenant: &Tenant,
    command: &Invite,
    named: Option<&User>,
) -> Result<Option<User>, Stop> {
    let holders = users::holders(tx, tenant.id, &command.address)?;
    Ok(holders.into_iter().find(|u| named.is_none_or(|n| n.id() != u.id())))
}

/// The same request again, after a lost answer: the same invitation, and no second mail (threats J11). A reset that was
/// answered by the guest meanwhile is done; doing it again would undo the redemption.
fn repeated(
    tx: &WriteTx<'_>,
    caller: &Caller,
    command: &Invite,
    user: Option<&User>,
) -> Result<Option<Outcome>, Stop> {
    let (Some(request), Some(user)) = (&command.client_request_id, user) else { return Ok(None) };
    let tenant = caller.actor.tenant;
    let found = match invitations::open_of(tx, tenant, user.id())? {
        None if command.reset => invitations::newest_of(tx, tenant, user.id())?,
        found => found,
    };
    // A retry comes within minutes. Later the same id is a script's habit, and the reset is meant: the answer must not
    // say "Completed" to somebody who wants to end what was redeemed meanwhile.
    let age = |found: &Invitation| tx.now().seconds_since(found.created_at);
    let stale = |found: &Invitation| found.state == InvitationState::Used && age(found) >= RETRIED_SECONDS;
    let Some(found) = found.filter(|found| found.state != InvitationState::Superseded && !stale(found))
    else {
        return Ok(None);
    };
    let same = found.client_request_id.as_ref() == Some(request)
        && found.inviter.id == caller.actor.who.id()
        && found.address.same(&command.address)
        && (found.kind == Kind::Reset) == command.reset
        // Whoever asks for something else by the same id asks for it.
        && (&found.redirect_url, &found.message) == (&command.redirect_url, &command.message)
        && age(&found) < RETRY_SECONDS;
    if !same {
        return Ok(None);
    }
    let plan = match found.kind {
        _ if found.state == InvitationState::Used => Plan::Completed,
        Kind::Reset => Plan::Reset,
        Kind::Convert => Plan::Convert,
        Kind::Invite => {
            let known = invitations::all_of(tx, tenant, user.id(), 2)?;
            if known.len() == 1 { Plan::Create } else { Plan::Again }
        }
    };
    Ok(Some((found, user.clone(), plan)))
}

/// The caller's address if it was proven: on a domain of the organisation, or one the caller signs in with. Answers to
/// an invitation go to no other (threats I4).
fn proven_mail(tx: &WriteTx<'_>, caller: &Caller, tenant: &Tenant) -> Result<Option<String>, Stop> {
    let Some(mail) = caller.mail.as_deref().and_then(|mail| Address::parse(mail).ok()) else {
        return Ok(None);
    };
    let own = tenant.domains.iter().any(|domain| domain == mail.domain());
    let signs_in = sign_in_addresses::find(tx, tenant.id, &mail)?
        .is_some_and(|entry| entry.user == caller.actor.who.id() && entry.state == AddressState::Active);
    Ok((own || signs_in).then(|| mail.to_string()))
}

fn draft(
    tx: &WriteTx<'_>,
    caller: &Caller,
    tenant: &Tenant,
    command: &Invite,
    drawn: &Drawn,
    plan: Plan,
) -> Result<Invitation, Stop> {
    Ok(Invitation {
        id: drawn.invitation,
        user: drawn.user,
        ticket: drawn.ticket,
        link_version: drawn.link_version,
        kind: match plan {
            Plan::Reset => Kind::Reset,
            Plan::Convert => Kind::Convert,
            Plan::Create | Plan::Again | Plan::Completed => Kind::Invite,
        },
        state: InvitationState::Open,
        address: command.address.clone(),
        redirect_url: command.redirect_url.clone(),
        message: command.message.clone(),
        inviter: Inviter {
            is_app: caller.is_app(),
            id: caller.actor.who.id(),
            name: caller.display_name.clone(),
            mail: proven_mail(tx, caller, tenant)?,
        },
        client_request_id: command.client_request_id.clone(),
        created_at: tx.now(),
        expires_at: tx.now().plus_seconds(LINK_DAYS * 24 * 3600),
    })
}

/// The guest has redeemed: nothing is changed or sent; the link is the one that was used.
fn completed(tx: &WriteTx<'_>, tenant: &Tenant, user: User) -> Result<Outcome, Stop> {
    let newest =
        invitations::newest_of(tx, tenant.id, user.id())?.ok_or(Refusal::UserExists { id: user.id() })?;
    Ok((newest, user, Plan::Completed))
}
