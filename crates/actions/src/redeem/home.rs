//! Proof by the organisation the invited address belongs to, instead of a code. Refuses identities that do not prove
//! the invited address (threats B1), and organisations that do not own its domain any more.

use hospes_domain::ids::TenantId;
use hospes_domain::invitation::Invitation;
use hospes_domain::link::LinkTicket;
use hospes_domain::proof::{HomeIdentity, RedemptionFlow};
use hospes_domain::refusal::{RedemptionRefusal, Refusal};
use hospes_domain::user::User;
use hospes_store::engine::WriteTx;
use hospes_store::upstream_sign_ins::Purpose;
use hospes_store::{invitations, redemption_flows};
use uuid::Uuid;

use super::{Noting, genuine, going, invitation_of, may_be_bound, no, note_refusal, usable};
use crate::app::{App, Stop};
use crate::upstream::{self, Asking, Between, owner_of};

/// A person on the way to their own organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The flow; the browser keeps it sealed.
    pub flow: Uuid,
    /// Where the browser goes, on this server.
    pub to: String,
}

/// Opens a flow for a link whose address belongs to a tenant of this server and asks that tenant; `None` when a code
/// is the proof. `fresh` asks for another account than the one that is signed in there.
pub async fn ask_home(
    app: &App,
    tenant: TenantId,
    ticket: LinkTicket,
    fresh: bool,
) -> Result<Option<Sent>, Refusal> {
    genuine(app, tenant, &ticket)?;
    let (flow, refused) = (app.new_id(), Noting::draw(app));
    let drawn = upstream::Drawn::new(app, tenant)?;
    app.write(move |tx| {
        let outcome = send(tx, tenant, ticket, flow, &drawn, fresh);
        if let Err(Stop::Refused(refusal)) = &outcome {
            let invitation = invitations::by_ticket(tx, tenant, ticket.ticket)?;
            note_refusal(tx, tenant, invitation, &refused, refusal)?;
        }
        outcome
    })
    .await
}

fn send(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    ticket: LinkTicket,
    flow: Uuid,
    drawn: &upstream::Drawn,
    fresh: bool,
) -> Result<Option<Sent>, Stop> {
    let (invitation, user) = usable(tx, tenant, ticket.ticket)?;
    let Some(home) = owner_of(tx, tenant, &invitation.address)? else { return Ok(None) };
    // The flow knows its guest and the generation.
    let (hint, purpose) = (Some(&invitation.address), Purpose::Redeem);
    let asking = Asking { purpose, flow, guest: None, hint, login: fresh, fresh_from: None };
    send_to(tx, tenant, (&invitation, &user), home.id, &asking, drawn).map(Some)
}

/// Opens the flow, and keeps what its organisation is asked.
pub(super) fn send_to(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    (invitation, user): (&Invitation, &User),
    home: TenantId,
    asking: &Asking<'_>,
    drawn: &upstream::Drawn,
) -> Result<Sent, Stop> {
    Between::load(tx, tenant, home)?.must_admit()?;
    let opened =
        RedemptionFlow::open(asking.flow, invitation.id, user.id(), user.guest.generation(), tx.now());
    redemption_flows::insert(tx, tenant, &opened)?;
    let to = drawn.send(tx, tenant, home, asking)?;
    Ok(Sent { flow: asking.flow, to })
}

/// What a sign-in at home is worth in a redemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It proves the invited address.
    Enough,
    /// Nobody owns the domain of the invited address: its mailbox has to be proven as well.
    MailboxToo,
}

/// Takes who signed in at home as the proof of a flow, or as the first of two.
pub async fn prove_home(
    app: &App,
    tenant: TenantId,
    flow: Uuid,
    identity: HomeIdentity,
) -> Result<Told, Refusal> {
    let refused = Noting::draw(app);
    app.write(move |tx| {
        let outcome = take(tx, tenant, flow, &identity);
        if let Err(Stop::Refused(refusal)) = &outcome {
            note_refusal(tx, tenant, invitation_of(tx, tenant, flow)?, &refused, refusal)?;
        }
        outcome
    })
    .await
}

fn take(tx: &WriteTx<'_>, tenant: TenantId, flow: Uuid, identity: &HomeIdentity) -> Result<Told, Stop> {
    let (mut going, invitation, _) = going(tx, tenant, flow)?;
    let told = if owner_of(tx, tenant, &invitation.address)?.is_some() {
        still_owns(tx, tenant, &invitation, identity.home())?;
        going.prove_home(identity, &invitation.address)?;
        Told::Enough
    } else {
        may_be_bound(tx, tenant, identity.home(), identity.addresses().first())?;
        going.sign_in_with(identity, &invitation.address)?;
        Told::MailboxToo
    };
    redemption_flows::save(tx, tenant, &going)?;
    Ok(told)
}

/// Removing a domain, or shutting the door between the two, ends what its tenant may vouch for, at once (design
/// section 5).
pub(super) fn still_owns(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    invitation: &Invitation,
    home: TenantId,
) -> Result<(), Stop> {
    match owner_of(tx, tenant, &invitation.address)? {
        Some(owner) if owner.id == home => Ok(Between::load(tx, tenant, home)?.must_admit()?),
        _ => Err(no(RedemptionRefusal::WrongIdentity { invited: invitation.address.masked() })),
    }
}

/// A flow proven while signing in at an application (just-in-time redemption).
pub(crate) fn open_home(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    (invitation, user): (&Invitation, &User),
    flow: Uuid,
    identity: &HomeIdentity,
) -> Result<(), Stop> {
    still_owns(tx, tenant, invitation, identity.home())?;
    let mut flow = RedemptionFlow::open(flow, invitation.id, user.id(), user.guest.generation(), tx.now());
    flow.prove_home(identity, &invitation.address)?;
    redemption_flows::insert(tx, tenant, &flow)?;
    redemption_flows::save(tx, tenant, &flow)?;
    Ok(())
}
