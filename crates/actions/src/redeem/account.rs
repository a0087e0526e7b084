//! Redeeming with an account of another organisation of this server, although the invitation names another address: who
//! signs in there proves the invited mailbox as well, in the same flow (design section 5, threats B1). Refuses where an
//! organisation decides for the invited domain (threats G5), and to bind anything before both proofs.

use hospes_domain::address::Address;
use hospes_domain::ids::TenantId;
use hospes_domain::link::LinkTicket;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::WriteTx;
use hospes_store::upstream_sign_ins::Purpose;
use hospes_store::{invitations, tenants};
use uuid::Uuid;

use super::home::send_to;
use super::{Noting, Sent, genuine, going, note_refusal, usable};
use crate::app::{App, Stop};
use crate::upstream::{self, Asking, owner_of};

/// Somebody who signed in with another address than the invited one, and has yet to prove the mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedInAs {
    /// The organisation that invites.
    pub host: String,
    /// The account's own address.
    pub account: Address,
    /// The invited address, masked.
    pub invited: String,
    /// Whether a code may prove it; not once its domain has an owner.
    pub by_code: bool,
}

/// Opens a flow for a link and asks the organisation that a typed address belongs to. Where the invited address has an
/// organisation of its own, only that one is asked.
pub async fn ask_account(
    app: &App,
    tenant: TenantId,
    ticket: LinkTicket,
    typed: &str,
) -> Result<Sent, Refusal> {
    genuine(app, tenant, &ticket)?;
    let address = Address::parse(typed.trim()).map_err(|error| {
        invalid(format!("That is no address: {error}."), "Type the whole address, such as name@example.com.")
    })?;
    let (flow, refused) = (app.new_id(), Noting::draw(app));
    let drawn = upstream::Drawn::new(app, tenant)?;
    app.write(move |tx| {
        let outcome = send(tx, tenant, ticket, &address, flow, &drawn);
        // A typing mistake is nothing to record.
        if let Err(Stop::Refused(refusal)) = &outcome
            && !matches!(refusal, Refusal::Invalid(_))
        {
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
    typed: &Address,
    flow: Uuid,
    drawn: &upstream::Drawn,
) -> Result<Sent, Stop> {
    let (invitation, user) = usable(tx, tenant, ticket.ticket)?;
    let (home, hint) = match owner_of(tx, tenant, &invitation.address)? {
        Some(owner) => (owner, &invitation.address),
        None => (owner_of(tx, tenant, typed)?.ok_or_else(|| nobody(typed))?, typed),
    };
    let asking = Asking {
        purpose: Purpose::Redeem,
        flow,
        guest: None,
        hint: Some(hint),
        login: false,
        fresh_from: None,
    };
    send_to(tx, tenant, (&invitation, &user), home.id, &asking, drawn)
}

fn invalid(cause: String, remedy: &str) -> Refusal {
    Refusal::invalid("address", cause, remedy)
}

fn nobody(typed: &Address) -> Refusal {
    invalid(
        format!("No other organisation on this server signs in people of {}.", typed.domain()),
        "Type the address of an account that you have at another organisation here, or go back and have a code mailed to the \
         invited address.",
    )
}

/// Who has signed in in this flow and still has to prove the mailbox; `None` before that and after.
pub async fn signed_in_as(app: &App, tenant: TenantId, flow: Uuid) -> Result<Option<SignedInAs>, Refusal> {
    app.read(move |tx| {
        let (flow, invitation, _) = going(tx, tenant, flow)?;
        let record = flow.record();
        let Some(account) = record.account.as_ref().filter(|_| record.proven.is_none()) else {
            return Ok(None);
        };
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        Ok(Some(SignedInAs {
            host: host.display_name,
            account: account.address.clone(),
            invited: invitation.address.masked(),
            by_code: owner_of(tx, tenant, &invitation.address)?.is_none(),
        }))
    })
    .await
}
