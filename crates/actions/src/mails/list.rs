//! Reading the outbox. Refuses whoever neither invites nor resets nor reads everything, and shows those who only invite no
//! passcodes and notices.

use hospes_domain::access::{Actor, MailSight, may_read_mails};
use hospes_domain::mail::{INVITATION_KINDS, MailState, QueuedMail};
use hospes_domain::query::{Filter, Found, List, MailField, Order, Value};
use hospes_domain::refusal::Refusal;
use hospes_store::outbox;
use uuid::Uuid;

use crate::app::App;
use crate::callers;

/// One page of the outbox, newest first unless asked otherwise.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list(
    app: &App,
    actor: &Actor,
    list: List<MailField>,
    counted: bool,
) -> Result<Found<QueuedMail>, Refusal> {
    let newest = Order { field: MailField::CreatedDateTime, descending: true };
    let list = List { filter: list.filter.map(stored), order: list.order.or(Some(newest)), ..list };
    let actor = actor.clone();
    app.read(move |tx| {
        let sight = may_read_mails(&callers::load(tx, &actor)?)?;
        Ok(outbox::list(tx, actor.tenant, &seen(list.clone(), sight), counted)?)
    })
    .await
}

/// One mail of the outbox.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: Uuid) -> Result<QueuedMail, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let sight = may_read_mails(&callers::load(tx, &actor)?)?;
        let found = outbox::by_id(tx, actor.tenant, id)?.map(|(mail, _)| mail);
        Ok(found.filter(|mail| sight.covers(&mail.kind)).ok_or_else(|| Refusal::not_found(id))?)
    })
    .await
}

/// The same list of what the caller sees.
fn seen(list: List<MailField>, sight: MailSight) -> List<MailField> {
    if sight == MailSight::All {
        return list;
    }
    let values = INVITATION_KINDS.map(|kind| Value::Text(kind.to_owned())).to_vec();
    let invitations = Filter::In { field: MailField::Kind, values };
    let filter = match list.filter {
        Some(asked) => asked.and(invitations),
        None => invitations,
    };
    List { filter: Some(filter), ..list }
}

/// The condition with states in the words they are stored by.
fn stored(filter: Filter<MailField>) -> Filter<MailField> {
    let word = |value| match value {
        Value::Text(text) => {
            let state = MailState::parse(&text);
            Value::Text(state.map_or(text, |state| state.stored().to_owned()))
        }
        other => other,
    };
    match filter {
        Filter::And(left, right) => stored(*left).and(stored(*right)),
        Filter::Or(left, right) => stored(*left).or(stored(*right)),
        Filter::Not(inner) => Filter::Not(Box::new(stored(*inner))),
        Filter::Compare { field: MailField::State, op, value } => {
            Filter::Compare { field: MailField::State, op, value: word(value) }
        }
        Filter::In { field: MailField::State, values } => {
            Filter::In { field: MailField::State, values: values.into_iter().map(word).collect() }
        }
        other => other,
    }
}
