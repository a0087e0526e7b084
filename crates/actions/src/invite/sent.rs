//! Reading the invitations of a tenant. Refuses whoever may not see what became of an invitation; a link is in no answer
//! (threats A3).

use hospes_domain::access::{Actor, may_read_invitations};
use hospes_domain::ids::InvitationId;
use hospes_domain::invitation::Sent;
use hospes_domain::query::{Found, InvitationField, List};
use hospes_domain::refusal::Refusal;
use hospes_store::invitations_query;

use crate::app::App;
use crate::callers;

/// One page of all invitations.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list(
    app: &App,
    actor: &Actor,
    list: List<InvitationField>,
    counted: bool,
) -> Result<Found<Sent>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_invitations(&callers::load(tx, &actor)?)?;
        Ok(invitations_query::list(tx, actor.tenant, &list, counted)?)
    })
    .await
}

/// One invitation.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: InvitationId) -> Result<Sent, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_invitations(&callers::load(tx, &actor)?)?;
        let found = invitations_query::by_id(tx, actor.tenant, id)?;
        Ok(found.ok_or_else(|| Refusal::not_found(id))?)
    })
    .await
}
