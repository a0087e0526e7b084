//! Redeeming an invitation, step by step: look, begin, prove, agree. Every step checks the flow on the
//! server again (threats D14). Refuses to write anything before the first deliberate step, and to
//! believe that whoever holds a link is the one it was made for (I1).

mod accept;
mod account;
mod begin;
mod decline;
mod home;
mod look;
mod prove;

pub use accept::{Landing, Redeemed, accept, accept_unasked};
pub use account::{SignedInAs, ask_account, signed_in_as};
pub use begin::{Begun, CodeSent, begin, code_sent, send_code};
pub use decline::decline;
pub use home::{Sent, Told, ask_home, prove_home};
pub use look::{Terms, Welcome, look, terms, ticket_of};
pub use prove::{Proof, prove};

pub(crate) use begin::sends_to;
pub(crate) use home::open_home;
pub(crate) use prove::{digits_key, try_code};

use hospes_domain::address::Address;
use hospes_domain::guest::State;
use hospes_domain::ids::TenantId;
use hospes_domain::invitation::{Invitation, InvitationState};
use hospes_domain::link::LinkTicket;
use hospes_domain::proof::{Limit, MailboxProof, RedemptionFlow};
use hospes_domain::redeem_url::PURPOSE;
use hospes_domain::refusal::{RedemptionRefusal, Refusal};
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{domain_lists, invitations, redemption_flows, users};
use uuid::Uuid;

use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::invite::take;
use crate::sign_ins::{self, Entry, Towards};
use crate::upstream::Between;

/// Refusals recorded about one invitation, or one person from elsewhere; more say nothing new.
pub(crate) const NOTED: Limit = Limit { most: 20, seconds: 24 * 3600 };

fn no(refusal: RedemptionRefusal) -> Stop {
    Stop::Refused(Refusal::Redemption(refusal))
}

/// The MAC first; links that fail it learn nothing more (threats A1).
fn genuine(app: &App, tenant: TenantId, ticket: &LinkTicket) -> Result<(), Refusal> {
    let unknown = Refusal::Redemption(RedemptionRefusal::UnknownLink);
    let keys = app.keys(tenant).ok_or_else(|| unknown.clone())?;
    if keys.link_is_genuine(PURPOSE, ticket) { Ok(()) } else { Err(unknown) }
}

/// Invitation and guest behind a genuine link, if the link still opens its flow.
fn usable(tx: &impl Read, tenant: TenantId, ticket: [u8; 16]) -> Result<(Invitation, User), Stop> {
    let found = invitations::by_ticket(tx, tenant, ticket)?;
    let invitation = found.ok_or_else(|| no(RedemptionRefusal::UnknownLink))?;
    let user = open(tx, tenant, &invitation)?;
    Ok((invitation, user))
}

/// The guest of an invitation that can be redeemed now.
fn open(tx: &impl Read, tenant: TenantId, invitation: &Invitation) -> Result<User, Stop> {
    let user = users::by_id(tx, tenant, invitation.user)?;
    // Deleting a guest ends the link, too, but no newer one was sent: the page must not say so.
    if user.is_none() && invitation.state == InvitationState::Superseded {
        return Err(no(RedemptionRefusal::NotNow));
    }
    invitation.state.usable(invitation.expires_at, tx.now())?;
    let user = user.ok_or_else(|| no(RedemptionRefusal::NotNow))?;
    if !user.guest.is_active() {
        return Err(no(RedemptionRefusal::NotNow));
    }
    match user.guest.state() {
        State::PendingAcceptance => {
            // The list may have changed since the invitation (reference/roles-and-policies.md section 3).
            let domain = invitation.address.domain();
            domain_lists::lookup(tx, tenant, domain)?.check(domain)?;
            Ok(user)
        }
        State::Accepted => Err(no(RedemptionRefusal::Used)),
        State::Internal => Err(no(RedemptionRefusal::NotNow)),
    }
}

/// A flow with its invitation and guest, if it can go on. A reset, another invitation, a block or time
/// ends it.
fn going(tx: &impl Read, tenant: TenantId, flow: Uuid) -> Result<(RedemptionFlow, Invitation, User), Stop> {
    let lost = || no(RedemptionRefusal::FlowLost);
    let flow = redemption_flows::by_id(tx, tenant, flow)?.ok_or_else(lost)?;
    let invitation = invitations::by_id(tx, tenant, flow.record().invitation)?.ok_or_else(lost)?;
    let user = open(tx, tenant, &invitation)?;
    flow.check(user.guest.generation(), tx.now())?;
    Ok((flow, invitation, user))
}

/// The invitation a flow is about.
fn invitation_of(tx: &impl Read, tenant: TenantId, flow: Uuid) -> Result<Option<Invitation>, StoreError> {
    let Some(flow) = redemption_flows::by_id(tx, tenant, flow)? else { return Ok(None) };
    invitations::by_id(tx, tenant, flow.record().invitation)
}

/// Whether people of that organisation, with that account, may be guests here now.
fn may_be_bound(
    tx: &impl Read,
    tenant: TenantId,
    home: TenantId,
    account: Option<&Address>,
) -> Result<(), Stop> {
    Between::load(tx, tenant, home)?.must_admit()?;
    // Whom the list keeps out does not come in through an invitation to another mailbox.
    if let Some(account) = account {
        domain_lists::lookup(tx, tenant, account.domain())?.check(account.domain())?;
    }
    Ok(())
}

/// The records a refused step leaves, drawn before its closure.
#[derive(Clone)]
struct Noting {
    audit: Uuid,
    entry: Entry,
}

impl Noting {
    fn draw(app: &App) -> Self {
        Self { audit: app.new_id(), entry: Entry::draw(app) }
    }
}

/// Records a refusal on a genuine link (design section 5), so many in a day: its holder may be anybody. Strangers
/// without one are not recorded.
fn note_refusal(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    invitation: Option<Invitation>,
    noting: &Noting,
    refusal: &Refusal,
) -> Result<(), Stop> {
    let Some(invitation) = invitation else { return Ok(()) };
    let Some(user) = users::by_id_even_deleted(tx, tenant, invitation.user)? else { return Ok(()) };
    sign_ins::refused(tx, &noting.entry, &user, &Towards::redemption(), None, refusal)?;
    match take(tx, tenant, &format!("refusals-noted:{}", invitation.id), NOTED) {
        Err(Stop::Refused(_)) => return Ok(()),
        other => other?,
    }
    let details = vec![("invitation".to_owned(), invitation.id.to_string())];
    audit::by_guest(tx, &user, noting.audit, Activity::Redeem, Err(refusal), details)?;
    Ok(())
}

/// The same of a mistyped code, which only the sign-in log tells.
fn note_mistyped(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    invitation: Option<Invitation>,
    noting: &Noting,
    refusal: &Refusal,
) -> Result<(), Stop> {
    let user = invitation.map(|invitation| invitation.user);
    sign_ins::refused_by_id(tx, &noting.entry, (tenant, user), &Towards::redemption(), refusal)
}

/// A flow whose mailbox was proven while signing in at an application (just-in-time redemption).
pub(crate) fn open_proven(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    invitation: &Invitation,
    user: &User,
    flow: Uuid,
    proof: MailboxProof,
    subject: Uuid,
) -> Result<(), StoreError> {
    let now = tx.now();
    let mut flow = RedemptionFlow::open(flow, invitation.id, user.id(), user.guest.generation(), now);
    flow.prove(proof, subject, now);
    redemption_flows::insert(tx, tenant, &flow)?;
    redemption_flows::save(tx, tenant, &flow)
}
