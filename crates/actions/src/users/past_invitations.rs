//! The invitations of one user: what was sent when, where it leads and how long it lasts, so that one can be sent again as
//! it was. Refuses to give a link, a ticket or the inviter's words (threats A3).

use hospes_domain::access::{Actor, may_read_invitations};
use hospes_domain::address::Address;
use hospes_domain::ids::{InvitationId, ObjectId};
use hospes_domain::invitation::{Invitation, InvitationState, Kind};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::invitations as rows;

use super::find;
use crate::app::App;
use crate::callers;

/// The most invitations of one user that are told.
const MOST: i64 = 100;

/// An invitation as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastInvitation {
    /// Its id.
    pub id: InvitationId,
    /// New, converted or reset.
    pub kind: Kind,
    /// Where it stands; an open one may be over.
    pub state: InvitationState,
    /// Whether its link would still work.
    pub usable: bool,
    /// The invited address.
    pub address: Address,
    /// Where the guest lands, as it was asked for.
    pub redirect_url: String,
    /// Whether a mail was asked for.
    pub send: bool,
    /// The language asked for.
    pub language: Option<String>,
    /// Who gets a copy.
    pub cc: Option<Address>,
    /// Who invited.
    pub inviter: ObjectId,
    /// The name of who invited, as it was then.
    pub inviter_name: String,
    /// When.
    pub created_at: Time,
    /// End of the link's life.
    pub expires_at: Time,
}

/// The invitations of a user, newest first.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn past_invitations(app: &App, actor: &Actor, key: String) -> Result<Vec<PastInvitation>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_invitations(&callers::load(tx, &actor)?)?;
        let user = find(tx, actor.tenant, &key)?.ok_or_else(|| Refusal::not_found(&key))?;
        let now = tx.now();
        let found = rows::all_of(tx, actor.tenant, user.id(), MOST)?;
        Ok(found.into_iter().map(|invitation| told(invitation, now)).collect())
    })
    .await
}

fn told(i: Invitation, now: Time) -> PastInvitation {
    PastInvitation {
        id: i.id,
        kind: i.kind,
        state: i.state,
        usable: i.state.usable(i.expires_at, now).is_ok(),
        address: i.address,
        redirect_url: i.redirect_url,
        send: i.message.send,
        language: i.message.language,
        cc: i.message.cc_address,
        inviter: i.inviter.id,
        inviter_name: i.inviter.name,
        created_at: i.created_at,
        expires_at: i.expires_at,
    }
}
