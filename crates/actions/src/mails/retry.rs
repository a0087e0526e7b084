//! Sends a mail of the outbox once more: a dead letter, or one that waits for its next try. Refuses what went out and what
//! lost its point, with what to do instead.

use hospes_domain::access::{Actor, may_retry_mail};
use hospes_domain::address::Address;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::invitation::{InvitationState, MAILS_PER_ADDRESS};
use hospes_domain::mail::{Point, QueuedMail, may_be_sent_again};
use hospes_domain::proof::{PasscodeState, SENDS_PER_ADDRESS};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{invitations, outbox, passcodes, users};
use uuid::Uuid;

use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::invite::{mails_to, take};
use crate::jobs::{About, about};
use crate::redeem::sends_to;

/// Makes the mail due now.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`]; [`Refusal::TooMany`] when the address has had its share; [`Refusal::Invalid`] or [`Refusal::Blocked`] for a mail that may not
/// be sent any more.
pub async fn retry(app: &App, actor: &Actor, id: Uuid) -> Result<(), Refusal> {
    let (audit_id, who) = (app.new_id(), actor.clone());
    app.command(actor, Activity::RetryMail, move |tx| {
        let caller = callers::load(tx, &who)?;
        let sight = may_retry_mail(&caller)?;
        let found = outbox::by_id(tx, who.tenant, id)?.filter(|(mail, _)| sight.covers(&mail.kind));
        let (mail, data) = found.ok_or_else(|| Refusal::not_found(id))?;
        let user = match mail.user {
            Some(user) => users::by_id(tx, who.tenant, user)?,
            None => None,
        };
        let point = point(tx, who.tenant, &mail, &data, user.as_ref())?;
        may_be_sent_again(&mail, point, tx.now())?;
        if outbox::is_leased(tx, who.tenant, id)? {
            let cause = "The mail is being sent at this moment; another try would send it twice.";
            return Err(Refusal::invalid("", cause, "Look at it again in a minute.").into());
        }
        one_more(tx, who.tenant, &mail, &data)?;
        if !outbox::make_due(tx, who.tenant, id)? {
            return Err(StoreError::Conflict.into());
        }
        let details = vec![
            ("mail".to_owned(), id.to_string()),
            ("kind".to_owned(), mail.kind.clone()),
            ("recipient".to_owned(), mail.recipient.clone()),
        ];
        let target = user.as_ref().map(Target::user);
        Ok(audit::done(tx, &caller, audit_id, Activity::RetryMail, target.as_ref(), details)?)
    })
    .await
}

/// Counts as a new mail of its kind does: pressing again and again floods nobody (threats G6).
fn one_more(tx: &WriteTx<'_>, tenant: TenantId, mail: &QueuedMail, data: &str) -> Result<(), Stop> {
    let to = Address::parse(&mail.recipient).map_err(|_| Stop::from(Refusal::Internal))?;
    match about(&mail.kind, data)? {
        About::Invitation(_) => take(tx, tenant, &mails_to(&to), MAILS_PER_ADDRESS),
        About::Passcode(_) => take(tx, tenant, &sends_to(&to), SENDS_PER_ADDRESS),
        About::Notice => take(tx, tenant, &format!("notices-again:{}", to.key()), MAILS_PER_ADDRESS),
    }
}

/// What became of what the mail is about. A notice says what happened, so it keeps its point.
fn point(
    tx: &impl Read,
    tenant: TenantId,
    mail: &QueuedMail,
    data: &str,
    user: Option<&User>,
) -> Result<Point, Stop> {
    match about(&mail.kind, data)? {
        About::Notice => Ok(Point::Stands),
        About::Invitation(id) => {
            let found = invitations::by_id(tx, tenant, id)?;
            Ok(match found.map(|invitation| invitation.state) {
                Some(InvitationState::Open) => standing_of(user, mail.user),
                Some(InvitationState::Used) => Point::Used,
                Some(InvitationState::Superseded) | None => Point::Superseded,
            })
        }
        About::Passcode(id) => {
            let open = passcodes::by_id(tx, tenant, id)?
                .is_some_and(|code| code.record().state == PasscodeState::Open);
            Ok(if open { standing_of(user, mail.user) } else { Point::Used })
        }
    }
}

fn standing_of(user: Option<&User>, named: Option<ObjectId>) -> Point {
    match user {
        None if named.is_some() => Point::Deleted,
        Some(user) if !user.guest.is_active() => Point::Blocked,
        _ => Point::Stands,
    }
}
