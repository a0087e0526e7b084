//! "This was not meant for me": a note to the host. Refuses to end the invitation, since holding its
//! link proves nothing (threats A2).

use hospes_domain::ids::TenantId;
use hospes_domain::link::LinkTicket;
use hospes_domain::proof::Limit;
use hospes_domain::refusal::Refusal;

use super::{genuine, usable};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::invite::take;

/// Notes kept about one invitation in a day; more say nothing new.
const NOTES: Limit = Limit { most: 3, seconds: 24 * 3600 };

/// Writes the note into the host's audit log.
pub async fn decline(app: &App, tenant: TenantId, ticket: LinkTicket) -> Result<(), Refusal> {
    genuine(app, tenant, &ticket)?;
    let id = app.new_id();
    app.write(move |tx| {
        let (invitation, user) = usable(tx, tenant, ticket.ticket)?;
        take(tx, tenant, &format!("declined:{}", invitation.id), NOTES)?;
        let details = vec![("invitation".to_owned(), invitation.id.to_string())];
        audit::by_guest(tx, &user, id, Activity::Decline, Ok(()), details)?;
        Ok(())
    })
    .await
}
