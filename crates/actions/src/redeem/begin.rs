//! The first deliberate step: a flow is opened and a code goes to the invited address, never to a
//! typed one (threats B12). Refuses to send more than the limits allow (threats G6).

use hospes_domain::address::Address;
use hospes_domain::ids::TenantId;
use hospes_domain::invitation::Invitation;
use hospes_domain::link::LinkTicket;
use hospes_domain::proof::{Passcode, Purpose, RedemptionFlow, SENDS_PER_ADDRESS, SENDS_PER_TENANT};
use hospes_domain::refusal::{RedemptionRefusal, Refusal};
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::engine::WriteTx;
use hospes_store::{counters, invitations, jobs, passcodes, redemption_flows};
use uuid::Uuid;

use super::{Noting, genuine, going, invitation_of, no, note_refusal, usable};
use crate::app::{App, Stop};
use crate::invite::take;
use crate::jobs::kinds;
use crate::upstream::owner_of;

/// A code is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The flow; the browser keeps it sealed.
    pub flow: Uuid,
}

/// The code that was sent last in a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSent {
    /// Where it went, masked.
    pub masked: String,
    /// End of its life.
    pub code_until: Time,
    /// Whether it can still be typed: not over, used up or replaced.
    pub works: bool,
    /// When another may be asked for; `None` means now.
    pub again_from: Option<Time>,
}

#[derive(Clone)]
struct Drawn {
    flow: Uuid,
    passcode: Uuid,
    job: Uuid,
    refused: Noting,
}

/// Opens a flow for a link and sends the first code.
pub async fn begin(app: &App, tenant: TenantId, ticket: LinkTicket) -> Result<Begun, Refusal> {
    genuine(app, tenant, &ticket)?;
    let drawn =
        Drawn { flow: app.new_id(), passcode: app.new_id(), job: app.new_id(), refused: Noting::draw(app) };
    app.write(move |tx| {
        let outcome = open(tx, tenant, ticket, &drawn);
        if let Err(Stop::Refused(refusal)) = &outcome {
            let invitation = invitations::by_ticket(tx, tenant, ticket.ticket)?;
            note_refusal(tx, tenant, invitation, &drawn.refused, refusal)?;
        }
        outcome
    })
    .await
}

fn open(tx: &WriteTx<'_>, tenant: TenantId, ticket: LinkTicket, drawn: &Drawn) -> Result<Begun, Stop> {
    let (invitation, user) = usable(tx, tenant, ticket.ticket)?;
    let flow = RedemptionFlow::open(drawn.flow, invitation.id, user.id(), user.guest.generation(), tx.now());
    let begun = send(tx, tenant, &invitation, &user, drawn)?;
    redemption_flows::insert(tx, tenant, &flow)?;
    Ok(begun)
}

/// Sends another code; the one before dies.
pub async fn send_code(app: &App, tenant: TenantId, flow: Uuid) -> Result<Begun, Refusal> {
    let drawn = Drawn { flow, passcode: app.new_id(), job: app.new_id(), refused: Noting::draw(app) };
    app.write(move |tx| {
        let outcome = going(tx, tenant, flow)
            .and_then(|(_, invitation, user)| send(tx, tenant, &invitation, &user, &drawn));
        if let Err(Stop::Refused(refusal)) = &outcome {
            note_refusal(tx, tenant, invitation_of(tx, tenant, flow)?, &drawn.refused, refusal)?;
        }
        outcome
    })
    .await
}

fn send(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    invitation: &Invitation,
    user: &User,
    drawn: &Drawn,
) -> Result<Begun, Stop> {
    let to = &invitation.address;
    // Its owner decides who may speak for it, and may have blocked whoever still reads the mailbox.
    if owner_of(tx, tenant, to)?.is_some() {
        return Err(no(RedemptionRefusal::FlowLost));
    }
    take(tx, tenant, &sends_to(to), SENDS_PER_ADDRESS)?;
    take(tx, tenant, "passcode-sends", SENDS_PER_TENANT)?;
    let passcode = Passcode::new(drawn.passcode, Purpose::Redeem, drawn.flow, to.clone(), tx.now());
    passcodes::insert(tx, tenant, &passcode)?;
    let language = invitation.message.language.clone();
    jobs::insert(tx, tenant, &kinds::passcode(drawn.job, &passcode, language, user))?;
    Ok(Begun { flow: drawn.flow })
}

/// What the page that asks for the code shows.
pub async fn code_sent(app: &App, tenant: TenantId, flow: Uuid) -> Result<CodeSent, Refusal> {
    app.read(move |tx| {
        let (_, invitation, _) = going(tx, tenant, flow)?;
        let lost = || Refusal::Redemption(RedemptionRefusal::FlowLost);
        let passcode = passcodes::newest_in_flow(tx, tenant, flow)?.ok_or_else(lost)?;
        let sends = counters::load(tx, tenant, &sends_to(&invitation.address))?;
        let wait = sends.room(SENDS_PER_ADDRESS, tx.now()).err();
        Ok(CodeSent {
            masked: invitation.address.masked(),
            code_until: passcode.record().expires_at,
            works: passcode.works(tx.now()),
            again_from: wait.map(|seconds| tx.now().plus_seconds(seconds.into())),
        })
    })
    .await
}

/// The counter of codes sent to an address, over all flows.
pub(crate) fn sends_to(address: &Address) -> String {
    format!("passcode-sends:{}", address.key())
}
